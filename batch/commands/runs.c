#include "commands/listing.h"
#include "commands/outputs.h"
#include "database/lock.h"
#include "database/run.h"
#include "decimal.h"
#include "program/command.h"

#include <string.h>

#define WAIT_SECONDS 10

/* ---- runs abandon ----------------------------------------------------------------------- */

static int
runs_abandon_run(const struct context *context, int64_t number, int64_t *jobs, struct error *err)
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

/* Under the lock, which a run holds that is not interrupted but still going on. */
static int
runs_abandon(const struct context *context, int64_t wait, int64_t number)
{
	struct error err = {0};
	int64_t jobs = 0;
	char what[64];
	struct lock *lock;
	int rc;

	snprintf(what, sizeof(what), "runs abandon %lld", (long long)number);
	outputs_warn_network(context);
	lock = lock_take(context->database, what, wait, context->stop, &err);
	if (lock == NULL)
		return command_failed(context, &err);
	rc = runs_abandon_run(context, number, &jobs, &err);
	lock_release(lock);
	if (rc == -1)
		return command_failed(context, &err);
	if (!context->quiet)
		message_print(context->err, (struct error_place){.field = "runs"},
		    "run %lld is abandoned; %lld %s", (long long)number, (long long)jobs,
		    jobs == 1 ? "job that it created stays" : "jobs that it created stay");
	return 0;
}

struct runs_abandon_options {
	int64_t wait;
};

static const struct option_spec runs_abandon_specs[] = {
    {"wait", "SECONDS", "how long it waits for another writer (10)", OPTION_NUMBER,
	offsetof(struct runs_abandon_options, wait), 0, NULL},
};

static int
runs_run_abandon(
    const struct command *command, const struct context *context, int argc, char **argv)
{
	struct runs_abandon_options options = {.wait = WAIT_SECONDS};
	int64_t number;
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	if (first + 1 != argc)
		return command_usage(command, context, "expected one RUN");
	number = decimal_parse(argv[first], INT32_MAX);
	if (number < 1)
		return command_usage(command, context,
		    "%s: expected the number of a run, as `pfxreplace runs` shows it", argv[first]);
	return runs_abandon(context, options.wait, number);
}

static const struct command runs_verb_abandon = {
    .name = "runs abandon",
    .synopsis = "[OPTION...] RUN",
    .summary = "give up an interrupted run; the jobs that it created stay",
    .run = runs_run_abandon,
    .options = runs_abandon_specs,
    .option_count = sizeof(runs_abandon_specs) / sizeof(runs_abandon_specs[0]),
};

/* ---- runs ------------------------------------------------------------------------------- */

struct runs_options {
	struct listing_options listing;
};

static const struct option_spec runs_specs[] = {
    {"format", "FORMAT", "csv, jsonl or table (a table on a terminal, else csv)", OPTION_CHOICE,
	offsetof(struct runs_options, listing.format), 0, listing_formats},
    LISTING_VIEW_OPTIONS(struct runs_options, listing),
};

static int
runs_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct runs_options options = {.listing.format = LISTING_UNSET};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	return listing_run_list(command, context, LIST_RUNS, NULL, &options.listing);
}

static const struct command *const runs_verbs[] = {&runs_verb_abandon, NULL};

const struct command command_runs = {
    .name = "runs",
    .synopsis = "[OPTION...] [VERB]",
    .summary = "list the runs, or give one up",
    .run = runs_run,
    .options = runs_specs,
    .option_count = sizeof(runs_specs) / sizeof(runs_specs[0]),
    .verbs = runs_verbs,
};
