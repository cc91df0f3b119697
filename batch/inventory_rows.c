#include "inventory_rows.h"

#include "inventory_facts.h"
#include "inventory_sql.h"

#include <stdlib.h>

/* Rows of one read transaction: a writer's commit waits for no more than these. */
#define ROWS_AT_ONCE 500

static const struct statement ROW_NEXT = {"row-next",
    "SELECT id, line, outcome, existing, certificate, request, job_time, first_job, jobs,"
    " first_refusal, refusals, messages, offset FROM request WHERE id > ?1 AND id <= ?2"
    " ORDER BY id LIMIT 1"};

static const struct statement ROW_NEXT_FAULTY = {"row-next-faulty",
    "SELECT id, line, outcome, existing, certificate, request, job_time, first_job, jobs,"
    " first_refusal, refusals, messages, offset FROM request WHERE id > ?1 AND id <= ?2"
    " AND outcome IN (3, 4) ORDER BY id LIMIT 1"};

static const struct statement ROW_JOBS = {"row-jobs",
    "SELECT l.id, l.store, s.guid FROM job j JOIN location l ON l.id = j.location"
    " JOIN store s ON s.id = l.store WHERE j.id >= ?1 AND j.id < ?1 + ?2 ORDER BY j.id"};

static const struct statement ROW_REFUSALS = {"row-refusals",
    "SELECT l.id, l.store, s.guid, f.code, f.text FROM refusal f"
    " JOIN location l ON l.id = f.location JOIN store s ON s.id = l.store"
    " WHERE f.id >= ?1 AND f.id < ?1 + ?2 ORDER BY f.id"};

static const struct statement LOCATION_STORE = {"location-store",
    "SELECT l.id, l.store, s.guid FROM location l JOIN store s ON s.id = l.store"
    " WHERE l.id = ?1"};

struct rows {
	struct inventory *inventory;
	const struct statement *statement;
	int64_t last; /* id of the row before the next */
	int64_t end;  /* the greatest id of the run */
	int left;     /* rows until the transaction ends; 0: there is none */
	struct row row;
};

/* Where a row's jobs and refusals are. */
struct ranges {
	int64_t first_job, jobs, first_refusal, refusals;
};

struct rows *
rows_open(struct inventory *inventory, int64_t run, bool faulty, struct error *err)
{
	struct rows *rows = calloc(1, sizeof(*rows));

	if (rows == NULL) {
		error_memory(err);
		return NULL;
	}
	rows->inventory = inventory;
	rows->statement = faulty ? &ROW_NEXT_FAULTY : &ROW_NEXT;
	rows->last = run << 32;
	rows->end = run << 32 | UINT32_MAX;
	return rows;
}

void
rows_close(struct rows *rows)
{
	if (rows == NULL)
		return;
	inventory_rollback(rows->inventory);
	row_release(&rows->row);
	free(rows);
}

static int
add_location(struct row *row, const struct query *q, int fate, struct error *err)
{
	struct row_location *added = row_add_location(
	    row, query_get_integer(q, 0), query_get_integer(q, 1));

	if (added == NULL)
		return error_memory(err);
	added->fate = (unsigned int)fate;
	snprintf(added->guid, sizeof(added->guid), "%s", query_get_text(q, 2));
	return 0;
}

static int
read_jobs(struct rows *rows, const struct ranges *ranges, struct error *err)
{
	struct query q;
	int rc = 0;

	query_begin(&q, rows->inventory, &ROW_JOBS);
	query_integer(&q, ranges->first_job);
	query_integer(&q, ranges->jobs);
	while (rc == 0 && (rc = query_next(&q, err)) == 1)
		rc = add_location(&rows->row, &q, ROW_JOB, err);
	query_end(&q);
	return rc;
}

