#ifndef BATCH_DATABASE_VALUE_H
#define BATCH_DATABASE_VALUE_H

#include <stddef.h>
#include <stdint.h>

/* One value of a database: what a parameter is bound to, what a column holds. */

enum db_type { DB_NULL, DB_INTEGER, DB_REAL, DB_TEXT, DB_BLOB };

struct db_value {
	enum db_type type;
	int64_t integer;  /* DB_INTEGER */
	const void *data; /* DB_TEXT (of a column: NUL follows), DB_BLOB; NULL where length is 0 */
	size_t length;    /* bytes of it */
};

#endif
