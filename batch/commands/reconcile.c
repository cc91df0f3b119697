#include "commands/listing.h"
#include "commands/outputs.h"
#include "commands/page_draft.h"
#include "commands/reconcile_output.h"
#include "commands/reconcile_say.h"
#include "database/run.h"
#include "decimal.h"
#include "program/command.h"
#include "program/nearest.h"
#include "program/terminal.h"
#include "read/names.h"
#include "reconcile/groups.h"
#include "text_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GRACE_SECONDS 3600
#define STALE_SECONDS (INT64_C(7) * 24 * 3600)
#define RUN_LAST (INT64_C(1) << 53)
#define GROUPS_SHOWN 9 /* on a terminal: what is printed after them has room on its screen */

/* The options of a call, and its outcome. */
struct reconcile_command {
	struct listing listing;
	struct reconcile_options options;
	struct reconcile_counts counts;
	struct text_list runs;
	int64_t *run_ids;
	const char *accepted, *only; /* words with commas between them */
	struct reconcile_words only_words;
	const char *since, *page, *metrics;
	int by; /* -1: not given */
	struct groups *groups;
	const char *group_columns[7];
	size_t groups_shown;
	struct reasons *reasons;
	struct page_draft *draft;
	struct reconcile_watch watch;
};

#define AT(member) offsetof(struct reconcile_command, member)

static const struct option_spec reconcile_specs[] = {
    {"run", "RUN", "its jobs and refused locations alone; may be given again", OPTION_LIST,
	AT(runs), 0, NULL},
    {"reference", "TEXT", "likewise of the runs with this reference", OPTION_TEXT,
	AT(options.choice.reference), 0, NULL},
    {"container", "ID|NAME", "of the stores of one container", OPTION_TEXT,
	AT(options.choice.container), 0, NULL},
    {"machine", "NAME", "of the stores of one client machine", OPTION_TEXT,
	AT(options.choice.machine), 0, NULL},
    {"verdict", "VERDICT,...", "rows with these verdicts or findings alone", OPTION_TEXT, AT(only),
	0, NULL},
    {"open", NULL, "without the jobs that are proven or acknowledged", OPTION_FLAG,
	AT(options.choice.open), 0, NULL},
    {"accept", "FINDING,...", "findings that do not change the exit status", OPTION_TEXT,
	AT(accepted), 0, NULL},
    {"since", "REPORT", "an earlier report: the column Change says what is new", OPTION_TEXT,
	AT(since), 0, NULL},
    {"by", "WHAT", "counts by container, store-type, machine, run or verdict, not rows",
	OPTION_CHOICE, AT(by), 0, group_by_words},
    {"report", "FILE", "where it goes (standard output; -: all of it)", OPTION_TEXT,
	AT(listing.path), 0, NULL},
    {"format", "FORMAT", "csv, jsonl or table (by FILE's ending; a table on a terminal; csv)",
	OPTION_CHOICE, AT(listing.options.format), 0, listing_formats},
    {"results-format", "FORMAT", "the same: the report is all that it results in", OPTION_CHOICE,
	AT(listing.options.format), 0, listing_formats},
    {"page", "FILE", "the same as one page of HTML, for people", OPTION_TEXT, AT(page), 0, NULL},
    {"metrics", "FILE", "the counts for a monitoring system, as Prometheus reads them", OPTION_TEXT,
	AT(metrics), 0, NULL},
    {"grace", "SECONDS", "how long a job may be due before it is overdue (3600)", OPTION_NUMBER,
	AT(options.grace), 0, NULL},
    {"stale", "SECONDS", "how old an inventory may be (604800, 7 days)", OPTION_NUMBER,
	AT(options.stale), 0, NULL},
    LISTING_VIEW_OPTIONS(struct reconcile_command, listing.options),
};
#define SPEC_COUNT (sizeof(reconcile_specs) / sizeof(reconcile_specs[0]))

/* ---- options ------------------------------------------------------------------------------ */

