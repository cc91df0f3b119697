#include "commands/listing.h"

#include "program/command.h"
#include "program/output.h"
#include "read/reader.h"
#include "timestamp.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

const char *const listing_formats[] = {
    [OUTPUT_CSV] = "csv", [OUTPUT_JSONL] = "jsonl", [OUTPUT_TABLE] = "table", NULL};

static bool
listing_is_standard(const struct listing *listing)
{
	return listing->path == NULL || strcmp(listing->path, "-") == 0;
}

enum output
listing_output(const struct context *context, const struct listing *listing)
{
	if (listing->format != LISTING_UNSET)
		return (enum output)listing->format;
	if (!listing_is_standard(listing))
		return format_of_name(listing->path) == FORMAT_JSONL ? OUTPUT_JSONL : OUTPUT_CSV;
	return isatty(fileno(context->out)) == 1 ? OUTPUT_TABLE : OUTPUT_CSV;
}

static int
listing_fill(struct listing *listing, struct database *db, struct error *err)
{
	struct writer *writer = writer_new(listing->file, listing_output(listing->context, listing),
	    listing->columns, listing->count);
	int rc;

	if (writer == NULL)
		return error_memory(err);
	rc = listing->fill(listing, db, writer, err);
	/* A header alone, under -q, is nothing. */
	if (listing->context->quiet && listing_is_standard(listing) && writer_is_empty(writer)) {
		writer_free(writer);
		return rc;
	}
	if (rc == 0 || listing->keep) {
		struct error *first = rc == 0 ? err : NULL;

		if (writer_end(&writer, first) == -1 ||
		    outfile_publish(&listing->file, first) == -1)
			rc = -1;
	}
	writer_free(writer);
	return rc;
}

static int
listing_write(struct listing *listing, struct database *db, struct error *err)
{
	int rc = -1;

	if (listing->prepare != NULL && listing->prepare(listing, db, err) == -1)
		return -1;
	listing->file = output_open(listing_is_standard(listing) ? "-" : listing->path, err);
	if (listing->file != NULL)
		rc = listing_fill(listing, db, err);
	outfile_discard(listing->file);
	return rc;
}

int
listing_run(const struct context *context, struct listing *listing)
{
	struct error err = {0};
	struct database *db;
	int rc = -1;

	listing->context = context;
	db = db_open(context->database, listing->mode, &err);
	if (db != NULL)
		rc = listing_write(listing, db, &err);
	db_close(db);
	/* As by the signal: `| head` has seen enough. */
	if (rc == -1 && err.reader_gone && listing_is_standard(listing))
		return ERROR_SIGNAL + SIGPIPE;
	return rc == -1 ? command_failed(context, &err) : 0;
}

/* ---- lists ------------------------------------------------------------------------------ */

size_t
listing_names(enum list_kind kind, const char **names, size_t before)
{
	size_t count;
	const struct list_column *columns = list_columns(kind, &count);

	for (size_t i = 0; i < count; i++)
		names[before + i] = columns[i].name;
	return before + count;
}

void
listing_put_cell(struct writer *writer, enum list_kind kind, const struct list *list, size_t column)
{
	size_t count;
	const char *text;

	if (list == NULL || !list_there(list, column)) {
		writer_null(writer);
		return;
	}
	switch (list_columns(kind, &count)[column].type) {
	case LIST_TEXT:
	case LIST_RUN_STATE:
	case LIST_JOB_STATUS:
	case LIST_JOB_RESULT:
		writer_string(writer, list_text(list, column));
		break;
	case LIST_INTEGER:
	case LIST_RUN_OF_REQUEST:
		writer_integer(writer, list_integer(list, column));
		break;
	case LIST_BOOLEAN:
		writer_boolean(writer, list_integer(list, column) != 0);
		break;
	case LIST_TIME:
		writer_time(writer, list_integer(list, column));
		break;
	case LIST_NAMES:
		text = list_text(list, column); /* NULL: no DNS name among them */
		writer_either(writer, text == NULL ? "" : text, list_json(list, column));
		break;
	}
}

void
listing_put_row(struct writer *writer, enum list_kind kind, const struct list *list)
{
	size_t count;

	list_columns(kind, &count);
	for (size_t i = 0; i < count; i++)
		listing_put_cell(writer, kind, list, i);
}

static void
listing_add_json_cell(
    struct buffer *buffer, enum list_type type, const struct list *list, size_t column)
{
	const char *text = list_text(list, column);
	char time[TIMESTAMP_SIZE];

	if (!list_there(list, column))
		buffer_add_string(buffer, "null");
	else if (type == LIST_NAMES)
		buffer_add_string(buffer, list_json(list, column));
	else if (type == LIST_BOOLEAN)
		buffer_add_string(buffer, list_integer(list, column) != 0 ? "true" : "false");
	else if (type == LIST_TIME)
		buffer_addf(buffer, "\"%s\"", timestamp_format(list_integer(list, column), time));
	else if (text != NULL)
		buffer_add_json(buffer, text, strlen(text));
	else
		buffer_addf(buffer, "%lld", (long long)list_integer(list, column));
}

void
listing_add_json(struct buffer *buffer, enum list_kind kind, const struct list *list)
{
	size_t count;
	const struct list_column *columns = list_columns(kind, &count);

	for (size_t i = 0; i < count; i++) {
		buffer_add_string(buffer, i == 0 ? "{" : ",");
		buffer_add_json(buffer, columns[i].name, strlen(columns[i].name));
		buffer_add_string(buffer, ":");
		listing_add_json_cell(buffer, columns[i].type, list, i);
	}
	buffer_add_string(buffer, "}");
}

struct listing_list {
	enum list_kind kind;
	const struct list_value *filters;
};

static int
listing_fill_list(
    struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	const struct listing_list *what = listing->closure;
	struct list *list = list_open(db, what->kind, what->filters, listing->context->stop, err);
	int rc;

	if (list == NULL)
		return -1;
	while ((rc = list_next(list, err)) == 1) {
		listing_put_row(writer, what->kind, list);
		if (writer_row(writer, err) == -1) {
			rc = -1;
			break;
		}
	}
	list_close(list);
	return rc;
}

int
listing_run_list(const struct context *context, enum list_kind kind,
    const struct list_value *filters, int format)
{
	const char *names[LIST_COLUMNS];
	struct listing_list what = {kind, filters};
	struct listing listing = {
	    .format = format,
	    .columns = names,
	    .count = listing_names(kind, names, 0),
	    .fill = listing_fill_list,
	    .closure = &what,
	};

	return listing_run(context, &listing);
}
