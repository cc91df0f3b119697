#include "reader_fixture.h"
#include "scratch.h"

#define LINES .options = {.name = "f.jsonl", .fields = &plain_fields}
#define ARRAY .options = {.name = "f.json", .fields = &plain_fields}
#define WRAPPED(file, ...)           \
	.options = {.name = (file),  \
	    .fields = &plain_fields, \
	    .long_records = true,    \
	    .wrapped = true,         \
	    __VA_ARGS__}
#define MANIFEST .options = {.name = "f.jsonl"}
#define BYTES(literal) .bytes = literal, .length = sizeof(literal) - 1

static const struct fixture lines[] = {
    {"types", LINES,
	BYTES(
	    "{\"A\":\"x\",\"B\":1}\n{\"A\":null}\n{\"A\":-7,\"B\":1.50}\n{\"A\":true,\"B\":false}\n"
	    "{\"B\":[1,{\"z\": 1, \"a\":null}],\"A\":{}}\n{}\n{\"A\":\"\",\"B\":1e2}"),
	.expected = "1: \"x\" #1\n2: null -\n3: #-7 ~1.5\n4: ?true ?false\n"
		    "5: ={} =[1,{\"z\":1,\"a\":null}]\n6: - -\n7: \"\" ~100.0\n"},
    {"ends of lines", LINES, BYTES("{\"A\":1}\r\n{\"A\":2}\r{\"A\":3}\n\r\n \t\n{\"A\":4}\n"),
	.expected = "1: #1 -\n2: #2 -\n3: #3 -\n6: #4 -\nblank-row 2: 4 5\n"},
    {"a byte order mark", LINES, BYTES("\xEF\xBB\xBF{\"A\":1}\n"),
	.expected = "1: #1 -\nbyte-order-mark 1: 1\n"},
    {"blanks around", LINES, BYTES(" \t{ \"A\" : 1 } \n"), .expected = "1: #1 -\n"},
    {"escapes", LINES, BYTES("{\"A\":\"\\u00e9\\ud83d\\udd12\\\"\\\\\\/\\n\"}\n"),
	.expected = "1: \"\xC3\xA9\xF0\x9F\x94\x92\\\"\\\\/\\n\" -\n"},
    {"names", MANIFEST,
	BYTES("{\"certificate id\":1,\"EXISTING_certificateid\":2,\"Note\":3,\"RejectLine\":4}\n"
	      "{\"Note\":1,\"Other\":[]}\n"),
	.expected = "1: #1 - #2 - -\n2: - - - - -\nignored: Note Other\n"},
    {"64 bits", LINES,
	BYTES("{\"A\":9223372036854775807}\n{\"A\":9223372036854775808}\n{\"A\":1}\n"),
	.expected = "1: #9223372036854775807 -\n"
		    "2! A: a number that is too large: expected at most 64 bits\n3: #1 -\n"},
    {"not objects", LINES, BYTES("[1]\n7\n\"x\"\nnull\nx\n{\"A\":1}\n"),
	.expected =
	    "1! not a JSON object: expected { and names with values\n"
	    "2! not a JSON object: expected { and names with values\n"
	    "3! not a JSON object: expected { and names with values\n"
	    "4! not a JSON object: expected { and names with values\n"
	    "5! not a JSON object (column 1): expected a value: a string in double quotes, a "
	    "number, true, false, null, [ or {\n6: #1 -\n"},
    {"syntax", LINES,
	BYTES("{\"A\":1\n{\"A\" 1}\n{\"A\":1 "
	      "\"B\":2}\n{A:1}\n{\"A\":[1}\n{\"A\":\"x}\n{\"A\":\"\t\"}\n"
	      "{\"A\":\"\\x\"}\n{\"A\":\"\\u12\"}\n{\"A\":\"\\ud800\"}\n{\"A\":'x'}\n{\"A\":1,}\n{"
	      "\"A\":}\n"
	      "{\"A\":1}{\"A\":2}\n{\"A\":1},\n{\"A\":01}\n{\"A\":NaN}\n{\"A\":2}\n"),
	.expected =
	    "1! not a JSON object (column 6): it is not complete: a quote, bracket or brace is not "
	    "closed\n"
	    "2! not a JSON object (column 6): expected : after a name\n"
	    "3! not a JSON object (column 8): expected , or } after a value\n"
	    "4! not a JSON object (column 2): expected a name in quotes, or }\n"
	    "5! not a JSON object (column 8): expected , or ] after a value\n"
	    "6! not a JSON object (column 6): it is not complete: a quote, bracket or brace is not "
	    "closed\n"
	    "7! not a JSON object (column 7): a control character in a string: expected it as \\u "
	    "and "
	    "four digits\n"
	    "8! not a JSON object (column 8): a backslash that escapes nothing: expected \\\\ for "
	    "a "
	    "backslash\n"
	    "9! not a JSON object (column 11): \\u without four hexadecimal digits after it\n"
	    "10! A: half a surrogate pair: expected \\u for both halves\n"
	    "11! not a JSON object (column 6): expected a value: a string in double quotes, a "
	    "number, "
	    "true, false, null, [ or {\n"
	    "12! not a JSON object (column 8): expected a name in quotes, or }\n"
	    "13! not a JSON object (column 6): expected a value\n"
	    "14! not a JSON object (column 8): text follows it: expected the end of the line\n"
	    "15! not a JSON object (column 8): text follows it: expected the end of the line\n"
	    "16! not a JSON object (column 6): expected a value: a string in double quotes, a "
	    "number, true, false, null, [ or {\n"
	    "17! not a JSON object (column 6): expected a value: a string in double quotes, a "
	    "number, true, false, null, [ or {\n"
	    "18: #2 -\n"},
    {"twins", LINES,
	BYTES("{\"A\":1,\"A\":1}\n{\"A\":1,\"a\":1}\n{\"x\":1,\"X "
	      "\":1}\n{\"A\":1,\"B\":{\"c\":1,\"c\":2}}\n"
	      "{\"A\":1,\"B\":{\"c\":1,\"C\":2}}\n"),
	.expected = "1! A: a second member of that name: expected each name once\n"
		    "2! a: a second member of that name: expected each name once\n"
		    "3: - -\n"
		    "4! B: two members of one name: expected each name once\n"
		    "5: #1 ={\"c\":1,\"C\":2}\nignored: x X \n"},
    {"NUL", LINES, BYTES("{\"A\":\"x\\u0000\"}\n{\"\\u0000\":1}\n{\"A\":\"\0\"}\n{\"A\":1}\n"),
	.expected = "1! A: \\u0000 in a string: expected text without it\n2: - -\n"
		    "3! a NUL byte at position 7: expected text without it\n4: #1 -\n"
		    "ignored: \\u0000\n"},
    {"invalid UTF-8", LINES, BYTES("{\"A\":\"caf\xE9\"}\n{\"A\":\"\xED\xA0\x80\"}\n{\"A\":2}\n"),
	.expected =
	    "1! byte 0xE9 at position 10 is not valid UTF-8: save the file as UTF-8, or say "
	    "what it is with --encoding (windows-1252, latin1)\n"
	    "2! byte 0xED at position 7 is not valid UTF-8: save the file as UTF-8, or say "
	    "what it is with --encoding (windows-1252, latin1)\n3: #2 -\n"},
    {"names that may be meant for a field",
	.options = {.name = "f.jsonl", .fields = MANIFEST_FIELDS(0)},
	BYTES("{\"RequestId\":1,\"When\":2,\"Pin\":3,\"Runtime\":4}\n{\"RequestId\":1,\"Foo\":\"22:"
	      "00\"}\n"
	      "{\"When\":2,\"JobTime\":null}\n{\"RequestId\":1,\"Foo\":1}\n"),
	.expected =
	    "1! When: may be meant for JobTime, which is missing: expected that name, or --ignore "
	    "\"When\" to leave the member out; likewise --ignore \"Runtime\"; Pin: may be meant "
	    "for "
	    "Password, which is missing: expected that name, or --ignore \"Pin\" to leave the "
	    "member "
	    "out\n2: - #1 - - -\n3: - - - null -\n4: - #1 - - -\nignored: Foo When\n"},
    {"every name known", .options = {.name = "f.jsonl", .fields = MANIFEST_FIELDS(.closed = true)},
	BYTES("{\"RequestId\":1}\n{\"RequestId\":1,\"Foo\":2,\"\":3}\n{\"RequestId\":1,"
	      "\"JobTimes\":2}\n"),
	.expected = "1: - #1 - - -\n"
		    "2! Foo: not a known name: expected none with --strict, or --ignore \"Foo\" to "
		    "leave the member out; likewise --ignore \"\"\n3: - #1 - - -\n"},
    {"names with invisible characters", MANIFEST,
	BYTES("{\"Request\xE2\x80\x8BId\":1,\"\\u202dJobTime\":\"x\"}\n{}\n"
	      "{\"Request\xE2\x80\x8BId\":2,\"\\u202dJobTime\":\"y\"}\n"
	      "{\"Request\xE2\x80\x8BId\":1,\"RequestId\":1}\n{}\n{\"No\xC2\xADte\":1}\n"),
	.expected =
	    "1: - #1 - \"x\" -\n2: - - - - -\n3: - #2 - \"y\" -\n"
	    "4! RequestId: a second member of that name: expected each name once\n"
	    "5: - - - - -\n6: - - - - -\ninvisible-characters 4: 1 3\nignored: No\xC2\xADte\n"},
    {"nearly known names", MANIFEST,
	BYTES("{\"RequestId\":1}\n{\"JobTimeUtc\":1}\n{\"JobTimes\":1}\n{\"Requestld\":1}\n"),
	.expected = "1: - #1 - - -\n"
		    "2! JobTimeUtc: nearly the name JobTime: expected just that, or --ignore "
		    "\"JobTimeUtc\" to leave the member out\n3: - - - - -\n"
		    "4! Requestld: nearly the name RequestId: expected just that, or --ignore "
		    "\"Requestld\" to leave the member out\n"},
    {"depth", LINES,
	BYTES("{\"B\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}\n{\"B\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}\n{"
	      "\"A\":1}\n"),
	.expected = "1: - =[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]\n"
		    "2! nested deeper than 16 levels: expected at most that\n3: #1 -\n"},
    {"no name, so by the first byte", .options = {.name = "-", .fields = &plain_fields},
	BYTES("\n {\"A\":1}\n"), .expected = "2: #1 -\nblank-row 1: 1\n"},
    {"objects in a .json file are lines", ARRAY, BYTES("{\"A\":1}\n{\"A\":2}\n"),
	.expected = "1: #1 -\n2: #2 -\n"},
    {"UTF-16", LINES, BYTES("\xFF\xFE{\0\"\0A\0\"\0:\0\"\0\xE9\0\"\0}\0\n\0{\0}\0"),
	.expected = "1: \"\xC3\xA9\" -\n2: - -\n"},
};

