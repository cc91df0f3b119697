#include "commands/jobs.h"
#include "commands/jobs_session.h"
#include "input/source.h"
#include "jobs/claim.h"
#include "jobs/complete.h"
#include "memory.h"
#include "read/reader.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

#define AT_ONCE 1000 /* records of a transaction */

struct jobs_complete_options {
	int result; /* -1: not given */
	const char *claim;
	const char *message;
	int format; /* -1: not given */
};

static const char *const jobs_report_formats[] = {"csv", "jsonl", "json", NULL};

static const struct option_spec jobs_complete_specs[] = {
    {"result", "RESULT", "of the job that is named: success, warning or failure", OPTION_CHOICE,
	offsetof(struct jobs_complete_options, result), 0, complete_results},
    {"claim", "CLAIM", "the Claim that it was handed out with", OPTION_TEXT,
	offsetof(struct jobs_complete_options, claim), 0, NULL},
    {"message", "TEXT", "what is to be known of it", OPTION_TEXT,
	offsetof(struct jobs_complete_options, message), 0, NULL},
    {"format", "FORMAT", "of FILE: csv, jsonl or json", OPTION_CHOICE,
	offsetof(struct jobs_complete_options, format), 0, jobs_report_formats},
};
#define SPEC_COUNT (sizeof(jobs_complete_specs) / sizeof(jobs_complete_specs[0]))

struct jobs_reports {
	const struct context *context;
	struct jobs_session session;
	const char *name; /* of the file */
	struct buffer answers;
	bool unprinted; /* reports were taken whose answers could not be printed */
	uint64_t refused;
};

/* ---- one report --------------------------------------------------------------------------- */

static int
jobs_take_report(
    struct jobs_reports *reports, const struct complete_report *report, struct error *err)
{
	struct complete_answer answer;

	if (complete_job(&reports->session.hand, report, reports->context->now(), &answer, err) ==
	    -1)
		return -1;
	complete_add_answer(&reports->answers, report, &answer);
	if (answer.outcome == COMPLETE_REFUSED) {
		reports->refused++;
		jobs_print_refused(reports->context, report->job, answer.refusal);
	}
	return reports->answers.failed ? error_memory(err) : 0;
}

/* What was taken is on disk before its answers are printed. */
static int
jobs_commit_reports(struct jobs_reports *reports, struct error *err)
{
	int rc = db_commit(reports->session.hand.db, err);

	if (rc == 0) {
		rc = jobs_write(
		    reports->context, reports->answers.bytes, reports->answers.length, err);
		reports->unprinted = rc == -1;
	}
	buffer_clear(&reports->answers);
	return rc;
}

static int
jobs_complete_one(
    struct jobs_reports *reports, const struct complete_report *report, struct error *err)
{
	if (db_begin(reports->session.hand.db, err) == -1 ||
	    jobs_take_report(reports, report, err) == -1)
		return -1;
	return jobs_commit_reports(reports, err);
}

/* ---- a file of reports -------------------------------------------------------------------- */

static int
jobs_take_record(struct jobs_reports *reports, const struct record *record, struct error *err)
{
	static const struct complete_answer malformed = {
	    .outcome = COMPLETE_REFUSED, .refusal = REFUSAL_MALFORMED};
	const struct context *context = reports->context;
	struct complete_report report;
	const char *field;
	const char *wrong = complete_read(record, &report, &field);

	if (wrong == NULL)
		return jobs_take_report(reports, &report, err);
	reports->refused++;
	complete_add_answer(&reports->answers, &report, &malformed);
	command_begin_failure(context);
	message_print(context->err, (struct error_place){reports->name, record->line, field},
	    "%s [%s]", wrong, life_refusal_word(REFUSAL_MALFORMED));
	command_end_failure(context);
	return reports->answers.failed ? error_memory(err) : 0;
}

/* The next records, in one transaction: 1, 0 at the end, -1 and err. */
static int
jobs_take_some(struct jobs_reports *reports, struct reader *reader, struct error *err)
{
	const struct record *record;
	int rc = 1;

	if (stop_asked(reports->context->stop, err, reports->name, "interrupted") == -1 ||
	    db_begin(reports->session.hand.db, err) == -1)
		return -1;
	for (int i = 0; i < AT_ONCE && rc == 1; i++) {
		rc = reader_next(reader, &record, err);
		if (rc == 1 && jobs_take_record(reports, record, err) == -1)
			rc = -1;
	}
	if (rc != -1 && jobs_commit_reports(reports, err) == -1)
		rc = -1;
	return rc;
}