static int
add_refusal(struct row *row, const struct query *q, struct error *err)
{
	enum code code;
	const char *text = query_get_text(q, 4);

	if (!code_parse(query_get_text(q, 3), &code))
		return error_set(err, ERROR_STORAGE, NULL, 0, NULL,
		    "a refusal in the database has a code that this program does not know");
	if (text == NULL)
		messages_add_location(&row->messages, code, false, query_get_integer(q, 0), NULL);
	else
		messages_add_location(
		    &row->messages, code, false, query_get_integer(q, 0), "%s", text);
	return add_location(row, q, ROW_REFUSED, err);
}

static int
read_refusals(struct rows *rows, const struct ranges *ranges, struct error *err)
{
	struct query q;
	int rc = 0;

	query_begin(&q, rows->inventory, &ROW_REFUSALS);
	query_integer(&q, ranges->first_refusal);
	query_integer(&q, ranges->refusals);
	while (rc == 0 && (rc = query_next(&q, err)) == 1)
		rc = add_refusal(&rows->row, &q, err);
	query_end(&q);
	return rc;
}

/* Locations that an earlier job serves stand in the row's messages alone. */
static int
read_kept(struct rows *rows, struct error *err)
{
	const struct messages *messages = &rows->row.messages;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < messages->count; i++) {
		struct query q;

		if (messages->items[i].code != CODE_JOB_KEPT)
			continue;
		query_begin(&q, rows->inventory, &LOCATION_STORE);
		query_integer(&q, messages->items[i].location);
		rc = query_next(&q, err);
		if (rc == 1)
			rc = add_location(&rows->row, &q, ROW_KEPT, err);
		query_end(&q);
	}
	return rc;
}

/* Reads the request itself: 1, 0 at the end, -1. */
static int
read_request(struct rows *rows, struct ranges *ranges, struct error *err)
{
	struct row *row = &rows->row;
	struct query q;
	int rc;

	row_clear(row);
	query_begin(&q, rows->inventory, rows->statement);
	query_integer(&q, rows->last);
	query_integer(&q, rows->end);
	rc = query_next(&q, err);
	if (rc == 1) {
		row->id = rows->last = query_get_integer(&q, 0);
		row->number = (uint64_t)row->id & UINT32_MAX;
		row->line = (uint64_t)query_get_integer(&q, 1);
		row->outcome = (enum outcome)query_get_integer(&q, 2);
		row->existing = query_get_integer(&q, 3);
		row->certificate = query_get_integer(&q, 4);
		row->request = query_get_integer(&q, 5);
		if (!query_get_null(&q, 6))
			snprintf(row->job_time, sizeof(row->job_time), "%s", query_get_text(&q, 6));
		*ranges = (struct ranges){query_get_integer(&q, 7), query_get_integer(&q, 8),
		    query_get_integer(&q, 9), query_get_integer(&q, 10)};
		row->offset = (uint64_t)query_get_integer(&q, 12);
		if (!query_get_null(&q, 11) &&
		    messages_unpack(&row->messages, query_get_text(&q, 11), err) == -1)
			rc = -1;
	}
	query_end(&q);
	return rc;
}

/* A transaction for the next rows, where the last one is used up. */
static int
renew(struct rows *rows, struct error *err)
{
	if (rows->left-- > 0)
		return 0;
	inventory_rollback(rows->inventory);
	rows->left = ROWS_AT_ONCE;
	return inventory_begin_read(rows->inventory, err);
}

int
rows_next(struct rows *rows, const struct row **row, struct error *err)
{
	struct ranges ranges = {0};
	int rc;

	*row = NULL;
	if (renew(rows, err) == -1)
		return -1;
	rc = read_request(rows, &ranges, err);
	if (rc != 1)
		return rc;
	if (read_kept(rows, err) == -1 ||
	    (ranges.jobs > 0 && read_jobs(rows, &ranges, err) == -1) ||
	    (ranges.refusals > 0 && read_refusals(rows, &ranges, err) == -1) ||
	    inventory_row_names(rows->inventory, &rows->row, err) == -1)
		return -1;
	*row = &rows->row;
	return 1;
}
