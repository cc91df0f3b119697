#include "commands/run_report.h"

#include "database/run.h"
#include "run/results.h"

#include <stdlib.h>
#include <string.h>

static const char *const report_columns[] = {"Field", "Value"};
#define REPORT_COLUMNS (sizeof(report_columns) / sizeof(report_columns[0]))

#define STATUS_COUNT 6 /* of jobs; and of their results */
#define RESULT_COUNT 5

struct report {
	struct listing listing;
	int64_t id;
	struct run run;
	struct tally tally;
	int64_t states[STATUS_COUNT][RESULT_COUNT]; /* its jobs as they are now */

	/* How it is written: as lines, or as JSON. */
	struct writer *writer; /* NULL: as JSON */
	struct buffer json;
	const char *group; /* the members that are written now; NULL: those of the run itself */
	const char *between;
	struct error *err; /* the first failure of a line */
	bool failed;
};

/* ---- a field, as a line or as a member ------------------------------------------------------- */

/* Starts a group of fields: "Rows.Read", or a member "Rows" with a member "Read". NULL ends it. */
static void
report_begin(struct report *report, const char *group)
{
	if (report->group != NULL)
		buffer_add_string(&report->json, "}");
	if (group != NULL)
		buffer_addf(&report->json, ",\"%s\":{", group);
	report->between = group == NULL ? "," : "";
	report->group = group;
}

static void
report_name(struct report *report, const char *name, size_t length)
{
	char whole[128];

	if (report->writer == NULL) {
		buffer_add_string(&report->json, report->between);
		buffer_add_json(&report->json, name, length);
		buffer_add_string(&report->json, ":");
		report->between = ",";
		return;
	}
	snprintf(whole, sizeof(whole), "%s%s%.*s", report->group == NULL ? "" : report->group,
	    report->group == NULL ? "" : ".", (int)length, name);
	writer_string(report->writer, whole);
}

static void
report_end_line(struct report *report)
{
	if (report->writer != NULL && !report->failed &&
	    writer_row(report->writer, report->err) == -1)
		report->failed = true;
}

/* A text of so many bytes; NULL: none. */
static void
report_bytes(struct report *report, const char *text, size_t length)
{
	if (report->writer != NULL && text == NULL)
		writer_null(report->writer);
	else if (report->writer != NULL)
		writer_text(report->writer, text, length);
	else if (text == NULL)
		buffer_add_string(&report->json, "null");
	else
		buffer_add_json(&report->json, text, length);
	report_end_line(report);
}

static void
report_text(struct report *report, const char *name, const char *text)
{
	report_name(report, name, strlen(name));
	report_bytes(report, text, text == NULL ? 0 : strlen(text));
}

static void
report_time(struct report *report, const char *name, int64_t time)
{
	char text[TIMESTAMP_SIZE];

	report_text(report, name, time == 0 ? NULL : timestamp_format(time, text));
}

static void
report_number(struct report *report, const char *name, uint64_t number)
{
	report_name(report, name, strlen(name));
	if (report->writer != NULL)
		writer_integer(report->writer, (int64_t)number);
	else
		buffer_addf(&report->json, "%llu", (unsigned long long)number);
	report_end_line(report);
}

/* ---- what a run has --------------------------------------------------------------------- */

static void
report_head(struct report *report)
{
	const struct run *run = &report->run;
	char digest[2 * RUN_DIGEST_SIZE + 1];

	for (size_t i = 0; i < RUN_DIGEST_SIZE; i++)
		snprintf(digest + 2 * i, 3, "%02x", run->digest[i]);
	report_number(report, "Run", (uint64_t)run->id);
	report_text(report, "State", db_run_state_word((int64_t)run->state));
	report_text(report, "Manifest", run->manifest);
	report_text(report, "Path", strcmp(run->path, "-") == 0 ? NULL : run->path);
	report_text(report, "ManifestSha256", digest);
	report_text(report, "Operator", run->operator_name);
	report_text(report, "Reference", run->reference);
	if (run->mends == 0)
		report_text(report, "Mends", NULL);
	else
		report_number(report, "Mends", (uint64_t)run->mends);
	report_number(report, "Retries", (uint64_t)run->retries);
	report_text(report, "TrustManifest", run->trust_manifest ? "yes" : "no");
	report_time(report, "StartedAt", run->started_at);
	report_time(report, "FinishedAt", run->finished_at);
}

/* Its settings are lines of NAME=VALUE. */
static void
report_settings(struct report *report)
{
	const char *line = report->run.settings;

	report_begin(report, "Settings");
	while (*line != '\0') {
		size_t length = strcspn(line, "\n"), name = strcspn(line, "=\n");
		size_t value = name < length ? length - name - 1 : 0;

		report_name(report, line, name);
		report_bytes(report, value == 0 ? NULL : line + name + 1, value);
		line += length + (line[length] == '\n');
	}
}

static void
report_accounting(struct report *report)
{
	const struct run *run = &report->run;

	report_begin(report, "Rows");
	report_number(report, "Total", run->rows_total);
	report_number(report, "Read", run->rows[0]);
	report_number(report, "Succeeded", run->rows[OUTCOME_SUCCEEDED]);
	report_number(report, "Partial", run->rows[OUTCOME_PARTIAL]);
	report_number(report, "Failed", run->rows[OUTCOME_FAILED]);
	report_number(report, "Rejected", run->rows[OUTCOME_REJECTED]);
	report_number(report, "Skipped", run->rows[OUTCOME_SKIPPED]);
	report_begin(report, "Jobs");
	report_number(report, "Created", run->jobs_created);
	report_number(report, "Refused", run->jobs_refused);
	report_number(report, "Superseded", run->jobs_superseded);
	report_number(report, "DueLater", run->jobs_later);
	report_time(report, "FirstDue", run->first_due);
	report_time(report, "LastDue", run->last_due);
}

