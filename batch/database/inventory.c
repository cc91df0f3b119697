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

struct inventory *
inventory_begin(struct database *db, int64_t now, struct error *err)
{
	/* What items name was looked up before: foreign keys would look again, page by page. */
	static const char set_up[] =
	    "PRAGMA foreign_keys = OFF;"
	    "CREATE TEMP TABLE IF NOT EXISTS unknown(id INTEGER PRIMARY KEY,"
	    " thumbprint TEXT UNIQUE)";
	struct inventory *inventory = calloc(1, sizeof(*inventory));

	if (inventory == NULL) {
		error_memory(err);
		return NULL;
	}
	inventory->db = db;
	inventory->now = now;
	inventory->sorted = true;
	if (db_execute(db, set_up, err) == -1 || stage_init(&inventory->stage, db, err) == -1 ||
	    db_begin(db, err) == -1) {
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
	db_rollback(inventory->db);
	stage_release(&inventory->stage, inventory->db);
	(void)db_execute(
	    inventory->db, "DROP TABLE IF EXISTS temp.unknown; PRAGMA foreign_keys = ON", NULL);
	bitmap_release(&inventory->certificates);
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
	query_begin(&q, inventory->db, &STORE_OF_GUID);
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

static int
read_certificates(struct inventory *inventory, struct error *err)
{
	int64_t greatest = 0;
	struct query q;
	int rc;

	query_begin(&q, inventory->db, &CERTIFICATE_GREATEST);
	rc = query_row(&q, QUERY_COLUMNS(CERTIFICATE_OR_NONE), err);
	if (rc == 1)
		greatest = query_get_integer(&q, 0);
	query_end(&q);
	if (rc == -1 || greatest > GREATEST)
		return rc == -1 ? -1 : 0;
	query_begin(&q, inventory->db, &CERTIFICATE_IDS);
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
inventory_certificate(struct inventory *inventory, int64_t id, const char *thumbprint,
    size_t length, bool *agrees, struct error *err)
{
	struct query q;
	int rc;

	*agrees = true;
	if (++inventory->looked_up == LOOKED_UP && read_certificates(inventory, err) == -1)
		return -1;
	if (inventory->has_certificates && thumbprint == NULL)
		return bitmap_has(&inventory->certificates, (uint64_t)id);
	query_begin(&q, inventory->db, &THUMBPRINT_OF);
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
next_placeholder(struct inventory *inventory, struct error *err)
{
	struct query q;
	int rc = 0;

	if (inventory->placeholder == 0) {
		query_begin(&q, inventory->db, &LEAST_CERTIFICATE);
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

	query_begin(&q, inventory->db, &CERTIFICATE_OF_THUMBPRINT);
	query_text(&q, thumbprint, length);
	rc = query_row(&q, QUERY_COLUMNS(CERTIFICATE_COLUMNS), err);
	if (rc == 1)
		*certificate = query_get_integer(&q, 0);
	query_end(&q);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (next_placeholder(inventory, err) == -1)
		return -1;
	*certificate = inventory->placeholder;
	query_begin(&q, inventory->db, &UNKNOWN_ADD);
	query_integer(&q, *certificate);
	query_text(&q, thumbprint, length);
	return query_run(&q, err);
}

/* Order is that of SQLite's BINARY collation: bytes, then length. */
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
note_order(struct inventory *inventory, const struct inventory_item *item, struct error *err)
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

int
inventory_add(struct inventory *inventory, const struct inventory_item *item, struct error *err)
{
	int64_t at = item->at < inventory->now ? item->at : inventory->now;

	if (item->alias != NULL && note_order(inventory, item, err) == -1)
		return -1;
	return stage_add(&inventory->stage, inventory->db, item, at, err);
}
