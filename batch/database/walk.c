#include "database/walk.h"

#include <stdlib.h>
#include <string.h>

#define PART_IDS 8192 /* some ten milliseconds, and a few megabytes of rows at the most */

struct cell {
	struct stored_value value;
	size_t offset; /* of a text in `texts` */
};

void
walk_init(struct walk *walk, struct database *db, const struct statement *part,
    const struct statement *rows, const volatile sig_atomic_t *stop)
{
	*walk = (struct walk){
	    .db = db,
	    .part = part,
	    .rows = rows,
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

void
walk_release(struct walk *walk)
{
	free(walk->page.cells);
	buffer_release(&walk->page.texts);
	walk->page = (struct page){0};
	walk->done = true;
}

static struct cell *
page_add_row(struct page *page)
{
	size_t used = page->rows * page->columns;

	if (used + page->columns > page->capacity) {
		size_t capacity = page->capacity == 0 ? 1024 : 2 * page->capacity;
		struct cell *cells;

		while (used + page->columns > capacity)
			capacity *= 2;
		cells = reallocarray(page->cells, capacity, sizeof(*cells));
		if (cells == NULL)
			return NULL;
		page->cells = cells;
		page->capacity = capacity;
	}
	page->rows++;
	return page->cells + used;
}

/* Copies the row that the query stands on. */
static int
page_take(struct page *page, const struct query *q, struct error *err)
{
	struct cell *cells = page_add_row(page);

	if (cells == NULL)
		return error_memory(err);
	for (int i = 0; i < (int)page->columns; i++) {
		struct cell *cell = &cells[i];

		cell->offset = page->texts.length;
		if (query_value(q, i, &cell->value, err) == -1)
			return -1;
		if (cell->value.type != VALUE_IS_TEXT)
			continue;
		buffer_add(&page->texts, query_get_text(q, i), cell->value.length);
		buffer_add(&page->texts, "", 1);
	}
	return page->texts.failed ? error_memory(err) : 0;
}

/* The last id of the next part into *last: 1, 0 when there is none, -1 and err. */
static int
find_part(struct walk *walk, int64_t *last, struct error *err)
{
	struct query q;
	int rc;

	if (walk->after >= walk->last)
		return 0;
	query_begin(&q, walk->db, walk->part);
	query_integer(&q, walk->after);
	query_integer(&q, PART_IDS);
	rc = query_next(&q, err);
	if (rc == 1 && query_get_null(&q, 0))
		rc = 0;
	if (rc == 1) {
		*last = query_get_integer(&q, 0);
		if (*last <= walk->after) /* a table out of order would be walked for ever */
			rc = error_set(err, ERROR_STORAGE, walk->db->path,
			    "the database is damaged (ids out of order, while %s); restore it from "
			    "a backup",
			    walk->part->name);
		if (*last > walk->last)
			*last = walk->last;
	}
	query_end(&q);
	return rc;
}

static void
begin_part(struct walk *walk, struct query *q, int64_t last)
{
	query_begin(q, walk->db, walk->rows);
	query_integer(q, walk->after);
	query_integer(q, last);
	if (walk->bind != NULL)
		walk->bind(q, walk->values);
	walk->after = last;
}

static int
read_part(struct walk *walk, int64_t last, struct error *err)
{
	struct page *page = &walk->page;
	struct query q;
	int rc;

	page->rows = page->row = 0;
	buffer_clear(&page->texts);
	begin_part(walk, &q, last);
	while ((rc = query_next(&q, err)) == 1) {
		page->columns = (size_t)sqlite3_column_count(q.statement);
		if (query_verify(&q, walk->columns, walk->column_count, err) == -1 ||
		    page_take(page, &q, err) == -1) {
			rc = -1;
			break;
		}
	}
	query_end(&q);
	return rc;
}

static int
stopped(const struct walk *walk, struct error *err)
{
	int signal_number = walk->stop == NULL ? 0 : (int)*walk->stop;

	if (signal_number == 0)
		return 0;
	return error_set(err, (enum error_code)(ERROR_SIGNAL + signal_number), NULL, "interrupted");
}

int
walk_next(struct walk *walk, struct error *err)
{
	int64_t last;
	int rc;

	if (stopped(walk, err) == -1)
		return -1;
	while (walk->page.row >= walk->page.rows) {
		if (walk->done)
			return 0;
		rc = find_part(walk, &last, err);
		if (rc != 1) {
			walk->done = true;
			return rc;
		}
		if (stopped(walk, err) == -1 || read_part(walk, last, err) == -1)
			return -1;
	}
	walk->page.row++;
	return 1;
}

int
walk_run(struct walk *walk, struct error *err)
{
	int64_t last;
	int rc;

	while ((rc = find_part(walk, &last, err)) == 1) {
		struct query q;

		begin_part(walk, &q, last);
		if (query_run(&q, err) == -1 || stopped(walk, err) == -1)
			return -1;
	}
	return rc;
}

static const struct cell *
current(const struct walk *walk, int column)
{
	const struct page *page = &walk->page;

	return page->cells + (page->row - 1) * page->columns + (size_t)column;
}

int64_t
walk_integer(const struct walk *walk, int column)
{
	return current(walk, column)->value.integer;
}

bool
walk_null(const struct walk *walk, int column)
{
	return current(walk, column)->value.type == VALUE_IS_NULL;
}

const char *
walk_text(const struct walk *walk, int column)
{
	const struct cell *cell = current(walk, column);

	return cell->value.type != VALUE_IS_TEXT ? NULL : walk->page.texts.bytes + cell->offset;
}

struct stored_value
walk_value(const struct walk *walk, int column)
{
	return current(walk, column)->value;
}
