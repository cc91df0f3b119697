#include "program/command.h"
#include "database/jobs.h"
#include "model/job.h"
#include "commands/listing.h"
#include "timestamp.h"

#include <ctype.h>
#include <string.h>

/* ---- jobs list -------------------------------------------------------------------------- */

static const char *const columns[] = {"JobId", "Run", "Line", "CertStoreId", "StorePath",
    "ClientMachine", "Alias", "ExistingCertificateId", "CertificateId", "JobTime", "DueAt",
    "Status", "Result", "CancelledBy"};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

struct list_options {
	int64_t run;
	const char *store;
	const char *status;
	const char *due_before;
	const char *due_after;
	const char *machine;
	int format;
};

static const struct option_spec list_specs[] = {
    {"run", "RUN", "of one run", OPTION_NUMBER, offsetof(struct list_options, run), 1, NULL},
    {"store", "GUID", "of one store", OPTION_TEXT, offsetof(struct list_options, store), 0, NULL},
    {"status", "STATUS", "of one status: its word or its number", OPTION_TEXT,
	offsetof(struct list_options, status), 0, NULL},
    {"due-before", "TIME", "due before this time", OPTION_TEXT,
	offsetof(struct list_options, due_before), 0, NULL},
    {"due-after", "TIME", "due at this time or after it", OPTION_TEXT,
	offsetof(struct list_options, due_after), 0, NULL},
    {"machine", "NAME", "of the stores of one client machine", OPTION_TEXT,
	offsetof(struct list_options, machine), 0, NULL},
    {"format", "FORMAT", "csv, jsonl or table (a table on a terminal, else csv)", OPTION_CHOICE,
	offsetof(struct list_options, format), 0, listing_formats},
};

static void
write_job(struct writer *writer, const struct job_entry *job)
{
	writer_integer(writer, job->id);
	writer_integer(writer, job->run);
	writer_integer(writer, job->line);
	writer_string(writer, job->store);
	writer_string(writer, job->path);
	writer_string(writer, job->machine);
	writer_string(writer, job->alias);
	writer_integer(writer, job->existing);
	writer_integer(writer, job->certificate);
	writer_string(writer, job->job_time);
	writer_time(writer, job->due_at);
	writer_string(writer, job_status_word(job->status));
	writer_string(writer, job_result_word(job->result));
	writer_string(writer, job->cancelled_by);
}

static int
jobs_write(struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct jobs_list *list = jobs_list_open(db, listing->closure, listing->context->stop, err);
	struct job_entry job;
	int rc;

	if (list == NULL)
		return -1;
	while ((rc = jobs_list_next(list, &job, err)) == 1) {
		write_job(writer, &job);
		if (writer_row(writer, err) == -1) {
			rc = -1;
			break;
		}
	}
	jobs_list_close(list);
	return rc;
}

/* An option's time: 0, or the exit status of a usage error. */
static int
take_time(const struct command *command, const struct context *context, const char *option,
    const char *text, bool *given, int64_t *time)
{
	const char *wrong;

	*given = text != NULL;
	if (text == NULL)
		return 0;
	wrong = timestamp_parse(text, strlen(text), time);
	if (wrong != NULL)
		return command_usage(command, context, "--%s %s: %s", option, text, wrong);
	return 0;
}

/* 0, or the exit status of a usage error. `guid` is room for a store in lower case. */
static int
make_filter(const struct command *command, const struct context *context,
    const struct list_options *options, struct job_filter *filter, char guid[64])
{
	enum job_status status = JOB_UNKNOWN;
	int wrong;

	*filter = (struct job_filter){.run = options->run, .machine = options->machine};
	if (options->status != NULL) {
		if (!job_status_parse(options->status, &status))
			return command_usage(command, context,
			    "--status %s: expected Unknown, Waiting, InProcess, Completed, "
			    "Acknowledged, CompletedWillRetry or their numbers 0 to 5",
			    options->status);
		filter->has_status = true;
		filter->status = status;
	}
	if (options->store != NULL) {
		size_t length = strlen(options->store);

		if (length >= 64)
			return command_usage(
			    command, context, "--store %s: expected a GUID", options->store);
		for (size_t i = 0; i <= length; i++)
			guid[i] = (char)tolower((unsigned char)options->store[i]);
		filter->store = guid;
	}
	wrong = take_time(command, context, "due-before", options->due_before,
	    &filter->has_due_before, &filter->due_before);
	if (wrong == 0)
		wrong = take_time(command, context, "due-after", options->due_after,
		    &filter->has_due_after, &filter->due_after);
	return wrong;
}

/* Listing only reads: unlike the verbs that change jobs it asks for no permission. */
static int
run_list(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct list_options options = {.format = LISTING_UNSET};
	struct job_filter filter;
	struct listing listing = {
	    .columns = columns, .count = COLUMN_COUNT, .fill = jobs_write, .closure = &filter};
	char guid[64];
	int status;
	int first = command_options(command, context,
	    &(struct command_line){
		argc, argv, list_specs, sizeof(list_specs) / sizeof(list_specs[0]), &options},
	    &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(
		    command, context, "%s: expected no operand after options", argv[first]);
	status = make_filter(command, context, &options, &filter, guid);
	if (status != 0)
		return status;
	listing.format = options.format;
	return listing_run(context, &listing);
}

/* ---- jobs ------------------------------------------------------------------------------- */

static const struct command verbs[] = {
    {"jobs list", "[OPTION...]", "list jobs, by id", run_list},
};
#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

static int run(const struct command *, const struct context *, int, char **);

const struct command command_jobs = {
    "jobs", "VERB [OPTION...]", "jobs as people and executors need them; VERB is: list", run};

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	int status;

	if (argc > 1 && argv[1][0] != '-') {
		for (size_t i = 0; i < VERB_COUNT; i++)
			if (strcmp(argv[1], strchr(verbs[i].name, ' ') + 1) == 0)
				return verbs[i].run(&verbs[i], context, argc - 1, argv + 1);
		return command_usage(command, context, "%s: no such verb: expected list", argv[1]);
	}
	if (command_options(
		command, context, &(struct command_line){argc, argv, NULL, 0, NULL}, &status) == -1)
		return status;
	return command_usage(command, context, "expected a verb: list");
}
