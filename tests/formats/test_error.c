#include "error.h"

#include "scratch.h"

#include <errno.h>

/* The text that error_print() prints. Static: until the next call. */
static const char *
printed(const struct error *err)
{
	static char text[8192];
	FILE *stream = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(stream);
	error_print(stream, err);
	ck_assert_int_eq(fclose(stream), 0);
	return text;
}

START_TEST(sets_every_member)
{
	struct error err = {0};

	ck_assert_int_eq(error_set_at(&err, ERROR_INPUT,
			     (struct error_place){.file = "a.csv", .line = 7, .field = "JobTime"},
			     "%d is %s", 5, "wrong"),
	    -1);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_str_eq(err.file, "a.csv");
	ck_assert_uint_eq(err.line, 7);
	ck_assert_str_eq(err.field, "JobTime");
	ck_assert_str_eq(err.text, "5 is wrong");
	ck_assert_int_eq(error_set(&err, ERROR_BUSY, NULL, "x"), -1);
	ck_assert_int_eq(err.code, ERROR_BUSY);
	ck_assert_str_eq(err.file, "");
	ck_assert_uint_eq(err.line, 0);
	ck_assert_str_eq(err.field, "");
	ck_assert_str_eq(err.text, "x");
	ck_assert_int_eq(error_set_at(NULL, ERROR_BUSY,
			     (struct error_place){.file = "a", .line = 1, .field = "b"}, "x"),
	    -1);
}
END_TEST

