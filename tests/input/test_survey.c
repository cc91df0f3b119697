#include "program/command.h"
#include "input/survey.h"

#include "database.h"

/*
 * Manifests on a small database: which rows conflict, which repeat another one. Requests 1 and
 * 2 have certificates 200 and 300; 3 is not issued; of 4 the certificate is not known here.
 */

#define SQL                                                                             \
	"INSERT INTO certificate(id) VALUES (100), (200), (300);"                       \
	"INSERT INTO enrollment_request VALUES (1, 200, 'ISSUED'), (2, 300, 'issued')," \
	" (3, 200, 'PENDING'), (4, 999, 'ISSUED'), (5, NULL, 'ISSUED')"

static struct database *db;
static struct policy policy;
static struct fields fields;
static struct survey *survey;
static struct reader_options options;
static int fd;

/* The database is only read: one serves every test. */
static void
enter_once(void)
{
	enter();
	create();
	tamper(SQL);
	db = open_good(DB_READ);
	request_fields(&fields, &(struct text_list){0}, false);
}

static void
leave_once(void)
{
	db_close(db);
	leave();
}

static void
start(void)
{
	policy = (struct policy){.started_at = INT64_C(1893456000000)};
	survey = NULL;
	fd = -1;
}

static void
end(void)
{
	survey_free(survey);
	if (fd != -1)
		close(fd);
}

/* Opens a manifest of this name. */
static void
open_text(const char *name, const char *text)
{
	if (fd != -1)
		close(fd);
	scratch_write(name, text);
	fd = open(name, O_RDONLY);
	ck_assert_int_ne(fd, -1);
	options = (struct reader_options){.name = name, .fields = &fields};
}

static struct survey *
survey_of(const volatile sig_atomic_t *stop, struct error *err)
{
	return survey_new(&(struct survey_options){fd, &options, db, &policy, stop}, err);
}

static void
look(const char *name, const char *text)
{
	struct error err = {0};

	survey_free(survey);
	open_text(name, text);
	survey = survey_of(NULL, &err);
	ck_assert_msg(survey != NULL, "%s", err.text);
}

/*
 * What the survey finds of each row, read as a run reads them: a letter a row, a for alone, C
 * for a conflict, r for a repetition, - for a row with faults. *last is of the last row that
 * is not alone. Static: until the next call.
 */
static const char *
findings(struct survey_lines *last)
{
	static char letters[64];
	struct messages messages = {0};
	struct error err = {0};
	struct reader *reader = reader_open(fd, &options, &err);
	const struct record *record;
	size_t count = 0;

	ck_assert_msg(reader != NULL, "%s", err.text);
	while (reader_next(reader, &record, &err) == 1) {
		struct request request;
		struct survey_lines lines;

		ck_assert_uint_lt(count, sizeof(letters) - 1);
		messages_clear(&messages);
		request_read(&request, record, &messages, NULL);
		if (messages.count > 0) {
			letters[count++] = '-';
			continue;
		}
		switch (survey_find(survey, &request, &lines)) {
		case SURVEY_ALONE:
			letters[count++] = 'a';
			continue;
		case SURVEY_CONFLICT:
			letters[count++] = 'C';
			break;
		case SURVEY_REPETITION:
			letters[count++] = 'r';
			break;
		}
		*last = lines;
	}
	letters[count] = '\0';
	messages_release(&messages);
	reader_close(reader);
	return letters;
}

#define HEADER "ExistingCertificateId,CertificateId,RequestId,JobTime,Password\n"
#define T1 "2030-01-02T00:00:00Z"

