#include "inventory_items_sql.h"

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
static const struct statement LOCATIONS_OF_STORE = {"locations-of-store",
    "SELECT id, alias, certificate FROM location WHERE store = ?1 ORDER BY alias"};
static const struct statement CHAIN_OF_LOCATION = {
    "chain-of-location", "SELECT level, certificate FROM chain WHERE location = ?1 ORDER BY level"};
static const struct statement LOCATION_ADD = {
    "location-add", "INSERT INTO location(store, alias, certificate) VALUES (?1, ?2, ?3)"};
static const struct statement LOCATION_SET = {
    "location-set", "UPDATE location SET certificate = ?2 WHERE id = ?1"};
static const struct statement CHAIN_ADD = {
    "chain-add", "INSERT INTO chain(location, level, certificate) VALUES (?1, ?2, ?3)"};
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
static const struct statement INDEX_SQL = {"index-sql",
    "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = 'location_certificate'"};

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

/* The items of one alias. */
struct group {
	struct buffer alias;
	int64_t levels[ITEM_LEVELS];
	int64_t certificates[ITEM_LEVELS];
	size_t count;
	bool there;
};

struct merge {
	struct inventory *inventory;
	struct items_counts *counts;
	void (*tell)(void *, const struct items_finding *);
	void *closure;
	struct cursor *stage;
	bool more; /* `next` holds an item */
	struct staged next;
	struct group group;
	const char *guid; /* of the store being merged */
};

static void
fault(struct merge *m, const struct items_finding *finding)
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
continues_group(const struct merge *m, int64_t store)
{
	const struct buffer *alias = &m->group.alias;

	return m->more && m->next.store == store &&
	       items_compare(m->next.alias, m->next.alias_length, alias->bytes, alias->length) == 0;
}

