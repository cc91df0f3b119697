#include "reader_fixture.h"
#include "scratch.h"

#define PLAIN .options = {.name = "f.csv", .fields = &plain_fields}
#define MANIFEST .options = {.name = "f.csv"}
#define MEANT(...) .options = {.name = "f.csv", .fields = MANIFEST_FIELDS(__VA_ARGS__)}
#define HEAD "CertificateId,ExistingCertificateId,Password\n"
#define BYTES(literal) .bytes = literal, .length = sizeof(literal) - 1

static const struct fixture fixtures[] = {
    /* ---- RFC 4180 */
    {"two records", PLAIN, BYTES("A,B\n1,2\n3,4\n"),
	.expected = "2: \"1\" \"2\"\n3: \"3\" \"4\"\n"},
    {"no end of the last line", PLAIN, BYTES("A,B\n1,2"), .expected = "2: \"1\" \"2\"\n"},
    {"a header alone", PLAIN, BYTES("A,B\n"), .expected = ""},
    {"a header without end", PLAIN, BYTES("A,B"), .expected = ""},
    {"quotes", PLAIN, BYTES("A,B\n\"1\",\"a,\"\"b\"\"\"\n\"\",\" \"\n"),
	.expected = "2: \"1\" \"a,\\\"b\\\"\"\n3: \"\" \" \"\n"},
    {"blanks are kept", PLAIN, BYTES("A,B\n 1 ,\t2 \n"), .expected = "2: \" 1 \" \"\\t2 \"\n"},
    {"embedded ends of lines", PLAIN, BYTES("A,B\n\"1\r\n2\r3\n4\",x\n5,\"\n\"\n6,7\n"),
	.expected = "2: \"1\\r\\n2\\r3\\n4\" \"x\"\n6: \"5\" \"\\n\"\n8: \"6\" \"7\"\n"},
    {"order of columns", PLAIN, BYTES("B,Note,A\n1,2,3\n"),
	.expected = "2: \"3\" \"1\"\nignored: Note\n"},
    {"quoted header", PLAIN, BYTES("\"A\",\"B\"\n1,2\n"), .expected = "2: \"1\" \"2\"\n"},
    {"a header over two lines", PLAIN, BYTES("A,B,\"C\nD\"\n1,2,3\n"),
	.expected = "3: \"1\" \"2\"\nignored: C\nD\n"},
    /* ---- ends of lines */
    {"CRLF", PLAIN, BYTES("A,B\r\n1,2\r\n3,4\r\n"), .expected = "2: \"1\" \"2\"\n3: \"3\" \"4\"\n"},
    {"CR", PLAIN, BYTES("A,B\r1,2\r3,4\r"), .expected = "2: \"1\" \"2\"\n3: \"3\" \"4\"\n"},
    {"mixed", PLAIN, BYTES("A,B\r1,2\n3,4\r\n5,6\n\r7,8"),
	.expected =
	    "2: \"1\" \"2\"\n3: \"3\" \"4\"\n4: \"5\" \"6\"\n6: \"7\" \"8\"\nblank-row 1: 5\n"},
    {"blank rows", PLAIN, BYTES("\n,,\nA,B\n\n1,2\r\n\r\n,\n\"\",\"\"\n3,4\n,,,,\n\n"),
	.expected = "5: \"1\" \"2\"\n9: \"3\" \"4\"\nblank-row 8: 1 2 4\n"},
    {"a line of blanks is no blank line", PLAIN, BYTES("A,B\n  \n1,2\n"),
	.expected = "2! 1 field, the header has 2\n3: \"1\" \"2\"\n"},
    /* ---- dialects */
    {"semicolon", PLAIN, BYTES("A;B\n1;2,0\n"), .expected = "2: \"1\" \"2,0\"\n"},
    {"tab", .options = {.name = "f.tsv", .fields = &plain_fields}, BYTES("A\tB\n1\t2\n"),
	.expected = "2: \"1\" \"2\"\n"},
    {"pipe", PLAIN, BYTES("A|B\n1|2\n"), .expected = "2: \"1\" \"2\"\n"},
    {"known names before columns", PLAIN, BYTES("A;B;x,y,z,u,v\n1;2;3\n"),
	.expected = "2: \"1\" \"2\"\nignored: x,y,z,u,v\n"},
    {"then columns", PLAIN, BYTES("A;x;y|z\n1;2;3\n"), .expected = "2: \"1\" -\nignored: x y|z\n"},
    {"quotes that only one delimiter explains", PLAIN, BYTES("\"A\";\"B\"\n\"1\";\"2\"\n"),
	.expected = "2: \"1\" \"2\"\n"},
    {"sep line", PLAIN, BYTES("sep=;\nA;B\n1;2\n"), .expected = "3: \"1\" \"2\"\n"},
    {"sep line with CRLF and a rare delimiter", PLAIN, BYTES("SEP=^\r\nA^B\r\n1^2\r\n"),
	.expected = "3: \"1\" \"2\"\n"},
    {"sep line, then a blank line", PLAIN, BYTES("sep=;\n\nA;B\n1;2\n"),
	.expected = "4: \"1\" \"2\"\nblank-row 1: 2\n"},
    {"a sep line is the first line", PLAIN, BYTES("A,B\nsep=;\n"),
	.expected = "2! 1 field, the header has 2\n"},
    {"delimiter asked for", .options = {.name = "f.csv", .fields = &plain_fields, .delimiter = '|'},
	BYTES("sep=;\nA|x,y\n1|2\n"), .expected = "3: \"1\" -\nignored: x,y\n"},
    {"one column", PLAIN, BYTES("A\n1\n\n2\n"),
	.expected = "2: \"1\" -\n4: \"2\" -\nblank-row 1: 3\n"},
    /* ---- how many fields */
    {"too many, too few", PLAIN, BYTES("A,B\n1,2,3\n4\n5,6\n"),
	.expected =
	    "2! 3 fields, the header has 2\n3! 1 field, the header has 2\n4: \"5\" \"6\"\n"},
    {"empty columns", PLAIN, BYTES("A,B,,\n1,2,,\n3,4\n5,6,,,\n7,8,,x\n"),
	.expected = "2: \"1\" \"2\"\n3: \"3\" \"4\"\n4! 5 fields, the header has 4\n"
		    "5! text in column 4, which has no name in the header: expected an empty cell\n"
		    "empty-column 1: 1\n"},
    {"an empty column within", PLAIN, BYTES("A, ,B\n1,,2\n1,x,2\n"),
	.expected = "2: \"1\" \"2\"\n"
		    "3! text in column 2, which has no name in the header: expected an empty cell\n"
		    "empty-column 1: 1\n"},
    /* ---- damage */
    {"a stray quote costs its line", PLAIN, BYTES("A,B\n1,x\"y\"\n3,4\n"),
	.expected = "2! B: a quote inside a field that does not start with one: expected the whole "
		    "field in quotes and each quote in it doubled\n3: \"3\" \"4\"\n"},
    {"a quote behind a blank is stray", PLAIN, BYTES("A,B\n1, \"y\"\n3,4\n"),
	.expected = "2! B: a quote inside a field that does not start with one: expected the whole "
		    "field in quotes and each quote in it doubled\n3: \"3\" \"4\"\n"},
    {"text behind a closing quote", PLAIN, BYTES("A,B\n\"1\"x,2\n3,4\n"),
	.expected =
	    "2! A: text behind a closing quote: expected a delimiter or the end of the line; "
	    "a quote inside a field is doubled\n3: \"3\" \"4\"\n"},
    {"a quote that is never closed", PLAIN, BYTES("A,B\n\"1,2\n3,4\r\n5,6"),
	.expected =
	    "2! A: a quote that is not closed before the end of the file: expected a closing "
	    "quote\n3: \"3\" \"4\"\n4: \"5\" \"6\"\n"},
    {"a quote closed by the next one", PLAIN, BYTES("A,B\n1,\"x\n3,\"y\"\n5,6\n"),
	.expected =
	    "2! B: text behind a closing quote: expected a delimiter or the end of the line; "
	    "a quote inside a field is doubled\n3: \"3\" \"y\"\n4: \"5\" \"6\"\n"},
    {"damage on a second line", PLAIN, BYTES("A,B\n\"x\ny\",a\"b\n5,6\n"),
	.expected = "2! B: a quote inside a field that does not start with one: expected the whole "
		    "field in quotes and each quote in it doubled\n"
		    "3! A: a quote inside a field that does not start with one: expected the whole "
		    "field in quotes and each quote in it doubled\n4: \"5\" \"6\"\n"},
    {"a quote at the very end", PLAIN, BYTES("A,B\n1,\""),
	.expected =
	    "2! B: a quote that is not closed before the end of the file: expected a closing "
	    "quote\n"},
    {"NUL", PLAIN, BYTES("A,B\n1,x\0y\n3,4\n"),
	.expected = "2! B: a NUL byte at position 4: expected text without it\n3: \"3\" \"4\"\n"},
    /* ---- encodings */
    {"UTF-8", PLAIN, BYTES("A,B\n\xC3\xA9,\xF0\x9F\x94\x92\n"),
	.expected = "2: \"\xC3\xA9\" \"\xF0\x9F\x94\x92\"\n"},
    {"a byte order mark", PLAIN,
	BYTES("\xEF\xBB\xBF"
	      "A,B\n1,2\n"),
	.expected = "2: \"1\" \"2\"\n"},
    {"a byte order mark and a quoted header", PLAIN, BYTES("\xEF\xBB\xBF\"A\",B\n1,2\n"),
	.expected = "2: \"1\" \"2\"\n"},
    {"invalid UTF-8", PLAIN, BYTES("A,B\n1,caf\xE9\n3,4\n\xC0\x80,\xED\xA0\x80\n"),
	.expected =
	    "2! B: byte 0xE9 at position 6 is not valid UTF-8: save the file as UTF-8, or say "
	    "what it is with --encoding (windows-1252, latin1)\n3: \"3\" \"4\"\n"
	    "4! A: byte 0xC0 at position 1 is not valid UTF-8: save the file as UTF-8, or say "
	    "what it is with --encoding (windows-1252, latin1)\n"},
    {"UTF-16LE", PLAIN,
	BYTES("\xFF\xFE"
	      "A\0,\0B\0\r\0\n\0001\0,\0\xE9\0\r\0\n\0003\0,\0\x3D\xD8\x12\xDD"),
	.expected = "2: \"1\" \"\xC3\xA9\"\n3: \"3\" \"\xF0\x9F\x94\x92\"\n"},
    {"UTF-16BE", PLAIN, BYTES("\xFE\xFF\0A\0,\0B\0\n\0001\0,\0\xE9\0\n"),
	.expected = "2: \"1\" \"\xC3\xA9\"\n"},
    {"UTF-16 with damage", PLAIN,
	BYTES("\xFF\xFE"
	      "A\0,\0B\0\n\0001\0,\0\x3D\xD8\n\0003\0,\0\x12\xDD\n\0005\0,\0006\0\n\0007\0,\0x"),
	.expected =
	    "2! B: half a surrogate pair (U+D83D) at position 5 is not valid UTF-16: save the "
	    "file again, as UTF-8\n"
	    "3! B: half a surrogate pair (U+DD12) at position 5 is not valid UTF-16: save the "
	    "file again, as UTF-8\n4: \"5\" \"6\"\n"
	    "5! B: half a character at position 5, at the end of UTF-16: the file may be cut "
	    "off\n"},
    {"UTF-16 without a mark", PLAIN, BYTES("A\0,\0B\0\n\0001\0,\0002\0\n\0"),
	.expected = "3 f.csv:0: the file is UTF-16 without a byte order mark: save it as UTF-8, or "
		    "read it with --encoding utf-16\n"},
    {"UTF-16BE without a mark", PLAIN, BYTES("\0A\0,\0B\0\n\0001\0,\0002\0\n"),
	.expected = "3 f.csv:0: the file is UTF-16 without a byte order mark: save it as UTF-8, or "
		    "read it with --encoding utf-16\n"},
    {"UTF-16 asked for",
	.options = {.name = "f.csv", .fields = &plain_fields, .encoding = "utf-16"},
	BYTES("\0A\0,\0B\0\n\0001\0,\0002\0\n"), .expected = "2: \"1\" \"2\"\n"},
    {"UTF-32", PLAIN, BYTES("\xFF\xFE\0\0A\0\0\0"),
	.expected = "3 f.csv:0: the file is UTF-32, which is not read: save it as UTF-8\n"},
    {"Windows-1252",
	.options = {.name = "f.csv", .fields = &plain_fields, .encoding = "windows-1252"},
	BYTES("A,B\n\x80,\xE9\n\x81,x\n3,4\n"),
	.expected =
	    "2: \"\xE2\x82\xAC\" \"\xC3\xA9\"\n3! A: byte 0x81 at position 1 is no character of "
	    "Windows-1252: save the file as UTF-8\n4: \"3\" \"4\"\n"},
    {"Latin-1", .options = {.name = "f.csv", .fields = &plain_fields, .encoding = "latin1"},
	BYTES("A,B\n\x80,\xE9\n"), .expected = "2: \"\xC2\x80\" \"\xC3\xA9\"\n"},
    {"another encoding than the mark's",
	.options = {.name = "f.csv", .fields = &plain_fields, .encoding = "latin1"},
	BYTES("\xEF\xBB\xBF"
	      "A,B\n1,2\n"),
	.expected = "3 f.csv:0: the file begins with the byte order mark of UTF-8, and another "
		    "encoding was asked for: expected --encoding utf-8, or none\n"},
    {"another encoding than UTF-16's mark",
	.options = {.name = "f.csv", .fields = &plain_fields, .encoding = "utf-8"},
	BYTES("\xFF\xFE"
	      "A\0\n\0"),
	.expected = "3 f.csv:0: the file begins with the byte order mark of UTF-16, and another "
		    "encoding was asked for: expected --encoding utf-16, or none\n"},
    {"no encoding", .options = {.name = "f.csv", .fields = &plain_fields, .encoding = "ebcdic"},
	BYTES("A,B\n"),
	.expected = "2 :0: --encoding: \"ebcdic\" is no encoding: expected utf-8, utf-16, "
		    "windows-1252 or latin1\n"},
    {"no delimiter", .options = {.name = "f.csv", .fields = &plain_fields, .delimiter = '"'},
	BYTES("A,B\n"),
	.expected = "2 :0: --delimiter: a quote or the end of a line separates nothing: expected a "
		    "comma, semicolon, tab, pipe or another character\n"},
    /* ---- the header */
    {"names", MANIFEST, BYTES("Certificate ID,existing_certificate-id,PASS\xC2\xA0WORD\n1,2,p\n"),
	.expected = "2: \"1\" - \"2\" - \"p\"\n"},
    {"no known name", MANIFEST, BYTES("\nfoo,bar\n1,2\n"),
	.expected =
	    "3 f.csv:2: no usable header: expected the names of the columns first, of which "
	    "are known CertificateId, RequestId, ExistingCertificateId, JobTime, Password\n"},
    {"blank lines alone", MANIFEST, BYTES("\n\r\n,,\n"),
	.expected =
	    "3 f.csv:0: the file is empty: expected the names of the columns first, of which "
	    "are known CertificateId, RequestId, ExistingCertificateId, JobTime, Password\n"},
    {"a damaged header", MANIFEST, BYTES("CertificateId,\"x\n1,2\n"),
	.expected =
	    "3 f.csv:1: the header cannot be read: a quote that is not closed before the end "
	    "of the file: expected a closing quote\n"},
    {"a header that is not UTF-8", MANIFEST, BYTES("CertificateId,\xE9\n1,2\n"),
	.expected =
	    "3 f.csv:1: the header cannot be read: byte 0xE9 at position 15 is not valid "
	    "UTF-8: save the file as UTF-8, or say what it is with --encoding (windows-1252, "
	    "latin1)\n"},
    {"a name that is nearly known", MANIFEST, BYTES("ExistingCertificateId,Job_Tme\n1,2\n"),
	.expected = "3 f.csv:1: Job_Tme: nearly the name JobTime: expected just that, or --ignore "
		    "\"Job_Tme\" to leave the column out\n"},
    {"a name that contains a known one", MANIFEST, BYTES("NewCertificateId,RequestId\n1,2\n"),
	.expected =
	    "3 f.csv:1: NewCertificateId: nearly the name CertificateId: expected just that, "
	    "or --ignore \"NewCertificateId\" to leave the column out\n"},
    {"two columns for one field", MANIFEST, BYTES("CertificateId,Certificate ID\n1,2\n"),
	.expected = "3 f.csv:1: Certificate ID: a second column for CertificateId: expected one\n"},
    {"two columns for one field, not strict", PLAIN, BYTES("A,a\n1,2\n"),
	.expected = "3 f.csv:1: a: a second column for A: expected one\n"},
    {"allowed and dropped names", MANIFEST,
	BYTES("RequestId,old-password,Job Times,reject line,Note,Note\n1,2,3,4,5,6\n"),
	.expected = "2: - \"1\" - - -\nignored: Note\n"},
    {"nearly known, not strict", PLAIN, BYTES("A,BB,Aa\n1,2,3\n"),
	.expected = "2: \"1\" -\nignored: BB Aa\n"},
    {"names that may be meant for a field", MEANT(0),
	BYTES("RequestId,When,Pin,Note,Foo\n1,2,3,4,5\n"),
	.expected = "3 f.csv:1: When: may be meant for JobTime, which is missing: expected that "
		    "name, or --ignore \"When\" to leave the column out; Pin: may be meant for "
		    "Password, which is missing: expected that name, or --ignore \"Pin\" to leave "
		    "the column out\n"},
    {"dates are named with the names", MEANT(0),
	BYTES("Note,RequestId,When,Foo\n,1,2,5\n2026-01-05,2,3,22:00\nx,x\n"),
	.expected =
	    "3 f.csv:1: Note: its first value is a date or a time, and JobTime is missing: "
	    "expected that name, or --ignore \"Note\" to leave the column out; When: may be "
	    "meant for JobTime, which is missing: expected that name, or --ignore \"When\" "
	    "to leave the column out\n"},
    {"the fields are there", MEANT(0), BYTES("Job Time,password,When,Pin,Foo\n1,2,3,4,22:00\n"),
	.expected = "2: - - - \"1\" \"2\"\nignored: When Pin Foo\n"},
    {"one of the fields is there", MEANT(0), BYTES("Password,When\n1,\n2,3\n"),
	.expected = "3 f.csv:1: When: may be meant for JobTime, which is missing: expected that "
		    "name, or --ignore \"When\" to leave the column out\n"},
    {"meant, dropped and allowed", MEANT(0),
	BYTES("RequestId,Reject Line,old password,Job Times\n1,22:00,22:00,22:00\n"),
	.expected = "2: - \"1\" - - -\n"},
    {"a column of dates", MEANT(0),
	BYTES("RequestId,A,B,C,D,E,\n1,,,,22:00\n2, ,x,-,22:00,1.1.2026,\n"
	      "3,\xC2\xA0,22:00,#REF!,,,\n4,\xE2\x80\x94,,5-Jan-26,\"22:00\",5,\n5,22:00,,,,,\n"),
	.expected =
	    "2! 5 fields, the header has 7\n3: - \"2\" - - -\n4: - \"3\" - - -\n5: - \"4\" - - -\n"
	    "6: - \"5\" - - -\nempty-column 1: 1\nignored: A B C D E\n"
	    "values: 3 f.csv:1: A: its first value is a date or a time, and JobTime is missing: "
	    "expected that name, or --ignore \"A\" to leave the column out; likewise --ignore "
	    "\"C\" "
	    "--ignore \"D\" --ignore \"E\"\n"},
    {"every name known", MEANT(.closed = true), BYTES("RequestId,Note, ,JobTimes\n1,2,,3\n"),
	.expected = "3 f.csv:1: Note: not a known name: expected none with --strict, or --ignore "
		    "\"Note\" to leave the column out\n"},
    {"a name with invisible characters", MANIFEST,
	BYTES(
	    "\xEF\xBB\xBF\xEF\xBB\xBFRequest\xE2\x80\x8BId,Job\xC2\xADTime,No\xC2\xADte\n1,2,3\n"),
	.expected = "2: - \"1\" - \"2\" -\ninvisible-characters 2: 1\nignored: No\xC2\xADte\n"},
    {"a column without a name but invisible characters", PLAIN, BYTES("A,\xE2\x80\x8B\n1,\n2,3\n"),
	.expected = "2: \"1\" -\n3! text in column 2, which has no name in the header: expected an "
		    "empty cell\nempty-column 1: 1\n"},
    {"no fields known", .options = {.name = "f.csv", .fields = &(const struct fields){0}},
	BYTES("x|y\n1|2\n"), .expected = "2:\nignored: x y\n"},
};

