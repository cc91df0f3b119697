#include "commands/listing.h"

#include "database/facts.h"
#include "import/value.h"
#include "program/command.h"

#include <string.h>

/* One thing, its head, and the rows that belong to it. */
struct show {
	struct listing listing;
	const char *what; /* "certificate" or "store" */
	const char *word; /* which */
	enum list_kind head_kind;
	enum list_kind rows_kind;
	const char *rows_name; /* the member of a JSON object that holds them */
	struct list_value filters[LIST_FILTERS];
	struct import_cell cell; /* has the text of a filter */
	const char *names[2 * LIST_COLUMNS];
	enum column_fit fits[2 * LIST_COLUMNS];
	struct list *head; /* at the thing; where several have the name, at the first of them */
	bool is_several;
	uint64_t several;
};

static const struct option_spec show_specs[] = {
    {.name = "format",
	.argument = "table|csv|jsonl",
	.help = "table unless given on a terminal, else csv",
	.kind = OPTION_CHOICE,
	.offset = offsetof(struct show, listing.options.format),
	.choices = listing_formats},
    LISTING_VIEW_OPTIONS(struct show, listing.options),
};
#define SPEC_COUNT (sizeof(show_specs) / sizeof(show_specs[0]))

/* ---- printing ------------------------------------------------------------------------------ */

/* How many of the chosen columns are fields of the thing; the others are those of its rows. */
static size_t
show_chosen_fields(const struct listing *listing)
{
	size_t count = 0;

	if (listing->chosen == NULL)
		return listing->fields;
	for (size_t i = 0; i < listing->chosen_count; i++)
		count += listing->chosen[i] < listing->fields ? 1 : 0;
	return count;
}

static int
show_write_fields(const struct show *show, struct writer *writer, struct error *err)
{
	const struct listing *listing = &show->listing;
	bool chosen = listing->chosen != NULL;

	for (size_t i = 0; i < (chosen ? listing->chosen_count : listing->fields); i++) {
		size_t column = chosen ? listing->chosen[i] : i;

		if (column >= listing->fields)
			continue;
		writer_string(writer, show->names[column]);
		listing_put_cell(writer, show->head_kind, show->head, column);
		if (writer_row(writer, err) == -1)
			return -1;
	}
	return 0;
}

/* A table of the thing's fields, one a line; the rows follow as a table of their own. */
static int
show_fields(const struct show *show, struct error *err)
{
	static const char *const columns[] = {"Field", "Value"};
	const struct listing *listing = &show->listing;
	size_t count = show_chosen_fields(listing);
	struct writer_view view = {.left = true, .longer = LONG_WHOLE};
	struct writer *writer;
	int rc;

	if (count == 0)
		return 0;
	(void)listing_fit(&view, listing->file, LONG_WRAP);
	view.height = 0; /* its header is not worth a repetition */
	writer = writer_new_view(listing->file, OUTPUT_TABLE, columns, 2, &view);
	if (writer == NULL)
		return error_memory(err);
	rc = show_write_fields(show, writer, err);
	if (rc == 0)
		rc = writer_end(&writer, err);
	writer_free(writer);
	if (rc == -1 || (listing->chosen != NULL && count == listing->chosen_count))
		return rc;
	return outfile_write(listing->file, "\n", 1, err);
}

/* The rows; in CSV each after the thing's own cells, and a thing without rows has one line. */
static int
show_rows(const struct show *show, struct list *rows, bool is_csv, struct writer *writer,
    struct error *err)
{
	uint64_t count = 0;
	int rc;

	while ((rc = list_next(rows, err)) == 1 || (rc == 0 && count == 0 && is_csv)) {
		listing_put_row(writer, show->head_kind, is_csv ? show->head : NULL);
		listing_put_row(writer, show->rows_kind, rc == 1 ? rows : NULL);
		if (writer_row(writer, err) == -1)
			return -1;
		if (rc == 0)
			break;
		count++;
	}
	return rc;
}

/* In JSON the member that holds the rows takes the place of a count of them: it has its name. */
static size_t
show_object_columns(const struct show *show)
{
	size_t count;
	const struct list_column *columns = list_columns(show->head_kind, &count);

	return strcmp(columns[count - 1].name, show->rows_name) == 0 ? count - 1 : count;
}

/* One object, with the rows in an array. */
static int
show_object(const struct show *show, struct list *rows, struct writer *writer, struct error *err)
{
	struct buffer json = {0};
	int rc;

	buffer_add_string(&json, "[");
	while ((rc = list_next(rows, err)) == 1) {
		buffer_add_string(&json, json.length == 1 ? "" : ",");
		listing_add_json(&json, show->rows_kind, rows);
	}
	buffer_add_string(&json, "]");
	if (rc == 0 && json.failed)
		rc = error_memory(err);
	if (rc == 0) {
		for (size_t i = 0; i < show_object_columns(show); i++)
			listing_put_cell(writer, show->head_kind, show->head, i);
		writer_either(writer, NULL, json.bytes);
		rc = writer_row(writer, err);
	}
	buffer_release(&json);
	return rc;
}

/* All that have the name. */
static int
show_several(struct show *show, struct writer *writer, struct error *err)
{
	int rc;

	do {
		listing_put_row(writer, show->head_kind, show->head);
		if (writer_row(writer, err) == -1)
			return -1;
		show->several++;
		rc = list_next(show->head, err);
	} while (rc == 1);
	return rc;
}

