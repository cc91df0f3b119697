#include "commands/list_rows.h"

#include "import/value.h"
#include "program/output.h"

#include <string.h>

static int run(const struct command *, const struct context *, int, char **);

const struct command command_show = {"show",
    "certificate ID|THUMBPRINT|NAME | store GUID [OPTION...]",
    "show a certificate with its locations, or a store with its inventory", run};

struct options {
	int format; /* the index in list_formats, or -1 */
};

static const struct option_spec specs[] = {
    {.name = "format",
	.argument = "table|csv|jsonl",
	.help = "table unless given on a terminal, else csv",
	.kind = OPTION_CHOICE,
	.offset = offsetof(struct options, format),
	.choices = list_formats},
};
#define SPECS (sizeof(specs) / sizeof(specs[0]))

/* One thing and what belongs to it. */
struct shown {
	enum list_kind head;
	enum list_kind rows;
	const char *rows_name; /* the member of a JSON object that holds them */
	struct list_value filters[LIST_FILTERS];
	struct import_cell cell; /* what the filter's text lives in */
};

/* ---- printing ------------------------------------------------------------------------------ */

/* A table of the thing's fields, one a line; the rows follow as a table of their own. */
static int
print_fields(
    enum list_kind kind, const struct list_page *head, struct outfile *file, struct error *err)
{
	static const char *const columns[] = {"Field", "Value"};
	struct writer *writer = writer_new(file, OUTPUT_TABLE, columns, 2);
	const char *names[LIST_COLUMNS];
	size_t count = list_names(kind, names, 0);
	int rc = 0;

	if (writer == NULL)
		return error_memory(err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		writer_string(writer, names[i]);
		list_print_cell(writer, kind, head, 0, i);
		rc = writer_row(writer, err);
	}
	if (rc == 0)
		rc = writer_end(&writer, err);
	writer_free(writer);
	return rc == 0 ? outfile_write(file, "\n", 1, err) : -1;
}

/* The rows, in CSV each behind the thing's own cells; a thing without rows has one line there. */
static int
print_rows(struct database *db, const struct shown *shown, const struct list_page *head,
    struct writer *writer, struct error *err)
{
	struct list_page page = {.position = LIST_START};
	uint64_t count = 0;
	int rc;

	do {
		rc = list_page_read(&page, db, shown->rows, shown->filters, err);
		for (size_t i = 0; rc == 0 && i < page.rows; i++) {
			if (head != NULL)
				list_print_row(writer, shown->head, head, 0);
			list_print_row(writer, shown->rows, &page, i);
			rc = writer_row(writer, err);
		}
		count += page.rows;
	} while (rc == 0 && page.rows > 0);
	if (rc == 0 && count == 0 && head != NULL) {
		list_print_row(writer, shown->head, head, 0);
		list_print_row(writer, shown->rows, NULL, 0);
		rc = writer_row(writer, err);
	}
	list_page_release(&page);
	return rc;
}

/* The rows as one JSON array. */
static int
add_rows(struct database *db, const struct shown *shown, struct buffer *json, struct error *err)
{
	struct list_page page = {.position = LIST_START};
	int rc;

	buffer_add_string(json, "[");
	do {
		rc = list_page_read(&page, db, shown->rows, shown->filters, err);
		for (size_t i = 0; rc == 0 && i < page.rows; i++) {
			buffer_add_string(json, json->length == 1 ? "" : ",");
			list_add_json(json, shown->rows, &page, i);
		}
	} while (rc == 0 && page.rows > 0);
	buffer_add_string(json, "]");
	list_page_release(&page);
	return rc == 0 && json->failed ? error_memory(err) : rc;
}

/* In JSON a count of the rows gives way to the member that holds them, for it has its name. */
static size_t
object_columns(const struct shown *shown)
{
	size_t count;
	const struct list_column *columns = list_columns(shown->head, &count);

	return strcmp(columns[count - 1].name, shown->rows_name) == 0 ? count - 1 : count;
}

static int
print_object(struct database *db, const struct shown *shown, const struct list_page *head,
    struct writer *writer, struct error *err)
{
	struct buffer json = {0};
	int rc = add_rows(db, shown, &json, err);

	if (rc == 0) {
		for (size_t i = 0; i < object_columns(shown); i++)
			list_print_cell(writer, shown->head, head, 0, i);
		writer_either(writer, NULL, json.bytes);
		rc = writer_row(writer, err);
	}
	buffer_release(&json);
	return rc;
}

/* The columns of each output: a table has the fields apart, JSON has the rows in one member. */
static size_t
name_columns(const struct shown *shown, enum output output, const char **names)
{
	size_t count;

	if (output == OUTPUT_TABLE)
		return list_names(shown->rows, names, 0);
	count = list_names(shown->head, names, 0);
	if (output == OUTPUT_CSV)
		return list_names(shown->rows, names, count);
	count = object_columns(shown);
	names[count] = shown->rows_name;
	return count + 1;
}

static int
print_shown(struct database *db, const struct shown *shown, const struct list_page *head,
    enum output output, struct error *err)
{
	const char *names[2 * LIST_COLUMNS];
	size_t columns = name_columns(shown, output, names);
	struct outfile *file = output_open("-", err);
	struct writer *writer = NULL;
	int rc = -1;

