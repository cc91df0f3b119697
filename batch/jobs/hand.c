#include "jobs/hand.h"

#include "utf8.h"

#include <string.h>

void
hand_keep_message(char kept[HAND_MESSAGE_SIZE], const char *text)
{
	utf8_escape_text(text == NULL ? "" : text, kept, HAND_MESSAGE_SIZE);
}

bool
hand_may(const struct hand *hand, const struct job_record *job)
{
	return permissions_for(hand->permissions, job->container) >= PERMIT_SCHEDULE;
}

int
hand_find(const struct hand *hand, int64_t id, struct job_record *job, enum life_refusal *refusal,
    struct error *err)
{
	int rc = db_job_get(hand->db, id, job, err);

	*refusal = REFUSAL_NONE;
	if (rc == 0 || (rc == 1 && job->is_purged))
		*refusal = REFUSAL_NO_SUCH_JOB;
	else if (rc == 1 && !hand_may(hand, job))
		*refusal = REFUSAL_NOT_PERMITTED;
	return rc == -1 ? -1 : 0;
}

static bool
hand_is_report(enum life_event event)
{
	return event == LIFE_EVENT_SUCCESS || event == LIFE_EVENT_WARNING ||
	       event == LIFE_EVENT_FAILURE || event == LIFE_EVENT_RESTORE;
}

int
hand_carry_out(const struct hand *hand, const struct job_record *job,
    const struct hand_event *event, const struct life_given *given, struct life_cell *cell,
    struct error *err)
{
	const struct job_event kept = {.word = life_event_word(event->event),
	    .at = given->now,
	    .operator_name = hand->operator_name,
	    .claim = event->claim,
	    .message = event->message,
	    .is_report = hand_is_report(event->event)};
	struct job_state after;

	*cell = life_cell(life_state_of(&job->is, given->now), event->event);
	if (job->is_purged) /* all of its jobs have ended, and stay so */
		*cell = (struct life_cell){LIFE_REFUSE, REFUSAL_NO_SUCH_JOB};
	if (cell->action == LIFE_REFUSE || cell->action == LIFE_NOTHING)
		return 0;
	after = life_after(job, cell->action, given);
	if (life_is_idle(job, &after, cell->action)) {
		cell->action = LIFE_NOTHING;
		return 0;
	}
	return db_job_change(hand->db, job, &after, &kept, err);
}