static int
show_fill(struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	enum output output = listing_output(listing->context, listing);
	struct show *show = listing->closure;
	struct list *rows;
	int rc;

	if (show->is_several)
		return show_several(show, writer, err);
	if (output == OUTPUT_TABLE && show_fields(show, err) == -1)
		return -1;
	rows = list_open(db, show->rows_kind, show->filters, listing->context->stop, err);
	if (rows == NULL)
		return -1;
	if (output == OUTPUT_JSONL)
		rc = show_object(show, rows, writer, err);
	else
		rc = show_rows(show, rows, output == OUTPUT_CSV, writer, err);
	list_close(rows);
	return rc;
}

/* The columns of each output: a table has the fields apart, JSON has the rows in one member. */
static void
show_name_columns(struct show *show, enum output output)
{
	struct listing *listing = &show->listing;
	size_t count = listing_names(show->head_kind, show->names, 0);

	listing_fits(show->head_kind, show->fits, 0);
	listing->columns = show->names;
	listing->fits = show->fits;
	listing->count = count;
	if (show->is_several)
		return;
	if (output == OUTPUT_JSONL) {
		count = show_object_columns(show);
		show->names[count] = show->rows_name;
		listing->count = count + 1;
		return;
	}
	listing->fields = count;
	listing->count = listing_names(show->rows_kind, show->names, count);
	listing_fits(show->rows_kind, show->fits, count);
}

/* ---- finding ------------------------------------------------------------------------------- */

static bool
show_parse(enum import_type type, const char *word, struct import_cell *cell)
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
show_seek_certificate(struct show *show)
{
	struct list_value *filters = show->filters;

	show->rows_kind = LIST_STANDING;
	show->rows_name = "Locations";
	if (show_parse(IMPORT_ID, show->word, &show->cell)) {
		show->head_kind = LIST_CERTIFICATE;
		filters[LIST_BY_CERTIFICATE] = list_value_integer(true, show->cell.value.integer);
	} else if (show_parse(IMPORT_THUMBPRINT, show->word, &show->cell)) {
		show->head_kind = LIST_CERTIFICATE_PRINT;
		filters[LIST_BY_THUMBPRINT] = list_value_text(show->cell.text);
	} else {
		show->head_kind = LIST_CERTIFICATES_NAMED;
		filters[LIST_BY_NAME] = list_value_text(show->word);
	}
}

static void
show_seek_store(struct show *show)
{
	show->head_kind = LIST_STORE;
	show->rows_kind = LIST_ITEMS;
	show->rows_name = "Inventory";
	show->filters[LIST_BY_STORE] = list_value_text(show->word);
}

/* Nothing has the word; a certificate that had it as its Id may have another one now. */
static int
show_miss(const struct show *show, struct database *db, struct error *err)
{
	int64_t id_now = 0;

	if (show->head_kind == LIST_CERTIFICATE &&
	    db_renumbered(db, show->cell.value.integer, &id_now, err) == -1)
		return -1;
	if (id_now != 0)
		return error_set(err, ERROR_INPUT, NULL, "certificate %s has the Id %lld now",
		    show->word, (long long)id_now);
	return error_set(err, ERROR_INPUT, NULL, "%s %s: no such %s is known", show->what,
	    show->word, show->what);
}

static int
show_find(struct listing *listing, struct database *db, struct error *err)
{
	struct show *show = listing->closure;
	bool is_certificate = strcmp(show->what, "certificate") == 0;
	int rc;

	if (is_certificate)
		show_seek_certificate(show);
	else
		show_seek_store(show);
	show->head = list_open(db, show->head_kind, show->filters, listing->context->stop, err);
	rc = show->head == NULL ? -1 : list_next(show->head, err);
	if (rc == -1)
		return -1;
	if (rc == 0)
		return show_miss(show, db, err);
	show->is_several = !list_is_last(show->head);
	/* A certificate seen in a store alone has no Id, but it has an id in the database. */
	if (is_certificate && !show->is_several)
		show->filters[LIST_BY_CERTIFICATE] = list_value_integer(true, list_id(show->head));
	show_name_columns(show, listing_output(listing->context, listing));
	return 0;
}

static const char *
show_word(size_t i)
{
	static const char *const words[] = {"certificate", "store", NULL};

	return words[i];
}

static bool
show_is_word(const char *word)
{
	const char *known;

	for (size_t i = 0; (known = show_word(i)) != NULL; i++)
		if (strcmp(word, known) == 0)
			return true;
	return false;
}

static int
show_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct show show = {
	    .listing = {.command = command,
		.options.format = LISTING_UNSET,
		.prepare = show_find,
		.fill = show_fill,
		.closure = &show},
	};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &show}, &status);

	if (first == -1)
		return status;
	if (first < argc && !show_is_word(argv[first]))
		return command_no_operand(command, context, argv[first], "kind");
	if (argc - first != 2)
		return command_usage(command, context,
		    "expected certificate and its id, thumbprint or name, or store and a STORE");
	show.what = argv[first];
	show.word = argv[first + 1];
	status = listing_run(context, &show.listing);
	list_close(show.head);
	if (status != 0 || !show.is_several)
		return status;
	message_print(context->err, (struct error_place){.file = NULL},
	    "certificate %s: %llu have this name: expected the Id of one", show.word,
	    (unsigned long long)show.several);
	return 1;
}

const struct command command_show = {
    .name = "show",
    .synopsis = "certificate ID|THUMBPRINT|NAME | store STORE [OPTION...]",
    .summary = "show a certificate with its locations, a store with its inventory",
    .run = show_run,
    .options = show_specs,
    .option_count = SPEC_COUNT,
    .operand = "KIND",
    .operand_word = show_word,
};
