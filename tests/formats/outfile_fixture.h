#ifndef TESTS_OUTFILE_FIXTURE_H
#define TESTS_OUTFILE_FIXTURE_H

/* For suites of files that are written. Each test runs in an empty folder, and injects its own
 * faults. */

#include "outfile.h"

#include "fault.h"
#include "scratch.h"

static char outfile_folder[64];

static void
outfile_enter(void)
{
	memset(&fault, 0, sizeof(fault));
	scratch_enter(outfile_folder);
}

static void
outfile_leave(void)
{
	memset(&fault, 0, sizeof(fault));
	scratch_leave(outfile_folder);
}

/* Opens, writes and publishes. */
static inline int
put(const char *path, const char *text, struct error *err)
{
	struct outfile *file = outfile_open(path, err);

	if (file == NULL)
		return -1;
	if (outfile_write(file, text, strlen(text), err) == -1) {
		outfile_discard(file);
		return -1;
	}
	return outfile_publish(&file, err);
}

static inline void
assert_error(const struct error *err, const char *file, const char *text)
{
	ck_assert_int_eq(err->code, ERROR_STORAGE);
	ck_assert_str_eq(err->file, file);
	ck_assert_uint_eq(err->line, 0);
	ck_assert_str_eq(err->field, "");
	ck_assert_str_eq(err->text, text);
}

#endif
