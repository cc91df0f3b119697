#include "database/sqlite/sqlite_private.h"

#include <stdlib.h>
#include <string.h>

void
sqlite_distrust(sqlite3 *handle)
{
	/* None of these can fail: each is known since SQLite 3.31. */
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
}

static const char *const migrations[] = {
#include "schema.inc"
    NULL};

const char *const *
sqlite_migrations(void)
{
	return migrations;
}

int
sqlite_version(void)
{
	return (int)(sizeof(migrations) / sizeof(migrations[0])) - 1;
}

enum { OBJECT_TYPE, OBJECT_NAME, OBJECT_TABLE, OBJECT_SQL, OBJECT_TEXTS };

/* One side of the comparison. */
struct schema_side {
	sqlite3_stmt *objects;
	bool there; /* the statement gave an object */
	const char *texts[OBJECT_TEXTS];
};

/* A database in memory, as `init` makes it; none of the connection's settings matter. */
static sqlite3 *
schema_make(struct error *err)
{
	sqlite3 *made = NULL;
	int rc = sqlite3_open_v2(":memory:", &made,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, NULL);

	for (const char *const *sql = migrations; *sql != NULL && rc == SQLITE_OK; sql++)
		rc = sqlite3_exec(made, *sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return made;
	if (rc == SQLITE_NOMEM || made == NULL)
		error_memory(err);
	else
		error_set(err, ERROR_STORAGE, NULL,
		    "internal error: the schema cannot be made in memory: %s",
		    sqlite3_errmsg(made));
	sqlite3_close(made);
	return NULL;
}

/* An SQLite code. */
static int
schema_next(struct schema_side *side)
{
	int rc = sqlite3_step(side->objects);

	side->there = rc == SQLITE_ROW;
	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? SQLITE_OK : rc;
	for (int i = 0; i < OBJECT_TEXTS; i++) {
		side->texts[i] = (const char *)sqlite3_column_text(side->objects, i);
		if (side->texts[i] == NULL)
			return SQLITE_NOMEM;
	}
	return SQLITE_OK;
}

/* Which side's object comes first: below 0 that of the one. */
static int
schema_order(const struct schema_side *one, const struct schema_side *other)
{
	int order;

	if (!one->there || !other->there)
		return one->there ? -1 : 1;
	order = strcmp(one->texts[OBJECT_NAME], other->texts[OBJECT_NAME]);
	return order != 0 ? order : strcmp(one->texts[OBJECT_TYPE], other->texts[OBJECT_TYPE]);
}

static bool
schema_is_changed(const struct schema_side *one, const struct schema_side *other)
{
	return strcmp(one->texts[OBJECT_TABLE], other->texts[OBJECT_TABLE]) != 0 ||
	       strcmp(one->texts[OBJECT_SQL], other->texts[OBJECT_SQL]) != 0;
}

/* Both come in the same order. An SQLite code. */
static int
schema_merge(struct schema_side *found, struct schema_side *made,
    int (*take)(void *, const struct schema_difference *), void *closure)
{
	int rc = schema_next(found);

	if (rc == SQLITE_OK)
		rc = schema_next(made);
	while (rc == SQLITE_OK && (found->there || made->there)) {
		int order = schema_order(found, made);
		const struct schema_side *side = order < 0 ? found : made;
		const struct schema_difference difference = {
		    .kind = order < 0   ? SCHEMA_FOREIGN
			    : order > 0 ? SCHEMA_MISSING
					: SCHEMA_CHANGED,
		    .type = side->texts[OBJECT_TYPE],
		    .name = side->texts[OBJECT_NAME],
		    .table = side->texts[OBJECT_TABLE],
		};

		if ((order != 0 || schema_is_changed(found, made)) &&
		    take(closure, &difference) != 0)
			return SQLITE_OK;
		if (order <= 0)
			rc = schema_next(found);
		if (order >= 0 && rc == SQLITE_OK)
			rc = schema_next(made);
	}
	return rc;
}

static sqlite3_stmt *
schema_objects(sqlite3 *handle)
{
	sqlite3_stmt *objects = NULL;

	sqlite3_prepare_v2(handle, sql_text(SQL_SCHEMA_OBJECTS), -1, &objects, NULL);
	return objects;
}

int
sqlite_compare_schema(sqlite3 *handle, int (*take)(void *, const struct schema_difference *),
    void *closure, struct error *err)
{
	struct schema_side found = {.texts = {"", "", "", ""}}, made = {.texts = {"", "", "", ""}};
	sqlite3 *memory = schema_make(err);
	int rc = SQLITE_ERROR;

	if (memory == NULL)
		return -1;
	found.objects = schema_objects(handle);
	made.objects = schema_objects(memory);
	if (found.objects != NULL && made.objects != NULL)
		rc = schema_merge(&found, &made, take, closure);
	else if (found.objects != NULL)
		rc = SQLITE_NOMEM;
	sqlite3_finalize(made.objects);
	sqlite3_finalize(found.objects); /* after it, the handle still has the reason */
	sqlite3_close(memory);
	if (rc == SQLITE_NOMEM)
		return error_memory(err);
	return rc == SQLITE_OK ? 0 : 1;
}

struct schema_first {
	char *text;
	size_t size;
	bool found;
};

static int
schema_take_first(void *closure, const struct schema_difference *difference)
{
	struct schema_first *first = closure;

	schema_describe(difference, first->text, first->size);
	first->found = true;
	return 1;
}

bool
sqlite_first_difference(struct database *db, char *text, size_t size)
{
	struct schema_first first = {text, size, false};

	(void)sqlite_compare_schema(sqlite_of(db)->handle, schema_take_first, &first, NULL);
	return first.found;
}
