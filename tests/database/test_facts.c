#include "database.h"

#include "database/facts.h"

/* What messages are told about a location. */

static const char guid[] = "11111111-1111-4111-8111-111111111111";

/* The name of the store of a location, after "store ". Static: until the next call. */
static const char *
store_name(struct database *db, int64_t location)
{
	static char text[256];
	struct buffer name = {0};
	struct error err = {0};

	buffer_add_string(&name, "store ");
	ck_assert_msg(db_store_name(db, location, guid, &name, &err) == 0, "%s", err.text);
	snprintf(text, sizeof(text), "%s", name.bytes);
	buffer_release(&name);
	return text;
}

START_TEST(names_the_store_of_a_location)
{
	struct buffer name = {0};
	struct error err = {0};
	struct database *db;

	create();
	tamper("INSERT INTO store (id, guid, client_machine, path) VALUES"
	       " (1, '11111111-1111-4111-8111-111111111111', 'web1', '/etc/ssl/www.pem'),"
	       " (2, '22222222-2222-4222-8222-222222222222', NULL, '/etc/ssl/www.pem'),"
	       " (3, '33333333-3333-4333-8333-333333333333', NULL, NULL);"
	       "INSERT INTO location (id, store, alias) VALUES (11, 1, 'a'), (12, 2, 'a'), (13, 3, "
	       "'a')");
	db = open_good(DB_READ);
	ck_assert_str_eq(store_name(db, 11),
	    "store web1:/etc/ssl/www.pem (11111111-1111-4111-8111-111111111111)");
	ck_assert_str_eq(
	    store_name(db, 12), "store /etc/ssl/www.pem (11111111-1111-4111-8111-111111111111)");
	ck_assert_str_eq(store_name(db, 13), "store 11111111-1111-4111-8111-111111111111");
	ck_assert_str_eq(store_name(db, 14), "store 11111111-1111-4111-8111-111111111111");
	db_close(db);
	tamper("UPDATE store SET guid = 'short' WHERE id = 1");
	db = open_good(DB_READ);
	ck_assert_int_eq(db_store_name(db, 11, guid, &name, &err), -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_uint_eq(name.length, 0);
	buffer_release(&name);
	db_close(db);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("facts");
	TCase *tests = tcase_create("facts");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, names_the_store_of_a_location);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