static const struct {
	const char *rows;
	const char *found;
} manifests[] = {
    {"", ""},
    {"100,200,,,\n", "a"},
    {"100,200,,,\n101,200,,,\n102,200,,,\n", "aaa"},
    {"100,200,,,\n100,200,,,\n", "ar"},
    {"100,200,,,\n101,200,,,\n100,200,,,\n100,200,,,\n101,200,,,\n", "aarrr"},
    {"100,200,,,\n100,300,,,\n", "CC"},
    {"100,200,,,\n100,200,,,\n100,300,,,\n", "CCC"},
    {"100,200,,,\n100,300,,,\n100,200,,,\n101,200,,,\n", "CCCa"},
    /* Another password or time is a difference. */
    {"100,200,,,a\n100,200,,,b\n", "CC"},
    {"100,200,,,a\n100,200,,,\n", "CC"},
    {"100,200,,,a\n100,200,,,a \n", "CC"},
    {"100,200,,,a\n100,200,,,a\n", "ar"},
    {"100,200,," T1 ",\n100,200,,2030-01-02T00:00:01Z,\n", "CC"},
    {"100,200,," T1 ",\n100,200,,,\n", "CC"},
    {"100,200,,1970-01-01T00:00:00Z,\n100,200,,,\n", "CC"},
    {"100,200,," T1 ",\n100,200,," T1 ",\n", "ar"},
    {"100,200,," T1 ",\n100,200,,2030-01-02T00:00:00.000Z,\n", "ar"},
    /* Repairs make no difference. */
    {"100,200,,,\n 0100.0,\" 0200\",,,\n", "ar"},
    /* A request is its certificate. */
    {"100,200,,,\n100,,1,,\n", "ar"},
    {"100,,1,,\n100,200,,,\n100,,1,,\n", "arr"},
    {"100,200,,,\n100,,2,,\n", "CC"},
    {"100,,1,,\n100,,2,,\n", "CC"},
    {"100,300,,,\n100,,2,,\n", "ar"},
    {"100,999,,,\n100,,4,,\n", "ar"},
    /* One that is not issued, or not known, is none. */
    {"100,200,,,\n100,,3,,\n", "CC"},
    {"100,,3,,\n100,,3,,\n", "ar"},
    {"100,,3,,\n100,,77,,\n", "CC"},
    {"100,,5,,\n100,,5,,\n", "ar"},
    {"100,,77,,\n100,,77,,\n", "ar"},
    {"100,77,,,\n100,,77,,\n", "CC"},
    /* Rows with faults are not counted. */
    {"100,200,,,\n100,x,,,\n", "a-"},
    {"100,x,,,\n100,200,,,\n100,300,,now,\n", "-a-"},
    {"100,x,,,\n100,200,,,\n100,200,,,\n", "-ar"},
    {"100,200,1,,\n100,200,,,\n", "-a"},
    {"100,200\n100,300,,,\n", "-a"},
    {",200,,,\n,300,,,\n", "--"},
    /* Ids that share a bit (2^28 apart), and the largest one. */
    {"5,200,,,\n268435461,300,,,\n", "aa"},
    {"5,200,,,\n268435461,300,,,\n536870917,200,,,\n", "aaa"},
    {"5,200,,,\n268435461,300,,,\n5,300,,,\n", "CaC"},
    {"5,200,,,\n268435461,300,,,\n268435461,300,,,\n", "aar"},
    {"5,200,,,\n268435461,300,,,\n5,200,,,\n268435461,200,,,\n", "aCrC"},
    {"2147483647,200,,,\n268435455,200,,,\n2147483647,300,,,\n", "CaC"},
};

START_TEST(finds)
{
	struct survey_lines lines;
	char text[1024];
	const char *found = manifests[_i].found;

	snprintf(text, sizeof(text), HEADER "%s", manifests[_i].rows);
	look("m.csv", text);
	ck_assert_uint_eq(survey_rows(survey), strlen(found));
	ck_assert_str_eq(findings(&lines), found);
}
END_TEST

/* With a window an empty JobTime is its start. */
START_TEST(an_empty_time_is_the_window_start)
{
	static const char text[] = HEADER "100,200,,,\n100,200,," T1 ",\n"
					  "101,200,,,\n101,200,,2030-01-02T00:00:01Z,\n";
	struct survey_lines lines;

	policy.has_window = true;
	policy.window_start = INT64_C(1893542400000);
	policy.window_end = policy.window_start + 3600000;
	look("m.csv", text);
	ck_assert_str_eq(findings(&lines), "arCC");
	policy.has_window = false;
	look("m.csv", text);
	ck_assert_str_eq(findings(&lines), "CCCC");
}
END_TEST

