#include "database/load.h"

#include "database.h"
#include "database/facts.h"

/*
 * Which certificate an Id and a thumbprint are: records one by one, and then many at random, after
 * which everything must still name the certificate that it named before.
 */

#define PRINTS 90 /* certificates that there may be; the first START are known from the start */
#define START 60
#define IDS 200
#define ROUNDS 25

static struct database *db;
static struct load *load;
static struct load_conflict told; /* by load_settle() */
static int told_count;

/* Certificate N has Id N; its location, a chain, a request and a row name it. What they name is
 * also in columns that never change: location.alias, chain.level, enrollment_request.disposition,
 * request.line and request.request. */
static const char FILL[] =
    "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    " WHERE i < 60) SELECT i FROM n;"
    "INSERT INTO store(id, guid) VALUES (1, '11111111-1111-1111-1111-111111111111');"
    "INSERT INTO certificate(id, thumbprint, key_size) SELECT i, printf('%040X', i), i FROM n;"
    "INSERT INTO location(id, store, alias, certificate) SELECT i, 1, printf('%040X', i), i FROM n;"
    "INSERT INTO chain SELECT i, 61 - i, 61 - i FROM n;"
    "INSERT INTO enrollment_request SELECT i, i, printf('%040X', i) FROM n;"
    "INSERT INTO request(id, line, outcome, existing, certificate, request, created_at)"
    " SELECT (1 << 32) + i, i, 4, i, i % 60 + 1, i % 60 + 1, 0 FROM n";

static void
begin(bool renumber)
{
	struct error err = {0};

	load = load_begin(db, LOAD_CERTIFICATES, false, &err);
	ck_assert_msg(load != NULL, "%s", err.text);
	if (renumber)
		load_renumber(load);
	told_count = 0;
}

/* A record: an Id, and the thumbprint of certificate `print`, 0: null. */
static enum load_result
record(int64_t id, int print)
{
	struct load_value values[LOAD_COLUMNS] = {{.type = LOAD_INTEGER, .integer = id}};
	enum load_result result;
	struct error err = {0};
	char text[THUMBPRINT_SIZE];

	snprintf(text, sizeof(text), "%040X", (unsigned int)print);
	values[1] = (struct load_value){.type = LOAD_TEXT, .text = text, .length = 40};
	if (print == 0)
		values[1] = (struct load_value){.type = LOAD_NOTHING};
	load_place(load, 3, (uint64_t)id);
	ck_assert_msg(load_record(load, values, &result, &err) == 0, "%s", err.text);
	return result;
}

static void
tell(void *closure, const struct load_conflict *conflict)
{
	ck_assert_ptr_eq(closure, &told);
	told = *conflict;
	told_count++;
}

/* Ends the load; rolls it back where certificates lost their Id. */
static void
end(int expected)
{
	struct error err = {0};
	int64_t removed;

	ck_assert_msg(load_settle(load, tell, &told, &err) == 0, "%s", err.text);
	ck_assert_int_eq(told_count, expected);
	if (expected == 0)
		ck_assert_msg(load_finish(load, &removed, &err) == 0, "%s", err.text);
	load_free(load);
}

static void
assert_conflict(int64_t id, int print)
{
	const struct load_conflict *conflict = load_conflict(load);
	char text[THUMBPRINT_SIZE] = "";

	if (print != 0)
		snprintf(text, sizeof(text), "%040X", (unsigned int)print);
	ck_assert_int_eq(conflict->id, id);
	ck_assert_str_eq(conflict->thumbprint, text);
}

