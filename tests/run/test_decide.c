#include "run/decide.h"
#include "database/facts.h"
#include "run/lookup.h"

#include "database.h"

/*
 * A request, the facts of a small inventory, the row that comes of them. Certificate 100 stands
 * in stores 1 to 5, in store 2 at two aliases, in store 6 that was removed; 101 in store 6
 * alone; 102 in store 1.
 */

#define NOW INT64_C(1893456000000) /* 2030-01-01T00:00:00Z */
#define GUID "printf('%08d-0000-4000-8000-000000000000', id)"

static const char SQL[] =
    "INSERT INTO container VALUES (3, 'web');"
    "INSERT INTO agent VALUES ('a1', 'm1', 2, NULL), ('a2', 'm2', 1, NULL);"
    "WITH known(id, container, type, approved, agent, removed) AS (VALUES"
    " (1, NULL, 0, 1, 'a1', 0), (2, 3, 0, 1, 'a1', 0), (3, NULL, 0, 0, 'a1', 0),"
    " (4, NULL, 2, 1, 'a1', 0), (5, NULL, 0, 1, 'a2', 0), (6, NULL, 0, 1, 'a1', 1))"
    " INSERT INTO store(id, guid, container, type, approved, agent, agent_assigned, removed,"
    " inventoried_at) SELECT id, " GUID ", container, type, approved, agent, 1, removed,"
    " 1893455000000 FROM known;"
    "INSERT INTO certificate(id) VALUES (100), (101), (102), (200), (300);"
    "INSERT INTO enrollment_request VALUES (7, 200, 'ISSUED'), (8, 200, 'PENDING');"
    "INSERT INTO location(id, store, alias, certificate) VALUES (11, 1, 'a', 100), (12, 2, 'a', "
    "100), (13, 2, 'b', 100),"
    " (14, 3, 'a', 100), (15, 4, 'a', 100), (16, 5, 'a', 100), (17, 6, 'a', 100),"
    " (18, 6, 'b', 101), (19, 1, 'c', 102);";

/* 14,002 stores, more than are asked for at once, some of which share a slot with stores 1 to 6
 * and with one another; every other one is approved, and every seventh was removed. */
static const char CROWD[] =
    "INSERT INTO certificate(id) VALUES (103), (104);"
    "WITH RECURSIVE crowd(id) AS (SELECT 64000 UNION ALL SELECT id + 1 FROM crowd"
    " WHERE id < 71000)"
    " INSERT INTO store(id, guid, type, approved, agent, agent_assigned, removed)"
    " SELECT id, " GUID ", 0, id % 2, 'a1', 1, id % 7 = 0 FROM"
    " (SELECT id FROM crowd UNION ALL SELECT id + 65536 FROM crowd);"
    "INSERT INTO location(store, alias, certificate) SELECT id, 'a', 103 FROM store"
    " WHERE id >= 64000;"
    "INSERT INTO location(store, alias, certificate) VALUES (65537, 'b', 104);";

/* A store of which no location may be. */
static const char NO_STORE[] =
    "INSERT INTO certificate(id) VALUES (105);"
    "INSERT INTO store(id, guid, type, approved, agent, agent_assigned)"
    " SELECT -1, '-0000001-0000-4000-8000-000000000000', 0, 1, 'a1', 1;"
    "INSERT INTO location(id, store, alias, certificate) VALUES (77, -1, 'a', 105);";

/* An earlier run: job 1 waits at location 11 for certificate 300, job 2 is done at 19. */
static const char JOBS[] =
    "INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at, state,"
    " rows_total) VALUES (1, x'00', 'm', 'm', 'ann', '', 1, 0, 1, 2);"
    "INSERT INTO request(id, line, outcome, existing, certificate, created_at) VALUES"
    " (4294967297, 2, 1, 100, 300, 0), (4294967298, 3, 1, 102, 200, 0);"
    "INSERT INTO job(id, request, location, status, result, completed_at) VALUES"
    " (1, 4294967297, 11, 1, 0, NULL), (2, 4294967298, 19, 3, 2, 1893455500000);";

