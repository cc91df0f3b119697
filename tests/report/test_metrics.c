#include "report/metrics.h"

#include "formats/outfile_fixture.h"
#include "limits.h"
#include "reconcile/report.h"
#include "report/exposition.h"

#include <errno.h>

/* The file of metrics: its text, its grammar, the time that is taken over, what can fail; that
 * memory fails is in test_metrics_memory.c. */

#define SECOND INT64_C(1000)
#define NOW (INT64_C(1795771800) * SECOND)
#define LAST_WELL "pfxreplace_last_well_timestamp_seconds"

static const char *const two_verdicts[] = {"deployed", "failed"};
static const uint64_t two_numbers[] = {3, UINT64_MAX};
static const char *const one_finding[] = {"expired-in-use"};
static const uint64_t no_number[] = {0};

/* All well, at NOW. */
static struct metrics
small(void)
{
	return (struct metrics){
	    .jobs = {two_verdicts, two_numbers, 2},
	    .findings = {one_finding, no_number, 1},
	    .reconciled_at = NOW,
	    .well = true,
	};
}

static void
publish(const struct metrics *metrics)
{
	struct error err = {0};

	ck_assert_msg(metrics_publish("m.prom", metrics, &err) == 0, "%s: %s", err.file, err.text);
	ck_assert_uint_eq(scratch_mode("m.prom"), 0644);
}

/* Publishes, and reads the file by its grammar. */
static const struct exposition *
publish_and_read(const struct metrics *metrics)
{
	static struct exposition text;
	const char *bytes;
	size_t length;

	publish(metrics);
	bytes = scratch_read("m.prom", &length);
	ck_assert_msg(exposition_read(&text, bytes, length), "%s, before: %.40s\nin:\n%s",
	    text.wrong, text.at, bytes);
	return &text;
}

static void
assert_last_well(const struct exposition *text, double expected)
{
	double found = exposition_get(text, LAST_WELL, "");

	if (isnan(expected))
		ck_assert(isnan(found));
	else
		ck_assert_double_eq_tol(found, expected, 1e-6);
}

/* ---- the text --------------------------------------------------------------------------- */

START_TEST(has_every_metric)
{
	struct metrics metrics = small();

	metrics.has_earliest_expiry = true;
	metrics.earliest_expiry = NOW + 86400 * SECOND + 7;
	metrics.expired_in_use = 4;
	publish(&metrics);
	ck_assert_str_eq(scratch_names("."), "m.prom");
	ck_assert_str_eq(scratch_text("m.prom"),
	    "# HELP pfxreplace_jobs Jobs of the last reconcile, by verdict.\n"
	    "# TYPE pfxreplace_jobs gauge\n"
	    "pfxreplace_jobs{verdict=\"deployed\"} 3\n"
	    "pfxreplace_jobs{verdict=\"failed\"} 18446744073709551615\n"
	    "# HELP pfxreplace_findings Findings of the last reconcile, by kind.\n"
	    "# TYPE pfxreplace_findings gauge\n"
	    "pfxreplace_findings{finding=\"expired-in-use\"} 0\n"
	    "# HELP pfxreplace_last_reconcile_timestamp_seconds Unix time of the last "
	    "reconcile.\n"
	    "# TYPE pfxreplace_last_reconcile_timestamp_seconds gauge\n"
	    "pfxreplace_last_reconcile_timestamp_seconds 1795771800\n"
	    "# HELP pfxreplace_last_well_timestamp_seconds Unix time of the last reconcile that "
	    "was all well.\n"
	    "# TYPE pfxreplace_last_well_timestamp_seconds gauge\n"
	    "pfxreplace_last_well_timestamp_seconds 1795771800\n"
	    "# HELP pfxreplace_earliest_expiry_timestamp_seconds Earliest expiry of a "
	    "certificate in use, as Unix time.\n"
	    "# TYPE pfxreplace_earliest_expiry_timestamp_seconds gauge\n"
	    "pfxreplace_earliest_expiry_timestamp_seconds 1795858200.007\n"
	    "# HELP pfxreplace_expired_in_use Certificates in use that have expired.\n"
	    "# TYPE pfxreplace_expired_in_use gauge\n"
	    "pfxreplace_expired_in_use 4\n");
}
END_TEST

