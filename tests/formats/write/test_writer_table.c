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

START_TEST(knows_widths)
{
	static const struct {
		uint32_t code;
		unsigned width;
	} table[] = {{'a', 1}, {0xe9, 1}, {0x300, 0}, {0x2ff, 1}, {0x36f, 0}, {0x370, 1},
	    {0x200b, 0}, {0x2014, 1}, {0x1100, 2}, {0x3042, 2}, {0x65e5, 2}, {0xac00, 2},
	    {0xff21, 2}, {0xff71, 1}, {0xfffd, 1}, {0x1f511, 2}, {0xe0100, 0}, {0x10ffff, 1}};

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
	tcase_add_test(tests, knows_widths);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
