#include "utf8.h"

#include "rows.h"

static const char *const columns[] = {"Line", "Name"};

static void
fill_widths(struct writer *writer)
{
	static const char *const names[] = {
	    "ab", "\xc3\xa9\xc3\xa9\xc3\xa9", "e\xcc\x81", "\xe6\x97\xa5\xe6\x9c\xac", ""};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		writer_string(writer, names[i]);
		writer_integer(writer, (int64_t)i * 50 - 50);
		writer_string(writer, i == 1 ? NULL : "end");
		end_row(writer);
	}
}

START_TEST(aligns_by_what_is_seen)
{
	static const char *const names[] = {"N", "Id", "Last column"};

	ck_assert_str_eq(written(OUTPUT_TABLE, names, 3, fill_widths),
	    "N      Id  Last column\n"
	    "ab    -50  end\n"
	    "\xc3\xa9\xc3\xa9\xc3\xa9     0\n"
	    "e\xcc\x81      50  end\n"
	    "\xe6\x97\xa5\xe6\x9c\xac  100  end\n"
	    "      150  end\n");
}
END_TEST

static void
fill_hostile(struct writer *writer)
{
	writer_string(writer, "\x1b[31mred\n\x7f");
	writer_string(writer, "a\xc2\x85z\xc2\xa0");
	end_row(writer);
	writer_string(writer, "x");
	writer_string(writer, "y");
	end_row(writer);
}

START_TEST(escapes_control_characters)
{
	ck_assert_str_eq(written(OUTPUT_TABLE, columns, 2, fill_hostile),
	    "Line                 Name\n"
	    "\\x1b[31mred\\x0a\\x7f  a\\u0085z\xc2\xa0\n"
	    "x                    y\n");
}
END_TEST

static void
fill_invisible(struct writer *writer)
{
	writer_string(writer, "a\u202eb");
	writer_string(writer, "\xe9\u2028");
	end_row(writer);
	writer_string(writer, "\u200b");
	writer_string(writer, "\U000e0041");
	end_row(writer);
}

START_TEST(escapes_what_is_not_seen)
{
	ck_assert_str_eq(written(OUTPUT_TABLE, columns, 2, fill_invisible),
	    "Line      Name\n"
	    "a\\u202eb  \\xe9\\u2028\n"
	    "\\u200b    \\U000e0041\n");
	/* Data is not changed. */
	ck_assert_str_eq(written(OUTPUT_CSV, columns, 2, fill_invisible),
	    "Line,Name\na\u202eb,\ufffd\u2028\n\u200b,\U000e0041\n");
	ck_assert_str_eq(written(OUTPUT_JSONL, columns, 2, fill_invisible),
	    "{\"Line\":\"a\u202eb\",\"Name\":\"\ufffd\u2028\"}\n"
	    "{\"Line\":\"\u200b\",\"Name\":\"\U000e0041\"}\n");
}
END_TEST

static void
fill_numbers_last(struct writer *writer)
{
	writer_string(writer, "a");
	writer_integer(writer, 1);
	end_row(writer);
	writer_string(writer, "b");
	writer_null(writer);
	end_row(writer);
	writer_null(writer);
	writer_integer(writer, 1000000);
	end_row(writer);
}

START_TEST(aligns_numbers_to_the_right)
{
	ck_assert_str_eq(written(OUTPUT_TABLE, columns, 2, fill_numbers_last), "Line     Name\n"
									       "a           1\n"
									       "b\n"
									       "      1000000\n");
}
END_TEST

static void
fill_mixed(struct writer *writer)
{
	writer_integer(writer, 1);
	writer_string(writer, "x");
	end_row(writer);
	writer_string(writer, "text");
	writer_string(writer, "y");
	end_row(writer);
}

START_TEST(aligns_mixed_columns_to_the_left)
{
	ck_assert_str_eq(written(OUTPUT_TABLE, (const char *const[]){"A", "B"}, 2, fill_mixed),
	    "A     B\n1     x\ntext  y\n");
}
END_TEST