/* No certificate in use, nothing that was ever well, no words. */
START_TEST(leaves_out_what_is_not_known)
{
	struct metrics metrics = {.reconciled_at = NOW};

	publish(&metrics);
	ck_assert_str_eq(scratch_text("m.prom"),
	    "# HELP pfxreplace_last_reconcile_timestamp_seconds Unix time of the last "
	    "reconcile.\n"
	    "# TYPE pfxreplace_last_reconcile_timestamp_seconds gauge\n"
	    "pfxreplace_last_reconcile_timestamp_seconds 1795771800\n"
	    "# HELP pfxreplace_expired_in_use Certificates in use that have expired.\n"
	    "# TYPE pfxreplace_expired_in_use gauge\n"
	    "pfxreplace_expired_in_use 0\n");
}
END_TEST

/* With the words that a reconcile has: each of them gives one sample, and all are grammatical. */
START_TEST(takes_every_word_of_reconcile)
{
	const char *verdicts[VERDICT_COUNT], *findings[FINDING_COUNT];
	uint64_t jobs[VERDICT_COUNT], found[FINDING_COUNT];
	struct metrics metrics = small();
	const struct exposition *text;
	char label[EXPOSITION_NAME];

	for (int i = 0; i < VERDICT_COUNT; i++) {
		verdicts[i] = verdict_word((enum verdict)i);
		jobs[i] = (uint64_t)i * 1000;
	}
	for (int i = 0; i < FINDING_COUNT; i++) {
		findings[i] = finding_word((enum finding)i);
		found[i] = (uint64_t)i + 1;
	}
	metrics.jobs = (struct metrics_counts){verdicts, jobs, VERDICT_COUNT};
	metrics.findings = (struct metrics_counts){findings, found, FINDING_COUNT};
	text = publish_and_read(&metrics);
	ck_assert_uint_eq(text->count, VERDICT_COUNT + FINDING_COUNT + 3);
	for (int i = 0; i < VERDICT_COUNT; i++) {
		snprintf(label, sizeof(label), "verdict=\"%s\"", verdicts[i]);
		ck_assert_double_eq(exposition_get(text, "pfxreplace_jobs", label), i * 1000.0);
	}
	for (int i = 0; i < FINDING_COUNT; i++) {
		snprintf(label, sizeof(label), "finding=\"%s\"", findings[i]);
		ck_assert_double_eq(exposition_get(text, "pfxreplace_findings", label), i + 1.0);
	}
}
END_TEST

START_TEST(escapes_the_values_of_labels)
{
	static const char *const words[] = {
	    "a\"b", "a\\b", "a\nb", "a\\nb", "{x=\"1\"} 2\n# TYPE", "M\xc3\xbcller", "a\xff\xc3"};
	static const uint64_t numbers[] = {0, 1, 2, 3, 4, 5, 6};
	static const char *const labels[] = {"verdict=\"a\\\"b\"", "verdict=\"a\\\\b\"",
	    "verdict=\"a\\nb\"", "verdict=\"a\\\\nb\"", "verdict=\"{x=\\\"1\\\"} 2\\n# TYPE\"",
	    "verdict=\"M\xc3\xbcller\"", "verdict=\"a\xef\xbf\xbd\xef\xbf\xbd\""};
	struct metrics metrics = small();
	const struct exposition *text;

	metrics.jobs = (struct metrics_counts){words, numbers, 7};
	text = publish_and_read(&metrics);
	ck_assert_uint_eq(text->count, 7 + 1 + 3);
	for (size_t i = 0; i < 7; i++)
		ck_assert_double_eq(exposition_get(text, "pfxreplace_jobs", labels[i]), (double)i);
}
END_TEST

static const struct {
	int64_t milliseconds;
	const char *text;
} expiries[] = {
    {0, " 0\n"},
    {1, " 0.001\n"},
    {999, " 0.999\n"},
    {1000, " 1\n"},
    {-1, " -0.001\n"},
    {-1500, " -1.500\n"},
    {-62135596800000, " -62135596800\n"},
    {253402300799999, " 253402300799.999\n"},
    {INT64_MIN, " -9223372036854775.808\n"},
    {INT64_MAX, " 9223372036854775.807\n"},
};

