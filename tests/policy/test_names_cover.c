#include "policy/names.h"

#include "scratch.h"

/* Whether the names of a new certificate cover those of the old one. */

#define NAME(value, type) "{\"Value\":\"" value "\",\"Type\":" type "}"
#define DNS(value) NAME(value, "2")

static const struct {
	const char *old_names, *new_names, *common_name;
	int count; /* of the missing ones; -1: not known */
	const char *text;
} cases[] = {
    {"[]", "[]", NULL, 0, NULL},
    {"[" DNS("a.example") "]", "[" DNS("a.example") "]", NULL, 0, NULL},
    {"[" DNS("A.Example") "]", "[" DNS("a.eXample") "]", NULL, 0, NULL},
    {"[" DNS("a.example") "]", "[" DNS("a.example") "]", "b.example", 0, NULL},
    {"[" DNS("a.example") "," DNS("b.example") "]", "[" DNS("b.example") "]", NULL, 1, "a.example"},
    {"[" DNS("a.example") "," DNS("b.example") "]", "[]", NULL, 2, "a.example, b.example"},
    /* a wildcard covers exactly one label, and is covered by the same wildcard alone */
    {"[" DNS("a.example.com") "]", "[" DNS("*.example.com") "]", NULL, 0, NULL},
    {"[" DNS("a.example.com") "]", "[" DNS("*.EXAMPLE.com") "]", NULL, 0, NULL},
    {"[" DNS("a.b.example.com") "]", "[" DNS("*.example.com") "]", NULL, 1, "a.b.example.com"},
    {"[" DNS("example.com") "]", "[" DNS("*.example.com") "]", NULL, 1, "example.com"},
    {"[" DNS("*.example.com") "]", "[" DNS("*.example.com") "]", NULL, 0, NULL},
    {"[" DNS("*.example.com") "]", "[" DNS("a.example.com") "]", NULL, 1, "*.example.com"},
    {"[" DNS("*.a.com") "]", "[" DNS("*.com") "]", NULL, 1, "*.a.com"},
    {"[" DNS("www.example.com") "]", "[" DNS("w*.example.com") "]", NULL, 1, "www.example.com"},
    {"[" DNS(".example.com") "]", "[" DNS("*.example.com") "]", NULL, 1, ".example.com"},
    /* other types, and the same text under another type */
    {"[" NAME("10.0.0.1", "7") "]", "[" NAME("10.0.0.1", "7") "]", NULL, 0, NULL},
    {"[" NAME("10.0.0.1", "7") "]", "[" DNS("10.0.0.1") "]", NULL, 1, "10.0.0.1"},
    {"[" NAME("a.b.com", "7") "]", "[" NAME("*.b.com", "7") "]", NULL, 1, "a.b.com"},
    {"[" NAME("Joe@example.com", "1") "]", "[" NAME("joe@example.com", "1") "]", NULL, 1,
	"Joe@example.com"},
    {"[" NAME("https://a/", "6") "]", "[" NAME("https://a/", "6") "]", NULL, 0, NULL},
    {"[" NAME("1.2.3", "8") "," NAME("CN=x", "4") "," NAME("joe", "100") "]", "[]", NULL, 0, NULL},
    {"[" NAME("a\\\"b", "6") "]", "[" NAME("a\\\"b", "6") "]", NULL, 0, NULL},
    /* the CN counts only where there is no name at all */
    {"[]", "[]", "a.example", 1, "a.example"},
    {"[]", "[" DNS("a.example") "]", "A.example", 0, NULL},
    {"[]", "[" DNS("*.example") "]", "a.example", 0, NULL},
    {"[" NAME("1.2.3", "8") "]", "[]", "a.example", 0, NULL},
    /* what is no such array proves nothing */
    {"", "[]", NULL, -1, NULL},
    {"[]", "", NULL, -1, NULL},
    {"[]", "{}", "a", -1, NULL},
    {"[" DNS("a"), "[]", NULL, -1, NULL},
    {"[" DNS("a") "x", "[]", NULL, -1, NULL},
    {"[{\"Value\":\"a", "[]", NULL, -1, NULL},
    {"[{\"Value\":\"a\\", "[]", NULL, -1, NULL},
    {"[{\"Value\":\"a\",\"Type\":}]", "[]", NULL, -1, NULL},
    {"[" DNS("a") "]", "[{\"Value\":7}]", NULL, -1, NULL},
};

START_TEST(compares_names)
{
	struct names_missing missing;
	const struct names_of old = {cases[_i].old_names, cases[_i].common_name};
	bool known = names_cover(&old, &(struct names_of){cases[_i].new_names, NULL}, &missing);

	ck_assert_int_eq(known ? (int)missing.count : -1, cases[_i].count);
	if (cases[_i].text != NULL)
		ck_assert_str_eq(missing.text.bytes, cases[_i].text);
	buffer_release(&missing.text);
}
END_TEST

static void
many(struct buffer *names, const char *form, int count)
{
	buffer_add_string(names, "[");
	for (int i = 0; i < count; i++) {
		buffer_add_string(names, i == 0 ? "{\"Value\":\"" : ",{\"Value\":\"");
		buffer_addf(names, "%s%d", form, i);
		buffer_add_string(names, "\",\"Type\":2}");
	}
	buffer_add_string(names, "]");
}

/* The new one's common name counts likewise. */
START_TEST(new_common_name)
{
	struct names_missing missing;
	const struct names_of old = {"[]", "A b"}, other = {"[]", "c"};

	ck_assert(names_cover(&old, &old, &missing));
	ck_assert_uint_eq(missing.count, 0);
	ck_assert(names_cover(&old, &other, &missing));
	ck_assert_uint_eq(missing.count, 1);
	ck_assert_str_eq(missing.text.bytes, "A b");
	buffer_release(&missing.text);
	ck_assert(names_cover(&other, &old, &missing));
	ck_assert_uint_eq(missing.count, 1);
	buffer_release(&missing.text);
}
END_TEST

/* The first ten are named; and hundreds of thousands of names take no hours. */
START_TEST(names_ten_and_ends)
{
	struct buffer one = {0}, other = {0};
	struct names_missing missing;

	many(&one, "a", 12);
	ck_assert(names_cover(
	    &(struct names_of){one.bytes, NULL}, &(struct names_of){"[]", NULL}, &missing));
	ck_assert_uint_eq(missing.count, 12);
	ck_assert_str_eq(missing.text.bytes, "a0, a1, a2, a3, a4, a5, a6, a7, a8, a9");
	buffer_release(&missing.text);
	buffer_clear(&one);
	many(&one, "a", 200000);
	many(&other, "b", 200000);
	ck_assert(!names_cover(
	    &(struct names_of){one.bytes, NULL}, &(struct names_of){other.bytes, NULL}, &missing));
	buffer_release(&missing.text);
	buffer_release(&one);
	buffer_release(&other);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("names");
	TCase *tests = tcase_create("names");

	tcase_add_loop_test(tests, compares_names, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tests, new_common_name);
	tcase_add_test(tests, names_ten_and_ends);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
