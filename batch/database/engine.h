#ifndef BATCH_DATABASE_ENGINE_H
#define BATCH_DATABASE_ENGINE_H

#include "buffer.h"
#include "database/backup.h"
#include "database/database.h"
#include "database/lock.h"
#include "database/rowset.h"
#include "database/schema.h"
#include "database/sql.h"
#include "database/value.h"

/*
 * For this room and its engines: the seam between what is asked of a database, which is written
 * once (the other files of database/), and the library that answers. An engine has its folder
 * (sqlite/), which alone includes the header of its library.
 */

/* A connection. What the engine needs of its own is in `connection`. */
struct database {
	const struct engine *engine;
	void *connection;
	enum db_mode mode;
	struct database *beside;           /* db_open_beside(): the writer; NULL */
	const volatile sig_atomic_t *stop; /* a signal's number, 0; may be NULL */
	char path[1024];
	bool busy_filled; /* temp.busy holds the active jobs: facts.c */
	bool planned;     /* temp.planned is there: facts.c */
	bool damaged;     /* the last failure was that the database is */
};

enum engine_setting {
	ENGINE_CACHE,      /* KiB of the database that are kept in memory */
	ENGINE_SORT_CACHE, /* KiB of temporary tables */
	ENGINE_HOLD,       /* 1: what a transaction writes stays in memory until its commit */
	ENGINE_REFERENCES, /* 0: foreign keys are not checked; 1, as at first: they are */
	ENGINE_STOPPABLE,  /* 1: a signal in db->stop ends a statement */
	ENGINE_DOUBT,      /* 1: the content of pages is looked at more closely */
};

/*
 * Verbs return 0, or -1 and err, where nothing else is said. A verb of statements that fails says
 * so by -1 alone; `failed` then has the reason.
 */
struct engine {
	void (*start)(void); /* once, before any is opened and before there are threads */

	/* Files; `path` is what the user calls the database. */
	int (*probe)(const char *path, struct error *);
	int (*create)(const char *path, struct error *);
	/* The name of the file system where it is less safe than elsewhere; NULL: it is not. */
	const char *(*network)(const char *path);

	/* The locks of lock.h. */
	void *(*lock)(const char *path, const struct lock_wish *, struct error *);
	void (*lock_set)(void *lock, const char *what);
	void (*unlock)(void *lock);

	/* Connections: db->path, db->mode and db->beside are set. */
	int (*open)(struct database *, struct error *);
	void (*close)(struct database *); /* after a failed open too */
	int (*set)(struct database *, enum engine_setting, int value, struct error *);

	/* Transactions. */
	int (*begin)(struct database *, bool write, struct error *);
	int (*commit)(struct database *, struct error *);
	void (*rollback)(struct database *);             /* fine outside of one */
	int (*yield)(struct database *, struct error *); /* between two: lets others write */

	/* Statements. One that is prepared stays so; `own` gives one more, for forget(). */
	int (*run)(struct database *, enum sql script, struct error *);
	void *(*prepare)(struct database *, enum sql, bool own); /* NULL on failure */
	void (*forget)(void *statement);
	int (*bind)(void *statement, int parameter, const struct db_value *); /* from 1 */
	void (*bind_rows)(struct database *, const struct rowset *); /* read by its table's name */
	int (*step)(void *statement);                                /* 1 a row, 0 done, -1 */
	void (*reset)(void *statement);                              /* values are forgotten too */
	int (*columns)(void *statement);
	enum db_type (*type)(void *statement, int column);
	int64_t (*integer)(void *statement, int column); /* null: 0 */
	/* NULL for null; until the next step. A NUL follows a text. */
	const char *(*text)(void *statement, int column);
	const void *(*blob)(void *statement, int column);
	size_t (*length)(void *statement, int column); /* bytes, after one of these */
	int64_t (*changed)(struct database *);         /* rows that the last statement wrote */
	int64_t (*last_id)(struct database *);         /* that it gave */

	/* What the last failure was, of which `doing` names the statement. Returns -1. */
	int (*failed)(struct database *, const char *doing, struct error *);

	/* Looking after it: database.h, backup.h. */
	/* Calls take() for each difference of the schema, by name, until it does not return 0. */
	int (*compare)(struct database *, int (*take)(void *, const struct schema_difference *),
	    void *closure, struct error *);
	int (*damage)(struct database *, struct buffer *lines, struct error *);
	int (*backup)(struct database *, const struct backup *, enum backup_way, struct error *);
};

extern const struct engine engine_sqlite;

/* The engine of a database that is called so. */
const struct engine *engine_of(const char *path);

#endif
