#include "database/sqlite/sqlite_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Whether a finding of SQLite's is that it was not given a page: that is the fault of memory or of
 * the disk. But the page that holds the locks is never given, and nothing may name it.
 */
static bool
damage_is_unread(const char *text)
{
	static const char with_code[] = "unable to get the page. error code=";
	const char *found = strstr(text, with_code);

	if (found == NULL)
		return strstr(text, "failed to get page ") != NULL;
	return (strtol(found + sizeof(with_code) - 1, NULL, 10) & 0xff) != SQLITE_CORRUPT;
}

/* Why, which the finding does not say. */
static int
damage_unread(struct database *db, struct error *err)
{
	int number = 0;

	db->damaged = false;
	sqlite3_file_control(sqlite_of(db)->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
	if (number == 0)
		return error_memory(err);
	errno = number;
	return error_errno(
	    err, db->path, "the database cannot be read, while %s", sql_name(SQL_VERIFY_DAMAGE));
}

int
sqlite_damage(struct database *db, struct buffer *lines, struct error *err)
{
	sqlite3_stmt *check = sqlite_prepare(db, SQL_VERIFY_DAMAGE, false);
	int rc = -1;

	while (check != NULL && (rc = sqlite_step(check)) == 1) {
		const char *text = (const char *)sqlite3_column_text(check, 0);

		/* SQLite takes the pages below that one for unused: its other findings do not
		 * count. */
		if (text != NULL && damage_is_unread(text)) {
			buffer_clear(lines);
			sqlite_reset(check);
			return damage_unread(db, err);
		}
		buffer_add_string(lines, text == NULL ? "" : text);
		buffer_add_string(lines, "\n");
	}
	if (rc == -1)
		sqlite_failed(db, sql_name(SQL_VERIFY_DAMAGE), err);
	if (check != NULL)
		sqlite_reset(check);
	/* Damage may end the check itself: its findings so far count. */
	if (rc == -1 && (lines->length == 0 || !db->damaged))
		return -1;
	return lines->failed ? error_memory(err) : 0;
}