static const struct fixture arrays[] = {
    {"elements", ARRAY,
	BYTES("[\n  {\"A\": 1, \"B\": \"x\"},\n  {\n    \"A\": 2,\n    \"B\": [1, 2]\n  }\n]\n"),
	.expected = "2: #1 \"x\"\n3: #2 =[1,2]\n"},
    {"none", ARRAY, BYTES(" [ \n ] \n"), .expected = ""},
    {"one line", ARRAY, BYTES("[{\"A\":1},{\"A\":2}]"), .expected = "1: #1 -\n1: #2 -\n"},
    {"ends of lines", ARRAY, BYTES("[\r{\"A\":1}\r\n,\r\n\n{\"A\":2}]"),
	.expected = "2: #1 -\n5: #2 -\n"},
    {"a byte order mark", ARRAY, BYTES("\xEF\xBB\xBF[{\"A\":1}]"),
	.expected = "1: #1 -\nbyte-order-mark 1: 1\n"},
    {"not objects", ARRAY, BYTES("[1,[{\"A\":1}],\"x\",null,{\"A\":2}]"),
	.expected = "1! not a JSON object: expected { and names with values\n"
		    "1! not a JSON object: expected { and names with values\n"
		    "1! not a JSON object: expected { and names with values\n"
		    "1! not a JSON object: expected { and names with values\n1: #2 -\n"},
    {"names", .options = {.name = "f.json"},
	BYTES("[{\"JobTimeX\":1},{\"a\":1,\"A\":1},{\"Note\":1}]"),
	.expected = "1! JobTimeX: nearly the name JobTime: expected just that, or --ignore "
		    "\"JobTimeX\" to leave the member out\n"
		    "1: - - - - -\n1: - - - - -\n"
		    "ignored: a A Note\n"},
    {"a fault on a later line", ARRAY, BYTES("[\n{\"A\":1,\n \"B\" 2},\n{\"A\":2},\n{\"A\":3}]"),
	.expected = "2! not a JSON object (line 3, column 6): expected : after a name\n"
		    "4: #2 -\n5: #3 -\n"},
    {"a fault on the first line", ARRAY, BYTES("[{\"A\" 1},{\"A\":2},{\"A\":3}]"),
	.expected = "1! not a JSON object (column 6 of the element): expected : after a name\n"
		    "1: #2 -\n1: #3 -\n"},
    {"a string that is not closed", ARRAY, BYTES("[\n{\"A\":\"x},\n{\"A\":2},\n{\"A\":3}\n]"),
	.expected =
	    "2! not a JSON object (column 6 of the element): a string that its line does not "
	    "close: expected a closing quote\n"},
    {"a brace that is not closed", ARRAY, BYTES("[{\"A\":1,{\"A\":2},{\"A\":3}]"),
	.expected = "1! not a JSON object (column 8 of the element): expected a name in quotes, or "
		    "}\n"},
    {"no comma", ARRAY, BYTES("[{\"A\":1}{\"A\":2} {\"A\":3}]"),
	.expected =
	    "1! text follows it: expected , or ]\n1! text follows it: expected , or ]\n1: #3 -\n"},
    {"text between", ARRAY, BYTES("[{\"A\":1} x, {\"A\":2}, {\"A\":3}]"),
	.expected = "1! text follows it: expected , or ]\n1: #2 -\n1: #3 -\n"},
    {"commas", ARRAY, BYTES("[,{\"A\":1},\n,{\"A\":2},]"),
	.expected = "1! a comma with nothing on one side: expected an object there\n1: #1 -\n"
		    "1! a comma with nothing on one side: expected an object there\n2: #2 -\n"
		    "2! a comma with nothing on one side: expected an object there\n"},
    {"not closed", ARRAY, BYTES("[{\"A\":1},\n{\"A\":2}\n"),
	.expected = "1: #1 -\n2! the array is not closed: expected ]\n"},
    {"not closed after a comma", ARRAY, BYTES("[{\"A\":1},\n"),
	.expected = "1: #1 -\n1! a comma with nothing on one side: expected an object there\n"},
    {"not closed at all", ARRAY, BYTES("[\n"),
	.expected = "2! the array is not closed: expected ]\n"},
    {"cut off", ARRAY, BYTES("[{\"A\":1},{\"A"),
	.expected = "1: #1 -\n1! not a JSON object (column 2 of the element): it is not complete: "
		    "a quote, bracket or brace is not closed\n"},
    {"text after it", ARRAY, BYTES("[{\"A\":1}]\n[{\"A\":2},{\"A\":3}]\n"),
	.expected = "1: #1 -\n1! text after the array: expected the end of the file\n"},
    {"invalid UTF-8", ARRAY, BYTES("[{\"A\":\"\xE9\"},{\"A\":2},{\"A\":3}]"),
	.expected = "1! byte 0xE9 at position 7 is not valid UTF-8: save the file as UTF-8, or say "
		    "what it is with --encoding (windows-1252, latin1)\n1: #2 -\n1: #3 -\n"},
    {"asked for", .options = {.name = "f.txt", .fields = &plain_fields, .format = FORMAT_JSON},
	BYTES("[{\"A\":1}]"), .expected = "1: #1 -\n"},
    {"by the first byte", .options = {.name = "-", .fields = &plain_fields}, BYTES("[{\"A\":1}]"),
	.expected = "1: #1 -\n"},
    {"one object", .options = {.name = "f.txt", .fields = &plain_fields, .format = FORMAT_JSON},
	BYTES("\n{\"A\":1}"), .expected = "2: #1 -\n"},
    {"nothing like it", ARRAY, BYTES("A,B\n"),
	.expected = "3 f.json:1: no JSON array: expected [ first\n"},
    {"blanks alone", ARRAY, BYTES("\n"),
	.expected = "3 f.json:2: the file is empty: expected a JSON array of objects\n"},
};

