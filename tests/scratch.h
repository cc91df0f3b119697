#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * An empty folder that a test stands in, and looks at the files of. Included by suites; inline,
 * so that none has to use all of it.
 */

static inline void
scratch_enter(char folder[64])
{
	snprintf(folder, 64, "/tmp/pfxreplace-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static inline int
scratch_remove(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline void
scratch_leave(const char *folder)
{
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(nftw(folder, scratch_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* The names in a folder, sorted, blanks between. Static: until the next call. */
static inline const char *
scratch_names(const char *folder)
{
	static char names[4096];
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);

	names[0] = '\0';
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
			size_t length = strlen(names);

			snprintf(names + length, sizeof(names) - length, "%s%s",
			    length == 0 ? "" : " ", name);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return names;
}

/* A whole file. Static: until the next call. */
static inline const char *
scratch_read(const char *path, size_t *length)
{
	static char text[1 << 20];
	FILE *stream = fopen(path, "r");

	ck_assert_msg(stream != NULL, "%s cannot be read", path);
	*length = fread(text, 1, sizeof(text) - 1, stream);
	text[*length] = '\0';
	fclose(stream);
	return text;
}

static inline const char *
scratch_text(const char *path)
{
	size_t length;

	return scratch_read(path, &length);
}

static inline void
scratch_write(const char *path, const char *text)
{
	FILE *stream = fopen(path, "w");

	ck_assert_ptr_nonnull(stream);
	ck_assert_int_ge(fputs(text, stream), 0);
	ck_assert_int_eq(fclose(stream), 0);
}

static inline unsigned
scratch_mode(const char *path)
{
	struct stat status;

	ck_assert_int_eq(lstat(path, &status), 0);
	return (unsigned)status.st_mode & 07777u;
}

/* Root may write everything: becomes nobody where it is root. */
static inline void
be_nobody(void)
{
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
}

static inline void
be_oneself(void)
{
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
}

static inline int
scratch_run_as(Suite *suite, enum fork_status apart)
{
	SRunner *runner = srunner_create(suite);
	int failures;

	srunner_set_fork_status(runner, apart);
	srunner_run_all(runner, CK_NORMAL);
	failures = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Runs a suite's only case. For main(): its exit status. */
static inline int
scratch_run(Suite *suite)
{
	return scratch_run_as(suite, CK_NOFORK);
}

/* Likewise, each test in a process of its own, which is ended after the time of its case. */
static inline int
scratch_run_apart(Suite *suite)
{
	return scratch_run_as(suite, CK_FORK);
}

#endif
