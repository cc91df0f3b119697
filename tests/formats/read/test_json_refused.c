#include "reader_fixture.h"
#include "scratch.h"

#include <string.h>

/*
 * Reading never goes on inside an element or object that was refused, whatever the reason: each
 * case has {"A":666} inside, which would be a record of its own. And members that are not read may
 * hold any valid JSON.
 */
#define LINES .options = {.name = "f.jsonl", .fields = &plain_fields}
#define ARRAY .options = {.name = "f.json", .fields = &plain_fields}
#define LONG .options = {.name = "f.json", .fields = &plain_fields, .long_records = true}
#define BYTES(literal) .bytes = literal, .length = sizeof(literal) - 1

#define INSIDE "\"H\":[{\"x\":1},{\"A\":666}]"
#define AFTER ",{\"A\":2},\n{\"A\":3}]"
#define BOTH "1: #2 -\n2: #3 -\n"
#define SYNTAX(column, text) "1! not a JSON object (column " column " of the element): " text "\n"
#define VALUE "expected a value: a string in double quotes, a number, true, false, null, [ or {"

static const struct fixture arrays[] = {
    /* The end is found: the elements after it are read. */
    {"no value", ARRAY, BYTES("[{\"A\":1,\"N\":tru," INSIDE "}" AFTER),
	.expected = SYNTAX("12", VALUE) BOTH},
    {"no number", ARRAY, BYTES("[{\"A\":01," INSIDE "}" AFTER),
	.expected = SYNTAX("6", VALUE) BOTH},
    {"half a number", ARRAY, BYTES("[{\"A\":1.," INSIDE "}" AFTER),
	.expected = SYNTAX("6", VALUE) BOTH},
    {"no quotes around a name", ARRAY, BYTES("[{N:1," INSIDE "}" AFTER),
	.expected = SYNTAX("2", "expected a name in quotes, or }") BOTH},
    {"a comma too many", ARRAY, BYTES("[{\"A\":1,," INSIDE "}" AFTER),
	.expected = SYNTAX("8", "expected a name in quotes, or }") BOTH},
    {"a comma at the end", ARRAY, BYTES("[{" INSIDE ",\"A\":1,}" AFTER),
	.expected = SYNTAX("32", "expected a name in quotes, or }") BOTH},
    {"no comma", ARRAY, BYTES("[{\"A\":1 " INSIDE "}" AFTER),
	.expected = SYNTAX("8", "expected , or } after a value") BOTH},
    {"no comma inside", ARRAY, BYTES("[{\"A\":1,\"H\":[{\"x\":1} {\"A\":666}]}" AFTER),
	.expected = SYNTAX("21", "expected , or ] after a value") BOTH},
    {"no colon", ARRAY, BYTES("[{\"A\" 1," INSIDE "}" AFTER),
	.expected = SYNTAX("6", "expected : after a name") BOTH},
    {"no value after a colon", ARRAY, BYTES("[{\"A\":," INSIDE "}" AFTER),
	.expected = SYNTAX("6", "expected a value") BOTH},
    {"an object where a name is expected", ARRAY, BYTES("[{\"A\":1,{\"A\":666}}" AFTER),
	.expected = SYNTAX("8", "expected a name in quotes, or }") BOTH},
    {"a bracket too many", ARRAY, BYTES("[{\"A\":1]," INSIDE "}" AFTER),
	.expected = SYNTAX("7", "expected , or } after a value") BOTH},
    {"inside of what is inside", ARRAY,
	BYTES("[{\"H\":[[{\"A\":nul},{\"A\":666}],{\"A\":666}],\"I\":{\"A\":666}}" AFTER),
	.expected = SYNTAX("13", VALUE) BOTH},
    {"a kind that is not read", ARRAY, BYTES("[[{\"A\":666},{\"A\":666}]" AFTER),
	.expected = "1! not a JSON object: expected { and names with values\n" BOTH},
    {"a kind that is not read, damaged", ARRAY, BYTES("[[{\"A\":666},x,{\"A\":666}]" AFTER),
	.expected = SYNTAX("12", VALUE) BOTH},
    {"bytes that are not UTF-8", ARRAY, BYTES("[{\"N\":\"\xE9\"," INSIDE "}" AFTER),
	.expected = "1! byte 0xE9 at position 7 is not valid UTF-8: save the file as UTF-8, or "
		    "say what it is with --encoding (windows-1252, latin1)\n" BOTH},
    {"bytes that are not UTF-8, and a fault", ARRAY,
	BYTES("[{\"N\":\"\xE9\",\"M\":tru," INSIDE "}" AFTER),
	.expected = "1! byte 0xE9 at position 7 is not valid UTF-8: save the file as UTF-8, or "
		    "say what it is with --encoding (windows-1252, latin1)\n" BOTH},
    {"a number out of range", ARRAY, BYTES("[{\"A\":1e999," INSIDE "}" AFTER),
	.expected = "1! A: a number that is too large: expected at most 64 bits\n" BOTH
		    "ignored: H\n"},
    {"half a surrogate pair", ARRAY, BYTES("[{\"A\":\"\\ud800\"," INSIDE "}" AFTER),
	.expected = "1! A: half a surrogate pair: expected \\u for both halves\n" BOTH
		    "ignored: H\n"},
    {"no character", ARRAY, BYTES("[{\"A\":\"\\u0000\"," INSIDE "}" AFTER),
	.expected = "1! A: \\u0000 in a string: expected text without it\n" BOTH "ignored: H\n"},
    {"depth", ARRAY, BYTES("[{\"B\":[[[[[[[[[[[[[[[[{\"A\":666}]]]]]]]]]]]]]]]]," INSIDE "}" AFTER),
	.expected = "1! nested deeper than 16 levels: expected at most that\n" BOTH "ignored: H\n"},
    {"a nearly known name", .options = {.name = "f.json"},
	BYTES("[{\"JobTimeUtc\":1,\"H\":[{\"RequestId\":666}]},\n{\"RequestId\":2}]"),
	.expected = "1! JobTimeUtc: nearly the name JobTime: expected just that, or --ignore "
		    "\"JobTimeUtc\" to leave the member out\n2: - #2 - - -\n"},
    {"text after an element", ARRAY, BYTES("[{\"A\":1}[{\"A\":666},{\"A\":666}]" AFTER),
	.expected = "1! text follows it: expected , or ]\n" BOTH},

    /* The end cannot be found: the rest of the file is one rejection. */
    {"a string that is not closed", ARRAY, BYTES("[{\"N\":\"x," INSIDE "}" AFTER),
	.expected = SYNTAX("10", "expected , or } after a value")},
    {"an escape", ARRAY, BYTES("[{\"N\":\"C:\\temp\\x\"," INSIDE "}" AFTER),
	.expected = SYNTAX(
	    "15", "a backslash that escapes nothing: expected \\\\ for a backslash")},
    {"a control character", ARRAY, BYTES("[{\"N\":\"a\tb\"," INSIDE "}" AFTER),
	.expected = SYNTAX(
	    "8", "a control character in a string: expected it as \\u and four digits")},
    {"a line in a string", ARRAY, BYTES("[{\"N\":\"a\nb\"," INSIDE "}" AFTER),
	.expected = SYNTAX("6", "a string that its line does not close: expected a closing quote")},
    {"text directly after a string", ARRAY,
	BYTES("[{\"N\":\"say \"x\", },{\"A\":666},{\"" INSIDE "}" AFTER),
	.expected = SYNTAX("12", "expected , or } after a value")},
    {"another quote", ARRAY, BYTES("[{\"N\":'},{\"A\":666}'," INSIDE "}" AFTER),
	.expected = SYNTAX("6", VALUE)},
    {"a comment", ARRAY, BYTES("[{\"N\":1/*},{\"A\":666}*/," INSIDE "}" AFTER),
	.expected = SYNTAX("6", VALUE)},
    {"a typographic quote", ARRAY, BYTES("[{\"N\":\xE2\x80\x9C},{\"A\":666}," INSIDE "}" AFTER),
	.expected = SYNTAX("6", VALUE)},
    {"a second fault", ARRAY, BYTES("[{\"N\":tru," INSIDE ",\"M\":fals}" AFTER),
	.expected = SYNTAX("6", VALUE)},
    {"a brace that is not closed", ARRAY, BYTES("[{\"A\":1," INSIDE ",{\"A\":666}" AFTER),
	.expected = SYNTAX("32", "expected a name in quotes, or }")},
    {"a bracket that is not closed", ARRAY, BYTES("[{\"H\":[{\"x\":1},{\"A\":666}}" AFTER),
	.expected = SYNTAX("24", "expected , or ] after a value")},
    {"the file ends", ARRAY, BYTES("[{\"H\":[{\"x\":1},{\"A\":666}"),
	.expected = SYNTAX("23", "it is not complete: a quote, bracket or brace is not closed")},
    {"text after the array", ARRAY, BYTES("[{\"A\":1}],{\"A\":666},[{\"A\":666}]"),
	.expected = "1: #1 -\n1! text after the array: expected the end of the file\n"},
    {"text after an element, twice", ARRAY, BYTES("[{\"A\":1} x y,{\"A\":666}]"),
	.expected = "1! text follows it: expected , or ]\n"},

    /* One object, over several lines. */
    {"one object", ARRAY, BYTES("{\n \"A\":1,\n \"H\":[\n{\"A\":666}\n]\n}\n"),
	.expected = "1: #1 -\nignored: H\n"},
    {"one object, damaged", ARRAY, BYTES("{\n \"A\":1,\n \"H\":[\n{\"A\":666}\n"),
	.expected =
	    "1! not a JSON object (line 4, column 10): it is not complete: a quote, bracket "
	    "or brace is not closed\n"},
    {"objects over several lines", ARRAY, BYTES("{\n\"A\":1\n}\n{\n\"A\":666\n}\n"),
	.expected = "1! text follows it: expected the end of the file\n"},
    {"one object, a comma at its end", ARRAY,
	BYTES("{\n\"H\":[\n{\"A\":1,\"x\":[]},\n{\"A\":666}\n],\n}\n"),
	.expected = "1! not a JSON object (line 6, column 1): expected a name in quotes, or }\n"},
    {"one object, an array at once", ARRAY, BYTES("{\"H\":[\n{\"A\":666}\n,]}\n"),
	.expected = "1! not a JSON object (line 3, column 2): expected a value\n"},
    {"one object, a word", ARRAY, BYTES("{\"N\":NaN,\"H\":[\n{\"A\":666}\n]}\n"),
	.expected = SYNTAX("6", VALUE)},
    {"one object, a line end in a string", ARRAY,
	BYTES("{\"N\":\"a\nb\",\"H\":[\n{\"A\":666}\n]}\n"),
	.expected = SYNTAX("6", "a string that its line does not close: expected a closing quote")},
    {"cut off, and lines after it", ARRAY, BYTES("{\"A\":1,\n{\"A\":2}\n{\"A\":\n{\"A\":3}\n"),
	.expected =
	    "1! not a JSON object (column 7): it is not complete: a quote, bracket or brace "
	    "is not closed\n2: #2 -\n"
	    "3! an object over 2 lines that is not closed: expected one object a line\n"},
};

