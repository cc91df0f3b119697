#ifndef TORTURE_DISK_H
#define TORTURE_DISK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define NAME_SIZE 512
#define FILES_MOST 1024
#define A_FOLDER (-2) /* instead of an object */

/* A write, or with no bytes a truncation to offset. */
struct change {
	int64_t offset;
	int64_t length;
	const char *bytes;
};

/* An inode. */
struct object {
	char *content; /* on the disk */
	int64_t size;
	mode_t mode;
	mode_t next_mode;       /* not yet on the disk */
	struct change *changes; /* not yet */
	int change_count;
};

struct entry {
	char name[NAME_SIZE];
	int object;
};

struct names {
	struct entry *entries;
	int count;
};

/* A change of names that is not on the disk yet. */
struct naming {
	char removed[NAME_SIZE]; /* "": none */
	char added[NAME_SIZE];   /* likewise */
	int object;
};

/* A folder and all below it: what a program sees, and how much of that is on the disk. */
struct disk {
	struct object *objects;
	int object_count;
	struct names now;
	struct names durable;
	struct naming *namings;
	int naming_count;
	int files[FILES_MOST];               /* objects by descriptor */
	char folders[FILES_MOST][NAME_SIZE]; /* of descriptors of folders */
	int commits;                         /* how many have returned */
	bool journal_unlinked;
};

/* An operation, as the shim logs it. */
struct line {
	int number;
	char verb[16];
	int64_t result;
	int fd;
	int64_t offset;
	int64_t length;
	char name[NAME_SIZE];
	char other[NAME_SIZE];
};

/* Ends the process, with errno's text. */
_Noreturn void stop(const char *what);

/* An array of count elements with room for one more. */
void *grow(void *array, int count, size_t size);

/* A file's content, allocated. */
char *read_whole(const char *path, int64_t *size);

void names_put(struct names *, const char *name, int object);
void names_apply(struct names *, const struct naming *);

/* Applies a change to a file's content; where it grows, the gap is filled with zeros or filler. */
void content_resize(char **content, int64_t *size, int64_t wanted, int filler);
void content_apply(char **content, int64_t *size, const struct change *);

/* Reads the folder; all of it is on the disk. */
void disk_load(struct disk *, char *start);

/* One line; `bytes` are those of a write, and must stay. */
void disk_apply(struct disk *, const struct line *, const char *bytes);

#endif