	if (file == NULL)
		return -1;
	if (output == OUTPUT_TABLE && print_fields(shown->head, head, file, err) == -1)
		goto out;
	writer = writer_new(file, output, names, columns);
	if (writer == NULL)
		error_memory(err);
	else if (output == OUTPUT_JSONL)
		rc = print_object(db, shown, head, writer, err);
	else
		rc = print_rows(db, shown, output == OUTPUT_CSV ? head : NULL, writer, err);
	if (rc == 0)
		rc = writer_end(&writer, err);
	if (rc == 0)
		rc = outfile_publish(&file, err);
out:
	writer_free(writer);
	outfile_discard(file);
	return rc;
}

/* ---- finding ------------------------------------------------------------------------------- */

static bool
parse_as(enum import_type type, const char *word, struct import_cell *cell)
{
	const struct import_field field = {.name = "", .type = type};
	struct value value = {VALUE_TEXT, word, strlen(word)};
	struct import_fault fault;

	if (!import_parse(&field, &value, cell, NULL, &fault) || cell->value.type == LOAD_NOTHING)
		return false;
	if (cell->value.type == LOAD_TEXT)
		cell->text[cell->value.length] = '\0';
	return true;
}

/* What looks like an id is one, then what looks like a thumbprint; all else is a name. */
static void
seek_certificate(struct shown *shown, const char *word)
{
	struct list_value *filters = shown->filters;

	shown->rows = LIST_STANDING;
	shown->rows_name = "Locations";
	if (parse_as(IMPORT_ID, word, &shown->cell)) {
		shown->head = LIST_CERTIFICATE;
		filters[LIST_BY_CERTIFICATE] = (struct list_value){
		    NULL, shown->cell.value.integer, true};
	} else if (parse_as(IMPORT_THUMBPRINT, word, &shown->cell)) {
		shown->head = LIST_CERTIFICATE_PRINT;
		filters[LIST_BY_THUMBPRINT] = (struct list_value){shown->cell.text, 0, true};
	} else {
		shown->head = LIST_CERTIFICATES_NAMED;
		filters[LIST_BY_NAME] = (struct list_value){word, 0, true};
	}
}

static int
unknown(const char *what, const char *word, struct error *err)
{
	return error_set(err, ERROR_INPUT, NULL, "%s %s: no such %s is known", what, word, what);
}

/* Several certificates of one name: their list, and status 1. */
static int
print_several(const struct context *context, struct database *db, const struct shown *shown,
    const char *word, enum output output, struct error *err)
{
	uint64_t count;

	if (list_print(db, shown->head, shown->filters, output, &count, err) == -1)
		return -1;
	message_print(context->err, (struct error_place){.file = NULL},
	    "certificate %s: %llu have this name: expected the Id of one", word,
	    (unsigned long long)count);
	return 1;
}

/* 0, 1 where several have the name, or -1 and err. */
static int
show(const struct context *context, struct database *db, const char *what, const char *word,
    enum output output, struct error *err)
{
	struct shown shown = {.head = LIST_STORE, .rows = LIST_ITEMS, .rows_name = "Inventory"};
	struct list_page head = {.position = LIST_START};
	int rc;

	if (strcmp(what, "certificate") == 0) {
		seek_certificate(&shown, word);
	} else {
		if (!parse_as(IMPORT_GUID, word, &shown.cell))
			return unknown(what, word, err);
		shown.filters[LIST_BY_STORE] = (struct list_value){shown.cell.text, 0, true};
	}
	rc = list_page_read(&head, db, shown.head, shown.filters, err);
	if (rc == 0 && head.rows == 0)
		rc = unknown(what, word, err);
	if (rc == 0 && head.rows > 1) {
		rc = print_several(context, db, &shown, word, output, err);
	} else if (rc == 0) {
		/* A certificate seen in a store alone has no Id, but a place of its own. */
		if (shown.rows == LIST_STANDING)
			shown.filters[LIST_BY_CERTIFICATE] = (struct list_value){
			    NULL, head.position.id, true};
		rc = print_shown(db, &shown, &head, output, err);
	}
	list_page_release(&head);
	return rc;
}

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct options given = {.format = -1};
	struct error err = {0};
	struct database *db;
	int status, first, rc = -1;

	first = command_options(
	    command, context, &(struct command_line){argc, argv, specs, SPECS, &given}, &status);
	if (first == -1)
		return status;
	if (argc - first != 2)
		return command_usage(command, context,
		    "expected certificate and its id, thumbprint or name, or store and its GUID");
	if (strcmp(argv[first], "certificate") != 0 && strcmp(argv[first], "store") != 0)
		return command_usage(
		    command, context, "%s: expected certificate or store", argv[first]);
	db = db_open(context->database, DB_READ, &err);
	if (db != NULL)
		rc = show(context, db, argv[first], argv[first + 1],
		    list_output(context, given.format), &err);
	db_close(db);
	return rc == -1 ? command_failed(context, &err) : rc;
}
