#include "program/command.h"
#include "input/survey.h"

#include "database.h"

/* Long manifests, which are read as two parts at the same time where they can be cut. */

#define ROWS 30000

static const struct {
	const char *name;
	const char *before, *row, *between, *behind;
	const char *owner, *site, *password; /* what the rows have that are told of below */
} files[] = {
    {"m.jsonl", "", "{\"ExistingCertificateId\":%d,\"CertificateId\":%d%s}", "\n", "\n",
	",\"Owner\":1", ",\"Site\":1,\"Owner\":2", ",\"Password\":\"x\""},
    /* Not cut. */
    {"m.json", "[", "{\"ExistingCertificateId\":%d,\"CertificateId\":%d%s}", ",\n", "]",
	",\"Owner\":1", ",\"Site\":1,\"Owner\":2", ",\"Password\":\"x\""},
    {"m.csv", "ExistingCertificateId,CertificateId,Owner,Site,Password\n", "%d,%d%s", "\n", "",
	",1,,", ",2,1,", ",,,x"},
    /* Not cut, for there is a quote. */
    {"quoted.csv", "ExistingCertificateId,CertificateId,Owner,Site,Password\r\n", "%d,%d%s", "\r\n",
	"", ",\"\r\n1\",,", ",2,1,", ",,,\"x\""},
};

static struct database *db;
static struct policy policy = {.started_at = INT64_C(1893456000000)};
static struct fields fields;
static struct survey *survey;
static struct reader_options options;
static int fd;

static struct survey *
survey_of(const volatile sig_atomic_t *stop, struct error *err)
{
	return survey_new(&(struct survey_options){fd, &options, db, &policy, stop}, err);
}

/* Rows of one id each, but for the last ones of the second part. */
static void
write_rows(int i)
{
	FILE *file = fopen(files[i].name, "w");

	ck_assert_ptr_nonnull(file);
	fputs(files[i].before, file);
	for (int row = 0; row < ROWS; row++) {
		int id = row + 1, certificate = 200;
		const char *more = strstr(files[i].name, ".csv") == NULL ? "" : ",,,";

		if (row == ROWS - 4) {
			id = 3;
			certificate = 300;
		} else if (row == ROWS - 3) {
			id = 5;
		} else if (row == ROWS - 2) {
			id = 8;
			more = files[i].site;
		} else if (row == ROWS - 1) {
			id = ROWS - 10;
			more = files[i].password;
		} else if (row == 7) {
			more = files[i].owner;
		}
		fprintf(file, files[i].row, id, certificate, more);
		fputs(row < ROWS - 1 ? files[i].between : files[i].behind, file);
	}
	fclose(file);
	options = (struct reader_options){.name = files[i].name, .fields = &fields};
	fd = open(files[i].name, O_RDONLY);
}

static void
start(void)
{
	enter();
	create();
	tamper("INSERT INTO certificate(id) VALUES (200), (300)");
	db = open_good(DB_READ);
	request_fields(&fields, &(struct text_list){0}, false);
	survey = NULL;
}

static void
end(void)
{
	survey_free(survey);
	close(fd);
	db_close(db);
	leave();
}

static enum survey_finding
find(int existing, int row, struct survey_lines *lines)
{
	struct request request = {.existing = existing, .number = (uint64_t)row + 1};

	return survey_find(survey, &request, lines);
}

START_TEST(finds_across_the_cut)
{
	struct error err = {0};
	struct survey_lines lines;
	const char *const *names;
	size_t count;
	/* The header is a line, and so is what a quoted cell holds. */
	uint64_t before = _i < 2 ? 1 : 2, behind = _i == 3 ? 3 : before;

	write_rows(_i);
	survey = survey_of(NULL, &err);
	ck_assert_msg(survey != NULL, "%s", err.text);
	ck_assert_uint_eq(survey_rows(survey), ROWS);
	ck_assert(survey_has_password(survey));
	names = survey_ignored(survey, &count);
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(names[0], "Owner");
	ck_assert_str_eq(names[1], "Site");
	ck_assert_int_eq(find(3, ROWS - 4, &lines), SURVEY_CONFLICT);
	ck_assert_uint_eq(lines.rows, 2);
	ck_assert_uint_eq(lines.lines[0], 2 + before);
	ck_assert_uint_eq(lines.lines[1], ROWS - 4 + behind);
	ck_assert_int_eq(find(5, ROWS - 3, &lines), SURVEY_REPETITION);
	ck_assert_uint_eq(lines.first, 4 + before);
	ck_assert_int_eq(find(5, 4, &lines), SURVEY_ALONE);
	ck_assert_int_eq(find(8, ROWS - 2, &lines), SURVEY_REPETITION);
	ck_assert_int_eq(find(ROWS - 10, ROWS - 1, &lines), SURVEY_CONFLICT);
	ck_assert_uint_eq(lines.lines[0], ROWS - 11 + behind);
	ck_assert_int_eq(find(9, 8, &lines), SURVEY_ALONE);
	ck_assert_int_eq(find(ROWS - 11, ROWS - 12, &lines), SURVEY_ALONE);
}
END_TEST