START_TEST(writes_every_time)
{
	struct metrics metrics = small();
	const struct exposition *text;

	metrics.has_earliest_expiry = true;
	metrics.earliest_expiry = expiries[_i].milliseconds;
	text = publish_and_read(&metrics);
	ck_assert_ptr_nonnull(strstr(scratch_text("m.prom"), expiries[_i].text));
	ck_assert_double_eq_tol(
	    exposition_get(text, "pfxreplace_earliest_expiry_timestamp_seconds", ""),
	    (double)expiries[_i].milliseconds / 1000, 0.01);
}
END_TEST

/* ---- the grammar ---------------------------------------------------------------------------- */

#define HEAD "# HELP a b\n# TYPE a gauge\n"

static const struct {
	const char *text;
	const char *wrong; /* NULL: nothing */
} grammar[] = {
    {"", NULL},
    {HEAD, NULL},
    {HEAD "a 1\n", NULL},
    {HEAD "a{b=\"c\",d=\"\"} -1.5e3\na{b=\"d\"} NaN\n", NULL},
    {"# HELP a \\\\ \\n\n# TYPE a gauge\na +Inf\n", NULL},
    {HEAD "a 1", "no end of line"},
    {HEAD "a 1 1795771800000\n", "no end of line"},
    {HEAD "a  1\n", "a number"},
    {HEAD "a\t1\n", "a blank before the number"},
    {HEAD "a 0x10\n", "a number"},
    {HEAD "a infinity\n", "a number"},
    {HEAD "a \n", "a number"},
    {HEAD "a one\n", "a number"},
    {HEAD "a 1\na 2\n", "a sample twice"},
    {HEAD "a{b=\"c\"} 1\na{b=\"c\"} 2\n", "a sample twice"},
    {HEAD "a{b=\"c} 1\n", "a value of a label without its end"},
    {HEAD "a{b=\"c\nd\"} 1\n", "a value of a label without its end"},
    {HEAD "a{b=\"\\t\"} 1\n", "an escape in a label"},
    {HEAD "a{b=c} 1\n", "a label without a value"},
    {HEAD "a{b:c=\"d\"} 1\n", "a label without a value"},
    {HEAD "a{} 1\n", "a name"},
    {HEAD "a{b=\"c\" 1\n", "no brace after the labels"},
    {HEAD "\na 1\n", "a name"},
    {HEAD "1a 1\n", "a name"},
    {HEAD "a-b 1\n", "a blank before the number"},
    {"a 1\n", "no HELP or no TYPE"},
    {"# TYPE a gauge\na 1\n", "no HELP or no TYPE"},
    {"# HELP a b\na 1\n", "no HELP or no TYPE"},
    {HEAD "# TYPE a gauge\n", "HELP or TYPE twice"},
    {"# HELP a b\n# TYPE a gauges\n", "a type"},
    {"# HELP a \\t\n", "an escape in HELP"},
    {"# HELP a b", "no end of line"},
    {"# HELP a\n", "a blank after the name"},
    {HEAD "a 1\n# HELP b b\n# TYPE b gauge\nb 1\na{c=\"d\"} 1\n", "lines of one metric apart"},
    {HEAD "a{b=\"\xff\"} 1\n", "not UTF-8"},
};

START_TEST(is_read_strictly)
{
	struct exposition text;
	bool good = exposition_read(&text, grammar[_i].text, strlen(grammar[_i].text));

	if (grammar[_i].wrong == NULL) {
		ck_assert_msg(good, "%s: %s", grammar[_i].text, text.wrong);
	} else {
		ck_assert(!good);
		ck_assert_str_eq(text.wrong, grammar[_i].wrong);
	}
}
END_TEST

/* ---- the last time that all was well ----------------------------------------------------------
 */

/* Nights: well, not well, not well, well, not well. */
START_TEST(takes_over_when_it_was_well)
{
	static const struct {
		bool well;
		int64_t at;
		double last_well;
	} nights[] = {
	    {false, NOW, (double)NAN},
	    {true, NOW + 1234, 1795771801.234},
	    {false, NOW + 100 * SECOND, 1795771801.234},
	    {false, NOW + 200 * SECOND, 1795771801.234},
	    {true, NOW + 300 * SECOND, 1795772100},
	    {false, NOW + 400 * SECOND, 1795772100},
	};

	for (size_t i = 0; i < sizeof(nights) / sizeof(nights[0]); i++) {
		struct metrics metrics = small();
		const struct exposition *text;

		metrics.well = nights[i].well;
		metrics.reconciled_at = nights[i].at;
		text = publish_and_read(&metrics);
		assert_last_well(text, nights[i].last_well);
		ck_assert_double_eq_tol(
		    exposition_get(text, "pfxreplace_last_reconcile_timestamp_seconds", ""),
		    (double)nights[i].at / 1000, 1e-6);
	}
}
END_TEST

