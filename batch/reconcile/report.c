#include "reconcile/report.h"

#include "buffer.h"
#include "decimal.h"
#include "database/run.h"
#include "model/job.h"
#include "program/progress.h"
#include "reconcile/describe.h"

#include <string.h>

const char *const reconcile_columns[REPORT_COLUMNS] = {
#define REPORT_COLUMN_NAME(name, fit) #name,
    REPORT_COLUMN_LIST(REPORT_COLUMN_NAME)
#undef REPORT_COLUMN_NAME
};
const enum column_fit reconcile_fits[REPORT_COLUMNS] = {
#define REPORT_COLUMN_FIT(name, fit) fit,
    REPORT_COLUMN_LIST(REPORT_COLUMN_FIT)
#undef REPORT_COLUMN_FIT
};

/* The verdict or finding of a word. */
static bool *
words_find(struct reconcile_words *words, const char *text, size_t length, bool findings_alone)
{
	for (int i = 0; i < FINDING_COUNT; i++)
		if (strlen(finding_word((enum finding)i)) == length &&
		    memcmp(finding_word((enum finding)i), text, length) == 0)
			return &words->finding[i];
	for (int i = 0; i < VERDICT_COUNT && !findings_alone; i++)
		if (strlen(verdict_word((enum verdict)i)) == length &&
		    memcmp(verdict_word((enum verdict)i), text, length) == 0)
			return &words->verdict[i];
	return NULL;
}

const char *
reconcile_words_add(
    struct reconcile_words *words, const char *list, size_t *length, bool findings_alone)
{
	for (const char *at = list;; at += *length + 1) {
		bool *one;

		*length = strcspn(at, ",");
		one = words_find(words, at, *length, findings_alone);
		if (one == NULL)
			return at;
		*one = true;
		if (at[*length] == '\0')
			return NULL;
	}
}

uint64_t
reconcile_open_jobs(const struct reconcile_counts *counts, enum verdict verdict)
{
	return verdict_is_well(verdict) ? 0
					: counts->verdict[verdict] - counts->acknowledged[verdict];
}

uint64_t
reconcile_settled_jobs(const struct reconcile_counts *counts)
{
	uint64_t settled = 0;

	for (int i = 0; i < VERDICT_COUNT; i++)
		settled += counts->verdict[i] - reconcile_open_jobs(counts, (enum verdict)i);
	return settled;
}

bool
reconcile_is_well(const struct reconcile_counts *counts)
{
	return reconcile_settled_jobs(counts) == counts->jobs &&
	       counts->findings == counts->accepted;
}

/* ---- the report ------------------------------------------------------------------------- */

/* A report that is being written. */
struct report {
	struct reconciliation *reconciliation;
	const struct reconcile_options *options;
	struct writer *writer;
	struct reconcile_counts *counts;
	struct buffer text; /* of the row that is written */
	enum change change; /* likewise */
};

/* Whether nobody needs to look at the job. */
static bool
report_is_settled(const struct reconcile_job *job, enum verdict verdict)
{
	return verdict_is_well(verdict) || job->status == JOB_ACKNOWLEDGED;
}

static void
report_write_place(struct writer *writer, const struct reconcile_place *place)
{
	writer_string(writer, place->store);
	writer_string(writer, place->path);
	writer_string(writer, place->machine);
	writer_string(writer, place->alias);
}

static void
report_write_inventoried(struct writer *writer, const struct reconcile_place *place)
{
	if (place->inventoried)
		writer_time(writer, place->inventoried_at);
	else
		writer_null(writer);
}

static int
report_write_text(struct report *report, struct error *err)
{
	if (report->text.failed)
		return error_memory(err);
	writer_text(report->writer, report->text.bytes, report->text.length);
	if (report->options->since != NULL)
		writer_string(report->writer, change_word(report->change));
	return writer_row(report->writer, err);
}

static int
report_write_job(
    struct report *report, const struct reconcile_job *job, enum verdict verdict, struct error *err)
{
	struct writer *writer = report->writer;

	if (!report_is_settled(job, verdict))
		writer_failure(writer);
	writer_string(writer, verdict_word(verdict));
	writer_integer(writer, job->run);
	writer_integer(writer, job->line);
	writer_integer(writer, job->id);
	report_write_place(writer, &job->place);
	writer_integer(writer, job->existing);
	writer_integer(writer, job->certificate);
	writer_string(writer, job->job_time);
	writer_string(writer, job_status_word(job->status));
	writer_string(writer, job_result_word(job->result));
	report_write_inventoried(writer, &job->place);
	return report_write_text(report, err);
}

/* The columns of a job are empty, but for that of the certificate that is there, and for the row
 * of the manifest that was refused. */
static int
report_write_finding(struct report *report, const struct reconcile_finding *found,
    enum finding finding, struct error *err)
{
	struct writer *writer = report->writer;

