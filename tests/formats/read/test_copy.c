#include "read/copy.h"
#include "reader_fixture.h"
#include "scratch.h"

#include <fcntl.h>
#include <sys/stat.h>

/*
 * Each fixture is copied whole: each good record with its line and a NULL text, each malformed one
 * with its raw text.
 */
static const char *const names[] = {"RejectLine", "RejectReasons", "RejectRecord"};

static char folder[] = "/tmp/test_copy.XXXXXX";

static void
copy_all(struct reader *reader, struct outfile *out)
{
	const struct copy copy = {reader, out, names, 3};
	const struct record *record;

	ck_assert_int_eq(copy_header(&copy, NULL), 0);
	while (reader_next(reader, &record, NULL) == 1) {
		char line[32];
		char *raw = NULL;
		const char *texts[3] = {line, record->fault, NULL};

		snprintf(line, sizeof(line), "%ju", (uintmax_t)record->line);
		if (record->fault != NULL) {
			raw = copy_raw(reader, record, 64, NULL);
			ck_assert_ptr_nonnull(raw);
			texts[1] = "a; \"b\"";
			texts[2] = raw;
		}
		ck_assert_int_eq(copy_record(&copy, record, texts, NULL), 0);
		free(raw);
	}
}

static void
read_file(const char *path, struct buffer *bytes)
{
	char block[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t count;

	ck_assert_int_ne(fd, -1);
	while ((count = read(fd, block, sizeof(block))) > 0)
		buffer_add(bytes, block, (size_t)count);
	close(fd);
}

static void
copy_bytes(
    const struct reader_options *options, const char *bytes, size_t length, struct buffer *copied)
{
	struct error err = {0};
	char path[64];
	int fd = memory_file(bytes, length);
	struct reader *reader = reader_open(fd, options, &err);
	struct outfile *out;

	ck_assert_msg(reader != NULL, "%s", err.text);
	snprintf(path, sizeof(path), "%s/copy", folder);
	out = outfile_open(path, &err);
	ck_assert_msg(out != NULL, "%s", err.text);
	copy_all(reader, out);
	ck_assert_int_eq(outfile_publish(&out, &err), 0);
	reader_close(reader);
	close(fd);
	read_file(path, copied);
	unlink(path);
}

static const struct {
	const char *title;
	const char *name;
	const char *encoding;
	const char *bytes;
	size_t length;
	const char *expected;
	size_t expected_length;
} table[] = {
#define COPY(title, name, encoding, bytes, expected)                                            \
	{                                                                                       \
		title, name, encoding, bytes, sizeof(bytes) - 1, expected, sizeof(expected) - 1 \
	}
    COPY("values stay as they are", "f.csv", NULL,
	"Job Time;\"Note\";Password\n 1 ;\"=x\";\" a;\"\"b\"\" \"\n\n;;\n2;\"x\ny\";z",
	"Job Time;\"Note\";Password;RejectLine;RejectReasons;RejectRecord\n"
	" 1 ;\"=x\";\" a;\"\"b\"\" \";2;;\n2;\"x\ny\";z;5;;\n"),
    COPY("mark, ends of lines, sep line", "f.csv", NULL,
	"\xEF\xBB\xBFsep=;\r\n\r\nJobTime;x\r\n1;2\r\n",
	"\xEF\xBB\xBFsep=;\r\nJobTime;x;RejectLine;RejectReasons;RejectRecord\r\n1;2;4;;\r\n"),
    COPY("malformed records", "f.csv", NULL, "JobTime,x\n1,a\"b\"\n1,2,3\n\"\x01\0\xE9\n",
	"JobTime,x,RejectLine,RejectReasons,RejectRecord\n"
	",,2,\"a; \"\"b\"\"\",\"1,a\"\"b\"\"\"\n,,3,\"a; \"\"b\"\"\",\"1,2,3\"\n"
	",,4,\"a; \"\"b\"\"\",\"\"\"\x01\xEF\xBF\xBD\xEF\xBF\xBD\"\n"),
    COPY("dropped columns", "f.csv", NULL,
	"RejectLine,JobTime,RejectReasons,x,RejectRecord\n7,1,\"a,b\",2,\n7,3,,4,z\n",
	"JobTime,x,RejectLine,RejectReasons,RejectRecord\n1,2,2,,\n3,4,3,,\n"),
    COPY("empty columns", "f.csv", NULL, "JobTime,x,,\n1,2\n3,4,,\n",
	"JobTime,x,,,RejectLine,RejectReasons,RejectRecord\n1,2,,,2,,\n3,4,,,3,,\n"),
    COPY("UTF-16", "f.csv", NULL,
	"\xFF\xFEJ\0o\0b\0T\0i\0m\0e\0\t\0x\0\n\0\x3D\xD8\x12\xDD\t\0\xE9\0\n\0",
	"\xFF\xFEJ\0o\0b\0T\0i\0m\0e\0\t\0x\0\t\0R\0e\0j\0e\0c\0t\0L\0i\0n\0e\0\t\0"
	"R\0e\0j\0e\0c\0t\0R\0e\0a\0s\0o\0n\0s\0\t\0R\0e\0j\0e\0c\0t\0R\0e\0c\0o\0r\0d\0\n\0"
	"\x3D\xD8\x12\xDD\t\0\xE9\0\t\0002\0\t\0\t\0\n\0"),
    COPY("Windows-1252", "f.csv", "windows-1252", "JobTime,x\n\x80,\xE9\n\x81,1\n",
	"JobTime,x,RejectLine,RejectReasons,RejectRecord\n\x80,\xE9,2,,\n"
	",,3,\"a; \"\"b\"\"\",\"?,1\"\n"),
    COPY("JSONL", "f.jsonl", NULL,
	"\xEF\xBB\xBF{\"JobTime\" : 1.10, \"x\":\"\\u00e9,}\\\\\",\"z\":[{\"a\":1},2] "
	"}\n{}\nx\"\xE9\n"
	"{\"reject line\":1,\"a\":{\"b\":[]},\"RejectReasons\":\"\\\"}\",\"c\":null}\n",
	"{\"JobTime\" : 1.10,\"x\":\"\\u00e9,}\\\\\",\"z\":[{\"a\":1},2],\"RejectLine\":\"1\"}\n"
	"{\"RejectLine\":\"2\"}\n"
	"{\"RejectLine\":\"3\",\"RejectReasons\":\"a; "
	"\\\"b\\\"\",\"RejectRecord\":\"x\\\"\xEF\xBF\xBD\"}\n"
	"{\"a\":{\"b\":[]},\"c\":null,\"RejectLine\":\"4\"}\n"),
    COPY("a JSON array", "f.json", NULL,
	"[\n  {\n    \"JobTime\": null,\n    \"x\": [\n      1\n    ]\n  },\n  {\"a\":1} {}\n]",
	"{\"JobTime\": null,\"x\": [1],\"RejectLine\":\"2\"}\n"
	"{\"RejectLine\":\"8\",\"RejectReasons\":\"a; \\\"b\\\"\",\"RejectRecord\":\"{\\\"a\\\":1} "
	"\"}\n"
	"{\"RejectLine\":\"8\"}\n"),
};

START_TEST(test_copy)
{
	struct reader_options options = {
	    .name = table[_i].name, .fields = &manifest_fields, .encoding = table[_i].encoding};
	struct buffer copied = {0}, again = {0};

	copy_bytes(&options, table[_i].bytes, table[_i].length, &copied);
	ck_assert_msg(copied.length == table[_i].expected_length &&
			  memcmp(copied.bytes, table[_i].expected, copied.length) == 0,
	    "%s:\n%s", table[_i].title, copied.bytes);
	/* A copy can be read and copied again. */
	if (format_of_name(options.name) == FORMAT_JSON)
		options.format = FORMAT_JSONL;
	copy_bytes(&options, copied.bytes, copied.length, &again);
	ck_assert_uint_gt(again.length, 0);
	buffer_release(&copied);
	buffer_release(&again);
}
END_TEST

/* Read again, a copied record has the same values. */
START_TEST(test_round_trip)
{
	static const char bytes[] = "Password,RequestId\n\" a,\"\"\r\nb \",1\n\xC3\xA9,2\n;,3\n";
	struct reader_options options = {.name = "f.csv", .fields = &manifest_fields};
	struct fixture fixture = {"round trip", .options = options};
	struct buffer copied = {0}, out = {0};
	int fd;

	copy_bytes(&options, bytes, sizeof(bytes) - 1, &copied);
	fd = memory_file(copied.bytes, copied.length);
	transcribe(&fixture, fd, 0, 0, &out);
	ck_assert_str_eq(out.bytes, "2: - \"1\" - - \" a,\\\"\\r\\nb \"\n4: - \"2\" - - "
				    "\"\xC3\xA9\"\n5: - \"3\" - - \";\"\n");
	close(fd);
	buffer_release(&copied);
	buffer_release(&out);
}
END_TEST

START_TEST(test_raw)
{
	static const char bytes[] = "JobTime,x\n\xC3\xA9\xC3\xA9\0,2,3\n";
	struct reader_options options = {.name = "f.csv", .fields = &manifest_fields};
	int fd = memory_file(bytes, sizeof(bytes) - 1);
	struct reader *reader = reader_open(fd, &options, NULL);
	static const char *const expected[] = {"", "", "\xC3\xA9", "\xC3\xA9", "\xC3\xA9\xC3\xA9",
	    "\xC3\xA9\xC3\xA9", "\xC3\xA9\xC3\xA9", "\xC3\xA9\xC3\xA9\xEF\xBF\xBD",
	    "\xC3\xA9\xC3\xA9\xEF\xBF\xBD,"};
	const struct record *record;

	ck_assert_int_eq(reader_next(reader, &record, NULL), 1);
	for (size_t size = 0; size < sizeof(expected) / sizeof(expected[0]); size++) {
		char *raw = copy_raw(reader, record, size, NULL);

		ck_assert_str_eq(raw, expected[size]);
		free(raw);
	}
	reader_close(reader);
	close(fd);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("copy");
	TCase *copy = tcase_create("copy");
	int status;

	if (mkdtemp(folder) == NULL)
		return EXIT_FAILURE;
	tcase_add_loop_test(copy, test_copy, 0, sizeof(table) / sizeof(table[0]));
	tcase_add_test(copy, test_round_trip);
	tcase_add_test(copy, test_raw);
	suite_add_tcase(suite, copy);
	status = scratch_run(suite);
	rmdir(folder);
	return status;
}
