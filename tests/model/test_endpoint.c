#include "model/endpoint.h"

#include "scratch.h"

/* Where a TLS server answers: HOST:PORT or HOST:PORT/SNI. */

static const struct {
	const char *text;
	const char *parts; /* host, port and SNI; NULL: it is none */
} endpoints[] = {
    {"www.example.com:443", "www.example.com 443 "},
    {"WWW:1", "WWW 1 "},
    {"a_b-c.example:65535/www.example.com", "a_b-c.example 65535 www.example.com"},
    {"10.0.0.1:0443/x", "10.0.0.1 443 x"},
    {"1host:1", "1host 1 "},
    {"[2001:db8::1]:8443", "2001:db8::1 8443 "},
    {"[::ffff:10.0.0.1]:1/x.y", "::ffff:10.0.0.1 1 x.y"},
    {"", NULL},
    {"www.example.com", NULL},
    {"www.example.com:", NULL},
    {"www.example.com:0", NULL},
    {"www.example.com:65536", NULL},
    {"www.example.com:4294967297", NULL},
    {"www.example.com:000443", NULL},
    {"www.example.com:443 ", NULL},
    {"www.example.com:+443", NULL},
    {"www.example.com:443/", NULL},
    {"www.example.com:443/10.0.0.1", NULL},
    {"www.example.com:443/a/b", NULL},
    {"www.example.com:443/a b", NULL},
    {"www.example.com.:443", NULL},
    {".example.com:443", NULL},
    {"a..b:443", NULL},
    {"https://www.example.com:443", NULL},
    {":443", NULL},
    {"10.0.0.256:443", NULL},
    {"10.0.1:443", NULL},
    {"2001:db8::1:443", NULL},
    {"::1:443", NULL},
    {"[::1]", NULL},
    {"[::1]443", NULL},
    {"[::1", NULL},
    {"[]:443", NULL},
    {"[", NULL},
    {"[www.example.com]:443", NULL},
    {"[10.0.0.1]:443", NULL},
    {"[fe80::1%eth0]:443", NULL},
    {"b\xc3\xbc"
     "cher.example:443",
	NULL},
    {"0123456789012345678901234567890123456789012345678901234567890abc:1", NULL},
    {"0123456789012345678901234567890123456789012345678901234567890ab:1",
	"0123456789012345678901234567890123456789012345678901234567890ab 1 "},
};

START_TEST(parses_or_refuses)
{
	const char *text = endpoints[_i].text;
	struct endpoint found;
	char parts[256];

	ck_assert_msg(endpoint_parse(text, strlen(text), &found) == (endpoints[_i].parts != NULL),
	    "%s", text);
	if (endpoints[_i].parts == NULL)
		return;
	snprintf(parts, sizeof(parts), "%.*s %d %.*s", (int)found.host.length, found.host.text,
	    found.port, (int)found.sni.length, found.sni.length == 0 ? "" : found.sni.text);
	ck_assert_str_eq(parts, endpoints[_i].parts);
}
END_TEST

/* It ends where it is said to end, and a NUL in it is no end. */
START_TEST(keeps_to_the_length)
{
	struct endpoint found;
	char text[300];

	ck_assert(endpoint_parse("a.b:443", 6, &found));
	ck_assert_uint_eq(found.port, 44);
	ck_assert(!endpoint_parse("a.b:443", 4, &found));
	ck_assert(!endpoint_parse("[::1]:443", 5, &found));
	ck_assert(!endpoint_parse("[::1\0]:443", 10, &found));
	ck_assert(!endpoint_parse("a\0b:443", 7, &found));
	/* 253 bytes of a name are the most (RFC 1035, 2.3.4). */
	for (size_t i = 0; i < 254; i++)
		text[i] = i % 2 == 0 ? 'a' : '.';
	memcpy(text + 253, ":1", 2);
	ck_assert(endpoint_parse(text, 255, &found));
	memcpy(text + 253, "aa:1", 4);
	ck_assert(!endpoint_parse(text, 257, &found));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("endpoint");
	TCase *tests = tcase_create("endpoint");

	tcase_add_loop_test(tests, parses_or_refuses, 0, sizeof(endpoints) / sizeof(endpoints[0]));
	tcase_add_test(tests, keeps_to_the_length);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
