#include "write/writer_private.h"

#include "timestamp.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_HELD 200           /* that decide the widths */
#define GAP 2                   /* blanks between columns */
#define START 8                 /* characters of FIT_START that are shown */
#define WRAP_LEAST 10           /* cells of a column that goes on in further lines */
#define ELLIPSIS "\xe2\x80\xa6" /* U+2026, one cell */
#define RED "\033[31m"
#define PLAIN "\033[0m"

enum kind { KIND_EMPTY, KIND_BARE, KIND_TEXT };

struct table_cell {
	size_t length; /* bytes in `held` */
	size_t width;
	bool failed; /* see writer_failure() */
};

struct table {
	struct layout_column *columns;
	enum kind *kinds;         /* of each column, the highest that was seen */
	struct table_cell *cells; /* of ROWS_HELD rows */
	size_t rows;              /* that are whole */
	struct buffer held;       /* the bytes of the cells, one after the other */
	bool streaming;           /* the widths are known, and rows are written at once */
	bool outgrown;            /* a cell of the row is longer than all before */
	size_t gap;               /* blanks between columns */
	size_t lines;             /* of the terminal that were written */
};

/* How many bytes at the start are printable ASCII: nearly always all of them. */
static size_t
table_plain(const char *bytes, size_t length)
{
	size_t count = 0;

	while (count < length && bytes[count] >= 0x20 && bytes[count] < 0x7f)
		count++;
	return count;
}

static struct table_cell
table_add_cell(struct buffer *held, const char *bytes, size_t length)
{
	size_t before = held->length;
	struct table_cell cell = {.width = table_plain(bytes, length)};

	buffer_add(held, bytes, cell.width);
	bytes += cell.width;
	length -= cell.width;
	while (length > 0) { /* escaped as in a message */
		char escape[UTF8_ESCAPE_SIZE];
		uint32_t code;
		size_t size = utf8_escape(bytes, length, escape);

		if (escape[0] != '\0') {
			buffer_add_string(held, escape);
			cell.width += strlen(escape);
		} else {
			utf8_decode(bytes, length, &code);
			buffer_add(held, bytes, size);
			cell.width += utf8_width(code);
		}
		bytes += size;
		length -= size;
	}
	cell.length = held->length - before;
	return cell;
}

/* Whether a text is a time as writer_time() writes it. */
static bool
table_is_time(const char *bytes, size_t length)
{
	int64_t time;

	return length >= sizeof("2026-11-22T20:17:26Z") - 1 && length < TIMESTAMP_SIZE &&
	       bytes[0] >= '0' && bytes[0] <= '9' && timestamp_parse(bytes, length, &time) == NULL;
}

/* How many bytes at the start are shown in *cells cells: whole characters, with what combines.
 * *cells becomes what is left of them. */
static size_t
table_fitting(const char *bytes, size_t length, size_t *cells)
{
	size_t used = 0;

	while (used < length) {
		uint32_t code;
		size_t size = utf8_decode(bytes + used, length - used, &code);
		size_t width = utf8_width(code);

		if (width > *cells)
			break;
		*cells -= width;
		used += size;
	}
	return used;
}

/* Of a value that was added last, keeps its first characters. */
static void
table_keep_start(struct buffer *held, struct table_cell *cell)
{
	size_t start = held->length - cell->length, left = START;
	size_t length;

	if (held->failed)
		return;
	length = table_fitting(held->bytes + start, cell->length, &left);
	held->length = start + length;
	buffer_add_string(held, ELLIPSIS);
	*cell = (struct table_cell){.length = held->length - start, .width = START - left + 1};
}

static void
table_put(struct writer *writer, const char *bytes, size_t length, enum kind kind)
{
	struct table *table = writer->table;
	struct layout_column *column = &table->columns[writer->cells];
	struct table_cell *cell = &table->cells[table->rows * writer->count + writer->cells];

	*cell = table_add_cell(&table->held, bytes, length);
	if (column->fit == FIT_START && cell->width > START + 1)
		table_keep_start(&table->held, cell);
	cell->failed = writer->failed;
	if (cell->width > column->value) {
		column->value = cell->width;
		table->outgrown = true;
	}
	if (table->streaming || kind == KIND_EMPTY)
		return;
	if (writer->view.longer == LONG_CUT && length > 0) {
		if (!table_is_time(bytes, length))
			column->time = false;
		else if (table->kinds[writer->cells] == KIND_EMPTY)
			column->time = true;
	}
	if (kind > table->kinds[writer->cells])
		table->kinds[writer->cells] = kind;
}

