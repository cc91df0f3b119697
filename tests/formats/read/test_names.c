#include "read/names.h"
#include "scratch.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const known[] = {
    "CertificateId", "RequestId", "ExistingCertificateId", "JobTime", "Password"};
static const char *const allowed[] = {"Jobtimes", "Request Id"};
static const char *const dropped[] = {"RejectLine"};

static const struct {
	const char *name;
	enum name_kind strict; /* the same without strict: NEARLY becomes UNKNOWN */
	const char *field;
} finds[] = {
    {"CertificateId", NAME_KNOWN, "CertificateId"},
    {"certificateid", NAME_KNOWN, "CertificateId"},
    {"  CERTIFICATE ID\t", NAME_KNOWN, "CertificateId"},
    {"certificate_-_id", NAME_KNOWN, "CertificateId"},
    {"Certificate\xC2\xA0"
     "Id",
	NAME_KNOWN, "CertificateId"},
    {"Certificate\xE2\x80\xAF"
     "Id",
	NAME_KNOWN, "CertificateId"},
    {"Existing Certificate ID", NAME_KNOWN, "ExistingCertificateId"},
    {"Existing\r\nCertificate Id", NAME_KNOWN, "ExistingCertificateId"},
    {"job-time", NAME_KNOWN, "JobTime"},
    /* invisible characters */
    {"\xE2\x80\x8B"
     "CertificateId",
	NAME_KNOWN, "CertificateId"},
    {"Certificate\xC2\xADId\xEF\xBB\xBF", NAME_KNOWN, "CertificateId"},
    {"\xE2\x80\xAAJob\xE2\x80\x8CTi\xE2\x81\xA0me\xE2\x80\xAC\xE2\x81\xA6", NAME_KNOWN, "JobTime"},
    {"Job\xE2\x80\x8BTim", NAME_NEARLY, "JobTime"},
    {"Reject\xE2\x80\x8FLine", NAME_DROPPED, NULL},
    {"Job\xE2\x80\x8ATime", NAME_NEARLY, "JobTime"}, /* three bytes that do not count */
    /* one insertion, deletion, substitution, exchange */
    {"Certificate1Id", NAME_NEARLY, "CertificateId"},
    {"CertifcateId", NAME_NEARLY, "CertificateId"},
    {"CertificateIb", NAME_NEARLY, "CertificateId"},
    {"CertificaetId", NAME_NEARLY, "CertificateId"},
    {"ertificateId", NAME_NEARLY, "CertificateId"},
    {"JobTim", NAME_NEARLY, "JobTime"},
    {"JbTime", NAME_NEARLY, "JobTime"},
    {"oJbTime", NAME_NEARLY, "JobTime"},
    {"ExistingCertificateIds", NAME_NEARLY, "ExistingCertificateId"},
    {"ExistngCertificateId", NAME_NEARLY, "ExistingCertificateId"},
    {"Passw\xC3\xB6rd", NAME_NEARLY, "Password"}, /* two bytes that count as one */
    {"JobTim\xD0\xB5", NAME_NEARLY, "JobTime"},
    /* a known name within */
    {"JobTimeUtc", NAME_NEARLY, "JobTime"},
    {"New Certificate Id", NAME_NEARLY, "CertificateId"},
    {"OldExistingCertificateId", NAME_NEARLY, "ExistingCertificateId"},
    {"password_hint", NAME_NEARLY, "Password"},
    /* none of that */
    {"CertificatId2", NAME_UNKNOWN, NULL},
    {"oJbTiem", NAME_UNKNOWN, NULL},
    {"Job", NAME_UNKNOWN, NULL},
    {"Time", NAME_UNKNOWN, NULL},
    {"Id", NAME_UNKNOWN, NULL},
    {"Note", NAME_UNKNOWN, NULL},
    {"", NAME_UNKNOWN, NULL},
    {"- _", NAME_UNKNOWN, NULL},
    {"Certificate", NAME_UNKNOWN, NULL},
    /* allowed and dropped names */
    {"Job Times", NAME_ALLOWED, NULL},
    {"Request Id", NAME_ALLOWED, NULL},
    {"RequestId", NAME_KNOWN, "RequestId"}, /* only in that spelling */
    {"reject_line", NAME_DROPPED, NULL},
    {"RejectLines", NAME_UNKNOWN, NULL},
};

