/*
 * floor rows|select|feed DATABASE MANIFEST CHUNK: the least that libsqlite3 must do for a manifest,
 * "SECONDS CPU-SECONDS" of it. The manifest's rows are in memory before the clock starts; then
 * the very rows that `apply` leaves are written, indexes included, on a connection that the
 * program itself sets up, with its commit and its checkpoint a chunk. Nothing is asked that a
 * row need not say: no certificate, no store, no permission, no active job; there are no results.
 *
 *	rows    looks up a row's locations, inserts its request, then each of its jobs
 *	select  counts a row's locations, inserts its request; at the end of a chunk all its jobs
 *	        by one INSERT ... SELECT
 *	feed    a chunk by three statements, its arrays tables of SQL by the program's own module
 *
 * floor pragmas DATABASE: the settings of that connection as SQL, for the other peers.
 */
#include "database/run.h"
#include "database/sqlite/sqlite_private.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#define LOCATIONS_MOST 64 /* of one certificate; the data has 3 */

/* What follows the schema. */
#define REQUEST_COLUMNS                                                                      \
	"id, line, outcome, existing, certificate, job_time, due_at, created_at, first_job," \
	" jobs"
static const char insert_request[] = "INSERT INTO request (" REQUEST_COLUMNS ") VALUES"
				     " (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
static const char insert_job[] =
    "INSERT INTO job (id, request, location, store, status, result) VALUES (?1, ?2, ?3, ?4, 1, 0)";
static const char find_locations[] =
    "SELECT id, store FROM location WHERE certificate = ?1 ORDER BY store, id";
static const char count_locations[] = "SELECT count(*) FROM location WHERE certificate = ?1";
static const char insert_jobs[] = "INSERT INTO job (request, location, store, status, result)"
				  " SELECT r.id, l.id, l.store, 1, 0 FROM request r CROSS JOIN "
				  "location l ON l.certificate = r.existing"
				  " WHERE r.id BETWEEN ?1 AND ?2 ORDER BY r.id, l.store, l.id";

static const char feed_locations[] =
    "SELECT f.slot, l.id, l.store FROM rowset_key f CROSS JOIN location l ON l.certificate = f.id";
static const char feed_requests[] = "INSERT INTO request (" REQUEST_COLUMNS
				    ") SELECT " REQUEST_COLUMNS " FROM rowset_request";
static const char feed_jobs[] = "INSERT INTO job (request, location, store, status, result)"
				" SELECT request, location, store, 1, 0 FROM rowset_job";

enum way { WAY_ROWS, WAY_SELECT, WAY_FEED };
static const char *const ways[] = {"rows", "select", "feed"};

struct request_row {
	int64_t existing, certificate, due;
	char job_time[28];
};

struct floor {
	struct database *db;
	struct request_row *rows;
	size_t count, capacity;
	enum way way;
	sqlite3_stmt *request, *job, *locations, *jobs;
	struct next_ids next;
	const struct request_row *chunk;
	int64_t base; /* id of its first request */
	int64_t now;
	/* The chunk, of WAY_FEED. */
	struct rowset_key *keys;
	struct rowset_request *requests;
	struct rowset_job *found;
	size_t found_count;
};

/* ---- the manifest: that of generate.c alone ------------------------------------------------- */

static int
read_row(struct floor *floor, char *line)
{
	struct request_row *row;
	char *time;

	if (floor->count == floor->capacity) {
		size_t capacity = floor->capacity == 0 ? 65536 : 2 * floor->capacity;
		struct request_row *rows = realloc(floor->rows, capacity * sizeof(*rows));

		if (rows == NULL)
			return -1;
		floor->rows = rows;
		floor->capacity = capacity;
	}
	row = &floor->rows[floor->count++];
	memset(row, 0, sizeof(*row));
	row->existing = strtoll(line, &time, 10);
	row->certificate = strtoll(time + 1, &time, 10);
	time += strspn(time, ",");
	time[strcspn(time, ",\n")] = '\0';
	snprintf(row->job_time, sizeof(row->job_time), "%s", time);
	if (*time != '\0' && timestamp_parse(time, strlen(time), &row->due) != NULL)
		return -1;
	return 0;
}

static int
read_manifest(struct floor *floor, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	int rc = file == NULL || getline(&line, &size, file) == -1 ? -1 : 0;

	while (rc == 0 && getline(&line, &size, file) != -1)
		rc = read_row(floor, line);
	free(line);
	if (file != NULL)
		fclose(file);
	return rc;
}

/* ---- a chunk by statements a row ------------------------------------------------------------ */

static int
step(sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	if (sqlite3_reset(statement) != SQLITE_OK)
		return -1;
	return rc == SQLITE_DONE ? 0 : -1;
}

static int
put_request(
    struct floor *floor, const struct request_row *row, int64_t id, int64_t now, int64_t jobs)
{
	sqlite3_stmt *s = floor->request;

