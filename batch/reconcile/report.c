#include "reconcile/report.h"

#include "buffer.h"
#include "model/job.h"
#include "program/progress.h"
#include "reconcile/describe.h"

/* Milliseconds of a number of seconds from the command line; far more than any time apart. */
#define SECONDS_MOST (INT64_MAX / 4000)

static const struct {
	const char *word;
	bool well;
	const char *text;
} verdicts[VERDICT_COUNT] = {
#define VERDICT_ROW(name, word, well, text) [VERDICT_##name] = {word, well, text},
    VERDICT_LIST(VERDICT_ROW)
#undef VERDICT_ROW
};

static const struct {
	const char *word;
	const char *text;
} finding_words[FINDING_COUNT] = {
#define FINDING_ROW(name, word, text) [FINDING_##name] = {word, text},
    FINDING_LIST(FINDING_ROW)
#undef FINDING_ROW
};

const char *const reconcile_columns[REPORT_COLUMNS] = {"Verdict", "Run", "Line", "JobId",
    "CertStoreId", "StorePath", "ClientMachine", "Alias", "ExistingCertificateId", "CertificateId",
    "JobTime", "Status", "Result", "InventoriedAt", "Text"};

const char *
verdict_word(enum verdict verdict)
{
	return (unsigned int)verdict < VERDICT_COUNT ? verdicts[verdict].word : "unknown";
}

const char *
verdict_text(enum verdict verdict)
{
	return (unsigned int)verdict < VERDICT_COUNT ? verdicts[verdict].text : "unknown";
}

bool
verdict_is_well(enum verdict verdict)
{
	return (unsigned int)verdict < VERDICT_COUNT && verdicts[verdict].well;
}

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

bool
reconcile_is_well(const struct reconcile_counts *counts)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (!verdicts[i].well && counts->verdict[i] > 0)
			return false;
	return counts->findings == 0;
}

/* ---- the verdict ------------------------------------------------------------------------ */

static int64_t
milliseconds(int64_t seconds)
{
	return (seconds > SECONDS_MOST ? SECONDS_MOST : seconds) * 1000;
}

static bool
inventory_is_newer(const struct reconcile_job *job, int64_t time)
{
	return job->place.inventoried && job->place.inventoried_at > time;
}

static bool
new_is_there(const struct reconcile_job *job)
{
	if (job->stands)
		return job->standing == job->certificate;
	return job->new_alias != NULL;
}

static bool
is_completed(const struct reconcile_job *job)
{
	return job->status == JOB_COMPLETED || job->status == JOB_ACKNOWLEDGED;
}

static enum verdict
by_due_time(const struct reconcile_job *job, const struct reconcile_options *options)
{
	if (options->now < job->due_at)
		return VERDICT_SCHEDULED;
	if (job->due_at < options->now - milliseconds(options->grace))
		return VERDICT_OVERDUE;
	return VERDICT_WAITING;
}

enum verdict
reconcile_verdict(const struct reconcile_job *job, const struct reconcile_options *options)
{
	if (!job->known || job->removed || !job->approved)
		return VERDICT_STORE_GONE;
	if (new_is_there(job) && inventory_is_newer(job, job->created_at))
		return job->old_alias != NULL ? VERDICT_LEFTOVER : VERDICT_DEPLOYED;
	if (job->later != 0)
		return VERDICT_DEPLOYED;
	if (!is_completed(job))
		return by_due_time(job, options);
	if (job->result == RESULT_FAILURE)
		return VERDICT_FAILED;
	/* Completed before it was created: a clock that went back. Neither time proves a thing. */
	if (!job->has_completed_at || !inventory_is_newer(job, job->completed_at) ||
	    !inventory_is_newer(job, job->created_at))
		return VERDICT_UNVERIFIED;
	if (job->stands)
		return job->standing == job->existing ? VERDICT_NOT_DEPLOYED : VERDICT_OVERWRITTEN;
	return job->old_alias != NULL ? VERDICT_NOT_DEPLOYED : VERDICT_MISSING;
}

/* ---- the report ------------------------------------------------------------------------- */

static void
write_place(struct writer *writer, const struct reconcile_place *place)
{
	writer_string(writer, place->store);
	writer_string(writer, place->path);
	writer_string(writer, place->machine);
	writer_string(writer, place->alias);
}

