#include "database/ready.h"

#include "database/job.h"
#include "database/statement_private.h"
#include "memory.h"
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

/* ---- in order ----------------------------------------------------------------------------- */

#define READY_PAGE 256 /* jobs of one machine that are read at once */
#define READY_HEAD 16  /* likewise, where all machines take part */

struct ready_entry {
	int64_t due_at, job;
};

/* The due jobs of a machine, a page at a time; the first one is that of the heap. */
struct ready_machine {
	char *name;
	struct ready_entry *page; /* NULL: only the first one is known */
	struct ready_entry first;
	size_t count, next; /* of the page */
};

struct ready_walk {
	struct database *db;
	struct ready_filter filter;
	struct ready_machine **heap; /* the machine of the earliest job first */
	size_t count, capacity;
	size_t page; /* jobs */
};

static void
ready_machine_free(struct ready_machine *machine)
{
	if (machine == NULL)
		return;
	free(machine->name);
	free(machine->page);
	free(machine);
}

static bool
ready_is_before(const struct ready_entry *a, const struct ready_entry *b)
{
	return a->due_at != b->due_at ? a->due_at < b->due_at : a->job < b->job;
}

static void
ready_swap(struct ready_walk *walk, size_t i, size_t j)
{
	struct ready_machine *machine = walk->heap[i];

	walk->heap[i] = walk->heap[j];
	walk->heap[j] = machine;
}

static void
ready_sift_up(struct ready_walk *walk, size_t i)
{
	while (i > 0 && ready_is_before(&walk->heap[i]->first, &walk->heap[(i - 1) / 2]->first)) {
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
			    ready_is_before(&walk->heap[child]->first, &walk->heap[least]->first))
				least = child;
		if (least == i)
			return;
		ready_swap(walk, i, least);
		i = least;
	}
}

/* A machine whose first job is due takes part. */
static int
ready_add_machine(
    struct ready_walk *walk, const char *name, struct ready_entry first, struct error *err)
{
	struct ready_machine **heap = memory_grow(
	    walk->heap, walk->count, &walk->capacity, sizeof(*heap));
	struct ready_machine *machine = calloc(1, sizeof(*machine));

	if (heap != NULL)
		walk->heap = heap;
	if (machine != NULL)
		machine->name = strdup(name);
	if (heap == NULL || machine == NULL || machine->name == NULL) {
		ready_machine_free(machine);
		return error_memory(err);
	}
	machine->first = first;
	heap[walk->count++] = machine;
	ready_sift_up(walk, walk->count - 1);
	return 0;
}

static const int READY_COLUMNS[] = {STORED_READY_DUE, STORED_READY_JOB};

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
	query_integer(&q, (int64_t)walk->page);
	while (machine->count < walk->page &&
	       (rc = query_row(&q, QUERY_COLUMNS(READY_COLUMNS), err)) == 1)
		machine->page[machine->count++] = (struct ready_entry){
		    query_get_integer(&q, 0), query_get_integer(&q, 1)};
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
    STORED_READY_MACHINE, STORED_READY_DUE, STORED_READY_JOB};

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
	rc = query_row(&q, QUERY_COLUMNS(READY_MACHINE_COLUMNS), err);
	if (rc == 1) {
		*first = (struct ready_entry){query_get_integer(&q, 1), query_get_integer(&q, 2)};
		buffer_clear(name);
		buffer_add(name, query_get_text(&q, 0), query_get_length(&q, 0));
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
		    ready_add_machine(walk, name.bytes, first, err) == -1) {
			rc = -1;
			break;
		}
	buffer_release(&name);
	return rc;
}

/* The one machine of the filter; it needs not be there. */
static int
ready_add_one(struct ready_walk *walk, struct error *err)
{
	struct ready_machine *machine;
	int rc;

	if (ready_add_machine(
		walk, walk->filter.machine, (struct ready_entry){INT64_MIN, INT64_MIN}, err) == -1)
		return -1;
	machine = walk->heap[0];
	rc = ready_advance(walk, machine, err);
	if (rc == 0) {
		walk->count = 0;
		ready_machine_free(machine);
	}
	return rc == -1 ? -1 : 0;
}

struct ready_walk *
ready_walk_open(struct database *db, const struct ready_filter *filter, struct error *err)
{
	struct ready_walk *walk = calloc(1, sizeof(*walk));
	bool one = filter->machine != NULL;

	if (walk == NULL) {
		error_memory(err);
		return NULL;
	}
	walk->db = db;
	walk->filter = *filter;
	walk->page = one ? READY_PAGE : READY_HEAD;
	if ((one ? ready_add_one(walk, err) : ready_add_machines(walk, err)) == -1) {
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
	machine = walk->heap[0];
	*job = machine->first.job;
	rc = ready_advance(walk, machine, err);
	if (rc == -1)
		return -1;
	if (rc == 0) {
		ready_machine_free(machine);
		walk->heap[0] = walk->heap[--walk->count];
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
		ready_machine_free(walk->heap[i]);
	free(walk->heap);
	free(walk);
}
