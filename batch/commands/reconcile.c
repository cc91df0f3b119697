#include "commands/outputs.h"
#include "buffer.h"
#include "program/command.h"
#include "program/terminal.h"
#include "database/run.h"
#include "commands/listing.h"
#include "reconcile/report.h"

#include <string.h>
#include <unistd.h>

#define GRACE_SECONDS 3600
#define STALE_SECONDS (INT64_C(7) * 24 * 3600)
#define LINE_LEAST 40 /* how wide a message is on a terminal */
#define LINE_MOST 80

/* The options of a call, and its outcome. */
struct reconcile_command {
	struct listing listing;
	struct reconcile_options options;
	struct reconcile_counts counts;
};

static const struct option_spec reconcile_specs[] = {
    {"run", "RUN", "one run only: its jobs and refused locations", OPTION_NUMBER,
	offsetof(struct reconcile_command, options.run), 1, NULL},
    {"report", "FILE", "where it goes (standard output; -: all of it)", OPTION_TEXT,
	offsetof(struct reconcile_command, listing.path), 0, NULL},
    {"format", "FORMAT", "csv, jsonl or table (by FILE's ending; a table on a terminal; csv)",
	OPTION_CHOICE, offsetof(struct reconcile_command, listing.options.format), 0,
	listing_formats},
    {"results-format", "FORMAT", "the same: the report is all that it results in", OPTION_CHOICE,
	offsetof(struct reconcile_command, listing.options.format), 0, listing_formats},
    {"grace", "SECONDS", "how long a job may be due before it is overdue (3600)", OPTION_NUMBER,
	offsetof(struct reconcile_command, options.grace), 0, NULL},
    {"stale", "SECONDS", "how old an inventory may be (604800, 7 days)", OPTION_NUMBER,
	offsetof(struct reconcile_command, options.stale), 0, NULL},
    LISTING_VIEW_OPTIONS(struct reconcile_command, listing.options),
};
#define SPEC_COUNT (sizeof(reconcile_specs) / sizeof(reconcile_specs[0]))

static void
reconcile_add_count(struct buffer *text, uint64_t count, const char *noun, const char *plural)
{
	buffer_addf(text, "%llu %s", (unsigned long long)count, count == 1 ? noun : plural);
}

static void
reconcile_add_kind(struct buffer *text, uint64_t count, const char *word, bool *first)
{
	if (count == 0)
		return;
	buffer_addf(text, "%s %llu %s", *first ? ":" : ",", (unsigned long long)count, word);
	*first = false;
}

/* "12 jobs: 7 deployed, 5 failed (2 acknowledged)" */
static void
reconcile_add_jobs(struct buffer *text, const struct reconcile_counts *counts)
{
	bool first = true;

	reconcile_add_count(text, counts->jobs, "job", "jobs");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		reconcile_add_kind(text, counts->verdict[i], verdict_word((enum verdict)i), &first);
		if (counts->acknowledged[i] > 0)
			buffer_addf(text, " (%llu acknowledged)",
			    (unsigned long long)counts->acknowledged[i]);
	}
}

static bool
reconcile_has_acknowledged(const struct reconcile_counts *counts)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (counts->acknowledged[i] > 0)
			return true;
	return false;
}

/* "1 finding: 1 stale-inventory" */
static void
reconcile_add_findings(struct buffer *text, const struct reconcile_counts *counts)
{
	bool first = true;

	reconcile_add_count(text, counts->findings, "finding", "findings");
	for (int i = 0; i < FINDING_COUNT; i++)
		reconcile_add_kind(text, counts->finding[i], finding_word((enum finding)i), &first);
}

/* How much of the text fits a line: up to a blank, which is one after a comma or colon in counts.
 */
static size_t
reconcile_fit(const char *text, size_t room, bool counts)
{
	size_t length = strlen(text);

	if (length <= room)
		return length;
	for (size_t i = room; i > 0; i--)
		if (text[i] == ' ' && (!counts || text[i - 1] == ',' || text[i - 1] == ':'))
			return i;
	return length;
}

/* How wide a line of a message may be: messages end up in standard error. */
static size_t
reconcile_line(void)
{
	struct terminal terminal;

	if (!terminal_find(STDERR_FILENO, &terminal) || terminal.columns > LINE_MOST)
		return LINE_MOST;
	return terminal.columns < LINE_LEAST ? LINE_LEAST : terminal.columns;
}

/* A message on as many lines as it takes on a terminal. The text is our own: it is not escaped. */
static void
reconcile_print_lines(FILE *stream, const char *field, const char *text, bool counts)
{
	size_t line = reconcile_line();
	size_t room = line - strlen("pfxreplace: : ") - strlen(field);
	size_t length = reconcile_fit(text, room, counts);

	message_print(stream, (struct error_place){.field = field}, "%.*s", (int)length, text);
	while (text[length] != '\0') {
		text += length + 1;
		length = reconcile_fit(text, line - 4, counts);
		fprintf(stream, "    %.*s\n", (int)length, text);
	}
}