	sqlite3_bind_int64(s, 1, id);
	sqlite3_bind_int64(s, 2, (id & UINT32_MAX) + 1);
	sqlite3_bind_int64(s, 3, row->existing);
	sqlite3_bind_int64(s, 4, row->certificate);
	if (row->job_time[0] == '\0')
		sqlite3_bind_null(s, 5);
	else
		sqlite3_bind_text(s, 5, row->job_time, -1, SQLITE_STATIC);
	if (row->due <= now)
		sqlite3_bind_null(s, 6);
	else
		sqlite3_bind_int64(s, 6, row->due);
	sqlite3_bind_int64(s, 7, now);
	sqlite3_bind_int64(s, 8, floor->next.job);
	sqlite3_bind_int64(s, 9, jobs);
	return step(s);
}

static int
put_row(struct floor *floor, const struct request_row *row, int64_t id, int64_t now)
{
	int64_t locations[LOCATIONS_MOST] = {0}, stores[LOCATIONS_MOST];
	int64_t count = 0;

	sqlite3_bind_int64(floor->locations, 1, row->existing);
	while (count < LOCATIONS_MOST && sqlite3_step(floor->locations) == SQLITE_ROW) {
		locations[count] = sqlite3_column_int64(floor->locations, 0);
		stores[count++] = sqlite3_column_int64(floor->locations, 1);
	}
	if (sqlite3_reset(floor->locations) != SQLITE_OK)
		return -1;
	if (floor->way == WAY_SELECT)
		count = locations[0]; /* the one value is how many there are */
	if (put_request(floor, row, id, now, count) == -1)
		return -1;
	if (floor->way == WAY_SELECT) {
		floor->next.job += count;
		return 0;
	}
	for (int64_t i = 0; i < count; i++) {
		sqlite3_bind_int64(floor->job, 1, floor->next.job++);
		sqlite3_bind_int64(floor->job, 2, id);
		sqlite3_bind_int64(floor->job, 3, locations[i]);
		sqlite3_bind_int64(floor->job, 4, stores[i]);
		if (step(floor->job) == -1)
			return -1;
	}
	return 0;
}

/* ---- a chunk by the program's rowsets ------------------------------------------------------- */

static void
fill_rows(struct floor *floor, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct request_row *row = &floor->chunk[i];

		floor->keys[i] = (struct rowset_key){row->existing, (int64_t)i};
		floor->requests[i] = (struct rowset_request){
		    .id = floor->base + (int64_t)i,
		    .line = ((floor->base + (int64_t)i) & UINT32_MAX) + 1,
		    .outcome = 1,
		    .existing = row->existing,
		    .certificate = row->certificate,
		    .job_time = row->job_time[0] == '\0' ? NULL : row->job_time,
		    .due_at = row->due > floor->now ? row->due : ROWSET_NULL,
		    .created_at = floor->now,
		};
	}
}

static int
find_jobs(struct floor *floor, size_t count)
{
	const struct rowset keys = {ROWSET_KEY, floor->keys, count};
	int rc;

	floor->found_count = 0;
	sqlite_bind_rows(floor->db, &keys);
	while ((rc = sqlite3_step(floor->locations)) == SQLITE_ROW) {
		size_t i = (size_t)sqlite3_column_int64(floor->locations, 0);
		struct rowset_request *request = &floor->requests[i];

		if (request->jobs++ == 0)
			request->first_job = floor->next.job + (int64_t)floor->found_count;
		if (request->jobs > LOCATIONS_MOST)
			return -1;
		floor->found[floor->found_count++] = (struct rowset_job){request->id,
		    sqlite3_column_int64(floor->locations, 1),
		    sqlite3_column_int64(floor->locations, 2)};
	}
	sqlite3_reset(floor->locations);
	return rc == SQLITE_DONE ? 0 : -1;
}

static int
put_feed(struct floor *floor, size_t count, struct error *err)
{
	const struct rowset requests = {ROWSET_REQUEST, floor->requests, count};
	struct rowset jobs = {ROWSET_JOB, floor->found, 0};

	fill_rows(floor, count);
	if (find_jobs(floor, count) == -1)
		return sqlite_failed(floor->db, "finding the locations", err);
	sqlite_bind_rows(floor->db, &requests);
	jobs.count = floor->found_count;
	sqlite_bind_rows(floor->db, &jobs);
	if (step(floor->request) == -1 || step(floor->jobs) == -1)
		return sqlite_failed(floor->db, "writing the rows", err);
	floor->next.job += (int64_t)floor->found_count;
	return 0;
}

/* ---- the loop ------------------------------------------------------------------------------- */

static int64_t
now_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
put_rows(struct floor *floor, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (put_row(floor, &floor->chunk[i], floor->base + (int64_t)i, floor->now) == -1)
			return sqlite_failed(floor->db, "writing a row", err);
	if (floor->way == WAY_SELECT) {
		sqlite3_bind_int64(floor->jobs, 1, floor->base);
		sqlite3_bind_int64(floor->jobs, 2, floor->base + (int64_t)count - 1);
		if (step(floor->jobs) == -1)
			return sqlite_failed(floor->db, "writing the jobs", err);
	}
	return 0;
}

/* Rows `from` .. `to` - 1, and the checkpoint behind them, as apply.c has it. (Of this data it
 * writes no tally: there is no code, warning or repair.) */
