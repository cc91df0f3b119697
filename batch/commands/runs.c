#include "commands/outputs.h"
#include "program/command.h"
#include "database/runs.h"
#include "commands/listing.h"
#include "database/lock.h"

#include <string.h>

#define WAIT_SECONDS 10

struct options {
	int format;
	int64_t wait;
};

static const struct option_spec specs[] = {
    {"format", "FORMAT", "csv, jsonl or table (a table on a terminal, else csv)", OPTION_CHOICE,
	offsetof(struct options, format), 0, listing_formats},
    {"wait", "SECONDS", "how long `runs abandon` waits for another writer (10)", OPTION_NUMBER,
	offsetof(struct options, wait), 0, NULL},
};

static int run(const struct command *, const struct context *, int, char **);

const struct command command_runs = {"runs", "[OPTION...] [abandon RUN]",
    "list the runs, or give up an interrupted one; its committed jobs stay", run};

/* ---- the list --------------------------------------------------------------------------- */

static const char *const columns[] = {"Run", "State", "Manifest", "Operator", "Reference",
    "StartedAt", "FinishedAt", "Rows", "Read", "Succeeded", "Partial", "Failed", "Rejected",
    "Skipped", "JobsCreated", "JobsRefused", "JobsSuperseded", "Mends"};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

static void
write_run(struct writer *writer, const struct run_entry *entry)
{
	const int64_t counts[] = {entry->rows, entry->read, entry->succeeded, entry->partial,
	    entry->failed, entry->rejected, entry->skipped, entry->jobs_created,
	    entry->jobs_refused, entry->jobs_superseded};

	writer_integer(writer, entry->id);
	writer_string(writer, entry->state);
	writer_string(writer, entry->manifest);
	writer_string(writer, entry->operator_name);
	writer_string(writer, entry->reference);
	writer_time(writer, entry->started_at);
	if (entry->has_finished_at)
		writer_time(writer, entry->finished_at);
	else
		writer_null(writer);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		writer_integer(writer, counts[i]);
	if (entry->mends != 0)
		writer_integer(writer, entry->mends);
	else
		writer_null(writer);
}

static int
runs_write(struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct runs_list *list = runs_list_open(db, listing->context->stop, err);
	struct run_entry entry;
	int rc;

	if (list == NULL)
		return -1;
	while ((rc = runs_list_next(list, &entry, err)) == 1) {
		write_run(writer, &entry);
		if (writer_row(writer, err) == -1) {
			rc = -1;
			break;
		}
	}
	runs_list_close(list);
	return rc;
}

/* ---- runs abandon ----------------------------------------------------------------------- */

static int
abandon(const struct context *context, int64_t number, int64_t *jobs, struct error *err)
{
	struct database *db = db_open(context->database, DB_WRITE, err);
	int rc;

	if (db == NULL)
		return -1;
	rc = db_begin(db, err);
	if (rc == 0)
		rc = db_run_abandon(db, number, jobs, err);
	if (rc == 0)
		rc = db_commit(db, err);
	db_close(db);
	return rc;
}

/* Under the lock: a run that is not interrupted but running holds it. */
static int
abandon_locked(const struct context *context, const struct options *options, int64_t number)
{
	struct error err = {0};
	int64_t jobs = 0;
	char what[64];
	struct lock *lock;
	int rc;

	snprintf(what, sizeof(what), "runs abandon %lld", (long long)number);
	outputs_warn_network(context);
	lock = lock_take(context->database, what, options->wait, context->stop, &err);
	if (lock == NULL)
		return command_failed(context, &err);
	rc = abandon(context, number, &jobs, &err);
	lock_release(lock);
	if (rc == -1)
		return command_failed(context, &err);
	if (!context->quiet)
		message_print(context->err, (struct error_place){.field = "runs"},
		    "run %lld is abandoned; %lld %s", (long long)number, (long long)jobs,
		    jobs == 1 ? "job that it created stays" : "jobs that it created stay");
	return 0;
}

/* "007" is 7. False: not a number of a run. */
static bool
parse_run(const char *text, int64_t *number)
{
	*number = 0;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c < '0' || *c > '9' || *number > INT32_MAX)
			return false;
		*number = *number * 10 + (*c - '0');
	}
	return *number > 0;
}

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct options options = {.format = LISTING_UNSET, .wait = WAIT_SECONDS};
	struct listing listing = {.columns = columns, .count = COLUMN_COUNT, .fill = runs_write};
	int64_t number;
	int status;
	int first = command_options(command, context,
	    &(struct command_line){argc, argv, specs, sizeof(specs) / sizeof(specs[0]), &options},
	    &status);

	if (first == -1)
		return status;
	listing.format = options.format;
	if (first == argc)
		return listing_run(context, &listing);
	if (strcmp(argv[first], "abandon") != 0)
		return command_usage(
		    command, context, "%s: no such verb: expected abandon", argv[first]);
	if (first + 2 != argc)
		return command_usage(command, context, "abandon: expected one RUN behind it");
	if (!parse_run(argv[first + 1], &number))
		return command_usage(command, context,
		    "abandon %s: expected the number of a run, as `pfxreplace runs` shows it",
		    argv[first + 1]);
	return abandon_locked(context, &options, number);
}
