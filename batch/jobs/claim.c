#include "jobs/claim.h"

#include "database/ready.h"
#include "database/facts.h"
#include "database/run.h"
#include "database/settle.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* ---- tokens ------------------------------------------------------------------------------- */

static const char digits[] = "0123456789abcdef";

const char *
claim_format(const unsigned char claim[JOB_CLAIM_SIZE], char text[CLAIM_TEXT_SIZE])
{
	for (size_t i = 0; i < JOB_CLAIM_SIZE; i++) {
		text[2 * i] = digits[claim[i] >> 4];
		text[2 * i + 1] = digits[claim[i] & 15];
	}
	text[CLAIM_TEXT_SIZE - 1] = '\0';
	return text;
}

/* The value of a digit in either case; -1: it is none. */
static int
claim_digit(char digit)
{
	const char *found;

	if (digit >= 'A' && digit <= 'F')
		digit = (char)(digit - 'A' + 'a');
	found = digit == '\0' ? NULL : strchr(digits, digit);
	return found == NULL ? -1 : (int)(found - digits);
}

bool
claim_parse(const char *text, size_t length, unsigned char claim[JOB_CLAIM_SIZE])
{
	if (length != CLAIM_TEXT_SIZE - 1)
		return false;
	for (size_t i = 0; i < JOB_CLAIM_SIZE; i++) {
		int high = claim_digit(text[2 * i]), low = claim_digit(text[2 * i + 1]);

		if (high == -1 || low == -1)
			return false;
		claim[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static int
claim_make(unsigned char claim[JOB_CLAIM_SIZE], struct error *err)
{
	if (getrandom(claim, JOB_CLAIM_SIZE, 0) == JOB_CLAIM_SIZE)
		return 0;
	return error_errno(err, NULL, "the system has no random bytes for a claim");
}

/* ---- one job ------------------------------------------------------------------------------ */

struct claiming {
	const struct hand *hand;
	const struct claim_wish *wish;
	struct claim_counts *counts;
	struct claim_list *list; /* of claim_look(); NULL: jobs are handed out */
	int64_t now;
	/* The locations that had an active job at the start, where that was asked for. */
	struct bitmap busy;
	bool knows_busy;
};

static int
claim_begin(struct claiming *claiming, int64_t (*now)(void), struct error *err)
{
	*claiming->counts = (struct claim_counts){0};
	if (db_begin(claiming->hand->db, err) == -1)
		return -1;
	claiming->now = now();
	return 0;
}

/* Commits what went well, where it is to be kept. */
static int
claim_end(struct claiming *claiming, int rc, bool keep, struct error *err)
{
	bitmap_release(&claiming->busy);
	if (rc == 0 && keep && db_commit(claiming->hand->db, err) == 0)
		return 0;
	db_rollback(claiming->hand->db);
	return keep ? -1 : rc;
}

/* A job that was claimed, on its way to who takes it. */
struct claim_giving {
	const struct claim_wish *wish;
	struct claim_taken taken;
};

static int
claim_give(void *closure, const struct job_order *order, struct error *err)
{
	struct claim_giving *giving = closure;

	giving->taken.order = order;
	return giving->wish->take(giving->wish->closure, &giving->taken, err);
}

static int
claim_hand_out(struct claiming *claiming, const struct job_record *job, struct error *err)
{
	struct database *db = claiming->hand->db;
	unsigned char token[JOB_CLAIM_SIZE];
	const struct life_given given = {
	    .now = claiming->now, .lease = claiming->wish->lease, .claim = token};
	const struct hand_event event = {
	    .event = LIFE_EVENT_CLAIM, .claim = token, .message = claiming->wish->message};
	struct claim_giving giving = {.wish = claiming->wish};
	struct job_state after;
	struct life_cell cell;

	if (claim_make(token, err) == -1 ||
	    hand_carry_out(claiming->hand, job, &event, &given, &cell, err) == -1)
		return -1;
	if (cell.action != LIFE_HAND_OUT) /* what is ready is due */
		return error_set(err, ERROR_STORAGE, NULL,
		    "job %lld cannot be handed out: %s; run `pfxreplace verify`",
		    (long long)job->id, life_refusal_text(cell.refusal));
	after = life_after(job, cell.action, &given);
	giving.taken = (struct claim_taken){.job = job, .after = &after};
	claiming->counts->claimed++;
	return db_job_order(db, job->id, claim_give, &giving, err);
}

/* Whether the old certificate is still at an alias without an active job of its own. */
static int
claim_find_leftover(
    struct claiming *claiming, const struct job_record *job, bool *is_leftover, struct error *err)
{
	struct database *db = claiming->hand->db;

	if (!claiming->knows_busy && db_busy(db, &claiming->busy, err) == -1)
		return -1;
	claiming->knows_busy = true;
	return db_job_is_leftover(db, job, &claiming->busy, is_leftover, err);
}

static int
claim_settle(struct claiming *claiming, const struct job_record *job, const struct job_sight *sight,
    struct error *err)
{
	struct life_given given = {.now = claiming->now, .inventoried_at = sight->inventoried_at};
	const struct hand_event event = {.event = LIFE_EVENT_INVENTORY};
	struct life_cell cell;

	if (sight->keeps_old && claim_find_leftover(claiming, job, &given.is_leftover, err) == -1)
		return -1;
	claiming->counts->settled++;
	return hand_carry_out(claiming->hand, job, &event, &given, &cell, err);
}

/* Why it is not handed out; REFUSAL_NONE: it may be. */
static enum life_refusal
claim_obstacle(const struct claiming *claiming, const struct ready_candidate *ready)
{
	enum life_refusal obstacle = life_obstacle(&ready->job, &ready->sight, claiming->now);

	if (!hand_may(claiming->hand, &ready->job))
		return REFUSAL_NOT_PERMITTED;
	return obstacle == REFUSAL_CHANGED && claiming->wish->changed ? REFUSAL_NONE : obstacle;
}

static bool
claim_is_wanted(const struct claiming *claiming, const struct job_record *job)
{
	const struct claim_wish *wish = claiming->wish;

	return (wish->store == 0 || job->store == wish->store) &&
	       (wish->run == 0 || job->run == wish->run);
}

static int
claim_list_add(struct claiming *claiming, const struct claim_listed *listed, struct error *err)
{
	struct claim_list *list = claiming->list;
	struct claim_listed *items = memory_grow(
	    list->items, list->count, &list->capacity, sizeof(*items));

	if (items == NULL)
		return error_memory(err);
	list->items = items;
	items[list->count++] = *listed;
	return 0;
}

void
claim_list_release(struct claim_list *list)
{
	free(list->items);
	*list = (struct claim_list){0};
}

/* Hands out one job that is due, lists it, or passes it over. */
static int
claim_one(struct claiming *claiming, const struct ready_candidate *ready, struct error *err)
{
	enum life_refusal obstacle = REFUSAL_NONE;
	struct job_record job;
	int rc;

	if (ready->known && !claim_is_wanted(claiming, &ready->job))
		return 0;
	if (ready->known)
		obstacle = claim_obstacle(claiming, ready);
	if (obstacle != REFUSAL_NONE) {
		claiming->counts->passed[obstacle]++;
		if (claiming->list == NULL)
			return 0;
		return claim_list_add(claiming,
		    &(struct claim_listed){ready->id, ready->job.store, obstacle, false}, err);
	}
	rc = db_job_get(claiming->hand->db, ready->id, &job, err);
	if (rc == 0 || (rc == 1 && !ready->known))
		rc = error_set(err, ERROR_STORAGE, NULL,
		    "job %lld is ready, but there is no such job; run `pfxreplace verify`",
		    (long long)ready->id);
	if (rc == -1)
		return -1;
	if (ready->sight.shows_new && claim_settle(claiming, &job, &ready->sight, err) == -1)
		return -1;
	if (claiming->list != NULL)
		return claim_list_add(claiming,
		    &(struct claim_listed){job.id, job.store, REFUSAL_NONE, ready->sight.shows_new},
		    err);
	return ready->sight.shows_new ? 0 : claim_hand_out(claiming, &job, err);
}

/* ---- before it: what time has done -------------------------------------------------------- */

/* A lease that is over before its time has a message that says why. */
static int
claim_lose(struct claiming *claiming, int64_t id, const char *message, struct error *err)
{
	const struct hand *hand = claiming->hand;
	struct job_event event = {.word = LIFE_WORD_LOST,
	    .at = claiming->now,
	    .operator_name = hand->operator_name,
	    .message = message};
	struct job_record job;
	struct job_state after;
	int rc = db_job_get(hand->db, id, &job, err);

	if (rc != 1)
		return rc;
	after = life_after_loss(&job, claiming->now);
	event.claim = job.is.has_claim ? job.is.claim : NULL;
	if (after.status == JOB_COMPLETED) {
		event.message = LIFE_NO_REPORT;
		event.is_report = true;
		claiming->counts->given_up++;
	}
	return db_job_change(hand->db, &job, &after, &event, err);
}

#define CLAIM_LOST_AT_ONCE 1000

/* Every lease that is over: the job is ready again, or has failed. */
static int
claim_take_back(struct claiming *claiming, struct error *err)
{
	struct ready_jobs lost = {0};
	size_t count;
	int rc;

	do {
		rc = db_ready_lost(
		    claiming->hand->db, claiming->now, CLAIM_LOST_AT_ONCE, &lost, err);
		count = lost.count;
		for (size_t i = 0; rc == 0 && i < count; i++)
			rc = claim_lose(claiming, lost.ids[i], NULL, err);
		ready_jobs_release(&lost);
	} while (rc == 0 && count == CLAIM_LOST_AT_ONCE);
	return rc;
}

/* Those that somebody who is dead has claimed with the message of the wish. */
static int
claim_take_over(struct claiming *claiming, struct error *err)
{
	struct ready_jobs jobs = {0};
	int rc = 0;

	if (claiming->wish->message != NULL)
		rc = db_ready_claimed_with(claiming->hand->db, claiming->wish->message, &jobs, err);
	for (size_t i = 0; rc == 0 && i < jobs.count; i++)
		rc = claim_lose(claiming, jobs.ids[i], CLAIM_CUT_OFF, err);
	ready_jobs_release(&jobs);
	return rc;
}

static int
claim_shorten(struct claiming *claiming, int64_t id, struct error *err)
{
	const struct hand *hand = claiming->hand;
	const struct job_event event = {.word = LIFE_WORD_CLOCK,
	    .at = claiming->now,
	    .operator_name = hand->operator_name,
	    .message = "the clock went back"};
	struct job_record job;
	struct job_state after;
	int rc = db_job_get(hand->db, id, &job, err);

	if (rc != 1 || !life_clock_went_back(&job, claiming->now, &after))
		return rc == -1 ? -1 : 0;
	return db_job_change(hand->db, &job, &after, &event, err);
}

/*
 * The clock may go back: it was wrong, or is now. Leases and retries that were counted from the
 * later time would then last as long as the clock is behind.
 */
#define CLAIM_CLOCK_SLACK INT64_C(10000)

static int
claim_mind_clock(struct claiming *claiming, struct error *err)
{
	struct database *db = claiming->hand->db;
	struct ready_jobs jobs = {0};
	int64_t last;
	int rc;

	if (db_counter(db, COUNTER_CLOCK, &last, err) == -1)
		return -1;
	if (claiming->now > last - CLAIM_CLOCK_SLACK)
		return 0;
	rc = db_ready_from_later_clock(db, claiming->now, LIFE_RETRY_MOST, &jobs, err);
	for (size_t i = 0; rc == 0 && i < jobs.count; i++)
		rc = claim_shorten(claiming, jobs.ids[i], err);
	ready_jobs_release(&jobs);
	return rc == -1 ? -1 : db_counter_set(db, COUNTER_CLOCK, claiming->now, err);
}

/* ---- all ---------------------------------------------------------------------------------- */

/* The next jobs of the walk, at most `most`; fewer at its end. 0, or -1 and err. */
static int
claim_gather(struct ready_walk *walk, struct ready_candidate *jobs, size_t most, size_t *count,
    struct error *err)
{
	int rc = 1;

	*count = 0;
	while (*count < most && (rc = ready_walk_next(walk, &jobs[*count].id, err)) == 1)
		++*count;
	return rc == -1 ? -1 : 0;
}

/*
 * As many are looked at in one go as are wanted, and as many more as were passed over so far: where
 * nothing is passed over nothing is looked at in vain.
 */
static int
claim_due_of(struct claiming *claiming, struct ready_walk *walk, struct ready_candidate *jobs,
    struct error *err)
{
	const struct claim_wish *wish = claiming->wish;
	size_t looked_at = 0, count, most;

	while (claiming->counts->claimed < wish->limit) {
		most = wish->limit - claiming->counts->claimed +
		       (looked_at - claiming->counts->claimed);
		most = most < READY_LOOK_MOST ? most : READY_LOOK_MOST;
		if (claim_gather(walk, jobs, most, &count, err) == -1 ||
		    db_ready_look(claiming->hand->db, jobs, count, err) == -1)
			return -1;
		for (size_t i = 0; i < count && claiming->counts->claimed < wish->limit; i++)
			if (claim_one(claiming, &jobs[i], err) == -1)
				return -1;
		if (count < most)
			return 0;
		looked_at += count;
	}
	return 0;
}

static int
claim_due(struct claiming *claiming, const struct ready_filter *filter, struct error *err)
{
	struct ready_walk *walk = ready_walk_open(claiming->hand->db, filter, err);
	struct ready_candidate *jobs = calloc(READY_LOOK_MOST, sizeof(*jobs));
	int rc = -1;

	if (walk != NULL && jobs == NULL)
		error_memory(err);
	else if (walk != NULL)
		rc = claim_due_of(claiming, walk, jobs, err);
	free(jobs);
	ready_walk_close(walk);
	return rc;
}

/* The time is noted with what was handed out at it. */
static int
claim_note_clock(struct claiming *claiming, struct error *err)
{
	int64_t last;

	if (claiming->counts->claimed == 0)
		return 0;
	if (db_counter(claiming->hand->db, COUNTER_CLOCK, &last, err) == -1)
		return -1;
	return last >= claiming->now
		   ? 0
		   : db_counter_set(claiming->hand->db, COUNTER_CLOCK, claiming->now, err);
}

static int
claim_within(struct claiming *claiming, struct error *err)
{
	const struct claim_wish *wish = claiming->wish;
	struct ready_filter filter = {.machine = wish->machine,
	    .host = wish->host,
	    .store = wish->store,
	    .now = claiming->now};

	if (db_run_span(claiming->hand->db, wish->run, &filter.first, &filter.last, err) == -1)
		return -1;
	if (db_ready_fill(claiming->hand->db, err) == -1 || claim_mind_clock(claiming, err) == -1 ||
	    claim_take_back(claiming, err) == -1 ||
	    (claiming->list != NULL && claim_take_over(claiming, err) == -1) ||
	    claim_due(claiming, &filter, err) == -1)
		return -1;
	return claim_note_clock(claiming, err);
}

int
claim_jobs(const struct hand *hand, const struct claim_wish *wish, int64_t (*now)(void),
    struct claim_counts *counts, struct error *err)
{
	struct claiming claiming = {.hand = hand, .wish = wish, .counts = counts};

	if (claim_begin(&claiming, now, err) == -1)
		return -1;
	return claim_end(&claiming, claim_within(&claiming, err), true, err);
}

/* ---- looked at first, then claimed -------------------------------------------------------- */

int
claim_look(const struct claim_looking *looking, int64_t (*now)(void), struct claim_list *list,
    struct claim_counts *counts, struct error *err)
{
	struct claiming claiming = {
	    .hand = looking->hand, .wish = looking->wish, .counts = counts, .list = list};

	*list = (struct claim_list){0};
	if (claim_begin(&claiming, now, err) == -1)
		return -1;
	return claim_end(&claiming, claim_within(&claiming, err), looking->keep, err);
}

/* One of those that were listed: it may have gone its way since. */
static int
claim_listed_one(struct claiming *claiming, const struct ready_candidate *ready, struct error *err)
{
	struct job_record job;
	struct life_cell cell;
	int rc = db_job_get(claiming->hand->db, ready->id, &job, err);

	if (rc != 1)
		return rc;
	cell = life_cell(life_state_of(&job.is, claiming->now), LIFE_EVENT_CLAIM);
	return cell.action == LIFE_HAND_OUT ? claim_one(claiming, ready, err) : 0;
}

static int
claim_these_within(struct claiming *claiming, const int64_t *ids, size_t count, struct error *err)
{
	struct ready_candidate *jobs = calloc(READY_LOOK_MOST, sizeof(*jobs));
	int rc = 0;

	if (jobs == NULL)
		return error_memory(err);
	for (size_t i = 0, some; rc == 0 && i < count; i += some) {
		some = count - i < READY_LOOK_MOST ? count - i : READY_LOOK_MOST;
		for (size_t k = 0; k < some; k++)
			jobs[k].id = ids[i + k];
		rc = db_ready_look(claiming->hand->db, jobs, some, err);
		for (size_t k = 0; rc == 0 && k < some; k++)
			rc = claim_listed_one(claiming, &jobs[k], err);
	}
	free(jobs);
	return rc == 0 ? claim_note_clock(claiming, err) : rc;
}

int
claim_these(const struct claim_looking *looking, int64_t (*now)(void),
    const struct ready_jobs *jobs, struct claim_counts *counts, struct error *err)
{
	struct claiming claiming = {.hand = looking->hand, .wish = looking->wish, .counts = counts};

	if (claim_begin(&claiming, now, err) == -1)
		return -1;
	return claim_end(&claiming, claim_these_within(&claiming, jobs->ids, jobs->count, err),
	    looking->keep, err);
}

/* ---- a longer lease ----------------------------------------------------------------------- */

/* Why the lease is not extended: the job is not InProcess any more, or it is somebody else's. */
static enum life_refusal
claim_renewal_refusal(
    const struct job_record *job, const struct claim_renewal *renewal, int64_t now)
{
	struct life_cell cell = life_cell(life_state_of(&job->is, now), LIFE_EVENT_SUCCESS);

	if (!job_claim_is(&job->is, renewal->claim))
		return REFUSAL_LEASE_LOST;
	if (job->is.status == JOB_IN_PROCESS)
		return REFUSAL_NONE;
	if (cell.action == LIFE_REFUSE)
		return cell.refusal;
	return job_state_is_active(&job->is) ? REFUSAL_LEASE_LOST : REFUSAL_COMPLETED;
}

int
claim_renew(const struct hand *hand, struct claim_renewal *renewal, int64_t now,
    enum life_refusal *refusal, struct error *err)
{
	const struct job_event event = {.word = LIFE_WORD_RENEW,
	    .at = now,
	    .operator_name = hand->operator_name,
	    .claim = renewal->claim};
	const struct life_given given = {
	    .now = now, .lease = renewal->lease, .claim = renewal->claim};
	struct job_state after;
	struct job_record job;

	if (hand_find(hand, renewal->job, &job, refusal, err) == -1)
		return -1;
	if (*refusal == REFUSAL_NONE)
		*refusal = claim_renewal_refusal(&job, renewal, now);
	if (*refusal != REFUSAL_NONE)
		return 0;
	after = life_renewed(&job, &given);
	renewal->until = after.lease_until;
	return db_job_change(hand->db, &job, &after, &event, err);
}
