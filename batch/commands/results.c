#include "commands/outputs.h"
#include "program/command.h"
#include "database/run.h"
#include "run/results.h"

#include <stdlib.h>
#include <string.h>

struct results_options {
	const char *results;
	int format;
};

static const char *const results_formats[] = {"csv", "jsonl", NULL};

static const struct option_spec results_specs[] = {
    {"results", "FILE", "to this file (default: standard output)", OPTION_TEXT,
	offsetof(struct results_options, results), 0, NULL},
    {"results-format", "csv|jsonl", "its format (default: by its name, else the manifest's)",
	OPTION_CHOICE, offsetof(struct results_options, format), 0, results_formats},
    {"format", "csv|jsonl", "the same, for here is no other format", OPTION_CHOICE,
	offsetof(struct results_options, format), 0, results_formats},
};
#define SPEC_COUNT (sizeof(results_specs) / sizeof(results_specs[0]))

static int
results_write(struct database *db, const struct results_options *options, const struct run *run,
    struct error *err)
{
	const char *path = options->results == NULL ? "-" : options->results;
	const struct output_target target = {&command_results, "--results", path};

	if (outputs_verify_manifest(db, run, &target, err) == -1)
		return -1;
	return results_project(db, run, path,
	    results_output(options->format, options->results, (enum format)run->format), err);
}

/*
 * Prints what whoever reads the results must know: that rows are missing, or, where they are in a
 * file, that some row did not succeed. The exit status.
 */
static int
results_end(
    const struct context *context, const struct results_options *options, const struct run *run)
{
	const struct error_place place = {.file = context->database};
	bool shown = options->results == NULL || strcmp(options->results, "-") == 0;
	char text[RUN_TEXT_SIZE];

	if (run->state != RUN_FINISHED) {
		message_print(context->err, place,
		    "run %lld is not finished: these are its first %llu of %llu rows",
		    (long long)run->id, (unsigned long long)run->rows[0],
		    (unsigned long long)run->rows_total);
		return 1;
	}
	if (run_status(run) != 0 && !shown)
		message_print(context->err, place, "run %lld: %s", (long long)run->id,
		    run_describe(run, text));
	return run_status(run);
}

/* The exit status. */
static int
results_of_run(struct database *db, const struct results_options *options, int64_t id,
    const struct context *context)
{
	struct error err = {0};
	struct run run = {0};
	int rc = db_run_find(db, id, &run, &err);

	if (rc == 0)
		error_set(&err, ERROR_INPUT, context->database,
		    "no run %lld: `pfxreplace runs` lists them", (long long)id);
	if (rc == 1 && run_is_purged(&run)) {
		error_set(&err, ERROR_INPUT, context->database,
		    "run %lld was purged: its rows and results are gone", (long long)id);
		run_release(&run);
		rc = 0;
	}
	if (rc != 1)
		return command_failed(context, &err);
	rc = results_write(db, options, &run, &err);
	rc = rc == 0 ? results_end(context, options, &run) : command_print_failed(context, &err);
	run_release(&run);
	return rc;
}

static int
results_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct results_options options = {.format = -1};
	struct database *db;
	struct error err = {0};
	int status;
	char *end;
	int64_t id;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	if (argc - first != 1)
		return command_usage(command, context, "expected one RUN");
	id = strtoll(argv[first], &end, 10);
	if (argv[first][0] < '0' || argv[first][0] > '9' || *end != '\0')
		return command_usage(
		    command, context, "%s: expected the number of a run", argv[first]);
	status = outputs_verify(command, context, "--results", options.results);
	if (status != 0)
		return status;
	db = db_open(context->database, DB_READ, &err);
	if (db == NULL)
		return command_failed(context, &err);
	db_set_stop(db, context->stop);
	status = results_of_run(db, &options, id, context);
	db_close(db);
	return status;
}

const struct command command_results = {
    .name = "results",
    .synopsis = "[OPTION...] RUN",
    .summary = "write the results of a run again, from the database",
    .run = results_run,
    .options = results_specs,
    .option_count = SPEC_COUNT,
};