START_TEST(test_fixture)
{
	try_fixture(&fixtures[_i]);
}
END_TEST

START_TEST(test_empty_file)
{
	struct fixture fixture = {"empty", MANIFEST, .bytes = "", .expected = ""};
	int fd = memory_file("", 0);
	struct buffer out = {0};

	transcribe(&fixture, fd, 0, 0, &out);
	ck_assert_str_eq(out.bytes,
	    "3 f.csv:0: the file is empty: expected the names of the columns first, of which are "
	    "known CertificateId, RequestId, ExistingCertificateId, JobTime, Password\n");
	buffer_release(&out);
	close(fd);
}
END_TEST

/* ---- places ---------------------------------------------------------------------------------- */

/* The bytes at the offset of each record, of its length, in brackets. */
static void
expect_places(const char *bytes, size_t length, const char *encoding, const char *expected)
{
	struct reader_options options = {
	    .name = "f.csv", .fields = &plain_fields, .encoding = encoding};
	int fd = memory_file(bytes, length);
	struct reader *reader = reader_open(fd, &options, NULL);
	struct buffer out = {0};
	const struct record *record;

	ck_assert_ptr_nonnull(reader);
	for (uint64_t number = 1; reader_next(reader, &record, NULL) == 1; number++) {
		ck_assert_uint_eq(record->number, number);
		buffer_add(&out, "[", 1);
		for (uint64_t i = 0; i < record->length; i++) /* NULs left out, for comparing */
			buffer_add(
			    &out, bytes + record->offset + i, bytes[record->offset + i] != 0);
		buffer_add(&out, "]", 1);
	}
	ck_assert_str_eq(out.bytes, expected);
	ck_assert_uint_eq(reader_position(reader).offset, length);
	buffer_release(&out);
	reader_close(reader);
	close(fd);
}
#define EXPECT_PLACES(literal, encoding, expected) \
	expect_places(literal, sizeof(literal) - 1, encoding, expected)

