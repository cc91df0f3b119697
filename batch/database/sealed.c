#include "database/sealed.h"

#include "buffer.h"
#include "database/statement_private.h"
#include "stop.h"

/* ---- data keys ---------------------------------------------------------------------------- */

static const int DATA_KEY_COLUMNS[] = {STORED_DATA_KEY_OWNER, STORED_DATA_KEY_SEALED};

static struct sealed_value
sealed_read(const struct query *q)
{
	return (struct sealed_value){
	    query_get_integer(q, 0), query_get_blob(q, 1), query_get_length(q, 1)};
}

int
db_data_key(struct database *db, int64_t owner,
    int (*take)(void *closure, const struct sealed_value *, struct error *), void *closure,
    struct error *err)
{
	struct sealed_value value;
	struct query q;
	int rc;

	query_begin(&q, db, SQL_DATA_KEY_GET);
	query_integer(&q, owner);
	rc = query_row(&q, QUERY_COLUMNS(DATA_KEY_COLUMNS), err);
	if (rc == 1) {
		value = sealed_read(&q);
		rc = take(closure, &value, err) == -1 ? -1 : 1;
	}
	query_end(&q);
	return rc;
}

static int
sealed_put(
    struct database *db, enum sql put, int64_t row, struct sealed_value to, struct error *err)
{
	struct query q;

	query_begin(&q, db, put);
	query_integer(&q, row);
	query_blob(&q, to.bytes, to.length);
	return query_run(&q, err);
}

int
db_data_key_put(
    struct database *db, int64_t owner, const void *bytes, size_t length, struct error *err)
{
	return sealed_put(db, SQL_DATA_KEY_PUT, owner,
	    (struct sealed_value){.bytes = bytes, .length = length}, err);
}

/* ---- all of a kind ------------------------------------------------------------------------ */

static const int SEALED_REQUEST_COLUMNS[] = {STORED_REQUEST_ID, STORED_REQUEST_PASSWORD};
static const int SEALED_STORE_COLUMNS[] = {STORED_STORE_ID, STORED_STORE_PASSWORD};

static const struct sealed_source {
	enum sql next, put;
	const int *columns;
} sealed_sources[SEALED_KINDS] = {
    [SEALED_DATA_KEYS] = {SQL_SEALED_DATA_KEYS, SQL_DATA_KEY_PUT, DATA_KEY_COLUMNS},
    [SEALED_OLD_REQUESTS] = {SQL_SEALED_OLD_REQUESTS, SQL_SEALED_REQUEST_PUT,
	SEALED_REQUEST_COLUMNS},
    [SEALED_OLD_STORES] = {SQL_SEALED_OLD_STORES, SQL_STORE_SEAL, SEALED_STORE_COLUMNS},
};

/* The first one after a row, copied: 1, 0 at the end, -1 and err. */
static int
sealed_next(struct database *db, const struct sealed_source *source, int64_t *row,
    struct buffer *bytes, struct error *err)
{
	struct query q;
	int rc;

	buffer_clear(bytes);
	query_begin(&q, db, source->next);
	query_integer(&q, *row);
	rc = query_row(&q, source->columns, 2, err);
	if (rc == 1) {
		*row = query_get_integer(&q, 0);
		buffer_add(bytes, query_get_blob(&q, 1), query_get_length(&q, 1));
		if (bytes->failed)
			rc = error_memory(err);
	}
	query_end(&q);
	return rc;
}

int
db_sealed_change(struct database *db, enum sealed_kind kind,
    int (*change)(
	void *closure, const struct sealed_value *, struct sealed_value *to, struct error *),
    void *closure, struct error *err)
{
	const struct sealed_source *source = &sealed_sources[kind];
	struct buffer bytes = {0};
	int64_t row = -1;
	int rc;

	while ((rc = sealed_next(db, source, &row, &bytes, err)) == 1) {
		const struct sealed_value value = {row, bytes.bytes, bytes.length};
		struct sealed_value to = {0};

		if (stop_asked(db->stop, err, db->path, "interrupted") == -1 ||
		    change(closure, &value, &to, err) == -1 ||
		    (to.length > 0 && sealed_put(db, source->put, row, to, err) == -1)) {
			rc = -1;
			break;
		}
	}
	buffer_release(&bytes);
	return rc;
}
