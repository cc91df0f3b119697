#include "database/inventory.h"

#include "database/facts.h"
#include "database/inventory_private.h"
#include "database/statement_private.h"

#include <stdlib.h>
#include <string.h>

static const int STORE_COLUMNS[] = {STORED_STORE_ID};
static const int THUMBPRINT_COLUMNS[] = {STORED_CERTIFICATE_PRINT};
static const int CERTIFICATE_COLUMNS[] = {STORED_CERTIFICATE_ID};
static const int PLACE_COLUMNS[] = {STORED_STORE_ID, STORED_STORE_REMOVED};
static const int CERTIFICATE_OR_NONE[] = {STORED_CERTIFICATE_ID | STORED_OR_NULL};

/* A look at a certificate reads a page of a large table, one for each item. So after some of
 * them all ids are read, into a bitmap, unless that would take more memory than this. */
#define LOOKED_UP 1000
#define GREATEST (INT64_C(1) << 27)

static struct inventory *
inventory_new(struct database *db, int64_t now, bool joined, struct error *err)
{
	struct inventory *inventory = calloc(1, sizeof(*inventory));

	if (inventory == NULL) {
		error_memory(err);
		return NULL;
	}
	inventory->db = db;
	inventory->joined = joined;
	inventory->now = now;
	inventory->sorted = true;
	return inventory;
}

struct inventory *
inventory_begin(struct database *db, int64_t now, struct error *err)
{
	struct inventory *inventory = inventory_new(db, now, false, err);

	/* What items name was looked up before: foreign keys would look again, page by page. */
	if (inventory != NULL &&
	    (db->engine->set(db, ENGINE_REFERENCES, 0, err) == -1 ||
		script_run(db, SQL_INVENTORY_SET_UP, err) == -1 || db_begin(db, err) == -1)) {
		inventory_free(inventory);
		return NULL;
	}
	return inventory;
}

struct inventory *
inventory_join(struct database *db, int64_t now, struct error *err)
{
	struct inventory *inventory = inventory_new(db, now, true, err);

	if (inventory != NULL && script_run(db, SQL_INVENTORY_SET_UP, err) == -1) {
		inventory_free(inventory);
		return NULL;
	}
	return inventory;
}

void
inventory_free(struct inventory *inventory)
{
	if (inventory == NULL)
		return;
	if (!inventory->joined)
		db_rollback(inventory->db);
	(void)script_run(inventory->db, SQL_INVENTORY_TEAR_DOWN, NULL);
	if (!inventory->joined)
		(void)inventory->db->engine->set(inventory->db, ENGINE_REFERENCES, 1, NULL);
	arena_release(&inventory->stage.aliases);
	bitmap_release(&inventory->certificates);
	bitmap_release(&inventory->touched);
	buffer_release(&inventory->last_alias);
	free(inventory);
}

int
inventory_commit(struct inventory *inventory, struct error *err)
{
	return db_commit(inventory->db, err);
}

/* An inventory names one store many times in a row. */
int
inventory_store(
    struct inventory *inventory, const char *guid, size_t length, int64_t *store, struct error *err)
{
	struct query q;
	int rc;

	if (length == sizeof(inventory->last_guid) && inventory->last_guid_store != 0 &&
	    memcmp(inventory->last_guid, guid, length) == 0) {
		*store = inventory->last_guid_store;
		return 1;
	}
	query_begin(&q, inventory->db, SQL_STORE_OF_GUID);
	query_text(&q, guid, length);
	rc = query_row(&q, QUERY_COLUMNS(STORE_COLUMNS), err);
	if (rc == 1) {
		*store = query_get_integer(&q, 0);
		if (length == sizeof(inventory->last_guid)) {
			memcpy(inventory->last_guid, guid, length);
			inventory->last_guid_store = *store;
		}
	}
	query_end(&q);
	return rc;
}

int
inventory_store_at(struct inventory *inventory, const struct inventory_place *place, int64_t *store,
    struct error *err)
{
	struct query q;
	int rc, kept = 0, count = 0;

