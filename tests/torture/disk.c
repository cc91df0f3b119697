#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NO_OBJECT (-1)

void
stop(const char *what)
{
	fprintf(stderr, "torture-replay: %s: %s\n", what, strerror(errno));
	exit(2);
}

void *
grow(void *array, int count, size_t size)
{
	void *grown = realloc(array, ((size_t)count + 1) * size);

	if (grown == NULL)
		stop("memory");
	return grown;
}

char *
read_whole(const char *path, int64_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	char *bytes;

	if (fd == -1 || fstat(fd, &status) == -1)
		stop(path);
	bytes = calloc(1, (size_t)status.st_size + 1);
	if (bytes == NULL || read(fd, bytes, (size_t)status.st_size) != status.st_size)
		stop(path);
	close(fd);
	*size = status.st_size;
	return bytes;
}

/* ---- names --------------------------------------------------------------------------------- */

static int
find(const struct names *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (strcmp(names->entries[i].name, name) == 0)
			return i;
	return -1;
}

static int
lookup(const struct names *names, const char *name)
{
	int i = find(names, name);

	return i == -1 ? NO_OBJECT : names->entries[i].object;
}

void
names_put(struct names *names, const char *name, int object)
{
	int i = find(names, name);

	if (i == -1) {
		names->entries = grow(names->entries, names->count, sizeof(struct entry));
		i = names->count++;
		snprintf(names->entries[i].name, NAME_SIZE, "%s", name);
	}
	names->entries[i].object = object;
}

/* Whether the name still means this object. */
static void
remove_name(struct names *names, const char *name, int object)
{
	int i = find(names, name);

	if (i != -1 && names->entries[i].object == object)
		names->entries[i] = names->entries[--names->count];
}

void
names_apply(struct names *names, const struct naming *naming)
{
	if (naming->removed[0] != '\0')
		remove_name(names, naming->removed, naming->object);
	if (naming->added[0] != '\0')
		names_put(names, naming->added, naming->object);
}

static void
add_naming(struct disk *disk, const char *removed, const char *added, int object)
{
	struct naming *naming;

	disk->namings = grow(disk->namings, disk->naming_count, sizeof(struct naming));
	naming = &disk->namings[disk->naming_count++];
	snprintf(naming->removed, NAME_SIZE, "%s", removed);
	snprintf(naming->added, NAME_SIZE, "%s", added);
	naming->object = object;
	names_apply(&disk->now, naming);
}

/* Whether a change of names is in this folder; the program never renames from one to another. */
static bool
is_in(const struct naming *naming, const char *folder)
{
	const char *name = naming->added[0] != '\0' ? naming->added : naming->removed;
	const char *slash = strrchr(name, '/');

	if (slash == NULL)
		return strcmp(folder, ".") == 0;
	return strlen(folder) == (size_t)(slash - name) &&
	       strncmp(folder, name, (size_t)(slash - name)) == 0;
}

static void
sync_folder(struct disk *disk, const char *folder)
{
	int kept = 0;

	for (int i = 0; i < disk->naming_count; i++)
		if (is_in(&disk->namings[i], folder))
			names_apply(&disk->durable, &disk->namings[i]);
		else
			disk->namings[kept++] = disk->namings[i];
	disk->naming_count = kept;
}

/* ---- contents ------------------------------------------------------------------------------ */

static int
add_object(struct disk *disk)
{
	disk->objects = grow(disk->objects, disk->object_count, sizeof(struct object));
	disk->objects[disk->object_count] = (struct object){.mode = 0600, .next_mode = 0600};
	return disk->object_count++;
}

static void
add_change(struct object *object, struct change change)
{
	object->changes = grow(object->changes, object->change_count, sizeof(struct change));
	object->changes[object->change_count++] = change;
}

void
content_resize(char **content, int64_t *size, int64_t wanted, int filler)
{
	if (wanted > *size) {
		*content = realloc(*content, (size_t)wanted);
		if (*content == NULL)
			stop("memory");
		memset(*content + *size, filler, (size_t)(wanted - *size));
	}
	*size = wanted;
}

void
content_apply(char **content, int64_t *size, const struct change *change)
{
	if (change->bytes == NULL) {
		content_resize(content, size, change->offset, 0);
		return;
	}
	if (change->offset + change->length > *size)
		content_resize(content, size, change->offset + change->length, 0);
	memcpy(*content + change->offset, change->bytes, (size_t)change->length);
}

static void
sync_object(struct object *object)
{
	for (int i = 0; i < object->change_count; i++)
		content_apply(&object->content, &object->size, &object->changes[i]);
	object->change_count = 0;
	object->mode = object->next_mode;
}