static const struct {
	const char *text;
	double last_well; /* NAN: not known */
} old_files[] = {
    {LAST_WELL " 1795771800\n", 1795771800},
    {LAST_WELL " 1795771800.000\n", 1795771800},
    {LAST_WELL " 1795771799.9999\n", 1795771799.999},
    {LAST_WELL " 1.5\n", 1.5},
    {LAST_WELL " 0\n", 0},
    {"other 1\n" LAST_WELL " 7\n", 7},
    {LAST_WELL "_more 7\n" LAST_WELL " 8\n", 8},
    {"# " LAST_WELL " 7\n" LAST_WELL " 8\n", 8},
    /* after this reconcile */
    {LAST_WELL " 1795771800.001\n", (double)NAN},
    {LAST_WELL " 253402300799\n", (double)NAN},
    /* damaged */
    {"", (double)NAN},
    {"\n", (double)NAN},
    {LAST_WELL, (double)NAN},
    {LAST_WELL "\n", (double)NAN},
    {LAST_WELL " \n", (double)NAN},
    {LAST_WELL " 1795771800", (double)NAN},
    {LAST_WELL " 1795771\nand cut", (double)NAN},
    {LAST_WELL " 7\n" LAST_WELL " 8\n", (double)NAN},
    {LAST_WELL " 7\n" LAST_WELL " 7\n", (double)NAN},
    {LAST_WELL " 7\n" LAST_WELL " ?\n", (double)NAN},
    {LAST_WELL " 7.\n", (double)NAN},
    {LAST_WELL " .7\n", (double)NAN},
    {LAST_WELL " 7.1.\n", (double)NAN},
    {LAST_WELL " -7\n", (double)NAN},
    {LAST_WELL " +7\n", (double)NAN},
    {LAST_WELL " 7 8\n", (double)NAN},
    {LAST_WELL "  7\n", (double)NAN},
    {LAST_WELL " 7\r\n", (double)NAN},
    {LAST_WELL " 1e9\n", (double)NAN},
    {LAST_WELL " NaN\n", (double)NAN},
    {LAST_WELL " +Inf\n", (double)NAN},
    {LAST_WELL " 9999999999999\n", (double)NAN},
    {LAST_WELL " 99999999999999999999999999999999999999\n", (double)NAN},
    {LAST_WELL "{a=\"b\"} 7\n", (double)NAN},
    {LAST_WELL "\t7\n", (double)NAN},
    /* foreign */
    {"<html>\n<body>" LAST_WELL " 7\n", (double)NAN},
    {" " LAST_WELL " 7\n", (double)NAN},
    {"pfxreplace_last_well_timestamp 7\n", (double)NAN},
};

START_TEST(reads_an_old_file)
{
	struct metrics metrics = small();

	scratch_write("m.prom", old_files[_i].text);
	metrics.well = false;
	assert_last_well(publish_and_read(&metrics), old_files[_i].last_well);
	/* Whatever was there does not matter where all is well. */
	scratch_write("m.prom", old_files[_i].text);
	metrics.well = true;
	assert_last_well(publish_and_read(&metrics), 1795771800);
}
END_TEST

/* Bytes of any kind, also NULs. */
START_TEST(reads_old_bytes)
{
	char bytes[] = LAST_WELL " 7\n" LAST_WELL " 8\n" LAST_WELL " 9\n";
	struct metrics metrics = small();
	FILE *stream;

	metrics.well = false;
	bytes[0] = '\0';
	bytes[sizeof(LAST_WELL " 7\n" LAST_WELL " 8\n")] = (char)0xff;
	stream = fopen("m.prom", "w");
	ck_assert_uint_eq(fwrite(bytes, 1, sizeof(bytes) - 1, stream), sizeof(bytes) - 1);
	fclose(stream);
	assert_last_well(publish_and_read(&metrics), 8);
	stream = fopen("m.prom", "w");
	ck_assert_uint_eq(fwrite(LAST_WELL " \0007\n", 1, sizeof(LAST_WELL " .7"), stream),
	    sizeof(LAST_WELL " .7"));
	fclose(stream);
	assert_last_well(publish_and_read(&metrics), (double)NAN);
}
END_TEST

