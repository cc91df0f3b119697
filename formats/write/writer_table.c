#include "write/writer_private.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_HELD 200 /* that decide the widths */
#define GAP 2         /* blanks between columns */

enum kind { KIND_EMPTY, KIND_BARE, KIND_TEXT };

struct table_cell {
	size_t length; /* bytes in `held` */
	size_t width;
};

struct table_column {
	size_t width;
	enum kind kind; /* the highest that was seen */
};

struct table {
	struct table_column *columns;
	struct table_cell *cells; /* of the header and ROWS_HELD rows */
	size_t rows;              /* that are whole, with the header */
	struct buffer held;       /* the bytes of the cells, one after the other */
	bool streaming;           /* the widths are known, and rows are written at once */
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
	struct table_cell cell = {0, table_plain(bytes, length)};

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

static void
table_put(struct writer *writer, const char *bytes, size_t length, enum kind kind)
{
	struct table *table = writer->table;
	struct table_column *column = &table->columns[writer->cells];
	struct table_cell *cell = &table->cells[table->rows * writer->count + writer->cells];

	*cell = table_add_cell(&table->held, bytes, length);
	if (table->streaming)
		return;
	if (cell->width > column->width)
		column->width = cell->width;
	if (kind > column->kind)
		column->kind = kind;
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
	struct table *table = calloc(1, sizeof(*table));

	writer->table = table;
	if (table == NULL)
		return -1;
	table->columns = calloc(writer->count, sizeof(*table->columns));
	table->cells = calloc(writer->count * (ROWS_HELD + 1), sizeof(*table->cells));
	if (writer->count > 0 && (table->columns == NULL || table->cells == NULL))
		return -1;
	for (size_t i = 0; i < writer->count; i++) {
		writer->cells = i;
		table_put(writer, writer->columns[i], strlen(writer->columns[i]), KIND_EMPTY);
	}
	writer->cells = 0;
	table->rows = 1;
	return 0;
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

/* Adds a row of cells as a line, without blanks at its end. Returns where the next row starts. */
static const char *
table_add_line(struct writer *writer, const struct table_cell *cells, const char *bytes)
{
	size_t blanks = 0;

	for (size_t i = 0; i < writer->count; i++) {
		const struct table_column *column = &writer->table->columns[i];
		size_t width = cells[i].width;
		size_t pad = width < column->width ? column->width - width : 0;
		bool right = column->kind == KIND_BARE;

		blanks += right ? pad : 0;
		if (cells[i].length > 0) {
			table_add_blanks(&writer->line, blanks);
			buffer_add(&writer->line, bytes, cells[i].length);
			blanks = 0;
		}
		bytes += cells[i].length;
		blanks += (right ? 0 : pad) + GAP;
	}
	buffer_add(&writer->line, "\n", 1);
	return bytes;
}

static void
table_flush(struct writer *writer)
{
	struct table *table = writer->table;
	const char *bytes = table->held.bytes;

	if (table->held.failed)
		writer->line.failed = true;
	else
		for (size_t i = 0; i < table->rows; i++)
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
	if (table->streaming || table->rows > ROWS_HELD)
		table_flush(writer);
}

static void
writer_table_end(struct writer *writer)
{
	if (!writer->table->streaming)
		table_flush(writer);
}

static void
writer_table_release(struct writer *writer)
{
	struct table *table = writer->table;

	if (table == NULL)
		return;
	buffer_release(&table->held);
	free(table->columns);
	free(table->cells);
	free(table);
}

const struct writer_format writer_table = {
    .yes = "1",
    .no = "0",
    .null = "",
    .begin = writer_table_begin,
    .text = writer_table_text,
    .bare = writer_table_bare,
    .row = writer_table_row,
    .end = writer_table_end,
    .release = writer_table_release,
};