/* The first 200 rows decide the widths; a wider cell after them moves the rest of its line alone.
 */
START_TEST(streams_after_the_first_rows)
{
	static const char *const names[] = {"Id", "Name"};
	struct error err = {0};
	struct outfile *file = outfile_open("out", &err);
	struct writer *writer = writer_new(file, OUTPUT_TABLE, names, 2);
	char expected[8192] = "Id  Name\n", line[64];

	for (int i = 1; i <= 203; i++) {
		writer_integer(writer, i == 202 ? 123456 : i % 100);
		writer_string(writer, "n");
		end_row(writer);
		snprintf(line, sizeof(line), "%2d  n\n", i == 202 ? 123456 : i % 100);
		memcpy(expected + strlen(expected), line, strlen(line) + 1);
	}
	ck_assert_int_eq(writer_end(&writer, &err), 0);
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	ck_assert_str_eq(scratch_text("out"), expected);
}
END_TEST

/* ---- on a terminal ------------------------------------------------------------------------- */

static const char *const jobs[] = {"JobId", "StorePath", "Machine", "Alias", "DueAt", "Status"};
static const enum column_fit fits[] = {
    FIT_ALWAYS, FIT_ALWAYS, FIT_OFTEN, FIT_ROOM, FIT_OFTEN, FIT_ALWAYS};

static void
fill_jobs(struct writer *writer)
{
	static const char *const machines[] = {"web01.example.com", "w"};

	for (size_t i = 0; i < 2; i++) {
		writer_integer(writer, (int64_t)i * 1000 + 7);
		writer_string(writer, "/etc/nginx/tls/certificate.pem");
		writer_string(writer, machines[i]);
		writer_string(writer, "shop");
		writer_time(writer, INT64_C(1795378646000));
		writer_string(writer, "Waiting");
		end_row(writer);
	}
}

/* What a table is on a terminal of so many cells. */
static const char *
fitted(size_t width, const enum column_fit *column_fits)
{
	const struct writer_view view = {.fits = column_fits, .longer = LONG_CUT, .width = width};

	return viewed(OUTPUT_TABLE, jobs, 6, &view, fill_jobs);
}

START_TEST(is_whole_where_it_fits)
{
	static const char *const whole =
	    "JobId  StorePath                       Machine            Alias  "
	    "DueAt                 Status\n"
	    "    7  /etc/nginx/tls/certificate.pem  web01.example.com  shop   "
	    "2026-11-22T20:17:26Z  Waiting\n"
	    " 1007  /etc/nginx/tls/certificate.pem  w                  shop   "
	    "2026-11-22T20:17:26Z  Waiting\n";

	ck_assert_str_eq(fitted(94, fits), whole);
	ck_assert_str_eq(fitted(10000, NULL), whole);
}
END_TEST

/* One cell less: times lose their seconds, then the time of day; then the longest values. */
START_TEST(cuts_times_then_the_longest_values)
{
	ck_assert_str_eq(fitted(93, fits),
	    "JobId  StorePath                       Machine            Alias  "
	    "DueAt              Status\n"
	    "    7  /etc/nginx/tls/certificate.pem  web01.example.com  shop   "
	    "2026-11-22T20:17\u2026  Waiting\n"
	    " 1007  /etc/nginx/tls/certificate.pem  w                  shop   "
	    "2026-11-22T20:17\u2026  Waiting\n");
	ck_assert_str_eq(fitted(84, fits),
	    "JobId  StorePath                      Machine            Alias  DueAt        Status\n"
	    "    7  /etc/nginx/tls/certificate.p\u2026  web01.example.com  shop   2026-11-22\u2026 "
	    " "
	    "Waiting\n"
	    " 1007  /etc/nginx/tls/certificate.p\u2026  w                  shop   2026-11-22\u2026 "
	    " "
	    "Waiting\n");
}
END_TEST

