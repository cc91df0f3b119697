#include "report/metrics.h"

#include "certificates/short_memory.h"
#include "scratch.h"

/* The file of metrics without memory. Linked with --wrap. */

#define OLD "pfxreplace_last_well_timestamp_seconds 7\n"

static char folder[64];

static void
enter(void)
{
	scratch_enter(folder);
}

static void
leave(void)
{
	scratch_leave(folder);
}

/* Publishes over an old file while that allocation fails, and all after it. False: none failed. */
static bool
publish(const struct metrics *metrics, long number, bool all)
{
	struct error err = {0};
	int rc;

	scratch_write("m.prom", OLD);
	memory_arm(number, all);
	rc = metrics_publish("m.prom", metrics, &err);
	memory.armed = false;
	ck_assert_str_eq(scratch_names("."), "m.prom");
	if (!memory.failed) {
		ck_assert_int_eq(rc, 0);
		ck_assert_ptr_nonnull(strstr(scratch_text("m.prom"), "\n" OLD));
		return false;
	}
	ck_assert_int_eq(rc, -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	if (strcmp(err.text, "the file cannot be written: Cannot allocate memory") != 0)
		ck_assert_str_eq(err.text, "out of memory");
	ck_assert_str_eq(scratch_text("m.prom"), OLD);
	return true;
}

START_TEST(is_an_error_wherever_there_is_no_memory)
{
	static const char *const words[] = {"deployed", "failed"};
	static const uint64_t numbers[] = {3, 1};
	const struct metrics metrics = {.jobs = {words, numbers, 2}, .reconciled_at = 8000};
	long number = 1;

	while (publish(&metrics, number, _i == 1))
		number++;
	ck_assert_int_gt(number, 6);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("metrics_memory");
	TCase *tests = tcase_create("metrics_memory");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_loop_test(tests, is_an_error_wherever_there_is_no_memory, 0, 2);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
