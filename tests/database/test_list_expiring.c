#include "database.h"

#include "database/list.h"

/*
 * The list of certificates that expire, as its reader sees it: what becomes of it between its
 * pages, and what cannot be made with a command. tests/cli/expiring.sh has the rest.
 */

#define DAY INT64_C(86400000)
#define NOW (INT64_C(20000) * DAY)

enum { DAYS = 1, ID, PLACES = 6, PLANNED, SUCCESSOR, SUCCESSOR_AFTER };

static struct database *db;
static struct list_value filters[LIST_FILTERS];

/* Certificates 1 and 2 with the names of 11, which is a successor; 3 with others. All three are in
 * store 1. */
static void
set_up(void)
{
	enter();
	create();
	tamper("INSERT INTO store (id, guid, path) VALUES"
	       " (1, '11111111-1111-4111-8111-111111111111', 'one'),"
	       " (2, '22222222-2222-4222-8222-222222222222', 'two');"
	       "INSERT INTO certificate (id, not_after, names) VALUES"
	       " (1, 20001 * 86400000, '[{\"Value\":\"a\",\"Type\":2}]'),"
	       " (2, 20002 * 86400000, '[{\"Value\":\"a\",\"Type\":2}]'),"
	       " (3, 20003 * 86400000, '[{\"Value\":\"b\",\"Type\":2}]'),"
	       " (11, 20100 * 86400000, '[{\"Value\":\"a\",\"Type\":2}]');"
	       "INSERT INTO location (id, store, alias, certificate)"
	       " VALUES (1, 1, 'a', 1), (2, 1, 'b', 2), (3, 1, 'c', 3)");
	db = open_good(DB_READ);
	memset(filters, 0, sizeof(filters));
	filters[LIST_AT] = list_value_integer(true, NOW);
	filters[LIST_UNTIL] = list_value_integer(true, NOW + 30 * DAY);
}

static void
tear_down(void)
{
	db_close(db);
	leave();
}

/* The list, opened. */
static struct list *
open_list(void)
{
	struct error err = {0};
	struct list *list = list_open(db, LIST_EXPIRING, filters, NULL, &err);

	ck_assert_msg(list != NULL, "%s", err.text);
	return list;
}

/* "Id:Days:Places:Planned:Successor " of each row, 0 for no successor; or the error. Static: until
 * the next call. The list is closed. */
static const char *
rows_of(struct list *list)
{
	static char text[4096];
	struct error err = {0};
	size_t length = 0;
	int rc;

	text[0] = '\0';
	while ((rc = list_next(list, &err)) == 1) {
		ck_assert(list_there(list, SUCCESSOR) == list_there(list, SUCCESSOR_AFTER));
		length += (size_t)snprintf(text + length, sizeof(text) - length,
		    "%lld:%lld:%lld:%lld:%lld ", (long long)list_integer(list, ID),
		    (long long)list_integer(list, DAYS), (long long)list_integer(list, PLACES),
		    (long long)list_integer(list, PLANNED),
		    (long long)list_integer(list, SUCCESSOR));
		ck_assert_uint_lt(length, sizeof(text));
	}
	if (rc == -1)
		snprintf(text, sizeof(text), "%d %s", (int)err.code, err.text);
	list_close(list);
	return text;
}

static void
run_sql(const char *sql)
{
	struct error err = {0};

	ck_assert_msg(sqlite_execute(db, sql, &err) == 0, "%s", err.text);
}

START_TEST(reads_what_was_found)
{
	ck_assert_str_eq(rows_of(open_list()), "1:1:1:0:11 2:2:1:0:11 3:3:1:0:0 ");
	/* again, of the same connection */
	ck_assert_str_eq(rows_of(open_list()), "1:1:1:0:11 2:2:1:0:11 3:3:1:0:0 ");
	filters[LIST_UNTIL] = list_value_integer(true, NOW + 2 * DAY);
	ck_assert_str_eq(rows_of(open_list()), "1:1:1:0:11 2:2:1:0:11 ");
	filters[LIST_UNTIL] = list_value_integer(true, NOW + DAY - 1);
	ck_assert_str_eq(rows_of(open_list()), "");
}
END_TEST

START_TEST(counts_days_to_the_millisecond)
{
	static const struct {
		int64_t now;
		const char *rows;
	} cases[] = {
	    {NOW + DAY - 1, "1:0:1:0:11 "},
	    {NOW + DAY, "1:-1:1:0:11 "},
	    {NOW + DAY + 1, "1:-1:1:0:11 "},
	    {NOW + 2 * DAY - 1, "1:-1:1:0:11 "},
	    {NOW + 2 * DAY, "1:-1:1:0:11 2:-1:1:0:11 "},
	    {NOW + 2 * DAY + 1, "1:-2:1:0:11 2:-1:1:0:11 "},
	    {NOW + 99 * DAY, "1:-98:1:0:11 2:-97:1:0:11 3:-96:1:0:0 "},
	    {NOW + 100 * DAY, "1:-99:1:0:0 2:-98:1:0:0 3:-97:1:0:0 "},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		filters[LIST_AT] = list_value_integer(true, cases[i].now);
		filters[LIST_UNTIL] = list_value_integer(true, i == 0 ? NOW + DAY : cases[i].now);
		ck_assert_str_eq(rows_of(open_list()), cases[i].rows);
	}
}
END_TEST

