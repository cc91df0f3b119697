#include "database/sqlite/schema.h"

#include <stdlib.h>
#include <string.h>

void
schema_distrust(sqlite3 *db)
{
	/* None of these can fail: each is known since SQLite 3.31. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
}

/*
 * In one order on both sides, whatever the order in which they were made. What has no name or no
 * type was written there by hand.
 */
static const struct statement OBJECTS = {"schema",
    "SELECT coalesce(type, ''), coalesce(name, ''), coalesce(tbl_name, ''), coalesce(sql, '')"
    " FROM sqlite_schema WHERE NOT (coalesce(type, '') = 'table' AND coalesce(name, '')"
    " IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat3', 'sqlite_stat4'))"
    " AND NOT (coalesce(type, '') = 'index' AND sql IS NULL"
    " AND coalesce(name, '') LIKE 'sqlite\\_autoindex\\_%' ESCAPE '\\')"
    " ORDER BY 2, 1, 3"};

enum { OBJECT_TYPE, OBJECT_NAME, OBJECT_TABLE, OBJECT_SQL, OBJECT_TEXTS };

/* One side of the comparison. */
struct side {
	struct database *db;
	struct cursor *cursor;
	bool there; /* the cursor is on an object */
	const char *texts[OBJECT_TEXTS];
};

/* A database in memory, as `init` makes it; none of the connection's settings matter. */
static struct database *
schema_make(struct error *err)
{
	struct database *made = calloc(1, sizeof(*made));
	int rc = SQLITE_OK;

	if (made == NULL) {
		error_memory(err);
		return NULL;
	}
	snprintf(made->path, sizeof(made->path), "memory");
	made->comparing = true; /* what fails here is no difference */
	if (sqlite3_open_v2(":memory:", &made->handle,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		error_memory(err);
		db_close(made);
		return NULL;
	}
	for (const char *const *sql = db_migrations(); *sql != NULL && rc == SQLITE_OK; sql++)
		rc = sqlite3_exec(made->handle, *sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return made;
	if (rc == SQLITE_NOMEM)
		error_memory(err);
	else
		error_set(err, ERROR_STORAGE, NULL,
		    "internal error: the schema cannot be made in memory: %s",
		    sqlite3_errmsg(made->handle));
	db_close(made);
	return NULL;
}

static int
side_next(struct side *side, struct error *err)
{
	int rc = query_next(&side->cursor->query, err);

	side->there = rc == 1;
	if (rc != 1)
		return rc;
	for (int i = 0; i < OBJECT_TEXTS; i++) {
		side->texts[i] = query_get_text(&side->cursor->query, i);
		if (side->texts[i] == NULL)
			return error_memory(err);
	}
	return 0;
}

/* Which side's object comes first: below 0 that of the one. */
static int
side_compare(const struct side *one, const struct side *other)
{
	int order;

	if (!one->there || !other->there)
		return one->there ? -1 : 1;
	order = strcmp(one->texts[OBJECT_NAME], other->texts[OBJECT_NAME]);
	return order != 0 ? order : strcmp(one->texts[OBJECT_TYPE], other->texts[OBJECT_TYPE]);
}

static bool
is_changed(const struct side *one, const struct side *other)
{
	return strcmp(one->texts[OBJECT_TABLE], other->texts[OBJECT_TABLE]) != 0 ||
	       strcmp(one->texts[OBJECT_SQL], other->texts[OBJECT_SQL]) != 0;
}

/* Both come in the same order. */
static int
schema_merge(struct side *found, struct side *made,
    int (*take)(void *, const struct schema_difference *), void *closure, struct error *err)
{
	if (side_next(found, err) == -1 || side_next(made, err) == -1)
		return -1;
	while (found->there || made->there) {
		int order = side_compare(found, made);
		const struct side *side = order < 0 ? found : made;
		const struct schema_difference difference = {
		    .kind = order < 0   ? SCHEMA_FOREIGN
			    : order > 0 ? SCHEMA_MISSING
					: SCHEMA_CHANGED,
		    .type = side->texts[OBJECT_TYPE],
		    .name = side->texts[OBJECT_NAME],
		    .table = side->texts[OBJECT_TABLE],
		};

		if ((order != 0 || is_changed(found, made)) && take(closure, &difference) != 0)
			return 0;
		if ((order <= 0 && side_next(found, err) == -1) ||
		    (order >= 0 && side_next(made, err) == -1))
			return -1;
	}
	return 0;
}

int
schema_compare(struct database *db, int (*take)(void *, const struct schema_difference *),
    void *closure, struct error *err)
{
	struct side found = {.db = db, .texts = {"", "", "", ""}};
	struct side made = {.db = schema_make(err), .texts = {"", "", "", ""}};
	int rc = -1;

	if (made.db == NULL)
		return -1;
	found.cursor = cursor_new(found.db, &OBJECTS, err);
	if (found.cursor != NULL)
		made.cursor = cursor_new(made.db, &OBJECTS, err);
	if (made.cursor != NULL)
		rc = schema_merge(&found, &made, take, closure, err);
	cursor_close(found.cursor);
	cursor_close(made.cursor);
	db_close(made.db);
	return rc;
}

static bool
is_type(const struct schema_difference *difference, const char *word)
{
	return difference->type != NULL && strcmp(difference->type, word) == 0;
}

void
schema_describe(const struct schema_difference *difference, char *text, size_t size)
{
	static const char *const words[] = {[SCHEMA_FOREIGN] = "none of ours",
	    [SCHEMA_MISSING] = "missing",
	    [SCHEMA_CHANGED] = "not as it was made"};
	bool is_table = is_type(difference, "table") || is_type(difference, "view");

	snprintf(text, size, "%s %s%s%s is %s", difference->type, difference->name,
	    is_table ? "" : " on table ", is_table ? "" : difference->table,
	    words[difference->kind]);
}

struct first {
	char *text;
	size_t size;
	bool found;
};

static int
take_first(void *closure, const struct schema_difference *difference)
{
	struct first *first = closure;

	schema_describe(difference, first->text, first->size);
	first->found = true;
	return 1;
}

bool
schema_first_difference(struct database *db, char *text, size_t size)
{
	struct first first = {text, size, false};

	/* What the comparison itself meets is of less interest than what led to it. */
	if (db->comparing)
		return false;
	db->comparing = true;
	(void)schema_compare(db, take_first, &first, NULL);
	db->comparing = false;
	return first.found;
}
