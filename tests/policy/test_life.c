#include "policy/life.h"

#include "model/code.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The table of the states of a job, every cell of it, and the rules beside it. */

#define NOW INT64_C(1000000000)
#define TOKEN ((const unsigned char *)"0123456789abcdef")

static struct job_record
job_in(enum life_state state)
{
	static const struct {
		int status, result;
		int64_t due_at, lease_until;
	} are[LIFE_STATES] = {
	    [LIFE_DUE] = {1, 0, NOW, 0},
	    [LIFE_LATER] = {1, 0, NOW + 1, 0},
	    [LIFE_LEASED] = {2, 0, NOW - 5, NOW + 1},
	    [LIFE_LOST] = {2, 0, NOW - 5, NOW},
	    [LIFE_RETRY] = {5, 4, NOW, 0},
	    [LIFE_RETRY_LATER] = {5, 4, NOW + 1, 0},
	    [LIFE_FAILED] = {3, 4, NOW, 0},
	    [LIFE_SUCCEEDED] = {3, 2, NOW, 0},
	    [LIFE_WARNED] = {3, 3, NOW, 0},
	    [LIFE_ACKNOWLEDGED_FAILURE] = {4, 4, NOW, 0},
	    [LIFE_ACKNOWLEDGED_SUCCESS] = {4, 2, NOW, 0},
	    [LIFE_ACKNOWLEDGED_WARNING] = {4, 3, NOW, 0},
	    [LIFE_CANCELLED] = {4, 0, NOW, 0},
	    [LIFE_UNKNOWN] = {0, 0, NOW, 0},
	};
	struct job_record job = {.id = 7, .planned_at = are[state].due_at};

	job.is.status = (enum job_status)are[state].status;
	job.is.result = (enum job_result)are[state].result;
	job.is.due_at = are[state].due_at;
	job.is.lease_until = are[state].lease_until;
	job.is.leased_at = are[state].lease_until == 0 ? 0 : NOW - 10;
	return job;
}

/* A cell, read out: "2/0 lease", "refused: in-process", "1/0 at the new time", "nothing". */
static const char *
cell_text(enum life_state state, enum life_event event, int64_t retries)
{
	static char text[64];
	struct job_record job = job_in(state);
	const struct life_given given = {
	    .now = NOW, .lease = 60, .claim = TOKEN, .due_at = NOW + 77, .inventoried_at = NOW - 3};
	enum life_state found;
	struct life_cell cell;
	struct job_state after;

	job.retries = retries;
	found = life_state_of(&job.is, NOW);
	ck_assert_int_eq(found, state);
	cell = life_cell(found, event);
	after = life_after(&job, cell.action, &given);
	if (cell.action == LIFE_REFUSE || cell.action == LIFE_NOTHING) {
		ck_assert_int_eq(memcmp(&after, &job.is, sizeof(after)), 0);
		snprintf(text, sizeof(text), "%s%s",
		    cell.action == LIFE_NOTHING ? "nothing" : "refused: ",
		    life_refusal_word(cell.refusal));
		return text;
	}
	ck_assert_int_eq(cell.refusal, REFUSAL_NONE);
	snprintf(text, sizeof(text), "%d/%d%s%s%s%s", (int)after.status, (int)after.result,
	    after.lease_until == NOW + 60 ? " lease" : "",
	    after.due_at == NOW + 77      ? " new time"
	    : after.due_at == NOW + 60000 ? " retry"
					  : "",
	    after.completed_at == NOW ? " now" : "", after.proven_at == NOW - 3 ? " proven" : "");
	return text;
}