static int
reconcile_take_runs(
    const struct command *command, const struct context *context, struct reconcile_command *r)
{
	if (r->runs.count == 0)
		return 0;
	r->run_ids = calloc(r->runs.count, sizeof(*r->run_ids));
	if (r->run_ids == NULL)
		return command_no_memory(context);
	for (size_t i = 0; i < r->runs.count; i++) {
		r->run_ids[i] = decimal_parse(r->runs.items[i], RUN_LAST);
		if (r->run_ids[i] < 1)
			return command_usage(command, context,
			    "--run %s: expected a whole number from 1", r->runs.items[i]);
	}
	r->options.choice.runs = r->run_ids;
	r->options.choice.run_count = r->runs.count;
	return 0;
}

/* Words of the column Verdict, as an option gives them. */
struct reconcile_list {
	const char *option, *text, *expected; /* text NULL: it was not given */
	struct reconcile_words *words;
	bool findings_alone;
};

/* The verdict or finding that was probably meant, or NULL. */
static const char *
reconcile_nearest(const char *word, bool findings_alone)
{
	const char *words[VERDICT_COUNT + FINDING_COUNT];
	size_t count = 0;

	for (int i = 0; i < FINDING_COUNT; i++)
		words[count++] = finding_word((enum finding)i);
	for (int i = 0; i < VERDICT_COUNT && !findings_alone; i++)
		words[count++] = verdict_word((enum verdict)i);
	return nearest_word(word, words, count);
}

static int
reconcile_take_list(
    const struct command *command, const struct context *context, const struct reconcile_list *list)
{
	const char *wrong, *nearest;
	char word[32];
	size_t length;

	wrong = list->text == NULL
		    ? NULL
		    : reconcile_words_add(list->words, list->text, &length, list->findings_alone);
	if (wrong == NULL)
		return 0;
	snprintf(word, sizeof(word), "%.*s", (int)name_cut(wrong, length, sizeof(word) - 1), wrong);
	nearest = word[0] == '\0' ? NULL : reconcile_nearest(word, list->findings_alone);
	if (nearest != NULL)
		return command_usage(command, context, "%s %s: no such %s, the nearest is %s",
		    list->option, word, list->expected, nearest);
	return command_usage(command, context,
	    "%s %s: no such %s; expected some of them with commas between, `pfxreplace explain` "
	    "lists them",
	    list->option, word[0] == '\0' ? list->text : word, list->expected);
}

static int
reconcile_take_words(
    const struct command *command, const struct context *context, struct reconcile_command *r)
{
	const struct reconcile_list only = {
	    "--verdict", r->only, "verdict or finding", &r->only_words, false};
	const struct reconcile_list accepted = {
	    "--accept", r->accepted, "finding", &r->options.accepted, true};
	int status = reconcile_take_list(command, context, &only);

	if (r->only != NULL)
		r->options.only = &r->only_words;
	return status != 0 ? status : reconcile_take_list(command, context, &accepted);
}

/* Whether some jobs, stores or verdicts are left out that --open does not leave out. */
static bool
reconcile_is_narrow(const struct reconcile_command *r)
{
	const struct reconcile_choice *choice = &r->options.choice;

	return choice->run_count > 0 || choice->reference != NULL || choice->container != NULL ||
	       choice->machine != NULL || r->only != NULL;
}

/* Whether two of the outputs are one file. */
static int
reconcile_verify_apart(
    const struct command *command, const struct context *context, const struct reconcile_command *r)
{
	const char *const names[] = {"--report", "--page", "--metrics"};
	const char *const paths[] = {r->listing.path, r->page, r->metrics};

	for (size_t i = 0; i < 3; i++)
		for (size_t k = i + 1; k < 3; k++)
			if (paths[i] != NULL && paths[k] != NULL &&
			    outfile_same(paths[i], paths[k]))
				return command_usage(command, context,
				    "%s and %s: expected two files", names[i], names[k]);
	return 0;
}

static int
reconcile_verify_outputs(
    const struct command *command, const struct context *context, const struct reconcile_command *r)
{
	int status = outputs_verify(command, context, "--report", r->listing.path);

	if (status == 0)
		status = outputs_verify(command, context, "--page", r->page);
	if (status == 0)
		status = outputs_verify(command, context, "--metrics", r->metrics);
	if (status != 0)
		return status;
	if (r->metrics != NULL && reconcile_is_narrow(r))
		return command_usage(command, context,
		    "--metrics: expected all jobs and stores, without --run, --reference, "
		    "--container, --machine and --verdict");
	return reconcile_verify_apart(command, context, r);
}