/* "Waiting", "Completed/Success": how many of its jobs are so now. */
static void
report_states(struct report *report)
{
	char name[64];

	report_begin(report, "JobsNow");
	for (int i = 0; i < STATUS_COUNT; i++)
		for (int j = 0; j < RESULT_COUNT; j++) {
			if (report->states[i][j] == 0)
				continue;
			snprintf(name, sizeof(name), "%s%s%s", job_status_word(i),
			    j == RESULT_UNKNOWN ? "" : "/",
			    j == RESULT_UNKNOWN ? "" : job_result_word(j));
			report_number(report, name, (uint64_t)report->states[i][j]);
		}
}

static void
report_codes(struct report *report, const char *group, const uint64_t counts[CODE_COUNT])
{
	report_begin(report, group);
	for (int i = 0; i < CODE_COUNT; i++)
		if (counts[i] != 0)
			report_number(report, code_word((enum code)i), counts[i]);
}

static void
report_tally(struct report *report)
{
	const struct tally *tally = &report->tally;

	report_codes(report, "Codes", tally->codes);
	report_codes(report, "Warnings", tally->warnings);
	report_codes(report, "Unchecked", tally->unchecked);
	report_begin(report, "Repairs");
	for (int i = 0; i < REPAIR_COUNT; i++)
		if (tally->repairs.count[i] != 0)
			report_number(report, repair_word((enum repair)i), tally->repairs.count[i]);
}

/* Where its results are unless --results named another file. */
static int
report_files(struct report *report, struct error *err)
{
	const struct run *run = &report->run;
	char *results = NULL;

	if (strcmp(run->path, "-") != 0) {
		results = results_name(
		    run->manifest, results_output(-1, NULL, (enum format)run->format));
		if (results == NULL)
			return error_memory(err);
	}
	report_begin(report, NULL);
	report_text(report, "DefaultResults", results);
	free(results);
	return 0;
}

/* ---- reading and writing ----------------------------------------------------------------- */

static int
report_count_states(struct report *report, struct database *db, struct error *err)
{
	struct list_value filters[LIST_FILTERS] = {
	    [LIST_BY_RUN] = list_value_integer(true, report->id)};
	struct list *list = list_open(
	    db, LIST_JOB_STATES, filters, report->listing.context->stop, err);
	int rc;

	if (list == NULL)
		return -1;
	while ((rc = list_next(list, err)) == 1)
		report->states[list_integer(list, 0)][list_integer(list, 1)] += list_integer(
		    list, 2);
	list_close(list);
	return rc;
}

static int
report_read(struct listing *listing, struct database *db, struct error *err)
{
	struct report *report = listing->closure;
	int rc = db_run_find(db, report->id, &report->run, err);

	if (rc == 0)
		return error_set(err, ERROR_INPUT, listing->context->database,
		    "no run %lld: `pfxreplace runs` lists them", (long long)report->id);
	if (rc == -1 || db_get_tally(db, report->id, &report->tally, err) == -1 ||
	    report_count_states(report, db, err) == -1)
		return -1;
	listing->alone = listing_output(listing->context, listing) != OUTPUT_CSV;
	return 0;
}

/* All that the run has, as lines or as members. */
static int
report_write(struct report *report, struct error *err)
{
	report->between = "{";
	report->err = err;
	report_head(report);
	report_settings(report);
	report_accounting(report);
	report_states(report);
	report_tally(report);
	return report_files(report, err) == -1 || report->failed ? -1 : 0;
}

/* A table for people has each value whole. */
static int
report_write_table(struct report *report, struct error *err)
{
	struct writer_view view = {.left = true, .longer = LONG_WHOLE};
	int rc = -1;

	if (!report->listing.options.wide)
		(void)listing_fit(&view, report->listing.file, LONG_WRAP);
	view.height = 0; /* its header is not worth a repetition */
	report->writer = writer_new_view(
	    report->listing.file, OUTPUT_TABLE, report_columns, REPORT_COLUMNS, &view);
	if (report->writer == NULL)
		return error_memory(err);
	if (report_write(report, err) == 0)
		rc = writer_end(&report->writer, err);
	writer_free(report->writer);
	return rc;
}

static int
report_write_object(struct report *report, struct error *err)
{
	if (report_write(report, err) == -1)
		return -1;
	buffer_add_string(&report->json, "}\n");
	if (report->json.failed)
		return error_memory(err);
	return outfile_write(report->listing.file, report->json.bytes, report->json.length, err);
}

static int
report_fill(struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct report *report = listing->closure;

	(void)db;
	report->writer = writer;
	if (writer != NULL)
		return report_write(report, err);
	return listing_output(listing->context, listing) == OUTPUT_TABLE
		   ? report_write_table(report, err)
		   : report_write_object(report, err);
}

int
run_report(const struct context *context, int64_t run, const struct listing_options *options)
{
	struct report report = {
	    .listing = {.options = *options,
		.columns = report_columns,
		.count = REPORT_COLUMNS,
		.prepare = report_read,
		.fill = report_fill,
		.closure = &report},
	    .id = run,
	};
	int status = listing_run(context, &report.listing);

	run_release(&report.run);
	buffer_release(&report.json);
	return status;
}