/* One object around the array of the records. */
static const struct fixture wrapped[] = {
    {"one line", WRAPPED("f.json"), BYTES("{\"value\":[{\"A\":1},{\"A\":2}]}\n"),
	.expected = "1: #1 -\n1: #2 -\n"},
    {"members around it", WRAPPED("f.json"),
	BYTES(
	    "{ \"@odata.context\" : {\"value\":[1e999]},\n \"Count\":2, \"Value\" : [\n{\"A\":1},\n"
	    "{\"A\":2} ]\n, \"next\": [{\"A\":3}, 1e999]\n}\n"),
	.expected = "3: #1 -\n4: #2 -\n"},
    {"no name", WRAPPED("f"), BYTES("{\"value\":[{\"A\":1}]}"), .expected = "1: #1 -\n"},
    {"the name of JSONL", WRAPPED("f.jsonl"), BYTES("{\"value\":[{\"A\":1}]}"),
	.expected = "1: #1 -\n"},
    {"JSON is asked for", WRAPPED("f.csv", .format = FORMAT_JSON), BYTES("{\"value\":[{\"A\":1}]}"),
	.expected = "1: #1 -\n"},
    {"JSONL is asked for", WRAPPED("f.json", .format = FORMAT_JSONL),
	BYTES("{\"value\":[{\"A\":1}]}"), .expected = "1: - -\nignored: value\n"},
    {"none in it", WRAPPED("f.json"), BYTES("{\"value\":[]}"), .expected = ""},
    {"no array", WRAPPED("f.json"), BYTES("{\"value\":{\"A\":1},\n\"A\":2}"),
	.expected = "1: #2 -\nignored: value\n"},
    {"a field before it", WRAPPED("f.json"), BYTES("{\"A\":2,\n\"value\":[{\"A\":1}]}"),
	.expected = "1: #2 -\nignored: value\n"},
    {"lines", WRAPPED("f.jsonl"), BYTES("{\"A\":1}\n{\"value\":[{\"A\":2}],\"A\":3}\n"),
	.expected = "1: #1 -\n2: #3 -\nignored: value\n"},
    {"not closed", WRAPPED("f.json"), BYTES("{\"value\":[{\"A\":1}"),
	.expected = "1! the array is not closed: expected ]\n"},
    {"the object is not closed", WRAPPED("f.json"), BYTES("{\"value\":[\n{\"A\":1}]"),
	.expected = "2: #1 -\n2! the object around the array is damaged: it is not complete: a "
		    "quote, bracket or brace is not closed\n"},
    {"the object is damaged", WRAPPED("f.json"), BYTES("{\"value\":[\n{\"A\":1}] \"next\":1}"),
	.expected = "2: #1 -\n2! the object around the array is damaged: expected , or } after a "
		    "value\n"},
    {"text after the object", WRAPPED("f.json"),
	BYTES("{\"value\":[{\"A\":1}]}\n{\"value\":[{\"A\":2}]}"),
	.expected = "1: #1 -\n1! text after the object: expected the end of the file\n"},
    {"not asked for", ARRAY, BYTES("{\"value\":[{\"A\":1}]}"),
	.expected = "1: - -\nignored: value\n"},
    {"UTF-16", WRAPPED("f.json"),
	BYTES("\xFF\xFE{\0\"\0v\0a\0l\0u\0e\0\"\0:\0[\0{\0\"\0A\0\"\0:\0"
	      "1\0}\0]\0}\0"),
	.expected = "1: #1 -\n"},
};

