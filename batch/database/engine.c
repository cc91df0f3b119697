#include "database/engine.h"

#include <stdlib.h>

/* There is one engine so far: a database is a file of SQLite. */
const struct engine *
engine_of(const char *path)
{
	(void)path;
	return &engine_sqlite;
}

/* ---- the writer's lock ------------------------------------------------------------------- */

struct lock {
	const struct engine *engine;
	void *held; /* the engine's own */
};

static struct lock *
lock_new(const char *database, const struct lock_wish *wish, struct error *err)
{
	struct lock *lock = calloc(1, sizeof(*lock));

	if (lock == NULL) {
		error_memory(err);
		return NULL;
	}
	lock->engine = engine_of(database);
	lock->held = lock->engine->lock(database, wish, err);
	if (lock->held != NULL)
		return lock;
	free(lock);
	return NULL;
}

struct lock *
lock_take(const char *database, const char *what, int64_t wait_seconds,
    const volatile sig_atomic_t *stop, struct error *err)
{
	const struct lock_wish wish = {LOCK_WRITER, what, wait_seconds, stop};

	return lock_new(database, &wish, err);
}

struct lock *
lock_take_first(const char *database, int64_t wait_seconds, const volatile sig_atomic_t *stop,
    struct error *err)
{
	const struct lock_wish wish = {LOCK_FIRST, "init", wait_seconds, stop};

	return lock_new(database, &wish, err);
}

struct lock *
lock_take_deploy(const char *database, const volatile sig_atomic_t *stop, struct error *err)
{
	const struct lock_wish wish = {LOCK_DEPLOY, "deploy", INT64_MAX, stop};

	return lock_new(database, &wish, err);
}

void
lock_set(struct lock *lock, const char *what)
{
	lock->engine->lock_set(lock->held, what);
}

void
lock_release(struct lock *lock)
{
	if (lock == NULL)
		return;
	lock->engine->unlock(lock->held);
	free(lock);
}

/* ---- looking after it -------------------------------------------------------------------- */

void
db_setup(void)
{
	engine_sqlite.start();
}

int
db_probe(const char *path, struct error *err)
{
	return engine_of(path)->probe(path, err);
}

int
db_create(const char *path, struct error *err)
{
	return engine_of(path)->create(path, err);
}

const char *
db_network(const char *path)
{
	return engine_of(path)->network(path);
}

int
db_backup(struct database *db, const struct backup *backup, enum backup_way way, struct error *err)
{
	return db->engine->backup(db, backup, way, err);
}

int
db_yield(struct database *db, struct error *err)
{
	return db->engine->yield(db, err);
}
