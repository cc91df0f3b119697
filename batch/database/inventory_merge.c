#include "database/inventory_private.h"
#include "database/statement_private.h"

#include <stdlib.h>
#include <string.h>

/* Merges the items that were staged into the locations, in the order of store and alias. */

static const int STORES_NAMED_COLUMNS[] = {STORED_STORE_ID, STORED_ANY, STORED_ANY, STORED_ANY,
    STORED_ANY, STORED_ANY, STORED_ANY, STORED_STORE_GUID, STORED_STORE_INVENTORIED,
    STORED_STORE_MACHINE, STORED_STORE_PATH};
static const int LOCATIONS_KNOWN_COLUMNS[] = {STORED_LOCATION_STORE, STORED_LOCATION_ID,
    STORED_LOCATION_ALIAS, STORED_LOCATION_CERTIFICATE, STORED_CHAIN_LEVEL | STORED_OR_NULL,
    STORED_CHAIN_CERTIFICATE | STORED_OR_NULL};
static const int LOCATION_LAST_COLUMNS[] = {STORED_LOCATION_ID | STORED_OR_NULL};

#define FRESH_ROWS 500
#define FRESH_BYTES 65536u /* of aliases; a single one may be longer */

/* New locations, and certificates of chains, on their way into the inventory. */
struct fresh {
	int64_t last; /* the greatest id of a location */
	struct rowset_location locations[FRESH_ROWS];
	size_t location_count;
	struct arena aliases;
	size_t alias_bytes;
	struct rowset_link links[FRESH_ROWS];
	size_t link_count;
};

/* An item of the stage; its alias lives until the next one is read. */
struct staged {
	int64_t store;
	const char *alias;
	size_t alias_length;
	int64_t level;
	int64_t certificate;
	size_t file;
	uint64_t line;
};

/* What is under one alias: certificates by ChainLevel, from 0. */
struct merge_group {
	bool there;
	int64_t store;
	struct buffer alias;
	int64_t levels[INVENTORY_LEVELS];
	int64_t certificates[INVENTORY_LEVELS];
	size_t count;
	int64_t location; /* of what is known: its id */
	bool vacant;      /* nothing is there any more, and certificates[0] says nothing */
};

struct merge {
	struct database *db;
	struct inventory_counts *counts;
	void (*tell)(void *, const struct inventory_finding *);
	void *closure;
	struct query stage; /* of its own, as those below: they nest */
	bool more;          /* `next` holds an item */
	struct staged next;
	struct merge_group given; /* the store's next items */
	struct query locations;
	bool more_known;          /* the query is on a row */
	struct merge_group known; /* the next location, of this store or a later one */
	struct fresh fresh;
	struct bitmap *touched; /* gets the known locations of the stores that are taken; or NULL */
	/* Of the store being merged; the last two may be NULL. */
	const char *guid, *machine, *path;
};

/* ---- what is new ------------------------------------------------------------------------- */

static int
fresh_init(struct merge *m, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, m->db, SQL_LOCATION_LAST);
	rc = query_row(&q, QUERY_COLUMNS(LOCATION_LAST_COLUMNS), err);
	if (rc == 1)
		m->fresh.last = query_get_integer(&q, 0);
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

/* Writes what was gathered. */
static int
fresh_flush(struct merge *m, struct error *err)
{
	struct fresh *fresh = &m->fresh;
	const struct rowset locations = {ROWSET_LOCATION, fresh->locations, fresh->location_count};
	const struct rowset links = {ROWSET_LINK, fresh->links, fresh->link_count};

	if (rowset_run(m->db, &locations, SQL_LOCATIONS_ADD, err) == -1 ||
	    rowset_run(m->db, &links, SQL_LINKS_ADD, err) == -1)
		return -1;
	fresh->location_count = fresh->link_count = fresh->alias_bytes = 0;
	arena_clear(&fresh->aliases);
	return 0;
}

/* Takes the location that is given, and gives its id, the next one. */
static int
fresh_location(struct merge *m, int64_t store, int64_t *id, struct error *err)
{
	struct fresh *fresh = &m->fresh;
	const struct buffer *alias = &m->given.alias;
	const char *copy;

	if ((fresh->location_count == FRESH_ROWS ||
		fresh->alias_bytes + alias->length > FRESH_BYTES) &&
	    fresh_flush(m, err) == -1)
		return -1;
	copy = arena_copy(&fresh->aliases, alias->bytes, alias->length);
	if (copy == NULL)
		return error_memory(err);
	fresh->alias_bytes += alias->length;
	*id = ++fresh->last;
	fresh->locations[fresh->location_count++] = (struct rowset_location){
	    store, {copy, alias->length}, m->given.certificates[0]};
	return 0;
}

