#include "import/properties.h"
#include "read/scripted.h"

#include "scratch.h"

/* The Properties of a store. */

#define OBJECT_EXPECTED "expected a JSON object, or its text"
#define BOTH                                                                                     \
	"SeparatePrivateKeyFilePath! contradicts privateKeyPath: expected the same in both, or " \
	"one of them alone"

/*
 * The four properties as a transcript: "-" keeps what is known, "." is unknown, or the name that
 * the value has, and the fault.
 */
static const struct {
	enum value_type type;
	const char *text;
	const char *expected;
} properties_given[] = {
    {VALUE_ABSENT, NULL, "- - - -"},
    {VALUE_NULL, NULL, ". . . ."},
    {VALUE_TEXT, "", ". . . ."},
    {VALUE_TEXT, "{}", ". . . ."},
    {VALUE_NESTED, "{}", ". . . ."},
    {VALUE_NESTED, "{\"SeparatePrivateKeyFilePath\":\"/k\",\"IncludesChain\":true}", "/k 1 . ."},
    {VALUE_TEXT, " \t{\"SeparatePrivateKeyFilePath\" : \"/k\"} \r\n", "/k . . ."},
    {VALUE_NESTED, "{\"privateKeyPath\":\"/k\",\"is_trust-store\":\" FALSE \"}", "/k . 0 ."},
    {VALUE_NESTED,
	"{\"separateprivatekeyfilepath\":{\"value\":\"/k\"},\"INCLUDESCHAIN\":{\"Value\":\"True\"},"
	"\"IsTrustStore\":{\"x\":[],\"value\":0},\"Endpoint\":{\"value\":\" h:1/s \"}}",
	"/k 1 0 h:1/s"},
    {VALUE_NESTED, "{\"IncludesChain\":\"0\",\"IsTrustStore\":1}", ". 0 1 ."},
    {VALUE_NESTED, "{\"IncludesChain\":null,\"IsTrustStore\":\"\",\"Endpoint\":{\"value\":null}}",
	". . . ."},
    {VALUE_NESTED, "{\"IncludesChain\":{},\"Endpoint\":{\"Value\":\"\"}}", ". . . ."},
    /* What nobody reads is never a fault. */
    {VALUE_NESTED,
	"{\"Port\":[{\"a\":\"\\ud800\"},1e999],\"ServerPassword\":{\"value\":{\"SecretValue\":7}},"
	"\"x\":1,\"X\":2,\"Endpoint\":\"[::1]:65535\"}",
	". . . [::1]:65535"},
    /* Two names of one property. */
    {VALUE_NESTED, "{\"privateKeyPath\":\"/k\",\"SeparatePrivateKeyFilePath\":{\"value\":\"/k\"}}",
	"/k . . ."},
    {VALUE_NESTED, "{\"privateKeyPath\":\"/k\",\"SeparatePrivateKeyFilePath\":\"\"}", "/k . . ."},
    {VALUE_NESTED, "{\"privateKeyPath\":null,\"SeparatePrivateKeyFilePath\":\"/k\"}", "/k . . ."},
    {VALUE_NESTED, "{\"privateKeyPath\":\"/k\",\"SeparatePrivateKeyFilePath\":\"/l\"}",
	BOTH " . . ."},
    {VALUE_NESTED, "{\"privateKeyPath\":\"/k\",\"PrivateKeyPath\":\"/k\"}",
	"privateKeyPath! two members of one name: expected each name once . . ."},
    /* Values of another kind. */
    {VALUE_NESTED, "{\"privateKeyPath\":5}", "privateKeyPath! \"5\": expected text . . ."},
    {VALUE_NESTED, "{\"SeparatePrivateKeyFilePath\":[]}",
	"SeparatePrivateKeyFilePath! an array or an object: expected text . . ."},
    {VALUE_NESTED, "{\"SeparatePrivateKeyFilePath\":\"@{value=/k}\"}",
	"SeparatePrivateKeyFilePath! " SCRIPTED_TEXT " . . ."},
    {VALUE_NESTED, "{\"Endpoint\":{\"value\":{\"value\":\"h:1\"}}}",
	". . . Endpoint! an array or an object: expected HOST:PORT or HOST:PORT/SNI, a port from "
	"1 to 65535, IPv6 in brackets"},
    {VALUE_NESTED, "{\"Endpoint\":\"h:0\",\"IncludesChain\":2,\"IsTrustStore\":\"yes\"}",
	". IncludesChain! \"2\": expected true, false, 1 or 0 IsTrustStore! a value of 3 "
	"characters: expected true, false, 1 or 0 Endpoint! a value of 3 characters: expected "
	"HOST:PORT or HOST:PORT/SNI, a port from 1 to 65535, IPv6 in brackets"},
    {VALUE_NESTED, "{\"Endpoint\":{\"value\":\"h:1\",\"VALUE\":\"h:2\"}}",
	". . . Endpoint! two members of one name: expected each name once"},
    {VALUE_NESTED, "{\"privateKeyPath\":\"a\\u0000b\"}",
	"privateKeyPath! half a surrogate pair or \\u0000 in a string: expected text . . ."},
    /* What is no object. */
    {VALUE_TEXT, "@{IncludesChain=True}", SCRIPTED_TEXT},
    {VALUE_TEXT, " System.Object[]", SCRIPTED_TEXT},
    {VALUE_TEXT, "{\"IncludesChain\":true", "text that is no whole JSON object: " OBJECT_EXPECTED},
    {VALUE_TEXT, "{\"IncludesChain\":true}}",
	"text that is no whole JSON object: " OBJECT_EXPECTED},
    {VALUE_TEXT, "{'IncludesChain':true}", "text that is no whole JSON object: " OBJECT_EXPECTED},
    {VALUE_TEXT, "{\"IncludesChain\":True}", "text that is no whole JSON object: " OBJECT_EXPECTED},
    {VALUE_TEXT, "{\"a\":1 \"b\":2}", "text that is no whole JSON object: " OBJECT_EXPECTED},
    {VALUE_TEXT, "\"{}\"", "text that is no whole JSON object: " OBJECT_EXPECTED},
    {VALUE_TEXT, "  ", "text that is no whole JSON object: " OBJECT_EXPECTED},
    {VALUE_TEXT, " [{}]", "an array: " OBJECT_EXPECTED},
    {VALUE_NESTED, "[{}]", "an array: " OBJECT_EXPECTED},
    {VALUE_INTEGER, "12345", "a number: " OBJECT_EXPECTED},
    {VALUE_REAL, "1.5", "a number: " OBJECT_EXPECTED},
    {VALUE_BOOLEAN, "true", "a boolean: " OBJECT_EXPECTED},
};

