#include "write/html.h"

#include "scratch.h"

static const struct {
	const char *text;
	size_t most;
	const char *html;
} texts[] = {
    {"", 0, ""},
    {"plain text, 100 %", 0, "plain text, 100 %"},
    {"<script>alert(1)</script>", 0, "&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"a\" onload='x", 0, "a&quot; onload=&#39;x"},
    {"&lt; &amp &#60;", 0, "&amp;lt; &amp;amp &amp;#60;"},
    {"]]>--><!--", 0, "]]&gt;--&gt;&lt;!--"},
    /* HTML forbids control characters, also as references. */
    {"\x01\t\n\r\x1b[31m\x7f", 0, "\\x01\\x09\\x0a\\x0d\\x1b[31m\\x7f"},
    {"caf\xc3\xa9 \xf0\x9f\x94\x91", 0, "caf\xc3\xa9 \xf0\x9f\x94\x91"},
    /* Not UTF-8: alone, overlong, a surrogate, cut short. */
    {"a\xff", 0, "a\\xff"},
    {"\xc0\xbc", 0, "\\xc0\\xbc"},
    {"\xed\xa0\x80", 0, "\\xed\\xa0\\x80"},
    {"a\xf0\x9f\x94", 0, "a\\xf0\\x9f\\x94"},
    {"\xc2\x85", 0, "\\u0085"}, /* a control character of two bytes */
    /* Text from right to left stays; what turns the order of other text round is seen. */
    {"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", 0, "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"},
    {"gpj.\xe2\x80\xae"
     "exe",
	0, "gpj.\\u202eexe"},
    {"a\xe2\x81\xa6z\xe2\x81\xa9", 0, "a\\u2066z\\u2069"},
    {"\xef\xbb\xbf"
     "a\xe2\x80\x8b",
	0, "\\ufeffa\\u200b"},
    {"\xf3\xa0\x81\x81", 0, "\\U000e0041"},
    /* Cut after so many characters, not bytes, and never within a reference. */
    {"abcd", 4, "abcd"},
    {"abcde", 4, "abcd\xe2\x80\xa6"},
    {"\xc3\xa9\xc3\xa9\xc3\xa9", 2, "\xc3\xa9\xc3\xa9\xe2\x80\xa6"},
    {"<&>", 1, "&lt;\xe2\x80\xa6"},
    {"<&>", 2, "&lt;&amp;\xe2\x80\xa6"},
    {"\x01\x02\x03", 2, "\\x01\\x02\xe2\x80\xa6"},
    {"a\xf0\x9f\x94", 2, "a\\xf0\xe2\x80\xa6"},
};

START_TEST(adds_texts)
{
	struct buffer buffer = {0};

	buffer_add_string(&buffer, "[");
	html_add_text(&buffer, texts[_i].text, texts[_i].most);
	buffer_add_string(&buffer, "]");
	ck_assert(!buffer.failed);
	ck_assert_int_eq(buffer.bytes[0], '[');
	ck_assert_int_eq(buffer.bytes[buffer.length - 1], ']');
	buffer.bytes[buffer.length - 1] = '\0';
	ck_assert_str_eq(buffer.bytes + 1, texts[_i].html);
	buffer_release(&buffer);
}
END_TEST

/* Of every byte and every pair of bytes, what is added is text without a tag or an end of a value,
 * and valid UTF-8 without control characters. */
START_TEST(lets_no_pair_of_bytes_through)
{
	for (unsigned pair = 1; pair < 65536; pair++) {
		char text[] = {(char)(pair & 0xff), (char)(pair >> 8), '\0'};
		struct buffer buffer = {0};

		html_add_text(&buffer, text, 0);
		for (size_t i = 0; i < buffer.length; i++) {
			unsigned char c = (unsigned char)buffer.bytes[i];

			if (c < 0x20 || c == 0x7f || strchr("<>\"'", c) != NULL)
				ck_abort_msg("%04x gives %s", pair, buffer.bytes);
		}
		buffer_release(&buffer);
	}
}
END_TEST

static const struct {
	const char *name;
	size_t most;
	const char *html;
} names[] = {
    {"a<b", 0, "<bdi>a&lt;b</bdi>"},
    {"abc", 2, "<bdi>ab\xe2\x80\xa6</bdi>"},
    /* A line may end after a part. */
    {"/etc/a.pem", 0, "<bdi>/<wbr>etc/<wbr>a.<wbr>pem</bdi>"},
    {"C:\\a\\", 0, "<bdi>C:\\<wbr>a\\</bdi>"},
    {"CN=a,O=b, c", 0, "<bdi>CN=a,<wbr>O=b, c</bdi>"},
    {"../..//a", 0, "<bdi>../..//<wbr>a</bdi>"},
    {"1,000 in a,b", 0, "<bdi>1,000 in a,<wbr>b</bdi>"},
    {"a.b", 2, "<bdi>a.<wbr>\xe2\x80\xa6</bdi>"},
};

START_TEST(adds_names)
{
	struct buffer buffer = {0};

	html_add_name(&buffer, names[_i].name, names[_i].most);
	ck_assert_str_eq(buffer.bytes, names[_i].html);
	buffer_release(&buffer);
}
END_TEST

static const struct {
	uint64_t count;
	const char *html;
} counts[] = {
    {0, "0"},
    {7, "7"},
    {999, "999"},
    {1000, "1,000"},
    {12345, "12,345"},
    {123456, "123,456"},
    {1000000, "1,000,000"},
    {UINT64_MAX, "18,446,744,073,709,551,615"},
};

START_TEST(adds_counts)
{
	struct buffer buffer = {0};

	html_add_count(&buffer, counts[_i].count);
	ck_assert_str_eq(buffer.bytes, counts[_i].html);
	buffer_release(&buffer);
}
END_TEST

START_TEST(fails_without_memory)
{
	struct buffer buffer = {0};

	buffer_add_string(&buffer, "a");
	buffer.failed = true;
	html_add_text(&buffer, "b<\x01", 1);
	html_add_name(&buffer, "c", 0);
	html_add_count(&buffer, 1);
	ck_assert_str_eq(buffer.bytes, "a");
	ck_assert(buffer.failed);
	buffer_release(&buffer);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("html");
	TCase *tests = tcase_create("html");

	tcase_add_loop_test(tests, adds_texts, 0, (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_test(tests, lets_no_pair_of_bytes_through);
	tcase_add_loop_test(tests, adds_names, 0, (int)(sizeof(names) / sizeof(names[0])));
	tcase_add_loop_test(tests, adds_counts, 0, (int)(sizeof(counts) / sizeof(counts[0])));
	tcase_add_test(tests, fails_without_memory);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