	if (!report->options->accepted.finding[finding])
		writer_failure(writer);
	writer_string(writer, finding_word(finding));
	if (found->refusal.run != 0) {
		writer_integer(writer, found->refusal.run);
		writer_integer(writer, found->refusal.line);
	} else {
		writer_null(writer); /* Run */
		writer_null(writer); /* Line */
	}
	writer_null(writer); /* JobId */
	report_write_place(writer, &found->place);
	if (found->certificate > 0)
		writer_integer(writer, found->certificate);
	else
		writer_null(writer);
	writer_null(writer); /* CertificateId */
	writer_null(writer); /* JobTime */
	writer_null(writer); /* Status */
	writer_null(writer); /* Result */
	report_write_inventoried(writer, &found->place);
	return report_write_text(report, err);
}

/* Compares it with the earlier report. */
static int
report_compare_job(
    struct report *report, const struct reconcile_job *job, enum verdict verdict, struct error *err)
{
	struct since *since = report->options->since;

	if (since == NULL)
		return 0;
	return since_job(since, job, verdict, &report->change, err);
}

static void
report_count_job(
    struct reconcile_counts *counts, const struct reconcile_job *job, enum verdict verdict)
{
	counts->jobs++;
	counts->verdict[verdict]++;
	if (job->status == JOB_ACKNOWLEDGED && !verdict_is_well(verdict))
		counts->acknowledged[verdict]++;
}

static int
report_watch_job(
    struct report *report, const struct reconcile_job *job, enum verdict verdict, struct error *err)
{
	const struct reconcile_watch *watch = report->options->watch;

	if (watch == NULL)
		return 0;
	if (report->text.failed)
		return error_memory(err);
	return watch->job(watch->closure, job, verdict,
	    verdict_is_well(verdict) ? NULL : report->text.bytes, err);
}

/* Whether a job gets a row. On a terminal a settled one does where it was not settled before. */
static bool
report_shows_job(const struct report *report, bool settled)
{
	const struct reconcile_options *options = report->options;

	if (options->no_rows)
		return false;
	if (!options->brief || !settled)
		return true;
	return !options->faults && options->since != NULL &&
	       (report->change == CHANGE_BETTER || report->change == CHANGE_WORSE);
}

static int
report_add_job(struct report *report, const struct reconcile_job *job, struct error *err)
{
	const struct reconcile_options *options = report->options;
	enum verdict verdict = verdict_of(job, options->now, options->grace);
	bool written;

	progress_add(1);
	if (report_compare_job(report, job, verdict, err) == -1)
		return -1;
	if (options->only != NULL && !options->only->verdict[verdict])
		return 0;
	report_count_job(report->counts, job, verdict);
	if (options->since != NULL)
		report->counts->change[report->change]++;
	written = report_shows_job(report, report_is_settled(job, verdict));
	buffer_clear(&report->text);
	if (written || (options->watch != NULL && !verdict_is_well(verdict)))
		reconcile_describe_job(&report->text, job, verdict, options->grace);
	if (report_watch_job(report, job, verdict, err) == -1)
		return -1;
	return written ? report_write_job(report, job, verdict, err) : 0;
}

static int
report_jobs(struct report *report, struct error *err)
{
	struct reconcile_job job;
	int rc;

	while ((rc = reconciliation_job(report->reconciliation, &job, err)) == 1)
		if (report_add_job(report, &job, err) == -1)
			return -1;
	return rc;
}

static int
report_add_finding(struct report *report, const struct reconcile_finding *found,
    enum finding finding, struct error *err)
{
	const struct reconcile_options *options = report->options;
	const struct reconcile_watch *watch = options->watch;

	if (options->since != NULL)
		report->change = since_finding(options->since, found, finding);
	if (options->only != NULL && !options->only->finding[finding])
		return 0;
	if (options->since != NULL)
		report->counts->change[report->change]++;
	report->counts->findings++;
	report->counts->finding[finding]++;
	report->counts->accepted += options->accepted.finding[finding];
	buffer_clear(&report->text);
	reconcile_describe_finding(&report->text, found, finding);
	if (report->text.failed)
		return error_memory(err);
	if (watch != NULL &&
	    watch->finding(watch->closure, found, finding, report->text.bytes, err) == -1)
		return -1;
	if (options->no_rows || (options->faults && options->accepted.finding[finding]))
		return 0;
	return report_write_finding(report, found, finding, err);
}

static int
report_findings(struct report *report, enum finding finding, struct error *err)
{
	int64_t time = report->options->now;
	struct reconcile_finding found;
	int rc;

	if (finding == FINDING_STALE_INVENTORY)
		time -= verdict_milliseconds(report->options->stale);
	if (reconciliation_begin(report->reconciliation, finding, time, err) == -1)
		return -1;
	while ((rc = reconciliation_finding(report->reconciliation, &found, err)) == 1)
		if (report_add_finding(report, &found, finding, err) == -1)
			return -1;
	return rc;
}

/* ---- what is gone ----------------------------------------------------------------------- */