static void
add_cell(struct buffer *out, const struct load_value *value)
{
	if (value->type == LOAD_INTEGER)
		buffer_addf(out, "%lld", (long long)value->integer);
	else if (value->type == LOAD_TEXT)
		buffer_add(out, value->text, value->length);
	else
		buffer_add_string(out, value->type == LOAD_KEEP ? "-" : ".");
}

static void
add_properties(struct buffer *out, struct import_properties *properties, const struct value *value)
{
	struct import_fault fault = {.hides = false};
	const char *name;

	if (import_properties_open(properties, value, &fault) == 0) {
		buffer_add_string(out, fault.text);
		return;
	}
	for (int i = 0; i < PROPERTIES; i++) {
		int rc = import_property_read(properties, (enum import_property)i, &name, &fault);

		buffer_add_string(out, i == 0 ? "" : " ");
		ck_assert_int_ne(rc, -1);
		if (rc == 1)
			add_cell(out, &properties->cells[i].value);
		else
			buffer_addf(out, "%s! %s", name, fault.text);
	}
}

/* The same properties are used for all. */
START_TEST(reads_properties)
{
	struct import_properties properties = {.there = false};
	struct buffer out = {0};

	for (size_t i = 0; i < sizeof(properties_given) / sizeof(properties_given[0]); i++) {
		const struct value value = {properties_given[i].type, properties_given[i].text,
		    properties_given[i].text == NULL ? 0 : strlen(properties_given[i].text)};

		buffer_clear(&out);
		add_properties(&out, &properties, &value);
		ck_assert_str_eq(out.bytes, properties_given[i].expected);
	}
	import_properties_release(&properties);
	import_properties_release(&properties);
	buffer_release(&out);
}
END_TEST

START_TEST(has_limits)
{
	struct import_properties properties = {.there = false};
	struct import_fault fault = {.hides = false};
	struct buffer text = {0};
	struct value value;
	const char *name;

	buffer_add_string(&text, "{\"privateKeyPath\":\"");
	for (int i = 0; i < 65537; i++)
		buffer_add(&text, "k", 1);
	buffer_add_string(&text, "\"}");
	value = (struct value){VALUE_NESTED, text.bytes, text.length};
	ck_assert_int_eq(import_properties_open(&properties, &value, &fault), 1);
	ck_assert_int_eq(import_property_read(&properties, PROPERTY_KEY_PATH, &name, &fault), 0);
	ck_assert_str_eq(name, "privateKeyPath");
	ck_assert_str_eq(fault.text, "longer than 65536 bytes: expected at most that");
	buffer_clear(&text);
	buffer_add_string(&text, "{\"n\":1");
	for (int i = 1; i < 257; i++)
		buffer_addf(&text, ",\"n%d\":1", i);
	buffer_add_string(&text, "}");
	value = (struct value){VALUE_TEXT, text.bytes, text.length};
	ck_assert_int_eq(import_properties_open(&properties, &value, &fault), 0);
	ck_assert_str_eq(fault.text, "more than 256 members: expected at most that");
	import_properties_release(&properties);
	buffer_release(&text);
}
END_TEST

/* Where the columns of a file may have shifted, no value is shown. */
START_TEST(hides_values)
{
	static const char text[] = "{\"IncludesChain\":20260101}";
	const struct value value = {VALUE_NESTED, text, sizeof(text) - 1};
	struct import_properties properties = {.there = false};
	struct import_fault fault = {.hides = true};
	const char *name;

	ck_assert_int_eq(import_properties_open(&properties, &value, &fault), 1);
	ck_assert_int_eq(
	    import_property_read(&properties, PROPERTY_INCLUDES_CHAIN, &name, &fault), 0);
	ck_assert_str_eq(fault.text, "a value of 8 characters: expected true, false, 1 or 0");
	import_properties_release(&properties);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("properties");
	TCase *tests = tcase_create("properties");

	tcase_add_test(tests, reads_properties);
	tcase_add_test(tests, has_limits);
	tcase_add_test(tests, hides_values);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