static void
write_inventoried(struct writer *writer, const struct reconcile_place *place)
{
	if (place->inventoried)
		writer_time(writer, place->inventoried_at);
	else
		writer_null(writer);
}

static int
write_text(struct writer *writer, const struct buffer *text, struct error *err)
{
	if (text->failed)
		return error_memory(err);
	writer_text(writer, text->bytes, text->length);
	return writer_row(writer, err);
}

static int
write_job(struct writer *writer, const struct reconcile_job *job, enum verdict verdict,
    const struct buffer *text, struct error *err)
{
	writer_string(writer, verdict_word(verdict));
	writer_integer(writer, job->run);
	writer_integer(writer, job->line);
	writer_integer(writer, job->id);
	write_place(writer, &job->place);
	writer_integer(writer, job->existing);
	writer_integer(writer, job->certificate);
	writer_string(writer, job->job_time);
	writer_string(writer, job_status_word(job->status));
	writer_string(writer, job_result_word(job->result));
	write_inventoried(writer, &job->place);
	return write_text(writer, text, err);
}

/* What belongs to a job stays empty, but the certificate that stands there has its column. */
static int
write_finding(struct writer *writer, const struct reconcile_finding *found, enum finding finding,
    const struct buffer *text, struct error *err)
{
	writer_string(writer, finding_word(finding));
	writer_null(writer); /* Run */
	writer_null(writer); /* Line */
	writer_null(writer); /* JobId */
	write_place(writer, &found->place);
	if (found->certificate > 0)
		writer_integer(writer, found->certificate);
	else
		writer_null(writer);
	writer_null(writer); /* CertificateId */
	writer_null(writer); /* JobTime */
	writer_null(writer); /* Status */
	writer_null(writer); /* Result */
	write_inventoried(writer, &found->place);
	return write_text(writer, text, err);
}

static int
report_jobs(struct reconciliation *reconciliation, const struct reconcile_options *options,
    struct writer *writer, struct reconcile_counts *counts, struct buffer *text, struct error *err)
{
	struct reconcile_job job;
	int rc;

	while ((rc = reconciliation_job(reconciliation, &job, err)) == 1) {
		enum verdict verdict = reconcile_verdict(&job, options);

		progress_add(1);
		buffer_clear(text);
		reconcile_describe_job(text, &job, verdict, options);
		counts->jobs++;
		counts->verdict[verdict]++;
		if (write_job(writer, &job, verdict, text, err) == -1)
			return -1;
	}
	return rc;
}

static int
report_findings(struct reconciliation *reconciliation, enum finding finding, int64_t time,
    struct writer *writer, struct reconcile_counts *counts, struct buffer *text, struct error *err)
{
	struct reconcile_finding found;
	int rc;

	if (reconciliation_begin(reconciliation, finding, time, err) == -1)
		return -1;
	while ((rc = reconciliation_finding(reconciliation, &found, err)) == 1) {
		buffer_clear(text);
		reconcile_describe_finding(text, &found, finding);
		counts->findings++;
		counts->finding[finding]++;
		if (write_finding(writer, &found, finding, text, err) == -1)
			return -1;
	}
	return rc;
}

int
reconcile_report(struct database *db, const struct reconcile_options *options,
    struct writer *writer, struct reconcile_counts *counts, struct error *err)
{
	struct reconciliation *reconciliation;
	struct buffer text = {0};
	int rc;

	*counts = (struct reconcile_counts){0};
	progress_begin("reconcile", "jobs", 0, 0);
	reconciliation = reconciliation_open(db, options->run, options->stop, err);
	if (reconciliation == NULL)
		return -1;
	rc = report_jobs(reconciliation, options, writer, counts, &text, err);
	for (int i = 0; rc == 0 && options->run == 0 && i < FINDING_COUNT; i++) {
		int64_t time = options->now;

		if (i == FINDING_STALE_INVENTORY)
			time -= milliseconds(options->stale);
		rc = report_findings(
		    reconciliation, (enum finding)i, time, writer, counts, &text, err);
	}
	buffer_release(&text);
	reconciliation_close(reconciliation);
	return rc;
}
