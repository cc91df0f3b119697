#include "database/inventory.h"

#include "buffer.h"
#include "database/inventory_staged.h"
#include "database/stored.h"

#include <stdlib.h>
#include <string.h>

static const struct statement STORE_OF_GUID = {
    "store-of-guid", "SELECT id FROM store WHERE guid = ?1"};
static const struct statement THUMBPRINT_OF = {
    "thumbprint-of", "SELECT thumbprint FROM certificate WHERE id = ?1"};
static const struct statement CERTIFICATE_GREATEST = {
    "certificate-greatest", "SELECT max(id) FROM certificate"};
static const struct statement CERTIFICATE_IDS = {
    "certificate-ids", "SELECT id FROM certificate WHERE id > 0"};
static const struct statement CERTIFICATE_OF_THUMBPRINT = {"certificate-of-thumbprint",
    "SELECT id FROM certificate WHERE thumbprint = ?1"
    " UNION ALL SELECT id FROM temp.unknown WHERE thumbprint = ?1"};
static const struct statement LEAST_CERTIFICATE = {
    "least-certificate", "SELECT min(id) FROM certificate"};
static const struct statement UNKNOWN_ADD = {
    "unknown-add", "INSERT INTO temp.unknown(id, thumbprint) VALUES (?1, ?2)"};
static const int STORE_COLUMNS[] = {STORED_STORE_ID};
static const int THUMBPRINT_COLUMNS[] = {STORED_CERTIFICATE_PRINT};
static const int CERTIFICATE_COLUMNS[] = {STORED_CERTIFICATE_ID};
static const int CERTIFICATE_OR_NONE[] = {STORED_CERTIFICATE_ID | STORED_OR_NULL};

/* A look at a certificate reads a page of a large table, one for each item. So after some of
 * them all ids are read, into a bitmap, unless that would take more memory than this. */
#define LOOKED_UP 1000
#define GREATEST (INT64_C(1) << 27)

struct items *
items_begin(struct inventory *inventory, int64_t now, struct error *err)
{
	/* What items name was looked up before: foreign keys would look again, page by page. */
	static const char set_up[] =
	    "PRAGMA foreign_keys = OFF;"
	    "CREATE TEMP TABLE IF NOT EXISTS unknown(id INTEGER PRIMARY KEY,"
	    " thumbprint TEXT UNIQUE)";
	struct items *items = calloc(1, sizeof(*items));

	if (items == NULL) {
		error_memory(err);
		return NULL;
	}
	items->inventory = inventory;
	items->now = now;
	items->sorted = true;
	if (inventory_execute(inventory, set_up, err) == -1 ||
	    stage_init(&items->stage, inventory, err) == -1 ||
	    inventory_begin(inventory, err) == -1) {
		items_free(items);
		return NULL;
	}
	return items;
}

void
items_free(struct items *items)
{
	if (items == NULL)
		return;
	inventory_rollback(items->inventory);
	stage_release(&items->stage, items->inventory);
	(void)inventory_execute(
	    items->inventory, "DROP TABLE IF EXISTS temp.unknown; PRAGMA foreign_keys = ON", NULL);
	bitmap_release(&items->certificates);
	buffer_release(&items->last_alias);
	free(items);
}

int
items_commit(struct items *items, struct error *err)
{
	return inventory_commit(items->inventory, err);
}

/* An inventory names one store many times in a row. */
int
items_store(struct items *items, const char *guid, size_t length, int64_t *store, struct error *err)
{
	struct query q;
	int rc;

	if (length == sizeof(items->last_guid) && items->last_guid_store != 0 &&
	    memcmp(items->last_guid, guid, length) == 0) {
		*store = items->last_guid_store;
		return 1;
	}
	query_begin(&q, items->inventory, &STORE_OF_GUID);
	query_text(&q, guid, length);
	rc = query_row(&q, QUERY_COLUMNS(STORE_COLUMNS), err);
	if (rc == 1) {
		*store = query_get_integer(&q, 0);
		if (length == sizeof(items->last_guid)) {
			memcpy(items->last_guid, guid, length);
			items->last_guid_store = *store;
		}
	}
	query_end(&q);
	return rc;
}

