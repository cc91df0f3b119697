#include "database/rows.h"

#include "database/facts.h"
#include "database/statement_private.h"
#include "database/stored_private.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

/* Stores repeat from row to row: their GUIDs are remembered, as many as fit. */
#define GUID_SLOTS 65536

static const int REQUEST_STORED[] = {STORED_REQUEST_ID, STORED_REQUEST_LINE, STORED_REQUEST_OUTCOME,
    STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE, STORED_REQUEST_REQUEST,
    STORED_REQUEST_JOB_TIME, STORED_REQUEST_FIRST_JOB, STORED_REQUEST_JOBS,
    STORED_REQUEST_FIRST_REFUSAL, STORED_REQUEST_REFUSALS, STORED_REQUEST_MESSAGES,
    STORED_REQUEST_OFFSET};

static const int ROWS_JOBS_COLUMNS[] = {STORED_JOB_REQUEST, STORED_JOB_STORE, STORED_JOB_ID};

static const int ROWS_REFUSALS_COLUMNS[] = {STORED_REFUSAL_REQUEST, STORED_REFUSAL_STORE,
    STORED_REFUSAL_LOCATION, STORED_REFUSAL_CODE, STORED_REFUSAL_TEXT, STORED_REFUSAL_ID};

static const int LOCATION_STORE_COLUMNS[] = {STORED_LOCATION_ID, STORED_LOCATION_STORE};

static const int STORE_GUID_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_ID};

/* Where a row's jobs and refusals are. */
struct rows_ranges {
	int64_t first_job, jobs, first_refusal, refusals;
};

struct rows_guid {
	int64_t store; /* 0: none */
	char guid[GUID_SIZE];
};

struct rows {
	struct database *db;
	enum sql statement;
	int64_t last;            /* id of the row before the next page */
	int64_t end;             /* the greatest id of the run */
	struct rows_guid *guids; /* GUID_SLOTS of them, by id modulo */
	struct rows_ranges ranges[ROWS_PAGE];
	struct rows_page *page; /* of rows_next(); NULL until then */
	size_t next;            /* in it */
};

struct rows *
rows_open(struct database *db, int64_t run, bool to_mend, struct error *err)
{
	struct rows *rows = calloc(1, sizeof(*rows));
	struct query q;
	int rc;

	if (rows != NULL)
		rows->guids = calloc(GUID_SLOTS, sizeof(*rows->guids));
	if (rows == NULL || rows->guids == NULL) {
		error_memory(err);
		rows_close(rows);
		return NULL;
	}
	rows->db = db;
	rows->statement = to_mend ? SQL_ROWS_TO_MEND : SQL_ROWS;
	rows->last = run << 32;
	query_begin(&q, db, SQL_LAST_ROW);
	query_integer(&q, run << 32);
	query_integer(&q, run << 32 | UINT32_MAX);
	rc = query_next(&q, err);
	if (rc == 1)
		rows->end = query_get_integer(&q, 0);
	query_end(&q);
	if (rc == 1)
		return rows;
	rows_close(rows);
	return NULL;
}

void
rows_close(struct rows *rows)
{
	if (rows == NULL)
		return;
	rows_page_free(rows->page);
	free(rows->guids);
	free(rows);
}

struct rows_page *
rows_page_new(void)
{
	return calloc(1, sizeof(struct rows_page));
}

void
rows_page_free(struct rows_page *page)
{
	if (page == NULL)
		return;
	for (size_t i = 0; i < ROWS_PAGE; i++)
		row_release(&page->rows[i]);
	free(page);
}

/* ---- the requests of a page ------------------------------------------------------------- */

/* Whether each value that is used as more than a text is in its range: that costs less than
 * query_verify(), which looks at everything. */
static bool
rows_request_is_sound(
    const struct query *q, const struct row *row, const struct rows_ranges *ranges)
{
	return row->id > INT64_C(1) << 32 && row->line <= (uint64_t)STORED_MOST &&
	       row->outcome > 0 && row->outcome < OUTCOME_COUNT && row->existing >> 31 == 0 &&
	       row->certificate >> 31 == 0 && row->request >> 31 == 0 &&
	       query_get_length(q, 6) < TIMESTAMP_SIZE && ranges->first_job >= 0 &&
	       ranges->first_job <= STORED_MOST && ranges->jobs >= 0 &&
	       ranges->jobs <= STORED_MOST && ranges->first_refusal >= 0 &&
	       ranges->first_refusal <= STORED_MOST && ranges->refusals >= 0 &&
	       ranges->refusals <= STORED_MOST && row->offset <= (uint64_t)STORED_MOST;
}

static int
rows_read_messages(struct row *row, const struct query *q, struct error *err)
{
	const char *packed = query_get_text(q, 11);
	int rc;

	if (packed == NULL)
		return query_get_null(q, 11) ? 0 : error_memory(err);
	rc = messages_unpack(&row->messages, packed, err);
	if (rc == 1)
		rc = db_damaged(
		    q->db, err, "request %lld: its messages cannot be read", (long long)row->id);
	return rc;
}