static int
fresh_link(struct merge *m, struct rowset_link link, struct error *err)
{
	struct fresh *fresh = &m->fresh;

	if (fresh->link_count == FRESH_ROWS && fresh_flush(m, err) == -1)
		return -1;
	fresh->links[fresh->link_count++] = link;
	return 0;
}

/* ---- reading ----------------------------------------------------------------------------- */

static void
merge_tell(struct merge *m, struct inventory_finding finding)
{
	finding.store = m->guid;
	finding.machine = m->machine;
	finding.path = m->path;
	m->tell(m->closure, &finding);
}

static void
merge_fault(struct merge *m, struct inventory_finding finding)
{
	m->counts->faults++;
	merge_tell(m, finding);
}

static int
stage_next(struct merge *m, struct error *err)
{
	struct query *q = &m->stage;
	int rc = query_next(q, err);

	m->more = rc == 1;
	if (m->more)
		m->next = (struct staged){.store = query_get_integer(q, 0),
		    .alias = query_get_text(q, 1),
		    .alias_length = query_get_length(q, 1),
		    .level = query_get_integer(q, 2),
		    .certificate = query_get_integer(q, 3),
		    .file = (size_t)query_get_integer(q, 4),
		    .line = (uint64_t)query_get_integer(q, 5)};
	if (m->more && m->next.alias == NULL)
		return error_memory(err);
	return rc == -1 ? -1 : 0;
}

static bool
given_continues(const struct merge *m, int64_t store)
{
	const struct buffer *alias = &m->given.alias;

	return m->more && m->next.store == store &&
	       inventory_compare(
		   m->next.alias, m->next.alias_length, alias->bytes, alias->length) == 0;
}

/* Gathers the store's next alias; given.there is false when there is none. */
static int
given_read(struct merge *m, int64_t store, struct error *err)
{
	struct merge_group *group = &m->given;
	size_t file = m->next.file;
	uint64_t line = m->next.line;

	group->count = 0;
	group->there = m->more && m->next.store == store;
	if (!group->there)
		return 0;
	buffer_clear(&group->alias);
	buffer_add(&group->alias, m->next.alias, m->next.alias_length);
	if (group->alias.failed)
		return error_memory(err);
	if (m->next.level != 0)
		merge_fault(m, (struct inventory_finding){
				   .kind = INVENTORY_NO_LEAF, .file = file, .line = line});
	while (given_continues(m, store)) {
		if (group->count > 0 && group->levels[group->count - 1] == m->next.level) {
			merge_fault(m, (struct inventory_finding){.kind = INVENTORY_TWICE,
					   .file = m->next.file,
					   .line = m->next.line,
					   .other_file = file,
					   .other_line = line});
		} else {
			group->levels[group->count] = m->next.level;
			group->certificates[group->count++] = m->next.certificate;
			file = m->next.file;
			line = m->next.line;
		}
		if (stage_next(m, err) == -1)
			return -1;
	}
	return 0;
}

/* A comparison a value; where one is not as it should be, query_verify() looks at everything. */
static bool
known_is_sound(const struct query *q)
{
	int64_t store = query_get_integer(q, 0), location = query_get_integer(q, 1);
	int64_t certificate = query_get_integer(q, 3), level = query_get_integer(q, 4);

	return store >= 1 && store <= STORED_MOST && location >= 1 &&
	       location <= STORED_LAST_LOCATION && query_get_text(q, 2) != NULL &&
	       query_get_length(q, 2) > 0 && certificate >= -STORED_MOST &&
	       certificate <= INT32_MAX && level >= 0 && level <= INT32_MAX;
}

static int
known_next(struct merge *m, struct error *err)
{
	const struct query *q = &m->locations;
	int rc = query_next(&m->locations, err);

	if (rc == 1 && !known_is_sound(q) &&
	    query_verify(q, QUERY_COLUMNS(LOCATIONS_KNOWN_COLUMNS), err) == -1)
		rc = -1;
	m->more_known = rc == 1;
	return rc == -1 ? -1 : 0;
}

static void
known_add_level(struct merge_group *group, int64_t level, int64_t certificate)
{
	if (group->count < INVENTORY_LEVELS) {
		group->levels[group->count] = level;
		group->certificates[group->count] = certificate;
	}
	group->count++; /* counted in any case: it differs from what is given */
}