/* A row with a JobTime, the first or the last one: cut in two or not, it is known. */
START_TEST(finds_a_job_time)
{
	static const char *const names[] = {"m.jsonl", "m.csv"};
	const bool json = _i / 3 == 0;
	const int timed = _i % 3 == 0 ? -1 : _i % 3 == 1 ? 0 : ROWS - 1;
	FILE *file = fopen(names[!json], "w");
	struct error err = {0};

	ck_assert_ptr_nonnull(file);
	if (!json)
		fputs("ExistingCertificateId,CertificateId,JobTime\n", file);
	for (int row = 0; row < ROWS; row++)
		fprintf(file,
		    json ? "{\"ExistingCertificateId\":%d,\"CertificateId\":200,\"JobTime\":%s}\n"
			 : "%d,200,%s\n",
		    row + 1,
		    row != timed ? (json ? "null" : "")
		    : json       ? "5" /* refused: a time was meant all the same */
				 : "soon");
	fclose(file);
	options = (struct reader_options){.name = names[!json], .fields = &fields};
	fd = open(names[!json], O_RDONLY);
	survey = survey_of(NULL, &err);
	ck_assert_msg(survey != NULL, "%s", err.text);
	ck_assert_uint_eq(survey_rows(survey), ROWS);
	ck_assert_int_eq(survey_has_job_time(survey), timed != -1);
}
END_TEST

/* The same of a member that only a rejects file has, also of one that is null. */
START_TEST(finds_a_row_of_a_rejects_file)
{
	const int rejected = _i == 0 ? -1 : _i == 1 ? 0 : ROWS - 1;
	FILE *file = fopen("m.jsonl", "w");
	struct error err = {0};

	ck_assert_ptr_nonnull(file);
	for (int row = 0; row < ROWS; row++)
		fprintf(file, "{\"ExistingCertificateId\":%d,\"CertificateId\":200%s}\n", row + 1,
		    row != rejected ? ",\"RejectRecord\":\"x\"" : ",\"reject line\":null");
	fclose(file);
	options = (struct reader_options){.name = "m.jsonl", .fields = &fields};
	fd = open("m.jsonl", O_RDONLY);
	survey = survey_of(NULL, &err);
	ck_assert_msg(survey != NULL, "%s", err.text);
	ck_assert_uint_eq(survey_rows(survey), ROWS);
	ck_assert_int_eq(survey_is_rejects(survey), rejected != -1);
}
END_TEST

START_TEST(stops_at_a_signal)
{
	volatile sig_atomic_t stop = SIGINT;
	struct error err = {0};

	write_rows(_i);
	ck_assert_ptr_null(survey_of(&stop, &err));
	ck_assert_int_eq((int)err.code, 130);
	ck_assert_str_eq(err.file, files[_i].name);
	ck_assert_str_eq(err.text, "interrupted before anything was written");
}
END_TEST

/* ---- first values of columns ---------------------------------------------------------------- */

/* Rows of which three have values, each a pair: the last in its place, two around the middle. */
static void
write_values(const char *quote, int middle, const char *one, const char *two)
{
	FILE *file = fopen("v.csv", "w");

	ck_assert_ptr_nonnull(file);
	fputs("ExistingCertificateId,CertificateId,Early,Middle,Late,Never\n", file);
	for (int row = 1; row <= ROWS; row++)
		fprintf(file, "%06d,%s000200%s,%s,%s,%s,\n", row, quote, quote,
		    row == 5      ? "1.5.2045"
		    : row == ROWS ? "x"
				  : "",
		    row == middle       ? one
		    : row == middle + 1 ? two
					: "",
		    row == ROWS ? "22:00" : "");
	fclose(file);
	options = (struct reader_options){.name = "v.csv", .fields = &fields};
	fd = open("v.csv", O_RDONLY);
}

/* Whether the column in the middle is refused, and just so the others. */
static bool
refuses_middle(const char *quote, int middle, const char *one, const char *two)
{
	struct error err = {0};
	bool refused;

	write_values(quote, middle, one, two);
	ck_assert_ptr_null(survey_of(NULL, &err));
	close(fd);
	ck_assert_int_eq((int)err.code, ERROR_INPUT);
	ck_assert_uint_eq(err.line, 1);
	ck_assert_str_eq(err.field, "Early");
	refused = strstr(err.text, "\"Middle\"") != NULL;
	ck_assert_str_eq(err.text,
	    refused ? "its first value is a date or a time, and JobTime is missing: expected that "
		      "name, or --ignore \"Early\" to leave the column out; likewise --ignore "
		      "\"Middle\" --ignore \"Late\""
		    : "its first value is a date or a time, and JobTime is missing: expected that "
		      "name, or --ignore \"Early\" to leave the column out; likewise --ignore "
		      "\"Late\"");
	return refused;
}

/* Wherever the cut is, and whether there is one (a quote prevents it). */
START_TEST(finds_first_values_across_the_cut)
{
	for (int middle = ROWS / 2 - 8; middle < ROWS / 2 + 8; middle++) {
		ck_assert(refuses_middle("", middle, "2045-01-01", "x"));
		ck_assert(!refuses_middle("", middle, "x", "2045-01-01"));
		ck_assert(refuses_middle("", middle, "-", "2045-01-01"));
	}
	ck_assert(refuses_middle("\"", ROWS / 2, "2045-01-01", "x"));
	ck_assert(!refuses_middle("\"", ROWS / 2, "x", "2045-01-01"));
	fd = open("v.csv", O_RDONLY); /* for end() */
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("survey_cut");
	TCase *tests = tcase_create("survey_cut");
	int count = (int)(sizeof(files) / sizeof(files[0]));

	tcase_add_checked_fixture(tests, start, end);
	tcase_add_loop_test(tests, finds_across_the_cut, 0, count);
	tcase_add_loop_test(tests, finds_a_job_time, 0, 6);
	tcase_add_loop_test(tests, finds_a_row_of_a_rejects_file, 0, 3);
	tcase_add_loop_test(tests, stops_at_a_signal, 0, count);
	tcase_add_test(tests, finds_first_values_across_the_cut);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
