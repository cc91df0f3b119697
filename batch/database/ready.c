#include "database/ready.h"

#include "arena.h"
#include "database/statement_private.h"
#include "memory.h"
#include "model/machine.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

/* ---- filling ------------------------------------------------------------------------------ */

static const int LAST_JOB_COLUMNS[] = {STORED_JOB_ID | STORED_OR_NULL};

static int
ready_last_job(struct database *db, int64_t *last, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_LAST_JOB);
	rc = query_row(&q, QUERY_COLUMNS(LAST_JOB_COLUMNS), err);
	*last = rc == 1 ? query_get_integer(&q, 0) : 0;
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
db_ready_fill(struct database *db, struct error *err)
{
	struct query q;
	int64_t last, to;

	if (ready_last_job(db, &last, err) == -1 ||
	    db_counter(db, COUNTER_READY_TO, &to, err) == -1)
		return -1;
	if (last <= to)
		return 0;
	query_begin(&q, db, SQL_READY_FILL);
	query_integer(&q, to);
	if (query_run(&q, err) == -1)
		return -1;
	return db_counter_set(db, COUNTER_READY_TO, last, err);
}

/* ---- leases ------------------------------------------------------------------------------- */

void
ready_jobs_release(struct ready_jobs *jobs)
{
	free(jobs->ids);
	*jobs = (struct ready_jobs){0};
}

static const int READY_JOBS_COLUMNS[] = {STORED_JOB_ID};

/* Runs the query to its end and keeps its ids. */
static int
ready_collect(struct query *q, struct ready_jobs *jobs, struct error *err)
{
	int rc;

	while ((rc = query_row(q, QUERY_COLUMNS(READY_JOBS_COLUMNS), err)) == 1) {
		int64_t *ids = memory_grow(jobs->ids, jobs->count, &jobs->capacity, sizeof(*ids));

		if (ids == NULL) {
			rc = error_memory(err);
			break;
		}
		jobs->ids = ids;
		ids[jobs->count++] = query_get_integer(q, 0);
	}
	query_end(q);
	return rc;
}

int
db_ready_lost(
    struct database *db, int64_t now, size_t most, struct ready_jobs *jobs, struct error *err)
{
	struct query q;

	*jobs = (struct ready_jobs){0};
	query_begin(&q, db, SQL_LEASES_OVER);
	query_integer(&q, now);
	query_integer(&q, (int64_t)most);
	return ready_collect(&q, jobs, err);
}

int
db_ready_from_later_clock(struct database *db, int64_t now, int64_t retry_most,
    struct ready_jobs *jobs, struct error *err)
{
	struct query q;

	*jobs = (struct ready_jobs){0};
	query_begin(&q, db, SQL_HANDLING_FROM_LATER_CLOCK);
	query_integer(&q, now);
	query_integer(&q, retry_most);
	return ready_collect(&q, jobs, err);
}

int
db_ready_claimed_with(
    struct database *db, const char *message, struct ready_jobs *jobs, struct error *err)
{
	struct query q;

	*jobs = (struct ready_jobs){0};
	query_begin(&q, db, SQL_LEASES_CLAIMED_WITH);
	query_string(&q, message);
	return ready_collect(&q, jobs, err);
}

/* ---- in order ----------------------------------------------------------------------------- */

#define READY_PAGE 256 /* jobs of one machine that are read at once */
#define READY_HEAD 16  /* likewise, where all machines take part */

struct ready_entry {
	int64_t due_at, job;
};

/* The due jobs of a machine, a page at a time; the first one is that of the heap. */
struct ready_machine {
	const char *name;         /* in the arena */
	struct ready_entry *page; /* NULL: only the first one is known */
	struct ready_entry first;
	size_t count, next; /* of the page */
};

struct ready_walk {
	struct database *db;
	struct ready_filter filter;
	struct arena names;
	struct ready_machine *heap; /* the machine of the earliest job first */
	size_t count, capacity;
	size_t page; /* jobs */
};

static bool
ready_is_before(const struct ready_entry *a, const struct ready_entry *b)
{
	return a->due_at != b->due_at ? a->due_at < b->due_at : a->job < b->job;
}

static void
ready_swap(struct ready_walk *walk, size_t i, size_t j)
{
	struct ready_machine machine = walk->heap[i];

	walk->heap[i] = walk->heap[j];
	walk->heap[j] = machine;
}