START_TEST(test_places)
{
	EXPECT_PLACES("\xEF\xBB\xBF\nA,B\r\n\r\n1,\xC3\xA9\r\n\"x\r\ny\",2\n,\n3,\"\n4,5", NULL,
	    "[1,\xC3\xA9][\"x\r\ny\",2][3,\"][4,5]");
	EXPECT_PLACES("sep=;\rA;B\r1;2\r", NULL, "[1;2]");
	EXPECT_PLACES("\xFF\xFE"
		      "A\0,\0B\0\n\0001\0,\0002\0\r\0\n\0003\0,\0\x3D\xD8\x12\xDD\n\0004\0",
	    NULL, "[1,2][3,\x3D\xD8\x12\xDD][4]");
	EXPECT_PLACES("A,B\n\x80,\x81\n\xE9,2\n", "windows-1252", "[\x80,\x81][\xE9,2]");
}
END_TEST

/* From each byte to the first record after it, as long as no quote is before it. */
START_TEST(test_seeks_after)
{
	static const char bytes[] = "\"A\",B\r\n1,2\r\n\r\n3,4\r5,6\n,\nx\n7,\"8\n9,0\"\n1,1\n";
	static const uint64_t starts[] = {7, 14, 18, 24, 26}; /* records, no blank ones */
	const uint64_t last = 25;                             /* a line with quotes follows */
	struct reader_options options = {.name = "f.csv", .fields = &plain_fields};
	int fd = memory_file(bytes, sizeof(bytes) - 1);

	for (uint64_t at = 0; at < sizeof(bytes); at++) {
		struct reader *reader = reader_open(fd, &options, NULL);
		const struct record *record;
		size_t first = 0;

		ck_assert_ptr_nonnull(reader);
		if (at > last) {
			ck_assert_int_eq(reader_seek_after(reader, at, NULL), 0);
			ck_assert_int_eq(reader_next(reader, &record, NULL), 1);
			ck_assert_uint_eq(record->offset, 7);
			ck_assert_uint_eq(record->line, 2);
			reader_close(reader);
			continue;
		}
		while (starts[first] <= at)
			first++;
		ck_assert_int_eq(reader_seek_after(reader, at, NULL), 1);
		ck_assert_int_eq(reader_next(reader, &record, NULL), 1);
		ck_assert_uint_eq(record->offset, starts[first]);
		ck_assert_uint_eq(record->number, 1);
		reader_close(reader);
	}
	close(fd);
}
END_TEST