/* Gathers the next location that is known; known.there is false when there is none. */
static int
known_read(struct merge *m, struct error *err)
{
	const struct query *q = &m->locations;
	struct merge_group *group = &m->known;

	group->there = m->more_known;
	if (!group->there)
		return 0;
	group->store = query_get_integer(q, 0);
	group->location = query_get_integer(q, 1);
	buffer_clear(&group->alias);
	buffer_add(&group->alias, query_get_text(q, 2), query_get_length(q, 2));
	if (group->alias.failed)
		return error_memory(err);
	group->vacant = query_get_null(q, 3);
	group->count = 0;
	known_add_level(group, 0, query_get_integer(q, 3));
	while (m->more_known && query_get_integer(q, 1) == group->location) {
		if (!query_get_null(q, 4))
			known_add_level(group, query_get_integer(q, 4), query_get_integer(q, 5));
		if (known_next(m, err) == -1)
			return -1;
	}
	return 0;
}

/* The chain of a group is above ChainLevel 0, where its first item is. */
static int
merge_chain(struct merge *m, int64_t location, struct error *err)
{
	const struct merge_group *given = &m->given;

	for (size_t i = 1; i < given->count; i++)
		if (fresh_link(m,
			(struct rowset_link){location, given->levels[i], given->certificates[i]},
			err) == -1)
			return -1;
	return 0;
}

static int
merge_new(struct merge *m, int64_t store, struct error *err)
{
	int64_t location = 0;

	if (fresh_location(m, store, &location, err) == -1)
		return -1;
	m->counts->fresh++;
	return merge_chain(m, location, err);
}

static int
merge_set(struct merge *m, bool vacate, struct error *err)
{
	struct query q;

	query_begin(&q, m->db, SQL_LOCATION_SET);
	query_integer(&q, m->known.location);
	query_optional(&q, !vacate, m->given.certificates[0]);
	return query_run(&q, err);
}

static int
merge_drop_chain(struct merge *m, struct error *err)
{
	struct query q;

	if (m->known.count == 1)
		return 0;
	query_begin(&q, m->db, SQL_CHAIN_DROP);
	query_integer(&q, m->known.location);
	return query_run(&q, err);
}

static bool
group_same_chain(const struct merge_group *one, const struct merge_group *other)
{
	size_t size = one->count * sizeof(one->levels[0]);

	return one->count == other->count && memcmp(one->levels, other->levels, size) == 0 &&
	       memcmp(one->certificates + 1, other->certificates + 1,
		   size - sizeof(one->certificates[0])) == 0;
}

static int
merge_update(struct merge *m, struct error *err)
{
	const struct merge_group *known = &m->known;
	bool moved = known->vacant || known->certificates[0] != m->given.certificates[0];
	bool same = group_same_chain(known, &m->given);

	if (moved && merge_set(m, false, err) == -1)
		return -1;
	if (!same && (merge_drop_chain(m, err) == -1 || merge_chain(m, known->location, err) == -1))
		return -1;
	if (known->vacant)
		m->counts->fresh++;
	else if (moved || !same)
		m->counts->changed++;
	else
		m->counts->unchanged++;
	return 0;
}

static int
merge_vacate(struct merge *m, struct error *err)
{
	m->counts->removed++;
	return merge_set(m, true, err) == -1 ? -1 : merge_drop_chain(m, err);
}

static bool
merge_is_known(const struct merge *m, int64_t store)
{
	return m->known.there && m->known.store == store;
}

/* Below 0 where the alias that is given comes before that of the known location. */
static int
merge_order(const struct merge *m, int64_t store)
{
	const struct buffer *given = &m->given.alias, *known = &m->known.alias;

	if (!m->given.there)
		return 1;
	if (!merge_is_known(m, store))
		return -1;
	return inventory_compare(given->bytes, given->length, known->bytes, known->length);
}

/*
 * Both come in the order of the aliases. Locations that are written meanwhile come before the
 * place where the known ones are being read, in the order of their index, and are not met.
 */
static int
merge_store(struct merge *m, int64_t store, struct error *err)
{
	int rc = given_read(m, store, err);

	while (rc == 0 && (merge_is_known(m, store) || m->given.there)) {
		int compared = merge_order(m, store);

		if (compared >= 0 && m->touched != NULL &&
		    bitmap_set(m->touched, (uint64_t)m->known.location) == -1)
			return error_memory(err);
		if (compared < 0)
			rc = merge_new(m, store, err);
		else if (compared == 0)
			rc = merge_update(m, err);
		else if (!m->known.vacant)
			rc = merge_vacate(m, err);
		if (rc == 0 && compared >= 0)
			rc = known_read(m, err);
		if (rc == 0 && compared <= 0)
			rc = given_read(m, store, err);
	}
	return rc;
}

static int
merge_skip_store(struct merge *m, int64_t store, struct error *err)
{
	while (m->more && m->next.store == store)
		if (stage_next(m, err) == -1)
			return -1;
	while (merge_is_known(m, store))
		if (known_read(m, err) == -1)
			return -1;
	return 0;
}

