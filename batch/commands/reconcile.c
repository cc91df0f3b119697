#include "commands/outputs.h"
#include "read/reader.h"
#include "buffer.h"
#include "program/command.h"
#include "database/run.h"
#include "commands/listing.h"
#include "reconcile/report.h"

#include <string.h>

#define GRACE_SECONDS 3600
#define STALE_SECONDS (INT64_C(7) * 24 * 3600)

struct options {
	int64_t run;
	const char *report;
	int format;
	int64_t grace;
	int64_t stale;
};

static const struct option_spec specs[] = {
    {"run", "RUN", "the jobs of one run only, and no findings", OPTION_NUMBER,
	offsetof(struct options, run), 1, NULL},
    {"report", "FILE", "where the report goes (standard output)", OPTION_TEXT,
	offsetof(struct options, report), 0, NULL},
    {"format", "FORMAT", "csv, jsonl or table (by FILE's ending; a table on a terminal; csv)",
	OPTION_CHOICE, offsetof(struct options, format), 0, listing_formats},
    {"grace", "SECONDS", "how long a job may be due before it is overdue (3600)", OPTION_NUMBER,
	offsetof(struct options, grace), 0, NULL},
    {"stale", "SECONDS", "how old an inventory may be (604800, 7 days)", OPTION_NUMBER,
	offsetof(struct options, stale), 0, NULL},
};

static int run(const struct command *, const struct context *, int, char **);

const struct command command_reconcile = {
    "reconcile", "[OPTION...]", "compare jobs with inventory and report every difference", run};

static enum output
report_output(const struct context *context, const struct options *options)
{
	if (options->format != LISTING_UNSET)
		return (enum output)options->format;
	if (options->report == NULL || strcmp(options->report, "-") == 0)
		return listing_output(context, LISTING_UNSET);
	return format_of_name(options->report) == FORMAT_JSONL ? OUTPUT_JSONL : OUTPUT_CSV;
}

static void
add_count(struct buffer *text, uint64_t count, const char *noun, const char *plural)
{
	buffer_addf(text, "%llu %s", (unsigned long long)count, count == 1 ? noun : plural);
}

static void
add_kind(struct buffer *text, uint64_t count, const char *word, bool *first)
{
	if (count == 0)
		return;
	buffer_addf(text, "%s %llu %s", *first ? ":" : ",", (unsigned long long)count, word);
	*first = false;
}

/* "12 jobs: 7 deployed, 5 waiting; 1 finding: 1 stale-inventory" */
static void
print_counts(const struct context *context, const struct reconcile_counts *counts, bool findings)
{
	struct buffer text = {0};
	bool first = true;

	add_count(&text, counts->jobs, "job", "jobs");
	for (int i = 0; i < VERDICT_COUNT; i++)
		add_kind(&text, counts->verdict[i], verdict_word((enum verdict)i), &first);
	if (findings) {
		buffer_add_string(&text, "; ");
		add_count(&text, counts->findings, "finding", "findings");
		first = true;
		for (int i = 0; i < FINDING_COUNT; i++)
			add_kind(&text, counts->finding[i], finding_word((enum finding)i), &first);
	}
	if (!text.failed)
		message_print(
		    context->err, (struct error_place){.field = "reconcile"}, "%s", text.bytes);
	buffer_release(&text);
}

/* No report replaces the manifest of the run that was asked for, or of one that is not finished. */
static int
verify_report(struct database *db, const struct options *options, struct error *err)
{
	const char *what = NULL;
	struct run run = {0};
	int rc = 0;

	if (options->report == NULL)
		return 0;
	if (options->run != 0)
		rc = db_run_find(db, options->run, &run, err);
	if (rc != -1)
		rc = outputs_protect_manifest(db, &run, options->report, &what, err);
	run_release(&run);
	if (what != NULL)
		return error_set_at(err, ERROR_USAGE,
		    (struct error_place){.field = command_reconcile.name},
		    "--report: %s is %s: expected another file; see `pfxreplace reconcile --help`",
		    options->report, what);
	return rc;
}

static int
report(const struct context *context, const struct options *options,
    struct reconcile_counts *counts, struct error *err)
{
	const struct reconcile_options what = {.run = options->run,
	    .now = context->now(),
	    .grace = options->grace,
	    .stale = options->stale,
	    .stop = context->stop};
	struct database *db = db_open(context->database, DB_READ, err);
	struct listing listing;
	int rc = -1;

	if (db == NULL)
		return -1;
	if (verify_report(db, options, err) == 0 &&
	    listing_open(&listing, options->report == NULL ? "-" : options->report,
		report_output(context, options), reconcile_columns, REPORT_COLUMNS, err) == 0) {
		rc = reconcile_report(db, &what, listing.writer, counts, err);
		if (rc == 0)
			rc = listing_close(&listing, err);
		else
			listing_discard(&listing);
	}
	db_close(db);
	return rc;
}

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct options options = {
	    .format = LISTING_UNSET, .grace = GRACE_SECONDS, .stale = STALE_SECONDS};
	struct reconcile_counts counts;
	struct error err = {0};
	int status;
	int first = command_options(command, context,
	    &(struct command_line){argc, argv, specs, sizeof(specs) / sizeof(specs[0]), &options},
	    &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(
		    command, context, "%s: expected no operand; see --run, --report", argv[first]);
	status = outputs_verify(command, context, "--report", options.report);
	if (status != 0)
		return status;
	if (report(context, &options, &counts, &err) == -1)
		return command_failed(context, &err);
	if (!context->quiet)
		print_counts(context, &counts, options.run == 0);
	return reconcile_is_well(&counts) ? 0 : 1;
}