/* Where less than 16 cells would be left of a text, columns that matter less go first. */
START_TEST(leaves_out_columns_before_values_are_short)
{
	ck_assert_str_eq(fitted(69, fits),
	    "JobId  StorePath              Machine            DueAt        Status\n"
	    "    7  /etc/nginx/tls/certi\u2026  web01.example.com  2026-11-22\u2026  Waiting\n"
	    " 1007  /etc/nginx/tls/certi\u2026  w                  2026-11-22\u2026  Waiting\n");
	ck_assert_str_eq(fitted(60, fits),
	    "JobId  StorePath                       DueAt        Status\n"
	    "    7  /etc/nginx/tls/certificate.pem  2026-11-22\u2026  Waiting\n"
	    " 1007  /etc/nginx/tls/certificate.pem  2026-11-22\u2026  Waiting\n");
	ck_assert_str_eq(fitted(34, fits), "JobId  StorePath           Status\n"
					   "    7  /etc/nginx/tls/ce\u2026  Waiting\n"
					   " 1007  /etc/nginx/tls/ce\u2026  Waiting\n");
}
END_TEST

START_TEST(fits_however_narrow_it_is)
{
	ck_assert_str_eq(fitted(30, fits), "Job\u2026  StorePath        Status\n"
					   "   7  /etc/nginx/tls\u2026  Waiting\n"
					   "1007  /etc/nginx/tls\u2026  Waiting\n");
	ck_assert_str_eq(fitted(20, fits), "Job\u2026 StoreP\u2026 Status\n"
					   "   7 /etc/n\u2026 Waiting\n"
					   "1007 /etc/n\u2026 Waiting\n");
	/* Without a narrow set no column goes before it must. */
	ck_assert_str_eq(fitted(25, NULL),
	    "Job\u2026 Sto\u2026 Ma\u2026 Al\u2026 Du\u2026 St\u2026\n"
	    "   7 /et\u2026 we\u2026 sh\u2026 20\u2026 Wa\u2026\n"
	    "1007 /et\u2026 w   sh\u2026 20\u2026 Wa\u2026\n");
	ck_assert_str_eq(fitted(3, NULL), "\u2026 \u2026\n7 \u2026\n\u2026 \u2026\n");
	ck_assert_str_eq(fitted(1, NULL), "\u2026\n7\n\u2026\n");
}
END_TEST

static const char *const report[] = {"Verdict", "Path", "Text"};

static void
fill_report(struct writer *writer)
{
	writer_string(writer, "unknown-in-inventory");
	writer_string(writer, "/etc/nginx/tls/certificate.pem");
	writer_string(
	    writer, "an unknown certificate, thumbprint 0011223344556677, is in the store");
	end_row(writer);
}

START_TEST(cuts_words_last_and_keeps_no_pieces_of_sentences)
{
	static const enum column_fit kinds[] = {FIT_WORD, FIT_ALWAYS, FIT_TEXT};
	struct writer_view view = {.fits = kinds, .longer = LONG_CUT, .width = 80};

	ck_assert_str_eq(viewed(OUTPUT_TABLE, report, 3, &view, fill_report),
	    "Verdict               Path              Text\n"
	    "unknown-in-inventory  /etc/nginx/tls/\u2026  "
	    "an unknown certificate, thumbprint 0011\u2026\n");
	view.width = 79;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, report, 3, &view, fill_report),
	    "Verdict               Path\n"
	    "unknown-in-inventory  /etc/nginx/tls/certificate.pem\n");
	view.width = 30;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, report, 3, &view, fill_report),
	    "Verdict               Path\n"
	    "unknown-in-inventory  /etc/ng\u2026\n");
	view.width = 20;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, report, 3, &view, fill_report),
	    "Verdict    Path\n"
	    "unknown-i\u2026 /etc/ngi\u2026\n");
}
END_TEST

