#include "reconcile/verdict.h"

#include "model/job.h"

/* Longer than any two times are apart, and its milliseconds do not overflow. */
#define SECONDS_MOST (INT64_MAX / 4000)

static const struct {
	const char *word;
	bool well;
	const char *text, *why, *remedy;
} verdicts[VERDICT_COUNT] = {
#define VERDICT_ROW(name, word, well, text, why, remedy) \
	[VERDICT_##name] = {word, well, text, why, remedy},
    VERDICT_LIST(VERDICT_ROW)
#undef VERDICT_ROW
};

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

const char *
verdict_why(enum verdict verdict)
{
	return (unsigned int)verdict < VERDICT_COUNT ? verdicts[verdict].why : "unknown";
}

const char *
verdict_remedy(enum verdict verdict)
{
	return (unsigned int)verdict < VERDICT_COUNT ? verdicts[verdict].remedy : "unknown";
}

bool
verdict_is_well(enum verdict verdict)
{
	return (unsigned int)verdict < VERDICT_COUNT && verdicts[verdict].well;
}

int64_t
verdict_milliseconds(int64_t seconds)
{
	return (seconds > SECONDS_MOST ? SECONDS_MOST : seconds) * 1000;
}

static bool
inventory_is_newer(const struct reconcile_job *job, int64_t time)
{
	return job->place.inventoried && job->place.inventoried_at > time;
}

bool
verdict_sees_new(const struct reconcile_job *job)
{
	bool anywhere = (!job->stands || job->named_by_old) && job->new_alias != NULL;

	return inventory_is_newer(job, job->created_at) &&
	       ((job->stands && job->standing == job->certificate) || anywhere);
}

static bool
job_is_completed(const struct reconcile_job *job)
{
	return job->status == JOB_COMPLETED || job->status == JOB_ACKNOWLEDGED;
}

static enum verdict
verdict_by_due_time(const struct reconcile_job *job, int64_t now, int64_t grace)
{
	if (now < job->due_at)
		return VERDICT_SCHEDULED;
	if (job->due_at < now - verdict_milliseconds(grace))
		return VERDICT_OVERDUE;
	return VERDICT_WAITING;
}

enum verdict
verdict_of(const struct reconcile_job *job, int64_t now, int64_t grace)
{
	if (verdict_sees_new(job))
		return job->old_alias != NULL ? VERDICT_LEFTOVER : VERDICT_DEPLOYED;
	if (job->has_proven_at || job->later != 0)
		return VERDICT_DEPLOYED;
	if (job->later_proven != 0)
		return VERDICT_REPLACED;
	if (!job->known || job->removed || !job->approved)
		return VERDICT_STORE_GONE;
	if (!job_is_completed(job))
		return verdict_by_due_time(job, now, grace);
	if (job->result == RESULT_FAILURE)
		return VERDICT_FAILED;
	/* Completed before it was created: a clock was set back, and neither time proves a thing.
	 */
	if (!job->has_completed_at || !inventory_is_newer(job, job->completed_at) ||
	    !inventory_is_newer(job, job->created_at))
		return VERDICT_UNVERIFIED;
	if (job->stands)
		return job->standing == job->existing ? VERDICT_NOT_DEPLOYED : VERDICT_OVERWRITTEN;
	return job->old_alias != NULL ? VERDICT_NOT_DEPLOYED : VERDICT_MISSING;
}