/* The contract's table, written out. */
static const struct {
	enum life_state state;
	const char *cells[LIFE_EVENTS];
} expected[] = {
    {LIFE_DUE, {"2/0 lease", "3/2 now", "3/3 now", "3/4 now", "4/0", "1/0 new time",
		   "refused: not-ended", "3/2 now proven", "refused: not-begun"}},
    {LIFE_LATER, {"refused: not-due", "3/2 now", "3/3 now", "3/4 now", "4/0", "1/0 new time",
		     "refused: not-ended", "3/2 now proven", "refused: not-begun"}},
    {LIFE_LEASED, {"refused: in-process", "3/2 now", "3/3 now", "3/4 now", "refused: in-process",
		      "refused: in-process", "refused: in-process", "2/0 proven", "3/4 now"}},
    {LIFE_LOST, {"2/0 lease", "3/2 now", "3/3 now", "3/4 now", "4/0", "1/0 new time",
		    "refused: not-ended", "3/2 now proven", "3/4 now"}},
    {LIFE_RETRY, {"2/0 lease", "3/2 now", "3/3 now", "3/4 now", "4/0", "1/0 new time", "4/4 now",
		     "3/2 now proven", "3/4 now"}},
    {LIFE_RETRY_LATER, {"refused: not-due", "3/2 now", "3/3 now", "3/4 now", "4/0", "1/0 new time",
			   "4/4 now", "3/2 now proven", "3/4 now"}},
    {LIFE_FAILED, {"refused: already-completed", "refused: already-completed",
		      "refused: already-completed", "nothing", "refused: already-completed",
		      "1/0 new time", "4/4 now", "3/4 proven", "3/4"}},
    {LIFE_SUCCEEDED, {"refused: already-completed", "nothing", "refused: already-completed",
			 "refused: already-completed", "refused: already-completed",
			 "refused: already-completed", "4/2 now", "3/2 proven", "3/4 now"}},
    {LIFE_WARNED, {"refused: already-completed", "refused: already-completed", "nothing",
		      "refused: already-completed", "refused: already-completed",
		      "refused: already-completed", "4/3 now", "3/3 proven", "3/4 now"}},
    {LIFE_ACKNOWLEDGED_FAILURE,
	{"refused: already-acknowledged", "refused: already-acknowledged",
	    "refused: already-acknowledged", "refused: already-acknowledged",
	    "refused: already-acknowledged", "1/0 new time", "nothing", "4/4 proven",
	    "refused: already-acknowledged"}},
    {LIFE_ACKNOWLEDGED_SUCCESS,
	{"refused: already-acknowledged", "refused: already-acknowledged",
	    "refused: already-acknowledged", "refused: already-acknowledged",
	    "refused: already-acknowledged", "refused: already-acknowledged", "nothing",
	    "4/2 proven", "refused: already-acknowledged"}},
    {LIFE_ACKNOWLEDGED_WARNING,
	{"refused: already-acknowledged", "refused: already-acknowledged",
	    "refused: already-acknowledged", "refused: already-acknowledged",
	    "refused: already-acknowledged", "refused: already-acknowledged", "nothing",
	    "4/3 proven", "refused: already-acknowledged"}},
    {LIFE_CANCELLED, {"refused: job-cancelled", "refused: job-cancelled", "refused: job-cancelled",
			 "refused: job-cancelled", "nothing", "refused: job-cancelled",
			 "refused: job-cancelled", "nothing", "refused: job-cancelled"}},
    {LIFE_UNKNOWN, {"refused: already-completed", "refused: already-completed",
		       "refused: already-completed", "refused: already-completed",
		       "refused: already-completed", "refused: already-completed",
		       "refused: already-completed", "nothing", "refused: already-completed"}},
};
#define ROWS (sizeof(expected) / sizeof(expected[0]))

START_TEST(is_the_contracts_table)
{
	ck_assert_uint_eq(ROWS, LIFE_STATES);
	for (int row = 0; row < LIFE_STATES; row++) {
		ck_assert_int_eq(expected[row].state, row);
		for (int event = 0; event < LIFE_EVENTS; event++)
			ck_assert_msg(
			    strcmp(cell_text((enum life_state)row, (enum life_event)event, 0),
				expected[row].cells[event]) == 0,
			    "%s, %s (%d): %s, expected %s", life_state_name((enum life_state)row),
			    life_event_word((enum life_event)event), event,
			    cell_text((enum life_state)row, (enum life_event)event, 0),
			    expected[row].cells[event]);
	}
}
END_TEST

/* A failure with a retry left, from each state that takes a failure. */
START_TEST(retries_a_failure)
{
	for (int state = LIFE_DUE; state <= LIFE_RETRY_LATER; state++)
		ck_assert_str_eq(
		    cell_text((enum life_state)state, LIFE_EVENT_FAILURE, 1), "5/4 retry");
}
END_TEST

