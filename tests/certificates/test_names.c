#include "certificates/names.h"

#include "scratch.h"

/* Subject alternative names in one form. */

static struct names names;
static struct buffer json;

static void
leave(void)
{
	names_release(&names);
	buffer_release(&json);
}

static const struct {
	int type;
	const char *text, *value;
} forms[] = {
    {NAME_DNS, "www.example.com", "www.example.com"},
    {NAME_DNS, "WWW.Example.COM.", "www.example.com"},
    {NAME_DNS, ".", "."},
    {NAME_DNS, "", ""},
    {NAME_DNS, "*.Example.com", "*.example.com"},
    {NAME_DNS,
	"*.B\xc3\xbc"
	"cher.example",
	"*.xn--bcher-kva.example"},
    {NAME_DNS,
	"B\xc3\x9c"
	"CHER.example",
	"xn--bcher-kva.example"},
    {NAME_DNS, "XN--BCHER-KVA.example", "xn--bcher-kva.example"},
    {NAME_DNS, "fa\xc3\x9f.example", "xn--fa-hia.example"}, /* as IDNA2008 has it, not "fass" */
    {NAME_DNS, "a..b", "a..b"},
    {NAME_DNS, "_dmarc.Example", "_dmarc.example"},
    {NAME_DNS, "a\xff.Example", "a\\xff.example"}, /* not UTF-8 */
    {NAME_IP, "10.0.0.1", "10.0.0.1"},
    {NAME_IP, "2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
    {NAME_IP, "::ffff:10.0.0.1", "::ffff:10.0.0.1"},
    {NAME_IP, "Fritz", "fritz"},
    {NAME_EMAIL, "Joe.Doe@EXAMPLE.com", "Joe.Doe@example.com"},
    {NAME_EMAIL,
	"\"a@b\"@B\xc3\xbc"
	"cher.example",
	"\"a@b\"@xn--bcher-kva.example"},
    {NAME_EMAIL, "Joe", "Joe"},
    {NAME_URI, "HTTPS://A/B", "HTTPS://A/B"},
    {NAME_DIRECTORY, "CN=A", "CN=A"},
    {NAME_PRINCIPAL, "Joe@corp", "Joe@corp"},
    {NAME_DNS, "a\033[2Jb\n", "a\\x1b[2jb\\x0a"},
};

START_TEST(has_one_form)
{
	names_add(&names, forms[_i].type, forms[_i].text, strlen(forms[_i].text));
	ck_assert_uint_eq(names.count, 1);
	ck_assert_int_eq(names.items[0].type, forms[_i].type);
	ck_assert_str_eq(names.items[0].value, forms[_i].value);
	/* The form of a form is the same. */
	names_add(&names, forms[_i].type, forms[_i].value, strlen(forms[_i].value));
	ck_assert_str_eq(names.items[1].value, forms[_i].value);
}
END_TEST

START_TEST(escapes_a_nul)
{
	names_add(&names, NAME_DNS, "good.example\0.bad.example", 25);
	ck_assert_str_eq(names.items[0].value, "good.example\\x00.bad.example");
}
END_TEST

START_TEST(sorts_and_drops_repetitions)
{
	names_add(&names, NAME_IP, "10.0.0.2", 8);
	names_add(&names, NAME_DNS, "b.example", 9);
	names_add(&names, NAME_DNS, "A.example", 9);
	names_add(&names, NAME_EMAIL, "a@b", 3);
	names_add(&names, NAME_DNS, "B.EXAMPLE", 9);
	names_sort(&names);
	names_add_json(&names, &json);
	ck_assert_str_eq(json.bytes, "[{\"Value\":\"a@b\",\"Type\":1},{\"Value\":\"a.example\","
				     "\"Type\":2},{\"Value\":\"b.example\",\"Type\":2},"
				     "{\"Value\":\"10.0.0.2\",\"Type\":7}]");
	ck_assert(!names.failed);
}
END_TEST

START_TEST(has_none)
{
	names_sort(&names);
	names_add_json(&names, &json);
	ck_assert_str_eq(json.bytes, "[]");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("names");
	TCase *tests = tcase_create("names");

	tcase_add_checked_fixture(tests, NULL, leave);
	tcase_add_loop_test(tests, has_one_form, 0, sizeof(forms) / sizeof(forms[0]));
	tcase_add_test(tests, escapes_a_nul);
	tcase_add_test(tests, sorts_and_drops_repetitions);
	tcase_add_test(tests, has_none);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