static void
writer_table_text(struct writer *writer, const char *bytes, size_t length)
{
	table_put(writer, bytes, length, KIND_TEXT);
}

static void
writer_table_bare(struct writer *writer, const char *bytes, size_t length)
{
	table_put(writer, bytes, length, length == 0 ? KIND_EMPTY : KIND_BARE);
}

static int
writer_table_begin(struct writer *writer)
{
	const struct writer_view *view = &writer->view;
	size_t count = writer->count + 1; /* never 0 bytes */
	struct table *table = calloc(1, sizeof(*table));

	writer->table = table;
	if (table == NULL)
		return -1;
	table->columns = calloc(count, sizeof(*table->columns));
	table->kinds = calloc(count, sizeof(*table->kinds));
	table->cells = calloc(count * ROWS_HELD, sizeof(*table->cells));
	if (table->columns == NULL || table->kinds == NULL || table->cells == NULL)
		return -1;
	table->gap = GAP;
	for (size_t i = 0; i < writer->count; i++) {
		const char *name = writer->columns[i];

		table->columns[i].name = table_add_cell(&table->held, name, strlen(name)).width;
		table->columns[i].fit = view->fits == NULL
					    ? FIT_ALWAYS
					    : view->fits[writer_choice_source(writer, i)];
	}
	buffer_clear(&table->held);
	return table->held.failed ? -1 : 0;
}

static void
table_add_blanks(struct buffer *line, size_t count)
{
	static const char blanks[] = "                                ";
	const size_t most = sizeof(blanks) - 1;

	for (; count > most; count -= most)
		buffer_add(line, blanks, most);
	buffer_add(line, blanks, count);
}

/* Adds a value in so many cells, 1 at least, or in one less where a wide character does not fit.
 * Returns the cells that it takes. */
static size_t
table_add_cut(struct buffer *line, const char *bytes, const struct table_cell *cell, size_t cells)
{
	size_t left = cells - 1;

	if (cell->width <= cells) {
		buffer_add(line, bytes, cell->length);
		return cell->width;
	}
	buffer_add(line, bytes, table_fitting(bytes, cell->length, &left));
	buffer_add_string(line, ELLIPSIS);
	return cells - left;
}

/* Adds the last value of a line, from the indent on, broken at a blank where one is near. */
static void
table_add_wrapped(struct writer *writer, const char *bytes, size_t length, size_t indent)
{
	for (;;) {
		size_t room = writer->table->columns[writer->count - 1].width;
		size_t piece = table_fitting(bytes, length, &room), end = piece;

		if (piece == length || piece == 0)
			break;
		while (end > 0 && bytes[end] != ' ')
			end--;
		piece = end == 0 ? piece : end;
		buffer_add(&writer->line, bytes, piece);
		buffer_add(&writer->line, "\n", 1);
		table_add_blanks(&writer->line, indent);
		writer->table->lines++;
		piece += end == 0 ? 0 : 1;
		bytes += piece;
		length -= piece;
	}
	buffer_add(&writer->line, bytes, length);
}

/* Adds a value whose column begins after `indent` cells. Returns the cells that it takes. */
static size_t
table_add_value(struct writer *writer, size_t i, const char *bytes, const struct table_cell *cell,
    size_t indent)
{
	bool last = i + 1 == writer->count;

	if (writer->view.longer == LONG_WRAP && last)
		table_add_wrapped(writer, bytes, cell->length, indent);
	else if (writer->view.longer == LONG_WHOLE)
		buffer_add(&writer->line, bytes, cell->length);
	else
		return table_add_cut(&writer->line, bytes, cell, writer->table->columns[i].width);
	return cell->width;
}

