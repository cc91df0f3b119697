#include "read/reader_csv_private.h"

#include "read/names.h"

#include <ctype.h>
#include <string.h>

/* The header of CSV: finds the delimiter and judges the columns. */

static const char header_delimiters[] = ",;\t|";

/* Lists the known names for a message. */
static void
header_list_expected(const struct fields *fields, char *list, size_t size)
{
	size_t length = 0, field;

	list[0] = '\0';
	for (size_t i = 0; i < fields->count && length < size; i++) {
		const char *name = fields->names[i];

		if (name_find(fields, name, strlen(name), &field) == NAME_KNOWN)
			length += (size_t)snprintf(
			    list + length, size - length, "%s%s", length == 0 ? "" : ", ", name);
	}
}

static int
header_refuse(struct reader *reader, uint64_t line, const char *what, struct error *err)
{
	char list[512];

	header_list_expected(reader->fields, list, sizeof(list));
	return error_set_at(err, ERROR_INPUT,
	    (struct error_place){.file = reader->name, .line = line},
	    "%s: expected the names of the columns first%s%s", what,
	    list[0] == '\0' ? "" : ", of which are known ", list);
}

/* ---- before the header --------------------------------------------------------------------- */

/* Reads a first line sep=X. Spreadsheets take X for the delimiter and do not show the line. */
static int
header_read_separator(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	const char *text;
	size_t length;

	while (window_length(window) < 8 && !window->ended)
		if (window_more(window, err) == -1)
			return -1;
	text = window_text(window);
	length = window_length(window);
	if (length < 5 || strncasecmp(text, "sep=", 4) != 0 || text[4] == '"' ||
	    (text[4] != '\t' && (text[4] <= ' ' || text[4] > '~')) ||
	    isalnum((unsigned char)text[4]) || line_end(text, length) > 5)
		return 0;
	if (reader->delimiter == '\0')
		reader->delimiter = text[4];
	reader->separator_line = true;
	window_take(window, 5, 0);
	return window_skip_end(window, err);
}

/* Whether a line is blank with any delimiter that the file may have. */
static bool
header_blank_line(const struct reader *reader, const char *text, size_t length)
{
	char delimiter = length == 0 ? ',' : text[0];

	if (length > 0 && delimiter != reader->delimiter &&
	    (reader->delimiter != '\0' || strchr(header_delimiters, delimiter) == NULL))
		return false;
	return csv_record_is_blank(text, length, delimiter);
}

static int
header_skip_blank_lines(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	struct extent extent;
	enum split split;

	for (;;) {
		if (csv_record_scan(reader, ',', &split, &extent, err) == -1)
			return -1;
		if (window_length(window) == 0)
			return header_refuse(reader, 0, "the file is empty", err);
		if (split != SPLIT_RECORD ||
		    !header_blank_line(reader, window_text(window), extent.length))
			return 0;
		repairs_add(&reader->repairs, REPAIR_BLANK_ROW, window->line);
		window_take(window, extent.next, extent.lines);
	}
}

/* ---- the delimiter ------------------------------------------------------------------------- */

/* Counts the known names with this delimiter. 1; 0 when the header is damaged then; -1 and err. */
static int
header_count_known(
    struct reader *reader, char delimiter, size_t *known, size_t *columns, struct error *err)
{
	struct csv_cells *cells = &reader->cells;
	struct extent extent;
	enum split split;
	size_t field;
	int rc;

	*known = *columns = 0;
	if (csv_record_scan(reader, delimiter, &split, &extent, err) == -1)
		return -1;
	if (split != SPLIT_RECORD)
		return 0;
	rc = csv_cells_parse(cells, window_text(&reader->window), extent.length, delimiter);
	if (rc == -1)
		return error_memory(err);
	for (size_t i = 0; i < cells->count && i < LIMIT_COLUMNS; i++)
		*known += name_find(reader->fields, cells->cell[i].text, cells->cell[i].length,
			      &field) == NAME_KNOWN;
	*columns = cells->count;
	return rc;
}

