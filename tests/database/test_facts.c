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

/* Each certificate has what it knows of itself. One in a chain of a store is an issuer. */
START_TEST(reads_certificates)
{
	const struct rowset_key keys[] = {{1, 0}, {2, 1}, {3, 2}, {4, 3}};
	struct certificate_facts facts[4] = {{0}};
	struct arena texts = {0};
	struct error err = {0};
	struct database *db;

	create();
	tamper("INSERT INTO certificate (id, issued_dn, names, key_usage, extended_usages,"
	       " signature, is_ca) VALUES (1, 'CN=a', '[]', 160, '1.2 1.3', '1.2.3', 0),"
	       " (2, NULL, NULL, NULL, NULL, NULL, NULL), (3, NULL, NULL, 0, '', NULL, NULL),"
	       " (4, NULL, NULL, NULL, NULL, NULL, 1);"
	       "INSERT INTO store (id, guid) VALUES (1, '11111111-1111-4111-8111-111111111111');"
	       "INSERT INTO location (id, store, alias, certificate) VALUES (11, 1, 'a', 1);"
	       "INSERT INTO chain (location, level, certificate) VALUES (11, 1, 3)");
	db = open_good(DB_READ);
	ck_assert_msg(db_certificates(db, (struct db_keys){keys, 4}, facts, &texts, &err) == 0,
	    "%s", err.text);
	ck_assert_str_eq(facts[0].issued_dn, "CN=a");
	ck_assert_str_eq(facts[0].names, "[]");
	ck_assert(facts[0].has_key_usage);
	ck_assert_int_eq(facts[0].key_usage, 160);
	ck_assert_str_eq(facts[0].extended_usages, "1.2 1.3");
	ck_assert_str_eq(facts[0].signature, "1.2.3");
	ck_assert_int_eq(facts[0].is_issuer, FACT_NO);
	ck_assert_int_eq(facts[1].id, 2);
	ck_assert_ptr_null(facts[1].names);
	ck_assert(!facts[1].has_key_usage);
	ck_assert_ptr_null(facts[1].extended_usages);
	ck_assert_ptr_null(facts[1].signature);
	ck_assert_int_eq(facts[1].is_issuer, FACT_UNKNOWN);
	ck_assert(facts[2].has_key_usage);
	ck_assert_int_eq(facts[2].key_usage, 0);
	ck_assert_str_eq(facts[2].extended_usages, "");
	ck_assert_int_eq(facts[2].is_issuer, FACT_YES);
	ck_assert_int_eq(facts[3].is_issuer, FACT_YES);
	arena_release(&texts);
	db_close(db);
}
END_TEST

static const char *const damages[] = {
    "key_usage = -1",
    "key_usage = 65536",
    "is_ca = 2",
    "is_ca = -1",
};

START_TEST(finds_facts_that_cannot_be)
{
	const struct rowset_key keys[] = {{1, 0}};
	struct certificate_facts facts[1] = {{0}};
	struct arena texts = {0};
	struct error err = {0};
	struct database *db;
	char sql[128];

	create();
	tamper("INSERT INTO certificate (id) VALUES (1)");
	snprintf(sql, sizeof(sql), "UPDATE certificate SET %s", damages[_i]);
	tamper(sql);
	db = open_good(DB_READ);
	ck_assert_int_eq(db_certificates(db, (struct db_keys){keys, 1}, facts, &texts, &err), -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	arena_release(&texts);
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
	tcase_add_test(tests, reads_certificates);
	tcase_add_loop_test(
	    tests, finds_facts_that_cannot_be, 0, (int)(sizeof(damages) / sizeof(damages[0])));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