START_TEST(names_the_lines)
{
	struct survey_lines lines;

	look("m.csv", HEADER "100,200,,,\n\n101,200,,,\"a\nb\"\n100,x,,,\n100,300,,,\n");
	ck_assert_str_eq(findings(&lines), "Ca-C");
	ck_assert_uint_eq(lines.first, 2);
	ck_assert_uint_eq(lines.rows, 2);
	ck_assert_uint_eq(lines.count, 2);
	ck_assert_uint_eq(lines.lines[0], 2);
	ck_assert_uint_eq(lines.lines[1], 7);
	look("m.csv", HEADER "101,200,,,\n100,200,,,\n100,200,,,\n");
	ck_assert_str_eq(findings(&lines), "aar");
	ck_assert_uint_eq(lines.first, 3);
}
END_TEST

/* The first ten, and how many there are. */
START_TEST(names_ten_lines)
{
	char text[1024] = HEADER;
	struct survey_lines lines;

	for (int i = 0; i < 25; i++) {
		size_t length = strlen(text);

		snprintf(text + length, sizeof(text) - length, "100,%d,,,\n101,200,,,\n",
		    i < 20 ? 200 : 300);
	}
	look("m.csv", text);
	ck_assert_str_eq(findings(&lines), "CaCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCrCr");
	ck_assert_uint_eq(survey_rows(survey), 50);
	ck_assert_uint_eq(lines.rows, 25);
	ck_assert_uint_eq(lines.count, SURVEY_LINES);
	for (uint64_t i = 0; i < SURVEY_LINES; i++)
		ck_assert_uint_eq(lines.lines[i], 3 + 2 * i);
}
END_TEST

START_TEST(nothing_is_found_of_one_that_is_alone)
{
	struct request request = {.existing = 100, .line = 2};
	struct survey_lines lines = {.rows = 9, .count = 9};

	look("m.csv", HEADER "100,200,,,\n");
	ck_assert_int_eq(survey_find(survey, &request, &lines), SURVEY_ALONE);
	ck_assert_uint_eq(lines.rows, 0);
	ck_assert_uint_eq(lines.count, 0);
	ck_assert_ptr_null(lines.lines);
}
END_TEST

/* More ids than the table first has room for, each twice. */
START_TEST(holds_many_ids)
{
	FILE *file = fopen("many.csv", "w");
	struct error err = {0};
	struct survey_lines lines;
	const int ids = 5000;

	ck_assert_ptr_nonnull(file);
	fputs(HEADER, file);
	for (int i = 0; i < 2 * ids; i++)
		fprintf(file, "%d,%d,,,\n", i % ids * 409 + 1, i % 3 == 0 && i >= ids ? 300 : 200);
	fclose(file);
	fd = open("many.csv", O_RDONLY);
	options = (struct reader_options){.name = "many.csv", .fields = &fields};
	survey = survey_of(NULL, &err);
	ck_assert_msg(survey != NULL, "%s", err.text);
	ck_assert_uint_eq(survey_rows(survey), 2 * (uint64_t)ids);
	for (int i = 0; i < ids; i++) {
		struct request request = {.existing = i * 409 + 1,
		    .number = (uint64_t)(i + ids + 1),
		    .line = (uint64_t)(i + ids + 2)};

		ck_assert_int_eq(survey_find(survey, &request, &lines),
		    (i + ids) % 3 == 0 ? SURVEY_CONFLICT : SURVEY_REPETITION);
		ck_assert_uint_eq(lines.first, (uint64_t)i + 2);
		ck_assert_uint_eq(lines.rows, 2);
	}
}
END_TEST

/* ---- other formats -------------------------------------------------------------------------- */

START_TEST(finds_in_jsonl)
{
	struct survey_lines lines;

	look("m.jsonl",
	    "{\"ExistingCertificateId\":100,\"CertificateId\":200}\n"
	    "{\"CertificateId\":\"0200\",\"ExistingCertificateId\":100,\"JobTime\":null}\n"
	    "{\"ExistingCertificateId\":101,\"CertificateId\":200,\"Password\":\"a\"}\n"
	    "{\"ExistingCertificateId\":101,\"RequestId\":1,\"Password\":\"b\"}\n"
	    "{\"ExistingCertificateId\":100,\n");
	ck_assert_str_eq(findings(&lines), "arCC-");
	ck_assert_uint_eq(lines.lines[0], 3);
	ck_assert(survey_has_password(survey));
}
END_TEST