/* What to do about each kind that is not well. */
static void
reconcile_print_remedies(const struct context *context, const struct reconcile_counts *counts)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (reconcile_open_jobs(counts, (enum verdict)i) > 0)
			reconcile_print_lines(context->err, verdict_word((enum verdict)i),
			    verdict_remedy((enum verdict)i), false);
	for (int i = 0; i < FINDING_COUNT; i++)
		if (counts->finding[i] > 0)
			reconcile_print_lines(context->err, finding_word((enum finding)i),
			    finding_remedy((enum finding)i), false);
}

/* On a terminal, which got no rows for the jobs that are settled. */
static void
reconcile_print_brief(
    const struct context *context, const struct reconcile_command *reconcile, struct buffer *text)
{
	const struct reconcile_counts *counts = &reconcile->counts;
	uint64_t settled = reconcile_settled_jobs(counts);

	reconcile_add_jobs(text, counts);
	if (!text->failed)
		reconcile_print_lines(context->err, "reconcile", text->bytes, true);
	buffer_clear(text);
	if (reconcile->options.run == 0 || counts->findings > 0)
		reconcile_add_findings(text, counts);
	if (!text->failed && text->length > 0)
		reconcile_print_lines(context->err, "reconcile", text->bytes, true);
	if (context->quiet)
		return;
	if (settled > 0) {
		buffer_clear(text);
		reconcile_add_count(text, settled, "job is well", "jobs are well");
		buffer_add_string(
		    text, reconcile_has_acknowledged(counts)
			      ? " or acknowledged, and not shown; --report - prints all"
			      : " and not shown; --report - prints all");
		if (!text->failed)
			reconcile_print_lines(context->err, "reconcile", text->bytes, false);
	}
	if (!reconcile_is_well(counts) && !reconcile->listing.options.wide &&
	    reconcile->listing.options.columns == NULL)
		reconcile_print_lines(context->err, "reconcile",
		    "the Text of a row says more; --wide prints every column", false);
	reconcile_print_remedies(context, counts);
}

/* "12 jobs: 7 deployed, 5 waiting; 1 finding: 1 stale-inventory" */
static void
reconcile_print(const struct context *context, const struct reconcile_command *reconcile)
{
	struct buffer text = {0};

	if (reconcile->options.brief) {
		reconcile_print_brief(context, reconcile, &text);
		buffer_release(&text);
		return;
	}
	reconcile_add_jobs(&text, &reconcile->counts);
	if (reconcile->options.run == 0 || reconcile->counts.findings > 0) {
		buffer_add_string(&text, "; ");
		reconcile_add_findings(&text, &reconcile->counts);
	}
	if (!text.failed)
		message_print(
		    context->err, (struct error_place){.field = "reconcile"}, "%s", text.bytes);
	buffer_release(&text);
}

/* No report replaces the manifest of the run that was asked for, or of one that is not finished. */
static int
reconcile_protect(struct listing *listing, struct database *db, struct error *err)
{
	const struct reconcile_command *reconcile = listing->closure;
	const struct output_target target = {&command_reconcile, "--report", listing->path};
	struct run run = {0};
	int rc = 0;

	if (listing->path == NULL)
		return 0;
	if (reconcile->options.run != 0)
		rc = db_run_find(db, reconcile->options.run, &run, err);
	if (rc != -1)
		rc = outputs_verify_manifest(db, &run, &target, err);
	run_release(&run);
	return rc;
}

static int
reconcile_fill(
    struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct reconcile_command *reconcile = listing->closure;

	return reconcile_report(db, &reconcile->options, writer, &reconcile->counts, err);
}

static int
reconcile_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct reconcile_command reconcile = {
	    .listing = {.command = command,
		.options.format = LISTING_UNSET,
		.columns = reconcile_columns,
		.fits = reconcile_fits,
		.count = REPORT_COLUMNS,
		.prepare = reconcile_protect,
		.fill = reconcile_fill,
		.closure = &reconcile},
	    .options = {.grace = GRACE_SECONDS, .stale = STALE_SECONDS, .stop = context->stop},
	};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &reconcile}, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(
		    command, context, "%s: expected no operand; see --run, --report", argv[first]);
	status = outputs_verify(command, context, "--report", reconcile.listing.path);
	if (status != 0)
		return status;
	reconcile.options.now = context->now();
	/* A terminal that was not asked for all gets what is not well. */
	reconcile.options.brief = reconcile.listing.path == NULL &&
				  reconcile.listing.options.format == LISTING_UNSET &&
				  listing_output(context, &reconcile.listing) == OUTPUT_TABLE;
	reconcile.listing.rows_only = reconcile.options.brief;
	status = listing_run(context, &reconcile.listing);
	if (status != 0)
		return status;
	if (!context->quiet || !reconcile_is_well(&reconcile.counts))
		reconcile_print(context, &reconcile);
	return reconcile_is_well(&reconcile.counts) ? 0 : 1;
}

const struct command command_reconcile = {
    .name = "reconcile",
    .synopsis = "[OPTION...]",
    .summary = "compare jobs with inventory and report every difference",
    .run = reconcile_run,
    .options = reconcile_specs,
    .option_count = SPEC_COUNT,
};
