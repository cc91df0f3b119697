#include "commands/outputs.h"
#include "program/command.h"
#include "database/run.h"
#include "run/results.h"

#include <stdlib.h>

static int run_command(const struct command *, const struct context *, int, char **);

const struct command command_results = {"results", "[OPTION...] RUN",
    "write the results of a run again, from the database", run_command};

struct results_options {
	const char *results;
	int format;
};

static const char *const formats[] = {"csv", "jsonl", NULL};

static const struct option_spec specs[] = {
    {"results", "FILE", "to this file (default: standard output)", OPTION_TEXT,
	offsetof(struct results_options, results), 0, NULL},
    {"results-format", "csv|jsonl", "its format (default: by its name, else the manifest's)",
	OPTION_CHOICE, offsetof(struct results_options, format), 0, formats},
};

/* 0, or the status of an error that was printed: the results would replace a manifest. */
static int
verify_results(
    struct database *db, const struct run *run, const char *path, const struct context *context)
{
	struct error err = {0};
	const char *what;

	if (outputs_protect_manifest(db, run, path, &what, &err) == -1)
		return command_failed(context, &err);
	return what == NULL ? 0
			    : command_usage(&command_results, context,
				  "--results: %s is %s: expected another file", path, what);
}

static int
write_results(struct database *db, const struct results_options *options, int64_t id,
    const struct context *context)
{
	struct error err = {0};
	struct run run = {0};
	const char *path = options->results == NULL ? "-" : options->results;
	enum output output;
	int status, rc = db_run_find(db, id, &run, &err);

	if (rc == 0)
		error_set(&err, ERROR_INPUT, context->database,
		    "no run %lld: `pfxreplace runs` lists them", (long long)id);
	if (rc != 1)
		return command_failed(context, &err);
	output = results_output(options->format, options->results, (enum format)run.format);
	status = verify_results(db, &run, path, context);
	if (status != 0)
		goto out;
	if (results_project(db, id, path, output, &err) == -1)
		status = command_failed(context, &err);
	else
		status = run.state == RUN_FINISHED ? run_status(&run) : 1;
	if (status <= 1 && run.state != RUN_FINISHED && !context->quiet)
		message_print(context->err, (struct error_place){.file = context->database},
		    "run %lld is not finished: these are its first %llu of %llu rows",
		    (long long)id, (unsigned long long)run.rows[0],
		    (unsigned long long)run.rows_total);
out:
	run_release(&run);
	return status;
}

static int
run_command(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct results_options options = {.format = -1};
	struct database *db;
	struct error err = {0};
	int status;
	char *end;
	int64_t id;
	int first = command_options(command, context,
	    &(struct command_line){argc, argv, specs, sizeof(specs) / sizeof(specs[0]), &options},
	    &status);

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
	status = write_results(db, &options, id, context);
	db_close(db);
	return status;
}