static int
rows_read_request(
    struct row *row, struct rows_ranges *ranges, const struct query *q, struct error *err)
{
	int64_t outcome = query_get_integer(q, 2);

	row_clear(row);
	row->id = query_get_integer(q, 0);
	row->number = (uint64_t)row->id & UINT32_MAX;
	row->line = (uint64_t)query_get_integer(q, 1);
	row->outcome = outcome < 0 || outcome >= OUTCOME_COUNT ? 0 : (enum outcome)outcome;
	row->existing = query_get_integer(q, 3);
	row->certificate = query_get_integer(q, 4);
	row->request = query_get_integer(q, 5);
	*ranges = (struct rows_ranges){query_get_integer(q, 7), query_get_integer(q, 8), 0, 0};
	if (row->outcome != OUTCOME_SUCCEEDED) { /* most did, and have none of these */
		ranges->first_refusal = query_get_integer(q, 9);
		ranges->refusals = query_get_integer(q, 10);
		row->offset = (uint64_t)query_get_integer(q, 12);
	}
	if (!rows_request_is_sound(q, row, ranges) &&
	    query_verify(q, QUERY_COLUMNS(REQUEST_STORED), err) == -1)
		return -1;
	if (!query_get_null(q, 6))
		snprintf(row->job_time, sizeof(row->job_time), "%s", query_get_text(q, 6));
	return rows_read_messages(row, q, err);
}

static int
rows_read_requests(struct rows *rows, struct rows_page *page, struct error *err)
{
	int64_t left = rows->end - rows->last;
	int64_t last = rows->last + (left < ROWS_PAGE ? left : ROWS_PAGE);
	struct query q;
	int rc;

	page->count = 0;
	query_begin(&q, rows->db, rows->statement);
	query_integer(&q, rows->last);
	query_integer(&q, last);
	while ((rc = query_next(&q, err)) == 1) {
		rc = rows_read_request(
		    &page->rows[page->count], &rows->ranges[page->count], &q, err);
		if (rc == -1)
			break;
		page->count++;
	}
	query_end(&q);
	rows->last = last;
	return rc;
}

/* ---- their locations -------------------------------------------------------------------- */

static struct rows_guid *
rows_slot(const struct rows *rows, int64_t store)
{
	return &rows->guids[(uint64_t)store % GUID_SLOTS];
}

static int
rows_add_location(struct row *row, int64_t store, int fate, struct error *err)
{
	struct row_location *added = row_add_location(row, 0, store);

	if (added == NULL)
		return error_memory(err);
	added->fate = (unsigned int)fate;
	return 0;
}

static int
rows_add_refusal(struct row *row, const struct query *q, struct error *err)
{
	enum code code;
	const char *text = query_get_text(q, 4);
	int64_t location = query_get_integer(q, 2);

	if (!code_parse(query_get_text(q, 3), &code) || code_kind(code) != CODE_STORE)
		return db_damaged(q->db, err,
		    "refusal %lld: its code is none that refuses a location",
		    (long long)query_get_integer(q, 5));
	if (text == NULL)
		messages_add(&row->messages, message_location(code, location), NULL);
	else
		messages_add(&row->messages, message_location(code, location), "%s", text);
	return row->messages.failed ? error_memory(err) : 0;
}

/* The job or refusal that was read. */
static int
rows_verify_item(const struct query *q, int fate, struct error *err)
{
	int64_t store = query_get_integer(q, 1);

	if (fate == ROW_REFUSED)
		return query_verify(q, QUERY_COLUMNS(ROWS_REFUSALS_COLUMNS), err);
	if (store >= 0 && store <= STORED_MOST)
		return 0;
	return query_verify(q, QUERY_COLUMNS(ROWS_JOBS_COLUMNS), err);
}

/* Jobs or refusals, as `fate` has it, whose ids follow each other: those of rows of a page. */
struct rows_range {
	int fate;
	size_t row; /* the first of these rows */
	int64_t first, end;
};

static int
rows_read_range(
    struct rows *rows, struct rows_page *page, const struct rows_range *range, struct error *err)
{
	size_t i = range->row;
	struct query q;
	int rc;

	query_begin(&q, rows->db, range->fate == ROW_JOB ? SQL_ROWS_JOBS : SQL_ROWS_REFUSALS);
	query_integer(&q, range->first);
	query_integer(&q, range->end);
	while ((rc = query_next(&q, err)) == 1) {
		int64_t request = query_get_integer(&q, 0);
		struct row *row;

		if (rows_verify_item(&q, range->fate, err) == -1) {
			rc = -1;
			break;
		}
		while (i < page->count && page->rows[i].id < request)
			i++;
		if (i == page->count || page->rows[i].id != request)
			continue;
		row = &page->rows[i];
		if ((range->fate == ROW_REFUSED && rows_add_refusal(row, &q, err) == -1) ||
		    rows_add_location(row, query_get_integer(&q, 1), range->fate, err) == -1) {
			rc = -1;
			break;
		}
	}
	query_end(&q);
	return rc;
}