/* Fields that are given as they are written. */
static const bool plain_raw[] = {true, false};
static const struct fields raw_fields = {.names = plain_names, .count = 2, .raw = plain_raw};
#define RAW .options = {.name = "f.jsonl", .fields = &raw_fields, .long_records = true}

static const struct fixture raw[] = {
    {"arrays and objects", RAW,
	BYTES("{\"A\":{ \"x\" : 1e999, \"x\":\"\\ud800\"},\"B\":2}\n{\"B\":[ 1 ],\"A\":[ 1 ]}\n"),
	.expected = "1: ={ \"x\" : 1e999, \"x\":\"\\ud800\"} #2\n2: =[ 1 ] =[1]\n"},
    {"other values", RAW, BYTES("{\"A\":\"x\"}\n{\"A\":null,\"B\":1}\n{\"A\":7}\n{\"A\":[]}\n"),
	.expected = "1: \"x\" -\n2: null #1\n3: #7 -\n4: =[] -\n"},
    {"any depth", RAW, BYTES("{\"A\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]],\"C\":3,\"B\":4}\n"),
	.expected = "1: =[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]] #4\nignored: C\n"},
};

START_TEST(test_wrapped)
{
	try_fixture(&wrapped[_i]);
}
END_TEST

START_TEST(test_raw)
{
	try_fixture(&raw[_i]);
}
END_TEST