/* One store that was named: `q` is a row of stores-named. */
static int
merge_take_store(struct merge *m, const struct query *q, struct error *err)
{
	int64_t store = query_get_integer(q, 0);
	struct inventory_finding finding = {.kind = INVENTORY_OLDER,
	    .file = (size_t)query_get_integer(q, 3),
	    .line = (uint64_t)query_get_integer(q, 4),
	    .at = query_get_integer(q, 1),
	    .known_at = query_get_integer(q, 8)};

	if (!query_get_null(q, 5) && query_get_integer(q, 2) > 0) {
		finding.kind = INVENTORY_NOT_EMPTY;
		finding.file = (size_t)query_get_integer(q, 5);
		finding.line = (uint64_t)query_get_integer(q, 6);
		merge_fault(m, finding);
		return merge_skip_store(m, store, err);
	}
	if (!query_get_null(q, 8) && finding.at < finding.known_at) {
		m->counts->older++;
		merge_tell(m, finding);
		return merge_skip_store(m, store, err);
	}
	m->counts->stores++;
	return merge_store(m, store, err);
}

static int
merge_stores(struct merge *m, struct error *err)
{
	struct query named;
	int rc;

	if (query_begin_own(&named, m->db, SQL_STORES_NAMED, err) == -1)
		return -1;
	rc = stage_next(m, err);
	if (rc == 0)
		rc = known_next(m, err);
	if (rc == 0)
		rc = known_read(m, err);
	while (rc == 0 && (rc = query_row(&named, QUERY_COLUMNS(STORES_NAMED_COLUMNS), err)) == 1) {
		m->guid = query_get_text(&named, 7);
		m->machine = query_get_text(&named, 9);
		m->path = query_get_text(&named, 10);
		rc = merge_take_store(m, &named, err);
	}
	query_forget(&named);
	return rc == -1 ? -1 : fresh_flush(m, err);
}

/*
 * Into an empty table the index by certificate is made at the end, from sorted keys: to insert
 * them one by one, at random, would cost more than all else. An index that is not as the schema
 * makes it is left alone.
 */
static int
merge_drop_index(struct database *db, bool *dropped, struct error *err)
{
	struct query q;
	int any;

	*dropped = false;
	query_begin(&q, db, SQL_LOCATION_ANY);
	any = query_next(&q, err);
	query_end(&q);
	if (any != 0)
		return any == 1 ? 0 : -1;
	query_begin(&q, db, SQL_INDEX_KNOWN);
	query_string(&q, sql_text(SQL_INDEX_MAKE));
	any = query_next(&q, err);
	query_end(&q);
	if (any != 1)
		return any;
	*dropped = true;
	return statement_run(db, SQL_INDEX_DROP, err);
}

static int
merge_staged(struct merge *m, const struct inventory *inventory, struct error *err)
{
	enum sql staged = inventory->sorted ? SQL_STAGED_AS_THEY_CAME : SQL_STAGED_IN_ORDER;
	int rc = -1;

	if (query_begin_own(&m->stage, m->db, staged, err) == 0 &&
	    query_begin_own(&m->locations, m->db, SQL_LOCATIONS_KNOWN, err) == 0 &&
	    fresh_init(m, err) == 0)
		rc = merge_stores(m, err);
	query_forget(&m->locations);
	query_forget(&m->stage);
	arena_release(&m->fresh.aliases);
	buffer_release(&m->given.alias);
	buffer_release(&m->known.alias);
	return rc;
}

int
inventory_merge(struct inventory *inventory,
    void (*tell)(void *closure, const struct inventory_finding *), void *closure,
    struct inventory_counts *counts, struct error *err)
{
	struct merge m = {.db = inventory->db, .counts = counts, .tell = tell, .closure = closure};
	bool dropped;
	int rc;

	*counts = (struct inventory_counts){0};
	if (inventory_flush(inventory, err) == -1 || inventory_find_active(inventory, err) == -1)
		return -1;
	m.touched = inventory->settles ? &inventory->touched : NULL;
	if (inventory->placeholder != 0 &&
	    statement_run(inventory->db, SQL_PLACEHOLDERS_ADD, err) == -1)
		return -1;
	rc = merge_drop_index(inventory->db, &dropped, err);
	if (rc == 0)
		rc = merge_staged(&m, inventory, err);
	if (rc == 0 && dropped)
		rc = statement_run(inventory->db, SQL_INDEX_MAKE, err);
	return rc == 0 ? statement_run(inventory->db, SQL_STORES_SET, err) : -1;
}
