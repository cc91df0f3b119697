#include "database/walk_private.h"

#include "memory.h"
#include "program/progress.h"
#include "program/thread.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_IDS 1024 /* some milliseconds, and some megabytes where rows are long */

void
walk_init(struct walk *walk, struct database *db, enum sql page_end, enum sql rows,
    const volatile sig_atomic_t *stop)
{
	*walk = (struct walk){
	    .db = db,
	    .page_end = page_end,
	    .rows = rows,
	    .page_ids = PAGE_IDS,
	    .stop = stop,
	    .after = INT64_MIN,
	    .last = INT64_MAX,
	};
}

void
walk_describe(struct walk *walk, const int *columns, size_t count)
{
	walk->columns = columns;
	walk->column_count = count;
}

/* The thread reads a page with a walk of its own, which is joined before anybody looks at it. */
struct walk_ahead {
	struct walk walk;
	struct error err;
	pthread_t thread;
	bool begun, runs;
	int rc; /* of walk_turn() */
};

static void
walk_page_release(struct walk_page *page)
{
	free(page->values);
	buffer_release(&page->bytes);
	*page = (struct walk_page){0};
}

static void
ahead_join(struct walk_ahead *ahead)
{
	if (ahead->runs)
		pthread_join(ahead->thread, NULL);
	ahead->runs = false;
}

void
walk_release(struct walk *walk)
{
	if (walk->ahead != NULL) {
		ahead_join(walk->ahead);
		walk_page_release(&walk->ahead->walk.page);
		free(walk->ahead);
		walk->ahead = NULL;
	}
	walk_page_release(&walk->page);
	walk->done = true;
}

static struct db_value *
walk_add_row(struct walk_page *page)
{
	size_t used = page->rows * page->columns;

	while (used + page->columns > page->capacity) {
		struct db_value *values = memory_grow(
		    page->values, page->capacity, &page->capacity, sizeof(*values));

		if (values == NULL)
			return NULL;
		page->values = values;
	}
	page->rows++;
	return page->values + used;
}

/* Copies the row that the query is on. */
static int
walk_take(struct walk_page *page, const struct query *q, struct error *err)
{
	struct db_value *values = walk_add_row(page);

	if (values == NULL)
		return error_memory(err);
	for (int i = 0; i < (int)page->columns; i++) {
		struct db_value *value = &values[i];

		if (query_get(q, i, value, err) == -1)
			return -1;
		if (value->type != DB_TEXT && value->type != DB_BLOB)
			continue;
		value->integer = (int64_t)page->bytes.length;
		if (value->length > 0)
			buffer_add(&page->bytes, value->data, value->length);
		buffer_add(&page->bytes, "", 1);
	}
	return page->bytes.failed ? error_memory(err) : 0;
}

/* Whether the last row is as its columns say: query_verify() says what is wrong. */
static bool
walk_is_sound(const struct walk *walk)
{
	const struct walk_page *page = &walk->page;
	const struct db_value *values = page->values + (page->rows - 1) * page->columns;

	for (size_t i = 0; i < walk->column_count; i++) {
		struct db_value value = values[i];

		if (value.type == DB_TEXT || value.type == DB_BLOB)
			value.data = page->bytes.bytes + value.integer;
		if (!stored_column_takes(walk->columns[i], &value))
			return false;
	}
	return true;
}

/* The last id of the next page into *last: 1, 0 when there is none, -1 and err. */
static int
walk_find_page(struct walk *walk, int64_t *last, struct error *err)
{
	struct query q;
	int rc;

	if (walk->after >= walk->last)
		return 0;
	query_begin(&q, walk->db, walk->page_end);
	query_integer(&q, walk->after);
	query_integer(&q, walk->page_ids);
	rc = query_next(&q, err);
	if (rc == 1 && query_get_null(&q, 0))
		rc = 0;
	if (rc == 1) {
		*last = query_get_integer(&q, 0);
		if (*last <= walk->after) /* a table out of order would be walked for ever */
			rc = error_set(err, ERROR_STORAGE, walk->db->path,
			    "the database is damaged (ids out of order, while %s); restore it from "
			    "a backup",
			    sql_name(walk->page_end));
		if (*last > walk->last)
			*last = walk->last;
	}
	query_end(&q);
	return rc;
}

static void
walk_begin_page(struct walk *walk, struct query *q, int64_t last)
{
	progress_advance((uint64_t)walk->page_ids);
	progress_add(0);
	query_begin(q, walk->db, walk->rows);
	query_integer(q, walk->after);
	query_integer(q, last);
	if (walk->bind != NULL)
		walk->bind(q, walk->values);
	walk->after = last;
}

/* Takes the row that the query is on. */
static int
walk_read_row(struct walk *walk, const struct query *q, struct error *err)
{
	struct walk_page *page = &walk->page;
	int rc;

	page->columns = (size_t)q->engine->columns(q->statement);
	if (walk_take(page, q, err) == -1)
		return -1;
	if (!walk_is_sound(walk) && query_verify(q, walk->columns, walk->column_count, err) == -1)
		return -1;
	if (walk->amend == NULL)
		return 0;
	page->row = page->rows;
	rc = walk->amend(walk, walk->values, err);
	page->row = 0;
	return rc;
}

