#include "read/json_nested.h"

#include "buffer.h"
#include "scratch.h"

#include <string.h>

/*
 * The members A and B of every element, as a transcript: "1: ..." for each, "!" and the fault where
 * there is one. Types are marked as in reader_fixture.h.
 */
static const struct {
	const char *text;
	const char *expected;
} texts[] = {
    {"[]", ""},
    {"[ \n ]", ""},
    {"{}", "1: - -\n"},
    {"{\"A\":1,\"B\":\"x\"}", "1: #1 \"x\"\n"},
    {"[{\"A\":1},{\"b\":null , \"a \" : true}\n,{\"A\":false,\"B\":[1, 2]}]",
	"1: #1 -\n2: ?true null\n3: ?false =[1, 2]\n"},
    {"[1,\"x\",null,[{\"A\":1}],{\"A\":-2.5,\"B\":1e2}]",
	"1: - -\n2: - -\n3: - -\n4: - -\n5: ~-2.5 ~1e2\n"},
    {"{\"A\":12345678901234567890123}", "1: #12345678901234567890123 -\n"},
    {"{\"A\":\"q\\\"\\u00e9\",\"x\":{\"A\":2},\"\\u0042\":\"\"}", "1: \"q\\\"\xC3\xA9\" \"\"\n"},
    {"[{\"A\":1,\"a\":2},{\"A\":3}]",
	"1! two members of one name: expected each name once\n2: #3 -\n"},
    {"[{\"x\":1,\"X\":2,\"\\ud800\":3,\"y\":\"\\ud800\",\"z\":1e999}]", "1: - -\n"},
    {"[{\"A\":\"\\ud800\"},{\"B\":\"\\u0000\"}]",
	"1! half a surrogate pair or \\u0000 in a string: expected text\n"
	"2! half a surrogate pair or \\u0000 in a string: expected text\n"},
};

static void
add_member(struct buffer *out, const struct value *value)
{
	static const char marks[] = {
	    [VALUE_INTEGER] = '#', [VALUE_REAL] = '~', [VALUE_BOOLEAN] = '?', [VALUE_NESTED] = '='};

	buffer_add_string(out, " ");
	if (value->type == VALUE_ABSENT)
		buffer_add_string(out, "-");
	else if (value->type == VALUE_NULL)
		buffer_add_string(out, "null");
	else if (value->type == VALUE_TEXT)
		buffer_add_json(out, value->text, value->length);
	else
		buffer_addf(out, "%c%s", marks[value->type], value->text);
}

static void
add_elements(struct buffer *out, struct json_nested *nested, const char *text)
{
	const struct value value = {VALUE_NESTED, text, strlen(text)};
	struct value a, b;
	int rc;

	ck_assert_int_eq(json_nested_begin(nested, &value), 0);
	while ((rc = json_nested_next(nested)) == 1) {
		ck_assert_int_eq(json_nested_member(nested, "A", &a), 0);
		ck_assert_int_eq(json_nested_member(nested, "B", &b), 0);
		buffer_addf(out, "%zu", nested->index);
		if (nested->fault != NULL) {
			buffer_addf(out, "! %s\n", nested->fault);
			continue;
		}
		buffer_add_string(out, ":");
		add_member(out, &a);
		add_member(out, &b);
		buffer_add_string(out, "\n");
	}
	ck_assert_int_eq(rc, 0);
}

/* The same reader is used for all. */
START_TEST(reads_elements)
{
	struct json_nested nested = {0};
	struct buffer out = {0};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buffer_clear(&out);
		buffer_add_string(&out, "");
		add_elements(&out, &nested, texts[i].text);
		ck_assert_str_eq(out.bytes, texts[i].expected);
	}
	json_nested_release(&nested);
	json_nested_release(&nested);
	buffer_release(&out);
}
END_TEST

