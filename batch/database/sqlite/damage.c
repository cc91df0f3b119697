#include "database/damage.h"

#include "database/statement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct statement DAMAGE = {"verify-damage",
    "SELECT integrity_check FROM temp.pragma_integrity_check WHERE integrity_check <> 'ok'"};

/*
 * Whether a finding of SQLite's is that it was not given a page: that is the fault of memory or of
 * the disk. But the page that holds the locks is never given, and nothing may name it.
 */
static bool
is_unread(const char *text)
{
	static const char with_code[] = "unable to get the page. error code=";
	const char *found = strstr(text, with_code);

	if (found == NULL)
		return strstr(text, "failed to get page ") != NULL;
	return (strtol(found + sizeof(with_code) - 1, NULL, 10) & 0xff) != SQLITE_CORRUPT;
}

/* Why, which the finding does not say. */
static int
unread(struct database *db, struct error *err)
{
	int number = 0;

	db->damaged = false;
	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
	if (number == 0)
		return error_memory(err);
	errno = number;
	return error_errno(err, db->path, "the database cannot be read, while %s", DAMAGE.name);
}

int
db_damage(struct database *db, struct buffer *lines, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, &DAMAGE);
	while ((rc = query_next(&q, err)) == 1) {
		const char *text = query_get_text(&q, 0);

		/* What hangs on that page is taken for unused: nothing of it counts. */
		if (text != NULL && is_unread(text)) {
			buffer_clear(lines);
			rc = unread(db, err);
			break;
		}
		buffer_add_string(lines, text == NULL ? "" : text);
		buffer_add_string(lines, "\n");
	}
	query_end(&q);
	/* It may stop at what it has found. */
	if (rc == -1 && (lines->length == 0 || !db->damaged))
		return -1;
	return lines->failed ? error_memory(err) : 0;
}