static int
read_certificates(struct items *items, struct error *err)
{
	int64_t greatest = 0;
	struct query q;
	int rc;

	query_begin(&q, items->inventory, &CERTIFICATE_GREATEST);
	rc = query_row(&q, QUERY_COLUMNS(CERTIFICATE_OR_NONE), err);
	if (rc == 1)
		greatest = query_get_integer(&q, 0);
	query_end(&q);
	if (rc == -1 || greatest > GREATEST)
		return rc == -1 ? -1 : 0;
	query_begin(&q, items->inventory, &CERTIFICATE_IDS);
	while ((rc = query_next(&q, err)) == 1) {
		if (bitmap_set(&items->certificates, (uint64_t)query_get_integer(&q, 0)) == -1) {
			rc = error_memory(err);
			break;
		}
	}
	query_end(&q);
	items->has_certificates = rc == 0;
	return rc;
}

int
items_certificate(struct items *items, int64_t id, const char *thumbprint, size_t length,
    bool *agrees, struct error *err)
{
	struct query q;
	int rc;

	*agrees = true;
	if (++items->looked_up == LOOKED_UP && read_certificates(items, err) == -1)
		return -1;
	if (items->has_certificates && thumbprint == NULL)
		return bitmap_has(&items->certificates, (uint64_t)id);
	query_begin(&q, items->inventory, &THUMBPRINT_OF);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(THUMBPRINT_COLUMNS), err);
	if (rc == 1 && thumbprint != NULL && !query_get_null(&q, 0)) {
		const char *known = query_get_text(&q, 0);

		*agrees = strlen(known) == length && memcmp(known, thumbprint, length) == 0;
	}
	query_end(&q);
	return rc;
}

static int
next_placeholder(struct items *items, struct error *err)
{
	struct query q;
	int rc = 0;

	if (items->placeholder == 0) {
		query_begin(&q, items->inventory, &LEAST_CERTIFICATE);
		rc = query_row(&q, QUERY_COLUMNS(CERTIFICATE_OR_NONE), err);
		if (rc == 1 && query_get_integer(&q, 0) < 0)
			items->placeholder = query_get_integer(&q, 0);
		query_end(&q);
	}
	items->placeholder--;
	return rc == -1 ? -1 : 0;
}

int
items_thumbprint(struct items *items, const char *thumbprint, size_t length, int64_t *certificate,
    struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, items->inventory, &CERTIFICATE_OF_THUMBPRINT);
	query_text(&q, thumbprint, length);
	rc = query_row(&q, QUERY_COLUMNS(CERTIFICATE_COLUMNS), err);
	if (rc == 1)
		*certificate = query_get_integer(&q, 0);
	query_end(&q);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (next_placeholder(items, err) == -1)
		return -1;
	*certificate = items->placeholder;
	query_begin(&q, items->inventory, &UNKNOWN_ADD);
	query_integer(&q, *certificate);
	query_text(&q, thumbprint, length);
	return query_run(&q, err);
}

/* Order is that of SQLite's BINARY collation: bytes, then length. */
int
items_compare(const char *one, size_t one_length, const char *other, size_t other_length)
{
	size_t shorter = one_length < other_length ? one_length : other_length;
	int order = memcmp(one, other, shorter);

	if (order != 0)
		return order;
	return (one_length > other_length) - (one_length < other_length);
}

/* Items that come in order need no sorting. */
static int
note_order(struct items *items, const struct item *item, struct error *err)
{
	int order;

	if (!items->sorted)
		return 0;
	order = (item->store > items->last_store) - (item->store < items->last_store);
	if (order == 0)
		order = items_compare(item->alias, item->alias_length, items->last_alias.bytes,
		    items->last_alias.length);
	if (order == 0)
		order = item->level > items->last_level ? 1 : -1;
	items->sorted = order > 0;
	items->last_store = item->store;
	items->last_level = item->level;
	buffer_clear(&items->last_alias);
	buffer_add(&items->last_alias, item->alias, item->alias_length);
	return items->last_alias.failed ? error_memory(err) : 0;
}

int
items_add(struct items *items, const struct item *item, struct error *err)
{
	int64_t at = item->at < items->now ? item->at : items->now;

	if (item->alias != NULL && note_order(items, item, err) == -1)
		return -1;
	return stage_add(&items->stage, items->inventory, item, at, err);
}