static int
put_chunk(struct floor *floor, struct run *run, size_t from, size_t to, struct error *err)
{
	if (db_begin(floor->db, err) == -1 || db_next_ids(floor->db, &floor->next, err) == -1 ||
	    (run->id == 0 && db_run_insert(floor->db, run, err) == -1))
		return -1;
	floor->now = now_milliseconds();
	floor->base = (run->id << 32) + 1 + (int64_t)from;
	floor->chunk = floor->rows + from;
	if ((floor->way == WAY_FEED ? put_feed : put_rows)(floor, to - from, err) == -1)
		return -1;
	run->rows[0] = run->rows[1] = to;
	run->jobs_created = (uint64_t)floor->next.job - 1;
	run->line = to + 2;
	if (to == floor->count) {
		run->state = RUN_FINISHED;
		run->finished_at = now_milliseconds();
	}
	if (db_run_update(floor->db, run, err) == -1 || db_commit(floor->db, err) == -1)
		return -1;
	return 0;
}

static int
write_rows(struct floor *floor, const char *path, size_t chunk, struct error *err)
{
	static char name[] = "floor";
	struct run run = {.path = name,
	    .manifest = name,
	    .operator_name = name,
	    .settings = name,
	    .format = 1,
	    .rows_total = floor->count};
	bool feed = floor->way == WAY_FEED;
	sqlite3 *db;
	int rc = 0;

	floor->keys = calloc(chunk, sizeof(*floor->keys));
	floor->requests = calloc(chunk, sizeof(*floor->requests));
	floor->found = calloc(chunk, LOCATIONS_MOST * sizeof(*floor->found));
	if (floor->keys == NULL || floor->requests == NULL || floor->found == NULL)
		return error_memory(err);
	floor->db = db_open(path, DB_WRITE, err);
	if (floor->db == NULL)
		return -1;
	db = sqlite_of(floor->db)->handle;
	if (sqlite3_prepare_v2(db, feed ? feed_requests : insert_request, -1, &floor->request,
		NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db,
		feed                       ? feed_locations
		: floor->way == WAY_SELECT ? count_locations
					   : find_locations,
		-1, &floor->locations, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, insert_job, -1, &floor->job, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, feed ? feed_jobs : insert_jobs, -1, &floor->jobs, NULL) !=
		SQLITE_OK)
		rc = sqlite_failed(floor->db, "preparing the statements", err);
	run.started_at = now_milliseconds();
	for (size_t i = 0; rc == 0 && i < floor->count; i += chunk)
		rc = put_chunk(
		    floor, &run, i, i + chunk < floor->count ? i + chunk : floor->count, err);
	sqlite3_finalize(floor->request);
	sqlite3_finalize(floor->locations);
	sqlite3_finalize(floor->job);
	sqlite3_finalize(floor->jobs);
	db_close(floor->db);
	return rc;
}

/* ---- the rest ------------------------------------------------------------------------------- */

/* Seconds on the clock, or of the processors. */
static double
clock_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int
print_pragmas(const char *path, struct error *err)
{
	static const char *const names[] = {"journal_mode", "synchronous", "foreign_keys",
	    "cache_size", "temp_store", "mmap_size", "locking_mode"};
	struct database *db = db_open(path, DB_WRITE, err);

	for (size_t i = 0; db != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
		char sql[64];
		sqlite3_stmt *statement = NULL;

		snprintf(sql, sizeof(sql), "PRAGMA %s", names[i]);
		if (sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &statement, NULL) ==
			SQLITE_OK &&
		    sqlite3_step(statement) == SQLITE_ROW)
			printf("%s = %s;\n", sql, sqlite3_column_text(statement, 0));
		sqlite3_finalize(statement);
	}
	db_close(db);
	return db == NULL ? -1 : 0;
}

int
main(int argc, char **argv)
{
	struct floor floor = {0};
	struct error err = {0};
	double start, cpu;
	size_t chunk = argc == 5 ? strtoul(argv[4], NULL, 10) : 0;
	int rc;

	if (argc == 3 && strcmp(argv[1], "pragmas") == 0) {
		rc = print_pragmas(argv[2], &err);
		goto out;
	}
	if (chunk == 0) {
		fprintf(stderr, "usage: floor rows|select|feed DATABASE MANIFEST CHUNK\n");
		return EXIT_FAILURE;
	}
	while (floor.way < WAY_FEED && strcmp(argv[1], ways[floor.way]) != 0)
		floor.way++;
	if (read_manifest(&floor, argv[3]) == -1) {
		fprintf(stderr, "%s: cannot be read as a manifest of generate\n", argv[3]);
		return EXIT_FAILURE;
	}
	cpu = cpu_seconds();
	start = clock_seconds();
	rc = write_rows(&floor, argv[2], chunk, &err);
	printf("%.6f %.6f\n", clock_seconds() - start, cpu_seconds() - cpu);
out:
	if (rc == -1)
		error_print(stderr, &err);
	free(floor.rows);
	free(floor.found);
	free(floor.requests);
	free(floor.keys);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
