#include "policy.h"

/* ---- refusals of locations ------------------------------------------------------------------ */

/* The reasons to refuse a location in the order of their precedence. */
static void
not_approved(void)
{
	locations[0].store.approved = false;
}

static void
no_permission(void)
{
	locations[0].store.may_schedule = false;
}

static void
add_not_supported(void)
{
	locations[0].store.add_supported = false;
}

static void
agent_unavailable(void)
{
	locations[0].store.agent_available = false;
}

static void
password_required(void)
{
	locations[0].store.entry_password = NEED_REQUIRED;
}

static void
key_required(void)
{
	locations[0].store.private_key = NEED_REQUIRED;
	row.certificate.has_private_key = FACT_NO;
}

static void
already_replaced(void)
{
	locations[0].succeeded = (struct job_facts){31, 4, JOB_COMPLETED, 200};
}

static void
pending(void)
{
	locations[0].active = (struct job_facts){32, 5, JOB_WAITING, 300};
}

static const struct {
	void (*change)(void);
	enum code code;
	const char *said;
} refusals[] = {
    {not_approved, CODE_NOT_APPROVED, "not-approved: the store is not approved"},
    {no_permission, CODE_NO_PERMISSION,
	"no-permission: the operator may not schedule jobs for the store"},
    {add_not_supported, CODE_ADD_NOT_SUPPORTED,
	"add-not-supported: the store's type does not support adding certificates"},
    {agent_unavailable, CODE_AGENT_UNAVAILABLE,
	"agent-unavailable: no approved agent is assigned to the store"},
    {password_required, CODE_ENTRY_PASSWORD_REQUIRED,
	"entry-password-required: the store's type requires an entry password: expected a "
	"Password"},
    {key_required, CODE_PRIVATE_KEY_REQUIRED,
	"private-key-required: the store's type requires a private key, and the new certificate "
	"has none"},
    {pending, CODE_JOB_PENDING,
	"job-pending: job 32 of run 5 for certificate 300 is active (Waiting)"},
    {already_replaced, CODE_ALREADY_REPLACED,
	"already-replaced: job 31 of run 4 put the new certificate there already"},
};
#define REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

START_TEST(refuses)
{
	refusals[_i].change();
	ck_assert_int_eq(replace_location(&policy, &row, &locations[0], &messages), ACTION_REFUSE);
	ck_assert_str_eq(said(), refusals[_i].said);
	ck_assert_int_eq(messages.items[0].code, refusals[_i].code);
	ck_assert_int_eq(messages.items[0].location, 1);
	ck_assert(!messages.items[0].rejects); /* the location, not the row */
	ck_assert_int_eq(code_kind(messages.items[0].code), CODE_STORE);
	/* The other location has nothing of it. */
	messages_clear(&messages);
	row.certificate.has_private_key = FACT_YES;
	ck_assert_int_eq(replace_location(&policy, &row, &locations[1], &messages), ACTION_CREATE);
	ck_assert_uint_eq(messages.count, 0);
}
END_TEST

/* Of all that hold from one on, that one is told. */
START_TEST(tells_the_first_reason)
{
	for (size_t i = (size_t)_i; i < REFUSALS; i++)
		refusals[i].change();
	policy.pending = PENDING_SUPERSEDE;
	replace_location(&policy, &row, &locations[0], &messages);
	ck_assert_uint_eq(messages.count, 1);
	ck_assert_int_eq(messages.items[0].code,
	    refusals[_i].code == CODE_JOB_PENDING ? CODE_JOB_SUPERSEDED : refusals[_i].code);
}
END_TEST