static int
reconcile_take(
    const struct command *command, const struct context *context, struct reconcile_command *r)
{
	int status = reconcile_take_runs(command, context, r);

	if (status == 0)
		status = reconcile_take_words(command, context, r);
	return status != 0 ? status : reconcile_verify_outputs(command, context, r);
}

/* ---- counts by what rows have in common ---------------------------------------------------- */

static int
reconcile_watch_job(void *closure, const struct reconcile_job *job, enum verdict verdict,
    const char *text, struct error *err)
{
	struct reconcile_command *r = closure;

	if (r->draft != NULL && page_draft_job(r->draft, job, verdict, text, err) == -1)
		return -1;
	if (r->groups != NULL && groups_add_job(r->groups, job, verdict) == -1)
		return error_memory(err);
	if (r->reasons != NULL && !verdict_is_well(verdict) &&
	    reasons_add_job(r->reasons, job, verdict) == -1)
		return error_memory(err);
	return 0;
}

static int
reconcile_watch_finding(void *closure, const struct reconcile_finding *found, enum finding finding,
    const char *text, struct error *err)
{
	struct reconcile_command *r = closure;
	bool accepted = r->options.accepted.finding[finding];

	if (r->draft != NULL && page_draft_finding(r->draft, found, finding, text, err) == -1)
		return -1;
	if (r->groups != NULL && groups_add_finding(r->groups, found, finding) == -1)
		return error_memory(err);
	if (r->reasons != NULL && reasons_add_finding(r->reasons, found, finding, accepted) == -1)
		return error_memory(err);
	return 0;
}

/* After that of the groups. */
static const char *const reconcile_group_counts[] = {
    "Jobs", "Well", "Pending", "Acknowledged", "Open", "Findings"};
#define GROUP_COUNTS (sizeof(reconcile_group_counts) / sizeof(reconcile_group_counts[0]))
static const enum column_fit reconcile_group_fits[] = {
    FIT_ALWAYS, FIT_ALWAYS, FIT_ALWAYS, FIT_ALWAYS, FIT_ROOM, FIT_ALWAYS, FIT_ALWAYS};

static int
reconcile_write_group(struct writer *writer, const struct group *group, struct error *err)
{
	if (group->name == NULL)
		writer_null(writer);
	else
		writer_string(writer, group->name);
	writer_integer(writer, (int64_t)group->jobs);
	writer_integer(writer, (int64_t)group->well);
	writer_integer(writer, (int64_t)group->pending);
	writer_integer(writer, (int64_t)group->acknowledged);
	if (group->open > 0)
		writer_failure(writer);
	writer_integer(writer, (int64_t)group->open);
	if (group->findings > 0)
		writer_failure(writer);
	writer_integer(writer, (int64_t)group->findings);
	return writer_row(writer, err);
}

/* On a terminal the first ones, the others together. */
static int
reconcile_write_groups(struct reconcile_command *r, struct writer *writer, struct error *err)
{
	bool screen = listing_output(r->listing.context, &r->listing) == OUTPUT_TABLE &&
		      r->listing.path == NULL && !r->listing.options.wide;
	size_t count = groups_count(r->groups), shown = count;
	struct group others = {0};

	if (screen && count > GROUPS_SHOWN)
		shown = GROUPS_SHOWN - 1;
	r->groups_shown = count > shown ? shown + 1 : shown;
	for (size_t i = 0; i < shown; i++)
		if (reconcile_write_group(writer, groups_get(r->groups, i), err) == -1)
			return -1;
	if (shown == count)
		return 0;
	for (size_t i = shown; i < count; i++)
		group_add(&others, groups_get(r->groups, i));
	if (asprintf(&others.name, "(%zu others)", count - shown) == -1)
		return error_memory(err);
	shown = reconcile_write_group(writer, &others, err) == -1;
	free(others.name);
	return shown ? -1 : 0;
}