START_TEST(reports_errno)
{
	struct error err = {0};

	errno = ENOSPC;
	ck_assert_int_eq(error_errno(&err, "db", "page %d cannot be written", 3), -1);
	ck_assert_int_eq(errno, ENOSPC);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(err.file, "db");
	ck_assert_uint_eq(err.line, 0);
	ck_assert_str_eq(err.field, "");
	ck_assert_str_eq(err.text, "page 3 cannot be written: No space left on device");
	ck_assert_int_eq(error_errno(NULL, "db", "x"), -1);
	ck_assert_int_eq(error_memory(&err), -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(err.text, "out of memory");
}
END_TEST

START_TEST(cuts_what_is_too_long)
{
	struct error err = {0};
	char large[5001];

	memset(large, 'x', 5000);
	large[5000] = '\0';
	error_set_at(&err, ERROR_INPUT,
	    (struct error_place){.file = large, .line = 1, .field = large}, "%s", large);
	ck_assert_uint_eq(strlen(err.file), sizeof(err.file) - 1);
	ck_assert_uint_eq(strlen(err.field), sizeof(err.field) - 1);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	errno = EIO;
	error_errno(&err, large, "%s", large);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
}
END_TEST

/* A text is not cut inside a character, which would be printed as escaped bytes. */
START_TEST(cuts_between_characters)
{
	static const char *const characters[] = {"\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x94\x91"};

	for (size_t i = 0; i < 3; i++) {
		for (size_t shift = 0; shift < 4; shift++) {
			struct error err = {0};
			char text[4 * 1100 + 8] = "aaa";
			size_t length = shift;

			for (int j = 0; j < 1100; j++, length += strlen(characters[i]))
				memcpy(text + length, characters[i], strlen(characters[i]) + 1);
			errno = 0;
			error_set_at(&err, ERROR_INPUT,
			    (struct error_place){.file = text, .field = text}, "%s", text);
			ck_assert_ptr_null(strstr(printed(&err), "\\x"));
			ck_assert_uint_ge(strlen(err.text), sizeof(err.text) - 4);
			ck_assert_uint_ge(strlen(err.file), sizeof(err.file) - 4);
			error_errno(&err, text, "%s", text);
			ck_assert_ptr_null(strstr(printed(&err), "\\x"));
		}
	}
}
END_TEST

static const struct {
	const char *file;
	uint64_t line;
	const char *field;
	const char *text;
	const char *printed;
} forms[] = {
    {NULL, 0, NULL, "wrong", "pfxreplace: wrong\n"},
    {"a.csv", 0, NULL, "wrong", "pfxreplace: a.csv: wrong\n"},
    {"a.csv", 3, NULL, "wrong", "pfxreplace: a.csv:3: wrong\n"},
    {"a.csv", 3, "JobTime", "wrong", "pfxreplace: a.csv:3: JobTime: wrong\n"},
    {"a.csv", UINT64_MAX, "", "wrong", "pfxreplace: a.csv:18446744073709551615: wrong\n"},
    {NULL, 3, "JobTime", "wrong", "pfxreplace: JobTime: wrong\n"},
    {"a\nb", 1, "c\x1b[0m", "d\r\te", "pfxreplace: a\\x0ab:1: c\\x1b[0m: d\\x0d\\x09e\n"},
    {"\x01\x1f\x7f", 1, "", "", "pfxreplace: \\x01\\x1f\\x7f:1: \n"},
    /* C1 controls; their neighbours stay */
    {"\xc2\x80\xc2\x9f\xc2\xa0", 0, "\xc3\x80", "x",
	"pfxreplace: \\u0080\\u009f\xc2\xa0: \xc3\x80: x\n"},
    /* no UTF-8: alone, cut short, overlong, a surrogate */
    {"a\xff.csv", 1, "\xe9t\xe9", "\xc2", "pfxreplace: a\\xff.csv:1: \\xe9t\\xe9: \\xc2\n"},
    {"\xc0\xaf", 0, "\xed\xa0\x80", "\xf0\x9f\x94",
	"pfxreplace: \\xc0\\xaf: \\xed\\xa0\\x80: \\xf0\\x9f\\x94\n"},
    /* bidirectional, zero-width, line and paragraph separators, tags */
    {"a\u202egnp.\u2066b", 1, "\u200bJob\ufeffTime", "x\u2028y\u2029z\U000e0041\u00ad",
	"pfxreplace: a\\u202egnp.\\u2066b:1: \\u200bJob\\ufeffTime: "
	"x\\u2028y\\u2029z\\U000e0041\\u00ad\n"},
    {"\u200d\u2060\ufe0f\u3164", 0, "\u061c\u180e", "\U000e0100\ufff9",
	"pfxreplace: \\u200d\\u2060\\ufe0f\\u3164: \\u061c\\u180e: \\U000e0100\\ufff9\n"},
    {"\u200a\u2027\u202f\u2010", 0, "e\u0301", "\U0001f511\ufffd",
	"pfxreplace: \u200a\u2027\u202f\u2010: e\u0301: \U0001f511\ufffd\n"},
    {"caf\xc3\xa9.csv", 1, "", "\xe6\x97\xa5 %s %n",
	"pfxreplace: caf\xc3\xa9.csv:1: \xe6\x97\xa5 "
	"%s %n\n"},
};

START_TEST(prints)
{
	struct error err = {0};
	char text[1024] = "";
	FILE *stream = fmemopen(text, sizeof(text), "w");

	error_set_at(&err, ERROR_INPUT,
	    (struct error_place){
		.file = forms[_i].file, .line = forms[_i].line, .field = forms[_i].field},
	    "%s", forms[_i].text);
	ck_assert_str_eq(printed(&err), forms[_i].printed);
	ck_assert_ptr_nonnull(stream);
	message_print(stream,
	    (struct error_place){
		.file = forms[_i].file, .line = forms[_i].line, .field = forms[_i].field},
	    "%s", forms[_i].text);
	fclose(stream);
	ck_assert_str_eq(text, forms[_i].printed);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("error");
	TCase *tests = tcase_create("error");

	tcase_add_test(tests, sets_every_member);
	tcase_add_test(tests, reports_errno);
	tcase_add_test(tests, cuts_what_is_too_long);
	tcase_add_test(tests, cuts_between_characters);
	tcase_add_loop_test(tests, prints, 0, (int)(sizeof(forms) / sizeof(forms[0])));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