START_TEST(entry_passwords)
{
	static const struct {
		enum need need;
		const char *password;
		enum action action;
	} cases[] = {
	    {NEED_REQUIRED, NULL, ACTION_REFUSE}, {NEED_REQUIRED, "secret", ACTION_CREATE},
	    {NEED_REQUIRED, " ", ACTION_CREATE}, {NEED_OPTIONAL, NULL, ACTION_CREATE},
	    {NEED_OPTIONAL, "secret", ACTION_CREATE}, {NEED_FORBIDDEN, NULL, ACTION_CREATE},
	    {NEED_FORBIDDEN, "secret", ACTION_CREATE}, /* the job gets none */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		locations[0].store.entry_password = cases[i].need;
		request.password_length = cases[i].password == NULL ? 0 : strlen(cases[i].password);
		ck_assert_int_eq(
		    replace_location(&policy, &row, &locations[0], &messages), cases[i].action);
	}
	ck_assert_uint_eq(messages.count, 1);
}
END_TEST

START_TEST(private_keys)
{
	static const enum code expected[3][3] = {
	    /* FACT_UNKNOWN, FACT_NO, FACT_YES */
	    [NEED_FORBIDDEN] = {CODE_COUNT, CODE_COUNT, CODE_PRIVATE_KEY_FORBIDDEN},
	    [NEED_OPTIONAL] = {CODE_COUNT, CODE_COUNT, CODE_COUNT},
	    [NEED_REQUIRED] = {CODE_COUNT, CODE_PRIVATE_KEY_REQUIRED, CODE_COUNT},
	};

	row.existing.has_private_key = FACT_UNKNOWN; /* the existing one's does not matter */
	for (int need = NEED_FORBIDDEN; need <= NEED_REQUIRED; need++) {
		for (int fact = FACT_UNKNOWN; fact <= FACT_YES; fact++) {
			enum code code = expected[need][fact];

			messages_clear(&messages);
			locations[0].store.private_key = (enum need)need;
			row.certificate.has_private_key = (enum fact)fact;
			ck_assert_int_eq(replace_location(&policy, &row, &locations[0], &messages),
			    code == CODE_COUNT ? ACTION_CREATE : ACTION_REFUSE);
			ck_assert_uint_eq(messages.count, code != CODE_COUNT);
			ck_assert(code == CODE_COUNT || messages.items[0].code == code);
		}
	}
	ck_assert_str_eq(code_text(CODE_PRIVATE_KEY_FORBIDDEN),
	    "the store's type forbids a private key, and the new certificate has one");
}
END_TEST

/* ---- active jobs ---------------------------------------------------------------------------- */

#define KEPT "job-kept: job 32 of run 5 installs the same certificate and is kept"
#define SUPERSEDED "job-superseded: job 32 of run 5 is replaced by the new one"
#define PENDING(certificate, status) \
	"job-pending: job 32 of run 5 for certificate " certificate " is active (" status ")"

static const struct {
	enum pending pending;
	enum job_status status;
	int64_t certificate; /* of the active job; the row's is 200 */
	enum action action;
	const char *said;
} jobs[] = {
    {PENDING_REFUSE, JOB_WAITING, 200, ACTION_REFUSE, PENDING("200", "Waiting")},
    {PENDING_REFUSE, JOB_WAITING, 300, ACTION_REFUSE, PENDING("300", "Waiting")},
    {PENDING_REFUSE, JOB_IN_PROCESS, 200, ACTION_REFUSE, PENDING("200", "InProcess")},
    {PENDING_REFUSE, JOB_IN_PROCESS, 300, ACTION_REFUSE, PENDING("300", "InProcess")},
    {PENDING_REFUSE, JOB_WILL_RETRY, 200, ACTION_REFUSE, PENDING("200", "CompletedWillRetry")},
    {PENDING_REFUSE, JOB_WILL_RETRY, 300, ACTION_REFUSE, PENDING("300", "CompletedWillRetry")},
    {PENDING_KEEP, JOB_WAITING, 200, ACTION_KEEP, KEPT},
    {PENDING_KEEP, JOB_WAITING, 300, ACTION_REFUSE, PENDING("300", "Waiting")},
    {PENDING_KEEP, JOB_IN_PROCESS, 200, ACTION_KEEP, KEPT},
    {PENDING_KEEP, JOB_IN_PROCESS, 300, ACTION_REFUSE, PENDING("300", "InProcess")},
    {PENDING_KEEP, JOB_WILL_RETRY, 200, ACTION_KEEP, KEPT},
    {PENDING_KEEP, JOB_WILL_RETRY, 300, ACTION_REFUSE, PENDING("300", "CompletedWillRetry")},
    {PENDING_SUPERSEDE, JOB_WAITING, 200, ACTION_SUPERSEDE, SUPERSEDED},
    {PENDING_SUPERSEDE, JOB_WAITING, 300, ACTION_SUPERSEDE, SUPERSEDED},
    {PENDING_SUPERSEDE, JOB_IN_PROCESS, 200, ACTION_REFUSE, PENDING("200", "InProcess")},
    {PENDING_SUPERSEDE, JOB_IN_PROCESS, 300, ACTION_REFUSE, PENDING("300", "InProcess")},
    {PENDING_SUPERSEDE, JOB_WILL_RETRY, 200, ACTION_SUPERSEDE, SUPERSEDED},
    {PENDING_SUPERSEDE, JOB_WILL_RETRY, 300, ACTION_SUPERSEDE, SUPERSEDED},
};