static struct database *db;
static struct policy policy;
static struct permissions permissions;
static struct request request;
static struct lookup *lookup;
static struct decider *decider;
static struct batch *batch;
static struct batch_row *batch_row;
static struct row *row;
static struct buffer text;

static void
start(void)
{
	enter();
	create();
	tamper(SQL);
	db = open_good(DB_READ);
	policy = (struct policy){.started_at = NOW};
	request = (struct request){.number = 1, .line = 2, .existing = 100, .certificate = 200};
	permissions = (struct permissions){.system = PERMIT_SCHEDULE};
	batch = batch_new(false);
	ck_assert_ptr_nonnull(batch);
	batch_row = &batch->rows[0];
	row = &batch_row->row;
}

/* What is remembered of the inventory. */
static void
forget(void)
{
	lookup_free(lookup);
	lookup = NULL;
	decider_free(decider);
	decider = NULL;
}

static void
end(void)
{
	forget();
	batch_free(batch);
	buffer_release(&text);
	permissions_release(&permissions);
	db_close(db);
	leave();
}

/* Decides the request into a row that was made ready for it. */
static void
decide_row(void)
{
	struct error err = {0};

	if (lookup == NULL)
		lookup = lookup_new(db, &policy, &permissions);
	if (decider == NULL)
		decider = decider_new(db, &policy, &err);
	ck_assert_msg(lookup != NULL && decider != NULL, "%s", err.text);
	batch_clear(batch);
	batch->count = 1;
	batch_row->request = request;
	ck_assert_msg(lookup_batch(lookup, batch, &err) == 0, "%s", err.text);
	ck_assert_msg(decider_decide(decider, batch_row, &err) == 0, "%s", err.text);
}

/* What is said of the row, stores and aliases named. */
static const char *
decide(void)
{
	struct error err = {0};

	row_clear(row);
	decide_row();
	ck_assert_msg(db_row_names(db, row, &err) == 0, "%s", err.text);
	buffer_clear(&text);
	buffer_add_string(&text, "");
	messages_csv(&row->messages, &text);
	return text.bytes;
}

/* The fates of the locations: r, j, k, or s for a job that takes another's place. */
static const char *
fates(void)
{
	static char letters[16];

	for (size_t i = 0; i < row->location_count; i++)
		letters[i] = row->locations[i].supersedes != 0 ? 's'
							       : "rjk"[row->locations[i].fate];
	letters[row->location_count] = '\0';
	return letters;
}

#define STORE(n) "store 0000000" #n "-0000-4000-8000-000000000000, alias a: "
#define SEVERAL \
	"several-aliases: " STORE(2) "the existing certificate stands at 2 aliases of the store; "
#define NOT_APPROVED "not-approved: " STORE(3) "the store is not approved; "
#define REST                                                                        \
	"entry-password-required: " STORE(                                          \
	    4) "the store's type requires an entry password: expected a Password; " \
	       "agent-unavailable: " STORE(5) "no approved agent is assigned to the store"

START_TEST(each_store_has_its_fate)
{
	ck_assert_str_eq(decide(), SEVERAL NOT_APPROVED REST);
	ck_assert_str_eq(fates(), "jjjrrr");
	ck_assert_int_eq(row->outcome, OUTCOME_PARTIAL);
	ck_assert_int_eq(row->existing, 100);
	ck_assert_int_eq(row->certificate, 200);
	ck_assert_int_eq(row->due, NOW);
	request.password = "secret";
	request.password_length = 6;
	decide();
	ck_assert_str_eq(fates(), "jjjrjr");
}
END_TEST

/* Where there is an entry for the container, the system's does not count. */
START_TEST(containers_have_permissions_of_their_own)
{
	permissions_add(&permissions, "/certificate_stores/read/3/");
	ck_assert_str_eq(decide(),
	    SEVERAL "no-permission: " STORE(
		2) "the operator may not schedule jobs for the store; "
		   "no-permission: store 00000002-0000-4000-8000-000000000000, alias b: the "
		   "operator may not schedule jobs for the store; " NOT_APPROVED REST);
	ck_assert_str_eq(fates(), "jrrrrr");
	forget();
	permissions.system = PERMIT_READ;
	permissions_add(&permissions, "/certificate_stores/modify/3/");
	decide();
	ck_assert_str_eq(fates(), "rjjrrr");
}
END_TEST

