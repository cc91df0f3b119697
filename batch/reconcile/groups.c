#include "reconcile/groups.h"

#include "database/list.h"
#include "memory.h"
#include "model/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct groups {
	enum group_by by;
	struct reconcile_words accepted;
	struct group *items;
	size_t count, capacity;
	size_t *slots; /* open addressing: the place of an item and 1; 0: free */
	size_t slot_count;
	size_t last; /* the item that was counted last */
};

const char *const group_by_words[] = {"container", "store-type", "machine", "run", "verdict", NULL};

const char *
group_by_column(enum group_by by)
{
	static const char *const columns[] = {
	    "Container", "StoreType", "ClientMachine", "Run", "Verdict"};

	return columns[by];
}

struct groups *
groups_new(enum group_by by, const struct reconcile_words *accepted)
{
	struct groups *groups = calloc(1, sizeof(*groups));

	if (groups == NULL)
		return NULL;
	groups->by = by;
	groups->accepted = *accepted;
	groups->slot_count = 256;
	groups->slots = calloc(groups->slot_count, sizeof(*groups->slots));
	if (groups->slots != NULL)
		return groups;
	free(groups);
	return NULL;
}

void
groups_free(struct groups *groups)
{
	if (groups == NULL)
		return;
	for (size_t i = 0; i < groups->count; i++)
		free(groups->items[i].name);
	free(groups->items);
	free(groups->slots);
	free(groups);
}

/* ---- finding a group ---------------------------------------------------------------------- */

static bool
group_is(const struct group *group, const char *name, int64_t id)
{
	if (group->id != id || (group->name == NULL) != (name == NULL))
		return false;
	return name == NULL || strcmp(group->name, name) == 0;
}

/* The slot of a group: its own, or a free one. */
static size_t
groups_slot(const struct groups *groups, const char *name, int64_t id)
{
	uint64_t hash = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);
	size_t slot;

	for (const char *at = name; at != NULL && *at != '\0'; at++)
		hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
	slot = (size_t)(hash ^ hash >> 32) & (groups->slot_count - 1);
	while (groups->slots[slot] != 0 &&
	       !group_is(&groups->items[groups->slots[slot] - 1], name, id))
		slot = (slot + 1) & (groups->slot_count - 1);
	return slot;
}

static int
groups_widen(struct groups *groups)
{
	size_t *slots = calloc(groups->slot_count * 2, sizeof(*slots)), *old = groups->slots;

	if (slots == NULL)
		return -1;
	groups->slots = slots;
	groups->slot_count *= 2;
	for (size_t i = 0; i < groups->count; i++)
		slots[groups_slot(groups, groups->items[i].name, groups->items[i].id)] = i + 1;
	free(old);
	return 0;
}

static struct group *
groups_append(struct groups *groups, const char *name, int64_t id)
{
	struct group *items = memory_grow(
	    groups->items, groups->count, &groups->capacity, sizeof(*items));
	char *copy = name == NULL ? NULL : strdup(name);

	if (items != NULL)
		groups->items = items;
	if (items == NULL || (name != NULL && copy == NULL)) {
		free(copy);
		return NULL;
	}
	items[groups->count] = (struct group){.name = copy, .id = id};
	return &items[groups->count++];
}

/* NULL: no memory. */
static struct group *
groups_find(struct groups *groups, const char *name, int64_t id)
{
	size_t slot;

	if (groups->count > 0 && group_is(&groups->items[groups->last], name, id))
		return &groups->items[groups->last];
	slot = groups_slot(groups, name, id);
	if (groups->slots[slot] == 0) {
		struct group *group;

		if (groups->count >= GROUPS_MOST)
			return groups->count > GROUPS_MOST
				   ? &groups->items[GROUPS_MOST]
				   : groups_append(groups, "(others)", INT64_MIN);
		group = groups_append(groups, name, id);
		if (group == NULL)
			return NULL;
		groups->slots[slot] = groups->count;
		if (groups->count * 2 > groups->slot_count && groups_widen(groups) == -1)
			return NULL;
		slot = groups_slot(groups, name, id);
	}
	groups->last = groups->slots[slot] - 1;
	return &groups->items[groups->last];
}

/* ---- counting ----------------------------------------------------------------------------- */