START_TEST(meets_an_active_job)
{
	policy.pending = jobs[_i].pending;
	locations[0].active = (struct job_facts){32, 5, jobs[_i].status, jobs[_i].certificate};
	ck_assert_int_eq(
	    replace_location(&policy, &row, &locations[0], &messages), jobs[_i].action);
	ck_assert_str_eq(said(), jobs[_i].said);
	ck_assert_int_eq(messages.items[0].location, 1);
	ck_assert(!messages_reject(&messages));
}
END_TEST

/* Under keep, what an earlier job has done counts as what an active one will do. */
START_TEST(meets_a_job_that_was_done)
{
	static const struct {
		enum pending pending;
		enum action action;
		const char *word;
	} cases[] = {{PENDING_REFUSE, ACTION_REFUSE, "already-replaced"},
	    {PENDING_KEEP, ACTION_KEEP, "job-kept"},
	    {PENDING_SUPERSEDE, ACTION_REFUSE, "already-replaced"}};
	char expected[128];

	already_replaced();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		policy.pending = cases[i].pending;
		messages_clear(&messages);
		ck_assert_int_eq(
		    replace_location(&policy, &row, &locations[0], &messages), cases[i].action);
		snprintf(expected, sizeof(expected),
		    "%s: job 31 of run 4 put the new certificate there already", cases[i].word);
		ck_assert_str_eq(said(), expected);
		ck_assert_int_eq(messages.items[0].location, 1);
		ck_assert(!messages_reject(&messages));
	}
}
END_TEST

/* A store that would be refused does not keep or replace a job. */
START_TEST(a_refusal_comes_before_a_job)
{
	locations[0].active = (struct job_facts){32, 5, JOB_WAITING, 200};
	already_replaced();
	not_approved();
	for (int i = PENDING_REFUSE; i <= PENDING_SUPERSEDE; i++) {
		policy.pending = (enum pending)i;
		messages_clear(&messages);
		ck_assert_int_eq(
		    replace_location(&policy, &row, &locations[0], &messages), ACTION_REFUSE);
		ck_assert_str_eq(said(), "not-approved: the store is not approved");
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("replace_locations");
	TCase *tests = tcase_create("replace_locations");

	tcase_add_checked_fixture(tests, enter, leave);
	LOOP(refuses, refusals);
	LOOP(tells_the_first_reason, refusals);
	tcase_add_test(tests, entry_passwords);
	tcase_add_test(tests, private_keys);
	LOOP(meets_an_active_job, jobs);
	tcase_add_test(tests, meets_a_job_that_was_done);
	tcase_add_test(tests, a_refusal_comes_before_a_job);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