START_TEST(a_removed_store_is_none)
{
	request.existing = 101;
	ck_assert_str_eq(decide(), "not-in-any-store: ExistingCertificateId: the existing "
				   "certificate stands in no store");
	ck_assert_int_eq(row->outcome, OUTCOME_REJECTED);
	ck_assert_uint_eq(row->location_count, 0);
}
END_TEST

START_TEST(a_request_is_its_certificate)
{
	request.certificate = 0;
	request.request = 7;
	decide();
	ck_assert_str_eq(fates(), "jjjrrr");
	ck_assert_int_eq(row->certificate, 200);
	ck_assert_int_eq(row->request, 7);
	request.request = 8;
	decide();
	ck_assert_int_eq(row->outcome, OUTCOME_REJECTED);
	ck_assert_int_eq(row->certificate, 0);
	/* Of a row that gives two, each as it was given. */
	request.request = 7;
	request.certificate = 300;
	decide();
	ck_assert_int_eq(row->certificate, 300);
	ck_assert_int_eq(row->request, 7);
}
END_TEST

/* Faults of the fields and of the inventory are told together. */
START_TEST(adds_to_the_faults_of_the_fields)
{
	request = (struct request){.existing = 999, .due_unknown = true};
	decide();
	row_clear(row);
	messages_add(&row->messages, message_fault(CODE_NO_NEW_CERTIFICATE, NULL), NULL);
	decide_row();
	ck_assert_int_eq(row->outcome, OUTCOME_REJECTED);
	ck_assert_uint_eq(row->messages.count, 2);
	ck_assert_int_eq(row->messages.items[1].code, CODE_UNKNOWN_EXISTING_CERTIFICATE);
}
END_TEST

START_TEST(a_repetition_stays_one)
{
	decide();
	row_clear(row);
	row->outcome = OUTCOME_SKIPPED;
	decide_row();
	ck_assert_int_eq(row->outcome, OUTCOME_SKIPPED);
	ck_assert_uint_eq(row->location_count, 0);
	ck_assert_uint_eq(row->messages.count, 0);
	ck_assert_int_eq(row->certificate, 200);
}
END_TEST

/* A warning that is denied rejects the row, its store named. */
START_TEST(a_denied_warning_rejects)
{
	policy.deny = CODE_BIT(CODE_SEVERAL_ALIASES);
	ck_assert_str_eq(decide(),
	    "several-aliases: " STORE(2) "the existing certificate stands at "
					 "2 aliases of the store");
	ck_assert_int_eq(row->outcome, OUTCOME_REJECTED);
	ck_assert_uint_eq(row->location_count, 0);
}
END_TEST

START_TEST(meets_active_jobs)
{
	tamper(JOBS);
	decide();
	ck_assert_str_eq(fates(), "rjjrrr");
	policy.pending = PENDING_SUPERSEDE;
	decide();
	ck_assert_str_eq(fates(), "sjjrrr");
	ck_assert_int_eq(row->locations[0].supersedes, 1);
	policy.pending = PENDING_KEEP;
	decide();
	ck_assert_str_eq(fates(), "rjjrrr");
	request.certificate = 300;
	decide();
	ck_assert_str_eq(fates(), "kjjrrr");
	ck_assert_int_eq(row->locations[0].supersedes, 0);
}
END_TEST