static void
ready_sift_up(struct ready_walk *walk, size_t i)
{
	while (i > 0 && ready_is_before(&walk->heap[i].first, &walk->heap[(i - 1) / 2].first)) {
		ready_swap(walk, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static void
ready_sift_down(struct ready_walk *walk)
{
	for (size_t i = 0;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++)
			if (child < walk->count &&
			    ready_is_before(&walk->heap[child].first, &walk->heap[least].first))
				least = child;
		if (least == i)
			return;
		ready_swap(walk, i, least);
		i = least;
	}
}

/* A machine whose first job is due takes part. */
static int
ready_add_machine(struct ready_walk *walk, const char *name, size_t length,
    struct ready_entry first, struct error *err)
{
	struct ready_machine *heap = memory_grow(
	    walk->heap, walk->count, &walk->capacity, sizeof(*heap));
	const char *copy = arena_copy(&walk->names, name, length);

	if (heap != NULL)
		walk->heap = heap;
	if (heap == NULL || copy == NULL)
		return error_memory(err);
	heap[walk->count++] = (struct ready_machine){.name = copy, .first = first};
	ready_sift_up(walk, walk->count - 1);
	return 0;
}

static bool
ready_has_id(int64_t id, int64_t most)
{
	return id >= 1 && id <= most;
}

static bool
ready_has_time(int64_t time) /* null: 0, which is one */
{
	return time >= STORED_FIRST_TIME && time <= STORED_LAST_TIME;
}

static const int READY_COLUMNS[] = {STORED_READY_DUE, STORED_READY_JOB};

/*
 * The next row: 1 and its entry, 0 done, -1 and err. A comparison a value; where one is not as it
 * should be, query_verify() looks at it.
 */
static int
ready_read_entry(struct query *q, struct ready_entry *entry, struct error *err)
{
	int rc = query_next(q, err);

	if (rc != 1)
		return rc;
	*entry = (struct ready_entry){query_get_integer(q, 0), query_get_integer(q, 1)};
	if (ready_has_time(entry->due_at) && ready_has_id(entry->job, STORED_MOST))
		return 1;
	return query_verify(q, QUERY_COLUMNS(READY_COLUMNS), err) == -1 ? -1 : 1;
}

/* The page after the job that is its first: 1, 0 at the end, -1 and err. */
static int
ready_read_page(struct ready_walk *walk, struct ready_machine *machine, struct error *err)
{
	struct query q;
	int rc = 0;

	if (machine->page == NULL)
		machine->page = calloc(walk->page, sizeof(*machine->page));
	if (machine->page == NULL)
		return error_memory(err);
	machine->count = machine->next = 0;
	query_begin(&q, walk->db, SQL_READY_OF_MACHINE);
	query_string(&q, machine->name);
	query_integer(&q, walk->filter.now);
	query_integer(&q, machine->first.due_at);
	query_integer(&q, machine->first.job);
	query_integer(&q, walk->filter.first);
	query_integer(&q, walk->filter.last);
	query_integer(&q, (int64_t)walk->page);
	while (machine->count < walk->page &&
	       (rc = ready_read_entry(&q, &machine->page[machine->count], err)) == 1)
		machine->count++;
	query_end(&q);
	return rc == -1 ? -1 : machine->count > 0;
}

/* Its next job is its first: 1, 0 where it has no more, -1 and err. */
static int
ready_advance(struct ready_walk *walk, struct ready_machine *machine, struct error *err)
{
	if (machine->next >= machine->count) {
		int rc = ready_read_page(walk, machine, err);

		if (rc != 1)
			return rc;
	}
	machine->first = machine->page[machine->next++];
	return 1;
}

static const int READY_MACHINE_COLUMNS[] = {
    STORED_READY_DUE, STORED_READY_JOB, STORED_READY_MACHINE};

/* The first job of the machine after `name` (NULL: of all): 1, 0 at the end, -1 and err. */
static int
ready_next_machine(
    struct database *db, struct buffer *name, struct ready_entry *first, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, name->bytes == NULL ? SQL_READY_FIRST_MACHINE : SQL_READY_NEXT_MACHINE);
	if (name->bytes != NULL)
		query_text(&q, name->bytes, name->length);
	rc = ready_read_entry(&q, first, err);
	if (rc == 1 && !query_is_text(&q, 2)) /* after a blob, as text, comes the same blob */
		rc = query_verify(&q, QUERY_COLUMNS(READY_MACHINE_COLUMNS), err) == -1 ? -1 : 1;
	if (rc == 1) {
		const char *machine = query_get_text(&q, 2);
		size_t length = query_get_length(&q, 2);

		if (machine == NULL || memchr(machine, '\0', length) != NULL)
			rc = query_verify(&q, QUERY_COLUMNS(READY_MACHINE_COLUMNS), err) == -1 ? -1
											       : 1;
		buffer_clear(name);
		if (rc == 1)
			buffer_add(name, machine, length);
		if (name->failed)
			rc = error_memory(err);
	}
	query_end(&q);
	return rc;
}

/* Every machine that has a job which is due: one look at the first job of each. */
static int
ready_add_machines(struct ready_walk *walk, struct error *err)
{
	struct buffer name = {0};
	struct ready_entry first;
	int rc;

	while ((rc = ready_next_machine(walk->db, &name, &first, err)) == 1)
		if (first.due_at <= walk->filter.now &&
		    (walk->filter.host == NULL || machine_is(name.bytes, walk->filter.host)) &&
		    ready_add_machine(walk, name.bytes, name.length, first, err) == -1) {
			rc = -1;
			break;
		}
	buffer_release(&name);
	return rc;
}

/* The one machine of the filter; it needs not be there. */
static int
ready_add_one(struct ready_walk *walk, const char *name, struct error *err)
{
	int rc;

	if (ready_add_machine(
		walk, name, strlen(name), (struct ready_entry){INT64_MIN, INT64_MIN}, err) == -1)
		return -1;
	rc = ready_advance(walk, &walk->heap[0], err);
	if (rc == 0) {
		free(walk->heap[0].page);
		walk->count = 0;
	}
	return rc == -1 ? -1 : 0;
}

static const int READY_MACHINE_OF_STORE_COLUMNS[] = {STORED_STORE_MACHINE};

static int
ready_add_machine_of_store(struct ready_walk *walk, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, walk->db, SQL_READY_MACHINE_OF_STORE);
	query_integer(&q, walk->filter.store);
	rc = query_row(&q, QUERY_COLUMNS(READY_MACHINE_OF_STORE_COLUMNS), err);
	if (rc == 1)
		rc = ready_add_one(walk, query_get_null(&q, 0) ? "" : query_get_text(&q, 0), err);
	query_end(&q);
	return rc;
}