static const struct fixture lines[] = {
    {"an object over lines", LINES,
	BYTES("{\"A\":1,\"H\":[\n{\"A\":666}\n,\n\n{\"A\":666}\n]\n}\n{\"A\":2}\n"),
	.expected = "1! an object over 7 lines: expected one object a line\n8: #2 -\n"},
    {"ends of lines", LINES, BYTES("{\"H\":[\r\n{\"A\":666}\r\r]}\r\n{\"A\":2}\r\n{\"A\":3}"),
	.expected = "1! an object over 4 lines: expected one object a line\n5: #2 -\n6: #3 -\n"},
    {"an array over lines", LINES, BYTES("{\"A\":1}\n[\n{\"A\":666}\n]\n{\"A\":2}\n"),
	.expected = "1: #1 -\n2! an array over 3 lines: expected one object a line\n5: #2 -\n"},
    {"an array and nothing else", LINES, BYTES("\n [\n{\"A\":666}\n]\n"),
	.expected = "3 f.jsonl:2: a JSON array over several lines: expected one object a line "
		    "(--format json reads an array)\n"},
    {"bytes that are not UTF-8", LINES, BYTES("{\"N\":\"\xE9\",\"H\":[\n{\"A\":666}\n]}\n{}\n"),
	.expected = "1! an object over 3 lines: expected one object a line\n4: - -\n"},
    {"within an object that is none", LINES,
	BYTES("{\"H\":[\n{\"I\":[\n{\"A\":666}\n]}\n{\"A\":2}\n"),
	.expected =
	    "1! not a JSON object (column 6): it is not complete: a quote, bracket or brace is "
	    "not closed\n2! an object over 3 lines: expected one object a line\n5: #2 -\n"},
    {"text after it on its last line", LINES, BYTES("{\"A\":\n1} {\"A\":2}\n{\"A\":3}\n"),
	.expected =
	    "1! not a JSON object (column 5): it is not complete: a quote, bracket or brace is not "
	    "closed\n"
	    "2! not a JSON object (column 2): text follows it: expected the end of the line\n3: #3 "
	    "-\n"},
    {"cut off, and rows after it", LINES,
	BYTES("{\"A\":1,\n{\"A\":2}\n{\"A\":\n{\"A\":3}\n{\"A\":4}\n"),
	.expected =
	    "1! not a JSON object (column 7): it is not complete: a quote, bracket or brace "
	    "is not closed\n2: #2 -\n"
	    "3! not a JSON object (column 5): it is not complete: a quote, bracket or brace "
	    "is not closed\n4: #3 -\n5: #4 -\n"},
    {"an object over lines, with a fault", LINES,
	BYTES("{\"A\":1,\"N\":tru,\"H\":[\n{\"A\":666}\n,\n{\"a\":1}]}\n{\"A\":2}\n"),
	.expected = "1! an object over 4 lines: expected one object a line\n5: #2 -\n"},
    {"a fault on a later line", LINES,
	BYTES("{\"H\":[\n{\"A\":666}\n,tru,\n{\"A\":666}\n]}\n{\"A\":2}\n"),
	.expected = "1! an object over 5 lines: expected one object a line\n6: #2 -\n"},
    {"a comma at the end of an object over lines", LINES,
	BYTES("{\n\"H\":[\n{\"A\":666}\n],\n}\n{\"A\":2}\n"),
	.expected = "1! an object over 5 lines: expected one object a line\n6: #2 -\n"},
    {"cut off, and the file with it", LINES,
	BYTES("{\"A\":1}\n{\"H\":[\n{\"x\":1},\n{\"A\":666}\n"),
	.expected = "1: #1 -\n"
		    "2! an object over 3 lines that is not closed: expected one object a line\n"},
    {"UTF-16", LINES, BYTES("\xFF\xFE{\0\"\0H\0\"\0:\0[\0\n\0{\0}\0\n\0]\0}\0\n\0{\0}\0"),
	.expected = "1! an object over 3 lines: expected one object a line\n4: - -\n"},
};

