#include "read/reader_csv_private.h"

#include "read/date.h"
#include "read/spreadsheet.h"
#include "utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The index of the first field that is too long; the count of fields or more when none is. */
static size_t
csv_find_long(const struct reader *reader)
{
	const struct csv_cells *cells = &reader->cells;

	if (cells->largest >= cells->count || !reader->long_records)
		return cells->largest;
	for (size_t i = cells->largest; i < cells->count && i < reader->column_count; i++)
		if (reader->columns[i] >= 0 && cells->cell[i].length > LIMIT_FIELD)
			return i;
	return SIZE_MAX;
}

static int
csv_check_count(struct reader *reader)
{
	const struct csv_cells *cells = &reader->cells;
	size_t large = csv_find_long(reader);

	if (large < cells->count)
		return reader_fault(reader,
		    large < reader->names.count ? reader->names.items[large] : NULL,
		    "a field of more than %u bytes: expected at most that", LIMIT_FIELD);
	if (cells->count > reader->column_count || cells->count < reader->columns_needed)
		return reader_fault(reader, NULL, "%zu field%s, the header has %zu", cells->count,
		    cells->count == 1 ? "" : "s", reader->column_count);
	for (size_t i = 0; i < cells->count; i++)
		if (reader->nameless[i] && cells->cell[i].length > 0)
			return reader_fault(reader, NULL,
			    "text in column %zu, which has no name in the header: expected an "
			    "empty "
			    "cell",
			    i + 1);
	return 0;
}

/* Whether all bytes are ASCII and none is NUL, as in most records. Eight bytes at a time. */
static bool
csv_is_plain(const char *text, size_t length)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
	uint64_t word, found = 0;
	size_t at = 0;

	for (; length - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, text + at, sizeof(word));
		found |= (word | (word - ones)) & tops; /* 0 - 1 sets the top bit */
	}
	for (; at < length; at++)
		found |= (signed char)text[at] <= 0;
	return found == 0;
}

/* Whether the text is UTF-8 without NUL; else sets the fault, with its column. */
static bool
csv_check_text(struct reader *reader, const char *text, size_t length)
{
	size_t valid = utf8_valid(text, length);
	const char *nul = memchr(text, '\0', valid);

	if (nul != NULL)
		valid = (size_t)(nul - text);
	if (valid == length)
		return true;
	return reader_check_text(reader, text, length, csv_record_column(reader, text, valid));
}

/* A value has a letter or a digit. People write dashes and the like for no value. */
static bool
csv_is_value(const char *text, size_t length)
{
	uint32_t code;

	for (size_t at = 0; at < length;) {
		at += utf8_decode(text + at, length - at, &code);
		if (code < 0x80 ? isalnum((int)code) != 0
				: code > 0xBF && !(code >= 0x2000 && code <= 0x2BFF) &&
				      !utf8_is_invisible(code))
			return spreadsheet_error(text, length) == NULL;
	}
	return false;
}

/* Looks for the first values of the columns that have had none so far. */
static void
csv_watch_cells(struct reader *reader)
{
	size_t left = 0;

	for (size_t i = 0; i < reader->undecided_count; i++) {
		size_t column = reader->undecided[i];
		const struct csv_cell *cell = &reader->cells.cell[column];

		if (cell->length > 0 && csv_is_value(cell->text, cell->length))
			reader->first[column] = date_is_common(cell->text, cell->length)
						    ? FIRST_DATE
						    : FIRST_OTHER;
		else
			reader->undecided[left++] = column;
	}
	reader->undecided_count = left;
}

/* Takes the cells as the values of the record: 1; 0 when all of them are empty. */
static int
csv_take_cells(struct reader *reader)
{
	const struct csv_cells *cells = &reader->cells;

	if (cells->filled == 0)
		return 0;
	if (csv_check_count(reader) != 0)
		return 1;
	if (reader->undecided_count > 0)
		csv_watch_cells(reader);
	for (size_t i = 0; i < cells->count; i++)
		if (reader->columns[i] >= 0)
			reader->values[reader->columns[i]] = (struct value){
			    VALUE_TEXT, cells->cell[i].text, cells->cell[i].length};
	return 1;
}

/* Reads a record: 1; 0 when all of its cells are empty; -1 and err. */
static int
csv_read_cells(struct reader *reader, const char *text, size_t length, struct error *err)
{
	int rc;

	if (!csv_is_plain(text, length) && !csv_check_text(reader, text, length))
		return 1;
	rc = csv_cells_parse(&reader->cells, text, length, reader->delimiter);
	if (rc == -1)
		return error_memory(err);
	if (rc == 0)
		return reader_fault(reader, NULL, "a record that is not CSV: expected RFC 4180");
	return csv_take_cells(reader);
}

/*
 * Most records are a plain line, which is read in two passes: one finds its end, and in the other
 * libcsv checks its quotes. 1: the line is a record; 0: csv_record_scan() must decide; -1 and err.
 */
static int
csv_read_line(struct reader *reader, struct extent *extent, struct error *err)
{
	const struct window *window = &reader->window;
	int rc;

	if (window_length(window) == 0 || !csv_splitter_plain(window_text(window),
					      window_length(window), reader->delimiter, extent))
		return 0;
	rc = csv_cells_parse_line(
	    &reader->cells, window_text(window), extent->length, reader->delimiter);
	return rc == -1 ? error_memory(err) : rc;
}

static int
csv_next(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	struct extent extent;

	for (;;) {
		enum split split = SPLIT_RECORD;
		int line = csv_read_line(reader, &extent, err);
		int rc = 0;

		if (line == -1)
			return -1;
		if (line == 0 &&
		    csv_record_scan(reader, reader->delimiter, &split, &extent, err) == -1)
			return -1;
		if (window_length(window) == 0)
			return 0;
		reader_begin(reader);
		if (split != SPLIT_RECORD) { /* csv_splitter.h: it ends with its first line */
			csv_record_damage(reader, split, &extent);
			return reader_take_line(reader, err);
		}
		if (line == 1)
			rc = csv_take_cells(reader);
		else if (!csv_record_is_blank(
			     window_text(window), extent.length, reader->delimiter))
			rc = csv_read_cells(reader, window_text(window), extent.length, err);
		if (rc == -1)
			return -1;
		reader_take(reader, extent.length, extent.next - extent.length, extent.lines);
		if (rc == 1)
			return 1;
		reader->number--;
		repairs_add(&reader->repairs, REPAIR_BLANK_ROW, reader->record.line);
	}
}

/* Only inside of quotes does a line start without starting a record. */
static int
csv_by_line(const struct reader *reader, uint64_t from, uint64_t to, struct error *err)
{
	int rc = window_holds(&reader->window, from, to, '"', err);

	return rc == -1 ? -1 : rc == 0;
}

const struct format_reader reader_csv = {csv_header_read, csv_next, csv_by_line};