static void
fill_characters(struct writer *writer)
{
	static const char *const names[] = {
	    "\u65e5\u672c\u8a9e\u30c6\u30ad\u30b9\u30c8",  /* each of two cells */
	    "x\u65e5\u672c\u8a9e\u30c6\u30ad\u30b9\u30c8", /* two do not fit into one */
	    "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", /* each of one */
	    "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
	    "abcdef",
	    "a\033bcdef",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		writer_string(writer, names[i]);
		writer_string(writer, "|");
		end_row(writer);
	}
}

START_TEST(cuts_between_characters)
{
	const struct writer_view view = {.longer = LONG_CUT, .width = 9};

	ck_assert_str_eq(
	    viewed(OUTPUT_TABLE, (const char *const[]){"A", ""}, 2, &view, fill_characters),
	    "A\n"
	    "\u65e5\u672c\u8a9e\u2026 |\n"
	    "x\u65e5\u672c\u2026  |\n"
	    "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301\u2026 |\n"
	    "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301 |\n"
	    "abcdef  |\n"
	    "a\\x1bb\u2026 |\n");
}
END_TEST

static void
fill_starts(struct writer *writer)
{
	writer_string(writer, "11111111-1111-4111-8111-111111111111");
	writer_string(writer, "11111111-1111-4111-8111-111111111111");
	end_row(writer);
	writer_string(writer, "22222222X");
	writer_string(writer, "2");
	end_row(writer);
	writer_null(writer);
	writer_null(writer);
	end_row(writer);
}

START_TEST(shows_the_start_of_an_identifier)
{
	static const char *const names[] = {"CertStoreId", "Id"};
	static const enum column_fit starts[] = {FIT_START, FIT_ALWAYS};
	struct writer_view view = {.fits = starts, .longer = LONG_CUT, .width = 80};

	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 2, &view, fill_starts),
	    "CertStoreId  Id\n"
	    "11111111\u2026    11111111-1111-4111-8111-111111111111\n"
	    "22222222X    2\n"
	    "\n");
	view.width = 27;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 2, &view, fill_starts),
	    "CertStor\u2026  Id\n"
	    "11111111\u2026  11111111-1111-4\u2026\n"
	    "22222222X  2\n"
	    "\n");
}
END_TEST

static bool filled;

static void
fill_marks(struct writer *writer)
{
	writer_string(writer, "web");
	writer_null(writer);
	end_row(writer);
	writer_string(writer, "mail");
	if (filled)
		writer_boolean(writer, true);
	else
		writer_null(writer);
	end_row(writer);
}

START_TEST(shows_a_mark_where_there_is_one)
{
	static const char *const names[] = {"Alias", "KeyMismatch"};
	static const enum column_fit marks[] = {FIT_ALWAYS, FIT_FILLED};
	struct writer_view view = {.fits = marks, .longer = LONG_CUT, .width = 80};

	filled = false;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 2, &view, fill_marks), "Alias\n"
									    "web\n"
									    "mail\n");
	filled = true;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 2, &view, fill_marks), "Alias  KeyMismatch\n"
									    "web\n"
									    "mail          true\n");
	view.width = 12;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 2, &view, fill_marks), "Alias  KeyM\u2026\n"
									    "web\n"
									    "mail    true\n");
}
END_TEST

/* ---- longer than the terminal -------------------------------------------------------------- */

static int row_count;

static void
fill_rows(struct writer *writer)
{
	for (int i = 1; i <= row_count; i++) {
		writer_integer(writer, i > 201 ? 1234567 : i % 10);
		writer_string(writer, i == 203 ? "twelve cells" : "n");
		end_row(writer);
	}
}

/* A number that outgrows its column widens it, and is not cut. */
START_TEST(widens_columns_that_are_outgrown)
{
	const struct writer_view view = {.longer = LONG_CUT, .width = 17};
	const char *text;

	row_count = 204;
	text = viewed(OUTPUT_TABLE, columns, 2, &view, fill_rows);
	ck_assert_str_eq(text + strlen(text) -
			     strlen("   0  n\n   1  n\n1234567  n\n"
				    "1234567  twelve \u2026\n1234567  n\n"),
	    "   0  n\n   1  n\n1234567  n\n1234567  twelve \u2026\n1234567  n\n");
}
END_TEST