/* Other names may have the same number. */
START_TEST(compares_the_names_of_a_successor)
{
	struct list *list = open_list();

	run_sql("UPDATE temp.successor SET certificate = 3, not_after = 20003 * 86400000");
	ck_assert_str_eq(rows_of(list), "1:1:1:0:0 2:2:1:0:0 3:3:1:0:0 ");
	list = open_list();
	run_sql("UPDATE temp.expiring_sorted SET names = (SELECT names FROM temp.successor)");
	ck_assert_str_eq(rows_of(list), "1:1:1:0:11 2:2:1:0:11 3:3:1:0:0 ");
}
END_TEST

/* Another process may write while the list waits for its reader. */
START_TEST(sees_what_has_changed_since)
{
	struct list *list = open_list();

	tamper("UPDATE certificate SET revoked_at = 1 WHERE id = 11;"
	       "UPDATE location SET certificate = 3 WHERE id = 1");
	ck_assert_str_eq(rows_of(list), "2:2:1:0:0 3:3:2:0:0 ");
	tamper("UPDATE certificate SET revoked_at = NULL WHERE id = 11");
	list = open_list();
	tamper("UPDATE certificate SET not_after = 5 WHERE id = 11;"
	       "UPDATE store SET removed = 1 WHERE id = 1");
	ck_assert_str_eq(rows_of(list), "");
}
END_TEST

/* The rows of a page whose certificates are all gone do not end the list. */
START_TEST(goes_on_after_a_page_that_is_gone)
{
	struct list *list;

	tamper(
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
	    " INSERT INTO certificate (id, not_after) SELECT 100 + i, 20001 * 86400000 + 5 FROM n;"
	    "INSERT INTO location (store, alias, certificate) SELECT 2, 'n' || id, id"
	    " FROM certificate WHERE id > 100");
	list = open_list();
	tamper("UPDATE location SET certificate = NULL WHERE certificate > 101");
	ck_assert_str_eq(rows_of(list), "1:1:1:0:11 101:1:1:0:0 2:2:1:0:11 3:3:1:0:0 ");
}
END_TEST

START_TEST(leaves_no_table)
{
	list_close(open_list());
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM temp.sqlite_schema WHERE name LIKE '%expir%'"
				 " OR name LIKE 'succ%' OR name LIKE 'cover%'"),
	    0);
}
END_TEST

START_TEST(stops_at_a_signal)
{
	static volatile sig_atomic_t stop = SIGINT;
	struct error err = {0};
	struct list *list;

	ck_assert_ptr_null(list_open(db, LIST_EXPIRING, filters, &stop, &err));
	ck_assert_int_eq(err.code, ERROR_SIGNAL + SIGINT);
	ck_assert_str_eq(err.text, "interrupted");
	stop = 0;
	err = (struct error){0};
	list = list_open(db, LIST_EXPIRING, filters, &stop, &err);
	ck_assert_ptr_nonnull(list);
	ck_assert_int_eq(list_next(list, &err), 1);
	stop = SIGTERM;
	ck_assert_int_eq(list_next(list, &err), -1);
	ck_assert_int_eq(err.code, ERROR_SIGNAL + SIGTERM);
	list_close(list);
}
END_TEST

/* A writer gets its lock while the list waits for its reader. */
START_TEST(keeps_no_writer_waiting)
{
	struct list *list = open_list();
	struct database *writer = open_good(DB_WRITE);
	struct error err = {0};

	ck_assert_int_eq(list_next(list, &err), 1);
	ck_assert_int_eq(db_begin(writer, &err), 0);
	set(writer, "colour", "blue");
	ck_assert_msg(db_commit(writer, &err) == 0, "%s", err.text);
	db_close(writer);
	ck_assert_str_eq(rows_of(list), "2:2:1:0:11 3:3:1:0:0 ");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("list expiring");
	TCase *tests = tcase_create("list expiring");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, reads_what_was_found);
	tcase_add_test(tests, counts_days_to_the_millisecond);
	tcase_add_test(tests, compares_the_names_of_a_successor);
	tcase_add_test(tests, sees_what_has_changed_since);
	tcase_add_test(tests, goes_on_after_a_page_that_is_gone);
	tcase_add_test(tests, leaves_no_table);
	tcase_add_test(tests, stops_at_a_signal);
	tcase_add_test(tests, keeps_no_writer_waiting);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