struct ready_walk *
ready_walk_open(struct database *db, const struct ready_filter *filter, struct error *err)
{
	struct ready_walk *walk = calloc(1, sizeof(*walk));
	bool one = filter->machine != NULL || filter->store != 0;
	int rc;

	if (walk == NULL) {
		error_memory(err);
		return NULL;
	}
	walk->db = db;
	walk->filter = *filter;
	walk->page = one ? READY_PAGE : READY_HEAD;
	rc = !one                      ? ready_add_machines(walk, err)
	     : filter->machine != NULL ? ready_add_one(walk, filter->machine, err)
				       : ready_add_machine_of_store(walk, err);
	if (rc == -1) {
		ready_walk_close(walk);
		return NULL;
	}
	return walk;
}

/* The earliest job of all, and its machine goes on to its next one. */
static int
ready_take(struct ready_walk *walk, int64_t *job, struct error *err)
{
	struct ready_machine *machine;
	int rc;

	if (walk->count == 0)
		return 0;
	machine = &walk->heap[0];
	*job = machine->first.job;
	rc = ready_advance(walk, machine, err);
	if (rc == -1)
		return -1;
	if (rc == 0) {
		free(machine->page);
		*machine = walk->heap[--walk->count];
	}
	ready_sift_down(walk);
	return 1;
}

int
ready_walk_next(struct ready_walk *walk, int64_t *job, struct error *err)
{
	const struct ready_filter *filter = &walk->filter;
	int rc;

	do {
		if (stop_asked(walk->db->stop, err, walk->db->path, "interrupted") == -1)
			return -1;
		rc = ready_take(walk, job, err);
	} while (rc == 1 && (*job < filter->first || *job > filter->last));
	return rc;
}

