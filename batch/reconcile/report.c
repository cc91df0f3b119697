#include "reconcile/report.h"

#include "buffer.h"
#include "database/run.h"
#include "model/job.h"
#include "program/progress.h"
#include "reconcile/describe.h"

static const struct {
	const char *word, *text, *why, *remedy;
} finding_words[FINDING_COUNT] = {
#define FINDING_ROW(name, word, text, why, remedy) [FINDING_##name] = {word, text, why, remedy},
    FINDING_LIST(FINDING_ROW)
#undef FINDING_ROW
};

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

const char *
finding_word(enum finding finding)
{
	return (unsigned int)finding < FINDING_COUNT ? finding_words[finding].word : "unknown";
}

const char *
finding_text(enum finding finding)
{
	return (unsigned int)finding < FINDING_COUNT ? finding_words[finding].text : "unknown";
}

const char *
finding_why(enum finding finding)
{
	return (unsigned int)finding < FINDING_COUNT ? finding_words[finding].why : "unknown";
}

const char *
finding_remedy(enum finding finding)
{
	return (unsigned int)finding < FINDING_COUNT ? finding_words[finding].remedy : "unknown";
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
	return reconcile_settled_jobs(counts) == counts->jobs && counts->findings == 0;
}

/* ---- the report ------------------------------------------------------------------------- */

/* A report that is being written. */
struct report {
	struct reconciliation *reconciliation;
	const struct reconcile_options *options;
	struct writer *writer;
	struct reconcile_counts *counts;
	struct buffer text; /* of the row that is written */
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

static int
report_add_job(struct report *report, const struct reconcile_job *job, struct error *err)
{
	const struct reconcile_options *options = report->options;
	enum verdict verdict = verdict_of(job, options->now, options->grace);

	progress_add(1);
	report->counts->jobs++;
	report->counts->verdict[verdict]++;
	if (job->status == JOB_ACKNOWLEDGED && !verdict_is_well(verdict))
		report->counts->acknowledged[verdict]++;
	if (options->brief && report_is_settled(job, verdict))
		return 0;
	buffer_clear(&report->text);
	reconcile_describe_job(&report->text, job, verdict, options->grace);
	return report_write_job(report, job, verdict, err);
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
report_findings(struct report *report, enum finding finding, struct error *err)
{
	int64_t time = report->options->now;
	struct reconcile_finding found;
	int rc;

	if (finding == FINDING_STALE_INVENTORY)
		time -= verdict_milliseconds(report->options->stale);
	if (reconciliation_begin(report->reconciliation, finding, time, err) == -1)
		return -1;
	while ((rc = reconciliation_finding(report->reconciliation, &found, err)) == 1) {
		buffer_clear(&report->text);
		reconcile_describe_finding(&report->text, &found, finding);
		report->counts->findings++;
		report->counts->finding[finding]++;
		if (report_write_finding(report, &found, finding, err) == -1)
			return -1;
	}
	return rc;
}

/* How many ids the jobs have: the measure of the progress. */
static int
report_count_jobs(struct database *db, int64_t run, uint64_t *jobs, struct error *err)
{
	struct next_ids next;
	int64_t first, last;

	if (db_run_span(db, run, &first, &last, err) == -1)
		return -1;
	if (run == 0) {
		if (db_next_ids(db, &next, err) == -1)
			return -1;
		first = 1;
		last = next.job - 1;
	}
	*jobs = last < first ? 0 : (uint64_t)(last - first + 1);
	return 0;
}

static void
report_begin(const char *unit, uint64_t ids)
{
	progress_begin("reconcile", unit, 0, 0);
	progress_measure(ids);
}

int
reconcile_report(struct database *db, const struct reconcile_options *options,
    struct writer *writer, struct reconcile_counts *counts, struct error *err)
{
	struct report report = {.options = options, .writer = writer, .counts = counts};
	uint64_t jobs;
	int rc;

	*counts = (struct reconcile_counts){0};
	if (report_count_jobs(db, options->run, &jobs, err) == -1)
		return -1;
	report_begin("jobs read", jobs);
	report.reconciliation = reconciliation_open(db, options->run, options->stop, err);
	if (report.reconciliation == NULL)
		return -1;
	report_begin("jobs", jobs);
	rc = report_jobs(&report, err);
	report_begin("findings", 0);
	for (int i = 0; rc == 0 && i < FINDING_COUNT; i++)
		if (options->run == 0 || i == FINDING_UNPLANNED_LOCATION)
			rc = report_findings(&report, (enum finding)i, err);
	buffer_release(&report.text);
	reconciliation_close(report.reconciliation);
	return rc;
}