START_TEST(test_lines)
{
	try_fixture(&lines[_i]);
}
END_TEST

START_TEST(test_arrays)
{
	try_fixture(&arrays[_i]);
}
END_TEST

START_TEST(test_empty_lines)
{
	struct reader_options options = {.name = "f.jsonl", .fields = &manifest_fields};
	int fd = memory_file("", 0);
	struct reader *reader = reader_open(fd, &options, NULL);
	const struct record *record;
	size_t count;

	ck_assert_ptr_nonnull(reader);
	ck_assert_int_eq(reader_next(reader, &record, NULL), 0);
	reader_names(reader, &count);
	ck_assert_uint_eq(count, 0);
	reader_close(reader);
	close(fd);
}
END_TEST

/* ---- formats and names -------------------------------------------------------------------------
 */

START_TEST(test_settled)
{
	static const char bytes[] = "x\n\n{\"Outcome\":1,\"job time\":2}\n{\"RequestId\":3}\n";
	struct reader_options options = {.name = "f.jsonl", .fields = &manifest_fields};
	int fd = memory_file(bytes, sizeof(bytes) - 1);
	struct reader *reader = reader_open(fd, &options, NULL);
	size_t count;
	const char *const *names = reader_names(reader, &count);

	ck_assert_int_eq(reader_format(reader), FORMAT_JSONL);
	ck_assert_int_eq(reader_delimiter(reader), '\0');
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(names[0], "Outcome");
	ck_assert_str_eq(names[1], "job time");
	ck_assert(reader_has(reader, 3));
	ck_assert(!reader_has(reader, 1));
	ck_assert_uint_eq(reader_position(reader).offset, 0);
	ck_assert_uint_eq(reader_position(reader).line, 1);
	ck_assert_uint_eq(reader_repairs(reader)->count[REPAIR_BLANK_ROW], 0);
	reader_close(reader);
	close(fd);
}
END_TEST

