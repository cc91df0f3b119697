#include "database/scan.h"

#include "database/walk_private.h"

#include <stdlib.h>

static const int SCAN_COLUMNS[] = {STORED_STORE_ID, STORED_STORE_GUID, STORED_STORE_MACHINE,
    STORED_STORE_PATH, STORED_TYPE_SHORT_NAME | STORED_OR_NULL, STORED_STORE_KEY_PATH,
    STORED_STORE_APPROVED, STORED_STORE_REMOVED, STORED_STORE_TRUST_STORE, STORED_STORE_PASSWORD};
static const int STORE_COLUMNS[] = {STORED_STORE_ID};
static const int LOCATION_COLUMNS[] = {STORED_LOCATION_ID};
static const int ALIAS_COLUMNS[] = {STORED_LOCATION_ALIAS};

struct scan_stores {
	struct walk walk;
};

/* The walk goes to the one store. */
static int
scan_stores_narrow(struct walk *walk, const char *guid, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, walk->db, SQL_STORE_OF_GUID);
	query_string(&q, guid);
	rc = query_row(&q, QUERY_COLUMNS(STORE_COLUMNS), err);
	if (rc == 1) {
		walk->last = query_get_integer(&q, 0);
		walk->after = walk->last - 1;
	}
	query_end(&q);
	walk->done = rc == 0;
	return rc == -1 ? -1 : 0;
}

struct scan_stores *
scan_stores_new(
    struct database *db, const char *guid, const volatile sig_atomic_t *stop, struct error *err)
{
	struct scan_stores *stores = malloc(sizeof(*stores));

	if (stores == NULL) {
		error_memory(err);
		return NULL;
	}
	walk_init(&stores->walk, db, SQL_PAGE_OF_STORES, SQL_SCAN_STORES, stop);
	walk_describe(&stores->walk, QUERY_COLUMNS(SCAN_COLUMNS));
	if (guid != NULL && scan_stores_narrow(&stores->walk, guid, err) == -1) {
		scan_stores_free(stores);
		return NULL;
	}
	return stores;
}

int
scan_stores_next(struct scan_stores *stores, struct scan_store *store, struct error *err)
{
	const struct walk *walk = &stores->walk;
	struct db_value password;
	int rc = walk_next(&stores->walk, err);

	if (rc != 1)
		return rc;
	password = walk_value(walk, 9);
	*store = (struct scan_store){
	    .id = walk_integer(walk, 0),
	    .guid = walk_text(walk, 1),
	    .machine = walk_text(walk, 2),
	    .path = walk_text(walk, 3),
	    .short_name = walk_text(walk, 4),
	    .key_path = walk_text(walk, 5),
	    .approved = walk_integer(walk, 6) != 0,
	    .removed = walk_integer(walk, 7) != 0,
	    .trust_store = walk_integer(walk, 8) != 0,
	};
	if (password.type == DB_BLOB) {
		store->password = password.data;
		store->password_length = password.length;
	}
	return 1;
}

void
scan_stores_free(struct scan_stores *stores)
{
	if (stores == NULL)
		return;
	walk_release(&stores->walk);
	free(stores);
}

int
scan_record(struct database *db, const struct scan_try *try, struct error *err)
{
	struct query q;

	query_begin(&q, db, try->word == NULL ? SQL_SCAN_SUCCEEDED : SQL_SCAN_FAILED);
	query_integer(&q, try->store);
	if (try->word != NULL) {
		query_integer(&q, try->at);
		query_string(&q, try->word);
		query_string(&q, try->text);
	}
	return query_run(&q, err);
}

/* The one alias of the locations that hold a certificate, or of those that hold none. 1; 0 where
 * there is none; 2 where there are several; -1 and err. */
static int
scan_alias_of(
    struct database *db, int64_t store, bool holding, struct buffer *alias, struct error *err)
{
	struct query q;
	int rc, count = 0;

	query_begin(&q, db, SQL_ALIASES_OF_STORE);
	query_integer(&q, store);
	query_integer(&q, holding);
	while ((rc = query_row(&q, QUERY_COLUMNS(ALIAS_COLUMNS), err)) == 1) {
		buffer_clear(alias);
		buffer_add(alias, query_get_text(&q, 0), query_get_length(&q, 0));
		count++;
	}
	query_end(&q);
	if (alias->failed)
		return error_memory(err);
	return rc == -1 ? -1 : count;
}

int
scan_known_alias(struct database *db, int64_t store, struct buffer *alias, struct error *err)
{
	int found = scan_alias_of(db, store, true, alias, err);

	if (found == 0)
		found = scan_alias_of(db, store, false, alias, err);
	return found == 2 ? 0 : found;
}

/* The store's next location after this one whose key is another's: 1, 0 where there is none; -1 and
 * err. */
static int
scan_find_mismatch(struct database *db, int64_t store, int64_t *location, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_MISMATCH_OF_STORE);
	query_integer(&q, store);
	query_integer(&q, *location);
	rc = query_row(&q, QUERY_COLUMNS(LOCATION_COLUMNS), err);
	if (rc == 1)
		*location = query_get_integer(&q, 0);
	query_end(&q);
	return rc;
}

int
scan_clear_mismatches(struct database *db, int64_t store, struct error *err)
{
	int64_t location = 0;
	struct query q;
	int rc;

	while ((rc = scan_find_mismatch(db, store, &location, err)) == 1) {
		query_begin(&q, db, SQL_MISMATCH_CLEAR);
		query_integer(&q, location);
		if (query_run(&q, err) == -1)
			return -1;
	}
	return rc;
}

int
scan_set_mismatch(struct database *db, int64_t store, const char *alias, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_MISMATCH_SET);
	query_integer(&q, store);
	query_string(&q, alias);
	return query_run(&q, err);
}
