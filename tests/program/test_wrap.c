#include "program/wrap.h"

#include "scratch.h"

static char printed[4096];

static const char *
wrapped(const char *text, size_t at, size_t indent)
{
	FILE *stream = fmemopen(printed, sizeof(printed), "w");

	wrap_print(stream, text, at, indent);
	fclose(stream);
	return printed;
}

static const char *
row(const char *left, size_t width, const char *text)
{
	FILE *stream = fmemopen(printed, sizeof(printed), "w");

	wrap_print_row(stream, left, width, text);
	fclose(stream);
	return printed;
}

#define TEN "123456789 "
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

START_TEST(breaks_at_80_columns)
{
	ck_assert_str_eq(wrapped("", 0, 0), "\n");
	ck_assert_str_eq(wrapped("a b", 0, 0), "a b\n");
	ck_assert_str_eq(wrapped("  a   b ", 0, 0), "a b\n");
	ck_assert_str_eq(wrapped(SEVENTY "1234567890", 0, 2), SEVENTY "1234567890\n");
	ck_assert_str_eq(wrapped(SEVENTY "12345678901", 0, 2),
	    TEN TEN TEN TEN TEN TEN "123456789\n"
				    "  12345678901\n");
	/* A word that is longer than a line stays whole. */
	ck_assert_str_eq(wrapped("a " TEN, 79, 4), "a\n    123456789\n");
	ck_assert_uint_eq(strlen(wrapped("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
					 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			      0, 2)),
	    100);
}
END_TEST

START_TEST(rows_have_a_column)
{
	ck_assert_str_eq(row("left", 6, "text"), "  left   text\n");
	ck_assert_str_eq(row("leftee", 6, "text"), "  leftee text\n");
	ck_assert_str_eq(row("lefteee", 6, "text"), "  lefteee\n         text\n");
	ck_assert_str_eq(row("left", 6, SEVENTY "ab"),
	    "  left   " TEN TEN TEN TEN TEN TEN "123456789\n         ab\n");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("wrap");
	TCase *tests = tcase_create("wrap");

	tcase_add_test(tests, breaks_at_80_columns);
	tcase_add_test(tests, rows_have_a_column);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