START_TEST(has_no_cell_outside)
{
	ck_assert_int_eq(life_cell(LIFE_STATES, LIFE_EVENT_CLAIM).action, LIFE_REFUSE);
	ck_assert_int_eq(life_cell(LIFE_DUE, LIFE_EVENTS).action, LIFE_REFUSE);
	ck_assert_str_eq(life_state_name(LIFE_STATES), "unknown");
	ck_assert_str_eq(life_event_word(LIFE_EVENTS), "unknown");
	ck_assert_str_eq(life_refusal_word(REFUSALS), "unknown");
	ck_assert_str_eq(life_refusal_text(REFUSALS), "unknown");
	ck_assert_str_eq(life_refusal_why(REFUSALS), "unknown");
	ck_assert_str_eq(life_refusal_remedy(REFUSALS), "unknown");
}
END_TEST

START_TEST(explains_every_refusal)
{
	for (int i = 1; i < REFUSALS; i++) {
		ck_assert_uint_gt(strlen(life_refusal_word((enum life_refusal)i)), 3);
		ck_assert_uint_gt(strlen(life_refusal_text((enum life_refusal)i)), 10);
		ck_assert_uint_gt(strlen(life_refusal_why((enum life_refusal)i)), 20);
		ck_assert_uint_gt(strlen(life_refusal_remedy((enum life_refusal)i)), 20);
		for (int j = 1; j < i; j++)
			ck_assert_str_ne(life_refusal_word((enum life_refusal)i),
			    life_refusal_word((enum life_refusal)j));
	}
}
END_TEST

/* The states that a choice of many jobs means: U unschedule, R reschedule, A acknowledge. */
START_TEST(chooses_whom_an_event_concerns)
{
	static const char *const concerned[LIFE_STATES] = {
	    [LIFE_DUE] = "UR",
	    [LIFE_LATER] = "UR",
	    [LIFE_LEASED] = "UR",
	    [LIFE_LOST] = "UR",
	    [LIFE_RETRY] = "URA",
	    [LIFE_RETRY_LATER] = "URA",
	    [LIFE_FAILED] = "RA",
	    [LIFE_SUCCEEDED] = "A",
	    [LIFE_WARNED] = "A",
	    [LIFE_ACKNOWLEDGED_FAILURE] = "R",
	    [LIFE_ACKNOWLEDGED_SUCCESS] = "",
	    [LIFE_ACKNOWLEDGED_WARNING] = "",
	    [LIFE_CANCELLED] = "",
	    [LIFE_UNKNOWN] = "",
	};
	enum life_state state = (enum life_state)_i;
	char found[4];

	snprintf(found, sizeof(found), "%s%s%s",
	    life_concerns(state, LIFE_EVENT_UNSCHEDULE) ? "U" : "",
	    life_concerns(state, LIFE_EVENT_RESCHEDULE) ? "R" : "",
	    life_concerns(state, LIFE_EVENT_ACKNOWLEDGE) ? "A" : "");
	ck_assert_str_eq(found, concerned[state]);
}
END_TEST

/* Everything is against it; then one thing after the other is not. */
START_TEST(reschedules_what_is_still_wanted)
{
	struct job_record job = job_in(LIFE_FAILED), waiting = job_in(LIFE_DUE);
	struct job_standing standing = {.is_busy = true,
	    .has_later = true,
	    .needs_password = true,
	    .has_not_before = true,
	    .has_not_after = true,
	    .not_before = NOW + 1,
	    .not_after = NOW,
	    .revoked = true};

	job.removed = waiting.removed = true;
	job.is.proven_at = 1;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_PROVEN);
	job.is.proven_at = 0;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_PENDING);
	standing.is_busy = false;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_LATER_JOB);
	standing.has_later = false;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_STORE_REMOVED);
	job.removed = false;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_NOT_APPROVED);
	job.approved = true;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_PASSWORD_GONE);
	standing.needs_password = false;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_EXPIRED);
	ck_assert_int_eq(life_reschedule_refusal(&waiting, &standing, NOW), REFUSAL_EXPIRED);
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW - 1), REFUSAL_NOT_YET_VALID);
	standing.not_after = NOW + 1;
	standing.not_before = NOW;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_REVOKED);
	ck_assert_int_eq(life_reschedule_refusal(&waiting, &standing, NOW), REFUSAL_REVOKED);
	standing.revoked = false;
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW), REFUSAL_NONE);
}
END_TEST