static void
expect_find(const struct fields *fields, size_t i, enum name_kind kind)
{
	size_t field;

	ck_assert_msg(name_find(fields, finds[i].name, strlen(finds[i].name), &field) == kind, "%s",
	    finds[i].name);
	if (kind == NAME_KNOWN || kind == NAME_NEARLY)
		ck_assert_str_eq(known[field], finds[i].field);
}

START_TEST(test_find)
{
	struct fields fields = {.names = known,
	    .count = 5,
	    .strict = true,
	    .allowed = allowed,
	    .allowed_count = 2,
	    .dropped = dropped,
	    .dropped_count = 1};

	for (size_t i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
		fields.strict = true;
		expect_find(&fields, i, finds[i].strict);
		fields.strict = false;
		expect_find(
		    &fields, i, finds[i].strict == NAME_NEARLY ? NAME_UNKNOWN : finds[i].strict);
	}
}
END_TEST

/* A dropped name that is read: names that are nearly it are unknown all the same. */
START_TEST(finds_a_dropped_name_that_is_known)
{
	static const char *const read[] = {"JobTime", "RejectLine"};
	const struct fields fields = {
	    .names = read, .count = 2, .strict = true, .dropped = dropped, .dropped_count = 1};
	size_t field;

	ck_assert_int_eq(name_find(&fields, "reject line", 11, &field), NAME_DROPPED);
	ck_assert_uint_eq(field, 1);
	ck_assert_int_eq(name_find(&fields, "RejectLines", 11, &field), NAME_UNKNOWN);
	ck_assert_int_eq(name_find(&fields, "JobTimeRejectLine", 17, &field), NAME_NEARLY);
	ck_assert_uint_eq(field, 0);
}
END_TEST

static bool
nearly(const char *name, const char *to)
{
	return name_nearly(name, strlen(name), to);
}

START_TEST(test_nearly)
{
	char longest[5000];

	ck_assert(nearly("abce", "abcd"));
	ck_assert(!nearly("abc_d", "ABCD")); /* equal names are not nearly equal */
	ck_assert(!nearly("Ib", "Id"));      /* too short */
	ck_assert(!nearly("Nam", "Nme"));
	ck_assert(!nearly("xJobIdx", "JobId")); /* two edits, and too short to be contained */
	ck_assert(nearly("aab", "aabb"));
	ck_assert(nearly("aaaa", "aaaaa"));
	ck_assert(!nearly("aaaa", "aaaabb"));
	ck_assert(nearly("bacd", "abcd"));
	ck_assert(!nearly("badc", "abcd"));
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "JobTime", 7);
	ck_assert(name_nearly(longest, sizeof(longest), "JobTime"));
	ck_assert(!name_nearly(longest + 1, sizeof(longest) - 1, "JobTime"));
}
END_TEST

START_TEST(test_equal)
{
	ck_assert(name_equal("A b", 3, "aB", 2));
	ck_assert(!name_equal("A b", 3, "aBc", 3));
	ck_assert(!name_equal("abc", 3, "ab", 2));
	ck_assert(!name_equal("\xC3\x89", 2, "\xC3\xA9", 2)); /* only ASCII has case */
	ck_assert(name_equal("", 0, " -", 2));
	ck_assert(!name_equal("a\xC2", 2, "a", 1));
	ck_assert(!name_equal("a\xE2\x80", 3, "a", 1));
	ck_assert_uint_eq(name_cut("abc", 3, 3), 3);
	ck_assert_uint_eq(name_cut("abc", 3, 2), 2);
	ck_assert_uint_eq(name_cut("a\xC3\xA9", 3, 2), 1);
	ck_assert_uint_eq(name_cut("\xE2\x82\xAC", 3, 2), 0);
	ck_assert(name_is_blank("", 0));
	ck_assert(name_is_blank(" \t\xC2\xA0", 4));
	ck_assert(!name_is_blank("-", 1));
	ck_assert(!name_is_blank(" _ ", 3));
	ck_assert(!name_is_blank("x", 1));
}
END_TEST

