#include "import/password.h"
#include "read/scripted.h"

#include "scratch.h"

/* The password in a record of a store. */

#define TEXT_EXPECTED "expected text or {\"SecretValue\": text}"

static const struct {
	enum value_type type;
	const char *text;
	const char *password; /* NULL: none */
	const char *fault;    /* NULL: none */
} passwords_given[] = {
    {VALUE_ABSENT, NULL, NULL, NULL},
    {VALUE_NULL, NULL, NULL, NULL},
    {VALUE_TEXT, "", NULL, NULL},
    {VALUE_TEXT, " a b ", " a b ", NULL},
    {VALUE_TEXT, "#N/A", "#N/A", NULL},
    {VALUE_TEXT, "12345678", "12345678", NULL},
    {VALUE_NESTED, "{\"SecretValue\":\"a\"}", "a", NULL},
    {VALUE_NESTED, "{\"secret_value\":\" q\\\"\\u00e9\",\"x\":[1,{}],\"Value\":\"b\"}",
	" q\"\xc3\xa9", NULL},
    {VALUE_NESTED, "{\"SecretValue\":\"System.x\"}", "System.x", NULL},
    {VALUE_NESTED, "{\"SecretValue\":\"\"}", NULL, NULL},
    {VALUE_NESTED, "{\"SecretValue\":null}", NULL, NULL},
    {VALUE_NESTED, "{\"Provider\":5,\"Parameters\":{\"SecretValue\":\"a\"}}", NULL, NULL},
    {VALUE_NESTED, "{}", NULL, NULL},
    /* The text of such an object is one; any other text is a password. */
    {VALUE_TEXT, " {\"SecretValue\": \"a\"} ", "a", NULL},
    {VALUE_TEXT, "{\"SecretValue\": null}", NULL, NULL},
    {VALUE_TEXT, "{\"SecretValue\": \"a\"", "{\"SecretValue\": \"a\"", NULL},
    {VALUE_TEXT, "{a}", "{a}", NULL},
    {VALUE_TEXT, "[1]", "[1]", NULL},
    {VALUE_TEXT, "@{SecretValue=canary}", NULL, SCRIPTED_TEXT},
    {VALUE_TEXT, "System.Object[]", NULL, SCRIPTED_TEXT},
    {VALUE_INTEGER, "12345678", NULL, "a number: " TEXT_EXPECTED},
    {VALUE_REAL, "1.5", NULL, "a number: " TEXT_EXPECTED},
    {VALUE_BOOLEAN, "true", NULL, "a boolean: " TEXT_EXPECTED},
    {VALUE_NESTED, "[\"canary\"]", NULL, "an array: " TEXT_EXPECTED},
    {VALUE_NESTED, "{\"SecretValue\":12345678}", NULL, "SecretValue is no text: " TEXT_EXPECTED},
    {VALUE_NESTED, "{\"SecretValue\":{\"a\":1}}", NULL, "SecretValue is no text: " TEXT_EXPECTED},
    {VALUE_NESTED, "{\"SecretValue\":\"a\",\"secretvalue\":\"b\"}", NULL,
	"two members of one name: expected each name once"},
    {VALUE_NESTED, "{\"SecretValue\":\"canary\\u0000\"}", NULL,
	"half a surrogate pair or \\u0000 in a string: expected text"},
};

/* The same password is used for all: none is left from the record before. */
START_TEST(reads_passwords)
{
	struct import_password password = {.text = NULL};

	for (size_t i = 0; i < sizeof(passwords_given) / sizeof(passwords_given[0]); i++) {
		const struct value value = {passwords_given[i].type, passwords_given[i].text,
		    passwords_given[i].text == NULL ? 0 : strlen(passwords_given[i].text)};
		struct import_fault fault = {.hides = false};

		ck_assert_int_eq(import_password_parse(&password, &value, &fault),
		    passwords_given[i].fault == NULL ? 1 : 0);
		if (passwords_given[i].fault != NULL)
			ck_assert_str_eq(fault.text, passwords_given[i].fault);
		ck_assert_int_eq(password.text == NULL, passwords_given[i].password == NULL);
		if (passwords_given[i].password == NULL)
			continue;
		ck_assert_uint_eq(password.length, strlen(passwords_given[i].password));
		ck_assert_mem_eq(password.text, passwords_given[i].password, password.length);
	}
	import_password_release(&password);
	import_password_release(&password);
}
END_TEST

START_TEST(has_a_limit)
{
	struct import_password password = {.text = NULL};
	struct import_fault fault = {.hides = false};
	struct buffer text = {0};
	struct value value;

	buffer_add_string(&text, "{\"SecretValue\":\"");
	for (int i = 0; i < 65536; i++)
		buffer_add(&text, "x", 1);
	buffer_add_string(&text, "\"}");
	value = (struct value){VALUE_NESTED, text.bytes, text.length};
	ck_assert_int_eq(import_password_parse(&password, &value, &fault), 1);
	ck_assert_uint_eq(password.length, 65536);
	text.bytes[text.length - 2] = 'x';
	buffer_add_string(&text, "\"}");
	text.bytes[text.length - 3] = 'x';
	value = (struct value){VALUE_NESTED, text.bytes, text.length};
	ck_assert_int_eq(import_password_parse(&password, &value, &fault), 0);
	ck_assert_str_eq(fault.text, "longer than 65536 bytes: expected at most that");
	ck_assert_ptr_null(password.text);
	import_password_release(&password);
	buffer_release(&text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("password");
	TCase *tests = tcase_create("password");

	tcase_add_test(tests, reads_passwords);
	tcase_add_test(tests, has_a_limit);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
