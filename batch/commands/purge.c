#include "commands/listing.h"
#include "commands/outputs.h"
#include "database/lock.h"
#include "database/run.h"
#include "jobs/purge.h"
#include "program/command.h"
#include "timestamp.h"

#include <string.h>

#define WAIT_SECONDS 10

struct purge_options {
	struct listing_options listing;
	const char *before;
	bool dry_run;
	int64_t wait;
};

static const struct option_spec purge_specs[] = {
    {"before", "TIME", "runs that ended before this time, as 2026-01-31T00:00:00Z", OPTION_TEXT,
	offsetof(struct purge_options, before), 0, NULL},
    {"dry-run", NULL, "print the runs that would go, and change nothing", OPTION_FLAG,
	offsetof(struct purge_options, dry_run), 0, NULL},
    {"wait", "SECONDS", "how long it waits for another writer (10)", OPTION_NUMBER,
	offsetof(struct purge_options, wait), 0, NULL},
    {"format", "FORMAT", "of --dry-run: csv, jsonl or table (a table on a terminal, else csv)",
	OPTION_CHOICE, offsetof(struct purge_options, listing.format), 0, listing_formats},
    LISTING_VIEW_OPTIONS(struct purge_options, listing),
};

/* ---- what it prints ----------------------------------------------------------------------- */

/* "3 runs", and "1 run". */
static void
purge_add_number(struct buffer *text, uint64_t count, const char *noun)
{
	buffer_addf(text, "%llu %s%s", (unsigned long long)count, noun, count == 1 ? "" : "s");
}

static void
purge_print(const struct context *context, const struct buffer *text)
{
	if (!context->quiet && !text->failed)
		message_print(
		    context->err, (struct error_place){.field = "purge"}, "%s", text->bytes);
}

/* "2 runs are purged: 27 rows, 24 jobs and 3 refusals". */
static void
purge_print_gone(
    const struct context *context, const struct purge_outcome *outcome, const char *verb[2])
{
	const struct purge_counts *removed = &outcome->removed;
	struct buffer text = {0};
	uint64_t runs = outcome->runs[PURGE_GOES];

	purge_add_number(&text, runs, "run");
	buffer_addf(&text, " %s: ", verb[runs != 1]);
	purge_add_number(&text, removed->rows, "row");
	buffer_add_string(&text, ", ");
	purge_add_number(&text, removed->jobs, "job");
	buffer_add_string(&text, " and ");
	purge_add_number(&text, removed->refusals, "refusal");
	purge_print(context, &text);
	buffer_release(&text);
}

/* "1 run that ended before then stays: it has a job that has not ended". */
static void
purge_print_stays(const struct context *context, uint64_t runs, const char *what)
{
	struct buffer text = {0};

	if (runs == 0)
		return;
	purge_add_number(&text, runs, "run");
	buffer_addf(&text, " that ended before then %s %s",
	    runs == 1 ? "stays: it has" : "stay: each has", what);
	purge_print(context, &text);
	buffer_release(&text);
}

static void
purge_print_outcome(const struct context *context, const struct purge_options *options,
    const struct purge_outcome *outcome)
{
	static const char *is[2] = {"is purged", "are purged"};
	static const char *would[2] = {"would be purged", "would be purged"};
	struct buffer text = {0};

	if (outcome->runs[PURGE_GOES] > 0 || outcome->removed.rows > 0) {
		purge_print_gone(context, outcome, options->dry_run ? would : is);
	} else {
		buffer_addf(&text, "no run to purge before %s", options->before);
		purge_print(context, &text);
	}
	purge_print_stays(context, outcome->runs[PURGE_OPEN], "a job that has not ended");
	purge_print_stays(context, outcome->runs[PURGE_NEWEST], "the newest job of a location");
	buffer_release(&text);
}

/* ---- what would go ------------------------------------------------------------------------ */

/* X(name, its place in the narrow set) */
#define PURGE_COLUMN_LIST(X)   \
	X(Run, FIT_ALWAYS)     \
	X(State, FIT_WORD)     \
	X(Manifest, FIT_OFTEN) \
	X(EndedAt, FIT_ALWAYS) \
	X(Rows, FIT_ALWAYS)    \
	X(Jobs, FIT_ALWAYS)    \
	X(Refusals, FIT_ALWAYS)

#define PURGE_COLUMN_NAME(name, fit) #name,
static const char *const purge_columns[] = {PURGE_COLUMN_LIST(PURGE_COLUMN_NAME)};
#define PURGE_COLUMN_FIT(name, fit) fit,
static const enum column_fit purge_fits[] = {PURGE_COLUMN_LIST(PURGE_COLUMN_FIT)};

struct purge_command {
	struct listing listing;
	struct purge_options options;
	int64_t before;
	struct purge_outcome outcome;
};