	if (!inventory->placed && statement_run(inventory->db, SQL_PLACES_FILL, err) == -1)
		return -1;
	inventory->placed = true;
	query_begin(&q, inventory->db, SQL_STORES_AT);
	query_text(&q, place->machine, place->machine_length);
	query_text(&q, place->path, place->path_length);
	query_optional(&q, place->type != -1, place->type);
	while ((rc = query_row(&q, QUERY_COLUMNS(PLACE_COLUMNS), err)) == 1) {
		if (count++ == 0)
			*store = query_get_integer(&q, 0);
		kept += query_get_integer(&q, 1) == 0;
	}
	query_end(&q);
	if (rc == -1)
		return -1;
	return count > 1 && kept != 1 ? 2 : count > 0;
}

static int
inventory_read_certificates(struct inventory *inventory, struct error *err)
{
	int64_t greatest = 0;
	struct query q;
	int rc;

	query_begin(&q, inventory->db, SQL_CERTIFICATE_GREATEST);
	rc = query_row(&q, QUERY_COLUMNS(CERTIFICATE_OR_NONE), err);
	if (rc == 1)
		greatest = query_get_integer(&q, 0);
	query_end(&q);
	if (rc == -1 || greatest > GREATEST)
		return rc == -1 ? -1 : 0;
	query_begin(&q, inventory->db, SQL_CERTIFICATE_IDS);
	while ((rc = query_next(&q, err)) == 1) {
		if (bitmap_set(&inventory->certificates, (uint64_t)query_get_integer(&q, 0)) ==
		    -1) {
			rc = error_memory(err);
			break;
		}
	}
	query_end(&q);
	inventory->has_certificates = rc == 0;
	return rc;
}

int
inventory_certificate(struct inventory *inventory, int64_t id, const struct db_value *thumbprint,
    bool *agrees, struct error *err)
{
	struct query q;
	int rc;

	*agrees = true;
	if (++inventory->looked_up == LOOKED_UP &&
	    inventory_read_certificates(inventory, err) == -1)
		return -1;
	if (inventory->has_certificates && thumbprint->type == DB_NULL)
		return bitmap_has(&inventory->certificates, (uint64_t)id);
	query_begin(&q, inventory->db, SQL_THUMBPRINT_OF);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(THUMBPRINT_COLUMNS), err);
	if (rc == 1 && thumbprint->type == DB_TEXT && !query_get_null(&q, 0)) {
		const char *known = query_get_text(&q, 0);

		*agrees = strlen(known) == thumbprint->length &&
			  memcmp(known, thumbprint->data, thumbprint->length) == 0;
	}
	query_end(&q);
	return rc;
}

int
inventory_renumbered(struct inventory *inventory, int64_t id, int64_t *id_now, struct error *err)
{
	return db_renumbered(inventory->db, id, id_now, err);
}

static int
inventory_next_placeholder(struct inventory *inventory, struct error *err)
{
	struct query q;
	int rc = 0;

	if (inventory->placeholder == 0) {
		query_begin(&q, inventory->db, SQL_LEAST_CERTIFICATE);
		rc = query_row(&q, QUERY_COLUMNS(CERTIFICATE_OR_NONE), err);
		if (rc == 1 && query_get_integer(&q, 0) < 0)
			inventory->placeholder = query_get_integer(&q, 0);
		query_end(&q);
	}
	inventory->placeholder--;
	return rc == -1 ? -1 : 0;
}

int
inventory_thumbprint(struct inventory *inventory, const char *thumbprint, size_t length,
    int64_t *certificate, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, inventory->db, SQL_CERTIFICATE_OF_THUMBPRINT);
	query_text(&q, thumbprint, length);
	rc = query_row(&q, QUERY_COLUMNS(CERTIFICATE_COLUMNS), err);
	if (rc == 1)
		*certificate = query_get_integer(&q, 0);
	query_end(&q);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (inventory_next_placeholder(inventory, err) == -1)
		return -1;
	*certificate = inventory->placeholder;
	query_begin(&q, inventory->db, SQL_UNKNOWN_ADD);
	query_integer(&q, *certificate);
	query_text(&q, thumbprint, length);
	return query_run(&q, err);
}

int
inventory_compare(const char *one, size_t one_length, const char *other, size_t other_length)
{
	size_t shorter = one_length < other_length ? one_length : other_length;
	int order = memcmp(one, other, shorter);

	if (order != 0)
		return order;
	return (one_length > other_length) - (one_length < other_length);
}