/* Takes the delimiter with the most known names, then the most columns, then the first listed. */
static int
header_find_delimiter(struct reader *reader, struct error *err)
{
	size_t best_known = 0, best_columns = 0;

	if (reader->delimiter != '\0')
		return 0;
	reader->delimiter = header_delimiters[0];
	for (const char *delimiter = header_delimiters; *delimiter != '\0'; delimiter++) {
		size_t known, columns;
		int rc = header_count_known(reader, *delimiter, &known, &columns, err);

		if (rc == -1)
			return -1;
		if (rc == 0 || known < best_known ||
		    (known == best_known && columns <= best_columns))
			continue;
		best_known = known;
		best_columns = columns;
		reader->delimiter = *delimiter;
	}
	return 0;
}

/* ---- the columns --------------------------------------------------------------------------- */

/* Notes what a column is for. A refused one is reported later, with all others. */
static int
header_settle_column(struct reader *reader, size_t column, uint64_t line, struct error *err)
{
	const struct judged *judged = &reader->judged[column];
	size_t field = judged->field;

	switch (judged->kind) {
	case NAME_KNOWN:
		if (name_has_invisible(judged->name, judged->length))
			repairs_add(&reader->repairs, REPAIR_INVISIBLE_CHARACTERS, line);
		reader->has[field] = true;
		reader->columns[column] = (int)field;
		return 0;
	case NAME_UNKNOWN:
		if (reader->nameless[column])
			return 0;
		return reader_ignore(reader, judged->name, judged->length, err);
	case NAME_DROPPED:
		reader->dropped[column] = true;
		if (field < reader->fields->count && !reader->has[field]) {
			reader->has[field] = true;
			reader->columns[column] = (int)field;
		}
		return 0;
	default:
		return 0;
	}
}

/* Takes the names of all columns and judges them. */
static int
header_judge_columns(struct reader *reader, struct error *err)
{
	const struct csv_cells *cells = &reader->cells;

	for (size_t i = 0; i < cells->count; i++) {
		const struct csv_cell *cell = &cells->cell[i];

		if (name_list_add(&reader->names, cell->text, cell->length, 0) == -1)
			return error_memory(err);
		reader->columns[i] = -1;
		reader->nameless[i] = name_is_blank(cell->text, cell->length);
		reader->judged[i].name = reader->names.items[i];
		reader->judged[i].length = cell->length;
	}
	names_judge(reader->fields, reader->judged, cells->count);
	for (size_t i = 0; i < cells->count; i++)
		if (reader->nameless[i])
			reader->judged[i].kind = NAME_UNKNOWN;
	return 0;
}

/* Notes which columns may be meant for a field because of their values. */
static void
header_watch_columns(struct reader *reader)
{
	const struct fields *fields = reader->fields;
	bool watched = false;

	for (size_t i = 0; i < fields->meaning_count && !watched; i++) {
		reader->dates_field = fields->meanings[i].field;
		watched = fields->meanings[i].dates && !reader->has[reader->dates_field];
	}
	for (size_t i = 0; i < reader->column_count && watched; i++)
		if (reader->judged[i].kind == NAME_UNKNOWN && !reader->nameless[i])
			reader->undecided[reader->undecided_count++] = i;
}

/* Whether one name at least is that of a field, or no field is known. */
static bool
header_any_known(const struct reader *reader)
{
	const struct csv_cells *cells = &reader->cells;
	size_t field;

	for (size_t i = 0; i < cells->count; i++)
		if (name_find(reader->fields, cells->cell[i].text, cells->cell[i].length, &field) ==
		    NAME_KNOWN)
			return true;
	return reader->fields->count == 0;
}