/* A file of `length` bytes whose last line has the time. */
static void
write_long(size_t length)
{
	static const char line[] = "\n" LAST_WELL " 7\n";
	FILE *stream = fopen("m.prom", "w");

	ck_assert_int_ge(fprintf(stream, "#%*s%s", (int)(length - strlen(line) - 1), "", line), 0);
	ck_assert_int_eq(ftell(stream), (long)length);
	fclose(stream);
}

START_TEST(reads_so_much_and_no_more)
{
	struct metrics metrics = small();

	metrics.well = false;
	write_long(LIMIT_METRICS);
	assert_last_well(publish_and_read(&metrics), 7);
	write_long(LIMIT_METRICS + 1);
	assert_last_well(publish_and_read(&metrics), (double)NAN);
	/* A file with a hole takes no memory either. */
	scratch_write("m.prom", LAST_WELL " 7\n");
	ck_assert_int_eq(truncate("m.prom", (off_t)1 << 40), 0);
	assert_last_well(publish_and_read(&metrics), (double)NAN);
}
END_TEST

START_TEST(goes_on_without_an_old_file_that_it_may_not_read)
{
	struct metrics metrics = small();

	scratch_write("m.prom", LAST_WELL " 7\n");
	ck_assert_int_eq(chmod("m.prom", 0), 0);
	ck_assert_int_eq(chmod(".", 0777), 0);
	metrics.well = false;
	be_nobody();
	assert_last_well(publish_and_read(&metrics), (double)NAN);
	be_oneself();
}
END_TEST

/* ---- the file ------------------------------------------------------------------------------- */

START_TEST(others_may_read_it_whatever_the_umask)
{
	static const mode_t masks[] = {0, 0077, 0777};
	struct metrics metrics = small();

	for (size_t i = 0; i < 3; i++) {
		mode_t before = umask(masks[i]);

		publish(&metrics);
		fault.unnamed = EOPNOTSUPP;
		publish(&metrics);
		fault.unnamed = 0;
		umask(before);
	}
	scratch_write("m.prom", "old\n");
	ck_assert_int_eq(chmod("m.prom", 0600), 0);
	publish(&metrics);
	ck_assert_int_eq(chmod("m.prom", 06777), 0);
	publish(&metrics);
}
END_TEST

/* The link stays; the time is that of the file that is replaced. */
START_TEST(replaces_what_a_link_points_to)
{
	struct metrics metrics = small();
	struct error err = {0};

	ck_assert_int_eq(mkdir("real", 0700), 0);
	scratch_write("real/x.prom", LAST_WELL " 7\n");
	ck_assert_int_eq(symlink("real/x.prom", "link"), 0);
	metrics.well = false;
	ck_assert_int_eq(metrics_publish("link", &metrics, &err), 0);
	ck_assert_str_eq(scratch_names("."), "link real");
	ck_assert_str_eq(scratch_names("real"), "x.prom");
	ck_assert_ptr_nonnull(strstr(scratch_text("real/x.prom"), "\n" LAST_WELL " 7\n"));
	ck_assert_uint_eq(scratch_mode("real/x.prom"), 0644);
	ck_assert_int_eq(readlink("link", (char[16]){0}, 16), 11);
}
END_TEST

/* Standard output, devices and inherited pipes are written through and keep their mode. */
START_TEST(writes_through_a_pipe)
{
	struct metrics metrics = {.reconciled_at = NOW};
	struct error err = {0};
	struct exposition text;
	char name[32], bytes[4096];
	ssize_t length;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
	ck_assert_int_eq(metrics_publish(name, &metrics, &err), 0);
	length = read(ends[0], bytes, sizeof(bytes) - 1);
	ck_assert_int_gt(length, 0);
	bytes[length] = '\0';
	ck_assert(exposition_read(&text, bytes, (size_t)length));
	ck_assert_uint_eq(text.count, 2);
	close(ends[0]);
	close(ends[1]);
	ck_assert_int_eq(metrics_publish("/dev/full", &metrics, &err), -1);
	assert_error(&err, "/dev/full", "the file cannot be written: No space left on device");
}
END_TEST