/* --allow of its run, for each check apart. */
START_TEST(minds_what_its_run_allowed)
{
	const struct job_record job = job_in(LIFE_DUE);
	struct job_standing standing = {.has_not_before = true,
	    .has_not_after = true,
	    .not_before = NOW + 2,
	    .not_after = NOW + 1,
	    .revoked = true,
	    .allowed = CODE_BIT(CODE_CERTIFICATE_EXPIRED)};

	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW + 1), REFUSAL_NOT_YET_VALID);
	standing.allowed |= CODE_BIT(CODE_CERTIFICATE_NOT_YET_VALID);
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW + 1), REFUSAL_REVOKED);
	standing.allowed |= CODE_BIT(CODE_CERTIFICATE_REVOKED);
	ck_assert_int_eq(life_reschedule_refusal(&job, &standing, NOW + 1), REFUSAL_NONE);
}
END_TEST

/* A job that is handed out, fails, is handed out again: what is counted. */
START_TEST(counts_attempts_claims_and_failures)
{
	struct life_given given = {.now = NOW, .lease = 5000, .claim = TOKEN};
	struct job_record job = job_in(LIFE_DUE);

	job.retries = 1;
	job.is = life_after(&job, LIFE_HAND_OUT, &given);
	ck_assert_int_eq(job.is.leased_at, NOW);
	ck_assert_int_eq(job.is.lease_until, NOW + 5000);
	ck_assert(job_claim_is(&job.is, TOKEN));
	given.now += 5000;
	job.is = life_after_loss(&job, given.now);
	ck_assert_int_eq(job.is.status, JOB_IN_PROCESS);
	ck_assert_int_eq(job.is.lease_until, 0);
	ck_assert_int_eq(life_state_of(&job.is, given.now), LIFE_LOST);
	job.is = life_after(&job, LIFE_HAND_OUT, &given);
	ck_assert_int_eq(job.is.claims, 2);
	job.is = life_after(&job, LIFE_FAIL, &given);
	ck_assert_int_eq(job.is.status, JOB_WILL_RETRY);
	ck_assert_int_eq(job.is.claims, 0);
	ck_assert_int_eq(job.is.failures, 1);
	ck_assert_int_eq(job.is.attempts, 2);
	ck_assert_int_eq(job.is.completed_at, 0);
	ck_assert(job_claim_is(&job.is, TOKEN));
	job.is = life_after(&job, LIFE_FAIL, &given);
	ck_assert_int_eq(job.is.status, JOB_COMPLETED);
	ck_assert_int_eq(job.is.failures, 2);
	ck_assert_int_eq(job.is.completed_at, given.now);
	given.due_at = given.now - 1;
	job.is = life_after(&job, LIFE_POSTPONE, &given);
	ck_assert_int_eq(job.is.failures, 0);
	ck_assert_int_eq(job.is.attempts, 2);
	ck_assert_int_eq(job.is.completed_at, 0);
	ck_assert(job.is.rescheduled);
}
END_TEST

START_TEST(gives_up_after_five_claims)
{
	struct job_record job = job_in(LIFE_LEASED);
	struct job_state after;

	for (job.is.claims = 1; job.is.claims < 5; job.is.claims++) {
		after = life_after_loss(&job, NOW + 9);
		ck_assert_int_eq(after.status, JOB_IN_PROCESS);
		ck_assert_int_eq(after.claims, job.is.claims);
	}
	after = life_after_loss(&job, NOW + 9);
	ck_assert_int_eq(after.status, JOB_COMPLETED);
	ck_assert_int_eq(after.result, RESULT_FAILURE);
	ck_assert_int_eq(after.completed_at, NOW + 9);
	ck_assert_int_eq(after.lease_until, 0);
}
END_TEST

static const struct {
	int64_t failures, retries;
	bool has_window, rescheduled;
	int64_t window_end;
	bool again;
	int64_t wait;
} retries[] = {
    {0, 0, false, false, 0, false, 0},
    {0, 1, false, false, 0, true, 60000},
    {1, 1, false, false, 0, false, 0},
    {1, 2, false, false, 0, true, 120000},
    {5, 9, false, false, 0, true, 1920000},
    {6, 9, false, false, 0, true, 3600000},
    {7, 9, false, false, 0, true, 3600000},
    {INT32_MAX - 1, INT32_MAX, false, false, 0, true, 3600000},
    {INT64_MAX - 1, INT64_MAX, false, false, 0, true, 3600000},
    /* Never at the end of the window, or after it. */
    {0, 1, true, false, NOW + 60000, false, 60000},
    {0, 1, true, false, NOW + 60001, true, 60000},
    {0, 1, true, true, NOW - 60000, true, 60000},
};

