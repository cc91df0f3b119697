#include "commands/listing.h"

#include "commands/listing_columns.h"
#include "model/job.h"
#include "model/run.h"
#include "policy/life.h"
#include "program/command.h"
#include "program/output.h"
#include "program/process.h"
#include "program/terminal.h"
#include "read/reader.h"
#include "timestamp.h"

#include <stdlib.h>
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
	if (listing->options.format != LISTING_UNSET)
		return (enum output)listing->options.format;
	if (!listing_is_standard(listing))
		return format_of_name(listing->path) == FORMAT_JSONL ? OUTPUT_JSONL : OUTPUT_CSV;
	return isatty(fileno(context->out)) == 1 ? OUTPUT_TABLE : OUTPUT_CSV;
}

bool
listing_fit(struct writer_view *view, const struct outfile *file, enum writer_long longer)
{
	struct terminal terminal;

	if (!terminal_find(outfile_descriptor(file), &terminal))
		return false;
	view->longer = longer;
	view->width = terminal.columns;
	view->height = terminal.lines;
	view->colours = terminal.colours;
	return true;
}

/* Those of the columns that the writer writes: the chosen ones, or the narrow set, or all. */
static size_t
listing_pick(const struct listing *listing, bool narrow, size_t *picked)
{
	size_t count = 0;

	for (size_t i = 0; i < listing->chosen_count; i++)
		picked[count++] = listing->chosen[i];
	for (size_t i = 0; i < listing->count && listing->chosen == NULL; i++)
		if (!narrow || listing->fits == NULL || listing->fits[i] != FIT_WIDE)
			picked[count++] = i;
	return count;
}

struct writer *
listing_open_writer(const struct listing *listing)
{
	const struct listing_options *options = &listing->options;
	enum output output = listing_output(listing->context, listing);
	struct writer_view view = {.longer = LONG_WHOLE};
	bool fitted = output == OUTPUT_TABLE &&
		      listing_fit(&view, listing->file, options->wide ? LONG_WHOLE : LONG_CUT);
	size_t *picked = calloc(listing->count + 1, sizeof(*picked));
	struct writer *writer;

	if (picked == NULL)
		return NULL;
	view.count = listing_pick(listing, fitted && !options->wide, picked);
	/* Without a choice there is none to carry out, row by row. */
	view.chosen = listing->chosen == NULL && view.count == listing->count ? NULL : picked;
	view.fits = listing->chosen == NULL ? listing->fits : NULL;
	if (view.longer != LONG_CUT)
		view.fits = NULL;
	writer = writer_new_view(listing->file, output, listing->columns, listing->count, &view);
	free(picked);
	return writer;
}

static int
listing_end(struct listing *listing, struct writer **writer, struct error *err)
{
	if (*writer != NULL && writer_end(writer, err) == -1)
		return -1;
	return outfile_publish(&listing->file, err);
}

static int
listing_fill(struct listing *listing, struct database *db, struct error *err)
{
	struct writer *writer = NULL;
	int rc;

	if (!listing->alone) {
		writer = listing_open_writer(listing);
		if (writer == NULL)
			return error_memory(err);
	}
	rc = listing->fill(listing, db, writer, err);
	/* A header alone, under -q, is nothing. */
	if ((listing->context->quiet || listing->rows_only) && listing_is_standard(listing) &&
	    writer != NULL && writer_is_empty(writer)) {
		writer_free(writer);
		return rc;
	}
	if (rc == 0 || listing->keep)
		rc = listing_end(listing, &writer, rc == 0 ? err : NULL) == -1 ? -1 : rc;
	writer_free(writer);
	return rc;
}

static int
listing_write(struct listing *listing, struct database *db, struct error *err)
{
	int rc = -1;

	bool known = listing->count > 0; /* and listing_run() has looked at --columns */

	if (listing->prepare != NULL && listing->prepare(listing, db, err) == -1)
		return -1;
	if (!known && listing_choose(listing, err) == -1)
		return -1;
	listing->file = output_open(listing_is_standard(listing) ? "-" : listing->path, err);
	if (listing->file != NULL)
		rc = listing_fill(listing, db, err);
	outfile_discard(listing->file);
	return rc;
}

static int
listing_open(struct listing *listing, struct error *err)
{
	struct database *db;
	int rc = -1;

	if (listing->count > 0 && listing_choose(listing, err) == -1)
		return -1;
	db = db_open(listing->context->database, listing->mode, err);
	if (db != NULL)
		rc = listing_write(listing, db, err);
	db_close(db);
	return rc;
}