static int
jobs_complete_file(struct jobs_reports *reports, int fd, enum format format, struct error *err)
{
	const struct fields fields = {
	    .names = complete_fields, .count = COMPLETE_FIELDS, .strict = true};
	const struct reader_options options = {
	    .name = reports->name, .format = format, .fields = &fields};
	struct reader *reader = reader_open(fd, &options, err);
	int rc = 1;

	if (reader == NULL)
		return -1;
	if (!reader_has(reader, 0) || !reader_has(reader, 2))
		rc = error_set(err, ERROR_INPUT, reports->name,
		    "it has no JobId or no Result: expected JobId and Result, and Claim and "
		    "Message where there are any");
	while (rc == 1)
		rc = jobs_take_some(reports, reader, err);
	reader_close(reader);
	return rc;
}

/* ---- the command -------------------------------------------------------------------------- */

static int
jobs_complete_end(struct jobs_reports *reports, int rc, const struct error *err)
{
	if (rc == -1 && reports->session.hand.db != NULL)
		db_rollback(reports->session.hand.db);
	jobs_session_release(&reports->session);
	buffer_release(&reports->answers);
	if (rc == -1) {
		int status = command_failed(reports->context, err);

		if (reports->unprinted)
			message_print(reports->context->err,
			    (struct error_place){.field = "jobs complete"},
			    "what was reported is kept: the same reports again change nothing");
		return status;
	}
	return reports->refused > 0 ? 1 : 0;
}

static int
jobs_run_complete_job(const struct command *command, const struct context *context,
    const struct jobs_complete_options *options, const char *word)
{
	struct jobs_reports reports = {.context = context};
	struct complete_report report = {
	    .job = jobs_id(command, context, word), .has_claim = options->claim != NULL};
	struct error err = {0};
	int rc;

	if (report.job == 0)
		return ERROR_USAGE;
	if (options->claim != NULL &&
	    !claim_parse(options->claim, strlen(options->claim), report.claim))
		return command_usage(command, context,
		    "--claim: expected the Claim of the job, 32 hexadecimal digits");
	report.event = (enum life_event)((int)LIFE_EVENT_SUCCESS + options->result);
	complete_set_message(&report, options->message);
	rc = jobs_session_open(&reports.session, context, &err);
	if (rc == 0)
		rc = jobs_complete_one(&reports, &report, &err);
	return jobs_complete_end(&reports, rc, &err);
}

static int
jobs_run_complete_file(
    const struct context *context, const struct jobs_complete_options *options, const char *path)
{
	struct jobs_reports reports = {.context = context};
	struct source source = SOURCE_CLOSED;
	struct error err = {0};
	enum format format = options->format == -1
				 ? FORMAT_AUTO
				 : format_parse(jobs_report_formats[options->format]);
	int rc = source_open(&source, path, context->stop, &err);

	if (rc == 0)
		rc = jobs_session_open(&reports.session, context, &err);
	reports.name = source.name;
	if (rc == 0)
		rc = jobs_complete_file(&reports, source.fd, format, &err);
	rc = jobs_complete_end(&reports, rc, &err);
	source_close(&source);
	return rc;
}

static int
jobs_run_complete(
    const struct command *command, const struct context *context, int argc, char **argv)
{
	struct jobs_complete_options options = {.result = -1, .format = -1};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	if (options.result != -1) {
		if (first + 1 != argc)
			return command_usage(command, context, "--result: expected one JOBID");
		if (options.format != -1)
			return command_usage(
			    command, context, "--format: expected a FILE, and no --result");
		return jobs_run_complete_job(command, context, &options, argv[first]);
	}
	if (options.claim != NULL || options.message != NULL)
		return command_usage(command, context, "--%s: expected --result and a JOBID",
		    options.claim != NULL ? "claim" : "message");
	if (first + 1 < argc)
		return command_usage(command, context, "expected one FILE");
	return jobs_run_complete_file(context, &options, first < argc ? argv[first] : "-");
}

const struct command jobs_complete = {
    .name = "jobs complete",
    .synopsis = "[OPTION...] JOBID | [FILE]",
    .summary = "report what came of jobs",
    .run = jobs_run_complete,
    .options = jobs_complete_specs,
    .option_count = SPEC_COUNT,
    .note = "With --result it reports one job, else the records of FILE, or of standard input.",
};