START_TEST(test_parts)
{
	ck_assert(name_contains("Start Time", 10, "time"));
	ck_assert(name_contains("T_I-M e", 7, "time"));
	ck_assert(name_contains("ti\xE2\x80\x8Bme", 7, "time"));
	ck_assert(!name_contains("tim", 3, "time"));
	ck_assert(!name_contains("time", 3, "time"));
	ck_assert(!name_contains("", 0, "time"));
	ck_assert(name_contains("xxtitime", 8, "time"));
	ck_assert(name_has_word("my pin", 6, "pin"));
	ck_assert(!name_has_word("my pin", 5, "pin"));
	ck_assert(!name_has_word("pi", 2, "pin"));
	ck_assert(name_has_invisible("a\xEF\xBB\xBF", 4));
	ck_assert(!name_has_invisible("a\xEF\xBB\xBF", 3));
	ck_assert(!name_has_invisible("a b\xC2\xA0", 5));
	ck_assert(name_is_blank("\xE2\x80\x8B ", 4));
}
END_TEST

/* All invisible characters, and their neighbours. */
START_TEST(test_invisible)
{
	static const struct {
		const char *text;
		bool invisible;
	} characters[] = {{"\xC2\xAC", false}, {"\xC2\xAD", true}, {"\xC2\xAE", false},
	    {"\xD8\x9C", true}, {"\xE1\xA0\x8E", true}, {"\xE2\x80\x8A", false},
	    {"\xE2\x80\x8B", true}, {"\xE2\x80\x8C", true}, {"\xE2\x80\x8D", true},
	    {"\xE2\x80\x8E", true}, {"\xE2\x80\x8F", true}, {"\xE2\x80\x90", false},
	    {"\xE2\x80\xA9", false}, {"\xE2\x80\xAA", true}, {"\xE2\x80\xAE", true},
	    {"\xE2\x81\x9F", false}, {"\xE2\x81\xA0", true}, {"\xE2\x81\xA4", true},
	    {"\xE2\x81\xA5", false}, {"\xE2\x81\xA6", true}, {"\xE2\x81\xA9", true},
	    {"\xE2\x81\xAF", true}, {"\xE2\x81\xB0", false}, {"\xEF\xBB\xBF", true},
	    {"\xEF\xBB\xBE", false}, {"a", false}};
	char name[16];

	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		int length = snprintf(name, sizeof(name), "A%sb", characters[i].text);

		ck_assert_int_eq(
		    name_equal(name, (size_t)length, "ab", 2), characters[i].invisible);
		ck_assert_int_eq(name_has_invisible(name, (size_t)length), characters[i].invisible);
	}
}
END_TEST

START_TEST(test_quote)
{
	static const struct {
		const char *name, *quoted;
	} quotes[] = {{"Date", "\"Date\""}, {"a b", "\"a b\""}, {"it's", "\"it's\""},
	    {"$HOME", "'$HOME'"}, {"a`b`", "'a`b`'"}, {"a!", "'a!'"}, {"\\", "'\\'"},
	    {"'\"", "''\\''\"'"}, {"a\r\nb", "\"a  b\""}, {"a\xE2\x80\xAE", "\"a\""},
	    {"\xC3\xA9", "\"\xC3\xA9\""}, {"", "\"\""}, {"a\x1B", NULL}, {"\x7F", NULL},
	    {"12345678901234567890", NULL}};
	char text[20];

	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		const char *name = quotes[i].name, *quoted = quotes[i].quoted;

		ck_assert_int_eq(
		    name_quote(name, strlen(name), text, sizeof(text)), quoted != NULL);
		if (quoted != NULL)
			ck_assert_str_eq(text, quoted);
	}
	ck_assert(name_quote("12345678901234567", 17, text, sizeof(text)));
	ck_assert(!name_quote("123456789012345678", 18, text, sizeof(text)));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("names");
	TCase *names = tcase_create("names");

	tcase_add_test(names, test_find);
	tcase_add_test(names, finds_a_dropped_name_that_is_known);
	tcase_add_test(names, test_nearly);
	tcase_add_test(names, test_equal);
	tcase_add_test(names, test_parts);
	tcase_add_test(names, test_invisible);
	tcase_add_test(names, test_quote);
	suite_add_tcase(suite, names);
	return scratch_run(suite);
}