static int
purge_write_run(
    struct writer *writer, struct database *db, const struct purge_run *run, struct error *err)
{
	struct run whole;
	int rc = db_run_find(db, run->id, &whole, err);

	if (rc != 1)
		return rc;
	writer_integer(writer, run->id);
	writer_string(writer, db_run_state_word((int64_t)run->state));
	writer_string(writer, whole.manifest);
	writer_time(writer, run->ended_at);
	writer_integer(writer, (int64_t)run->rows);
	writer_integer(writer, (int64_t)run->jobs);
	writer_integer(writer, (int64_t)run->refusals);
	run_release(&whole);
	return writer_row(writer, err);
}

static int
purge_fill(struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct purge_command *purge = listing->closure;
	struct purge_runs runs;
	int rc;

	db_set_stop(db, listing->context->stop);
	rc = db_purge_read(db, purge->before, &runs, err);
	for (size_t i = 0; rc == 0 && i < runs.count; i++)
		if (purge_fate(&runs.items[i]) == PURGE_GOES)
			rc = purge_write_run(writer, db, &runs.items[i], err);
	if (rc == 0)
		purge_count(&runs, &purge->outcome);
	purge_runs_release(&runs);
	return rc;
}

/* ---- the command -------------------------------------------------------------------------- */

static int
purge_remove(struct purge_command *purge, const struct context *context, struct error *err)
{
	struct database *db = db_open(context->database, DB_WRITE, err);
	struct purge_runs runs;
	int rc;

	if (db == NULL)
		return -1;
	db_set_stop(db, context->stop);
	rc = db_purge_read(db, purge->before, &runs, err);
	if (rc == 0)
		rc = purge_runs(db, &runs, &purge->outcome, err);
	purge_runs_release(&runs);
	db_close(db);
	return rc;
}

/* What was removed before a failure is gone, and the rest goes with the next call. */
static int
purge_stopped(
    const struct purge_command *purge, const struct context *context, const struct error *err)
{
	int status = command_failed(context, err);

	if (purge->outcome.removed.rows > 0 || purge->outcome.runs[PURGE_GOES] > 0)
		message_print(context->err, (struct error_place){.field = "purge"},
		    "%llu rows are removed so far: the same command carries on",
		    (unsigned long long)purge->outcome.removed.rows);
	return status;
}

/* Under the lock of those who write runs. */
static int
purge_locked(struct purge_command *purge, const struct context *context)
{
	struct error err = {0};
	struct lock *lock;
	int rc;

	outputs_warn_network(context);
	lock = lock_take(context->database, "purge", purge->options.wait, context->stop, &err);
	if (lock == NULL)
		return command_failed(context, &err);
	rc = purge_remove(purge, context, &err);
	lock_release(lock);
	if (rc == -1)
		return purge_stopped(purge, context, &err);
	purge_print_outcome(context, &purge->options, &purge->outcome);
	return 0;
}

static int
purge_dry(struct purge_command *purge, const struct context *context)
{
	int status;

	purge->listing.options = purge->options.listing;
	status = listing_run(context, &purge->listing);
	if (status == 0)
		purge_print_outcome(context, &purge->options, &purge->outcome);
	return status;
}

/* What is wrong with the options, or NULL. */
static const char *
purge_fault(struct purge_command *purge)
{
	const struct purge_options *options = &purge->options;
	const char *before = options->before;

	if (before == NULL)
		return "--before: expected a time: runs that ended before it are removed";
	if (!options->dry_run && (options->listing.format != LISTING_UNSET ||
				     options->listing.wide || options->listing.columns != NULL))
		return "--format, --wide and --columns: expected with --dry-run only";
	return timestamp_parse(before, strlen(before), &purge->before);
}

static int
purge_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct purge_command purge = {
	    .listing = {.command = command,
		.columns = purge_columns,
		.fits = purge_fits,
		.count = sizeof(purge_columns) / sizeof(purge_columns[0]),
		.fill = purge_fill,
		.closure = &purge},
	    .options = {.listing.format = LISTING_UNSET, .wait = WAIT_SECONDS},
	};
	const char *fault;
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &purge.options}, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(command, context,
		    "%s: expected no operand: the runs are chosen by --before", argv[first]);
	fault = purge_fault(&purge);
	if (fault != NULL && fault[0] != '-')
		return command_usage(
		    command, context, "--before %s: %s", purge.options.before, fault);
	if (fault != NULL)
		return command_usage(command, context, "%s", fault);
	return purge.options.dry_run ? purge_dry(&purge, context) : purge_locked(&purge, context);
}

const struct command command_purge = {
    .name = "purge",
    .synopsis = "--before TIME [OPTION...]",
    .summary = "remove runs that are over and whose jobs have ended",
    .run = purge_run,
    .options = purge_specs,
    .option_count = sizeof(purge_specs) / sizeof(purge_specs[0]),
};
