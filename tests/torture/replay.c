/*
 * What a disk can hold after a power cut, from the shim's log of everything that a program did
 * to a folder:
 *
 *	torture-replay START LOG DATA plan STEP SEEDS
 *	torture-replay START LOG DATA make OUT PREFIX POLICY SEED
 *
 * START is the folder as it was before, all of it on the disk. `plan` prints "PREFIX POLICY SEED
 * COMMITS" for every state that differs from those before it: after each STEP-th operation, under
 * each policy. COMMITS is the number of commits that had returned: so many chunks are promised.
 * Two states that differ only in COMMITS are both printed. `make` writes one state to the new
 * folder OUT.
 *
 * A file's content is on the disk after its fsync, a name after the fsync of its folder.
 * Later changes may have arrived or not. The policies:
 *
 *	synced  nothing more
 *	all     all of it
 *	names   all names, no content: a rename that overtook its file
 *	data    all content, no names
 *	late    all content, and only the last change of names
 *	random  each name and each write arrives, does not, or (a write) arrives in some of its
 *	        sectors of 512 bytes; what a file grew by without arriving is zeros or rubbish. SEED
 *	        decides. Even seeds keep the order of names, as journaling file systems do.
 */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

enum policy { POLICY_SYNCED, POLICY_ALL, POLICY_NAMES, POLICY_DATA, POLICY_LATE, POLICY_RANDOM };

static const char *const policies[] = {"synced", "all", "names", "data", "late", "random"};
#define POLICY_COUNT (sizeof(policies) / sizeof(policies[0]))

static uint64_t
next_random(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15u); /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static void
apply_torn(char **content, int64_t *size, const struct change *change, uint64_t *seed)
{
	int64_t end = change->offset + change->length;

	if (end > *size)
		content_resize(content, size, end, next_random(seed) % 2 == 0 ? 0 : 0xa5);
	for (int64_t at = change->offset; at < end;) {
		int64_t next = (at / SECTOR + 1) * SECTOR;

		if (next > end)
			next = end;
		if (next_random(seed) % 2 == 0)
			memcpy(*content + at, change->bytes + (at - change->offset),
			    (size_t)(next - at));
		at = next;
	}
}

/* A file's content under a policy. Allocated. */
static char *
content_of(const struct object *object, enum policy policy, uint64_t *seed, int64_t *size)
{
	char *content = calloc(1, (size_t)object->size + 1);

	if (content == NULL)
		stop("memory");
	if (object->size > 0)
		memcpy(content, object->content, (size_t)object->size);
	*size = object->size;
	for (int i = 0; i < object->change_count; i++) {
		const struct change *change = &object->changes[i];
		uint64_t fate = policy == POLICY_RANDOM ? next_random(seed) % 3 : 0;

		if (policy == POLICY_ALL || policy == POLICY_DATA || policy == POLICY_LATE ||
		    (policy == POLICY_RANDOM && fate == 0))
			content_apply(&content, size, change);
		else if (fate == 1 && change->bytes != NULL)
			apply_torn(&content, size, change, seed);
	}
	return content;
}

static mode_t
mode_of(const struct object *object, enum policy policy, uint64_t seed)
{
	bool arrives = policy == POLICY_ALL || policy == POLICY_DATA || policy == POLICY_LATE ||
		       (policy == POLICY_RANDOM && next_random(&seed) % 2 == 0);

	return arrives ? object->next_mode : object->mode;
}

static struct names
names_of(const struct disk *disk, enum policy policy, uint64_t *seed)
{
	struct names names = {0};
	bool ordered = policy == POLICY_RANDOM && *seed % 2 == 0, ended = false;

	for (int i = 0; i < disk->durable.count; i++)
		names_put(&names, disk->durable.entries[i].name, disk->durable.entries[i].object);
	for (int i = 0; i < disk->naming_count; i++) {
		bool arrives = policy == POLICY_ALL || policy == POLICY_NAMES ||
			       (policy == POLICY_LATE && i == disk->naming_count - 1);

		if (policy == POLICY_RANDOM)
			arrives = next_random(seed) % 2 == 0;
		ended = ended || (ordered && !arrives);
		if (arrives && !ended)
			names_apply(&names, &disk->namings[i]);
	}
	return names;
}

/* ---- the log ---------------------------------------------------------------------------- */

/* NUMBER VERB RESULT ERRNO FD OFFSET LENGTH NAME OTHER */
static bool
parse_line(char *text, struct line *line)
{
	char *fields[9];

	for (int i = 0; i < 9; i++)
		if ((fields[i] = strsep(&text, "\t")) == NULL)
			return false;
	line->number = (int)strtol(fields[0], NULL, 10);
	snprintf(line->verb, sizeof(line->verb), "%s", fields[1]);
	line->result = strtoll(fields[2], NULL, 10);
	line->fd = (int)strtol(fields[4], NULL, 10);
	line->offset = strtoll(fields[5], NULL, 10);
	line->length = strtoll(fields[6], NULL, 10);
	snprintf(line->name, NAME_SIZE, "%s", fields[7]);
	snprintf(line->other, NAME_SIZE, "%s", fields[8]);
	return true;
}

/* ---- states ----------------------------------------------------------------------------- */

static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static uint64_t
mix(uint64_t hash, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u; /* FNV-1a */
	return hash;
}

static void
write_file(const char *out, const char *name, const char *content, int64_t size, mode_t mode)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", out, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd == -1 || fchmod(fd, mode) == -1 || write(fd, content, (size_t)size) != size ||
	    close(fd) == -1)
		stop(path);
}

