#include "buffer.h"

#include "scratch.h"

START_TEST(grows)
{
	struct buffer buffer = {0};
	char expected[5001];

	for (int i = 0; i < 1000; i++)
		buffer_add(&buffer, "12345", 5);
	for (size_t i = 0; i < 5000; i++)
		expected[i] = "12345"[i % 5];
	expected[5000] = '\0';
	ck_assert(!buffer.failed);
	ck_assert_uint_eq(buffer.length, 5000);
	ck_assert_uint_gt(buffer.capacity, 5000);
	ck_assert_str_eq(buffer.bytes, expected);
	buffer_release(&buffer);
	ck_assert_ptr_null(buffer.bytes);
	ck_assert_uint_eq(buffer.length, 0);
	ck_assert_uint_eq(buffer.capacity, 0);
}
END_TEST

/* After any addition, also of nothing, the bytes end with a NUL, at every length. */
START_TEST(ends_with_a_nul)
{
	struct buffer buffer = {0};

	buffer_add(&buffer, NULL, 0);
	ck_assert_ptr_nonnull(buffer.bytes);
	ck_assert_str_eq(buffer.bytes, "");
	for (size_t length = 1; length < 2000; length++) {
		buffer_add(&buffer, "x", 1);
		ck_assert_uint_eq(buffer.length, length);
		ck_assert_uint_gt(buffer.capacity, length);
		ck_assert_int_eq(buffer.bytes[length], '\0');
	}
	buffer_release(&buffer);
}
END_TEST

START_TEST(keeps_nuls)
{
	struct buffer buffer = {0};

	buffer_add(&buffer, "a\0b", 3);
	buffer_add_string(&buffer, "c");
	ck_assert_uint_eq(buffer.length, 4);
	ck_assert_mem_eq(buffer.bytes, "a\0bc", 5);
	buffer_release(&buffer);
}
END_TEST

START_TEST(formats)
{
	struct buffer buffer = {0};
	char large[1001];

	memset(large, 'y', 1000);
	large[1000] = '\0';
	buffer_addf(&buffer, "%d-%s;", 7, "x");
	buffer_addf(&buffer, "%s", "");
	buffer_addf(&buffer, "%s", large);
	ck_assert_uint_eq(buffer.length, 1004);
	ck_assert_int_eq(strncmp(buffer.bytes, "7-x;yyy", 7), 0);
	ck_assert_str_eq(buffer.bytes + 4, large);
	buffer_release(&buffer);
}
END_TEST

static const struct {
	const char *text;
	size_t length;
	const char *json;
} strings[] = {
    {"", 0, "\"\""},
    {"plain", 5, "\"plain\""},
    {"\"\\/", 3, "\"\\\"\\\\/\""},
    {"\n\r\t", 3, "\"\\n\\r\\t\""},
    {"\b\f\x1f\x7f", 4, "\"\\u0008\\u000c\\u001f\x7f\""},
    {"a\0b", 3, "\"a\\u0000b\""},
    {"a\"b\"c", 5, "\"a\\\"b\\\"c\""},
    {"\xc3\xa9\xf0\x9f\x94\x91", 6, "\"\xc3\xa9\xf0\x9f\x94\x91\""},
    {"abc", 2, "\"ab\""},
    {"b\xff\xc3.csv", 7,
	"\"b\xef\xbf\xbd\xef\xbf\xbd.csv\""}, /* the name of a file need not be UTF-8 */
    {"\xc3\xa9", 1, "\"\xef\xbf\xbd\""},
};

START_TEST(adds_json_strings)
{
	struct buffer buffer = {0};

	buffer_add_json(&buffer, strings[_i].text, strings[_i].length);
	ck_assert_str_eq(buffer.bytes, strings[_i].json);
	buffer_release(&buffer);
}
END_TEST

START_TEST(wipes_what_it_clears)
{
	struct buffer buffer = {0};
	static const char zeros[7];
	const char *bytes;

	buffer_add_string(&buffer, "secret");
	bytes = buffer.bytes;
	buffer_clear(&buffer);
	ck_assert_uint_eq(buffer.length, 0);
	ck_assert_ptr_eq(buffer.bytes, bytes);
	ck_assert_mem_eq(buffer.bytes, zeros, sizeof(zeros));
	buffer_add_string(&buffer, "a");
	ck_assert_str_eq(buffer.bytes, "a");
	buffer_release(&buffer);
	buffer_clear(&buffer);
	buffer_release(&buffer);
}
END_TEST

/* When there is no memory, `failed` is set and additions are lost until the buffer is cleared. */
START_TEST(fails_without_memory)
{
	struct buffer buffer = {0};

	buffer_add_string(&buffer, "a");
	buffer.failed = true;
	buffer_add_string(&buffer, "b");
	buffer_addf(&buffer, "%d", 1);
	buffer_add_json(&buffer, "c", 1);
	ck_assert_str_eq(buffer.bytes, "a");
	ck_assert(buffer.failed);
	buffer_clear(&buffer);
	ck_assert(!buffer.failed);
	buffer_release(&buffer);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("buffer");
	TCase *tests = tcase_create("buffer");

	tcase_add_test(tests, grows);
	tcase_add_test(tests, ends_with_a_nul);
	tcase_add_test(tests, keeps_nuls);
	tcase_add_test(tests, formats);
	tcase_add_loop_test(
	    tests, adds_json_strings, 0, (int)(sizeof(strings) / sizeof(strings[0])));
	tcase_add_test(tests, wipes_what_it_clears);
	tcase_add_test(tests, fails_without_memory);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