/* Members that are not read. */
#define ANY                                                                                    \
	"\"Ticket\":18446744073709551615,\"M\":{\"n\":1e999,\"d\":{\"x\":1,\"x\":2}},"         \
	"\"S\":\"\\ud800\\u0000\",\"\\ud800\":-0.0e-9999,\"D\":[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]" \
	"]]]]]]]]]]]]"
#define IGNORED "ignored: Ticket M S \\ud800 D\n"

static const struct fixture unread[] = {
    {"in lines", LINES, BYTES("{" ANY ",\"A\":1}\n{\"B\":2," ANY "}\n"),
	.expected = "1: #1 -\n2: - #2\n" IGNORED},
    {"in an array", ARRAY, BYTES("[{" ANY ",\"A\":1},{\"B\":2," ANY "}]"),
	.expected = "1: #1 -\n1: - #2\n" IGNORED},
    {"nothing is known", ARRAY, BYTES("[{" ANY "},{}]"), .expected = "1: - -\n1: - -\n" IGNORED},
    {"escapes in names", LINES,
	BYTES("{\"\\u0041\":1,\"\\u0042\\u0020\":2}\n{\"\\u0041\":1,\"A\":2}\n"),
	.expected = "1: #1 #2\n2! A: a second member of that name: expected each name once\n"},
    {"twins", LINES, BYTES("{\"x\":1,\"X\":2,\"x\":3,\"A\":1}\n"),
	.expected = "1: #1 -\nignored: x X\n"},
};

