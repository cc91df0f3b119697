#include "commands/list_rows.h"

#include "program/output.h"
#include "timestamp.h"

#include <string.h>
#include <unistd.h>

const char *const list_formats[] = {"table", "csv", "jsonl", NULL};

enum output
list_output(const struct context *context, int format)
{
	enum output output;

	if (format != -1 && output_parse(list_formats[format], &output))
		return output;
	return isatty(fileno(context->out)) == 1 ? OUTPUT_TABLE : OUTPUT_CSV;
}

size_t
list_names(enum list_kind kind, const char **names, size_t before)
{
	size_t count;
	const struct list_column *columns = list_columns(kind, &count);

	for (size_t i = 0; i < count; i++)
		names[before + i] = columns[i].name;
	return before + count;
}

static void
print_there(struct writer *writer, enum list_type type, const struct list_page *page,
    const struct list_cell *cell)
{
	switch (type) {
	case LIST_TEXT:
		writer_string(writer, list_page_text(page, cell->text));
		break;
	case LIST_INTEGER:
		writer_integer(writer, cell->integer);
		break;
	case LIST_BOOLEAN:
		writer_boolean(writer, cell->integer != 0);
		break;
	case LIST_TIME:
		writer_time(writer, cell->integer);
		break;
	case LIST_NAMES:
		writer_either(
		    writer, list_page_text(page, cell->text), list_page_text(page, cell->json));
		break;
	}
}

void
list_print_cell(struct writer *writer, enum list_kind kind, const struct list_page *page,
    size_t row, size_t column)
{
	size_t count;
	enum list_type type = list_columns(kind, &count)[column].type;
	const struct list_cell *cell = page == NULL ? NULL
						    : &page->cells[row * page->columns + column];

	if (cell == NULL || !cell->there)
		writer_null(writer);
	else
		print_there(writer, type, page, cell);
}

void
list_print_row(struct writer *writer, enum list_kind kind, const struct list_page *page, size_t row)
{
	size_t count;

	list_columns(kind, &count);
	for (size_t i = 0; i < count; i++)
		list_print_cell(writer, kind, page, row, i);
}

static void
add_json_cell(struct buffer *buffer, enum list_type type, const struct list_page *page,
    const struct list_cell *cell)
{
	const char *text = list_page_text(page, cell->text);
	char time[TIMESTAMP_SIZE];

	if (!cell->there)
		buffer_add_string(buffer, "null");
	else if (type == LIST_TEXT)
		buffer_add_json(buffer, text, strlen(text));
	else if (type == LIST_INTEGER)
		buffer_addf(buffer, "%lld", (long long)cell->integer);
	else if (type == LIST_BOOLEAN)
		buffer_add_string(buffer, cell->integer != 0 ? "true" : "false");
	else if (type == LIST_TIME)
		buffer_addf(buffer, "\"%s\"", timestamp_format(cell->integer, time));
	else
		buffer_add_string(buffer, list_page_text(page, cell->json));
}

void
list_add_json(struct buffer *buffer, enum list_kind kind, const struct list_page *page, size_t row)
{
	size_t count;
	const struct list_column *columns = list_columns(kind, &count);

	for (size_t i = 0; i < count; i++) {
		buffer_add_string(buffer, i == 0 ? "{" : ",");
		buffer_add_json(buffer, columns[i].name, strlen(columns[i].name));
		buffer_add_string(buffer, ":");
		add_json_cell(buffer, columns[i].type, page, &page->cells[row * page->columns + i]);
	}
	buffer_add_string(buffer, "}");
}

static int
print_pages(struct database *db, enum list_kind kind, const struct list_value *filters,
    struct writer *writer, uint64_t *count, struct error *err)
{
	struct list_page page = {.position = LIST_START};
	int rc;

	*count = 0;
	do {
		rc = list_page_read(&page, db, kind, filters, err);
		for (size_t i = 0; rc == 0 && i < page.rows; i++) {
			list_print_row(writer, kind, &page, i);
			rc = writer_row(writer, err);
		}
		*count += page.rows;
	} while (rc == 0 && page.rows > 0);
	list_page_release(&page);
	return rc;
}

int
list_print(struct database *db, enum list_kind kind, const struct list_value *filters,
    enum output output, uint64_t *count, struct error *err)
{
	const char *names[LIST_COLUMNS];
	size_t columns = list_names(kind, names, 0);
	struct outfile *file = output_open("-", err);
	struct writer *writer = NULL;
	uint64_t ignored;
	int rc = -1;

	if (file == NULL)
		return -1;
	writer = writer_new(file, output, names, columns);
	if (writer == NULL)
		error_memory(err);
	else
		rc = print_pages(db, kind, filters, writer, count == NULL ? &ignored : count, err);
	if (rc == 0)
		rc = writer_end(&writer, err);
	if (rc == 0)
		rc = outfile_publish(&file, err);
	writer_free(writer);
	outfile_discard(file);
	return rc;
}