/* Gathers the store's next alias; group.there is false when there is none. */
static int
group_read(struct merge *m, int64_t store, struct error *err)
{
	struct group *group = &m->group;
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
		fault(m, &(struct items_finding){
			     .kind = ITEMS_NO_LEAF, .file = file, .line = line, .store = m->guid});
	while (continues_group(m, store)) {
		if (group->count > 0 && group->levels[group->count - 1] == m->next.level) {
			fault(m, &(struct items_finding){.kind = ITEMS_TWICE,
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

/* The chain of a group is what stands above ChainLevel 0, where its first item stands. */
static int
add_chain(struct merge *m, int64_t location, struct error *err)
{
	struct query q;

	for (size_t i = 1; i < m->group.count; i++) {
		query_begin(&q, m->inventory, &CHAIN_ADD);
		query_integer(&q, location);
		query_integer(&q, m->group.levels[i]);
		query_integer(&q, m->group.certificates[i]);
		if (query_run(&q, err) == -1)
			return -1;
	}
	return 0;
}

static int
add_location(struct merge *m, int64_t store, struct error *err)
{
	struct query q;

	query_begin(&q, m->inventory, &LOCATION_ADD);
	query_integer(&q, store);
	query_text(&q, m->group.alias.bytes, m->group.alias.length);
	query_integer(&q, m->group.certificates[0]);
	if (query_run(&q, err) == -1)
		return -1;
	m->counts->fresh++;
	return add_chain(m, sqlite3_last_insert_rowid(m->inventory->db), err);
}

static int
run_for(struct merge *m, const struct statement *statement, int64_t location, struct error *err)
{
	struct query q;

	query_begin(&q, m->inventory, statement);
	query_integer(&q, location);
	return query_run(&q, err);
}

/* 1 when the chain that is known is the group's, 0 when not; -1 and err. */
static int
same_chain(struct merge *m, int64_t location, struct error *err)
{
	const struct group *group = &m->group;
	struct query q;
	size_t i = 1;
	int rc;

	query_begin(&q, m->inventory, &CHAIN_OF_LOCATION);
	query_integer(&q, location);
	while ((rc = query_next(&q, err)) == 1 && i < group->count &&
	       query_get_integer(&q, 0) == group->levels[i] &&
	       query_get_integer(&q, 1) == group->certificates[i])
		i++;
	query_end(&q);
	if (rc == -1)
		return -1;
	return rc == 0 && i == group->count;
}

static int
update_location(struct merge *m, int64_t location, bool vacant, int64_t known, struct error *err)
{
	bool moved = vacant || known != m->group.certificates[0];
	int same = same_chain(m, location, err);
	struct query q;

	if (same == -1)
		return -1;
	if (moved) {
		query_begin(&q, m->inventory, &LOCATION_SET);
		query_integer(&q, location);
		query_integer(&q, m->group.certificates[0]);
		if (query_run(&q, err) == -1)
			return -1;
	}
	if (!same &&
	    (run_for(m, &CHAIN_DROP, location, err) == -1 || add_chain(m, location, err) == -1))
		return -1;
	if (vacant)
		m->counts->fresh++;
	else if (moved || !same)
		m->counts->changed++;
	else
		m->counts->unchanged++;
	return 0;
}

static int
vacate_location(struct merge *m, int64_t location, struct error *err)
{
	m->counts->removed++;
	if (run_for(m, &LOCATION_SET, location, err) == -1) /* ?2 stays null */
		return -1;
	return run_for(m, &CHAIN_DROP, location, err);
}

/* How the alias of the group stands to that of the known location: below 0 comes first. */
static int
order(const struct merge *m, const struct query *known, bool known_there)
{
	if (!m->group.there)
		return 1;
	if (!known_there)
		return -1;
	return items_compare(m->group.alias.bytes, m->group.alias.length, query_get_text(known, 1),
	    (size_t)sqlite3_column_bytes(known->statement, 1));
}

/*
 * Both come in the order of the aliases. What is written meanwhile lies behind the place where
 * the known locations are being read, in the order of their index, and does not disturb it.
 */
static int
merge_store(struct merge *m, int64_t store, struct error *err)
{
	struct query known;
	int rc, there;

	query_begin(&known, m->inventory, &LOCATIONS_OF_STORE);
	query_integer(&known, store);
	there = query_next(&known, err);
	rc = there == -1 ? -1 : group_read(m, store, err);
	while (rc == 0 && (there == 1 || m->group.there)) {
		int compared = order(m, &known, there == 1);

		if (compared < 0)
			rc = add_location(m, store, err);
		else if (compared == 0)
			rc = update_location(m, query_get_integer(&known, 0),
			    query_get_null(&known, 2), query_get_integer(&known, 2), err);
		else if (!query_get_null(&known, 2))
			rc = vacate_location(m, query_get_integer(&known, 0), err);
		if (rc == 0 && compared >= 0) {
			there = query_next(&known, err);
			rc = there == -1 ? -1 : 0;
		}
		if (rc == 0 && compared <= 0)
			rc = group_read(m, store, err);
	}
	query_end(&known);
	return rc;
}

static int
skip_store(struct merge *m, int64_t store, struct error *err)
{
	while (m->more && m->next.store == store)
		if (stage_next(m, err) == -1)
			return -1;
	return 0;
}

/* One store that was named: `q` is a row of STORES_NAMED. */
static int
take_store(struct merge *m, const struct query *q, struct error *err)
{
	int64_t store = query_get_integer(q, 0);
	struct items_finding finding = {.kind = ITEMS_OLDER,
	    .file = (size_t)query_get_integer(q, 3),
	    .line = (uint64_t)query_get_integer(q, 4),
	    .store = m->guid,
	    .at = query_get_integer(q, 1),
	    .known_at = query_get_integer(q, 8)};

	if (!query_get_null(q, 5) && query_get_integer(q, 2) > 0) {
		finding.kind = ITEMS_NOT_EMPTY;
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
	struct cursor *named = cursor_new(m->inventory, &STORES_NAMED, err);
	int rc;

	if (named == NULL)
		return -1;
	rc = stage_next(m, err);
	while (rc == 0 && (rc = query_next(&named->query, err)) == 1) {
		m->guid = query_get_text(&named->query, 7);
		rc = take_store(m, &named->query, err);
	}
	cursor_close(named);
	return rc;
}

static int
run_statement(struct inventory *inventory, const struct statement *statement, struct error *err)
{
	struct query q;

	query_begin(&q, inventory, statement);
	return query_run(&q, err);
}

/*
 * Into an empty table the index by certificate is made at the end, from sorted keys: to insert
 * them one by one, at random, would cost more than all else. *sql is allocated, or NULL.
 */
static int
drop_index(struct inventory *inventory, char **sql, struct error *err)
{
	struct query q;
	int any;

	*sql = NULL;
	query_begin(&q, inventory, &LOCATION_ANY);
	any = query_next(&q, err);
	query_end(&q);
	if (any != 0)
		return any == 1 ? 0 : -1;
	query_begin(&q, inventory, &INDEX_SQL);
	any = query_next(&q, err);
	if (any == 1)
		*sql = strdup(query_get_text(&q, 0));
	query_end(&q);
	if (any != 1)
		return any;
	if (*sql == NULL)
		return error_memory(err);
	return inventory_execute(inventory, "DROP INDEX location_certificate", err);
}

static int
merge_staged(struct merge *m, const struct items *items, struct error *err)
{
	int rc;

	m->stage = cursor_new(
	    m->inventory, items->sorted ? &STAGED_AS_THEY_CAME : &STAGED_IN_ORDER, err);
	if (m->stage == NULL)
		return -1;
	rc = merge_stores(m, err);
	cursor_close(m->stage);
	buffer_release(&m->group.alias);
	return rc;
}

int
items_merge(struct items *items, void (*tell)(void *closure, const struct items_finding *),
    void *closure, struct items_counts *counts, struct error *err)
{
	struct merge m = {
	    .inventory = items->inventory, .counts = counts, .tell = tell, .closure = closure};
	char *index;
	int rc;

	*counts = (struct items_counts){0};
	if (stage_flush(&items->stage, items->inventory, err) == -1)
		return -1;
	if (items->placeholder != 0 &&
	    run_statement(items->inventory, &PLACEHOLDERS_ADD, err) == -1)
		return -1;
	rc = drop_index(items->inventory, &index, err);
	if (rc == 0)
		rc = merge_staged(&m, items, err);
	if (rc == 0 && index != NULL)
		rc = inventory_execute(items->inventory, index, err);
	free(index);
	return rc == 0 ? run_statement(items->inventory, &STORES_SET, err) : -1;
}