START_TEST(test_arrays)
{
	try_fixture(&arrays[_i]);
}
END_TEST

START_TEST(test_lines)
{
	try_fixture(&lines[_i]);
}
END_TEST

START_TEST(test_unread)
{
	try_fixture(&unread[_i]);
}
END_TEST

/* ---- sizes ----------------------------------------------------------------------------------- */

#define OPEN_LINES 200000 /* too many offsets to try each */

static void
expect_sizes(const char *name, bool long_records, const char *before, const char *what,
    size_t count, const char *after, const char *expected)
{
	struct fixture fixture = {"sizes",
	    .options = {.name = name, .fields = &plain_fields, .long_records = long_records}};
	struct buffer bytes = {0}, out = {0};
	int fd;

	buffer_add_string(&bytes, before);
	for (size_t i = 0; i < count; i++)
		buffer_add_string(&bytes, what);
	buffer_add_string(&bytes, after);
	fd = memory_file(bytes.bytes, bytes.length);
	for (size_t each = 0; each <= 100003; each += 100003) {
		buffer_clear(&out);
		transcribe(&fixture, fd, 0, each, &out);
		ck_assert_msg(
		    strncmp(out.bytes, expected, strlen(expected)) == 0, "%.300s", out.bytes);
	}
	if (count != OPEN_LINES)
		try_seeks(&fixture, fd);
	close(fd);
	buffer_release(&bytes);
	buffer_release(&out);
}

