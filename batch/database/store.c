#include "database/store.h"

#include "buffer.h"
#include "database/statement_private.h"
#include "model/store_name.h"

#include <ctype.h>
#include <string.h>

#define PREFIX_LEAST 8
#define ANSWERS_NAMED 5 /* the statements give one more, to see that there are more */

/* The stores that answer to a text. */
struct store_answers {
	struct buffer names;
	unsigned count;
	unsigned kept;        /* of them, those that are not removed */
	char guid[GUID_SIZE]; /* of the first that is not removed, else of the first */
};

/* Reads eight or more characters of a GUID: the range of GUIDs that begin with them. */
static bool
store_prefix(const char *text, char first[GUID_SIZE], char end[GUID_SIZE])
{
	size_t length = strlen(text);

	if (guid_parse(text, length, first))
		length = GUID_SIZE - 1; /* without its braces */
	else if (length < PREFIX_LEAST || length >= GUID_SIZE)
		return false;
	else
		for (size_t i = 0; i <= length; i++)
			first[i] = (char)tolower((unsigned char)text[i]);
	if (strspn(first, "0123456789abcdef-") != length)
		return false;
	memcpy(end, first, length + 1);
	end[length - 1]++; /* no digit that a GUID has is just after another kind of byte */
	return true;
}

static void
store_answer(struct store_answers *answers, const struct query *q)
{
	bool removed = query_get_integer(q, 3) != 0;

	if (++answers->count <= ANSWERS_NAMED) {
		buffer_add_string(&answers->names, answers->count == 1 ? "" : ", ");
		store_name_add(&answers->names, query_get_text(q, 1), query_get_text(q, 2),
		    query_get_text(q, 0));
		buffer_add_string(&answers->names, removed ? " (removed)" : "");
	} else {
		buffer_add_string(&answers->names, ", ...");
	}
	if (answers->count == 1 || (!removed && answers->kept == 0))
		snprintf(answers->guid, sizeof(answers->guid), "%s", query_get_text(q, 0));
	answers->kept += !removed;
}

/* Runs the query that was begun, and adds its answers. */
static int
store_ask(struct query *q, struct store_answers *answers, struct error *err)
{
	static const int columns[] = {
	    STORED_STORE_GUID, STORED_STORE_MACHINE, STORED_STORE_PATH, STORED_STORE_REMOVED};
	int rc = 0;

	while (answers->count <= ANSWERS_NAMED &&
	       (rc = query_row(q, QUERY_COLUMNS(columns), err)) == 1)
		store_answer(answers, q);
	if (answers->count > ANSWERS_NAMED)
		rc = 0;
	query_end(q);
	return rc;
}

static int
store_collect(
    struct database *db, const char *text, struct store_answers *answers, struct error *err)
{
	char first[GUID_SIZE], end[GUID_SIZE];
	bool has_prefix = store_prefix(text, first, end);
	struct query q;

	if (has_prefix) {
		query_begin(&q, db, SQL_STORES_BY_PREFIX);
		query_string(&q, first);
		query_string(&q, end);
		if (store_ask(&q, answers, err) == -1)
			return -1;
		if (strlen(first) == GUID_SIZE - 1)
			return 0;
	}
	query_begin(&q, db, SQL_STORES_ANSWERING);
	query_string(&q, text);
	query_string(&q, has_prefix ? first : NULL);
	query_string(&q, has_prefix ? end : NULL);
	return store_ask(&q, answers, err);
}

int
db_store_find(struct database *db, const char *text, char guid[GUID_SIZE], struct error *err)
{
	struct store_answers answers = {.count = 0};
	int rc = store_collect(db, text, &answers, err);

	if (rc == 0 && answers.names.failed)
		rc = error_memory(err);
	else if (rc == 0 && answers.count == 0)
		rc = error_set(err, ERROR_INPUT, db->path,
		    "no store %s: expected a GUID or its first 8 characters, MACHINE:PATH or a "
		    "DisplayName, as `pfxreplace list stores` has them",
		    text);
	else if (rc == 0 && answers.count > 1 && answers.kept != 1)
		rc = error_set(err, ERROR_INPUT, db->path,
		    "several stores answer to %s: expected one of %s", text, answers.names.bytes);
	else if (rc == 0)
		memcpy(guid, answers.guid, GUID_SIZE);
	buffer_release(&answers.names);
	return rc;
}

int
db_store_id(struct database *db, const char *guid, int64_t *id, struct error *err)
{
	static const int columns[] = {STORED_STORE_ID};
	struct query q;
	int rc;

	*id = 0;
	query_begin(&q, db, SQL_STORE_OF_GUID);
	query_string(&q, guid);
	rc = query_row(&q, QUERY_COLUMNS(columns), err);
	if (rc == 1)
		*id = query_get_integer(&q, 0);
	query_end(&q);
	if (rc == 0)
		rc = error_set(err, ERROR_INPUT, db->path, "no store %s any more", guid);
	return rc == -1 ? -1 : 0;
}

static void
store_add_text(struct buffer *text, const char *value)
{
	buffer_add_string(text, value == NULL ? "" : value);
}

int
db_location_place(
    struct database *db, int64_t location, struct location_place *place, struct error *err)
{
	static const int columns[] = {
	    STORED_STORE_MACHINE, STORED_STORE_PATH, STORED_LOCATION_ALIAS};
	struct query q;
	int rc;

	buffer_clear(&place->machine);
	buffer_clear(&place->path);
	buffer_clear(&place->alias);
	query_begin(&q, db, SQL_PLACE_OF_LOCATION);
	query_integer(&q, location);
	rc = query_row(&q, QUERY_COLUMNS(columns), err);
	if (rc == 1) {
		store_add_text(&place->machine, query_get_text(&q, 0));
		store_add_text(&place->path, query_get_text(&q, 1));
		store_add_text(&place->alias, query_get_text(&q, 2));
	}
	query_end(&q);
	if (rc == -1)
		return -1;
	return place->machine.failed || place->path.failed || place->alias.failed
		   ? error_memory(err)
		   : 0;
}

void
location_place_release(struct location_place *place)
{
	buffer_release(&place->machine);
	buffer_release(&place->path);
	buffer_release(&place->alias);
}
