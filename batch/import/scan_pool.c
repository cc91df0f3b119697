#include "import/scan_pool.h"

#include "program/thread.h"

#include <stdlib.h>
#include <string.h>

/*
 * A ring. `taken` <= `begun` <= `put` count what the caller has taken, what threads have begun and
 * what the caller has put in, from the start. Threads begin in order, so the first that was not
 * taken is always read, or being read, or nothing waits to be taken.
 */
struct scan_pool {
	struct scan_pool_options options;
	pthread_mutex_t mutex;
	pthread_cond_t begin; /* there may be something to begin, or to end for */
	pthread_cond_t ended; /* something was read */
	struct scan_read *reads[SCAN_POOL_STORES];
	bool done[SCAN_POOL_STORES];
	size_t taken, begun, put;
	size_t waiting; /* certificates of what was read and not taken */
	bool closed;
	pthread_t threads[SCAN_POOL_THREADS];
	size_t thread_count;
};

void
scan_read_free(struct scan_read *read)
{
	if (read == NULL)
		return;
	if (read->password != NULL)
		explicit_bzero(read->password, read->source.password_length);
	free(read->password);
	free(read->machine);
	free(read->path);
	free(read->key_path);
	entries_release(&read->source.entries);
	free(read);
}

/* The next one to read, when it may be begun; NULL at the end. Under the lock. */
static struct scan_read *
scan_pool_begin(struct scan_pool *pool, size_t *slot)
{
	while (
	    !pool->closed && (pool->begun == pool->put || pool->waiting > SCAN_POOL_CERTIFICATES))
		pthread_cond_wait(&pool->begin, &pool->mutex);
	if (pool->closed)
		return NULL;
	*slot = pool->begun++ % SCAN_POOL_STORES;
	return pool->reads[*slot];
}

static void *
scan_pool_run(void *closure)
{
	struct scan_pool *pool = closure;
	struct scan_read *read;
	size_t slot;

	pthread_mutex_lock(&pool->mutex);
	while ((read = scan_pool_begin(pool, &slot)) != NULL) {
		pthread_mutex_unlock(&pool->mutex);
		pool->options.read(read, pool->options.closure);
		pthread_mutex_lock(&pool->mutex);
		pool->waiting += read->source.entries.certificates;
		pool->done[slot] = true;
		pthread_cond_signal(&pool->ended);
	}
	pthread_mutex_unlock(&pool->mutex);
	return NULL;
}

struct scan_pool *
scan_pool_new(const struct scan_pool_options *options, struct error *err)
{
	struct scan_pool *pool = calloc(1, sizeof(*pool));
	int failure = 0;

	if (pool == NULL) {
		error_memory(err);
		return NULL;
	}
	pool->options = *options;
	pthread_mutex_init(&pool->mutex, NULL);
	pthread_cond_init(&pool->begin, NULL);
	pthread_cond_init(&pool->ended, NULL);
	while (failure == 0 && pool->thread_count < SCAN_POOL_THREADS) {
		failure = thread_start(&pool->threads[pool->thread_count], scan_pool_run, pool);
		pool->thread_count += failure == 0;
	}
	if (pool->thread_count > 0) /* one is slower than two, no more */
		return pool;
	scan_pool_free(pool);
	error_set(err, ERROR_STORAGE, NULL, "a thread cannot be started: %s", strerror(failure));
	return NULL;
}

/* The caller alone changes both. */
bool
scan_pool_is_full(const struct scan_pool *pool)
{
	return pool->put - pool->taken == SCAN_POOL_STORES;
}

void
scan_pool_put(struct scan_pool *pool, struct scan_read *read)
{
	pthread_mutex_lock(&pool->mutex);
	pool->reads[pool->put % SCAN_POOL_STORES] = read;
	pool->done[pool->put % SCAN_POOL_STORES] = false;
	pool->put++;
	pthread_cond_signal(&pool->begin);
	pthread_mutex_unlock(&pool->mutex);
}

struct scan_read *
scan_pool_take(struct scan_pool *pool)
{
	struct scan_read *read = NULL;
	size_t slot = pool->taken % SCAN_POOL_STORES;

	pthread_mutex_lock(&pool->mutex);
	if (pool->taken < pool->put) {
		while (!pool->done[slot])
			pthread_cond_wait(&pool->ended, &pool->mutex);
		read = pool->reads[slot];
		pool->taken++;
		pool->waiting -= read->source.entries.certificates;
		pthread_cond_broadcast(&pool->begin);
	}
	pthread_mutex_unlock(&pool->mutex);
	return read;
}

void
scan_pool_stop(struct scan_pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	while (pool->put > pool->begun)
		scan_read_free(pool->reads[--pool->put % SCAN_POOL_STORES]);
	pthread_mutex_unlock(&pool->mutex);
}

void
scan_pool_free(struct scan_pool *pool)
{
	if (pool == NULL)
		return;
	scan_pool_stop(pool);
	pthread_mutex_lock(&pool->mutex);
	pool->closed = true;
	pthread_cond_broadcast(&pool->begin);
	pthread_mutex_unlock(&pool->mutex);
	for (size_t i = 0; i < pool->thread_count; i++)
		pthread_join(pool->threads[i], NULL);
	while (pool->taken < pool->put)
		scan_read_free(pool->reads[pool->taken++ % SCAN_POOL_STORES]);
	pthread_cond_destroy(&pool->ended);
	pthread_cond_destroy(&pool->begin);
	pthread_mutex_destroy(&pool->mutex);
	free(pool);
}
