#include "database/fresh.h"
#include "database/inventory_staged.h"
#include "database/stored.h"

#include <stdlib.h>
#include <string.h>

static const struct statement STAGED_IN_ORDER = {"staged-in-order",
    "SELECT store, alias, level, certificate, file, line FROM temp.staged"
    " ORDER BY store, alias, level, rowid"};
static const struct statement STAGED_AS_THEY_CAME = {"staged-as-they-came",
    "SELECT store, alias, level, certificate, file, line FROM temp.staged ORDER BY rowid"};
static const struct statement STORES_NAMED = {"stores-named",
    "SELECT n.store, n.at, n.items, n.file, n.line, n.empty_file, n.empty_line, s.guid,"
    " s.inventoried_at FROM temp.named n CROSS JOIN store s ON s.id = n.store"
    " ORDER BY n.store"};
/* All that is known of those stores: a row for each location, or each certificate of its chain. */
static const struct statement LOCATIONS_KNOWN = {"locations-known",
    "SELECT l.store, l.id, l.alias, l.certificate, c.level, c.certificate FROM temp.named n"
    " CROSS JOIN location l ON l.store = n.store LEFT JOIN chain c ON c.location = l.id"
    " ORDER BY n.store, l.alias, c.level"};
static const int STORES_NAMED_COLUMNS[] = {STORED_STORE_ID, STORED_ANY, STORED_ANY, STORED_ANY,
    STORED_ANY, STORED_ANY, STORED_ANY, STORED_STORE_GUID, STORED_STORE_INVENTORIED};
static const int LOCATIONS_KNOWN_COLUMNS[] = {STORED_LOCATION_STORE, STORED_LOCATION_ID,
    STORED_LOCATION_ALIAS, STORED_LOCATION_CERTIFICATE, STORED_CHAIN_LEVEL | STORED_OR_NULL,
    STORED_CHAIN_CERTIFICATE | STORED_OR_NULL};
static const struct statement LOCATION_SET = {
    "location-set", "UPDATE location SET certificate = ?2 WHERE id = ?1"};
static const struct statement CHAIN_DROP = {"chain-drop", "DELETE FROM chain WHERE location = ?1"};
static const struct statement PLACEHOLDERS_ADD = {"placeholders-add",
    "INSERT INTO certificate(id, thumbprint) SELECT u.id, u.thumbprint FROM temp.unknown u"
    " WHERE u.id IN (SELECT i.certificate FROM temp.staged i"
    " JOIN temp.named n ON n.store = i.store JOIN store s ON s.id = n.store"
    " WHERE i.certificate < 0 AND n.at >= coalesce(s.inventoried_at, n.at))"};
static const struct statement STORES_SET = {"stores-set",
    "UPDATE store SET inventoried_at ="
    " (SELECT n.at FROM temp.named n WHERE n.store = store.id)"
    " WHERE id IN (SELECT n.store FROM temp.named n JOIN store s ON s.id = n.store"
    " WHERE n.at > coalesce(s.inventoried_at, n.at - 1))"};

static const struct statement LOCATION_ANY = {"location-any", "SELECT 1 FROM location"};
static const char INDEX[] = "CREATE INDEX location_certificate ON location(certificate, store)\n"
			    "\tWHERE certificate IS NOT NULL";
static const struct statement INDEX_KNOWN = {"index-known",
    "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'location_certificate'"
    " AND tbl_name = 'location' AND sql = ?1"};

/* An item as it stands in the stage; its alias lives until the next one is read. */
struct staged {
	int64_t store;
	const char *alias;
	size_t alias_length;
	int64_t level;
	int64_t certificate;
	size_t file;
	uint64_t line;
};

/* What stands under one alias: certificates by ChainLevel, from 0. */
struct group {
	bool there;
	int64_t store;
	struct buffer alias;
	int64_t levels[INVENTORY_LEVELS];
	int64_t certificates[INVENTORY_LEVELS];
	size_t count;
	int64_t location; /* of what is known: its id */
	bool vacant;      /* nothing stands there any more, and certificates[0] says nothing */
};

struct merge {
	struct database *db;
	struct inventory_counts *counts;
	void (*tell)(void *, const struct inventory_finding *);
	void *closure;
	struct cursor *stage;
	bool more; /* `next` holds an item */
	struct staged next;
	struct group given; /* the store's next items */
	struct cursor *locations;
	bool more_known;    /* the cursor stands on a row */
	struct group known; /* the next location, of this store or a later one */
	struct fresh fresh;
	const char *guid; /* of the store being merged */
};

static void
fault(struct merge *m, const struct inventory_finding *finding)
{
	m->counts->faults++;
	m->tell(m->closure, finding);
}

static int
stage_next(struct merge *m, struct error *err)
{
	struct query *q = &m->stage->query;
	int rc = query_next(q, err);

	m->more = rc == 1;
	if (m->more)
		m->next = (struct staged){.store = query_get_integer(q, 0),
		    .alias = query_get_text(q, 1),
		    .alias_length = (size_t)sqlite3_column_bytes(q->statement, 1),
		    .level = query_get_integer(q, 2),
		    .certificate = query_get_integer(q, 3),
		    .file = (size_t)query_get_integer(q, 4),
		    .line = (uint64_t)query_get_integer(q, 5)};
	if (m->more && m->next.alias == NULL)
		return error_memory(err);
	return rc == -1 ? -1 : 0;
}

