#include "jobs/complete.h"

#include "decimal.h"
#include "jobs/claim.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- reading ------------------------------------------------------------------------------ */

const char *const complete_results[] = {"success", "warning", "failure", NULL};
_Static_assert(
    LIFE_EVENT_WARNING == LIFE_EVENT_SUCCESS + 1 && LIFE_EVENT_FAILURE == LIFE_EVENT_SUCCESS + 2,
    "the order of complete_results");

const char *const complete_fields[COMPLETE_FIELDS] = {"JobId", "Claim", "Result", "Message"};
enum { FIELD_JOB, FIELD_CLAIM, FIELD_RESULT, FIELD_MESSAGE };

bool
complete_result_parse(const char *text, size_t length, enum life_event *event)
{
	for (int i = 0; complete_results[i] != NULL; i++)
		if (strlen(complete_results[i]) == length &&
		    strncasecmp(complete_results[i], text, length) == 0) {
			*event = (enum life_event)((int)LIFE_EVENT_SUCCESS + i);
			return true;
		}
	return false;
}

void
complete_set_message(struct complete_report *report, const char *text)
{
	hand_keep_message(report->message, text);
}

static const char *
complete_read_job(const struct value *value, int64_t *job)
{
	bool is_number = value->type == VALUE_INTEGER || value->type == VALUE_TEXT;
	int64_t id = is_number ? decimal_parse(value->text, COMPLETE_LAST_JOB) : -1;

	if (id < 1)
		return "expected a JobId, a number from 1";
	*job = id;
	return NULL;
}

static const char *
complete_read_claim(const struct value *value, struct complete_report *report)
{
	if (value_is_absent(value))
		return NULL;
	report->has_claim = value->type == VALUE_TEXT &&
			    claim_parse(value->text, value->length, report->claim);
	return report->has_claim ? NULL : "expected a Claim, 32 hexadecimal digits, or none";
}

const char *
complete_read(const struct record *record, struct complete_report *report, const char **field)
{
	const struct value *values = record->values;
	const char *wrong;

	*report = (struct complete_report){.event = LIFE_EVENT_FAILURE};
	*field = record->fault_field;
	if (record->fault != NULL)
		return record->fault;
	*field = complete_fields[FIELD_JOB];
	wrong = complete_read_job(&values[FIELD_JOB], &report->job);
	if (wrong != NULL)
		return wrong;
	*field = complete_fields[FIELD_CLAIM];
	wrong = complete_read_claim(&values[FIELD_CLAIM], report);
	if (wrong != NULL)
		return wrong;
	*field = complete_fields[FIELD_RESULT];
	if (values[FIELD_RESULT].type != VALUE_TEXT ||
	    !complete_result_parse(
		values[FIELD_RESULT].text, values[FIELD_RESULT].length, &report->event))
		return "expected success, warning or failure";
	*field = complete_fields[FIELD_MESSAGE];
	if (!value_is_absent(&values[FIELD_MESSAGE]) && values[FIELD_MESSAGE].type != VALUE_TEXT)
		return "expected a text, or none";
	complete_set_message(report, values[FIELD_MESSAGE].text);
	return NULL;
}

/* ---- taking ------------------------------------------------------------------------------- */

static const char *const outcomes[] = {
    [COMPLETE_DONE] = "completed",
    [COMPLETE_RETRY] = "will-retry",
    [COMPLETE_UNCHANGED] = "unchanged",
    [COMPLETE_REFUSED] = "refused",
};

const char *
complete_outcome_word(enum complete_outcome outcome)
{
	return outcomes[outcome];
}

/* The history of a cancelled job keeps what its executor said: it may have changed the store. */
static int
complete_keep_late(const struct hand *hand, const struct job_record *job,
    const struct complete_report *report, int64_t now, struct error *err)
{
	char message[HAND_MESSAGE_SIZE + 16];
	const struct job_event event = {.word = LIFE_WORD_LATE,
	    .at = now,
	    .operator_name = hand->operator_name,
	    .claim = report->has_claim ? report->claim : NULL,
	    .cancelled_by = NULL,
	    .message = message};

	snprintf(message, sizeof(message), "%s%s%s",
	    complete_results[(int)report->event - (int)LIFE_EVENT_SUCCESS],
	    report->message[0] == '\0' ? "" : ": ", report->message);
	return db_job_change(hand->db, job, &job->is, &event, err);
}

/* A failure that the same claimant has reported before: once more it is no second failure. */
static bool
complete_is_repeated(const struct job_record *job, const struct complete_report *report)
{
	return job->is.status == JOB_WILL_RETRY && report->event == LIFE_EVENT_FAILURE &&
	       report->has_claim;
}

/* A job that is found and whose token is right. */
struct completing {
	const struct hand *hand;
	struct job_record job;
	const struct complete_report *report;
	int64_t now;
};

static int
complete_found(
    const struct completing *completing, struct complete_answer *answer, struct error *err)
{
	const struct hand *hand = completing->hand;
	const struct job_record *job = &completing->job;
	const struct complete_report *report = completing->report;
	const struct life_given given = {.now = completing->now};
	const struct hand_event event = {.event = report->event,
	    .claim = report->has_claim ? report->claim : NULL,
	    .message = report->message[0] == '\0' ? NULL : report->message};
	struct job_state after;
	struct life_cell cell;

	if (complete_is_repeated(job, report)) {
		answer->outcome = COMPLETE_UNCHANGED;
		return 0;
	}
	if (hand_carry_out(hand, job, &event, &given, &cell, err) == -1)
		return -1;
	after = life_after(job, cell.action, &given);
	answer->refusal = cell.refusal;
	answer->outcome = cell.action == LIFE_REFUSE       ? COMPLETE_REFUSED
			  : cell.action == LIFE_NOTHING    ? COMPLETE_UNCHANGED
			  : after.status == JOB_WILL_RETRY ? COMPLETE_RETRY
							   : COMPLETE_DONE;
	answer->due_at = after.due_at;
	if (cell.refusal == REFUSAL_CANCELLED)
		return complete_keep_late(hand, job, report, completing->now, err);
	return 0;
}

int
complete_job(const struct hand *hand, const struct complete_report *report, int64_t now,
    struct complete_answer *answer, struct error *err)
{
	struct completing completing = {.hand = hand, .report = report, .now = now};

	*answer = (struct complete_answer){.outcome = COMPLETE_REFUSED};
	if (hand_find(hand, report->job, &completing.job, &answer->refusal, err) == -1)
		return -1;
	if (answer->refusal == REFUSAL_NONE && report->has_claim &&
	    !job_claim_is(&completing.job.is, report->claim))
		answer->refusal = REFUSAL_LEASE_LOST;
	if (answer->refusal != REFUSAL_NONE)
		return 0;
	return complete_found(&completing, answer, err);
}

void
complete_add_answer(struct buffer *buffer, const struct complete_report *report,
    const struct complete_answer *answer)
{
	if (report->job == 0)
		buffer_add_string(buffer, "{\"JobId\":null");
	else
		buffer_addf(buffer, "{\"JobId\":%lld", (long long)report->job);
	buffer_addf(
	    buffer, ",\"Outcome\":\"%s\",\"Code\":", complete_outcome_word(answer->outcome));
	if (answer->outcome == COMPLETE_REFUSED)
		buffer_addf(buffer, "\"%s\"}\n", life_refusal_word(answer->refusal));
	else
		buffer_add_string(buffer, "null}\n");
}