/* ---- the report --------------------------------------------------------------------------- */

/* No report replaces the manifest of a run that was asked for, or of one that is not finished. */
static int
reconcile_protect_run(
    struct database *db, int64_t id, const struct output_target *target, struct error *err)
{
	struct run run = {0};
	int rc = id == 0 ? 0 : db_run_find(db, id, &run, err);

	if (rc != -1)
		rc = outputs_verify_manifest(db, &run, target, err);
	run_release(&run);
	return rc;
}

static int
reconcile_protect(struct listing *listing, struct database *db, struct error *err)
{
	const struct reconcile_command *r = listing->closure;
	const struct output_target targets[] = {
	    {&command_reconcile, "--report", listing->path},
	    {&command_reconcile, "--page", r->page},
	    {&command_reconcile, "--metrics", r->metrics},
	};

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (targets[i].path == NULL)
			continue;
		if (reconcile_protect_run(db, 0, &targets[i], err) == -1)
			return -1;
		for (size_t run = 0; run < r->runs.count; run++)
			if (reconcile_protect_run(db, r->run_ids[run], &targets[i], err) == -1)
				return -1;
	}
	return 0;
}

/* A page of one run is that of its change window. */
static int
reconcile_publish_page(struct reconcile_command *r, struct database *db, struct error *err)
{
	const struct page_draft_end end = {
	    .path = r->page, .report = r->listing.path, .stop = r->options.choice.stop};
	struct run run = {0};
	int rc = 1;

	if (r->runs.count == 1)
		rc = db_run_find(db, r->run_ids[0], &run, err);
	if (rc == 1 && r->runs.count == 1)
		page_draft_run(r->draft, &run);
	run_release(&run);
	if (rc == -1)
		return -1;
	page_draft_fact(r->draft, "Reference", r->options.choice.reference);
	page_draft_fact(r->draft, "Container", r->options.choice.container);
	page_draft_fact(r->draft, "Machine", r->options.choice.machine);
	page_draft_fact(r->draft, "Verdicts", r->only);
	page_draft_fact(r->draft, "Accepted", r->accepted);
	page_draft_fact(r->draft, "Left out",
	    r->options.choice.open ? "jobs that are proven or acknowledged" : NULL);
	page_draft_fact(r->draft, "Database", r->listing.context->database);
	page_draft_fact_time(r->draft, "Made", r->options.now);
	if (r->since != NULL)
		page_draft_changes(r->draft, r->counts.change, r->since);
	return page_draft_publish(r->draft, db, &end, err);
}

/* Under -q, when all is well. */
static bool
reconcile_is_silent(const struct reconcile_command *r)
{
	return r->listing.context->quiet && r->listing.path == NULL &&
	       reconcile_is_well(&r->counts);
}

static int
reconcile_fill(
    struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct reconcile_command *r = listing->closure;
	const struct reconcile_metrics metrics = {.path = r->metrics,
	    .now = r->options.now,
	    .counts = &r->counts,
	    .stop = r->options.choice.stop};

	if (reconcile_report(db, &r->options, writer, &r->counts, err) == -1)
		return -1;
	if (r->groups != NULL && groups_end(r->groups, db, err) == -1)
		return -1;
	if (r->groups != NULL && !reconcile_is_silent(r) &&
	    reconcile_write_groups(r, writer, err) == -1)
		return -1;
	if (r->reasons != NULL)
		reasons_sort(r->reasons);
	if (r->draft != NULL && reconcile_publish_page(r, db, err) == -1)
		return -1;
	return r->metrics == NULL ? 0 : reconcile_metrics_publish(&metrics, db, err);
}

static int
reconcile_make_groups(struct reconcile_command *r)
{
	r->groups = groups_new((enum group_by)r->by, &r->options.accepted);
	r->reasons = calloc(1, sizeof(*r->reasons));
	r->options.no_rows = true;
	r->group_columns[0] = group_by_column((enum group_by)r->by);
	for (size_t i = 0; i < GROUP_COUNTS; i++)
		r->group_columns[i + 1] = reconcile_group_counts[i];
	r->listing.columns = r->group_columns;
	r->listing.fits = reconcile_group_fits;
	r->listing.count = GROUP_COUNTS + 1;
	return r->groups == NULL || r->reasons == NULL ? -1 : 0;
}