/* How many lines are the header. */
static int
headers(const char *text)
{
	int count = 0;

	for (const char *at = text; (at = strstr(at, "Line  Name\n")) != NULL; at++)
		count++;
	return count;
}

START_TEST(repeats_the_header_of_what_scrolls)
{
	struct writer_view view = {.longer = LONG_CUT, .width = 80, .height = 5};

	row_count = 3; /* four lines, and that of the prompt */
	ck_assert_str_eq(viewed(OUTPUT_TABLE, columns, 2, &view, fill_rows),
	    "Line  Name\n   1  n\n   2  n\n   3  n\n");
	row_count = 4;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, columns, 2, &view, fill_rows),
	    "Line  Name\n   1  n\n   2  n\n   3  n\n   4  n\nLine  Name\n");
	row_count = 201;
	ck_assert_int_eq(headers(viewed(OUTPUT_TABLE, columns, 2, &view, fill_rows)), 2);
	view.height = 0;
	ck_assert_int_eq(headers(viewed(OUTPUT_TABLE, columns, 2, &view, fill_rows)), 1);
	view.height = 203; /* the last row is where the prompt must be */
	view.longer = LONG_WHOLE;
	ck_assert_int_eq(headers(viewed(OUTPUT_TABLE, columns, 2, &view, fill_rows)), 1);
	view.width = 9; /* the header has ten cells: two lines */
	ck_assert_int_eq(headers(viewed(OUTPUT_TABLE, columns, 2, &view, fill_rows)), 2);
}
END_TEST

static void
fill_fields(struct writer *writer)
{
	writer_string(writer, "Thumbprint");
	writer_string(writer, "00112233445566778899");
	end_row(writer);
	writer_string(writer, "Names");
	writer_string(writer, "a.example.com b.example.com \u65e5\u672c.example.com");
	end_row(writer);
	writer_string(writer, "Id");
	writer_integer(writer, 7);
	end_row(writer);
	writer_string(writer, "None");
	writer_null(writer);
	end_row(writer);
}

START_TEST(wraps_values)
{
	static const char *const names[] = {"Field", "Value"};
	struct writer_view view = {.longer = LONG_WRAP, .width = 30};

	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 2, &view, fill_fields),
	    "Field       Value\n"
	    "Thumbprint  001122334455667788\n"
	    "            99\n"
	    "Names       a.example.com\n"
	    "            b.example.com\n"
	    "            \u65e5\u672c.example.com\n"
	    "Id          7\n"
	    "None\n");
	view.width = 80;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 2, &view, fill_fields),
	    "Field       Value\n"
	    "Thumbprint  00112233445566778899\n"
	    "Names       a.example.com b.example.com \u65e5\u672c.example.com\n"
	    "Id          7\n"
	    "None\n");
	view.width = 20; /* too narrow for whole names */
	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 2, &view, fill_fields),
	    "Field      Value\n"
	    "Thumbpri\u2026  001122334\n"
	    "           455667788\n"
	    "           99\n"
	    "Names      a.example\n"
	    "           .com\n"
	    "           b.example\n"
	    "           .com\n"
	    "           \u65e5\u672c.exam\n"
	    "           ple.com\n"
	    "Id         7\n"
	    "None\n");
}
END_TEST

/* ---- columns that were chosen -------------------------------------------------------------- */

static void
fill_kinds(struct writer *writer)
{
	static const char *const list[] = {"a", "=b"};

	for (int64_t i = 1; i <= 2; i++) {
		writer_integer(writer, i);
		writer_list(writer, list, 2);
		writer_boolean(writer, i == 1);
		writer_either(writer, "text", "[1]");
		writer_string(writer, i == 1 ? NULL : "");
		end_row(writer);
	}
}