int
listing_run(const struct context *context, struct listing *listing)
{
	struct error err = {0};
	int rc;

	listing->context = context;
	rc = listing_open(listing, &err);
	free(listing->chosen);
	listing->chosen = NULL;
	if (rc == 0)
		return 0;
	return command_print_failed(context, &err);
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

size_t
listing_fits(enum list_kind kind, enum column_fit *fits, size_t before)
{
	size_t count;
	const struct list_column *columns = list_columns(kind, &count);

	for (size_t i = 0; i < count; i++)
		fits[before + i] = columns[i].fit;
	return before + count;
}

/* A job that failed, a run that is not finished, a certificate that has expired. */
static bool
listing_is_failure(const struct list *list, enum list_type type, size_t column)
{
	if (type == LIST_JOB_RESULT)
		return list_integer(list, column) == RESULT_FAILURE;
	if (type == LIST_DAYS)
		return list_integer(list, column) < 0;
	return type == LIST_RUN_STATE && (list_integer(list, column) == RUN_UNFINISHED ||
					     list_integer(list, column) == RUN_ABANDONED);
}

/* Of a job; REFUSAL_NONE also where nothing is in the way of a claim. */
static enum life_refusal
listing_obstacle(const struct list *list)
{
	struct job_record job;
	struct job_sight sight;

	return list_blocking(list, &job, &sight) ? life_blocked(&job, &sight, process_now())
						 : REFUSAL_NONE;
}

static bool
listing_is_of_blocked(enum list_type type)
{
	return type == LIST_BLOCKED || type == LIST_BLOCKED_TEXT;
}

/* The text of a cell: NULL where it is none. */
static const char *
listing_text(const struct list *list, enum list_type type, size_t column)
{
	enum life_refusal obstacle;

	if (!listing_is_of_blocked(type))
		return list_text(list, column);
	obstacle = listing_obstacle(list);
	if (obstacle == REFUSAL_NONE)
		return NULL;
	return type == LIST_BLOCKED ? life_refusal_word(obstacle) : life_refusal_text(obstacle);
}

bool
listing_there(enum list_kind kind, const struct list *list, size_t column)
{
	size_t count;
	enum list_type type = list_columns(kind, &count)[column].type;

	return list_there(list, column) &&
	       (!listing_is_of_blocked(type) || listing_obstacle(list) != REFUSAL_NONE);
}

void
listing_put_cell(struct writer *writer, enum list_kind kind, const struct list *list, size_t column)
{
	size_t count;
	enum list_type type = list_columns(kind, &count)[column].type;
	const char *text;

	if (list == NULL || !list_there(list, column)) {
		writer_null(writer);
		return;
	}
	if (listing_is_failure(list, type, column))
		writer_failure(writer);
	switch (type) {
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
	default:
		text = listing_text(list, type, column);
		if (text != NULL)
			writer_string(writer, text);
		else if (listing_is_of_blocked(type)) /* nothing is in the way */
			writer_null(writer);
		else
			writer_integer(writer, list_integer(list, column));
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
	const char *text = listing_text(list, type, column);
	char time[TIMESTAMP_SIZE];

	if (!list_there(list, column) || (text == NULL && listing_is_of_blocked(type)))
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
listing_add_member(
    struct buffer *buffer, enum list_kind kind, const struct list *list, size_t column)
{
	size_t count;
	const struct list_column *described = &list_columns(kind, &count)[column];

	buffer_add_json(buffer, described->name, strlen(described->name));
	buffer_add_string(buffer, ":");
	listing_add_json_cell(buffer, described->type, list, column);
}

void
listing_add_json(struct buffer *buffer, enum list_kind kind, const struct list *list)
{
	size_t count;

	list_columns(kind, &count);
	for (size_t i = 0; i < count; i++) {
		buffer_add_string(buffer, i == 0 ? "{" : ",");
		listing_add_member(buffer, kind, list, i);
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
listing_run_list(const struct command *command, const struct context *context, enum list_kind kind,
    const struct list_value *filters, const struct listing_options *options)
{
	const char *names[LIST_COLUMNS];
	enum column_fit fits[LIST_COLUMNS];
	struct listing_list what = {kind, filters};
	struct listing listing = {
	    .command = command,
	    .options = *options,
	    .columns = names,
	    .fits = fits,
	    .count = listing_names(kind, names, 0),
	    .fill = listing_fill_list,
	    .closure = &what,
	};

	listing_fits(kind, fits, 0);
	return listing_run(context, &listing);
}
