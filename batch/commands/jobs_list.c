#include "commands/jobs.h"
#include "commands/listing.h"
#include "model/job.h"
#include "program/command.h"
#include "program/nearest.h"
#include "timestamp.h"

#include <string.h>

/* ---- jobs list -------------------------------------------------------------------------- */

struct jobs_options {
	int64_t run; /* 0: not given */
	const char *store;
	const char *machine;
	const char *container;
	const char *certificate;
	const char *status;
	const char *result;
	const char *due_before;
	const char *due_after;
	const char *reference;
	bool failed;
	struct listing_options listing;
};

static const struct option_spec jobs_specs[] = {
    {"run", "RUN", "of one run", OPTION_NUMBER, offsetof(struct jobs_options, run), 1, NULL},
    {"store", "STORE", "of one store", OPTION_TEXT, offsetof(struct jobs_options, store), 0, NULL},
    {"machine", "NAME", "of the stores of one client machine", OPTION_TEXT,
	offsetof(struct jobs_options, machine), 0, NULL},
    {"container", "ID|NAME", "of the stores of one container", OPTION_TEXT,
	offsetof(struct jobs_options, container), 0, NULL},
    {"certificate", "ID|THUMBPRINT|NAME", "with one certificate, the new or the existing one",
	OPTION_TEXT, offsetof(struct jobs_options, certificate), 0, NULL},
    {"status", "STATUS", "of one status: its word or its number", OPTION_TEXT,
	offsetof(struct jobs_options, status), 0, job_statuses},
    {"result", "RESULT", "of one result: its word or its number", OPTION_TEXT,
	offsetof(struct jobs_options, result), 0, job_results},
    {"due-before", "TIME", "due before this time", OPTION_TEXT,
	offsetof(struct jobs_options, due_before), 0, NULL},
    {"due-after", "TIME", "due at this time or after it", OPTION_TEXT,
	offsetof(struct jobs_options, due_after), 0, NULL},
    {"reference", "TEXT", "of the runs with this reference", OPTION_TEXT,
	offsetof(struct jobs_options, reference), 0, NULL},
    {"failed", NULL, "whose result is Failure, not acknowledged", OPTION_FLAG,
	offsetof(struct jobs_options, failed), 0, NULL},
    {"format", "FORMAT", "csv, jsonl or table (a table on a terminal, else csv)", OPTION_CHOICE,
	offsetof(struct jobs_options, listing.format), 0, listing_formats},
    LISTING_VIEW_OPTIONS(struct jobs_options, listing),
};
#define SPEC_COUNT (sizeof(jobs_specs) / sizeof(jobs_specs[0]))

/* The time of an option into a filter: 0, or the exit status of a usage error. */
static int
jobs_take_time(const struct command *command, const struct context *context, const char *option,
    const char *text, struct list_value *filter)
{
	int64_t time;
	const char *wrong = text == NULL ? NULL : timestamp_parse(text, strlen(text), &time);

	if (wrong != NULL)
		return command_usage(command, context, "--%s %s: %s", option, text, wrong);
	*filter = list_value_integer(text != NULL, text == NULL ? 0 : time);
	return 0;
}

/* The nearest of the words of an option, as a usage error: its exit status; 0 where none is near.
 */
static int
jobs_name_nearest(const struct command *command, const struct context *context, const char *option,
    const char *text, const char *const *words)
{
	struct nearest nearest = nearest_to(text);

	for (size_t i = 0; words[i] != NULL; i++)
		nearest_offer(&nearest, words[i]);
	if (nearest_found(&nearest) == NULL)
		return 0;
	return command_usage(command, context, "--%s %s: no such %s, the nearest is %s", option,
	    text, option, nearest_found(&nearest));
}

/* The status and the result: 0, or the exit status of a usage error. */
static int
jobs_take_words(const struct command *command, const struct context *context,
    const struct jobs_options *options, struct list_value *filters)
{
	enum job_status status = JOB_UNKNOWN;
	enum job_result result = RESULT_UNKNOWN;
	int wrong;

	if (options->status != NULL && !job_status_parse(options->status, &status)) {
		wrong = jobs_name_nearest(
		    command, context, "status", options->status, job_statuses);
		return wrong != 0
			   ? wrong
			   : command_usage(command, context,
				 "--status %s: expected Unknown, Waiting, InProcess, Completed, "
				 "Acknowledged, CompletedWillRetry or their numbers 0 to 5",
				 options->status);
	}
	if (options->result != NULL && !job_result_parse(options->result, &result)) {
		wrong = jobs_name_nearest(command, context, "result", options->result, job_results);
		return wrong != 0 ? wrong
				  : command_usage(command, context,
					"--result %s: expected Unknown, Success, Warning, Failure "
					"or their "
					"numbers 0, 2, 3, 4",
					options->result);
	}
	filters[LIST_BY_STATUS] = list_value_integer(options->status != NULL, (int64_t)status);
	filters[LIST_BY_RESULT] = list_value_integer(options->result != NULL, (int64_t)result);
	return 0;
}

/* 0, or the status of a usage error. */
static int
jobs_set_filters(const struct command *command, const struct context *context,
    const struct jobs_options *options, struct list_value *filters)
{
	int wrong = jobs_take_words(command, context, options, filters);

	filters[LIST_BY_RUN] = list_value_integer(options->run != 0, options->run);
	filters[LIST_BY_STORE] = list_value_text(options->store);
	filters[LIST_BY_MACHINE] = list_value_text(options->machine);
	filters[LIST_BY_CONTAINER] = list_value_text(options->container);
	filters[LIST_BY_CERTIFICATE] = list_value_text(options->certificate);
	filters[LIST_BY_REFERENCE] = list_value_text(options->reference);
	filters[LIST_FAILED] = list_value_integer(options->failed, 1);
	if (wrong == 0)
		wrong = jobs_take_time(
		    command, context, "due-before", options->due_before, &filters[LIST_DUE_BEFORE]);
	if (wrong == 0)
		wrong = jobs_take_time(
		    command, context, "due-after", options->due_after, &filters[LIST_DUE_AFTER]);
	return wrong;
}

/* It only reads, so it asks for no permission. */
static int
jobs_run_list(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct jobs_options options = {.listing.format = LISTING_UNSET};
	struct list_value filters[LIST_FILTERS] = {{NULL, 0, false}};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(
		    command, context, "%s: expected no operand after options", argv[first]);
	status = jobs_set_filters(command, context, &options, filters);
	if (status != 0)
		return status;
	return listing_run_list(command, context, LIST_JOBS, filters, &options.listing);
}

const struct command jobs_list = {
    .name = "jobs list",
    .synopsis = "[OPTION...]",
    .summary = "list jobs, by id",
    .run = jobs_run_list,
    .options = jobs_specs,
    .option_count = SPEC_COUNT,
};