/* Everything names the certificate that it named at the start. */
static void
assert_kept(void)
{
	static const char *const wrong[] = {
	    "SELECT count(*) FROM location l LEFT JOIN certificate c ON c.id = l.certificate"
	    " WHERE c.thumbprint IS NOT l.alias",
	    "SELECT count(*) FROM chain h LEFT JOIN certificate c ON c.id = h.certificate"
	    " WHERE c.thumbprint IS NOT printf('%040X', h.level)",
	    "SELECT count(*) FROM enrollment_request r LEFT JOIN certificate c"
	    " ON c.id = r.certificate WHERE c.thumbprint IS NOT r.disposition",
	    "SELECT count(*) FROM request r LEFT JOIN certificate c ON c.id = r.existing"
	    " WHERE c.thumbprint IS NOT printf('%040X', r.line)",
	    "SELECT count(*) FROM request r LEFT JOIN certificate c ON c.id = r.certificate"
	    " WHERE c.thumbprint IS NOT printf('%040X', r.request)",
	    /* What the rows were given. */
	    "SELECT count(*) FROM request r LEFT JOIN request_given g ON g.request = r.id"
	    " WHERE coalesce(g.existing, r.existing) IS NOT r.line"
	    " OR coalesce(g.certificate, r.certificate) IS NOT r.request",
	    "SELECT count(*) FROM certificate WHERE id < 0 OR thumbprint IS NULL",
	    "SELECT count(*) FROM certificate WHERE id <= 60 AND key_size IS NOT NULL"
	    " AND thumbprint IS NOT printf('%040X', key_size)",
	    "SELECT count(*) FROM pragma_foreign_key_check",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(ask(db, wrong[i]) == 0, "%s", wrong[i]);
}

static void
set_up(void)
{
	struct error err = {0};

	enter();
	create();
	tamper(FILL);
	db = open_good(DB_WRITE);
	ck_assert_int_eq(sqlite_execute(db, "PRAGMA synchronous = OFF", &err), 0);
}

static void
tear_down(void)
{
	assert_kept();
	db_close(db);
	leave();
}

/* ---- one by one ------------------------------------------------------------------------------ */

START_TEST(keeps_an_id_with_its_thumbprint)
{
	begin(false);
	ck_assert_int_eq(record(1, 1), LOAD_UNCHANGED);
	ck_assert_int_eq(record(1, 0), LOAD_UNCHANGED);
	ck_assert_int_eq(record(1, 80), LOAD_OTHER_PRINT);
	assert_conflict(1, 1);
	ck_assert_int_eq(record(1, 2), LOAD_OTHER_PRINT);
	assert_conflict(1, 1);
	ck_assert_int_eq(record(100, 2), LOAD_TAKEN);
	assert_conflict(2, 0);
	ck_assert_int_eq(record(100, 80), LOAD_NEW);
	ck_assert_int_eq(record(101, 80), LOAD_TAKEN);
	assert_conflict(100, 0);
	end(0);
	ck_assert_int_eq(ask(db, "SELECT max(id) FROM certificate"), 100);
}
END_TEST

START_TEST(renumbers_once_in_a_load)
{
	begin(true);
	ck_assert_int_eq(record(100, 1), LOAD_RENUMBERED);
	ck_assert_int_eq(record(100, 1), LOAD_UNCHANGED);
	ck_assert_int_eq(record(101, 1), LOAD_TAKEN);
	assert_conflict(100, 0);
	ck_assert_int_eq(record(2, 2), LOAD_UNCHANGED);
	ck_assert_int_eq(record(102, 2), LOAD_TAKEN);
	assert_conflict(2, 0);
	ck_assert_int_eq(record(2, 3), LOAD_OTHER_PRINT);
	assert_conflict(2, 2);
	/* An Id without a thumbprint is named too. */
	ck_assert_int_eq(record(4, 0), LOAD_UNCHANGED);
	ck_assert_int_eq(record(104, 4), LOAD_TAKEN);
	assert_conflict(4, 0);
	/* So is one of a certificate that is new. */
	ck_assert_int_eq(record(105, 80), LOAD_NEW);
	ck_assert_int_eq(record(106, 80), LOAD_TAKEN);
	assert_conflict(105, 0);
	end(0);
}
END_TEST

START_TEST(tells_of_a_certificate_that_lost_its_id)
{
	begin(true);
	ck_assert_int_eq(record(2, 1), LOAD_RENUMBERED);
	ck_assert_int_eq(record(3, 80), LOAD_NEW);
	ck_assert_int_eq(record(103, 3), LOAD_RENUMBERED);
	end(1);
	ck_assert_int_eq(told.id, 2);
	ck_assert_str_eq(told.thumbprint, "0000000000000000000000000000000000000002");
	ck_assert_uint_eq(told.file, 3);
	ck_assert_uint_eq(told.line, 2);
}
END_TEST

START_TEST(finds_the_id_that_there_was)
{
	struct certificate_facts facts[3] = {0};
	const struct rowset_key keys[] = {{1, 2}, {2, 1}, {3, 0}};
	struct error err = {0};
	int64_t id_now;

	begin(true);
	record(101, 1);
	record(1, 2);
	record(103, 3);
	end(0);
	begin(true);
	record(203, 3);
	end(0);
	ck_assert_int_eq(db_renumbered(db, 3, &id_now, &err), 0);
	ck_assert_int_eq(id_now, 203);
	ck_assert_int_eq(db_renumbered(db, 1, &id_now, &err), 0);
	ck_assert_int_eq(id_now, 0); /* it is another one's */
	ck_assert_int_eq(db_renumbered(db, 2, &id_now, &err), 0);
	ck_assert_int_eq(id_now, 1);
	ck_assert_int_eq(db_renumbered_ids(db, (struct db_keys){keys, 3}, facts, &err), 0);
	ck_assert_int_eq(facts[0].id_now, 203);
	ck_assert_int_eq(facts[1].id_now, 1);
	ck_assert_int_eq(facts[2].id_now, 0);
}
END_TEST

/* Placeholders have ids below 0, as certificates have that wait for a new Id. */
START_TEST(adopts_while_it_renumbers)
{
	struct error err = {0};

	ck_assert_int_eq(sqlite_execute(db,
			     "INSERT INTO certificate(id, thumbprint) VALUES"
			     " (-1, printf('%040X', 71)), (-2, printf('%040X', 72));"
			     "INSERT INTO location(id, store, alias, certificate) VALUES (71, 1, "
			     "printf('%040X', 71), -1),"
			     " (72, 1, printf('%040X', 72), -2)",
			     &err),
	    0);
	begin(true);
	ck_assert_int_eq(record(172, 72), LOAD_NEW);
	ck_assert_int_eq(record(1, 2), LOAD_RENUMBERED); /* 1 waits */
	ck_assert_int_eq(record(3, 71), LOAD_NEW);       /* 3 waits */
	ck_assert_int_eq(record(2, 3), LOAD_RENUMBERED);
	ck_assert_int_eq(record(101, 1), LOAD_RENUMBERED);
	end(0);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM renumbered"), 0);
	ck_assert_int_eq(ask(db, "SELECT certificate FROM location WHERE id = 71"), 3);
}
END_TEST

/* ---- many at random -------------------------------------------------------------------------- */

struct numbering {
	int64_t id_of[PRINTS + 1]; /* 0: not known */
	int print_of[IDS + 1];     /* who had the Id last; 0: nobody */
};

static int
below(int count)
{
	return (int)(random() % count);
}

static void
shuffle(int64_t *values, int count)
{
	for (int i = count - 1; i > 0; i--) {
		int other = below(i + 1);
		int64_t value = values[i];

		values[i] = values[other];
		values[other] = value;
	}
}

/* Some certificates, and their Ids with some that are free: each gets one of these. */
static int
choose(const struct numbering *known, int *prints, int64_t *ids)
{
	int count = 0, free_count = 0;

	for (int print = 1; print <= PRINTS; print++) {
		if (below(3) == 0 && (known->id_of[print] != 0 || below(10) == 0))
			prints[count++] = print;
	}
	for (int i = 0; i < count; i++)
		if (known->id_of[prints[i]] != 0)
			ids[free_count++] = known->id_of[prints[i]];
	for (int64_t id = 1; id <= IDS && free_count < count + 5; id++) {
		int print = known->print_of[id];

		if (print == 0 || known->id_of[print] != id)
			ids[free_count++] = id;
	}
	ck_assert_int_ge(free_count, count);
	shuffle(ids, free_count);
	return count;
}

static void
assert_numbering(const struct numbering *known)
{
	struct error err = {0};
	char sql[128];

	for (int64_t id = 1; id <= IDS; id++) {
		int print = known->print_of[id];
		int64_t id_now, expected = 0;
		bool there = print != 0 && known->id_of[print] == id;

		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM certificate WHERE id = %d AND thumbprint = '%040X'",
		    (int)id, (unsigned int)print);
		ck_assert_int_eq(ask(db, sql), there);
		if (print != 0 && !there)
			expected = known->id_of[print];
		ck_assert_int_eq(db_renumbered(db, id, &id_now, &err), 0);
		ck_assert_int_eq(id_now, expected);
	}
}

