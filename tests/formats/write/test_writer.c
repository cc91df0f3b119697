#include "utf8.h"

#include "rows.h"

/* One text as the CSV cell between two others. */
static const char *
csv_cell(const char *text, size_t length)
{
	static const char *const columns[] = {"A", "B", "C"};
	struct error err = {0};
	struct outfile *file = outfile_open("out", &err);
	struct writer *writer = writer_new(file, OUTPUT_CSV, columns, 3);
	static char cell[4096];
	const char *found;
	size_t size;

	writer_integer(writer, 1);
	writer_text(writer, text, length);
	writer_integer(writer, 2);
	end_row(writer);
	ck_assert_int_eq(writer_end(&writer, &err), 0);
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	found = scratch_read("out", &size);
	ck_assert_int_eq(strncmp(found, "A,B,C\n1,", 8), 0);
	ck_assert_str_eq(found + size - 3, ",2\n");
	memcpy(cell, found + 8, size - 11);
	cell[size - 11] = '\0';
	return cell;
}

/* ---- every kind of cell, in each output -------------------------------------------------- */

static const char *const every[] = {"Line", "Name", "Ok", "At", "Stores", "Messages", "Note"};

static void
fill_every(struct writer *writer)
{
	static const char *const stores[] = {"a1", "b2"};

	writer_integer(writer, 2);
	writer_string(writer, "caf\xc3\xa9");
	writer_boolean(writer, true);
	writer_time(writer, INT64_C(1795378646000));
	writer_list(writer, stores, 2);
	writer_either(writer, "bad-integer: no", "[{\"Code\":\"bad-integer\"}]");
	writer_null(writer);
	end_row(writer);
	writer_integer(writer, INT64_MIN);
	writer_text(writer, "xyz", 2);
	writer_boolean(writer, false);
	writer_time(writer, 1);
	writer_list(writer, NULL, 0);
	writer_either(writer, NULL, NULL);
	writer_string(writer, NULL);
	end_row(writer);
}

START_TEST(every_cell_in_csv)
{
	ck_assert_str_eq(written(OUTPUT_CSV, every, 7, fill_every),
	    "Line,Name,Ok,At,Stores,Messages,Note\n"
	    "2,caf\xc3\xa9,true,2026-11-22T20:17:26Z,a1 b2,bad-integer: no,\n"
	    "-9223372036854775808,xy,false,1970-01-01T00:00:00.001Z,,,\n");
}
END_TEST

START_TEST(every_cell_in_jsonl)
{
	ck_assert_str_eq(written(OUTPUT_JSONL, every, 7, fill_every),
	    "{\"Line\":2,\"Name\":\"caf\xc3\xa9\",\"Ok\":true,\"At\":\"2026-11-22T20:17:26Z\","
	    "\"Stores\":[\"a1\",\"b2\"],\"Messages\":[{\"Code\":\"bad-integer\"}],\"Note\":null}\n"
	    "{\"Line\":-9223372036854775808,\"Name\":\"xy\",\"Ok\":false,"
	    "\"At\":\"1970-01-01T00:00:00.001Z\",\"Stores\":[],\"Messages\":null,\"Note\":null}\n");
}
END_TEST

START_TEST(every_cell_in_a_table)
{
	ck_assert_str_eq(written(OUTPUT_TABLE, every, 7, fill_every),
	    "                Line  Name     Ok  At                        Stores  Messages         "
	    "Note\n"
	    "                   2  caf\xc3\xa9   true  2026-11-22T20:17:26Z      a1 b2   "
	    "bad-integer: no\n"
	    "-9223372036854775808  xy    false  1970-01-01T00:00:00.001Z\n");
}
END_TEST

START_TEST(no_rows_is_the_header)
{
	ck_assert_str_eq(written(OUTPUT_CSV, every, 3, no_rows), "Line,Name,Ok\n");
	ck_assert_str_eq(written(OUTPUT_JSONL, every, 3, no_rows), "");
	ck_assert_str_eq(written(OUTPUT_TABLE, every, 3, no_rows), "Line  Name  Ok\n");
}
END_TEST

/* ---- CSV ------------------------------------------------------------------------------------ */