static struct group *
groups_find_place(
    struct groups *groups, const struct reconcile_place *place, int64_t run, const char *word)
{
	switch (groups->by) {
	case GROUP_CONTAINER:
		return groups_find(groups, NULL, place->has_container ? place->container : 0);
	case GROUP_STORE_TYPE:
		return groups_find(groups, NULL, place->has_type ? place->type + 1 : 0);
	case GROUP_MACHINE:
		return groups_find(groups, place->machine, 0);
	case GROUP_RUN:
		return groups_find(groups, NULL, run);
	default:
		return groups_find(groups, word, 0);
	}
}

int
groups_add_job(struct groups *groups, const struct reconcile_job *job, enum verdict verdict)
{
	struct group *group = groups_find_place(
	    groups, &job->place, job->run, verdict_word(verdict));

	if (group == NULL)
		return -1;
	group->jobs++;
	if (verdict == VERDICT_DEPLOYED || verdict == VERDICT_REPLACED)
		group->well++;
	else if (verdict_is_well(verdict))
		group->pending++;
	else if (job->status == JOB_ACKNOWLEDGED)
		group->acknowledged++;
	else
		group->open++;
	return 0;
}

int
groups_add_finding(
    struct groups *groups, const struct reconcile_finding *found, enum finding finding)
{
	struct group *group = groups_find_place(
	    groups, &found->place, found->refusal.run, finding_word(finding));

	if (group == NULL)
		return -1;
	group->findings += !groups->accepted.finding[finding];
	return 0;
}

void
group_add(struct group *group, const struct group *other)
{
	group->jobs += other->jobs;
	group->well += other->well;
	group->pending += other->pending;
	group->acknowledged += other->acknowledged;
	group->open += other->open;
	group->findings += other->findings;
}

/* ---- names and order ---------------------------------------------------------------------- */

/* A type's id is one more than its number, for there is a type 0. A group that has its name is not
 * found any more. */
static int
groups_set_name(struct groups *groups, int64_t id, const char *name)
{
	size_t slot = groups->slots[groups_slot(groups, NULL, id)];

	if (slot == 0 || name == NULL)
		return 0;
	groups->items[slot - 1].name = strdup(name);
	return groups->items[slot - 1].name == NULL ? -1 : 0;
}

static int
groups_read_names(struct groups *groups, struct database *db, struct error *err)
{
	const struct list_value none[LIST_FILTERS] = {{NULL, 0, false}};
	bool types = groups->by == GROUP_STORE_TYPE;
	struct list *list = list_open(
	    db, types ? LIST_STORE_TYPES : LIST_CONTAINERS, none, NULL, err);
	int rc = list == NULL ? -1 : 1;

	while (rc == 1 && (rc = list_next(list, err)) == 1)
		if (groups_set_name(groups, list_integer(list, 0) + types, list_text(list, 1)) ==
		    -1)
			rc = error_memory(err);
	list_close(list);
	return rc;
}

/* Numbers name what has no other name. */
static int
groups_number(struct groups *groups, struct error *err)
{
	bool types = groups->by == GROUP_STORE_TYPE;

	for (size_t i = 0; i < groups->count; i++) {
		struct group *group = &groups->items[i];

		if (group->name == NULL && group->id != 0 &&
		    asprintf(&group->name, "%lld", (long long)(group->id - types)) == -1) {
			group->name = NULL;
			return error_memory(err);
		}
	}
	return 0;
}

static int
groups_compare(const void *a, const void *b)
{
	const struct group *first = a, *second = b;
	uint64_t open = first->open + first->findings;
	uint64_t other = second->open + second->findings;

	if (open != other)
		return open < other ? 1 : -1;
	if (first->pending != second->pending)
		return first->pending < second->pending ? 1 : -1;
	if (first->jobs != second->jobs)
		return first->jobs < second->jobs ? 1 : -1;
	if (first->name == NULL || second->name == NULL)
		return (first->name == NULL) - (second->name == NULL);
	return strcmp(first->name, second->name);
}

int
groups_end(struct groups *groups, struct database *db, struct error *err)
{
	if ((groups->by == GROUP_CONTAINER || groups->by == GROUP_STORE_TYPE) &&
	    groups_read_names(groups, db, err) == -1)
		return -1;
	if (groups_number(groups, err) == -1)
		return -1;
	if (groups->count > 1)
		qsort(groups->items, groups->count, sizeof(*groups->items), groups_compare);
	groups->last = 0;
	return 0;
}

size_t
groups_count(const struct groups *groups)
{
	return groups->count;
}

const struct group *
groups_get(const struct groups *groups, size_t i)
{
	return &groups->items[i];
}
