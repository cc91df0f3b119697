#include "database/stored_private.h"

#include "database.h"
#include "database/verify_stored.h"

#include <string.h>

/* What the columns may hold: the list against the schema, and what is said of other values. */

#define COLUMNS "SELECT name, type, \"notnull\" OR pk > 0 FROM pragma_table_info('%s') ORDER BY cid"

static enum stored_type
type_of(const char *word)
{
	if (strcmp(word, "INTEGER") == 0)
		return STORED_INTEGER;
	return strcmp(word, "TEXT") == 0 ? STORED_TEXT : STORED_BLOB;
}

/* The columns of a table of the schema are those of the list, one by one. The column after them. */
static int
compare_table(struct database *db, const char *table, int column)
{
	sqlite3_stmt *statement;
	char sql[256];

	snprintf(sql, sizeof(sql), COLUMNS, table);
	ck_assert_int_eq(
	    sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &statement, NULL), SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const struct stored_rule *rule = stored_rule((enum stored)column++);
		const char *name = (const char *)sqlite3_column_text(statement, 0);
		const char *type = (const char *)sqlite3_column_text(statement, 1);

		ck_assert_int_lt(column - 1, STORED_COUNT);
		ck_assert_str_eq(rule->table, table);
		ck_assert_str_eq(rule->name, name);
		ck_assert_msg(rule->type == type_of(type), "%s.%s: %s", table, name, type);
		ck_assert_msg(rule->null == (sqlite3_column_int(statement, 2) == 0), "%s.%s: NULL",
		    table, name);
		ck_assert_int_le(rule->least, rule->most);
	}
	sqlite3_finalize(statement);
	return column;
}

START_TEST(lists_every_column_of_the_schema)
{
	struct database *db;
	sqlite3_stmt *tables;
	int column = 1;
	size_t count = 0;

	create();
	db = open_good(DB_READ);
	ck_assert_int_eq(sqlite3_prepare_v2(sqlite_of(db)->handle,
			     "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid",
			     -1, &tables, NULL),
	    SQLITE_OK);
	for (; sqlite3_step(tables) == SQLITE_ROW; count++)
		column = compare_table(db, (const char *)sqlite3_column_text(tables, 0), column);
	sqlite3_finalize(tables);
	ck_assert_int_eq(column, STORED_COUNT);
	ck_assert_uint_eq(count, verify_stored_tables());
	db_close(db);
}
END_TEST

/* 36 bytes. */
#define GUID "01234567-89ab-cdef-0123-456789abcdef"

static const struct {
	enum stored column;
	struct db_value value;
	const char *wrong; /* NULL: taken */
} values[] = {
    {STORED_CERTIFICATE_USAGE, {.type = DB_INTEGER, .integer = 65535}, NULL},
    {STORED_CERTIFICATE_USAGE, {.type = DB_INTEGER, .integer = 65536},
	"key_usage is 65536, expected 0 to 65535, or NULL"},
    {STORED_CERTIFICATE_IS_CA, {.type = DB_INTEGER, .integer = 2},
	"is_ca is 2, expected 0 to 1, or NULL"},
    {STORED_CERTIFICATE_SHA256, {.type = DB_TEXT, .data = "AB", .length = 2},
	"sha256 is a text of 2 bytes, expected a text of 64 bytes, or NULL"},
    {STORED_REQUEST_OUTCOME, {.type = DB_INTEGER, .integer = 1}, NULL},
    {STORED_REQUEST_OUTCOME, {.type = DB_INTEGER, .integer = 5}, NULL},
    {STORED_REQUEST_OUTCOME, {.type = DB_INTEGER, .integer = 0}, "outcome is 0, expected 1 to 5"},
    {STORED_REQUEST_OUTCOME, {.type = DB_INTEGER, .integer = 243},
	"outcome is 243, expected 1 to 5"},
    {STORED_REQUEST_OUTCOME, {.type = DB_NULL}, "outcome is NULL, expected 1 to 5"},
    {STORED_REQUEST_OUTCOME, {.type = DB_REAL},
	"outcome is a number with a fraction, expected 1 to 5"},
    {STORED_REQUEST_OUTCOME, {.type = DB_TEXT, .data = "1", .length = 1},
	"outcome is a text of 1 bytes, expected 1 to 5"},
    {STORED_REQUEST_JOBS, {.type = DB_NULL}, NULL},
    {STORED_REQUEST_JOBS, {.type = DB_INTEGER, .integer = INT64_MAX},
	"jobs is 9223372036854775807, expected 0 to 9007199254740992, or NULL"},
    {STORED_JOB_RESULT, {.type = DB_INTEGER, .integer = 1},
	"result is 1, expected 0 to 4 but not 1"},
    {STORED_JOB_REQUEST, {.type = DB_INTEGER, .integer = -1},
	"request is -1, expected at least 4294967297"},
    {STORED_CERTIFICATE_ID, {.type = DB_INTEGER, .integer = -1}, NULL},
    {STORED_CERTIFICATE_ID, {.type = DB_INTEGER, .integer = 0},
	"id is 0, expected -9007199254740992 to 2147483647 but not 0"},
    {STORED_STORE_GUID, {.type = DB_TEXT, .data = GUID, .length = 36}, NULL},
    {STORED_STORE_GUID,
	{.type = DB_TEXT, .data = "01234567-89ab-cdef-0123-456789abcde\0", .length = 36},
	"guid is a text of 36 bytes with a NUL, expected a text of 36 bytes"},
    {STORED_STORE_GUID, {.type = DB_BLOB, .length = 36},
	"guid is a blob of 36 bytes, expected a text of 36 bytes"},
    {STORED_RUN_DIGEST, {.type = DB_BLOB, .length = 31},
	"digest is a blob of 31 bytes, expected a blob of 32 bytes"},
    {STORED_LOCATION_ALIAS, {.type = DB_TEXT},
	"alias is a text of 0 bytes, expected a text that is not empty"},
    {STORED_REQUEST_JOB_TIME, {.type = DB_TEXT, .data = GUID, .length = 32},
	"job_time is a text of 32 bytes, expected a text of 1 to 31 bytes, or NULL"},
};

START_TEST(says_what_a_value_is_and_may_be)
{
	const struct stored_rule *rule = stored_rule(values[_i].column);
	char text[256];

	ck_assert(stored_takes(rule, &values[_i].value) == (values[_i].wrong == NULL));
	stored_describe(rule, &values[_i].value, text, sizeof(text));
	if (values[_i].wrong != NULL)
		ck_assert_str_eq(text, values[_i].wrong);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("stored");
	TCase *tests = tcase_create("stored");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, lists_every_column_of_the_schema);
	tcase_add_loop_test(
	    tests, says_what_a_value_is_and_may_be, 0, (int)(sizeof(values) / sizeof(values[0])));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
