#include "report/page_private.h"

#include "write/html.h"

#include <string.h>

/* ---- rows ------------------------------------------------------------------------------ */

static void
page_add_cell(struct buffer *out, enum page_column_kind kind, const struct page_cell *cell)
{
	if (kind == PAGE_COUNT) {
		html_add_count(out, cell->count);
		return;
	}
	if (cell->text == NULL)
		return;
	if (kind == PAGE_TONED) {
		page_add_mark(out, cell->tone);
		buffer_add_string(out, " ");
	}
	html_add_name(out, cell->text, PAGE_TEXT);
}

static void
page_add_row(struct buffer *out, const struct page_table *table, const struct page_cell *cells)
{
	buffer_add_string(out, "<tr>");
	for (size_t i = 0; i < table->column_count && i < PAGE_COLUMNS; i++) {
		enum page_column_kind kind = table->columns[i].kind;
		const char *class = page_column_class(kind);

		if (kind == PAGE_COUNT && cells[i].count == 0)
			class = " class=\"count zero\"";
		buffer_addf(out, i == table->row_header ? "<th scope=\"row\"%s>" : "<td%s>", class);
		page_add_cell(out, kind, &cells[i]);
		buffer_add_string(out, i == table->row_header ? "</th>" : "</td>");
	}
	buffer_add_string(out, "</tr>\n");
}

/* Adds rows while the page has room for them, and returns how many. */
static size_t
page_add_rows(struct buffer *rows, const struct page_table *table, size_t most, size_t limit)
{
	size_t count = table->row_count < most ? table->row_count : most;

	for (size_t i = 0; i < count; i++) {
		size_t before = rows->length;

		page_add_row(rows, table, table->cells + i * table->column_count);
		if (rows->failed)
			return i;
		if (rows->length > limit) {
			rows->length = before;
			return i;
		}
	}
	return count;
}

/* ---- a table --------------------------------------------------------------------------- */

/* How many rows there are in all, where some are not listed, and where they are. */
static void
page_add_extent(
    struct buffer *out, const struct page_table *table, size_t listed, const char *report)
{
	uint64_t total = table->total > table->row_count ? table->total : table->row_count;

	if (listed == total && report == NULL)
		return;
	buffer_addf(out, "<p%s>", report == NULL ? " class=\"note\"" : "");
	if (listed < total) {
		buffer_add_string(out, "The first ");
		html_add_count(out, listed);
		buffer_add_string(out, " of ");
		html_add_count(out, total);
		buffer_add_string(out, " are listed.");
	}
	if (report != NULL) {
		buffer_add_string(
		    out, listed < total ? " The whole report is in " : "The whole report is in ");
		html_add_name(out, report, PAGE_TEXT);
		buffer_add_string(out, ".");
	}
	buffer_add_string(out, "</p>\n");
}

static void
page_add_head(struct buffer *out, const struct page_table *table)
{
	buffer_add_string(out, "<table>\n<caption>");
	html_add_text(out, table->caption, PAGE_TEXT);
	buffer_add_string(out, "</caption>\n<thead><tr>");
	for (size_t i = 0; i < table->column_count && i < PAGE_COLUMNS; i++)
		page_add_column(out, table->columns[i].label, table->columns[i].kind);
	buffer_add_string(out, "</tr></thead>\n<tbody>\n");
}

/* The rows are made first: what is said before them is how many they are. */
void
page_add_table(
    struct buffer *out, const struct page_table *table, const struct page_table_place *place)
{
	size_t room = place->limit > out->length ? place->limit - out->length : 0;
	struct buffer rows = {0};
	size_t listed = page_add_rows(&rows, table, place->most, room);

	page_begin_section(out, place->id, table->title, table->wide);
	if (table->row_count == 0 && table->total == 0) {
		buffer_add_string(out, "<p>");
		html_add_text(
		    out, table->none == NULL ? "There are none." : table->none, PAGE_TEXT);
		buffer_add_string(out, "</p>\n");
	}
	page_add_extent(out, table, listed, place->report);
	if (listed > 0) {
		page_begin_scroll(out, table->title);
		page_add_head(out, table);
		buffer_add(out, rows.bytes, rows.length);
		buffer_add_string(out, "</tbody>\n</table>\n");
		page_end_scroll(out);
	}
	page_end_section(out);
	out->failed |= rows.failed;
	buffer_release(&rows);
}