/* Adds a row of cells as a line, without blanks at its end. Returns where the next row starts. */
static const char *
table_add_line(struct writer *writer, const struct table_cell *cells, const char *bytes)
{
	struct table *table = writer->table;
	size_t blanks = 0, used = 0;

	for (size_t i = 0; i < writer->count; bytes += cells[i++].length) {
		const struct layout_column *column = &table->columns[i];
		size_t pad = cells[i].width < column->width ? column->width - cells[i].width : 0;
		bool right = table->kinds[i] == KIND_BARE && !writer->view.left;

		if (column->hidden)
			continue;
		blanks += right ? pad : 0;
		if (cells[i].length > 0) {
			size_t taken;

			table_add_blanks(&writer->line, blanks);
			used += blanks;
			buffer_add_string(&writer->line, cells[i].failed ? RED : "");
			taken = table_add_value(writer, i, bytes, &cells[i], used);
			buffer_add_string(&writer->line, cells[i].failed ? PLAIN : "");
			used += taken;
			pad = taken < column->width ? column->width - taken : 0;
			blanks = 0;
		}
		blanks += (right ? 0 : pad) + table->gap;
	}
	buffer_add(&writer->line, "\n", 1);
	table->lines++;
	if (writer->view.longer == LONG_WHOLE && writer->view.width > 0 && used > 0)
		table->lines += (used - 1) / writer->view.width;
	return bytes;
}

/* The room that the last column has beside the others, which are whole. */
static bool
table_wrap_last(struct writer *writer)
{
	struct layout_column *columns = writer->table->columns;
	size_t last = writer->count - 1, used = 0;

	for (size_t i = 0; i < last; i++) {
		columns[i].width = columns[i].name > columns[i].value ? columns[i].name
								      : columns[i].value;
		used += columns[i].width + GAP;
	}
	if (used + WRAP_LEAST > writer->view.width)
		return false;
	columns[last].width = columns[last].name > columns[last].value ? columns[last].name
								       : columns[last].value;
	if (columns[last].width > writer->view.width - used)
		columns[last].width = writer->view.width - used;
	return true;
}

/* Sets the widths of the columns from the cells so far. */
static void
table_set_widths(struct writer *writer)
{
	struct table *table = writer->table;

	table->outgrown = false;
	if (writer->view.longer == LONG_WRAP && writer->count > 0 && table_wrap_last(writer))
		return;
	if (writer->view.longer != LONG_WHOLE) {
		for (size_t i = 0; i < writer->count; i++)
			table->columns[i].number = table->kinds[i] == KIND_BARE;
		table->gap = writer_layout(
		    table->columns, writer->count, writer->view.width, !table->streaming);
		return;
	}
	for (size_t i = 0; i < writer->count && !table->streaming; i++) {
		struct layout_column *column = &table->columns[i];

		column->width = column->name > column->value ? column->name : column->value;
	}
}

/* Adds the names of the columns as a line; nothing is held. */
static void
table_add_header(struct writer *writer)
{
	struct buffer names = {0};
	struct table_cell *cells = calloc(writer->count, sizeof(*cells));

	for (size_t i = 0; cells != NULL && i < writer->count; i++)
		cells[i] = table_add_cell(&names, writer->columns[i], strlen(writer->columns[i]));
	if (cells == NULL || names.failed)
		writer->line.failed = true;
	else
		table_add_line(writer, cells, names.bytes);
	buffer_release(&names);
	free(cells);
}

/* Adds the rows that are held; before the first ones, the header. */
static void
table_flush(struct writer *writer)
{
	struct table *table = writer->table;
	const char *bytes = table->held.bytes;

	if (writer->count == 0)
		return;
	if (!table->streaming || table->outgrown)
		table_set_widths(writer);
	if (!table->streaming)
		table_add_header(writer);
	if (table->held.failed)
		writer->line.failed = true;
	for (size_t i = 0; i < table->rows && !writer->line.failed; i++)
		bytes = table_add_line(writer, table->cells + i * writer->count, bytes);
	buffer_clear(&table->held);
	table->rows = 0;
	table->streaming = true;
}

static void
writer_table_row(struct writer *writer)
{
	struct table *table = writer->table;

	table->rows++;
	if (table->streaming || table->rows == ROWS_HELD)
		table_flush(writer);
}

/* The header of what has scrolled is repeated. */
static void
writer_table_end(struct writer *writer)
{
	struct table *table = writer->table;

	if (!table->streaming)
		table_flush(writer);
	if (writer->view.height > 0 && table->lines >= writer->view.height && writer->count > 0)
		table_add_header(writer);
}

static void
writer_table_release(struct writer *writer)
{
	struct table *table = writer->table;

	if (table == NULL)
		return;
	buffer_release(&table->held);
	free(table->columns);
	free(table->kinds);
	free(table->cells);
	free(table);
}

const struct writer_format writer_table = {
    .yes = "true",
    .no = "false",
    .null = "",
    .begin = writer_table_begin,
    .text = writer_table_text,
    .bare = writer_table_bare,
    .row = writer_table_row,
    .end = writer_table_end,
    .release = writer_table_release,
};