START_TEST(counts_members)
{
	struct json_nested nested = {0};
	struct buffer text = {0};
	struct value value;

	buffer_add_string(&text, "{\"A\":1");
	for (int i = 1; i < 257; i++)
		buffer_addf(&text, ",\"n%d\":1", i);
	buffer_add_string(&text, "}");
	value = (struct value){VALUE_NESTED, text.bytes, text.length};
	ck_assert_int_eq(json_nested_begin(&nested, &value), 0);
	ck_assert_int_eq(json_nested_next(&nested), 1);
	ck_assert_str_eq(nested.fault, "more than 256 members: expected at most that");
	ck_assert_int_eq(json_nested_next(&nested), 0);
	json_nested_release(&nested);
	buffer_release(&text);
}
END_TEST

START_TEST(gives_the_element)
{
	static const char text[] = "[\"@{Id=5}\", 7, {\"A\":1} ]";
	const struct value whole = {VALUE_NESTED, text, sizeof(text) - 1};
	struct json_nested nested = {0};
	struct value value;

	ck_assert_int_eq(json_nested_begin(&nested, &whole), 0);
	ck_assert_int_eq(json_nested_next(&nested), 1);
	ck_assert_int_eq(json_nested_element(&nested, &value), 0);
	ck_assert_int_eq(value.type, VALUE_TEXT);
	ck_assert_str_eq(value.text, "@{Id=5}");
	ck_assert_int_eq(json_nested_next(&nested), 1);
	ck_assert_int_eq(json_nested_element(&nested, &value), 0);
	ck_assert_int_eq(value.type, VALUE_INTEGER);
	ck_assert_int_eq(json_nested_next(&nested), 1);
	ck_assert_int_eq(json_nested_element(&nested, &value), 0);
	ck_assert_int_eq(value.type, VALUE_NESTED);
	ck_assert_str_eq(value.text, "{\"A\":1}");
	ck_assert_int_eq(json_nested_next(&nested), 0);
	json_nested_release(&nested);
}
END_TEST

/* Values that are one object, or whose text is that; of these its member A. */
static const struct {
	enum value_type type;
	const char *text;
	const char *member; /* NULL: they are none */
} objects[] = {
    {VALUE_NESTED, "{\"A\":1}", "1"},
    {VALUE_TEXT, " \r\n\t{\"A\":1}\n ", "1"},
    {VALUE_TEXT, "{\"A\":\"\\u0041\"}", "A"},
    {VALUE_TEXT, "{\"A\":[{}]}", "[{}]"},
    {VALUE_NESTED, "[{\"A\":1}]", NULL},
    {VALUE_TEXT, "[{\"A\":1}]", NULL},
    {VALUE_TEXT, "", NULL},
    {VALUE_TEXT, " ", NULL},
    {VALUE_TEXT, "{", NULL},
    {VALUE_TEXT, "{\"A\":1", NULL},
    {VALUE_TEXT, "{\"A\":1}}", NULL},
    {VALUE_TEXT, "{\"A\":1} {}", NULL},
    {VALUE_TEXT, "{\"A\":1,}", NULL},
    {VALUE_TEXT, "{A:1}", NULL},
    {VALUE_TEXT, "{\"A\":\"\\x\"}", NULL},
    {VALUE_TEXT, "x", NULL},
    {VALUE_NULL, NULL, NULL},
    {VALUE_ABSENT, NULL, NULL},
    {VALUE_INTEGER, "1", NULL},
    {VALUE_BOOLEAN, "true", NULL},
};

START_TEST(opens_one_object)
{
	struct json_nested nested = {0};

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		const char *text = objects[i].text;
		const struct value value = {objects[i].type, text, text == NULL ? 0 : strlen(text)};
		struct value member;

		ck_assert_int_eq(
		    json_nested_object(&nested, &value), objects[i].member == NULL ? 0 : 1);
		if (objects[i].member == NULL)
			continue;
		ck_assert_ptr_null(nested.fault);
		ck_assert_int_eq(json_nested_member(&nested, "A", &member), 0);
		ck_assert_str_eq(member.text, objects[i].member);
	}
	json_nested_release(&nested);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json_nested");
	TCase *tests = tcase_create("json_nested");

	tcase_add_test(tests, reads_elements);
	tcase_add_test(tests, counts_members);
	tcase_add_test(tests, gives_the_element);
	tcase_add_test(tests, opens_one_object);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
