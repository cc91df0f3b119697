#include "policy/life.h"

#include "model/code.h"

#include <string.h>

/* ---- words -------------------------------------------------------------------------------- */

static const struct {
	const char *word, *text, *why, *remedy;
} refusals[REFUSALS] = {
#define LIFE_REFUSAL_ROW(name, word, text, why, remedy) \
	[REFUSAL_##name] = {word, text, why, remedy},
    LIFE_REFUSAL_LIST(LIFE_REFUSAL_ROW)
#undef LIFE_REFUSAL_ROW
};

const char *
life_refusal_word(enum life_refusal refusal)
{
	return (unsigned int)refusal < REFUSALS ? refusals[refusal].word : "unknown";
}

const char *
life_refusal_text(enum life_refusal refusal)
{
	return (unsigned int)refusal < REFUSALS ? refusals[refusal].text : "unknown";
}

const char *
life_refusal_why(enum life_refusal refusal)
{
	return (unsigned int)refusal < REFUSALS ? refusals[refusal].why : "unknown";
}

const char *
life_refusal_remedy(enum life_refusal refusal)
{
	return (unsigned int)refusal < REFUSALS ? refusals[refusal].remedy : "unknown";
}

static const char *const states[LIFE_STATES] = {
#define LIFE_STATE_NAME(name, text) [LIFE_##name] = (text),
    LIFE_STATE_LIST(LIFE_STATE_NAME)
#undef LIFE_STATE_NAME
};

static const char *const events[LIFE_EVENTS] = {
#define LIFE_EVENT_WORD(name, word) [LIFE_EVENT_##name] = (word),
    LIFE_EVENT_LIST(LIFE_EVENT_WORD)
#undef LIFE_EVENT_WORD
};

const char *
life_state_name(enum life_state state)
{
	return (unsigned int)state < LIFE_STATES ? states[state] : "unknown";
}

const char *
life_event_word(enum life_event event)
{
	return (unsigned int)event < LIFE_EVENTS ? events[event] : "unknown";
}

/* ---- the table ---------------------------------------------------------------------------- */

#define NO(word)                            \
	{                                   \
		LIFE_REFUSE, REFUSAL_##word \
	}
#define DO(action)                          \
	{                                   \
		LIFE_##action, REFUSAL_NONE \
	}

/* One row a state. The columns: claim, complete with success, with warning, with failure,
 * unschedule, reschedule, acknowledge, inventory shows the new certificate, the old file was put
 * back. */
static const struct life_cell table[LIFE_STATES][LIFE_EVENTS] = {
    [LIFE_DUE] = {DO(HAND_OUT), DO(SUCCEED), DO(WARN), DO(FAIL), DO(CANCEL), DO(POSTPONE),
	NO(NOT_ENDED), DO(SETTLE), NO(NOT_BEGUN)},
    [LIFE_LATER] = {NO(NOT_DUE), DO(SUCCEED), DO(WARN), DO(FAIL), DO(CANCEL), DO(POSTPONE),
	NO(NOT_ENDED), DO(SETTLE), NO(NOT_BEGUN)},
    [LIFE_LEASED] = {NO(IN_PROCESS), DO(SUCCEED), DO(WARN), DO(FAIL), NO(IN_PROCESS),
	NO(IN_PROCESS), NO(IN_PROCESS), DO(PROVE), DO(PUT_BACK)},
    [LIFE_LOST] = {DO(HAND_OUT), DO(SUCCEED), DO(WARN), DO(FAIL), DO(CANCEL), DO(POSTPONE),
	NO(NOT_ENDED), DO(SETTLE), DO(PUT_BACK)},
    [LIFE_RETRY] = {DO(HAND_OUT), DO(SUCCEED), DO(WARN), DO(FAIL), DO(CANCEL), DO(POSTPONE),
	DO(ACKNOWLEDGE), DO(SETTLE), DO(PUT_BACK)},
    [LIFE_RETRY_LATER] = {NO(NOT_DUE), DO(SUCCEED), DO(WARN), DO(FAIL), DO(CANCEL), DO(POSTPONE),
	DO(ACKNOWLEDGE), DO(SETTLE), DO(PUT_BACK)},
    [LIFE_FAILED] = {NO(COMPLETED), NO(COMPLETED), NO(COMPLETED), DO(NOTHING), NO(COMPLETED),
	DO(POSTPONE), DO(ACKNOWLEDGE), DO(PROVE), DO(PUT_BACK)},
    [LIFE_SUCCEEDED] = {NO(COMPLETED), DO(NOTHING), NO(COMPLETED), NO(COMPLETED), NO(COMPLETED),
	NO(COMPLETED), DO(ACKNOWLEDGE), DO(PROVE), DO(PUT_BACK)},
    [LIFE_WARNED] = {NO(COMPLETED), NO(COMPLETED), DO(NOTHING), NO(COMPLETED), NO(COMPLETED),
	NO(COMPLETED), DO(ACKNOWLEDGE), DO(PROVE), DO(PUT_BACK)},
    [LIFE_ACKNOWLEDGED_FAILURE] = {NO(ACKNOWLEDGED), NO(ACKNOWLEDGED), NO(ACKNOWLEDGED),
	NO(ACKNOWLEDGED), NO(ACKNOWLEDGED), DO(POSTPONE), DO(NOTHING), DO(PROVE), NO(ACKNOWLEDGED)},
    [LIFE_ACKNOWLEDGED_SUCCESS] = {NO(ACKNOWLEDGED), NO(ACKNOWLEDGED), NO(ACKNOWLEDGED),
	NO(ACKNOWLEDGED), NO(ACKNOWLEDGED), NO(ACKNOWLEDGED), DO(NOTHING), DO(PROVE),
	NO(ACKNOWLEDGED)},
    [LIFE_ACKNOWLEDGED_WARNING] = {NO(ACKNOWLEDGED), NO(ACKNOWLEDGED), NO(ACKNOWLEDGED),
	NO(ACKNOWLEDGED), NO(ACKNOWLEDGED), NO(ACKNOWLEDGED), DO(NOTHING), DO(PROVE),
	NO(ACKNOWLEDGED)},
    [LIFE_CANCELLED] = {NO(CANCELLED), NO(CANCELLED), NO(CANCELLED), NO(CANCELLED), DO(NOTHING),
	NO(CANCELLED), NO(CANCELLED), DO(NOTHING), NO(CANCELLED)},
    /* Status 0, or a completed job without a result: no event leads there. */
    [LIFE_UNKNOWN] = {NO(COMPLETED), NO(COMPLETED), NO(COMPLETED), NO(COMPLETED), NO(COMPLETED),
	NO(COMPLETED), NO(COMPLETED), DO(NOTHING), NO(COMPLETED)},
};

struct life_cell
life_cell(enum life_state state, enum life_event event)
{
	static const struct life_cell none = NO(COMPLETED);

	if ((unsigned int)state >= LIFE_STATES || (unsigned int)event >= LIFE_EVENTS)
		return none;
	return table[state][event];
}

/* ---- the state ---------------------------------------------------------------------------- */

static enum life_state
life_state_ended(const struct job_state *is)
{
	bool completed = is->status == JOB_COMPLETED;

	switch (is->result) {
	case RESULT_SUCCESS:
		return completed ? LIFE_SUCCEEDED : LIFE_ACKNOWLEDGED_SUCCESS;
	case RESULT_WARNING:
		return completed ? LIFE_WARNED : LIFE_ACKNOWLEDGED_WARNING;
	case RESULT_FAILURE:
		return completed ? LIFE_FAILED : LIFE_ACKNOWLEDGED_FAILURE;
	default:
		return completed ? LIFE_UNKNOWN : LIFE_CANCELLED;
	}
}

enum life_state
life_state_of(const struct job_state *is, int64_t now)
{
	switch (is->status) {
	case JOB_WAITING:
		return is->due_at <= now ? LIFE_DUE : LIFE_LATER;
	case JOB_IN_PROCESS:
		return is->lease_until > now ? LIFE_LEASED : LIFE_LOST;
	case JOB_WILL_RETRY:
		return is->due_at <= now ? LIFE_RETRY : LIFE_RETRY_LATER;
	case JOB_COMPLETED:
	case JOB_ACKNOWLEDGED:
		return life_state_ended(is);
	default:
		return LIFE_UNKNOWN;
	}
}

/* ---- rules -------------------------------------------------------------------------------- */

bool
life_window_is_over(const struct job_record *job, int64_t now)
{
	return job->has_window && !job->is.rescheduled && job->window_end <= now;
}

/* after + milliseconds, as far as there are times. */
static int64_t
life_add(int64_t time, int64_t milliseconds)
{
	return time > LIFE_TIME_MOST - milliseconds ? LIFE_TIME_MOST : time + milliseconds;
}

bool
life_retry_at(const struct job_record *job, int64_t now, int64_t *due_at)
{
	int64_t wait = LIFE_RETRY_FIRST;

	*due_at = 0;
	if (job->is.failures >= job->retries)
		return false;
	for (int64_t i = 0; i < job->is.failures && wait < LIFE_RETRY_MOST; i++)
		wait *= 2;
	if (wait > LIFE_RETRY_MOST)
		wait = LIFE_RETRY_MOST;
	*due_at = life_add(now, wait);
	return !life_window_is_over(job, *due_at);
}

/* ---- many at once, and again -------------------------------------------------------------- */

bool
life_concerns(enum life_state state, enum life_event event)
{
	struct life_cell cell = life_cell(state, event);

	if (cell.action == LIFE_REFUSE)
		return cell.refusal == REFUSAL_IN_PROCESS && event != LIFE_EVENT_ACKNOWLEDGE;
	return cell.action != LIFE_NOTHING;
}

static bool
life_allows(const struct job_standing *standing, enum code check)
{
	return (standing->allowed & CODE_BIT(check)) != 0;
}

static enum life_refusal
life_certificate_refusal(const struct job_standing *standing, int64_t due)
{
	if (standing->has_not_after && due >= standing->not_after &&
	    !life_allows(standing, CODE_CERTIFICATE_EXPIRED))
		return REFUSAL_EXPIRED;
	if (standing->has_not_before && due < standing->not_before &&
	    !life_allows(standing, CODE_CERTIFICATE_NOT_YET_VALID))
		return REFUSAL_NOT_YET_VALID;
	return standing->revoked && !life_allows(standing, CODE_CERTIFICATE_REVOKED)
		   ? REFUSAL_REVOKED
		   : REFUSAL_NONE;
}

enum life_refusal
life_reschedule_refusal(
    const struct job_record *job, const struct job_standing *standing, int64_t due)
{
	if (job->is.result != RESULT_FAILURE) /* it waits, or its lease is over */
		return life_certificate_refusal(standing, due);
	if (job->is.proven_at != 0)
		return REFUSAL_PROVEN;
	if (standing->is_busy)
		return REFUSAL_PENDING;
	if (standing->has_later)
		return REFUSAL_LATER_JOB;
	if (job->removed)
		return REFUSAL_STORE_REMOVED;
	if (!job->approved)
		return REFUSAL_NOT_APPROVED;
	if (standing->needs_password)
		return REFUSAL_PASSWORD_GONE;
	return life_certificate_refusal(standing, due);
}

/* ---- what is in the way of a claim --------------------------------------------------------- */

enum life_refusal
life_obstacle(const struct job_record *job, const struct job_sight *sight, int64_t now)
{
	if (job->removed)
		return REFUSAL_STORE_REMOVED;
	if (!job->approved)
		return REFUSAL_NOT_APPROVED;
	if (life_window_is_over(job, now))
		return REFUSAL_WINDOW_OVER;
	if (!sight->inventoried || sight->inventoried_at <= job->created_at)
		return REFUSAL_NONE;
	return sight->shows_new || sight->shows_old ? REFUSAL_NONE : REFUSAL_CHANGED;
}

enum life_refusal
life_blocked(const struct job_record *job, const struct job_sight *sight, int64_t now)
{
	struct life_cell cell = life_cell(life_state_of(&job->is, now), LIFE_EVENT_CLAIM);

	return cell.action == LIFE_HAND_OUT || cell.refusal == REFUSAL_NOT_DUE
		   ? life_obstacle(job, sight, now)
		   : REFUSAL_NONE;
}

/* ---- what an action does ------------------------------------------------------------------ */

/* The job is nobody's any more; the token stays, to know a late report by. */
static void
life_end_lease(struct job_state *after)
{
	after->leased_at = after->lease_until = 0;
}

static void
life_complete(struct job_state *after, enum job_result result, int64_t now)
{
	life_end_lease(after);
	after->status = JOB_COMPLETED;
	after->result = result;
	after->completed_at = now;
	after->claims = 0;
}

static void
life_hand_out(struct job_state *after, const struct life_given *given)
{
	after->status = JOB_IN_PROCESS;
	after->result = RESULT_UNKNOWN;
	after->attempts++;
	after->claims++;
	after->has_claim = true;
	memcpy(after->claim, given->claim, JOB_CLAIM_SIZE);
	after->leased_at = given->now;
	after->lease_until = life_add(given->now, given->lease);
}

static void
life_fail(const struct job_record *job, struct job_state *after, int64_t now)
{
	int64_t due_at;

	life_complete(after, RESULT_FAILURE, now);
	after->failures++;
	if (!life_retry_at(job, now, &due_at))
		return;
	after->status = JOB_WILL_RETRY;
	after->completed_at = 0;
	after->due_at = due_at;
}

/* The old certificate is in its place again. A failure stays the failure that it was. */
static void
life_put_back(const struct job_record *job, struct job_state *after, const struct life_given *given)
{
	bool has_failed = after->status == JOB_COMPLETED && after->result == RESULT_FAILURE;

	if (given->is_final && !has_failed)
		life_complete(after, RESULT_FAILURE, given->now);
	else if (!has_failed)
		life_fail(job, after, given->now);
	after->proven_at = 0;
}

/* All before it is over: it is a new job but for its attempts. Who had claimed it then cannot
 * report for it any more. */
static void
life_postpone(struct job_state *after, int64_t due_at)
{
	life_end_lease(after);
	after->has_claim = false;
	memset(after->claim, 0, JOB_CLAIM_SIZE);
	after->status = JOB_WAITING;
	after->result = RESULT_UNKNOWN;
	after->completed_at = after->proven_at = 0;
	after->due_at = due_at;
	after->rescheduled = true;
	after->claims = after->failures = 0;
}

static void
life_acknowledge(struct job_state *after, int64_t now)
{
	/* A success that an inventory has proven is settled as it is. */
	if (after->result == RESULT_SUCCESS && after->proven_at != 0)
		return;
	after->status = JOB_ACKNOWLEDGED;
	if (after->completed_at == 0)
		after->completed_at = now;
}

static void
life_prove(struct job_state *after, const struct life_given *given)
{
	if (after->proven_at == 0 && !given->is_leftover)
		after->proven_at = given->inventoried_at;
}

struct job_state
life_after(const struct job_record *job, enum life_action action, const struct life_given *given)
{
	struct job_state after = job->is;

	switch (action) {
	case LIFE_HAND_OUT:
		life_hand_out(&after, given);
		break;
	case LIFE_SUCCEED:
		life_complete(&after, RESULT_SUCCESS, given->now);
		break;
	case LIFE_WARN:
		life_complete(&after, RESULT_WARNING, given->now);
		break;
	case LIFE_FAIL:
		life_fail(job, &after, given->now);
		break;
	case LIFE_CANCEL:
		life_end_lease(&after);
		after.status = JOB_ACKNOWLEDGED;
		after.result = RESULT_UNKNOWN;
		break;
	case LIFE_POSTPONE:
		life_postpone(&after, given->due_at);
		break;
	case LIFE_ACKNOWLEDGE:
		life_acknowledge(&after, given->now);
		break;
	case LIFE_SETTLE:
		life_complete(&after, RESULT_SUCCESS, given->now);
		life_prove(&after, given);
		break;
	case LIFE_PROVE:
		life_prove(&after, given);
		break;
	case LIFE_PUT_BACK:
		life_put_back(job, &after, given);
		break;
	case LIFE_REFUSE:
	case LIFE_NOTHING:
		break;
	}
	return after;
}

bool
life_is_idle(const struct job_record *job, const struct job_state *after, enum life_action action)
{
	return (action == LIFE_ACKNOWLEDGE || action == LIFE_PROVE) &&
	       after->status == job->is.status && after->proven_at == job->is.proven_at;
}

struct job_state
life_after_loss(const struct job_record *job, int64_t now)
{
	struct job_state after = job->is;

	if (after.claims >= LIFE_CLAIMS_MOST)
		life_complete(&after, RESULT_FAILURE, now);
	else
		life_end_lease(&after);
	return after;
}

struct job_state
life_renewed(const struct job_record *job, const struct life_given *given)
{
	int64_t until = life_add(given->now, given->lease);
	struct job_state after = job->is;

	if (after.lease_until >= until && after.leased_at <= given->now)
		return after;
	after.leased_at = given->now;
	after.lease_until = until;
	return after;
}

/* ---- a clock that goes back --------------------------------------------------------------- */

bool
life_clock_went_back(const struct job_record *job, int64_t now, struct job_state *after)
{
	const struct job_state *is = &job->is;
	bool leased = is->status == JOB_IN_PROCESS && is->lease_until != 0 && is->leased_at > now;
	bool retries = is->status == JOB_WILL_RETRY && is->due_at > life_add(now, LIFE_RETRY_MOST);

	*after = *is;
	if (leased) {
		after->lease_until = life_add(now, is->lease_until - is->leased_at);
		after->leased_at = now;
	}
	if (retries)
		after->due_at = life_add(now, LIFE_RETRY_MOST);
	return leased || retries;
}