START_TEST(waits_twice_as_long_each_time)
{
	struct job_record job = job_in(LIFE_LEASED);
	int64_t due_at;

	job.is.failures = retries[_i].failures;
	job.retries = retries[_i].retries;
	job.has_window = retries[_i].has_window;
	job.window_end = retries[_i].window_end;
	job.is.rescheduled = retries[_i].rescheduled;
	ck_assert_int_eq(life_retry_at(&job, NOW, &due_at), retries[_i].again);
	ck_assert_int_eq(due_at, retries[_i].wait == 0 ? 0 : NOW + retries[_i].wait);
}
END_TEST

START_TEST(has_no_time_after_the_last)
{
	const struct life_given given = {
	    .now = LIFE_TIME_MOST - 1, .lease = INT64_MAX / 2, .claim = TOKEN};
	struct job_record job = job_in(LIFE_DUE);
	int64_t due_at;

	job.retries = 1;
	ck_assert(life_retry_at(&job, LIFE_TIME_MOST - 1, &due_at));
	ck_assert_int_eq(due_at, LIFE_TIME_MOST);
	ck_assert_int_eq(life_after(&job, LIFE_HAND_OUT, &given).lease_until, LIFE_TIME_MOST);
}
END_TEST

/* Of 3/2 only one that no inventory has proven; a warning in any case. */
START_TEST(acknowledges_what_is_not_proven)
{
	const struct life_given given = {.now = NOW};
	struct job_record job = job_in(LIFE_SUCCEEDED);

	job.is.proven_at = 5;
	ck_assert_int_eq(life_after(&job, LIFE_ACKNOWLEDGE, &given).status, JOB_COMPLETED);
	job = job_in(LIFE_WARNED);
	job.is.proven_at = 5;
	ck_assert_int_eq(life_after(&job, LIFE_ACKNOWLEDGE, &given).status, JOB_ACKNOWLEDGED);
}
END_TEST

/* A leftover is completed, and proven by a later inventory; the first proof stays. */
START_TEST(proves_no_leftover)
{
	struct life_given given = {.now = NOW, .inventoried_at = NOW - 3, .is_leftover = true};
	struct job_record job = job_in(LIFE_DUE);

	job.is = life_after(&job, LIFE_SETTLE, &given);
	ck_assert_int_eq(job.is.status, JOB_COMPLETED);
	ck_assert_int_eq(job.is.result, RESULT_SUCCESS);
	ck_assert_int_eq(job.is.proven_at, 0);
	given.is_leftover = false;
	job.is = life_after(&job, LIFE_PROVE, &given);
	ck_assert_int_eq(job.is.proven_at, NOW - 3);
	given.inventoried_at = NOW;
	ck_assert_int_eq(life_after(&job, LIFE_PROVE, &given).proven_at, NOW - 3);
}
END_TEST

START_TEST(knows_a_window_that_is_over)
{
	struct job_record job = job_in(LIFE_DUE);

	ck_assert(!life_window_is_over(&job, NOW));
	job.has_window = true;
	job.window_end = NOW + 1;
	ck_assert(!life_window_is_over(&job, NOW));
	job.window_end = NOW;
	ck_assert(life_window_is_over(&job, NOW));
	job.is.rescheduled = true;
	ck_assert(!life_window_is_over(&job, NOW));
}
END_TEST