/* A server prints an array on one line: rows are told apart by number. */
START_TEST(finds_in_an_array_on_one_line)
{
	struct survey_lines lines;

	look("m.json", "[{\"ExistingCertificateId\":100,\"CertificateId\":200},"
		       "{\"ExistingCertificateId\":100,\"CertificateId\":200},"
		       "{\"ExistingCertificateId\":101,\"CertificateId\":200},"
		       "{\"ExistingCertificateId\":100,\"RequestId\":1}]");
	ck_assert_str_eq(findings(&lines), "arar");
	ck_assert_uint_eq(lines.first, 1);
}
END_TEST

/* ---- what else it says ---------------------------------------------------------------------- */

START_TEST(knows_of_passwords)
{
	look("m.csv", HEADER "100,200,,,\n101,200,,,\n");
	ck_assert(!survey_has_password(survey));
	look("m.csv", HEADER "100,200,,,\n101,200,,, \n");
	ck_assert(survey_has_password(survey));
}
END_TEST

START_TEST(names_other_columns)
{
	const char *const *names;
	size_t count;

	look("m.csv", "ExistingCertificateId,CertificateId,Owner,Site\n100,200,,\n");
	names = survey_ignored(survey, &count);
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(names[0], "Owner");
	ck_assert_str_eq(names[1], "Site");
	/* In JSONL also those of a later object; each once. */
	look("m.jsonl", "{\"ExistingCertificateId\":100,\"CertificateId\":200,\"Owner\":1}\n"
			"{\"ExistingCertificateId\":100,\"CertificateId\":200,\"Site\":1,"
			"\"Owner\":2}\n");
	names = survey_ignored(survey, &count);
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(names[0], "Owner");
	ck_assert_str_eq(names[1], "Site");
	look("m.csv", HEADER);
	survey_ignored(survey, &count);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(refuses_what_is_no_manifest)
{
	struct error err = {0};

	open_text("m.csv", "ExistingCertificateId,JobTime\n100,\n");
	ck_assert_ptr_null(survey_of(NULL, &err));
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_str_eq(err.file, "m.csv");
	ck_assert_str_eq(err.field, "CertificateId");
	ck_assert_str_eq(err.text,
	    "the header has neither this column nor RequestId: expected at least one of them");
}
END_TEST

START_TEST(stops_at_a_signal)
{
	volatile sig_atomic_t stop = SIGTERM;
	struct error err = {0};

	open_text("m.csv", HEADER "100,200,,,\n");
	ck_assert_ptr_null(survey_of(&stop, &err));
	ck_assert_int_eq((int)err.code, 143);
	ck_assert_str_eq(err.file, "m.csv");
	ck_assert_str_eq(err.text, "interrupted before anything was written");
	stop = 0;
	survey = survey_of(&stop, &err);
	ck_assert_ptr_nonnull(survey);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("survey");
	TCase *tests = tcase_create("survey");

	tcase_add_unchecked_fixture(tests, enter_once, leave_once);
	tcase_add_checked_fixture(tests, start, end);
	tcase_add_loop_test(tests, finds, 0, (int)(sizeof(manifests) / sizeof(manifests[0])));
	tcase_add_test(tests, an_empty_time_is_the_window_start);
	tcase_add_test(tests, names_the_lines);
	tcase_add_test(tests, names_ten_lines);
	tcase_add_test(tests, nothing_is_found_of_one_that_is_alone);
	tcase_add_test(tests, holds_many_ids);
	tcase_add_test(tests, finds_in_jsonl);
	tcase_add_test(tests, finds_in_an_array_on_one_line);
	tcase_add_test(tests, knows_of_passwords);
	tcase_add_test(tests, names_other_columns);
	tcase_add_test(tests, refuses_what_is_no_manifest);
	tcase_add_test(tests, stops_at_a_signal);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