#define TOO_LONG "a record of more than 1048576 bytes: expected at most that\n"

/* Nothing inside an element that is too large is a record, wherever it ends. */
START_TEST(test_too_large)
{
	expect_sizes("f.json", false, "[{\"H\":[{\"x\":1}", ",{\"A\":666}", 200001,
	    "]},{\"A\":2},\n{\"A\":3}]", "1! " TOO_LONG BOTH);
	expect_sizes("f.json", false, "[{\"A\":1,\"H\":[0", ",{\"A\":666}", 200001,
	    ",tru]},{\"A\":2},\n{\"A\":3}]", "1! " TOO_LONG BOTH);
	expect_sizes("f.json", false, "[{\"A\":1,\"H\":[0", ",{\"A\":666}", 200001,
	    ",tru,fals]},{\"A\":2},\n{\"A\":3}]", "1! " TOO_LONG);
	expect_sizes("f.json", false, "[{\"N\":nul,\"H\":[0", ",{\"A\":666}", 200001,
	    "]},{\"A\":2},\n{\"A\":3}]", SYNTAX("6", VALUE) BOTH);
	expect_sizes("f.json", false, "{\n\"H\":[{\"x\":1}", ",\n{\"A\":666}", 200001, "\n]}\n",
	    "1! " TOO_LONG);
	expect_sizes("f.json", false, "[{\"A\":", "[", 2000000, "", "1! " TOO_LONG);
}
END_TEST

START_TEST(test_long_records)
{
	expect_sizes("f.json", true, "[{\"A\":1,\"L\":[0", ",{\"StoreMachine\":\"web01\"}", 60000,
	    "]},\n{\"A\":2}]", "1: #1 -\n2: #2 -\nignored: L\n");
	expect_sizes("f.jsonl", true, "{\"A\":1,\"L\":[0", ",{\"StoreMachine\":\"web01\"}", 60000,
	    "]}\n{\"A\":2}\n", "1: #1 -\n2: #2 -\nignored: L\n");
	expect_sizes("f.jsonl", true, "{\"A\":1,\"B\":[0", ",10", 100000, "]}\n{\"A\":2}\n",
	    "1: #1 =[0,10,10,");
	expect_sizes("f.jsonl", true, "{\"A\":\"", "x", LIMIT_FIELD + 1, "\"}\n{\"A\":2}\n",
	    "1! A: a value of more than 65536 bytes: expected at most that\n2: #2 -\n");
	expect_sizes("f.json", true, "[{\"A\":1,\"L\":\"", "0123456789abcdef",
	    LIMIT_LONG_RECORD / 16, "\"},\n{\"A\":2}]",
	    "1! a record of more than 16777216 bytes: expected at most that\n2: #2 -\n");
	expect_sizes("f.csv", true, "A,L\n1,", "x", LIMIT_FIELD + 1, "\n2,\n",
	    "2: \"1\" -\n3: \"2\" -\nignored: L\n");
	expect_sizes("f.csv", true, "L,A\n1,", "x", LIMIT_FIELD + 1, "\n,2\n",
	    "2! A: a field of more than 65536 bytes: expected at most that\n3: \"2\" -\n");
}
END_TEST

/* Lines of which each could start an object over several lines: none is scanned over and over. */
START_TEST(test_many_open_lines)
{
	expect_sizes("f.jsonl", false, "", "{\"a\":\n", OPEN_LINES, "tru\n{\"A\":2}\n",
	    "1! not a JSON object (column 5): it is not complete: a quote, bracket or brace is not "
	    "closed\n2! not a JSON object (column 5): it is");
	expect_sizes("f.jsonl", false, "", "{\"a\":[\n{\"A\":666},\n", OPEN_LINES, "x\n{\"A\":2}\n",
	    "1! not a JSON object (column 6): it is not complete: a quote, bracket or brace is not "
	    "closed\n2! not a JSON object (column 10): text follows it");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json_refused");
	TCase *tables = tcase_create("tables");

	tcase_add_loop_test(tables, test_arrays, 0, sizeof(arrays) / sizeof(arrays[0]));
	tcase_add_loop_test(tables, test_lines, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_loop_test(tables, test_unread, 0, sizeof(unread) / sizeof(unread[0]));
	tcase_add_test(tables, test_too_large);
	tcase_add_test(tables, test_long_records);
	tcase_add_test(tables, test_many_open_lines);
	tcase_set_timeout(tables, 60);
	suite_add_tcase(suite, tables);
	return scratch_run(suite);
}
