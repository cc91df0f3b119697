#include "database/fresh.h"

#include "database/rowset.h"
#include "database/stored.h"

static const struct statement LOCATION_LAST = {"location-last", "SELECT max(id) FROM location"};
static const int LOCATION_LAST_COLUMNS[] = {STORED_LOCATION_ID | STORED_OR_NULL};

/*
 * The ids are those that SQLite gives by itself, the next ones: to be told one, it would look
 * whether it is there, from the root of the table, which is a quarter of the price of a row.
 */
static const struct statement LOCATIONS_ADD = {"locations-add",
    "INSERT INTO location(store, alias, certificate) SELECT * FROM temp.rowset_location"};

static const struct statement LINKS_ADD = {
    "links-add", "INSERT INTO chain(location, level, certificate) SELECT * FROM temp.rowset_link"};

int
fresh_init(struct fresh *fresh, struct database *db, struct error *err)
{
	struct query q;
	int rc;

	fresh->db = db;
	fresh->location_count = fresh->link_count = 0;
	query_begin(&q, db, &LOCATION_LAST);
	rc = query_row(&q, QUERY_COLUMNS(LOCATION_LAST_COLUMNS), err);
	if (rc == 1)
		fresh->last = query_get_integer(&q, 0);
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

void
fresh_release(struct fresh *fresh)
{
	buffer_release(&fresh->aliases);
}

int
fresh_add(struct fresh *fresh, int64_t store, const struct buffer *alias, int64_t certificate,
    int64_t *id, struct error *err)
{
	bool full = fresh->location_count == FRESH_ROWS ||
		    fresh->aliases.length + alias->length > FRESH_BYTES;

	if (full && fresh_flush(fresh, err) == -1)
		return -1;
	*id = ++fresh->last;
	fresh->locations[fresh->location_count++] = (struct fresh_location){
	    store, certificate, fresh->aliases.length, alias->length};
	buffer_add(&fresh->aliases, alias->bytes, alias->length);
	return fresh->aliases.failed ? error_memory(err) : 0;
}

int
fresh_link(struct fresh *fresh, const struct fresh_link *link, struct error *err)
{
	if (fresh->link_count == FRESH_ROWS && fresh_flush(fresh, err) == -1)
		return -1;
	fresh->links[fresh->link_count++] = *link;
	return 0;
}

static void
location_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct fresh *fresh = closure;
	const struct fresh_location *location = &fresh->locations[i];

	if (column == 0)
		sqlite3_result_int64(context, location->store);
	else if (column == 1)
		rowset_text(
		    context, fresh->aliases.bytes + location->alias, location->alias_length);
	else
		sqlite3_result_int64(context, location->certificate);
}

static void
link_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct fresh_link *link = &((const struct fresh *)closure)->links[i];
	const int64_t values[] = {link->location, link->level, link->certificate};

	sqlite3_result_int64(context, values[column]);
}

int
fresh_flush(struct fresh *fresh, struct error *err)
{
	const struct rowset_rows locations = {fresh->location_count, location_value, fresh};
	const struct rowset_rows links = {fresh->link_count, link_value, fresh};

	if (rowset_run(fresh->db, ROWSET_LOCATION, &locations, &LOCATIONS_ADD, err) == -1 ||
	    rowset_run(fresh->db, ROWSET_LINK, &links, &LINKS_ADD, err) == -1)
		return -1;
	fresh->location_count = fresh->link_count = 0;
	buffer_clear(&fresh->aliases);
	return 0;
}