static const struct {
	const char *path;
	const char *text;
} unwritable[] = {
    {"gone/m.prom", "the file cannot be written: No such file or directory"},
    {"folder", "the file cannot be written: Is a directory"},
    {"", "the file cannot be written: No such file or directory"},
    {"m.prom/x", "the file cannot be written: Not a directory"},
};

START_TEST(says_where_it_cannot_write)
{
	struct metrics metrics = small();
	struct error err = {0};

	scratch_write("m.prom", "old\n");
	ck_assert_int_eq(mkdir("folder", 0700), 0);
	ck_assert_int_eq(metrics_publish(unwritable[_i].path, &metrics, &err), -1);
	assert_error(&err, unwritable[_i].path, unwritable[_i].text);
	ck_assert_str_eq(scratch_names("."), "folder m.prom");
	ck_assert_str_eq(scratch_text("m.prom"), "old\n");
}
END_TEST

START_TEST(says_where_it_may_not_write)
{
	struct metrics metrics = small();
	struct error err = {0};

	scratch_write("m.prom", "old\n");
	ck_assert_int_eq(chmod(".", 0555), 0);
	be_nobody();
	ck_assert_int_eq(metrics_publish("m.prom", &metrics, &err), -1);
	be_oneself();
	assert_error(&err, "m.prom", "the file cannot be written: Permission denied");
	ck_assert_int_eq(chmod(".", 0700), 0);
	ck_assert_str_eq(scratch_text("m.prom"), "old\n");
	ck_assert_str_eq(scratch_names("."), "m.prom");
}
END_TEST

static const struct {
	int *injected;
	const char *text;
} faults[] = {
    {&fault.unnamed, "the file cannot be written: Input/output error"},
    {&fault.sync, "the file cannot be written: Input/output error"},
    {&fault.link, "the file cannot be written: Input/output error"},
    {&fault.rename, "the file cannot be written: Input/output error"},
};

START_TEST(keeps_the_old_file_when_something_fails)
{
	struct metrics metrics = small();
	struct error err = {0};

	scratch_write("m.prom", "old\n");
	*faults[_i].injected = EIO;
	ck_assert_int_eq(metrics_publish("m.prom", &metrics, &err), -1);
	assert_error(&err, "m.prom", faults[_i].text);
	ck_assert_str_eq(scratch_names("."), "m.prom");
	ck_assert_str_eq(scratch_text("m.prom"), "old\n");
}
END_TEST

START_TEST(syncs_the_file_and_its_folder)
{
	struct metrics metrics = small();
	struct error err = {0};

	publish(&metrics);
	ck_assert_int_eq(fault.synced, 1);
	ck_assert_int_eq(fault.synced_folders, 1);
	fault.folder = EIO;
	ck_assert_int_eq(metrics_publish("m.prom", &metrics, &err), -1);
	assert_error(
	    &err, "m.prom", "the file is written, its folder cannot be synced: Input/output error");
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

int
main(void)
{
	Suite *suite = suite_create("metrics");
	TCase *tests = tcase_create("metrics");

	tcase_add_checked_fixture(tests, outfile_enter, outfile_leave);
	tcase_add_test(tests, has_every_metric);
	tcase_add_test(tests, leaves_out_what_is_not_known);
	tcase_add_test(tests, takes_every_word_of_reconcile);
	tcase_add_test(tests, escapes_the_values_of_labels);
	tcase_add_loop_test(tests, writes_every_time, 0, COUNT(expiries));
	tcase_add_loop_test(tests, is_read_strictly, 0, COUNT(grammar));
	tcase_add_test(tests, takes_over_when_it_was_well);
	tcase_add_loop_test(tests, reads_an_old_file, 0, COUNT(old_files));
	tcase_add_test(tests, reads_old_bytes);
	tcase_add_test(tests, reads_so_much_and_no_more);
	tcase_add_test(tests, goes_on_without_an_old_file_that_it_may_not_read);
	tcase_add_test(tests, others_may_read_it_whatever_the_umask);
	tcase_add_test(tests, replaces_what_a_link_points_to);
	tcase_add_test(tests, writes_through_a_pipe);
	tcase_add_loop_test(tests, says_where_it_cannot_write, 0, COUNT(unwritable));
	tcase_add_test(tests, says_where_it_may_not_write);
	tcase_add_loop_test(tests, keeps_the_old_file_when_something_fails, 0, COUNT(faults));
	tcase_add_test(tests, syncs_the_file_and_its_folder);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