static const struct {
	const char *text;
	const char *cell;
} quoting[] = {
    {"", ""}, {"plain", "plain"}, {"two words", "two words"}, {"a;b|c", "a;b|c"}, {"it's", "it's"},
    {"a,b", "\"a,b\""}, {"\"", "\"\"\"\""}, {"say \"no\"", "\"say \"\"no\"\"\""},
    {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""}, {"a\r\nb", "\"a\r\nb\""}, {" a", "\" a\""},
    {"a ", "\"a \""}, {" ", "\" \""}, {"a\t", "\"a\t\""}, {"a\tb", "a\tb"},
    {"1-2=3+4@5", "1-2=3+4@5"}, {"'quoted'", "'quoted'"},
    /* texts that a spreadsheet would take for a formula */
    {"=1+1", "'=1+1"}, {"+49 30", "'+49 30"}, {"-5", "'-5"}, {"-", "'-"}, {"@SUM(A1)", "'@SUM(A1)"},
    {"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""}, {"\t=1", "'\t'=1"},
    {"\tx", "'\tx"}, {"\rx", "\"'\rx\""}, {"\nx", "\"'\nx\""}, {" =1", "' =1"},
    {"  \t -1 ", "\"'  \t' -1 \""},
    {"\xef\xbc\x9d"
     "1",
	"'\xef\xbc\x9d"
	"1"},
    {"\xef\xbc\x8b"
     "1",
	"'\xef\xbc\x8b"
	"1"},
    {"\xef\xbc\x8d"
     "1",
	"'\xef\xbc\x8d"
	"1"},
    {"\xef\xbc\xa0x", "'\xef\xbc\xa0x"}, {"\xef\xbc\xa1x", "\xef\xbc\xa1x"}, /* full-width A */
};

START_TEST(quotes_and_neutralises)
{
	ck_assert_str_eq(csv_cell(quoting[_i].text, strlen(quoting[_i].text)), quoting[_i].cell);
}
END_TEST

/* Where semicolons, tabs or ends of lines separate cells, the text after one starts a cell. */
static const struct {
	const char *text;
	const char *cell;
} parted[] = {
    {"a;=1", "a;'=1"},
    {"a;+1;-1;@x", "a;'+1;'-1;'@x"},
    {"a; =1", "a;' =1"},
    {"a;;=1", "a;;'=1"},
    {"a\t=1", "a\t'=1"},
    {"a\t-1\t", "\"a\t'-1\t\""},
    {"a\n=1", "\"a\n'=1\""},
    {"a\r=1", "\"a\r'=1\""},
    {"a\r\n=1", "\"a\r\n'=1\""},
    {"a\n\t @x", "\"a\n\t' @x\""},
    {"=1;=2", "'=1;'=2"},
    {";=1", ";'=1"},
    {"a;\"=1\"", "\"a;'\"\"=1\"\"\""},
    {"a;\" \"@x", "\"a;'\"\" \"\"@x\""},
    {"a,b;=1", "\"a,b;'=1\""},
    {"a;\xef\xbc\x9d", "a;'\xef\xbc\x9d"},
    {"a,=1", "\"a,=1\""}, /* in quotes wherever commas separate cells */
    {"a;", "a;"},
    {"a;b=1;1-2", "a;b=1;1-2"},
    {"code: text; code: -1", "code: text; code: -1"},
    {"a;'=1", "a;'=1"},
    {"a|=1", "a|=1"},
};

START_TEST(neutralises_within_a_cell)
{
	ck_assert_str_eq(csv_cell(parted[_i].text, strlen(parted[_i].text)), parted[_i].cell);
}
END_TEST

START_TEST(neutralises_a_nul)
{
	struct error err = {0};
	struct outfile *file = outfile_open("out", &err);
	struct writer *writer = writer_new(file, OUTPUT_CSV, (const char *const[]){"A"}, 1);
	size_t length;

	writer_text(writer, "\0=1", 3);
	end_row(writer);
	ck_assert_int_eq(writer_end(&writer, &err), 0);
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	ck_assert_mem_eq(scratch_read("out", &length), "A\n'\0=1\n", 7);
	ck_assert_uint_eq(length, 7);
}
END_TEST

static void
fill_neutral(struct writer *writer)
{
	static const char *const list[] = {"=a", "b"};

	writer_integer(writer, -5);
	writer_list(writer, list, 2);
	writer_either(writer, "+x", "{}");
	writer_time(writer, INT64_C(-62167219200001));
	end_row(writer);
}

START_TEST(neutralises_texts_and_not_numbers)
{
	ck_assert_str_eq(written(OUTPUT_CSV, every, 4, fill_neutral),
	    "Line,Name,Ok,At\n-5,'=a b,'+x,'-0001-12-31T23:59:59.999Z\n");
}
END_TEST

static void
fill_empty(struct writer *writer)
{
	writer_null(writer);
	end_row(writer);
	writer_string(writer, "");
	end_row(writer);
	writer_string(writer, "a");
	end_row(writer);
}

START_TEST(a_lone_empty_cell_is_no_blank_line)
{
	static const char *const odd[] = {"A, \"B\""};

	ck_assert_str_eq(written(OUTPUT_CSV, every, 1, fill_empty), "Line\n\"\"\n\"\"\na\n");
	ck_assert_str_eq(written(OUTPUT_CSV, odd, 1, no_rows), "\"A, \"\"B\"\"\"\n");
	ck_assert_str_eq(written(OUTPUT_TABLE, every, 1, fill_empty), "Line\n\n\na\n");
}
END_TEST

/* ---- JSONL ---------------------------------------------------------------------------------- */

static void
fill_json(struct writer *writer)
{
	static const char *const list[] = {"\"", "\x7f", ""};

	writer_text(writer, "\x00\x01\x1f \"\\/\b\f\n\r\t\x7f", 13);
	writer_list(writer, list, 3);
	end_row(writer);
	writer_string(writer, "\xf0\x9f\x94\x91 \xe2\x80\xa8 =1");
	writer_null(writer);
	end_row(writer);
}

START_TEST(escapes_json)
{
	static const char *const names[] = {"N \"1\"", "L"};

	ck_assert_str_eq(written(OUTPUT_JSONL, names, 2, fill_json),
	    "{\"N \\\"1\\\"\":\"\\u0000\\u0001\\u001f \\\"\\\\/\\u0008\\u000c\\n\\r\\t\x7f\","
	    "\"L\":[\"\\\"\",\"\x7f\",\"\"]}\n"
	    "{\"N \\\"1\\\"\":\"\xf0\x9f\x94\x91 \xe2\x80\xa8 =1\",\"L\":null}\n");
}
END_TEST

/* ---- what is not UTF-8 ------------------------------------------------------------------- */

static const struct {
	const char *text;
	const char *mended;
} encoding[] = {
    {"\xc3\xa9", "\xc3\xa9"},
    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
    {"\xff", UTF8_REPLACEMENT},
    {"a\x80z", "a" UTF8_REPLACEMENT "z"},
    {"caf\xe9", "caf" UTF8_REPLACEMENT},
    {"\xc3", UTF8_REPLACEMENT},
    {"\xe2\x82", UTF8_REPLACEMENT UTF8_REPLACEMENT},
    {"\xc0\xaf", UTF8_REPLACEMENT UTF8_REPLACEMENT},                      /* overlong */
    {"\xe0\x80\xaf", UTF8_REPLACEMENT UTF8_REPLACEMENT UTF8_REPLACEMENT}, /* overlong */
    {"\xed\xa0\x80", UTF8_REPLACEMENT UTF8_REPLACEMENT UTF8_REPLACEMENT}, /* surrogate */
    {"\xf4\x90\x80\x80", UTF8_REPLACEMENT UTF8_REPLACEMENT UTF8_REPLACEMENT UTF8_REPLACEMENT},
    {"\xf5\xff\xc3\xa9", UTF8_REPLACEMENT UTF8_REPLACEMENT "\xc3\xa9"},
};

static void
fill_encoding(struct writer *writer)
{
	for (size_t i = 0; i < sizeof(encoding) / sizeof(encoding[0]); i++) {
		writer_string(writer, encoding[i].text);
		writer_integer(writer, 1);
		end_row(writer);
	}
}

START_TEST(mends_what_is_not_utf8)
{
	static const enum output outputs[] = {OUTPUT_CSV, OUTPUT_JSONL};
	static const char *const around[][3] = {
	    {"A,B\n", "", ",1\n"}, {"", "{\"A\":\"", "\",\"B\":1}\n"}};

	for (size_t output = 0; output < 2; output++) {
		char expected[2048];
		int length = snprintf(expected, sizeof(expected), "%s", around[output][0]);

		for (size_t i = 0; i < sizeof(encoding) / sizeof(encoding[0]); i++)
			length += snprintf(expected + length, sizeof(expected) - (size_t)length,
			    "%s%s%s", around[output][1], encoding[i].mended, around[output][2]);
		ck_assert_str_eq(
		    written(outputs[output], (const char *const[]){"A", "B"}, 2, fill_encoding),
		    expected);
	}
}
END_TEST

/* ---- failures -------------------------------------------------------------------------------- */

START_TEST(reports_a_wrong_number_of_cells)
{
	static const int given[] = {0, 1, 3, 4};

	for (size_t output = OUTPUT_CSV; output <= OUTPUT_TABLE; output++) {
		for (size_t i = 0; i < 4; i++) {
			struct error err = {0};
			struct outfile *file = outfile_open("out", &err);
			struct writer *writer = writer_new(file, (enum output)output, every, 2);
			char text[128];

			snprintf(text, sizeof(text),
			    "a row of %d cells: expected one for each of the 2 columns", given[i]);
			for (int cell = 0; cell < given[i]; cell++)
				writer_string(writer, "x");
			ck_assert_int_eq(writer_row(writer, &err), -1);
			ck_assert_int_eq(err.code, ERROR_STORAGE);
			ck_assert_str_eq(err.text, text);
			err = (struct error){0};
			writer_string(writer, "x");
			writer_string(writer, "x");
			ck_assert_int_eq(writer_row(writer, &err), -1);
			ck_assert_str_eq(err.text, text);
			ck_assert_int_eq(writer_row(writer, NULL), -1);
			err = (struct error){0};
			ck_assert_int_eq(writer_end(&writer, &err), -1);
			ck_assert_str_eq(err.text, text);
			ck_assert_ptr_null(writer);
			outfile_discard(file);
		}
	}
}
END_TEST

START_TEST(reports_a_row_that_was_not_ended)
{
	struct error err = {0};
	struct outfile *file = outfile_open("out", &err);
	struct writer *writer = writer_new(file, OUTPUT_CSV, every, 2);

	writer_null(writer);
	ck_assert_int_eq(writer_end(&writer, &err), -1);
	ck_assert_str_eq(err.text, "a row of 1 cells was not ended");
	outfile_discard(file);
}
END_TEST

START_TEST(reports_a_full_disk)
{
	for (size_t output = OUTPUT_CSV; output <= OUTPUT_TABLE; output++) {
		struct error err = {0};
		struct outfile *file = outfile_open("/dev/full", &err);
		struct writer *writer = writer_new(file, (enum output)output, every, 1);
		static char large[100000];

		memset(large, 'x', sizeof(large));
		writer_text(writer, large, sizeof(large));
		if (output != OUTPUT_TABLE) {
			ck_assert_int_eq(writer_row(writer, &err), -1);
			ck_assert_str_eq(
			    err.text, "the file cannot be written: No space left on device");
		} else {
			ck_assert_int_eq(writer_row(writer, &err), 0);
		}
		err = (struct error){0};
		ck_assert_int_eq(writer_end(&writer, &err), -1);
		ck_assert_str_eq(err.file, "/dev/full");
		ck_assert_str_eq(err.text, "the file cannot be written: No space left on device");
		ck_assert_int_eq(outfile_publish(&file, &err), -1);
	}
}
END_TEST

START_TEST(frees_without_writing)
{
	for (size_t output = OUTPUT_CSV; output <= OUTPUT_TABLE; output++) {
		struct error err = {0};
		struct outfile *file = outfile_open("out", &err);
		struct writer *writer = writer_new(file, (enum output)output, every, 1);

		writer_string(writer, "a");
		writer_free(writer);
		writer_free(NULL);
		ck_assert_int_eq(outfile_publish(&file, &err), 0);
		ck_assert_str_eq(scratch_text("out"), "");
	}
}
END_TEST

static TCase *
format_tests(void)
{
	TCase *tests = tcase_create("formats");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, every_cell_in_csv);
	tcase_add_test(tests, every_cell_in_jsonl);
	tcase_add_test(tests, every_cell_in_a_table);
	tcase_add_test(tests, no_rows_is_the_header);
	tcase_add_loop_test(
	    tests, quotes_and_neutralises, 0, (int)(sizeof(quoting) / sizeof(quoting[0])));
	tcase_add_loop_test(
	    tests, neutralises_within_a_cell, 0, (int)(sizeof(parted) / sizeof(parted[0])));
	tcase_add_test(tests, neutralises_a_nul);
	tcase_add_test(tests, neutralises_texts_and_not_numbers);
	tcase_add_test(tests, a_lone_empty_cell_is_no_blank_line);
	tcase_add_test(tests, escapes_json);
	tcase_add_test(tests, mends_what_is_not_utf8);
	return tests;
}

static TCase *
failure_tests(void)
{
	TCase *tests = tcase_create("failures");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, reports_a_wrong_number_of_cells);
	tcase_add_test(tests, reports_a_row_that_was_not_ended);
	tcase_add_test(tests, reports_a_full_disk);
	tcase_add_test(tests, frees_without_writing);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("writer");

	suite_add_tcase(suite, format_tests());
	suite_add_tcase(suite, failure_tests());
	return scratch_run(suite);
}
