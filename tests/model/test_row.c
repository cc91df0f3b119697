#include "model/row.h"

#include "scratch.h"

/* A row's outcome and stores, from the fates of its locations. */

static struct row row;

static void
leave(void)
{
	row_release(&row);
}

/*
 * Adds locations as "1j 1r 2k": store 1 with a job and a refusal, store 2 with a job that is
 * kept. The GUID of a store is made of its number, the higher the earlier.
 */
static void
add(const char *fates)
{
	for (const char *c = fates; *c != '\0'; c += c[2] == ' ' ? 3 : 2) {
		struct row_location *location = row_add_location(
		    &row, (int64_t)row.location_count + 100, c[0] - '0');

		ck_assert_ptr_nonnull(location);
		location->fate = c[1] == 'j' ? ROW_JOB : c[1] == 'k' ? ROW_KEPT : ROW_REFUSED;
		snprintf(location->guid, sizeof(location->guid),
		    "%c0000000-0000-4000-8000-000000000000", 'a' + ('9' - c[0]));
	}
}

/* The numbers of the stores, in the order of their GUIDs. Static: until the next call. */
static const char *
stores(bool served)
{
	static char numbers[16];
	struct store_list list = {0};
	const char **guids;
	size_t count;

	ck_assert_int_eq(row_list_stores(&row, &list), 0);
	guids = served ? list.served : list.others;
	count = served ? list.served_count : list.other_count;
	ck_assert_uint_lt(count, sizeof(numbers));
	for (size_t i = 0; i < count; i++)
		numbers[i] = (char)('9' - (guids[i][0] - 'a'));
	numbers[count] = '\0';
	store_list_release(&list);
	return numbers;
}

static const struct {
	const char *fates;
	enum outcome outcome;
	const char *served;
	const char *others;
} rows[] = {
    {"1j", OUTCOME_SUCCEEDED, "1", ""},
    {"1k", OUTCOME_SUCCEEDED, "1", ""},
    {"1r", OUTCOME_FAILED, "", "1"},
    {"1j 2j 3k", OUTCOME_SUCCEEDED, "321", ""},
    {"1j 2r", OUTCOME_PARTIAL, "1", "2"},
    {"1r 2r", OUTCOME_FAILED, "", "21"},
    {"1r 2k", OUTCOME_PARTIAL, "2", "1"},
    {"1j 2r 3r", OUTCOME_PARTIAL, "1", "32"},
    /* A store is served when each of its locations was. */
    {"1j 1j", OUTCOME_SUCCEEDED, "1", ""},
    {"1j 1k", OUTCOME_SUCCEEDED, "1", ""},
    {"1j 1r", OUTCOME_FAILED, "", "1"},
    {"1r 1j", OUTCOME_FAILED, "", "1"},
    {"1k 1r 1j", OUTCOME_FAILED, "", "1"},
    {"1j 1r 2j", OUTCOME_PARTIAL, "2", "1"},
    {"1j 1j 2j 2r 3r 3j 4k", OUTCOME_PARTIAL, "41", "32"},
    {"1j 1r 2r 2j", OUTCOME_FAILED, "", "21"},
};

START_TEST(settles)
{
	add(rows[_i].fates);
	row_settle(&row);
	ck_assert_int_eq(row.outcome, rows[_i].outcome);
	ck_assert_int_eq(row_is_faulty(&row), rows[_i].outcome == OUTCOME_FAILED);
	ck_assert_str_eq(stores(true), rows[_i].served);
	ck_assert_str_eq(stores(false), rows[_i].others);
}
END_TEST

START_TEST(knows_faulty_rows)
{
	static const bool faulty[OUTCOME_COUNT] = {
	    [OUTCOME_FAILED] = true, [OUTCOME_REJECTED] = true};

	for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
		row.outcome = (enum outcome)outcome;
		ck_assert_int_eq(row_is_faulty(&row), faulty[outcome]);
		ck_assert_int_eq(
		    row_needs_mending(&row), faulty[outcome] || outcome == OUTCOME_PARTIAL);
	}
}
END_TEST

START_TEST(has_no_stores)
{
	ck_assert_str_eq(stores(true), "");
	ck_assert_str_eq(stores(false), "");
}
END_TEST

START_TEST(counts_fates)
{
	add("1j 1r 2j 3k 3j");
	ck_assert_uint_eq(row_count(&row, ROW_JOB), 3);
	ck_assert_uint_eq(row_count(&row, ROW_REFUSED), 1);
	ck_assert_uint_eq(row_count(&row, ROW_KEPT), 1);
}
END_TEST

START_TEST(adds_clean_locations)
{
	struct row_location *location;

	add("1j");
	row.locations[0].supersedes = 5;
	row_clear(&row);
	location = row_add_location(&row, 7, 8);
	ck_assert_int_eq(location->location, 7);
	ck_assert_int_eq(location->store, 8);
	ck_assert_int_eq(location->supersedes, 0);
	ck_assert_int_eq(location->fate, ROW_REFUSED);
	ck_assert_str_eq(location->guid, "");
}
END_TEST

START_TEST(grows)
{
	for (int i = 0; i < 1000; i++)
		ck_assert_ptr_nonnull(row_add_location(&row, i + 1, 1));
	ck_assert_uint_eq(row.location_count, 1000);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(row.locations[i].location, i + 1);
}
END_TEST

/* The memory is kept, nothing that was in it. */
START_TEST(clears)
{
	struct row_location *memory;

	add("1j 2j");
	memory = row.locations;
	row.id = row.existing = row.certificate = row.request = row.due = 9;
	row.number = row.line = row.offset = 9;
	row.outcome = OUTCOME_PARTIAL;
	snprintf(row.job_time, sizeof(row.job_time), "2030-01-01T00:00:00Z");
	messages_add(&row.messages, message_fault(CODE_BAD_INTEGER, NULL), "one");
	row_clear(&row);
	ck_assert_ptr_eq(row.locations, memory);
	ck_assert_uint_eq(row.location_count, 0);
	ck_assert_uint_eq(row.messages.count, 0);
	ck_assert_int_eq(row.id + row.existing + row.certificate + row.request + row.due, 0);
	ck_assert_uint_eq(row.number + row.line + row.offset, 0);
	ck_assert_int_eq(row.outcome, 0);
	ck_assert_str_eq(row.job_time, "");
	row_release(&row);
	ck_assert_ptr_null(row.locations);
	row_release(&row);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("row");
	TCase *tests = tcase_create("row");

	tcase_add_checked_fixture(tests, NULL, leave);
	tcase_add_loop_test(tests, settles, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tests, knows_faulty_rows);
	tcase_add_test(tests, has_no_stores);
	tcase_add_test(tests, counts_fates);
	tcase_add_test(tests, adds_clean_locations);
	tcase_add_test(tests, grows);
	tcase_add_test(tests, clears);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
