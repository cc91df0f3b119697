#include "base64.h"

#include "scratch.h"

/* Bytes from base64. */

static const struct {
	const char *text, *bytes; /* NULL: none */
} texts[] = {
    /* RFC 4648, 10 */
    {"", ""},
    {"Zg==", "f"},
    {"Zm8=", "fo"},
    {"Zm9v", "foo"},
    {"Zm9vYg==", "foob"},
    {"Zm9vYmE=", "fooba"},
    {"Zm9vYmFy", "foobar"},
    {"Zm9v\r\nYmFy\n", "foobar"},
    {" Z m8 = ", "fo"},
    {"+/+/", "\xfb\xff\xbf"},
    {"Zg", NULL},
    {"Zg=", NULL},
    {"Zg===", NULL},
    {"Z===", NULL},
    {"====", NULL},
    {"Zh==", NULL}, /* bits after the last byte */
    {"Zm9=", NULL},
    {"Zg==Zg==", NULL},
    {"Zm-_", NULL},
    {"Zm9v!", NULL},
    {"-----BEGIN CERTIFICATE-----", NULL},
};

START_TEST(decodes)
{
	struct buffer bytes = {0};
	const char *text = texts[_i].text, *expected = texts[_i].bytes;

	ck_assert(base64_decode(&bytes, text, strlen(text)) == (expected != NULL));
	if (expected != NULL) {
		ck_assert_uint_eq(bytes.length, strlen(expected));
		ck_assert(bytes.length == 0 || memcmp(bytes.bytes, expected, bytes.length) == 0);
	}
	buffer_release(&bytes);
}
END_TEST

START_TEST(takes_no_nul)
{
	struct buffer bytes = {0};

	ck_assert(!base64_decode(&bytes, "Zm9v\0", 5));
	buffer_release(&bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("base64");
	TCase *tests = tcase_create("base64");

	tcase_add_loop_test(tests, decodes, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tests, takes_no_nul);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
