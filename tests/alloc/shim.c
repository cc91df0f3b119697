/*
 * A library for LD_PRELOAD: an allocator that fails.
 *
 *	ALLOC_FAIL=12     the twelfth allocation of the process, in any thread, returns NULL
 *	ALLOC_ALL=1       and so do all after it
 *	ALLOC_NO_NAME=12  looking up the user's name fails with this errno; 0: the user has none;
 *	                  "never": it does not return
 *	ALLOC_COUNT=FILE  at the end, it writes the number of allocations to this file
 *
 * Below it is the allocator that the program has otherwise, which may be a sanitizer's.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POOL_SIZE ((size_t)64 * 1024)
#define SECONDS_MOST 60

/* Looking up the allocator below may itself allocate. */
static _Alignas(16) char pool[POOL_SIZE];
static size_t pool_used;

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void *(*aligned)(size_t, size_t);
	void (*free)(void *);
} below;

static bool found, looking;
static bool begun;
static _Thread_local bool shielded;
static long fail_at;
static bool fail_all;
static atomic_long allocations;

static void
look(void)
{
	looking = true;
	below.calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
	below.malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	below.realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
	below.aligned = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "aligned_alloc");
	below.free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
	found = true;
	looking = false;
}

/*
 * Not at the first allocation: a sanitizer's comes before there is an environment. The alarm ends a
 * process that waits for ever because it has no memory.
 */
__attribute__((constructor)) static void
begin(void)
{
	const char *text = getenv("ALLOC_FAIL");

	fail_at = text == NULL ? 0 : strtol(text, NULL, 10);
	fail_all = getenv("ALLOC_ALL") != NULL;
	if (fail_at != 0)
		alarm(SECONDS_MOST);
	begun = true;
}

static void *
from_pool(size_t size)
{
	char *bytes = pool + pool_used;

	size = (size + 15) & ~(size_t)15;
	if (size > POOL_SIZE - pool_used)
		abort();
	pool_used += size;
	return bytes;
}

static bool
in_pool(const void *bytes)
{
	return (uintptr_t)bytes >= (uintptr_t)pool &&
	       (uintptr_t)bytes < (uintptr_t)pool + POOL_SIZE;
}

/* Whether the next allocation fails. */
static bool
fails(void)
{
	long number;

	if (!begun || shielded)
		return false;
	number = atomic_fetch_add(&allocations, 1) + 1;
	if (fail_at == 0 || number < fail_at || (number > fail_at && !fail_all))
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	if (looking)
		return from_pool(size);
	if (!found)
		look();
	return fails() ? NULL : below.malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	if (looking)
		return from_pool(count * size); /* zeros: no part of the pool is given out twice */
	if (!found)
		look();
	return fails() ? NULL : below.calloc(count, size);
}

void *
realloc(void *bytes, size_t size)
{
	void *moved;

	if (looking || in_pool(bytes)) {
		moved = looking ? from_pool(size) : malloc(size);
		if (moved != NULL && bytes != NULL)
			memcpy(moved, bytes, size); /* may read too much, but stays in the pool */
		return moved;
	}
	if (!found)
		look();
	return fails() ? NULL : below.realloc(bytes, size);
}

void *
reallocarray(void *bytes, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(bytes, count * size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	if (!found)
		look();
	return fails() ? NULL : below.aligned(alignment, size);
}

void *
memalign(size_t alignment, size_t size)
{
	return aligned_alloc(alignment, size);
}

int
posix_memalign(void **bytes, size_t alignment, size_t size)
{
	void *made = aligned_alloc(alignment, size);

	if (made == NULL)
		return ENOMEM;
	*bytes = made;
	return 0;
}

void
free(void *bytes)
{
	if (bytes == NULL || in_pool(bytes))
		return;
	if (!found)
		look();
	below.free(bytes);
}

char *
strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	return copy == NULL ? NULL : memcpy(copy, text, size);
}

int
getpwuid_r(uid_t uid, struct passwd *entry, char *text, size_t size, struct passwd **found_entry)
{
	const char *number = getenv("ALLOC_NO_NAME");
	int (*real)(uid_t, struct passwd *, char *, size_t, struct passwd **);

	if (number != NULL) {
		*found_entry = NULL;
		while (strcmp(number, "never") == 0)
			pause();
		return (int)strtol(number, NULL, 10);
	}
	real = (int (*)(uid_t, struct passwd *, char *, size_t, struct passwd **))dlsym(
	    RTLD_NEXT, "getpwuid_r");
	return real(uid, entry, text, size, found_entry);
}

/* A sanitizer asks for the stack of a new thread, and ends the process if that fails. */
int
pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
	int (*real)(pthread_t, pthread_attr_t *) = (int (*)(pthread_t, pthread_attr_t *))dlsym(
	    RTLD_NEXT, "pthread_getattr_np");
	int rc;

	shielded = true;
	rc = real(thread, attributes);
	shielded = false;
	return rc;
}

__attribute__((destructor)) static void
tell(void)
{
	const char *path = getenv("ALLOC_COUNT");
	char text[32];
	int fd, length;

	if (path == NULL)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	length = snprintf(text, sizeof(text), "%ld\n", (long)allocations);
	if (fd != -1 && write(fd, text, (size_t)length) == length)
		close(fd);
}