static void
renumber_some(struct numbering *known)
{
	int prints[PRINTS];
	int64_t ids[PRINTS + IDS];
	int count = choose(known, prints, ids);

	begin(true);
	for (int i = 0; i < count; i++) {
		enum load_result expected = known->id_of[prints[i]] == 0        ? LOAD_NEW
					    : known->id_of[prints[i]] == ids[i] ? LOAD_UNCHANGED
										: LOAD_RENUMBERED;

		ck_assert_int_eq(record(ids[i], prints[i]), expected);
	}
	/* Once more: nothing is to be done any more. */
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(record(ids[i], prints[i]), LOAD_UNCHANGED);
	end(0);
	for (int i = 0; i < count; i++) {
		known->id_of[prints[i]] = ids[i];
		known->print_of[ids[i]] = prints[i];
	}
}

START_TEST(keeps_what_everything_names)
{
	struct numbering known = {0};

	srandom((unsigned int)_i + 1);
	for (int print = 1; print <= START; print++) {
		known.id_of[print] = print;
		known.print_of[print] = print;
	}
	for (int i = 0; i < ROUNDS; i++) {
		renumber_some(&known);
		assert_kept();
		assert_numbering(&known);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("load_identity");
	TCase *tests = tcase_create("load_identity");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, keeps_an_id_with_its_thumbprint);
	tcase_add_test(tests, renumbers_once_in_a_load);
	tcase_add_test(tests, tells_of_a_certificate_that_lost_its_id);
	tcase_add_test(tests, finds_the_id_that_there_was);
	tcase_add_test(tests, adopts_while_it_renumbers);
	tcase_add_loop_test(tests, keeps_what_everything_names, 0, 4);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
