#include "certificates/store_folders_private.h"

#include "arena.h"
#include "text_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct store_names {
	dev_t device;
	ino_t inode;
	struct arena texts;
	struct text_list list;
	struct store_names *next;
};

struct store_folders {
	struct store_names *first; /* the one that was asked for last */
};

struct store_folders *
store_folders_new(void)
{
	return calloc(1, sizeof(struct store_folders));
}

static void
store_names_free(struct store_names *names)
{
	text_list_release(&names->list);
	arena_release(&names->texts);
	free(names);
}

void
store_folders_free(struct store_folders *folders)
{
	if (folders == NULL)
		return;
	while (folders->first != NULL) {
		struct store_names *names = folders->first;

		folders->first = names->next;
		store_names_free(names);
	}
	free(folders);
}

int
store_folder_each(int folder, void (*each)(void *closure, const char *name), void *closure)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *opened = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int number;

	if (opened == NULL) {
		number = errno;
		if (fd != -1)
			close(fd);
		errno = number;
		return -1;
	}
	while ((errno = 0, entry = readdir(opened)) != NULL)
		if (entry->d_name[0] == '.' && strstr(entry->d_name, STORE_FOLDER_MARK) != NULL)
			each(closure, entry->d_name);
	number = errno;
	closedir(opened);
	errno = number;
	return number == 0 ? 0 : -1;
}

size_t
store_names_from(const struct store_names *names, const char *text)
{
	size_t low = 0, high = names->list.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(names->list.items[middle], text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
store_names_append(struct store_names *names, const char *name)
{
	const char *copy = arena_copy(&names->texts, name, strlen(name));

	return copy == NULL ? -1 : text_list_add(&names->list, copy);
}

int
store_names_add(struct store_names *names, const char *name)
{
	size_t at = store_names_from(names, name);
	const char **items, *last;

	if (store_names_append(names, name) == -1)
		return -1;
	items = names->list.items;
	last = items[names->list.count - 1];
	memmove(items + at + 1, items + at, (names->list.count - 1 - at) * sizeof(*items));
	items[at] = last;
	return 0;
}

size_t
store_names_count(const struct store_names *names)
{
	return names->list.count;
}

const char *
store_names_get(const struct store_names *names, size_t i)
{
	return names->list.items[i];
}

/* Names on their way from a folder. */
struct store_reading {
	struct store_names *names;
	int rc;
};

static void
store_names_take(void *closure, const char *name)
{
	struct store_reading *reading = closure;

	if (reading->rc == 0)
		reading->rc = store_names_append(reading->names, name);
}

static int
store_names_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct store_names *
store_names_read(int folder, const struct stat *status)
{
	struct store_names *names = calloc(1, sizeof(*names));
	struct store_reading reading = {names, 0};

	if (names == NULL)
		return NULL;
	names->device = status->st_dev;
	names->inode = status->st_ino;
	if (store_folder_each(folder, store_names_take, &reading) == 0 && reading.rc == 0) {
		if (names->list.count > 1)
			qsort(names->list.items, names->list.count, sizeof(*names->list.items),
			    store_names_compare);
		return names;
	}
	if (reading.rc == -1)
		errno = ENOMEM;
	store_names_free(names);
	return NULL;
}

struct store_names *
store_folders_names(struct store_folders *folders, int folder)
{
	struct store_names *names;
	struct stat status;

	if (fstat(folder, &status) == -1)
		return NULL;
	for (names = folders->first; names != NULL; names = names->next)
		if (names->device == status.st_dev && names->inode == status.st_ino)
			return names;
	names = store_names_read(folder, &status);
	if (names == NULL)
		return NULL;
	names->next = folders->first;
	folders->first = names;
	return names;
}