/* Ids of one chunk follow each other: such a range is read at once. */
static int
rows_read_ranges(struct rows *rows, struct rows_page *page, int fate, struct error *err)
{
	struct rows_range range = {.fate = fate};

	for (size_t i = 0; i < page->count; i++) {
		const struct rows_ranges *ranges = &rows->ranges[i];
		int64_t first = fate == ROW_JOB ? ranges->first_job : ranges->first_refusal;
		int64_t count = fate == ROW_JOB ? ranges->jobs : ranges->refusals;

		if (count == 0)
			continue;
		if (first != range.end) {
			if (range.first < range.end &&
			    rows_read_range(rows, page, &range, err) == -1)
				return -1;
			range.first = first;
			range.row = i;
		}
		range.end = first + count;
	}
	return range.first < range.end ? rows_read_range(rows, page, &range, err) : 0;
}

/* Locations that an earlier job serves are in the row's messages alone. */
static int
rows_read_kept(const struct rows *rows, struct row *row, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < row->messages.count; i++) {
		struct query q;

		if (row->messages.items[i].code != CODE_JOB_KEPT)
			continue;
		query_begin(&q, rows->db, SQL_LOCATION_STORE);
		query_integer(&q, row->messages.items[i].location);
		rc = query_row(&q, QUERY_COLUMNS(LOCATION_STORE_COLUMNS), err);
		if (rc == 1)
			rc = rows_add_location(row, query_get_integer(&q, 1), ROW_KEPT, err);
		query_end(&q);
	}
	return rc;
}

/* Learns the GUID of a store; it stays empty for a store that is not there. -1 and err. */
static int
rows_learn_guid(const struct rows *rows, int64_t store, struct rows_guid *known, struct error *err)
{
	struct query q;
	int rc;

	*known = (struct rows_guid){0};
	query_begin(&q, rows->db, SQL_STORE_GUID);
	query_integer(&q, store);
	rc = query_row(&q, QUERY_COLUMNS(STORE_GUID_COLUMNS), err);
	if (rc == 1) {
		snprintf(known->guid, sizeof(known->guid), "%s", query_get_text(&q, 0));
		known->store = store;
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

static int
rows_name_stores(const struct rows *rows, struct row *row, struct error *err)
{
	for (size_t i = 0; i < row->location_count; i++) {
		struct row_location *location = &row->locations[i];
		struct rows_guid *known = rows_slot(rows, location->store);

		if ((known->store != location->store || known->store == 0) &&
		    rows_learn_guid(rows, location->store, known, err) == -1)
			return -1;
		memcpy(location->guid, known->guid, sizeof(location->guid));
	}
	return 0;
}

/* ---- pages ------------------------------------------------------------------------------ */

static int
rows_read_page(struct rows *rows, struct rows_page *page, struct error *err)
{
	if (rows_read_requests(rows, page, err) == -1)
		return -1;
	for (size_t i = 0; i < page->count; i++)
		if (page->rows[i].messages.count > 0 &&
		    rows_read_kept(rows, &page->rows[i], err) == -1)
			return -1;
	if (rows_read_ranges(rows, page, ROW_JOB, err) == -1 ||
	    rows_read_ranges(rows, page, ROW_REFUSED, err) == -1)
		return -1;
	for (size_t i = 0; i < page->count; i++) {
		struct row *row = &page->rows[i];

		if (rows_name_stores(rows, row, err) == -1 ||
		    (row->messages.count > 0 && db_row_names(rows->db, row, err) == -1))
			return -1;
	}
	return 0;
}

static int
rows_stopped(const struct rows *rows, struct error *err)
{
	return stop_asked(rows->db->stop, err, NULL,
	    "interrupted while the rows of run %lld were written; the same command writes them",
	    (long long)(rows->end >> 32));
}

/* After a page without a row the next row is looked for: a gap may be as long as ids can be. */
static int
rows_skip_gap(struct rows *rows, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, rows->db, SQL_NEXT_ROW);
	query_integer(&q, rows->last);
	query_integer(&q, rows->end);
	rc = query_next(&q, err);
	if (rc == 1)
		rows->last = query_get_null(&q, 0) ? rows->end : query_get_integer(&q, 0) - 1;
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
rows_read(struct rows *rows, struct rows_page *page, struct error *err)
{
	page->count = 0;
	while (page->count == 0 && rows->last < rows->end) {
		int rc;

		if (rows_stopped(rows, err) == -1 || db_begin_read(rows->db, err) == -1)
			return -1;
		rc = rows_read_page(rows, page, err);
		if (rc == 0 && page->count == 0)
			rc = rows_skip_gap(rows, err);
		db_rollback(rows->db);
		if (rc == -1) {
			page->count = 0;
			return -1;
		}
	}
	return page->count > 0;
}

int
rows_next(struct rows *rows, const struct row **row, struct error *err)
{
	*row = NULL;
	if (rows->page == NULL && (rows->page = rows_page_new()) == NULL)
		return error_memory(err);
	if (rows->next == rows->page->count) {
		int rc = rows_read(rows, rows->page, err);

		rows->next = 0;
		if (rc != 1)
			return rc;
	}
	*row = &rows->page->rows[rows->next++];
	return 1;
}
