#include "database.h"

#include "database/expiry.h"

/*
 * When the certificates in use expire, on databases that SQL has made. Stores 1 and 2 are there, 3
 * is removed.
 */

#define NOW 1000

static struct database *db;

static void
set_up(void)
{
	enter();
	create();
	tamper("INSERT INTO store (id, guid, removed) VALUES (1, 'g1', 0), (2, 'g2', 0), (3, 'g3', "
	       "1)");
	db = open_good(DB_WRITE);
}

static void
tear_down(void)
{
	db_close(db);
	leave();
}

/* "earliest expired", or the error. Static: until the next call. */
static const char *
expiry_at(int64_t now, const volatile sig_atomic_t *stop)
{
	static char text[2048];
	struct expiry expiry;
	struct error err = {0};

	memset(&expiry, 0xff, sizeof(expiry));
	if (database_expiry(db, now, stop, &expiry, &err) == -1) {
		ck_assert(!expiry.has_earliest && expiry.earliest == 0 && expiry.expired == 0);
		snprintf(text, sizeof(text), "%d %s", (int)err.code, err.text);
	} else if (expiry.has_earliest) {
		snprintf(text, sizeof(text), "%lld %llu", (long long)expiry.earliest,
		    (unsigned long long)expiry.expired);
	} else {
		ck_assert_int_eq(expiry.earliest, 0);
		snprintf(text, sizeof(text), "none %llu", (unsigned long long)expiry.expired);
	}
	return text;
}

/* A certificate, and a location of it in the store; 0: in none. */
static void
add(int id, const char *not_after, int store)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO certificate (id, not_after) VALUES (%d, %s);"
	    "INSERT INTO location (store, alias, certificate) SELECT %d, 'a%d', %d WHERE %d > 0",
	    id, not_after, store, id, id, store);
	tamper(sql);
}

START_TEST(knows_no_certificate)
{
	ck_assert_str_eq(expiry_at(NOW, NULL), "none 0");
	add(1, "NULL", 1); /* nobody knows until when */
	ck_assert_str_eq(expiry_at(NOW, NULL), "none 0");
}
END_TEST

START_TEST(takes_the_first_that_is_not_expired)
{
	add(1, "1500", 1);
	add(2, "1200", 2);
	add(3, "1300", 1);
	add(-4, "1201", 1); /* not known by Id */
	ck_assert_str_eq(expiry_at(NOW, NULL), "1200 0");
	add(5, "900", 1);
	add(-6, "-5", 2);
	ck_assert_str_eq(expiry_at(NOW, NULL), "1200 2");
}
END_TEST

/* A certificate is valid before its NotAfter, and expired from then on. */
START_TEST(is_expired_from_its_not_after_on)
{
	add(1, "1000", 1);
	ck_assert_str_eq(expiry_at(999, NULL), "1000 0");
	ck_assert_str_eq(expiry_at(1000, NULL), "none 1");
	ck_assert_str_eq(expiry_at(1001, NULL), "none 1");
}
END_TEST

START_TEST(leaves_out_what_is_not_in_use)
{
	add(1, "1100", 0);
	add(2, "900", 0);
	add(3, "1200", 3);
	add(4, "800", 3);
	tamper("INSERT INTO location (id, store, alias) VALUES (90, 1, 'empty');"
	       "INSERT INTO chain VALUES (90, 1, 1), (90, 2, 2)");
	ck_assert_str_eq(expiry_at(NOW, NULL), "none 0");
	add(5, "1300", 1);
	ck_assert_str_eq(expiry_at(NOW, NULL), "1300 0");
}
END_TEST

START_TEST(counts_a_certificate_once)
{
	add(1, "900", 1);
	tamper("INSERT INTO location (store, alias, certificate) VALUES (1, 'x', 1), (2, 'x', 1), "
	       "(3, 'x', 1)");
	ck_assert_str_eq(expiry_at(NOW, NULL), "none 1");
}
END_TEST

/* Several pages; the earliest is in the last one, and in the first one. */
START_TEST(reads_all_pages)
{
	tamper("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
	       " INSERT INTO certificate (id, not_after) SELECT i, iif(i % 5, 20000 - i, i) FROM n;"
	       "INSERT INTO location (store, alias, certificate)"
	       " SELECT i % 3 + 1, 'a' || i, i FROM (SELECT id AS i FROM certificate)");
	/* of i = 5, 10, ... 1000: 200, a third of them in the removed store */
	ck_assert_str_eq(expiry_at(NOW, NULL), "1005 133");
	tamper("UPDATE certificate SET not_after = 1001 WHERE id = 4999");
	ck_assert_str_eq(expiry_at(NOW, NULL), "1001 133");
	tamper("UPDATE certificate SET not_after = 1000 + id WHERE id <= 3");
	ck_assert_str_eq(expiry_at(1001, NULL), "1003 135");
}
END_TEST

START_TEST(stops_at_a_signal)
{
	static const volatile sig_atomic_t stop = SIGTERM;

	add(1, "900", 1);
	ck_assert_str_eq(expiry_at(NOW, &stop), "143 interrupted");
}
END_TEST

START_TEST(believes_no_time_that_is_none)
{
	add(1, "253402300800000", 1);
	ck_assert_ptr_nonnull(strstr(expiry_at(NOW, NULL), "the database is damaged"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("expiry");
	TCase *tests = tcase_create("expiry");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, knows_no_certificate);
	tcase_add_test(tests, takes_the_first_that_is_not_expired);
	tcase_add_test(tests, is_expired_from_its_not_after_on);
	tcase_add_test(tests, leaves_out_what_is_not_in_use);
	tcase_add_test(tests, counts_a_certificate_once);
	tcase_add_test(tests, reads_all_pages);
	tcase_add_test(tests, stops_at_a_signal);
	tcase_add_test(tests, believes_no_time_that_is_none);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