/* Items that come in order need no sorting. */
static int
inventory_note_order(
    struct inventory *inventory, const struct inventory_item *item, struct error *err)
{
	int order;

	if (!inventory->sorted)
		return 0;
	order = (item->store > inventory->last_store) - (item->store < inventory->last_store);
	if (order == 0)
		order = inventory_compare(item->alias, item->alias_length,
		    inventory->last_alias.bytes, inventory->last_alias.length);
	if (order == 0)
		order = item->level > inventory->last_level ? 1 : -1;
	inventory->sorted = order > 0;
	inventory->last_store = item->store;
	inventory->last_level = item->level;
	buffer_clear(&inventory->last_alias);
	buffer_add(&inventory->last_alias, item->alias, item->alias_length);
	return inventory->last_alias.failed ? error_memory(err) : 0;
}

/* The store that the last item named, or a new one after it. */
static int
inventory_find_named(struct inventory *inventory, const struct inventory_item *item,
    struct rowset_named **store, struct error *err)
{
	struct inventory_stage *stage = &inventory->stage;

	*store = stage->store_count == 0 ? NULL : &stage->stores[stage->store_count - 1];
	if (*store != NULL && (*store)->store == item->store)
		return 0;
	if (stage->store_count == STAGE_ROWS && inventory_flush(inventory, err) == -1)
		return -1;
	*store = &stage->stores[stage->store_count++];
	**store = (struct rowset_named){
	    .store = item->store,
	    .at = INT64_MAX,
	    .file = (int64_t)item->file,
	    .line = (int64_t)item->line,
	    .empty_file = ROWSET_NULL,
	    .empty_line = ROWSET_NULL,
	};
	return 0;
}

static void
inventory_note(struct rowset_named *store, const struct inventory_item *item, int64_t at)
{
	if (at < store->at) {
		store->at = at;
		store->file = (int64_t)item->file;
		store->line = (int64_t)item->line;
	}
	if (item->alias != NULL) {
		store->items++;
	} else if (store->empty_line == ROWSET_NULL) {
		store->empty_file = (int64_t)item->file;
		store->empty_line = (int64_t)item->line;
	}
}

static int
inventory_stage(struct inventory *inventory, const struct inventory_item *item, struct error *err)
{
	struct inventory_stage *stage = &inventory->stage;
	const char *alias = arena_copy(&stage->aliases, item->alias, item->alias_length);

	if (alias == NULL)
		return error_memory(err);
	stage->alias_bytes += item->alias_length;
	stage->items[stage->item_count++] = (struct rowset_item){
	    .store = item->store,
	    .alias = {alias, item->alias_length},
	    .level = item->level,
	    .certificate = item->certificate,
	    .file = (int64_t)item->file,
	    .line = (int64_t)item->line,
	};
	return 0;
}

int
inventory_add(struct inventory *inventory, const struct inventory_item *item, struct error *err)
{
	const struct inventory_stage *stage = &inventory->stage;
	int64_t at = item->at < inventory->now ? item->at : inventory->now;
	struct rowset_named *store;

	if (item->alias != NULL && inventory_note_order(inventory, item, err) == -1)
		return -1;
	if ((stage->item_count == STAGE_ROWS ||
		stage->alias_bytes + item->alias_length > STAGE_BYTES) &&
	    inventory_flush(inventory, err) == -1)
		return -1;
	if (inventory_find_named(inventory, item, &store, err) == -1)
		return -1;
	inventory_note(store, item, at);
	return item->alias == NULL ? 0 : inventory_stage(inventory, item, err);
}

int
inventory_flush(struct inventory *inventory, struct error *err)
{
	struct inventory_stage *stage = &inventory->stage;
	const struct rowset items = {ROWSET_ITEM, stage->items, stage->item_count};
	const struct rowset stores = {ROWSET_NAMED, stage->stores, stage->store_count};

	if (rowset_run(inventory->db, &items, SQL_ROWS_STAGE, err) == -1 ||
	    rowset_run(inventory->db, &stores, SQL_STORES_NAME, err) == -1)
		return -1;
	stage->item_count = stage->store_count = stage->alias_bytes = 0;
	arena_clear(&stage->aliases);
	return 0;
}