/* The sets are loaded once, and again where the counter has moved. */
START_TEST(meets_jobs_that_were_made_active)
{
	struct error err = {0};

	tamper(JOBS);
	tamper("UPDATE job SET status = 3, result = 4, completed_at = 1 WHERE id = 1");
	decide();
	ck_assert_str_eq(fates(), "jjjrrr");
	tamper("UPDATE job SET status = 1, result = 0, completed_at = NULL WHERE id = 1");
	ck_assert_int_eq(decider_refresh(decider, &err), 0);
	decide();
	ck_assert_str_eq(fates(), "jjjrrr");
	tamper("UPDATE counter SET value = value + 1 WHERE name = 'reactivated'");
	ck_assert_int_eq(decider_refresh(decider, &err), 0);
	decide();
	ck_assert_str_eq(fates(), "rjjrrr");
	/* Another one, when the first was asked for already; and one that was successful since. */
	tamper("UPDATE job SET location = 12 WHERE id = 1;"
	       "INSERT INTO job(id, request, location, status, result, completed_at) VALUES"
	       " (3, 4294967298, 11, 3, 2, 1893455500000);"
	       "UPDATE counter SET value = value + 1 WHERE name = 'reactivated'");
	ck_assert_int_eq(decider_refresh(decider, &err), 0);
	decide();
	ck_assert_str_eq(fates(), "rrjrrr");
	ck_assert_ptr_nonnull(strstr(decide(), "already-replaced: "));
	ck_assert_ptr_nonnull(strstr(decide(), "job-pending: "));
	tamper("DELETE FROM counter WHERE name = 'reactivated'");
	ck_assert_int_eq(decider_refresh(decider, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "the database is damaged: it has no counter reactivated: run `pfxreplace verify`");
}
END_TEST

/* Unless the inventory is newer than the job, or the job was for another certificate. */
START_TEST(meets_jobs_that_were_done)
{
	tamper(JOBS);
	request.existing = 102;
	ck_assert_str_eq(decide(), "already-replaced: store 00000001-0000-4000-8000-000000000000, "
				   "alias c: job 2 of run 1 put the new certificate there already");
	ck_assert_int_eq(row->outcome, OUTCOME_FAILED);
	policy.pending = PENDING_KEEP;
	decide();
	ck_assert_str_eq(fates(), "k");
	ck_assert_int_eq(row->outcome, OUTCOME_SUCCEEDED);
	policy.pending = PENDING_REFUSE;
	request.certificate = 300;
	ck_assert_str_eq(decide(), "");
	ck_assert_str_eq(fates(), "j");
	request.certificate = 200;
	forget();
	tamper("UPDATE store SET inventoried_at = 1893455500000 WHERE id = 1");
	decide();
	ck_assert_str_eq(fates(), "r"); /* of the same moment: no newer */
	forget();
	tamper("UPDATE store SET inventoried_at = 1893455500001 WHERE id = 1");
	decide();
	ck_assert_str_eq(fates(), "j");
}
END_TEST

/* Only stores that get a job count, and of those the ones whose type takes one. */
START_TEST(knows_who_takes_a_password)
{
	request.password_length = 6;
	decide();
	ck_assert(decider_takes_password(batch_row));
	ck_assert_int_eq(batch_row->locations[0].store.container, -1);
	ck_assert_int_eq(batch_row->locations[1].store.container, 3);
	for (size_t i = 0; i < row->location_count; i++)
		row->locations[i].fate = ROW_KEPT;
	ck_assert(!decider_takes_password(batch_row));
	forget();
	tamper("UPDATE store SET type = 6 WHERE id = 1");
	request.existing = 102;
	decide();
	ck_assert_str_eq(fates(), "j");
	ck_assert(!decider_takes_password(batch_row));
}
END_TEST

/* Many rows at once, in no order, some of one certificate: each gets its own. */
START_TEST(looks_up_many_at_once)
{
	static const int64_t existing[] = {102, 100, 999, 101, 102, 100};
	static const int64_t certificates[] = {300, 200, 200, 300, 200, 999};
	static const size_t locations[] = {1, 6, 0, 0, 1, 0};
	const size_t rows = sizeof(existing) / sizeof(existing[0]);
	struct error err = {0};

	batch->count = BATCH_ROWS;
	for (size_t i = 0; i < batch->count; i++) {
		row_clear(&batch->rows[i].row);
		batch->rows[i].request = request;
		batch->rows[i].request.existing = existing[i % rows];
		batch->rows[i].request.certificate = certificates[i % rows];
	}
	lookup = lookup_new(db, &policy, &permissions);
	ck_assert_ptr_nonnull(lookup);
	ck_assert_int_eq(lookup_batch(lookup, batch, &err), 0);
	for (size_t i = 0; i < batch->count; i++) {
		const struct row *found = &batch->rows[i].row;

		ck_assert_int_eq(found->existing, existing[i % rows]);
		ck_assert_int_eq(found->certificate, certificates[i % rows]);
		ck_assert_uint_eq(found->location_count, locations[i % rows]);
		for (size_t j = 0; j < found->location_count; j++) {
			ck_assert_int_eq(
			    batch->rows[i].locations[j].id, found->locations[j].location);
			ck_assert_str_eq(
			    batch->rows[i].locations[j].store.guid, found->locations[j].guid);
		}
	}
	ck_assert_int_eq(batch->rows[0].row.locations[0].location, 19);
	ck_assert_int_eq(batch->rows[1].row.locations[5].location, 16);
}
END_TEST

static void
is_told_apart(const struct batch_row *found)
{
	for (size_t i = 0; i < found->facts.location_count; i++) {
		const struct store_facts *store = &found->locations[i].store;

		ck_assert_int_eq(store->id, found->row.locations[i].store);
		ck_assert_int_eq(atoll(store->guid), store->id);
		ck_assert_str_eq(found->row.locations[i].guid, store->guid);
		ck_assert_int_eq(
		    store->approved, store->id < 64000 ? store->id != 3 : store->id % 2);
		ck_assert(store->may_schedule);
	}
}

/* Each location has its own store's facts, whatever other store has the same slot: that of 104,
 * in the batch before or between two of 102, is that of 102. */
START_TEST(tells_stores_apart)
{
	static const struct {
		int64_t existing;
		size_t locations;
	} rows[] = {{102, 1}, {104, 1}, {102, 1}, {103, 14002 - 2000}, {100, 6}, {104, 1}};
	struct error err = {0};

	tamper(CROWD);
	lookup = lookup_new(db, &policy, &permissions);
	ck_assert_ptr_nonnull(lookup);
	for (size_t count = 1; count <= sizeof(rows) / sizeof(rows[0]); count++) {
		batch_clear(batch);
		batch->count = count;
		for (size_t i = 0; i < count; i++) {
			row_clear(&batch->rows[i].row);
			batch->rows[i].request = request;
			batch->rows[i].request.existing = rows[i].existing;
		}
		ck_assert_msg(lookup_batch(lookup, batch, &err) == 0, "%s", err.text);
		for (size_t i = 0; i < count; i++) {
			ck_assert_uint_eq(batch->rows[i].facts.location_count, rows[i].locations);
			is_told_apart(&batch->rows[i]);
		}
	}
}
END_TEST

START_TEST(believes_no_id_of_a_store)
{
	struct error err = {0};

	tamper(NO_STORE);
	lookup = lookup_new(db, &policy, &permissions);
	ck_assert_ptr_nonnull(lookup);
	batch_clear(batch);
	batch->count = 1;
	row_clear(&batch->rows[0].row);
	batch->rows[0].request = request;
	batch->rows[0].request.existing = 105;
	ck_assert_int_eq(lookup_batch(lookup, batch, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "the database is damaged: location 77: store is -1, expected 1 to 9007199254740992:"
	    " run `pfxreplace verify`");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("decide");
	TCase *tests = tcase_create("decide");

	tcase_add_checked_fixture(tests, start, end);
	tcase_add_test(tests, each_store_has_its_fate);
	tcase_add_test(tests, containers_have_permissions_of_their_own);
	tcase_add_test(tests, a_removed_store_is_none);
	tcase_add_test(tests, a_request_is_its_certificate);
	tcase_add_test(tests, adds_to_the_faults_of_the_fields);
	tcase_add_test(tests, a_repetition_stays_one);
	tcase_add_test(tests, a_denied_warning_rejects);
	tcase_add_test(tests, meets_active_jobs);
	tcase_add_test(tests, meets_jobs_that_were_made_active);
	tcase_add_test(tests, meets_jobs_that_were_done);
	tcase_add_test(tests, knows_who_takes_a_password);
	tcase_add_test(tests, looks_up_many_at_once);
	tcase_add_test(tests, tells_stores_apart);
	tcase_add_test(tests, believes_no_id_of_a_store);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
