#include "commands/listing.h"

#include "commands/run_report.h"
#include "database/facts.h"
#include "decimal.h"
#include "import/value.h"
#include "program/command.h"

#include <string.h>

/* The rows that belong to a thing, with the name of them. */
struct show_part {
	const char *name;
	enum list_kind kind;
};
#define SHOW_PARTS 4 /* the most that a thing has */

struct show;

/* What can be shown, but for runs: its word, how it is found, and its parts. */
struct show_thing {
	const char *word;
	/* Sets head_kind and the filter of it. False: the word after it cannot name one. */
	bool (*seek)(struct show *);
	struct show_part parts[SHOW_PARTS];
	size_t part_count;
};

/* One thing, its head, and the rows that belong to it. */
struct show {
	struct listing listing;
	const struct show_thing *thing;
	const char *word; /* which */
	enum list_kind head_kind;
	struct list_value filters[LIST_FILTERS];
	struct import_cell cell;                            /* has the text of a filter */
	const char *names[(1 + SHOW_PARTS) * LIST_COLUMNS]; /* that --columns chooses from */
	enum column_fit fits[LIST_COLUMNS];                 /* of the thing's columns */
	size_t fields;     /* how many of the names are the thing's own: the first ones */
	bool any;          /* a table was printed */
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

/* ---- a table ------------------------------------------------------------------------------- */

/* Those of some columns that were chosen by their names, in that order; all without a choice. */
static size_t
show_pick(const struct show *show, const char *const *names, size_t count, size_t *picked)
{
	const struct listing *listing = &show->listing;
	size_t found = 0;

	if (listing->chosen == NULL) {
		for (size_t i = 0; i < count; i++)
			picked[i] = i;
		return count;
	}
	for (size_t i = 0; i < listing->chosen_count; i++)
		for (size_t j = 0; j < count; j++)
			if (strcmp(names[j], show->names[listing->chosen[i]]) == 0)
				picked[found++] = j;
	return found;
}

/* A field that is only of interest where it is filled, and is not. One that was chosen is shown. */
static bool
show_is_idle(const struct show *show, size_t field)
{
	return show->listing.chosen == NULL && show->fits[field] == FIT_FILLED &&
	       !listing_there(show->head_kind, show->head, field);
}

/* The thing's fields, one a line. */
static int
show_fields(struct show *show, struct error *err)
{
	static const char *const columns[] = {"Field", "Value"};
	struct writer_view view = {.left = true, .longer = LONG_WHOLE};
	size_t picked[LIST_COLUMNS];
	size_t count = show_pick(show, show->names, show->fields, picked);
	struct writer *writer;
	int rc = 0;

	if (count == 0)
		return 0;
	show->any = true;
	(void)listing_fit(&view, show->listing.file, LONG_WRAP);
	view.height = 0; /* its header is not worth a repetition */
	writer = writer_new_view(show->listing.file, OUTPUT_TABLE, columns, 2, &view);
	if (writer == NULL)
		return error_memory(err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (show_is_idle(show, picked[i]))
			continue;
		writer_string(writer, show->names[picked[i]]);
		listing_put_cell(writer, show->head_kind, show->head, picked[i]);
		rc = writer_row(writer, err);
	}
	if (rc == 0)
		rc = writer_end(&writer, err);
	writer_free(writer);
	return rc;
}

/* All rows from the current one on. */
static int
show_rows(const struct listing *listing, enum list_kind kind, struct list *rows, struct error *err)
{
	struct writer *writer = listing_open_writer(listing);
	int rc = 1;

	if (writer == NULL)
		return error_memory(err);
	while (rc == 1) {
		listing_put_row(writer, kind, rows);
		rc = writer_row(writer, err);
		if (rc == 0)
			rc = list_next(rows, err);
	}
	if (rc == 0)
		rc = writer_end(&writer, err);
	writer_free(writer);
	return rc;
}

/* "Jobs", or "Jobs: none"; cut as a table is where the terminal has not the room. */
static int
show_heading(struct show *show, const char *name, bool none, struct error *err)
{
	const struct listing *listing = &show->listing;
	struct writer_view view = {.longer = LONG_WHOLE};
	char heading[64], line[80];
	int length = snprintf(heading, sizeof(heading), "%s%s", name, none ? ": none" : "");
	bool cut = !listing->options.wide && listing_fit(&view, listing->file, LONG_CUT) &&
		   (size_t)length > view.width;

	length = snprintf(line, sizeof(line), "%s%.*s%s\n", show->any ? "\n" : "",
	    cut ? (int)view.width - 1 : length, heading, cut ? "\u2026" : "");
	show->any = true;
	return outfile_write(listing->file, line, (size_t)length, err);
}

/* On a terminal the rows of one store have room for their messages where they do not name it. */
static void
show_leave_store(const char *const *names, enum column_fit *fits, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], "StorePath") == 0 || strcmp(names[i], "ClientMachine") == 0)
			fits[i] = FIT_WIDE;
}