START_TEST(test_formats)
{
	static const struct {
		const char *name;
		enum format format;
	} table[] = {{"a.csv", FORMAT_CSV}, {"a.TSV", FORMAT_CSV}, {"a.b.txt", FORMAT_CSV},
	    {"a.jsonl", FORMAT_JSONL}, {"a.ndjson", FORMAT_JSONL}, {"a.Json", FORMAT_JSON},
	    {"a", FORMAT_AUTO}, {"-", FORMAT_AUTO}, {"a.csv/b", FORMAT_AUTO},
	    {"a.xls", FORMAT_AUTO}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		ck_assert_int_eq(format_of_name(table[i].name), table[i].format);
	ck_assert_int_eq(format_parse("csv"), FORMAT_CSV);
	ck_assert_int_eq(format_parse("jsonl"), FORMAT_JSONL);
	ck_assert_int_eq(format_parse("json"), FORMAT_JSON);
	ck_assert_int_eq(format_parse("auto"), FORMAT_AUTO);
	ck_assert_int_eq(format_parse(""), FORMAT_AUTO);
	ck_assert_str_eq(format_word(FORMAT_CSV), "csv");
	ck_assert_str_eq(format_word(FORMAT_JSONL), "jsonl");
	ck_assert_str_eq(format_word(FORMAT_JSON), "json");
}
END_TEST

static void
expect_places(const char *name, const char *bytes, const char *expected)
{
	struct reader_options options = {.name = name, .fields = &plain_fields};
	int fd = memory_file(bytes, strlen(bytes));
	struct reader *reader = reader_open(fd, &options, NULL);
	struct buffer out = {0};
	const struct record *record;

	ck_assert_ptr_nonnull(reader);
	while (reader_next(reader, &record, NULL) == 1)
		buffer_addf(&out, "(%.*s)", (int)record->length, bytes + record->offset);
	ck_assert_str_eq(out.bytes, expected);
	buffer_release(&out);
	reader_close(reader);
	close(fd);
}

START_TEST(test_places)
{
	expect_places("f.jsonl", "\xEF\xBB\xBF{\"A\":1} \r\n\n{}\nx", "({\"A\":1} )({})(x)");
	expect_places("f.json", "\xEF\xBB\xBF[ {\"A\":1} ,\r\n{\"\xC3\xA9\":\n1},x,2\n]",
	    "({\"A\":1})({\"\xC3\xA9\":\n1})(x)(2)");
	expect_places("f.json", "[{\"A\" x},{\"A\":2} {},{},,\n{\"A\":3}]  ] ",
	    "({\"A\" x})({\"A\":2} )({})({})(,)({\"A\":3})(]  ] )");
}
END_TEST

/* From each byte of a file to the first record after it; lines and records count from there. */
static void
expect_after(const char *bytes, size_t length, const char *encoding)
{
	struct reader_options options = {
	    .name = "f.jsonl", .encoding = encoding, .fields = &plain_fields};
	int fd = memory_file(bytes, length);
	struct reader *reader = reader_open(fd, &options, NULL);
	const struct record *record;
	uint64_t starts[8], physical[8], line = 0;
	size_t count = 0;

	ck_assert_ptr_nonnull(reader);
	for (; reader_next(reader, &record, NULL) == 1; count++) {
		starts[count] = record->offset;
		physical[count] = record->line;
	}
	ck_assert_uint_eq(count, 5);
	for (uint64_t at = 0, first = 0; at <= length; at++) {
		while (first < count && starts[first] <= at)
			first++;
		ck_assert_int_eq(reader_seek_after(reader, at, NULL), 1);
		ck_assert_uint_ge(reader_position(reader).offset, at);
		ck_assert_uint_eq(reader_position(reader).line, 1);
		for (size_t i = first; i < count; i++) {
			ck_assert_int_eq(reader_next(reader, &record, NULL), 1);
			ck_assert_uint_eq(record->offset, starts[i]);
			ck_assert_uint_eq(record->number, i - first + 1);
			if (i == first)
				line = record->line;
			ck_assert_uint_eq(record->line - line, physical[i] - physical[first]);
		}
		ck_assert_int_eq(reader_next(reader, &record, NULL), 0);
	}
	reader_close(reader);
	close(fd);
}

START_TEST(test_seeks_after)
{
	static const char text[] =
	    "\xEF\xBB\xBF{\"A\":1}\r\n\r\n{\"A\":\"\xC3\xA9\"}\r{}\n\n \n{x\n{}";
	static const char latin[] = "{\"A\":1}\n{\"A\":\"\xE9\"}\n{}\r\n{}\n{}\n";
	static const char wide[] =
	    "\xFF\xFE{\0}\0\r\0\n\0{\0\"\0A\0\"\0:\0\"\0\x3D\xD8\x12\xDD\"\0}\0\n\0"
	    "\n\0{\0}\0\r\0{\0}\0\n\0{\0}\0";
	struct reader_options options = {.name = "f.json", .fields = &plain_fields};
	int fd = memory_file("[{},\n{}]", 8);
	struct reader *reader = reader_open(fd, &options, NULL);

	expect_after(text, sizeof(text) - 1, NULL);
	expect_after(latin, sizeof(latin) - 1, "latin1");
	expect_after(wide, sizeof(wide) - 1, NULL);
	ck_assert_int_eq(reader_seek_after(reader, 3, NULL), 0);
	reader_close(reader);
	close(fd);
}
END_TEST

/* ---- limits ---------------------------------------------------------------------------------- */

static void
expect_limit(const char *name, const char *before, const char *what, size_t count,
    const char *after, const char *expected)
{
	struct fixture fixture = {"limit", .options = {.name = name, .fields = &plain_fields}};
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
		ck_assert_str_eq(out.bytes, expected);
	}
	close(fd);
	buffer_release(&bytes);
	buffer_release(&out);
}

