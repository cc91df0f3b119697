#include "database/statement_private.h"

#include <stdlib.h>
#include <string.h>

static struct database *
db_connect(const char *path, enum db_mode mode, struct database *beside, struct error *err)
{
	struct database *db = calloc(1, sizeof(*db));

	if (db == NULL) {
		error_memory(err);
		return NULL;
	}
	db->engine = engine_of(path);
	db->mode = mode;
	db->beside = beside;
	if ((size_t)snprintf(db->path, sizeof(db->path), "%s", path) >= sizeof(db->path))
		error_set(err, ERROR_STORAGE, NULL, "the database's path is too long");
	else if (db->engine->open(db, err) == 0)
		return db;
	db_close(db);
	return NULL;
}

struct database *
db_open(const char *path, enum db_mode mode, struct error *err)
{
	return db_connect(path, mode, NULL, err);
}

struct database *
db_open_beside(struct database *writer, struct error *err)
{
	return db_connect(writer->path, DB_READ, writer, err);
}

void
db_close(struct database *db)
{
	if (db == NULL)
		return;
	db->engine->close(db);
	free(db);
}

void
db_set_stop(struct database *db, const volatile sig_atomic_t *stop)
{
	db->stop = stop;
}

int
db_set_cache(struct database *db, int kib, struct error *err)
{
	return db->engine->set(db, ENGINE_CACHE, kib, err);
}

int
db_hold(struct database *db, struct error *err)
{
	return db->engine->set(db, ENGINE_HOLD, 1, err);
}

/* ---- transactions ------------------------------------------------------------------------ */

int
db_begin(struct database *db, struct error *err)
{
	return db->engine->begin(db, db->mode == DB_WRITE, err);
}

int
db_begin_read(struct database *db, struct error *err)
{
	return db->engine->begin(db, false, err);
}

int
db_commit(struct database *db, struct error *err)
{
	return db->engine->commit(db, err);
}

void
db_rollback(struct database *db)
{
	db->engine->rollback(db);
}

/* ---- settings ---------------------------------------------------------------------------- */

int
db_setting(struct database *db, const char *name, void *value, int size, struct error *err)
{
	struct query q;
	int length = 0, rc;

	query_begin(&q, db, SQL_SETTING_GET);
	query_string(&q, name);
	rc = query_next(&q, err);
	if (rc == 1) {
		const void *found = query_get_blob(&q, 0);

		length = (int)query_get_length(&q, 0);
		if (found != NULL && length <= size)
			memcpy(value, found, (size_t)length);
	}
	query_end(&q);
	return rc == -1 ? -1 : length;
}

int
db_set(struct database *db, const char *name, const void *value, int size, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_SETTING_SET);
	query_string(&q, name);
	query_blob(&q, value, (size_t)size);
	return query_run(&q, err);
}
