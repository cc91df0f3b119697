#ifndef TESTS_CERTIFICATES_SHORT_MEMORY_H
#define TESTS_CERTIFICATES_SHORT_MEMORY_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

/*
 * Allocations that fail, of ours and of OpenSSL's, alone or with all after it. Included by suites
 * that are linked with --wrap. MEMORY_STEP=1 tries each one in place of some, which takes minutes.
 */

static struct {
	bool armed, all, failed;
	long next;  /* number of the next one, from 1 */
	long fails; /* number of the one that fails */
} memory;

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__real_reallocarray(void *, size_t, size_t);
char *__real_strdup(const char *);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
void *__wrap_reallocarray(void *, size_t, size_t);
char *__wrap_strdup(const char *);

static bool
memory_fails(void)
{
	long number;

	if (!memory.armed)
		return false;
	number = memory.next++;
	if (number != memory.fails && !(memory.all && number > memory.fails))
		return false;
	memory.failed = true;
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return memory_fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return memory_fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return memory_fails() ? NULL : __real_realloc(old, size);
}

void *
__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return memory_fails() ? NULL : __real_reallocarray(old, count, size);
}

char *
__wrap_strdup(const char *text)
{
	return memory_fails() ? NULL : __real_strdup(text);
}

/* From now on that one fails, counted from 1, and with `all` those after it. */
static void
memory_arm(long number, bool all)
{
	memory.all = all;
	memory.fails = number;
	memory.next = 1;
	memory.failed = false;
	memory.armed = true;
}

static inline long
memory_step(long otherwise)
{
	const char *text = getenv("MEMORY_STEP");

	return text == NULL ? otherwise : strtol(text, NULL, 10);
}

#endif
