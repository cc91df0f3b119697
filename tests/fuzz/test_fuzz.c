/*
 * Runs the seeds of the fuzz targets, and each input that once broke one. `make fuzz` runs the
 * targets for longer.
 */
#define LLVMFuzzerTestOneInput fuzz_certificate
#include "fuzz/fuzz_certificate.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_csv
#include "fuzz/fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_date
#include "fuzz/fuzz_date.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_jks
#include "fuzz/fuzz_jks.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_json
#include "fuzz/fuzz_json.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_names
#include "fuzz/fuzz_names.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_pem
#include "fuzz/fuzz_pem.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_pkcs12
#include "fuzz/fuzz_pkcs12.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_splitter
#include "fuzz/fuzz_splitter.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_store
#include "fuzz/fuzz_store.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_timestamp
#include "fuzz/fuzz_timestamp.c"
#undef LLVMFuzzerTestOneInput

#include "scratch.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>

static const struct {
	const char *name;
	int (*run)(const uint8_t *, size_t);
} targets[] = {
    {"certificate", fuzz_certificate},
    {"csv", fuzz_csv},
    {"date", fuzz_date},
    {"jks", fuzz_jks},
    {"json", fuzz_json},
    {"names", fuzz_names},
    {"pem", fuzz_pem},
    {"pkcs12", fuzz_pkcs12},
    {"splitter", fuzz_splitter},
    {"store", fuzz_store},
    {"timestamp", fuzz_timestamp},
};

static void
run_file(int (*run)(const uint8_t *, size_t), const char *path)
{
	struct buffer bytes = {0};
	char block[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t count;

	ck_assert_int_ne(fd, -1);
	while ((count = read(fd, block, sizeof(block))) > 0)
		buffer_add(&bytes, block, (size_t)count);
	close(fd);
	run((const uint8_t *)bytes.bytes, bytes.length);
	buffer_release(&bytes);
}

/* Runs the files of a folder of tests/fuzz and returns their count. */
static int
run_folder(const char *kind, size_t target)
{
	char folder[512], path[1024];
	int top = (int)(strrchr(__FILE__, '/') - __FILE__);
	int count = 0;
	const struct dirent *entry;
	DIR *open;

	snprintf(folder, sizeof(folder), "%.*s/%s/%s", top, __FILE__, kind, targets[target].name);
	open = opendir(folder);
	if (open == NULL)
		return 0;
	while ((entry = readdir(open)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		run_file(targets[target].run, path);
		count++;
	}
	closedir(open);
	return count;
}

START_TEST(test_seeds)
{
	ck_assert_int_gt(run_folder("seeds", (size_t)_i), 0);
}
END_TEST

START_TEST(test_regressions)
{
	run_folder("regressions", (size_t)_i);
}
END_TEST

/* Every text of up to six characters out of those that decide how CSV is split. */
START_TEST(test_short_texts)
{
	static const char letters[] = {'a', '"', ',', '\n', '\r', ' ', '\t', '\xe9'};
	char text[6];

	for (unsigned size = 1; size <= sizeof(text); size++)
		for (unsigned code = 0; code < 1u << 3 * size; code++) {
			for (unsigned i = 0; i < size; i++)
				text[i] = letters[code >> 3 * i & 7];
			fuzz_splitter((const uint8_t *)text, size);
		}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fuzz");
	TCase *fuzz = tcase_create("fuzz");

	tcase_add_loop_test(fuzz, test_seeds, 0, sizeof(targets) / sizeof(targets[0]));
	tcase_add_loop_test(fuzz, test_regressions, 0, sizeof(targets) / sizeof(targets[0]));
	tcase_add_test(fuzz, test_short_texts);
	tcase_set_timeout(fuzz, 60);
	suite_add_tcase(suite, fuzz);
	return scratch_run(suite);
}