START_TEST(test_line_limits)
{
	expect_limit("f.jsonl", "{\"A\":\"", "x", LIMIT_FIELD + 1, "\"}\n{\"A\":1}\n",
	    "1! A: a value of more than 65536 bytes: expected at most that\n2: #1 -\n");
	expect_limit("f.jsonl", "{\"A\":1,\"z\":[1", ",1", LIMIT_FIELD / 2, "]}\n{\"A\":1}\n",
	    "1! z: a value of more than 65536 bytes: expected at most that\n2: #1 -\nignored: z\n");
	expect_limit(
	    "f.jsonl", "{\"A\":1}", " ", LIMIT_RECORD - 7, "\n{\"A\":1}\n", "1: #1 -\n2: #1 -\n");
	expect_limit("f.jsonl", "{\"A\":1}", " ", LIMIT_RECORD - 6, "\n{\"A\":1}\n",
	    "1! a record of more than 1048576 bytes: expected at most that\n2: #1 -\n");
	expect_limit("f.jsonl", "{\"A\":", "[", 100000, "\n{\"A\":1}\n",
	    "1! an object over 2 lines that is not closed: expected one object a line\n");
}
END_TEST

START_TEST(test_member_limit)
{
	struct fixture fixture = {"limit", LINES};
	struct buffer bytes = {0}, out = {0};
	int fd;

	buffer_add_string(&bytes, "{\"A\":1");
	for (int i = 1; i < 257; i++)
		buffer_addf(&bytes, ",\"n%d\":1", i);
	buffer_add_string(&bytes, "}\n{\"A\":1}\n");
	fd = memory_file(bytes.bytes, bytes.length);
	transcribe(&fixture, fd, 0, 0, &out);
	ck_assert_str_eq(out.bytes, "1! 257 members: expected at most 256\n2: #1 -\n");
	close(fd);
	buffer_release(&bytes);
	buffer_release(&out);
}
END_TEST