static bool
continues_given(const struct merge *m, int64_t store)
{
	const struct buffer *alias = &m->given.alias;

	return m->more && m->next.store == store &&
	       inventory_compare(
		   m->next.alias, m->next.alias_length, alias->bytes, alias->length) == 0;
}

/* Gathers the store's next alias; given.there is false when there is none. */
static int
read_given(struct merge *m, int64_t store, struct error *err)
{
	struct group *group = &m->given;
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
		fault(m,
		    &(struct inventory_finding){
			.kind = INVENTORY_NO_LEAF, .file = file, .line = line, .store = m->guid});
	while (continues_given(m, store)) {
		if (group->count > 0 && group->levels[group->count - 1] == m->next.level) {
			fault(m, &(struct inventory_finding){.kind = INVENTORY_TWICE,
				     .file = m->next.file,
				     .line = m->next.line,
				     .other_file = file,
				     .other_line = line,
				     .store = m->guid});
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
	const struct query *q = &m->locations->query;
	int rc = query_next(&m->locations->query, err);

	if (rc == 1 && !known_is_sound(q) &&
	    query_verify(q, QUERY_COLUMNS(LOCATIONS_KNOWN_COLUMNS), err) == -1)
		rc = -1;
	m->more_known = rc == 1;
	return rc == -1 ? -1 : 0;
}

static void
add_level(struct group *group, int64_t level, int64_t certificate)
{
	if (group->count < INVENTORY_LEVELS) {
		group->levels[group->count] = level;
		group->certificates[group->count] = certificate;
	}
	group->count++; /* counted in any case: it differs from what is given */
}

/* Gathers the next location that is known; known.there is false when there is none. */
static int
read_known(struct merge *m, struct error *err)
{
	const struct query *q = &m->locations->query;
	struct group *group = &m->known;

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
	add_level(group, 0, query_get_integer(q, 3));
	while (m->more_known && query_get_integer(q, 1) == group->location) {
		if (!query_get_null(q, 4))
			add_level(group, query_get_integer(q, 4), query_get_integer(q, 5));
		if (known_next(m, err) == -1)
			return -1;
	}
	return 0;
}

/* The chain of a group is what stands above ChainLevel 0, where its first item stands. */
static int
add_chain(struct merge *m, int64_t location, struct error *err)
{
	const struct group *given = &m->given;

	for (size_t i = 1; i < given->count; i++)
		if (fresh_link(&m->fresh,
			&(struct fresh_link){location, given->levels[i], given->certificates[i]},
			err) == -1)
			return -1;
	return 0;
}

static int
add_location(struct merge *m, int64_t store, struct error *err)
{
	int64_t location;

	if (fresh_add(
		&m->fresh, store, &m->given.alias, m->given.certificates[0], &location, err) == -1)
		return -1;
	m->counts->fresh++;
	return add_chain(m, location, err);
}

static int
set_location(struct merge *m, bool vacate, struct error *err)
{
	struct query q;

	query_begin(&q, m->db, &LOCATION_SET);
	query_integer(&q, m->known.location);
	query_optional(&q, !vacate, m->given.certificates[0]);
	return query_run(&q, err);
}

static int
drop_chain(struct merge *m, struct error *err)
{
	struct query q;

	if (m->known.count == 1)
		return 0;
	query_begin(&q, m->db, &CHAIN_DROP);
	query_integer(&q, m->known.location);
	return query_run(&q, err);
}

static bool
same_chain(const struct group *one, const struct group *other)
{
	size_t size = one->count * sizeof(one->levels[0]);

	return one->count == other->count && memcmp(one->levels, other->levels, size) == 0 &&
	       memcmp(one->certificates + 1, other->certificates + 1,
		   size - sizeof(one->certificates[0])) == 0;
}

static int
update_location(struct merge *m, struct error *err)
{
	const struct group *known = &m->known;
	bool moved = known->vacant || known->certificates[0] != m->given.certificates[0];
	bool same = same_chain(known, &m->given);

	if (moved && set_location(m, false, err) == -1)
		return -1;
	if (!same && (drop_chain(m, err) == -1 || add_chain(m, known->location, err) == -1))
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
vacate_location(struct merge *m, struct error *err)
{
	m->counts->removed++;
	return set_location(m, true, err) == -1 ? -1 : drop_chain(m, err);
}

static bool
is_known(const struct merge *m, int64_t store)
{
	return m->known.there && m->known.store == store;
}

/* How the alias that is given stands to that of the known location: below 0 comes first. */
static int
order(const struct merge *m, int64_t store)
{
	const struct buffer *given = &m->given.alias, *known = &m->known.alias;

	if (!m->given.there)
		return 1;
	if (!is_known(m, store))
		return -1;
	return inventory_compare(given->bytes, given->length, known->bytes, known->length);
}

/*
 * Both come in the order of the aliases. What is written meanwhile lies behind the place where
 * the known locations are being read, in the order of their index, and does not disturb it.
 */
static int
merge_store(struct merge *m, int64_t store, struct error *err)
{
	int rc = read_given(m, store, err);

	while (rc == 0 && (is_known(m, store) || m->given.there)) {
		int compared = order(m, store);

		if (compared < 0)
			rc = add_location(m, store, err);
		else if (compared == 0)
			rc = update_location(m, err);
		else if (!m->known.vacant)
			rc = vacate_location(m, err);
		if (rc == 0 && compared >= 0)
			rc = read_known(m, err);
		if (rc == 0 && compared <= 0)
			rc = read_given(m, store, err);
	}
	return rc;
}

static int
skip_store(struct merge *m, int64_t store, struct error *err)
{
	while (m->more && m->next.store == store)
		if (stage_next(m, err) == -1)
			return -1;
	while (is_known(m, store))
		if (read_known(m, err) == -1)
			return -1;
	return 0;
}

/* One store that was named: `q` is a row of STORES_NAMED. */
static int
take_store(struct merge *m, const struct query *q, struct error *err)
{
	int64_t store = query_get_integer(q, 0);
	struct inventory_finding finding = {.kind = INVENTORY_OLDER,
	    .file = (size_t)query_get_integer(q, 3),
	    .line = (uint64_t)query_get_integer(q, 4),
	    .store = m->guid,
	    .at = query_get_integer(q, 1),
	    .known_at = query_get_integer(q, 8)};

	if (!query_get_null(q, 5) && query_get_integer(q, 2) > 0) {
		finding.kind = INVENTORY_NOT_EMPTY;
		finding.file = (size_t)query_get_integer(q, 5);
		finding.line = (uint64_t)query_get_integer(q, 6);
		fault(m, &finding);
		return skip_store(m, store, err);
	}
	if (!query_get_null(q, 8) && finding.at < finding.known_at) {
		m->counts->older++;
		m->tell(m->closure, &finding);
		return skip_store(m, store, err);
	}
	m->counts->stores++;
	return merge_store(m, store, err);
}

static int
merge_stores(struct merge *m, struct error *err)
{
	struct cursor *named = cursor_new(m->db, &STORES_NAMED, err);
	int rc;

	if (named == NULL)
		return -1;
	rc = stage_next(m, err);
	if (rc == 0)
		rc = known_next(m, err);
	if (rc == 0)
		rc = read_known(m, err);
	while (rc == 0 &&
	       (rc = query_row(&named->query, QUERY_COLUMNS(STORES_NAMED_COLUMNS), err)) == 1) {
		m->guid = query_get_text(&named->query, 7);
		rc = take_store(m, &named->query, err);
	}
	cursor_close(named);
	return rc == -1 ? -1 : fresh_flush(&m->fresh, err);
}

static int
run_statement(struct database *db, const struct statement *statement, struct error *err)
{
	struct query q;

	query_begin(&q, db, statement);
	return query_run(&q, err);
}

/*
 * Into an empty table the index by certificate is made at the end, from sorted keys: to insert
 * them one by one, at random, would cost more than all else. An index that is not as the schema
 * makes it is left alone.
 */
static int
drop_index(struct database *db, bool *dropped, struct error *err)
{
	struct query q;
	int any;

	*dropped = false;
	query_begin(&q, db, &LOCATION_ANY);
	any = query_next(&q, err);
	query_end(&q);
	if (any != 0)
		return any == 1 ? 0 : -1;
	query_begin(&q, db, &INDEX_KNOWN);
	query_string(&q, INDEX);
	any = query_next(&q, err);
	query_end(&q);
	if (any != 1)
		return any;
	*dropped = true;
	return db_execute(db, "DROP INDEX location_certificate", err);
}

static int
merge_staged(struct merge *m, const struct inventory *inventory, struct error *err)
{
	int rc = -1;

	m->stage = cursor_new(
	    m->db, inventory->sorted ? &STAGED_AS_THEY_CAME : &STAGED_IN_ORDER, err);
	if (m->stage != NULL)
		m->locations = cursor_new(m->db, &LOCATIONS_KNOWN, err);
	if (m->locations != NULL && fresh_init(&m->fresh, m->db, err) == 0)
		rc = merge_stores(m, err);
	cursor_close(m->locations);
	cursor_close(m->stage);
	fresh_release(&m->fresh);
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
	if (stage_flush(&inventory->stage, inventory->db, err) == -1)
		return -1;
	if (inventory->placeholder != 0 &&
	    run_statement(inventory->db, &PLACEHOLDERS_ADD, err) == -1)
		return -1;
	rc = drop_index(inventory->db, &dropped, err);
	if (rc == 0)
		rc = merge_staged(&m, inventory, err);
	if (rc == 0 && dropped)
		rc = db_execute(inventory->db, INDEX, err);
	return rc == 0 ? run_statement(inventory->db, &STORES_SET, err) : -1;
}