/* A part after its heading; nothing where none of its columns was chosen. */
static int
show_table(struct show *show, const struct show_part *part, struct list *rows, struct error *err)
{
	struct listing listing = show->listing;
	const char *names[LIST_COLUMNS];
	enum column_fit fits[LIST_COLUMNS];
	size_t picked[LIST_COLUMNS];
	int rc;

	listing.columns = names;
	listing.fits = fits;
	listing.count = listing_names(part->kind, names, 0);
	listing_fits(part->kind, fits, 0);
	if (show->head_kind == LIST_STORE)
		show_leave_store(names, fits, listing.count);
	listing.chosen_count = show_pick(show, names, listing.count, picked);
	if (listing.chosen_count == 0)
		return 0;
	if (listing.chosen == NULL)
		listing.chosen_count = 0;
	else
		listing.chosen = picked;
	rc = list_next(rows, err);
	if (rc == -1 || show_heading(show, part->name, rc == 0, err) == -1)
		return -1;
	return rc == 1 ? show_rows(&listing, part->kind, rows, err) : 0;
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* Writes the text, and makes room for the next. */
static int
show_flush(const struct show *show, struct buffer *json, struct error *err)
{
	int rc = json->failed ? error_memory(err)
			      : outfile_write(show->listing.file, json->bytes, json->length, err);

	buffer_clear(json);
	return rc;
}

/* Each row is written as it comes: there may be many. */
static int
show_array(
    const struct show *show, const struct show_part *part, struct list *rows, struct error *err)
{
	struct buffer json = {0};
	const char *between = "";
	int rc;

	buffer_addf(&json, "\"%s\":[", part->name);
	while ((rc = list_next(rows, err)) == 1) {
		buffer_add_string(&json, between);
		between = ",";
		listing_add_json(&json, part->kind, rows);
		if (show_flush(show, &json, err) == -1) {
			rc = -1;
			break;
		}
	}
	if (rc == 0) {
		buffer_add_string(&json, "]");
		rc = show_flush(show, &json, err);
	}
	buffer_release(&json);
	return rc;
}

/* ---- both ---------------------------------------------------------------------------------- */

static bool
show_is_json(const struct show *show)
{
	return listing_output(show->listing.context, &show->listing) == OUTPUT_JSONL;
}

static int
show_part(struct show *show, struct database *db, const struct show_part *part, struct error *err)
{
	struct list *rows = list_open(
	    db, part->kind, show->filters, show->listing.context->stop, err);
	int rc;

	if (rows == NULL)
		return -1;
	rc = show_is_json(show) ? show_array(show, part, rows, err)
				: show_table(show, part, rows, err);
	list_close(rows);
	return rc;
}

/* One of the names: a field of the thing, or a part. */
static int
show_member(struct show *show, struct database *db, size_t name, struct error *err)
{
	struct buffer json = {0};
	int rc;

	if (name >= show->fields)
		return show_part(show, db, &show->thing->parts[name - show->fields], err);
	listing_add_member(&json, show->head_kind, show->head, name);
	rc = show_flush(show, &json, err);
	buffer_release(&json);
	return rc;
}

static int
show_object(struct show *show, struct database *db, struct error *err)
{
	const struct listing *listing = &show->listing;
	size_t count = listing->chosen == NULL ? listing->count : listing->chosen_count;

	for (size_t i = 0; i < count; i++) {
		size_t name = listing->chosen == NULL ? i : listing->chosen[i];

		if (outfile_write(listing->file, i == 0 ? "{" : ",", 1, err) == -1 ||
		    show_member(show, db, name, err) == -1)
			return -1;
	}
	return outfile_write(listing->file, "}\n", 2, err);
}

/* The thing with all its parts. */
static int
show_whole(struct show *show, struct database *db, struct error *err)
{
	int rc;

	if (show_is_json(show))
		return show_object(show, db, err);
	rc = show_fields(show, err);
	for (size_t i = 0; rc == 0 && i < show->thing->part_count; i++)
		rc = show_part(show, db, &show->thing->parts[i], err);
	return rc;
}

/* ---- CSV, and several of one name ---------------------------------------------------------- */

/* The rows of the first part, each after the thing's own cells; a thing without any has one line.
 */
static int
show_lines(const struct show *show, struct list *rows, struct writer *writer, struct error *err)
{
	enum list_kind kind = show->thing->parts[0].kind;
	bool any = false;
	int rc;

	while ((rc = rows == NULL ? 0 : list_next(rows, err)) == 1 || (rc == 0 && !any)) {
		listing_put_row(writer, show->head_kind, show->head);
		if (rows != NULL)
			listing_put_row(writer, kind, rc == 1 ? rows : NULL);
		if (writer_row(writer, err) == -1)
			return -1;
		if (rc == 0)
			break;
		any = true;
	}
	return rc;
}

static int
show_csv(const struct show *show, struct database *db, struct writer *writer, struct error *err)
{
	struct list *rows = NULL;
	int rc;

	if (show->thing->part_count > 0) {
		rows = list_open(db, show->thing->parts[0].kind, show->filters,
		    show->listing.context->stop, err);
		if (rows == NULL)
			return -1;
	}
	rc = show_lines(show, rows, writer, err);
	list_close(rows);
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
	struct show *show = listing->closure;

	if (show->is_several)
		return show_several(show, writer, err);
	return writer == NULL ? show_whole(show, db, err) : show_csv(show, db, writer, err);
}

/* ---- finding ------------------------------------------------------------------------------- */

static bool
show_parse(enum import_type type, const char *word, struct import_cell *cell)
{
	const struct import_field field = {.name = "", .type = type};
	struct value value = {VALUE_TEXT, word, strlen(word)};
	struct import_fault fault = {.hides = true}; /* which nobody sees */

	if (!import_parse(&field, &value, cell, NULL, &fault) || cell->value.type == LOAD_NOTHING)
		return false;
	if (cell->value.type == LOAD_TEXT)
		cell->text[cell->value.length] = '\0';
	return true;
}

/* What looks like an id is one, then what looks like a thumbprint; all else is a name. */
static bool
show_seek_certificate(struct show *show)
{
	struct list_value *filters = show->filters;

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
	return true;
}

static bool
show_seek_store(struct show *show)
{
	show->head_kind = LIST_STORE;
	show->filters[LIST_BY_STORE] = list_value_text(show->word);
	return true;
}

static bool
show_seek_job(struct show *show)
{
	int64_t id = decimal_parse(show->word, INT64_C(1) << 53);

	show->head_kind = LIST_JOB;
	show->filters[LIST_BY_JOB] = list_value_integer(true, id);
	return id > 0;
}

static const struct show_thing show_things[] = {
    {"certificate", show_seek_certificate,
	{{"Locations", LIST_STANDING}, {"Jobs", LIST_JOBS}, {"Refusals", LIST_REFUSALS},
	    {"RejectedRows", LIST_REJECTIONS}},
	4},
    {"store", show_seek_store,
	{{"Inventory", LIST_ITEMS}, {"Jobs", LIST_JOBS}, {"Refusals", LIST_REFUSALS}}, 3},
    {"job", show_seek_job, {{"History", LIST_HISTORY}}, 1},
};

/* NULL for any other word. */
static const struct show_thing *
show_find_thing(const char *word)
{
	for (size_t i = 0; i < sizeof(show_things) / sizeof(show_things[0]); i++)
		if (strcmp(show_things[i].word, word) == 0)
			return &show_things[i];
	return NULL;
}

/* Adds the columns of a part, but for names that are there already. */
static void
show_add_names(struct show *show, enum list_kind kind)
{
	struct listing *listing = &show->listing;
	size_t count;
	const struct list_column *columns = list_columns(kind, &count);

	for (size_t i = 0; i < count; i++) {
		size_t j = 0;

		while (j < listing->count && strcmp(show->names[j], columns[i].name) != 0)
			j++;
		if (j == listing->count)
			show->names[listing->count++] = columns[i].name;
	}
}

/*
 * What --columns chooses from. In a table the columns of the thing and of all its parts; in JSON
 * its members, of which the part takes the place of a count of its rows, that has the same name and
 * is the last column; in CSV the columns of a line.
 */
static void
show_name_columns(struct show *show, enum output output)
{
	const struct show_thing *thing = show->thing;
	struct listing *listing = &show->listing;

	listing->columns = show->names;
	listing->fits = show->fits;
	listing->count = listing_names(show->head_kind, show->names, 0);
	listing_fits(show->head_kind, show->fits, 0);
	show->fields = listing->count;
	if (show->is_several || thing->part_count == 0)
		return;
	if (output == OUTPUT_CSV) {
		listing->fits = NULL;
		listing->count = listing_names(thing->parts[0].kind, show->names, listing->count);
		return;
	}
	if (output == OUTPUT_JSONL &&
	    strcmp(show->names[listing->count - 1], thing->parts[0].name) == 0)
		show->fields = --listing->count;
	for (size_t i = 0; i < thing->part_count; i++)
		if (output == OUTPUT_JSONL)
			show->names[listing->count++] = thing->parts[i].name;
		else
			show_add_names(show, thing->parts[i].kind);
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
	return error_set(err, ERROR_INPUT, NULL, "%s %s: no such %s is known", show->thing->word,
	    show->word, show->thing->word);
}

static int
show_find(struct listing *listing, struct database *db, struct error *err)
{
	struct show *show = listing->closure;
	int rc;

	show->head = list_open(db, show->head_kind, show->filters, listing->context->stop, err);
	rc = show->head == NULL ? -1 : list_next(show->head, err);
	if (rc == -1)
		return -1;
	if (rc == 0)
		return show_miss(show, db, err);
	show->is_several = !list_is_last(show->head);
	show_name_columns(show, listing_output(listing->context, listing));
	if (show->is_several)
		return 0;
	/* A certificate seen in a store alone has no Id, but it has an id in the database. */
	if (show->thing->seek == show_seek_certificate)
		show->filters[LIST_BY_CERTIFICATE] = list_value_integer(true, list_id(show->head));
	if (show->head_kind == LIST_STORE) /* from now on that one, whatever others come */
		show->filters[LIST_BY_STORE] = list_value_text(list_text(show->head, 0));
	listing->alone = listing_output(listing->context, listing) != OUTPUT_CSV;
	return 0;
}

static const char *
show_word(size_t i)
{
	static const char *const words[] = {"certificate", "store", "run", "job", NULL};

	return words[i];
}

static bool
show_is_word(const char *word)
{
	return strcmp(word, "run") == 0 || show_find_thing(word) != NULL;
}

/* A certificate, a store or a job. */
static int
show_run_thing(const struct context *context, struct show *show)
{
	int status = listing_run(context, &show->listing);

	list_close(show->head);
	if (status != 0 || !show->is_several)
		return status;
	message_print(context->err, (struct error_place){.file = NULL},
	    "certificate %s: %llu have this name: expected the Id of one", show->word,
	    (unsigned long long)show->several);
	return 1;
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
	int64_t run;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &show}, &status);

	if (first == -1)
		return status;
	if (first < argc && !show_is_word(argv[first]))
		return command_no_operand(command, context, argv[first], "kind");
	if (argc - first != 2)
		return command_usage(command, context,
		    "expected certificate and its id, thumbprint or name, store and a STORE, run "
		    "and a RUN, or job and a JOBID");
	show.thing = show_find_thing(argv[first]);
	show.word = argv[first + 1];
	if (show.thing != NULL && show.thing->seek(&show))
		return show_run_thing(context, &show);
	if (show.thing == NULL) {
		run = decimal_parse(show.word, INT32_MAX);
		if (show.listing.options.columns != NULL)
			return command_usage(command, context, "run: expected no --columns");
		if (run > 0)
			return run_report(context, run, &show.listing.options);
	}
	return command_usage(
	    command, context, "%s %s: expected its number", argv[first], show.word);
}

const struct command command_show = {
    .name = "show",
    .synopsis = "KIND NAME [OPTION...]",
    .summary = "show what became of a certificate, a store, a run or a job",
    .run = show_run,
    .options = show_specs,
    .option_count = SPEC_COUNT,
    .operand = "KIND",
    .operand_word = show_word,
    .note = "NAME of a certificate is its Id, its thumbprint, its subject or a name in it; of a "
	    "store a GUID or its first 8 characters, MACHINE:PATH or a DisplayName; of a run or a "
	    "job its number.",
};