/* ---- operations ---------------------------------------------------------------------------- */

void
disk_load(struct disk *disk, char *start)
{
	char *paths[] = {start, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *item;

	if (tree == NULL)
		stop(start);
	while ((item = fts_read(tree)) != NULL) {
		const char *name = item->fts_path + strlen(start) + 1;
		int object;

		if (item->fts_info == FTS_D && item->fts_level > 0) {
			names_put(&disk->durable, name, A_FOLDER);
			names_put(&disk->now, name, A_FOLDER);
		}
		if (item->fts_info != FTS_F)
			continue;
		object = add_object(disk);
		disk->objects[object].content = read_whole(
		    item->fts_path, &disk->objects[object].size);
		disk->objects[object].mode = item->fts_statp->st_mode & 07777;
		disk->objects[object].next_mode = disk->objects[object].mode;
		names_put(&disk->durable, name, object);
		names_put(&disk->now, name, object);
	}
	fts_close(tree);
	for (int i = 0; i < FILES_MOST; i++)
		disk->files[i] = NO_OBJECT;
}

static void
open_line(struct disk *disk, const struct line *line)
{
	int object = strcmp(line->name, ".") == 0 ? A_FOLDER : lookup(&disk->now, line->name);

	if (strcmp(line->verb, "create") == 0 || strcmp(line->verb, "tmpfile") == 0)
		object = add_object(disk);
	if (strcmp(line->verb, "create") == 0)
		add_naming(disk, "", line->name, object);
	if (object == NO_OBJECT || line->fd < 0 || line->fd >= FILES_MOST)
		stop(line->name);
	disk->files[line->fd] = object;
	snprintf(disk->folders[line->fd], NAME_SIZE, "%s", line->name);
}

static void
name_line(struct disk *disk, const struct line *line)
{
	int object;

	if (line->name[0] == '#')
		object = disk->files[strtol(line->name + 1, NULL, 10) % FILES_MOST];
	else
		object = lookup(&disk->now, line->name);
	if (object < 0)
		stop(line->name);
	if (strcmp(line->verb, "rename") == 0 && lookup(&disk->now, line->other) == object)
		return; /* two names of one file stay both */
	if (strcmp(line->verb, "link") == 0)
		add_naming(disk, "", line->other, object);
	else
		add_naming(disk, line->name, line->other, object);
	if (strcmp(line->verb, "unlink") == 0 && strstr(line->name, "-journal") != NULL &&
	    strchr(line->name, '/') == NULL)
		disk->journal_unlinked = true;
}

/*
 * A commit has returned, and its chunk is promised, as soon as the program does anything other than
 * sync the folder of the journal.
 */
static void
note_commit(struct disk *disk, const struct line *line, int object)
{
	bool syncs = strcmp(line->verb, "sync") == 0 && object == A_FOLDER;

	if (!disk->journal_unlinked || syncs || strcmp(line->verb, "open") == 0)
		return;
	disk->commits++;
	disk->journal_unlinked = false;
}

void
disk_apply(struct disk *disk, const struct line *line, const char *bytes)
{
	int object = line->fd < 0 || line->fd >= FILES_MOST ? NO_OBJECT : disk->files[line->fd];
	const char *verb = line->verb;

	note_commit(disk, line, object);
	if (strcmp(verb, "open") == 0 || strcmp(verb, "create") == 0 ||
	    strcmp(verb, "tmpfile") == 0)
		open_line(disk, line);
	else if (strcmp(verb, "write") == 0)
		add_change(
		    &disk->objects[object], (struct change){line->offset, line->result, bytes});
	else if (strcmp(verb, "truncate") == 0)
		add_change(&disk->objects[object], (struct change){.offset = line->length});
	else if (strcmp(verb, "sync") == 0 && object == A_FOLDER)
		sync_folder(disk, disk->folders[line->fd]);
	else if (strcmp(verb, "sync") == 0)
		sync_object(&disk->objects[object]);
	else if (strcmp(verb, "mode") == 0)
		disk->objects[object].next_mode = (mode_t)line->offset;
	else if (strcmp(verb, "close") == 0)
		disk->files[line->fd] = NO_OBJECT;
	else if (strcmp(verb, "link") == 0 || strcmp(verb, "rename") == 0 ||
		 strcmp(verb, "unlink") == 0)
		name_line(disk, line);
	else if (strcmp(verb, "exit") != 0 && strcmp(verb, "owner") != 0 &&
		 strcmp(verb, "attribute") != 0)
		stop(verb);
}