START_TEST(test_settled)
{
	struct reader_options options = {.name = "f.csv", .fields = &manifest_fields};
	int fd = memory_file("\"Job Time\";x;\n", 14);
	struct reader *reader = reader_open(fd, &options, NULL);
	size_t count;
	const char *const *names = reader_names(reader, &count);

	ck_assert_int_eq(reader_format(reader), FORMAT_CSV);
	ck_assert_int_eq(reader_delimiter(reader), ';');
	ck_assert_uint_eq(count, 3);
	ck_assert_str_eq(names[0], "Job Time");
	ck_assert_str_eq(names[1], "x");
	ck_assert_str_eq(names[2], "");
	ck_assert(reader_has(reader, 3));
	ck_assert(!reader_has(reader, 0));
	reader_close(reader);
	close(fd);
}
END_TEST

/* ---- limits ---------------------------------------------------------------------------------- */

/* A header, a record of `size` bytes of `what` between `before` and `after`, another record. */
static void
expect_limit(const char *before, size_t size, char what, const char *after, const char *expected)
{
	struct fixture fixture = {"limit", PLAIN};
	struct buffer bytes = {0}, out = {0};
	int fd;

	buffer_add_string(&bytes, "A,B\n");
	buffer_add_string(&bytes, before);
	buffer_reserve(&bytes, size);
	memset(bytes.bytes + bytes.length, what, size);
	bytes.length += size;
	buffer_add_string(&bytes, after);
	buffer_add_string(&bytes, "\n3,4\n");
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

START_TEST(test_field_limit)
{
	struct fixture fixture = {"limit", PLAIN};
	struct buffer bytes = {0}, out = {0};
	int fd;

	expect_limit("1,", LIMIT_FIELD + 1, 'x', "",
	    "2! B: a field of more than 65536 bytes: expected at most that\n3: \"3\" \"4\"\n");
	expect_limit("1,\"", LIMIT_FIELD + 1, '\n', "\"",
	    "2! B: a field of more than 65536 bytes: expected at most that\n65540: \"3\" \"4\"\n");
	expect_limit("1,2,", LIMIT_FIELD + 1, 'x', "",
	    "2! a field of more than 65536 bytes: expected at most that\n3: \"3\" \"4\"\n");
	buffer_add_string(&bytes, "A,B\n1,");
	for (size_t i = 0; i < LIMIT_FIELD; i++)
		buffer_add_string(&bytes, "x");
	fd = memory_file(bytes.bytes, bytes.length);
	transcribe(&fixture, fd, 0, 0, &out);
	ck_assert_uint_eq(out.length, strlen("2: \"1\" \"\"\n") + LIMIT_FIELD);
	close(fd);
	buffer_release(&bytes);
	buffer_release(&out);
}
END_TEST

START_TEST(test_record_limit)
{
	expect_limit("1,", LIMIT_RECORD - 2, 'x', "",
	    "2! B: a field of more than 65536 bytes: expected at most that\n3: \"3\" \"4\"\n");
	expect_limit("1,", LIMIT_RECORD - 1, 'x', "",
	    "2! a record of more than 1048576 bytes: expected at most that\n3: \"3\" \"4\"\n");
	expect_limit("1,", 3 * LIMIT_RECORD, '"', "",
	    "2! a record of more than 1048576 bytes: expected at most that\n3: \"3\" \"4\"\n");
	expect_limit("", LIMIT_COLUMNS, ',', "", "3: \"3\" \"4\"\nblank-row 1: 2\n");
}
END_TEST

START_TEST(test_quote_limit)
{
	/* The lines that an open quote reaches over are read again, one by one. */
	expect_limit("1,\"\n", LIMIT_RECORD, '\n', "",
	    "2! B: a quote that is not closed within 1048576 bytes: expected a closing quote\n"
	    "1048580: \"3\" \"4\"\nblank-row 1048577: 3 4 5\n");
	expect_limit("1,\"\n", 2 * LIMIT_RECORD, '"', "",
	    "2! B: a quote that is not closed within 1048576 bytes: expected a closing quote\n"
	    "3! a record of more than 1048576 bytes: expected at most that\n4: \"3\" \"4\"\n");
}
END_TEST

START_TEST(test_column_limit)
{
	expect_limit("x", 9999, ',', "x", "2! 10000 fields, the header has 2\n3: \"3\" \"4\"\n");
}
END_TEST

START_TEST(test_header_limit)
{
	struct fixture fixture = {"limit", PLAIN};
	struct buffer bytes = {0}, out = {0};
	int fd;

	for (int i = 0; i < 300; i++)
		buffer_add_string(&bytes, "A,");
	fd = memory_file(bytes.bytes, bytes.length);
	transcribe(&fixture, fd, 0, 0, &out);
	ck_assert_str_eq(
	    out.bytes, "3 f.csv:1: the header has 301 columns: expected at most 256\n");
	close(fd);
	buffer_release(&bytes);
	buffer_release(&out);
}
END_TEST

/* Many open quotes must not each cost a scan of the whole rest: 2 MB take a moment. */
START_TEST(test_open_quotes)
{
	struct fixture fixture = {"open quotes", PLAIN};
	struct reader_options options = fixture.options;
	struct buffer bytes = {0};
	const struct record *record;
	struct reader *reader;
	uint64_t faults = 0;
	int fd;

	buffer_add_string(&bytes, "A,B\n");
	for (int i = 0; i < 400000; i++)
		buffer_add_string(&bytes, i % 1000 == 0 ? "1,\"x\n" : "2,\"\"\n");
	fd = memory_file(bytes.bytes, bytes.length);
	reader = reader_open(fd, &options, NULL);
	while (reader_next(reader, &record, NULL) == 1)
		faults += record->fault != NULL;
	ck_assert_uint_eq(faults, 400);
	reader_close(reader);
	close(fd);
	buffer_release(&bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reader_csv");
	TCase *table = tcase_create("table"), *rest = tcase_create("rest");

	tcase_add_loop_test(table, test_fixture, 0, sizeof(fixtures) / sizeof(fixtures[0]));
	tcase_set_timeout(table, 60);
	tcase_set_timeout(rest, 60);
	tcase_add_test(rest, test_empty_file);
	tcase_add_test(rest, test_places);
	tcase_add_test(rest, test_seeks_after);
	tcase_add_test(rest, test_settled);
	tcase_add_test(rest, test_field_limit);
	tcase_add_test(rest, test_record_limit);
	tcase_add_test(rest, test_quote_limit);
	tcase_add_test(rest, test_column_limit);
	tcase_add_test(rest, test_header_limit);
	tcase_add_test(rest, test_open_quotes);
	suite_add_tcase(suite, table);
	suite_add_tcase(suite, rest);
	return scratch_run(suite);
}