static int
header_settle_columns(struct reader *reader, uint64_t line, struct error *err)
{
	struct csv_cells *cells = &reader->cells;

	if (cells->count > LIMIT_COLUMNS)
		return error_set_at(err, ERROR_INPUT,
		    (struct error_place){.file = reader->name, .line = line},
		    "the header has %zu columns: expected at most %u", cells->count, LIMIT_COLUMNS);
	/* A first line that is data has no known name. It may hold a password: print none of it. */
	if (!header_any_known(reader))
		return header_refuse(reader, line, "no usable header", err);
	if (header_judge_columns(reader, err) == -1)
		return -1;
	for (size_t i = 0; i < cells->count; i++)
		if (header_settle_column(reader, i, line, err) == -1)
			return -1;
	reader->column_count = reader->columns_needed = cells->count;
	while (reader->columns_needed > 0 && reader->nameless[reader->columns_needed - 1])
		reader->columns_needed--;
	for (size_t i = 0; i < cells->count; i++)
		if (reader->nameless[i]) {
			repairs_add(&reader->repairs, REPAIR_EMPTY_COLUMN, line);
			break;
		}
	header_watch_columns(reader);
	return 0;
}

/* ---- refused columns ----------------------------------------------------------------------- */

static int
header_refuse_columns(const struct reader *reader, const struct judged *judged, struct error *err)
{
	char text[sizeof(err->text)];
	const struct judgement columns = {reader->fields, judged, reader->column_count, "column"};
	const char *name = names_fault(&columns, text, sizeof(text));

	if (name == NULL)
		return 0;
	return error_set_at(err, ERROR_INPUT,
	    (struct error_place){.file = reader->name, .line = reader->header_line, .field = name},
	    "%s", text);
}

int
reader_check_values(const struct reader *reader, const struct reader *rest, struct error *err)
{
	struct judged judged[LIMIT_COLUMNS];

	memcpy(judged, reader->judged, sizeof(judged));
	for (size_t i = 0; i < reader->column_count; i++) {
		enum first_value first = reader->first[i];

		if (first == FIRST_NONE && rest != NULL)
			first = rest->first[i];
		if (first != FIRST_DATE)
			continue;
		judged[i].kind = NAME_DATED;
		judged[i].field = reader->dates_field;
	}
	return header_refuse_columns(reader, judged, err);
}

/* If a name is refused, reads ahead, so that the message has the columns that values refuse. */
static int
header_check_columns(struct reader *reader, struct error *err)
{
	int rc = 1;

	if (header_refuse_columns(reader, reader->judged, NULL) == 0)
		return 0;
	for (int i = 0; i < PEEK_RECORDS && reader->undecided_count > 0 && rc == 1; i++)
		rc = reader->read->next(reader, err);
	return rc == -1 ? -1 : reader_check_values(reader, NULL, err);
}

static int
header_damaged(struct reader *reader, struct error *err)
{
	return error_set_at(err, ERROR_INPUT,
	    (struct error_place){.file = reader->name, .line = reader->record.line},
	    "the header cannot be read: %s", reader->record.fault);
}

int
csv_header_read(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	struct extent extent;
	enum split split;
	const char *text;
	int rc;

	if (header_read_separator(reader, err) == -1 ||
	    header_skip_blank_lines(reader, err) == -1 ||
	    header_find_delimiter(reader, err) == -1 ||
	    csv_record_scan(reader, reader->delimiter, &split, &extent, err) == -1)
		return -1;
	reader_begin(reader);
	reader->number = 0;
	text = window_text(window);
	if (split != SPLIT_RECORD)
		csv_record_damage(reader, split, &extent);
	if (reader->record.fault != NULL || !reader_check_text(reader, text, extent.length, NULL))
		return header_damaged(reader, err);
	rc = csv_cells_parse(&reader->cells, text, extent.length, reader->delimiter);
	if (rc == -1)
		return error_memory(err);
	if (header_settle_columns(reader, window->line, err) == -1)
		return -1;
	reader->header_line = window->line;
	reader->header_offset = window->offset;
	snprintf(reader->header_end, sizeof(reader->header_end), "%.*s",
	    (int)(extent.next - extent.length), text + extent.length);
	reader_take(
	    reader, extent.length, extent.next - extent.length, line_count(text, extent.next));
	reader->header_length = reader->record.length;
	return header_check_columns(reader, err);
}
