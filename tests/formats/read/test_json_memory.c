#include "import/names.h"

#include "reader_fixture.h"
#include "scratch.h"

/*
 * JSON without memory: each malloc(3) of the reader and of jansson fails once, and no record may
 * differ because of it. Linked with --wrap=malloc.
 */

static struct {
	bool armed;
	long next;  /* number of the next call, from 1 */
	long fails; /* number of the call that fails */
	bool failed;
} memory;

void *__real_malloc(size_t);
void *__wrap_malloc(size_t);

void *
__wrap_malloc(size_t size)
{
	if (memory.armed && memory.next++ == memory.fails) {
		memory.failed = true;
		return NULL;
	}
	return __real_malloc(size);
}

static void
let_fail(long number)
{
	memory.next = 1;
	memory.fails = number;
	memory.failed = false;
}

/* Texts longer than the first buffer of jansson, and numbers after them. */
#define LONG "123456789 123456789 123456789 123456789 123456789 123456789 123456789"
#define OBJECT                                                                            \
	"{\"ExistingCertificateId\":108,\"Password\":\"" LONG "\",\"CertificateId\":208," \
	"\"JobTime\":\"2030-01-01T00:00:00.000Z\",\"RequestId\":null}"

static const char *const forms[] = {
    OBJECT "\n" OBJECT "\n",
    "[" OBJECT ",\n" OBJECT "]",
    "{\"CertificateId\":\"" LONG "\n" OBJECT "\n",
};

/* 0 and a transcript, or -1 and err. */
static int
read_all(const char *text, struct buffer *out, struct error *err)
{
	const struct reader_options options = {.name = "f.json", .fields = &manifest_fields};
	const struct record *record;
	int fd = memory_file(text, strlen(text));
	struct reader *reader;
	int rc = -1;

	buffer_clear(out);
	memory.armed = true;
	reader = reader_open(fd, &options, err);
	while (reader != NULL && (rc = reader_next(reader, &record, err)) == 1) {
		memory.armed = false;
		add_record(out, record, manifest_fields.count);
		memory.armed = true;
	}
	memory.armed = false;
	reader_close(reader);
	close(fd);
	return rc;
}

START_TEST(reads_the_value_or_nothing)
{
	struct buffer expected = {0}, out = {0};
	struct error err = {0};
	long number = 0;

	let_fail(0);
	ck_assert_msg(read_all(forms[_i], &expected, &err) == 0, "%s", err.text);
	do {
		let_fail(++number);
		err = (struct error){0};
		if (read_all(forms[_i], &out, &err) == -1) {
			ck_assert(memory.failed);
			ck_assert_str_eq(err.text, "out of memory");
		} else {
			ck_assert_str_eq(out.bytes, expected.bytes);
		}
	} while (memory.failed);
	ck_assert_int_gt(number, 20);
	buffer_release(&expected);
	buffer_release(&out);
}
END_TEST

START_TEST(loads_the_names_or_none)
{
	static const char text[] = "[{\"Value\":\"" LONG
				   ".example\",\"Type\":2},{\"Type\":\"DNS\",\"Value\":\"a\"}]";
	const struct value value = {VALUE_TEXT, text, sizeof(text) - 1};
	struct buffer expected = {0}, names = {0};
	struct import_fault fault = {0};
	long number = 0;

	let_fail(0);
	ck_assert_msg(import_parse_names(&value, &expected, &fault), "%s", fault.text);
	do {
		bool good;

		let_fail(++number);
		memory.armed = true;
		good = import_parse_names(&value, &names, &fault);
		memory.armed = false;
		if (!names.failed) {
			ck_assert_msg(good, "%s", fault.text);
			ck_assert_str_eq(names.bytes, expected.bytes);
		}
		buffer_release(&names);
	} while (memory.failed);
	ck_assert_int_gt(number, 10);
	buffer_release(&expected);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json_memory");
	TCase *tests = tcase_create("json_memory");

	tcase_add_loop_test(
	    tests, reads_the_value_or_nothing, 0, (int)(sizeof(forms) / sizeof(forms[0])));
	tcase_add_test(tests, loads_the_names_or_none);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
