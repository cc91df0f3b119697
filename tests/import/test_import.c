#include "import/kind.h"
#include "database/inventory.h"
#include "database/sqlite/sqlite_private.h"
#include "database/statement_private.h"
#include "input/source.h"
#include "read/scripted.h"

#include "scratch.h"

static char folder[64];
static struct database *db;

static void
set_up(void)
{
	struct error err = {0};

	scratch_enter(folder);
	ck_assert_int_eq(db_create("inventory.db", &err), 0);
	db = db_open("inventory.db", DB_WRITE, &err);
	ck_assert_ptr_nonnull(db);
}

static void
tear_down(void)
{
	db_close(db);
	scratch_leave(folder);
}

/* ---- values -------------------------------------------------------------------------------- */

static const struct import_choice choices[] = {{"Forbidden", 0}, {"Required", 2}, {NULL, 0}};

/* One value of a type: the text or number it becomes, or the fault. */
static const struct {
	enum import_type type;
	enum value_type given;
	const char *text;
	const char *kept; /* NULL: a fault */
	const char *fault;
} values[] = {
    {IMPORT_TEXT, VALUE_TEXT, " a b ", " a b ", NULL},
    {IMPORT_TEXT, VALUE_INTEGER, "12", NULL, "\"12\": expected text"},
    {IMPORT_TEXT, VALUE_BOOLEAN, "true", NULL, "a value of 4 characters: expected text"},
    {IMPORT_ID, VALUE_TEXT, " 007 ", "7", NULL},
    {IMPORT_ID, VALUE_INTEGER, "2147483647", "2147483647", NULL},
    {IMPORT_ID, VALUE_TEXT, "2147483648", NULL,
	"\"2147483648\": expected a whole number from 1 to 2147483647"},
    {IMPORT_ID, VALUE_TEXT, "99999999999999999999999999", NULL,
	"\"99999999999999999999999999\": expected a whole number from 1 to 2147483647"},
    {IMPORT_ID, VALUE_TEXT, "+1", NULL, "\"+1\": expected a whole number from 1 to 2147483647"},
    {IMPORT_ID, VALUE_TEXT, "  ", NULL, "\"  \": expected a whole number from 1 to 2147483647"},
    {IMPORT_ID, VALUE_TEXT,
	"S\xc3\xa9"
	"cret",
	NULL, "a value of 6 characters: expected a whole number from 1 to 2147483647"},
    {IMPORT_ID, VALUE_BOOLEAN, "true", NULL,
	"a value of 4 characters: expected a whole number from 1 to 2147483647"},
    {IMPORT_ID_OR_NONE, VALUE_INTEGER, "7", "7", NULL},
    {IMPORT_ID_OR_NONE, VALUE_TEXT, "0", "", NULL},
    {IMPORT_ID_OR_NONE, VALUE_TEXT, "-0", NULL,
	"\"-0\": expected a whole number from 0 to 2147483647"},
    {IMPORT_STORE_TYPE, VALUE_TEXT, " 007", "7", NULL},
    {IMPORT_STORE_TYPE, VALUE_TEXT, " F5-SL\t", "F5-SL", NULL},
    {IMPORT_STORE_TYPE, VALUE_TEXT, "2147483648", "2147483648", NULL},
    {IMPORT_STORE_TYPE, VALUE_INTEGER, "2147483648", NULL,
	"\"2147483648\": expected the number or the ShortName of a store type"},
    {IMPORT_STORE_TYPE, VALUE_TEXT, "  ", NULL,
	"\"  \": expected the number or the ShortName of a store type"},
    {IMPORT_NUMBER, VALUE_INTEGER, "0", "0", NULL},
    {IMPORT_NUMBER, VALUE_INTEGER, "-1", NULL,
	"\"-1\": expected a whole number from 0 to 2147483647"},
    {IMPORT_LEVEL, VALUE_TEXT, "255", "255", NULL},
    {IMPORT_BOOLEAN, VALUE_TEXT, "True", "1", NULL},
    {IMPORT_BOOLEAN, VALUE_TEXT, "0", "0", NULL},
    {IMPORT_BOOLEAN, VALUE_BOOLEAN, "false", "0", NULL},
    {IMPORT_BOOLEAN, VALUE_INTEGER, "1", "1", NULL},
    {IMPORT_BOOLEAN, VALUE_TEXT, "tru", NULL,
	"a value of 3 characters: expected true, false, 1 or 0"},
    {IMPORT_BOOLEAN, VALUE_NESTED, "[1]", NULL,
	"an array or an object: expected true, false, 1 or 0"},
    {IMPORT_CHOICE, VALUE_TEXT, "REQUIRED", "2", NULL},
    {IMPORT_CHOICE, VALUE_INTEGER, "2", "2", NULL},
    {IMPORT_CHOICE, VALUE_TEXT, "1", NULL, "\"1\": expected Forbidden (0) or Required (2)"},
    {IMPORT_GUID, VALUE_TEXT, "{AAAAAAAA-bbbb-CCCC-dddd-0123456789EF}",
	"aaaaaaaa-bbbb-cccc-dddd-0123456789ef", NULL},
    {IMPORT_GUID, VALUE_TEXT, "aaaaaaaabbbbccccdddd0123456789ef", NULL,
	"a value of 32 characters: expected a GUID of 8-4-4-4-12 hexadecimal digits"},
    {IMPORT_GUID, VALUE_TEXT, "aaaaaaaa-bbbb-cccc-dddd-0123456789eg", NULL,
	"a value of 36 characters: expected a GUID of 8-4-4-4-12 hexadecimal digits"},
    {IMPORT_THUMBPRINT, VALUE_TEXT, "01 02:03040506070809 0a0b0c0d0e0f1011121314",
	"0102030405060708090A0B0C0D0E0F1011121314", NULL},
    {IMPORT_THUMBPRINT, VALUE_TEXT,
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL,
	"a value of 65 characters: expected 40 or 64 hexadecimal digits"},
    {IMPORT_TIME, VALUE_TEXT, "2026-01-15T06:00:00", "1768456800000", NULL},
    {IMPORT_TIME, VALUE_TEXT, "2026-01-15T06:00:00.1239999+00:00", "1768456800123", NULL},
    {IMPORT_TEXT, VALUE_TEXT, " @{Id=55}", NULL, SCRIPTED_TEXT},
    {IMPORT_ID, VALUE_TEXT, "System.Object[]", NULL, SCRIPTED_TEXT},
    {IMPORT_TIME, VALUE_TEXT, "System.DateTime", NULL, SCRIPTED_TEXT},
    {IMPORT_NAMES, VALUE_TEXT, "System.Object[]", NULL, SCRIPTED_TEXT},
    {IMPORT_NAMES, VALUE_NESTED, "[\"@{Value=a}\"]", NULL, "element 1: " SCRIPTED_TEXT},
    {IMPORT_NAMES, VALUE_TEXT, "a.example.com b,c", NULL,
	"name 2 is no DNS name: expected DNS names with one blank between, or an array of "
	"{\"Value\", \"Type\"}"},
    {IMPORT_TIME, VALUE_TEXT, "soon", NULL,
	"a value of 4 characters: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ"},
    {IMPORT_NAMES, VALUE_TEXT, " a.example.com  b.example.com ",
	"[{\"Value\":\"a.example.com\",\"Type\":2},{\"Value\":\"b.example.com\",\"Type\":2}]",
	NULL},
    {IMPORT_NAMES, VALUE_NESTED, "[]", "[]", NULL},
    {IMPORT_NAMES, VALUE_NESTED,
	"[{\"value\":\"q\\\"\",\"type\":7},{\"Value\":\"x\",\"Type\":\"ip_address\",\"Id\":3}]",
	"[{\"Value\":\"q\\\"\",\"Type\":7},{\"Value\":\"x\",\"Type\":7}]", NULL},
    {IMPORT_NAMES, VALUE_TEXT, "[{\"Value\":\"a\",\"Type\":1}]", "[{\"Value\":\"a\",\"Type\":1}]",
	NULL},
    {IMPORT_NAMES, VALUE_TEXT, "[{\"Value\":", NULL,
	"not an array of names: expected DNS names with one blank between, or an array of "
	"{\"Value\", \"Type\"}"},
    {IMPORT_NAMES, VALUE_NESTED, "[{\"Value\":\"a\",\"Type\":\"colour\"}]", NULL,
	"element 1: expected {\"Value\": text, \"Type\": a number from 0 to 999, or its word}"},
    {IMPORT_NAMES, VALUE_NESTED, "[{\"Value\":\"a\",\"Type\":2},{\"Type\":2}]", NULL,
	"element 2: expected {\"Value\": text, \"Type\": a number from 0 to 999, or its word}"},
    {IMPORT_NAMES, VALUE_TEXT,
	"WWW.Example.com b\xc3\xbc"
	"cher.example a.example www.example.COM.",
	"[{\"Value\":\"a.example\",\"Type\":2},{\"Value\":\"www.example.com\",\"Type\":2},"
	"{\"Value\":\"xn--bcher-kva.example\",\"Type\":2}]",
	NULL},
    {IMPORT_NAMES, VALUE_TEXT, "a\xc3\xbc!.example", NULL,
	"name 1 is no DNS name: expected DNS names with one blank between, or an array of "
	"{\"Value\", \"Type\"}"},
    {IMPORT_NAMES, VALUE_NESTED,
	"[{\"Value\":\"2001:DB8:0::1\",\"Type\":\"IP Address\"},{\"Value\":\"Joe@EXAMPLE.com\","
	"\"Type\":1},{\"Value\":\"2001:db8::1\",\"Type\":7}]",
	"[{\"Value\":\"Joe@example.com\",\"Type\":1},{\"Value\":\"2001:db8::1\",\"Type\":7}]",
	NULL},
    {IMPORT_KEY_USAGE, VALUE_INTEGER, "65535", "65535", NULL},
    {IMPORT_KEY_USAGE, VALUE_INTEGER, "65536", NULL,
	"\"65536\": expected a whole number from 0 to 65535"},
    {IMPORT_KEY_USAGE, VALUE_TEXT, "many", NULL,
	"a value of 4 characters: expected a whole number from 0 to 65535"},
    {IMPORT_USAGES, VALUE_TEXT, "1.3.6.1.5.5.7.3.2 1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2",
	"1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2", NULL},
    {IMPORT_USAGES, VALUE_NESTED, "[]", "", NULL},
    {IMPORT_USAGES, VALUE_NESTED,
	"[{\"Id\":3,\"oid\":\"2.5.29.37.0\",\"DisplayName\":\"x\"},\"1.3.6.1.5.5.7.3.1\"]",
	"1.3.6.1.5.5.7.3.1 2.5.29.37.0", NULL},
    {IMPORT_USAGES, VALUE_NESTED, "[{\"Oid\":\"1.3\"},{\"Oid\":\"serverAuth\"}]", NULL,
	"usage 2 is no OID: expected OIDs with one blank between, or an array of {\"Oid\"}"},
    {IMPORT_USAGES, VALUE_NESTED, "[{\"DisplayName\":\"x\"}]", NULL,
	"element 1: expected {\"Oid\": an OID}"},
    {IMPORT_USAGES, VALUE_NESTED, "{\"Oid\":\"1.3\"}", NULL,
	"not an array of usages: expected OIDs with one blank between, or an array of {\"Oid\"}"},
    {IMPORT_USAGES, VALUE_NESTED, "[\"@{Oid=1.3}\"]", NULL, "element 1: " SCRIPTED_TEXT},
    {IMPORT_USAGES, VALUE_BOOLEAN, "true", NULL,
	"neither text nor an array: expected OIDs with one blank between, or an array of "
	"{\"Oid\"}"},
    {IMPORT_SIGNATURE, VALUE_TEXT, " sha384ECDSA ", "1.2.840.10045.4.3.3", NULL},
    {IMPORT_SIGNATURE, VALUE_INTEGER, "12", NULL,
	"\"12\": expected an OID or the name of a signature algorithm"},
    {IMPORT_SHA256, VALUE_TEXT, "aa:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL},
    {IMPORT_SHA256, VALUE_TEXT, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL,
	"a value of 40 characters: expected 64 hexadecimal digits"},
    {IMPORT_CURVE, VALUE_TEXT, "1.2.840.10045.3.1.7", "P-256", NULL},
    {IMPORT_CURVE, VALUE_BOOLEAN, "true", NULL,
	"a value of 4 characters: expected the name of a curve, or its OID"},
    {IMPORT_PERMISSION, VALUE_TEXT, "/certificate_stores/modify/12/",
	"/certificate_stores/modify/12/", NULL},
};

START_TEST(values_are_taken_or_told)
{
	struct import_field field = {.name = "Field", .type = values[_i].type, .choices = choices};
	struct value value = {values[_i].given, values[_i].text, strlen(values[_i].text)};
	struct import_cell cell;
	struct buffer names = {0};
	struct import_fault fault = {.hides = false};
	char number[32];

	if (!import_parse(&field, &value, &cell, &names, &fault)) {
		ck_assert_ptr_null(values[_i].kept);
		ck_assert_str_eq(fault.text, values[_i].fault);
	} else if (cell.value.type == LOAD_NOTHING) {
		ck_assert_str_eq(values[_i].kept, "");
	} else if (cell.value.type == LOAD_INTEGER) {
		snprintf(number, sizeof(number), "%lld", (long long)cell.value.integer);
		ck_assert_str_eq(number, values[_i].kept);
	} else {
		ck_assert_int_eq(cell.value.type, LOAD_TEXT);
		ck_assert_uint_eq(cell.value.length, strlen(values[_i].kept));
		ck_assert_mem_eq(cell.value.text, values[_i].kept, cell.value.length);
	}
	buffer_release(&names);
}
END_TEST

START_TEST(absent_and_empty_differ)
{
	struct import_field field = {.name = "Field", .type = IMPORT_ID};
	struct import_cell cell;
	struct import_fault fault = {.hides = false};

	ck_assert(
	    import_parse(&field, &(struct value){VALUE_ABSENT, NULL, 0}, &cell, NULL, &fault));
	ck_assert_int_eq(cell.value.type, LOAD_KEEP);
	ck_assert(import_parse(&field, &(struct value){VALUE_NULL, NULL, 0}, &cell, NULL, &fault));
	ck_assert_int_eq(cell.value.type, LOAD_NOTHING);
	ck_assert(import_parse(&field, &(struct value){VALUE_TEXT, "", 0}, &cell, NULL, &fault));
	ck_assert_int_eq(cell.value.type, LOAD_NOTHING);
	field.required = true;
	ck_assert(!import_parse(&field, &(struct value){VALUE_NULL, NULL, 0}, &cell, NULL, &fault));
	ck_assert_str_eq(fault.text, "missing: expected a whole number from 1 to 2147483647");
}
END_TEST

/* The tables are walked for holes: a key first, as many columns as the load has. */
START_TEST(kinds_have_no_holes)
{
	static const struct {
		const char *name;
		size_t count;
	} kinds[] = {{"containers", 2}, {"store-types", 6}, {"agents", 4}, {"stores", 15},
	    {"certificates", 20}, {"requests", 3}, {"inventory", 6}, {"roles", 3}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct import_kind *kind = import_kind_find(kinds[i].name);

		ck_assert_ptr_nonnull(kind);
		ck_assert_uint_eq(kind->count, kinds[i].count);
		ck_assert_uint_le(kind->count, IMPORT_FIELDS);
		ck_assert(kind->fields[0].required);
		for (size_t j = 0; j < kind->count; j++) {
			ck_assert_ptr_nonnull(kind->fields[j].name);
			ck_assert_int_eq(
			    kind->fields[j].type == IMPORT_CHOICE, kind->fields[j].choices != NULL);
			ck_assert(
			    j < LOAD_COLUMNS || strcmp(kind->fields[j].name, "ContentBytes") == 0);
		}
	}
	ck_assert_ptr_null(import_kind_find("shops"));
}
END_TEST

/* Every second place is that of a member and of a field that there are; denied is a choice alone.
 */
START_TEST(second_places_have_no_holes)
{
	static const char *const names[] = {"store-types", "certificates", "requests", "inventory"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct import_kind *kind = import_kind_find(names[i]);
		size_t members = 0;

		while (kind->members[members] != NULL)
			members++;
		ck_assert_uint_le(members, IMPORT_MEMBERS);
		for (size_t j = 0; j < kind->second_count; j++) {
			const struct import_second *second = &kind->seconds[j];

			ck_assert_uint_lt(second->member, members);
			ck_assert_uint_lt(second->field, kind->count);
			if (second->denies)
				ck_assert_int_eq(kind->fields[second->field].type, IMPORT_CHOICE);
		}
	}
	ck_assert_str_eq(import_kind_find("certificates")->members[MEMBER_LOCATIONS], "Locations");
	ck_assert_str_eq(
	    import_kind_find("inventory")->members[MEMBER_CERTIFICATES], "Certificates");
}
END_TEST

/* ---- items --------------------------------------------------------------------------------- */

/* As many as make several batches of items and of new locations. */
#define STORES 40
#define ALIASES 26
#define LEVELS 3
#define CERTIFICATES 6

/* What is known of all stores: 0 where nothing stands. */
struct state {
	int64_t certificates[STORES][ALIASES][LEVELS];
};

static unsigned
pick(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % below;
}

static void
choose_state(struct state *state, unsigned *seed)
{
	*state = (struct state){0};
	for (size_t s = 0; s < STORES; s++)
		for (size_t a = 0; a < ALIASES; a++)
			for (size_t l = 0; l < LEVELS && pick(seed, 3) != 0; l++)
				state->certificates[s][a][l] = 1 + pick(seed, CERTIFICATES);
}

static void
make_stores(void)
{
	char sql[256];

	for (int i = 1; i <= CERTIFICATES; i++) {
		snprintf(sql, sizeof(sql), "INSERT INTO certificate(id) VALUES (%d)", i);
		ck_assert_int_eq(sqlite_execute(db, sql, NULL), 0);
	}
	for (int i = 1; i <= STORES; i++) {
		snprintf(sql, sizeof(sql),
		    "INSERT INTO store(guid) VALUES ('%08d-0000-0000-0000-000000000000')", i);
		ck_assert_int_eq(sqlite_execute(db, sql, NULL), 0);
	}
}

static void
no_finding(void *closure, const struct inventory_finding *finding)
{
	(void)closure;
	ck_abort_msg("a finding of kind %d", (int)finding->kind);
}

/* Adds every item of the state, in order or in another one. */
static void
import_state(const struct state *state, bool shuffled, unsigned *seed, int64_t at)
{
	struct inventory_item list[STORES * ALIASES * LEVELS + STORES];
	char aliases[ALIASES][2];
	struct error err = {0};
	struct inventory_counts counts;
	struct inventory *items = inventory_begin(db, INT64_MAX - 1, &err);
	size_t count = 0;

	for (size_t s = 0; s < STORES; s++) {
		size_t before = count;

		for (size_t a = 0; a < ALIASES; a++) {
			aliases[a][0] = (char)('a' + a);
			for (int64_t l = 0; l < LEVELS; l++)
				if (state->certificates[s][a][l] != 0)
					list[count++] = (struct inventory_item){
					    .store = (int64_t)s + 1,
					    .alias = aliases[a],
					    .alias_length = 1,
					    .level = l,
					    .certificate = state->certificates[s][a][l],
					    .at = at};
		}
		if (count == before)
			list[count++] = (struct inventory_item){.store = (int64_t)s + 1, .at = at};
	}
	for (size_t i = count; shuffled && i > 1; i--) {
		size_t other = pick(seed, (unsigned)i);
		struct inventory_item item = list[i - 1];

		list[i - 1] = list[other];
		list[other] = item;
	}
	ck_assert_ptr_nonnull(items);
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(inventory_add(items, &list[i], &err), 0);
	ck_assert_int_eq(inventory_merge(items, no_finding, NULL, &counts, &err), 0);
	ck_assert_uint_eq(counts.stores, STORES);
	ck_assert_int_eq(inventory_commit(items, &err), 0);
	inventory_free(items);
}

static void
assert_state(const struct state *expected)
{
	static const char text[] =
	    "SELECT store, alias, 0, certificate FROM location WHERE certificate IS NOT NULL"
	    " UNION ALL SELECT l.store, l.alias, level, c.certificate"
	    " FROM chain c JOIN location l ON l.id = c.location";
	sqlite3_stmt *found_items = NULL;
	struct state found = {0};

	ck_assert_int_eq(
	    sqlite3_prepare_v2(sqlite_of(db)->handle, text, -1, &found_items, NULL), SQLITE_OK);
	while (sqlite3_step(found_items) == SQLITE_ROW)
		found.certificates[sqlite3_column_int(found_items, 0) - 1]
				  [sqlite3_column_text(found_items, 1)[0] - 'a'][sqlite3_column_int(
				      found_items, 2)] = sqlite3_column_int(found_items, 3);
	sqlite3_finalize(found_items);
	ck_assert_mem_eq(&found, expected, sizeof(found));
}

/* Whatever was known and in whatever order items come, afterwards the new state is known. */
START_TEST(merging_replaces_what_was_known)
{
	unsigned seed = (unsigned)_i + 1;
	struct state state;

	make_stores();
	for (int64_t round = 1; round <= 4; round++) {
		choose_state(&state, &seed);
		import_state(&state, round % 2 == 0, &seed, round);
		assert_state(&state);
	}
}
END_TEST

START_TEST(foreign_keys_are_on_again)
{
	struct error err = {0};
	struct load *load;
	int64_t removed;

	make_stores();
	inventory_free(inventory_begin(db, 0, &err));
	load_free(load_begin(db, LOAD_STORES, true, &err));
	load = load_begin(db, LOAD_CERTIFICATES, false, &err);
	inventory_free(inventory_join(db, 0, &err));
	ck_assert_int_eq(load_finish(load, &removed, &err), 0);
	load_free(load);
	ck_assert_int_eq(
	    sqlite_execute(db, "INSERT INTO location(store, alias) VALUES (99, 'x')", &err), -1);
}
END_TEST

/* ---- sources ------------------------------------------------------------------------------- */

START_TEST(a_source_notices_a_change)
{
	struct error err = {0};
	struct source source;

	scratch_write("a.csv", "Id\n1\n");
	ck_assert_int_eq(source_open(&source, "a.csv", NULL, &err), 0);
	ck_assert(!source.copied);
	ck_assert_int_eq(source_changed(&source, &err), 0);
	scratch_write("b.csv", "Id\n1\n");
	ck_assert_int_eq(rename("b.csv", "a.csv"), 0);
	ck_assert_int_eq(source_changed(&source, &err), -1);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_str_eq(
	    err.text, "the file changed while it was read: expected one that nobody writes to");
	source_close(&source);
	source_close(&source);
}
END_TEST

START_TEST(a_source_has_a_digest)
{
	static const unsigned char sha256_abc[DIGEST_SIZE] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01,
	    0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3,
	    0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
	unsigned char digest[DIGEST_SIZE];
	struct error err = {0};
	struct source source;

	scratch_write("abc", "abc");
	ck_assert_int_eq(source_open(&source, "abc", NULL, &err), 0);
	ck_assert_int_eq(source_digest(&source, digest, &err), 0);
	ck_assert_mem_eq(digest, sha256_abc, sizeof(digest));
	source_close(&source);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("import");
	TCase *cases = tcase_create("import");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, values_are_taken_or_told, 0, sizeof(values) / sizeof(values[0]));
	tcase_add_test(cases, absent_and_empty_differ);
	tcase_add_test(cases, kinds_have_no_holes);
	tcase_add_test(cases, second_places_have_no_holes);
	tcase_add_loop_test(cases, merging_replaces_what_was_known, 0, 5);
	tcase_add_test(cases, foreign_keys_are_on_again);
	tcase_add_test(cases, a_source_notices_a_change);
	tcase_add_test(cases, a_source_has_a_digest);
	suite_add_tcase(suite, cases);
	return scratch_run(suite);
}