/* Whether the file has an earlier name: then this one becomes a hard link to it. */
static bool
link_file(const char *out, const struct names *names, int entry)
{
	char path[PATH_MAX], other[PATH_MAX];

	for (int i = 0; i < entry; i++) {
		if (names->entries[i].object != names->entries[entry].object)
			continue;
		snprintf(other, sizeof(other), "%s/%s", out, names->entries[i].name);
		snprintf(path, sizeof(path), "%s/%s", out, names->entries[entry].name);
		if (link(other, path) == -1)
			stop(path);
		return true;
	}
	return false;
}

/* One state: its hash, and where out is not NULL its files. */
static uint64_t
make_state(const struct disk *disk, enum policy policy, uint64_t seed, const char *out)
{
	struct names names = names_of(disk, policy, &seed);
	uint64_t hash = 0xcbf29ce484222325u;
	char path[PATH_MAX];

	if (names.count > 0)
		qsort(names.entries, (size_t)names.count, sizeof(struct entry), compare_entries);
	for (int i = 0; i < names.count; i++) {
		const struct entry *entry = &names.entries[i];
		uint64_t its_seed;
		char *content;
		int64_t size;

		if (entry->object == A_FOLDER) {
			snprintf(path, sizeof(path), "%s/%s", out == NULL ? "" : out, entry->name);
			if (out != NULL && mkdir(path, 0700) == -1)
				stop(path);
			continue;
		}
		/* A file of two names has one content. */
		its_seed = seed + (uint64_t)entry->object;
		content = content_of(&disk->objects[entry->object], policy, &its_seed, &size);
		if (out != NULL && !link_file(out, &names, i))
			write_file(out, entry->name, content, size,
			    mode_of(&disk->objects[entry->object], policy, its_seed));
		hash = mix(hash, entry->name, strlen(entry->name) + 1);
		if (strstr(entry->name, ".lock") == NULL) /* nothing depends on its content */
			hash = mix(hash, content, (size_t)size);
		free(content);
	}
	free(names.entries);
	return hash;
}

struct seen {
	uint64_t *hashes;
	int count;
	int64_t states; /* with those that were seen before */
};

static bool
is_new(struct seen *seen, uint64_t hash)
{
	seen->states++;
	for (int i = 0; i < seen->count; i++)
		if (seen->hashes[i] == hash)
			return false;
	seen->hashes = grow(seen->hashes, seen->count, sizeof(uint64_t));
	seen->hashes[seen->count++] = hash;
	return true;
}

static void
plan_state(
    const struct disk *disk, struct seen *seen, int prefix, enum policy policy, uint64_t seed)
{
	uint64_t hash = make_state(disk, policy, seed, NULL);

	hash = mix(hash, &disk->commits, sizeof(disk->commits));
	if (is_new(seen, hash))
		printf("%d %s %llu %d\n", prefix, policies[policy], (unsigned long long)seed,
		    disk->commits);
}

/* Seeds differ from prefix to prefix, so that together they cover more. */
static void
plan_states(const struct disk *disk, struct seen *seen, int prefix, int seeds)
{
	for (int policy = 0; policy < POLICY_RANDOM; policy++)
		plan_state(disk, seen, prefix, (enum policy)policy, 0);
	for (int i = 0; i < seeds; i++)
		plan_state(
		    disk, seen, prefix, POLICY_RANDOM, (uint64_t)prefix * 1000 + (uint64_t)i);
}

static enum policy
find_policy(const char *word)
{
	for (size_t i = 0; i < POLICY_COUNT; i++)
		if (strcmp(policies[i], word) == 0)
			return (enum policy)i;
	errno = EINVAL;
	stop(word);
	return POLICY_SYNCED;
}

/* Goes through the log; after each operation, plan or make. */
static void
replay(struct disk *disk, char *log, const char *data, char **argv)
{
	bool planning = strcmp(argv[4], "plan") == 0;
	int step = (int)strtol(planning ? argv[5] : "1", NULL, 10);
	int prefix = planning ? 0 : (int)strtol(argv[6], NULL, 10), last = 0;
	struct seen seen = {0};
	char *text;

	if (planning)
		plan_states(disk, &seen, 0, (int)strtol(argv[6], NULL, 10));
	while ((text = strsep(&log, "\n")) != NULL) {
		struct line line;

		if (!parse_line(text, &line) || line.result == -1)
			continue;
		if (!planning && line.number > prefix)
			break;
		disk_apply(disk, &line, data);
		if (strcmp(line.verb, "write") == 0)
			data += line.result;
		if (line.number != 0)
			last = line.number;
		if (planning && (strcmp(line.verb, "exit") == 0 ||
				    (line.number != 0 && line.number % step == 0)))
			plan_states(disk, &seen, last, (int)strtol(argv[6], NULL, 10));
	}
	if (planning)
		printf("states %lld %d %d\n", (long long)seen.states, seen.count, last);
	else
		make_state(disk, find_policy(argv[7]), strtoull(argv[8], NULL, 10), argv[5]);
	free(seen.hashes);
}

int
main(int argc, char **argv)
{
	static struct disk disk;
	int64_t size;
	char *log, *data;

	if (argc < 7 || (strcmp(argv[4], "make") == 0 && argc != 9)) {
		fprintf(stderr,
		    "usage: torture-replay START LOG DATA plan STEP SEEDS\n"
		    "       torture-replay START LOG DATA make OUT PREFIX POLICY SEED\n");
		return 2;
	}
	disk_load(&disk, argv[1]);
	log = read_whole(argv[2], &size);
	data = read_whole(argv[3], &size);
	if (strcmp(argv[4], "make") == 0 && mkdir(argv[5], 0700) == -1)
		stop(argv[5]);
	replay(&disk, log, data, argv);
	return 0; /* the end of the process frees the rest */
}