static void
report_put_value(struct writer *writer, const struct value *value, bool number)
{
	int64_t integer = number && !value_is_absent(value) ? decimal_parse(value->text, INT64_MAX)
							    : -1;

	if (value_is_absent(value))
		writer_null(writer);
	else if (integer >= 0)
		writer_integer(writer, integer);
	else
		writer_text(writer, value->text, value->length);
}

/* A line of the earlier report, with what became of it. */
static int
report_write_gone(
    struct report *report, const struct value *values, const char *text, struct error *err)
{
	for (int i = 0; i < SINCE_Text; i++)
		report_put_value(report->writer, &values[i],
		    i == SINCE_Run || i == SINCE_Line || i == SINCE_JobId ||
			i == SINCE_ExistingCertificateId || i == SINCE_CertificateId);
	buffer_clear(&report->text);
	buffer_add_string(&report->text, text);
	report->change = CHANGE_GONE;
	return report_write_text(report, err);
}

/* Whether the words of --verdict have that of the line. */
static bool
report_wants(const struct reconcile_options *options, const char *word)
{
	struct reconcile_words only;
	const bool *one;

	if (options->only == NULL)
		return true;
	only = *options->only;
	one = words_find(&only, word, strlen(word), false);
	return one != NULL && *one;
}

static int
report_take_missing(void *closure, int64_t job, const struct value *values, struct error *err)
{
	static const char *const texts[] = {
	    [FATE_PURGED] = "the job is not there any more: its run was purged",
	    [FATE_CANCELLED] = "the job was cancelled",
	    [FATE_ENDED] = "it is so no longer",
	};
	struct report *report = closure;
	const struct reconcile_missing missing = {
	    .job = job,
	    .run = value_is_absent(&values[SINCE_Run])
		       ? 0
		       : decimal_parse(values[SINCE_Run].text, INT64_MAX),
	    .store = values[SINCE_CertStoreId].text,
	};
	const struct reconcile_options *options = report->options;
	enum reconcile_fate fate;

	if (reconciliation_fate(report->reconciliation, &missing, &fate, err) == -1)
		return -1;
	if (fate == FATE_FOREIGN)
		return error_set(err, ERROR_INPUT, since_name(options->since),
		    "no job %lld was ever made here: expected a report of this database",
		    (long long)job);
	if (fate == FATE_NOT_MEANT || !report_wants(options, values[SINCE_Verdict].text))
		return 0;
	report->counts->change[CHANGE_GONE]++;
	if (options->no_rows || options->faults)
		return 0;
	return report_write_gone(report, values, texts[fate], err);
}

static int
report_missing(struct report *report, struct error *err)
{
	struct since *since = report->options->since;

	return since == NULL ? 0 : since_each_missing(since, report_take_missing, report, err);
}

/* How many ids the jobs have: the measure of the progress. */
static int
report_count_ids(
    struct database *db, const struct reconciliation *r, uint64_t *ids, struct error *err)
{
	struct next_ids next;
	int64_t first, last;

	reconciliation_span(r, &first, &last);
	if (db_next_ids(db, &next, err) == -1)
		return -1;
	if (first < 1)
		first = 1;
	if (last > next.job - 1)
		last = next.job - 1;
	*ids = last < first ? 0 : (uint64_t)(last - first + 1);
	return 0;
}

static void
report_begin(const char *unit, uint64_t ids)
{
	progress_begin("reconcile", unit, 0, 0);
	progress_measure(ids);
}

static int
report_run(struct report *report, struct database *db, struct error *err)
{
	uint64_t ids;
	int rc;

	if (report_count_ids(db, report->reconciliation, &ids, err) == -1)
		return -1;
	report_begin("jobs", ids);
	rc = report_jobs(report, err);
	report_begin("findings", 0);
	for (int i = 0; rc == 0 && i < FINDING_COUNT; i++)
		if (!reconciliation_is_of_runs(report->reconciliation) ||
		    i == FINDING_UNPLANNED_LOCATION)
			rc = report_findings(report, (enum finding)i, err);
	return rc == 0 ? report_missing(report, err) : -1;
}

int
reconcile_report(struct database *db, const struct reconcile_options *options,
    struct writer *writer, struct reconcile_counts *counts, struct error *err)
{
	struct report report = {.options = options, .writer = writer, .counts = counts};
	struct reconcile_choice choice = options->choice;
	struct next_ids next;
	int rc = -1;

	*counts = (struct reconcile_counts){0};
	if (options->since != NULL)
		choice.also = since_jobs(options->since, &choice.also_count);
	if (db_next_ids(db, &next, err) == -1 ||
	    (options->since != NULL && since_renumber(options->since, db, choice.stop, err) == -1))
		return -1;
	report_begin("jobs read", (uint64_t)next.job);
	report.reconciliation = reconciliation_open(db, &choice, err);
	if (report.reconciliation != NULL)
		rc = report_run(&report, db, err);
	buffer_release(&report.text);
	reconciliation_close(report.reconciliation);
	return rc;
}