START_TEST(writes_chosen_columns_in_their_order)
{
	static const char *const names[] = {"Id", "List", "Ok", "Json", "None"};
	static const size_t chosen[] = {4, 3, 1, 0};
	struct writer_view view = {.chosen = chosen, .count = 4};

	ck_assert_str_eq(viewed(OUTPUT_CSV, names, 5, &view, fill_kinds),
	    "None,Json,List,Id\n,text,a =b,1\n,text,a =b,2\n");
	ck_assert_str_eq(viewed(OUTPUT_JSONL, names, 5, &view, fill_kinds),
	    "{\"None\":null,\"Json\":[1],\"List\":[\"a\",\"=b\"],\"Id\":1}\n"
	    "{\"None\":\"\",\"Json\":[1],\"List\":[\"a\",\"=b\"],\"Id\":2}\n");
	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 5, &view, fill_kinds),
	    "None  Json  List  Id\n      text  a =b   1\n      text  a =b   2\n");
	view.count = 0;
	ck_assert_str_eq(viewed(OUTPUT_TABLE, names, 5, &view, fill_kinds), "");
}
END_TEST

START_TEST(a_chosen_row_still_needs_every_cell)
{
	static const size_t chosen[] = {1};
	const struct writer_view view = {.chosen = chosen, .count = 1};
	struct error err = {0};
	struct outfile *file = outfile_open("out", &err);
	struct writer *writer = writer_new_view(file, OUTPUT_CSV, columns, 2, &view);

	writer_integer(writer, 1);
	ck_assert_int_eq(writer_row(writer, &err), -1);
	ck_assert_str_eq(err.text, "a row of 1 cells: expected one for each of the 2 columns");
	ck_assert_int_eq(writer_end(&writer, &err), -1);
	outfile_discard(file);
}
END_TEST

START_TEST(knows_widths)
{
	static const struct {
		uint32_t code;
		unsigned width;
	} table[] = {{'a', 1}, {0xe9, 1}, {0x300, 0}, {0x2ff, 1}, {0x36f, 0}, {0x370, 1},
	    {0x200b, 0}, {0x2014, 1}, {0x1100, 2}, {0x3042, 2}, {0x65e5, 2}, {0xac00, 2},
	    {0xff21, 2}, {0x2705, 2}, {0x2706, 1}, {0x1faf0, 2}, {0xff71, 1}, {0xfffd, 1},
	    {0x1f511, 2}, {0xe0100, 0}, {0x10ffff, 1}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		ck_assert_uint_eq(utf8_width(table[i].code), table[i].width);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("writer_table");
	TCase *tests = tcase_create("writer_table");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, aligns_by_what_is_seen);
	tcase_add_test(tests, escapes_control_characters);
	tcase_add_test(tests, escapes_what_is_not_seen);
	tcase_add_test(tests, aligns_numbers_to_the_right);
	tcase_add_test(tests, aligns_mixed_columns_to_the_left);
	tcase_add_test(tests, streams_after_the_first_rows);
	tcase_add_test(tests, is_whole_where_it_fits);
	tcase_add_test(tests, cuts_times_then_the_longest_values);
	tcase_add_test(tests, leaves_out_columns_before_values_are_short);
	tcase_add_test(tests, fits_however_narrow_it_is);
	tcase_add_test(tests, cuts_words_last_and_keeps_no_pieces_of_sentences);
	tcase_add_test(tests, cuts_between_characters);
	tcase_add_test(tests, shows_the_start_of_an_identifier);
	tcase_add_test(tests, shows_a_mark_where_there_is_one);
	tcase_add_test(tests, widens_columns_that_are_outgrown);
	tcase_add_test(tests, repeats_the_header_of_what_scrolls);
	tcase_add_test(tests, wraps_values);
	tcase_add_test(tests, writes_chosen_columns_in_their_order);
	tcase_add_test(tests, a_chosen_row_still_needs_every_cell);
	tcase_add_test(tests, knows_widths);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