/* A lease lasts as long as it was to last, and a retry is never further away than any is. */
/* The first of what is in the way, and of the jobs alone that a claim could hand out. */
START_TEST(names_what_is_in_the_way)
{
	struct job_record job = job_in((enum life_state)_i);
	struct job_sight sight = {.inventoried = true, .inventoried_at = NOW - 4};
	const struct job_sight none = {.inventoried = false};
	bool open = _i <= LIFE_RETRY_LATER && _i != LIFE_LEASED;

	job.approved = true;
	job.created_at = NOW - 5;
	ck_assert_int_eq(life_blocked(&job, &none, NOW), REFUSAL_NONE);
	ck_assert_int_eq(life_blocked(&job, &sight, NOW), open ? REFUSAL_CHANGED : REFUSAL_NONE);
	job.has_window = true;
	job.window_end = NOW;
	ck_assert_int_eq(
	    life_blocked(&job, &sight, NOW), open ? REFUSAL_WINDOW_OVER : REFUSAL_NONE);
	job.is.rescheduled = true;
	ck_assert_int_eq(life_blocked(&job, &none, NOW), REFUSAL_NONE);
	job.approved = false;
	ck_assert_int_eq(
	    life_blocked(&job, &sight, NOW), open ? REFUSAL_NOT_APPROVED : REFUSAL_NONE);
	job.removed = true;
	ck_assert_int_eq(
	    life_blocked(&job, &none, NOW), open ? REFUSAL_STORE_REMOVED : REFUSAL_NONE);
}
END_TEST

START_TEST(minds_no_older_inventory)
{
	struct job_record job = job_in(LIFE_DUE);
	struct job_sight sight = {.inventoried = true, .inventoried_at = NOW - 4};

	job.approved = true;
	job.created_at = NOW - 4;
	ck_assert_int_eq(life_obstacle(&job, &sight, NOW), REFUSAL_NONE);
	sight.shows_new = true;
	job.created_at = NOW - 5;
	ck_assert_int_eq(life_obstacle(&job, &sight, NOW), REFUSAL_NONE);
	sight = (struct job_sight){.inventoried = true, .inventoried_at = NOW, .shows_old = true};
	ck_assert_int_eq(life_obstacle(&job, &sight, NOW), REFUSAL_NONE);
	sight.shows_old = false;
	sight.keeps_old = true;
	ck_assert_int_eq(life_obstacle(&job, &sight, NOW), REFUSAL_CHANGED);
	sight.inventoried = false;
	ck_assert_int_eq(life_obstacle(&job, &sight, NOW), REFUSAL_NONE);
}
END_TEST

START_TEST(follows_a_clock_that_goes_back)
{
	struct job_record job = job_in(LIFE_LEASED);
	struct job_state after;

	ck_assert(!life_clock_went_back(&job, NOW - 10, &after));
	ck_assert(life_clock_went_back(&job, NOW - 11, &after));
	ck_assert_int_eq(after.leased_at, NOW - 11);
	ck_assert_int_eq(after.lease_until, NOW);
	job = job_in(LIFE_RETRY);
	ck_assert(!life_clock_went_back(&job, NOW - LIFE_RETRY_MOST, &after));
	ck_assert(life_clock_went_back(&job, NOW - LIFE_RETRY_MOST - 1, &after));
	ck_assert_int_eq(after.due_at, NOW - 1);
	job = job_in(LIFE_LATER);
	job.is.due_at = NOW + LIFE_RETRY_MOST * 99;
	ck_assert(!life_clock_went_back(&job, NOW, &after));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("life");
	TCase *tests = tcase_create("life");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, is_the_contracts_table);
	tcase_add_test(tests, retries_a_failure);
	tcase_add_test(tests, has_no_cell_outside);
	tcase_add_test(tests, explains_every_refusal);
	tcase_add_loop_test(tests, chooses_whom_an_event_concerns, 0, LIFE_STATES);
	tcase_add_test(tests, reschedules_what_is_still_wanted);
	tcase_add_test(tests, minds_what_its_run_allowed);
	tcase_add_test(tests, counts_attempts_claims_and_failures);
	tcase_add_test(tests, gives_up_after_five_claims);
	tcase_add_loop_test(
	    tests, waits_twice_as_long_each_time, 0, (int)(sizeof(retries) / sizeof(retries[0])));
	tcase_add_test(tests, has_no_time_after_the_last);
	tcase_add_test(tests, acknowledges_what_is_not_proven);
	tcase_add_test(tests, proves_no_leftover);
	tcase_add_test(tests, knows_a_window_that_is_over);
	tcase_add_loop_test(tests, names_what_is_in_the_way, 0, LIFE_STATES);
	tcase_add_test(tests, minds_no_older_inventory);
	tcase_add_test(tests, follows_a_clock_that_goes_back);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