/* A terminal that was not asked for all gets what is not well, and so does who wants no more. */
static bool
reconcile_is_brief(const struct context *context, const struct reconcile_command *r)
{
	if (r->listing.path != NULL)
		return false;
	return context->quiet || (r->listing.options.format == LISTING_UNSET &&
				     listing_output(context, &r->listing) == OUTPUT_TABLE);
}

static int
reconcile_prepare(const struct context *context, struct reconcile_command *r)
{
	struct error err = {0};

	r->options.now = context->now();
	r->options.brief = r->listing.rows_only = reconcile_is_brief(context, r);
	r->options.faults = context->quiet && r->options.brief;
	if (r->since != NULL) {
		r->options.since = since_read(r->since, context->stop, &err);
		if (r->options.since == NULL)
			return command_print_failed(context, &err);
		r->listing.count = REPORT_COLUMNS;
	}
	if (r->by != -1 && reconcile_make_groups(r) == -1)
		return command_no_memory(context);
	if (r->page != NULL)
		r->draft = page_draft_new(
		    r->runs.count == 1 ? "Change window: what became of it" : "Reconciliation",
		    r->options.now, &r->options.accepted);
	if (r->page != NULL && r->draft == NULL)
		return command_no_memory(context);
	r->watch = (struct reconcile_watch){reconcile_watch_job, reconcile_watch_finding, r};
	if (r->by != -1 || r->page != NULL)
		r->options.watch = &r->watch;
	return 0;
}

static void
reconcile_say_all(const struct context *context, const struct reconcile_command *r)
{
	const struct reconcile_say say = {
	    .counts = &r->counts,
	    .accepted = &r->options.accepted,
	    .view = &r->listing.options,
	    .reasons = r->reasons,
	    .rows = r->groups_shown,
	    .since = r->since == NULL ? NULL : since_name(r->options.since),
	    .of_runs = r->runs.count > 0 || r->options.choice.reference != NULL,
	    .brief = r->options.brief && listing_output(context, &r->listing) == OUTPUT_TABLE,
	};

	reconcile_say(context, &say);
}

static int
reconcile_carry_out(const struct context *context, struct reconcile_command *r)
{
	int status = reconcile_prepare(context, r);

	if (status == 0)
		status = listing_run(context, &r->listing);
	if (status != 0)
		return status;
	if (!context->quiet || !reconcile_is_well(&r->counts))
		reconcile_say_all(context, r);
	return reconcile_is_well(&r->counts) ? 0 : 1;
}

static int
reconcile_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct reconcile_command r = {
	    .listing = {.command = command,
		.options.format = LISTING_UNSET,
		.columns = reconcile_columns,
		.fits = reconcile_fits,
		.count = REPORT_COLUMNS_ALONE,
		.prepare = reconcile_protect,
		.fill = reconcile_fill,
		.closure = &r},
	    .options = {.grace = GRACE_SECONDS,
		.stale = STALE_SECONDS,
		.choice.stop = context->stop},
	    .by = -1,
	};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &r}, &status);

	if (first != -1 && first < argc)
		status = command_usage(
		    command, context, "%s: expected no operand; see --run, --report", argv[first]);
	else if (first != -1)
		status = reconcile_take(command, context, &r);
	if (first != -1 && status == 0)
		status = reconcile_carry_out(context, &r);
	since_free(r.options.since);
	groups_free(r.groups);
	if (r.reasons != NULL)
		reasons_release(r.reasons);
	free(r.reasons);
	page_draft_free(r.draft);
	free(r.run_ids);
	text_list_release(&r.runs);
	return status;
}

const struct command command_reconcile = {
    .name = "reconcile",
    .synopsis = "[OPTION...]",
    .summary = "compare jobs with inventory and report every difference",
    .run = reconcile_run,
    .options = reconcile_specs,
    .option_count = SPEC_COUNT,
};