static int
walk_read_page(struct walk *walk, int64_t last, struct error *err)
{
	struct walk_page *page = &walk->page;
	struct query q;
	int rc;

	page->rows = page->row = 0;
	buffer_clear(&page->bytes);
	walk_begin_page(walk, &q, last);
	while ((rc = query_next(&q, err)) == 1)
		if (walk_read_row(walk, &q, err) == -1) {
			rc = -1;
			break;
		}
	query_end(&q);
	if (rc == -1)
		page->rows = 0;
	return rc;
}

static int
walk_stopped(const struct walk *walk, struct error *err)
{
	return stop_asked(walk->stop, err, NULL, "interrupted");
}

/* Reads the page after the last one: 1, 0 when there is none, -1 and err. */
static int
walk_turn(struct walk *walk, struct error *err)
{
	const struct walk_page *page = &walk->page;
	bool by_position = walk->page_end == SQL_NONE;
	int64_t last = walk->last;
	int rc = 1;

	if (!by_position) {
		rc = walk_find_page(walk, &last, err);
	} else if (page->rows > 0) {
		walk->after = walk_integer(walk, (int)page->columns - 2);
		last = walk_integer(walk, (int)page->columns - 1);
	}
	if (rc == 1 && (walk_stopped(walk, err) == -1 || walk_read_page(walk, last, err) == -1))
		return -1;
	return by_position && page->rows == 0 ? 0 : rc;
}

/* ---- reading ahead ------------------------------------------------------------------------ */

static void *
ahead_run(void *closure)
{
	struct walk_ahead *ahead = closure;

	ahead->rc = walk_turn(&ahead->walk, &ahead->err);
	return NULL;
}

/* Where no thread can be started it is done at once. */
static void
ahead_start(struct walk_ahead *ahead)
{
	ahead->runs = thread_start(&ahead->thread, ahead_run, ahead) == 0;
	if (!ahead->runs)
		ahead_run(ahead);
}

/* Takes the page that was read, and has the next one read. As walk_turn(). */
static int
ahead_turn(struct walk *walk, struct error *err)
{
	struct walk_ahead *ahead = walk->ahead;
	struct walk_page page = walk->page;

	if (!ahead->begun)
		ahead_start(ahead);
	ahead->begun = true;
	ahead_join(ahead);
	if (ahead->rc != 1) {
		if (ahead->rc == -1)
			*err = ahead->err;
		return ahead->rc;
	}
	walk->page = ahead->walk.page;
	ahead->walk.page = page;
	ahead_start(ahead);
	return 1;
}

int
walk_read_ahead(struct walk *walk, struct error *err)
{
	walk->ahead = calloc(1, sizeof(*walk->ahead));
	if (walk->ahead == NULL)
		return error_memory(err);
	walk->ahead->walk = *walk;
	walk->ahead->walk.ahead = NULL;
	return 0;
}

/* ---- rows --------------------------------------------------------------------------------- */

int
walk_next(struct walk *walk, struct error *err)
{
	int rc;

	if (walk_stopped(walk, err) == -1)
		return -1;
	while (walk->page.row >= walk->page.rows) {
		if (walk->done)
			return 0;
		rc = walk->ahead == NULL ? walk_turn(walk, err) : ahead_turn(walk, err);
		if (rc != 1) {
			walk->done = true;
			return rc;
		}
	}
	walk->page.row++;
	return 1;
}

int
walk_run(struct walk *walk, struct error *err)
{
	int64_t last;
	int rc;

	while ((rc = walk_find_page(walk, &last, err)) == 1) {
		struct query q;

		walk_begin_page(walk, &q, last);
		if (query_run(&q, err) == -1 || walk_stopped(walk, err) == -1)
			return -1;
	}
	return rc;
}

static const struct db_value *
walk_current(const struct walk *walk, int column)
{
	const struct walk_page *page = &walk->page;

	return page->values + (page->row - 1) * page->columns + (size_t)column;
}

int64_t
walk_integer(const struct walk *walk, int column)
{
	const struct db_value *value = walk_current(walk, column);

	return value->type == DB_INTEGER ? value->integer : 0;
}

bool
walk_null(const struct walk *walk, int column)
{
	return walk_current(walk, column)->type == DB_NULL;
}

const char *
walk_text(const struct walk *walk, int column)
{
	const struct db_value value = walk_value(walk, column);

	return value.type == DB_TEXT ? value.data : NULL;
}

struct db_value
walk_value(const struct walk *walk, int column)
{
	struct db_value value = *walk_current(walk, column);

	if (value.type == DB_TEXT || value.type == DB_BLOB)
		value.data = walk->page.bytes.bytes + value.integer;
	return value;
}

int
walk_set_text(struct walk *walk, int column, const char *text, struct error *err)
{
	struct walk_page *page = &walk->page;
	struct db_value *value = &page->values[(page->row - 1) * page->columns + (size_t)column];

	*value = (struct db_value){.type = DB_NULL};
	if (text == NULL)
		return 0;
	*value = (struct db_value){
	    .type = DB_TEXT, .integer = (int64_t)page->bytes.length, .length = strlen(text)};
	buffer_add(&page->bytes, text, value->length + 1);
	return page->bytes.failed ? error_memory(err) : 0;
}