void
ready_walk_close(struct ready_walk *walk)
{
	if (walk == NULL)
		return;
	for (size_t i = 0; i < walk->count; i++)
		free(walk->heap[i].page);
	free(walk->heap);
	arena_release(&walk->names);
	free(walk);
}

/* ---- many jobs at once -------------------------------------------------------------------- */

static const int READY_LOOK_COLUMNS[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_STORE_ID,
    STORED_STORE_CONTAINER, STORED_STORE_REMOVED, STORED_STORE_APPROVED, STORED_RUN_WINDOW_END,
    STORED_HANDLING_RESCHEDULED | STORED_OR_NULL, STORED_REQUEST_CREATED, STORED_STORE_INVENTORIED,
    STORED_LOCATION_ID | STORED_OR_NULL, STORED_ANY, STORED_ANY, STORED_ANY, STORED_ANY};

static void
ready_read_sight(const struct query *q, struct job_sight *sight)
{
	bool keeps_old = query_get_integer(q, 14) != 0;

	if (query_get_null(q, 10))
		return;
	*sight = (struct job_sight){
	    .inventoried = true,
	    .inventoried_at = query_get_integer(q, 9),
	    .shows_new = query_get_integer(q, 11) != 0,
	    .shows_old = query_get_integer(q, 12) != 0 ||
			 (query_get_integer(q, 13) != 0 && keeps_old),
	    .keeps_old = keeps_old,
	};
}

static void
ready_read_candidate(const struct query *q, struct ready_candidate *job)
{
	job->known = true;
	job->job = (struct job_record){
	    .id = query_get_integer(q, 0),
	    .request = query_get_integer(q, 1),
	    .run = query_get_integer(q, 1) >> 32,
	    .store = query_get_integer(q, 2),
	    .container = query_get_null(q, 3) ? -1 : query_get_integer(q, 3),
	    .removed = query_get_integer(q, 4) != 0,
	    .approved = query_get_integer(q, 5) != 0,
	    .has_window = !query_get_null(q, 6),
	    .window_end = query_get_integer(q, 6),
	    .created_at = query_get_integer(q, 8),
	    .is = {.rescheduled = query_get_integer(q, 7) != 0},
	};
	ready_read_sight(q, &job->sight);
}

static bool
ready_has_flag(const struct query *q, int column)
{
	return (query_get_integer(q, column) & ~INT64_C(1)) == 0;
}

/* A comparison a value, as ready_read_entry() makes it. */
static bool
ready_is_sound(const struct query *q, const struct job_record *job)
{
	return ready_has_id(job->id, STORED_MOST) && ready_has_id(job->run, INT32_MAX) &&
	       ready_has_id(job->store, STORED_MOST) && job->container >= -1 &&
	       job->container <= INT32_MAX && ready_has_flag(q, 4) && ready_has_flag(q, 5) &&
	       ready_has_time(job->window_end) && ready_has_flag(q, 7) &&
	       ready_has_time(job->created_at) && ready_has_time(query_get_integer(q, 9)) &&
	       (query_get_null(q, 10) ||
		   ready_has_id(query_get_integer(q, 10), STORED_LAST_LOCATION));
}

int
db_ready_look(struct database *db, struct ready_candidate *jobs, size_t count, struct error *err)
{
	struct rowset_id ids[READY_LOOK_MOST];
	const struct rowset rows = {ROWSET_ID, ids, count};
	struct query q;
	size_t at = 0;
	int rc;

	for (size_t i = 0; i < count; i++) {
		ids[i] = (struct rowset_id){jobs[i].id};
		jobs[i] = (struct ready_candidate){.id = jobs[i].id};
	}
	query_begin(&q, db, SQL_READY_LOOK);
	query_rows(&q, &rows);
	/* They come in the order of the ids; one that is not there is left out. */
	while ((rc = query_next(&q, err)) == 1) {
		while (at + 1 < count && jobs[at].id != query_get_integer(&q, 0))
			at++;
		ready_read_candidate(&q, &jobs[at]);
		if (!ready_is_sound(&q, &jobs[at].job) &&
		    query_verify(&q, QUERY_COLUMNS(READY_LOOK_COLUMNS), err) == -1) {
			rc = -1;
			break;
		}
		at += at + 1 < count;
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}
