#include "jobs/change.h"

#include "database/facts.h"

void
change_look(
    struct change *change, const struct hand *hand, const struct change_wish *wish, int64_t now)
{
	*change = (struct change){.hand = hand, .wish = wish, .now = now};
}

int
change_begin(struct change *change, const struct hand *hand, const struct change_wish *wish,
    int64_t (*now)(void), struct error *err)
{
	change_look(change, hand, wish, 0);
	if (db_begin(hand->db, err) == -1)
		return -1;
	change->now = now();
	return 0;
}

int
change_commit(struct change *change, struct error *err)
{
	return db_commit(change->hand->db, err);
}

void
change_release(struct change *change)
{
	bitmap_release(&change->busy);
	change->knows_busy = false;
	db_rollback(change->hand->db);
}

/* When a job is due that is rescheduled. */
static int64_t
change_due(const struct change *change)
{
	return change->wish->due_at > change->now ? change->wish->due_at : change->now;
}

/* Whether another job of the location is active. */
static int
change_is_busy(
    struct change *change, const struct job_record *job, bool *is_busy, struct error *err)
{
	*is_busy = false;
	if (job_state_is_active(&job->is)) /* it is the only one */
		return 0;
	if (!change->knows_busy && db_busy(change->hand->db, &change->busy, err) == -1)
		return -1;
	change->knows_busy = true;
	*is_busy = bitmap_has(&change->busy, (uint64_t)job->location);
	return 0;
}

/* What is against a reschedule beside the job's state. */
static int
change_look_around(struct change *change, const struct job_record *job, enum life_refusal *refusal,
    struct error *err)
{
	struct job_standing standing;

	if (db_job_standing(change->hand->db, job, &standing, err) == -1 ||
	    change_is_busy(change, job, &standing.is_busy, err) == -1)
		return -1;
	*refusal = life_reschedule_refusal(job, &standing, change_due(change));
	return 0;
}

int
change_foresee(struct change *change, int64_t id, struct change_answer *answer, struct error *err)
{
	enum life_event event = change->wish->event;
	const struct life_given given = {.now = change->now, .due_at = change_due(change)};
	struct job_record *job = &answer->job;
	enum life_refusal refusal;
	struct job_state after;
	enum life_state state;
	struct life_cell cell;

	*answer = (struct change_answer){.outcome = CHANGE_REFUSED};
	if (hand_find(change->hand, id, job, &answer->refusal, err) == -1)
		return -1;
	if (answer->refusal != REFUSAL_NONE)
		return 0;
	state = life_state_of(&job->is, change->now);
	cell = life_cell(state, event);
	if (change->wish->many && !life_concerns(state, event)) {
		answer->outcome = cell.action == LIFE_REFUSE ? CHANGE_LEFT : CHANGE_UNCHANGED;
		answer->refusal = cell.refusal;
		return 0;
	}
	refusal = cell.refusal;
	if (cell.action == LIFE_POSTPONE && change_look_around(change, job, &refusal, err) == -1)
		return -1;
	after = life_after(job, cell.action, &given);
	answer->refusal = refusal;
	if (refusal == REFUSAL_NONE)
		answer->outcome = cell.action == LIFE_NOTHING ||
					  life_is_idle(job, &after, cell.action)
				      ? CHANGE_UNCHANGED
				      : CHANGE_DONE;
	return 0;
}

int
change_job(struct change *change, int64_t id, struct change_answer *answer, struct error *err)
{
	const struct life_given given = {.now = change->now, .due_at = change_due(change)};
	const struct hand_event event = {
	    .event = change->wish->event, .message = change->wish->message};
	struct life_cell cell;

	if (change_foresee(change, id, answer, err) == -1)
		return -1;
	if (answer->outcome != CHANGE_DONE)
		return 0;
	if (hand_carry_out(change->hand, &answer->job, &event, &given, &cell, err) == -1)
		return -1;
	if (change->knows_busy && event.event == LIFE_EVENT_RESCHEDULE &&
	    bitmap_set(&change->busy, (uint64_t)answer->job.location) == -1)
		return error_memory(err);
	return 0;
}