START_TEST(test_array_limits)
{
	expect_limit("f.json", "[{\"A\":\"", "x", LIMIT_FIELD + 1, "\"},\n{\"A\":1}]",
	    "1! A: a value of more than 65536 bytes: expected at most that\n2: #1 -\n");
	expect_limit("f.json", "[{\"A\":\"", "x", 3 * LIMIT_RECORD, "\"},\n{\"A\":1}]",
	    "1! a record of more than 1048576 bytes: expected at most that\n2: #1 -\n");
	expect_limit("f.json", "[{\"A\":", "[", 100000, "},\n{\"A\":1}]",
	    "1! not a JSON object (column 100006 of the element): expected a value\n");
	expect_limit(
	    "f.json", "[{\"A\":1}", " ", 2 * LIMIT_RECORD, ",\n{\"A\":1}]", "1: #1 -\n2: #1 -\n");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reader_json");
	TCase *tables = tcase_create("tables"), *rest = tcase_create("rest");

	tcase_add_loop_test(tables, test_lines, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_loop_test(tables, test_arrays, 0, sizeof(arrays) / sizeof(arrays[0]));
	tcase_add_loop_test(tables, test_wrapped, 0, sizeof(wrapped) / sizeof(wrapped[0]));
	tcase_add_loop_test(tables, test_raw, 0, sizeof(raw) / sizeof(raw[0]));
	tcase_set_timeout(tables, 60);
	tcase_set_timeout(rest, 60);
	tcase_add_test(rest, test_empty_lines);
	tcase_add_test(rest, test_settled);
	tcase_add_test(rest, test_formats);
	tcase_add_test(rest, test_places);
	tcase_add_test(rest, test_seeks_after);
	tcase_add_test(rest, test_line_limits);
	tcase_add_test(rest, test_member_limit);
	tcase_add_test(rest, test_array_limits);
	suite_add_tcase(suite, tables);
	suite_add_tcase(suite, rest);
	return scratch_run(suite);
}
