#include "reconcile/describe.h"

#include "timestamp.h"

static void
describe_add_time(struct buffer *text, const char *before, int64_t time)
{
	char stamp[TIMESTAMP_SIZE];

	buffer_add_string(text, before);
	buffer_add_string(text, timestamp_format(time, stamp));
}

/* Names the alias where it is not the job's own. */
static void
describe_add_standing(
    struct buffer *text, int64_t certificate, const char *alias, const char *still)
{
	buffer_addf(text, "certificate %lld stands ", (long long)certificate);
	if (alias == NULL)
		buffer_add_string(text, "there");
	else
		buffer_addf(text, "at alias %s", alias);
	buffer_add_string(text, still);
}

/* A certificate that the server does not know has a thumbprint and a made-up id. */
static void
describe_add_certificate(struct buffer *text, int64_t id, const char *thumbprint)
{
	const char *shown = thumbprint == NULL ? "not known" : thumbprint;

	if (id > 0)
		buffer_addf(text, "certificate %lld, thumbprint %s,", (long long)id, shown);
	else
		buffer_addf(text, "an unknown certificate, thumbprint %s,", shown);
}

static void
describe_add_seen(struct buffer *text, const struct reconcile_place *place)
{
	if (place->inventoried)
		describe_add_time(text, ", seen ", place->inventoried_at);
}

static void
describe_gone(struct buffer *text, const struct reconcile_job *job)
{
	if (!job->known)
		buffer_add_string(text, "the store is not in the inventory");
	else if (job->removed)
		buffer_add_string(text, "the store was removed");
	else
		buffer_add_string(text, "the store is no longer approved");
}

/* The alias that has the new certificate, where that is not the job's own. */
static const char *
describe_new_alias(const struct reconcile_job *job)
{
	return job->stands && job->standing == job->certificate ? NULL : job->new_alias;
}

/* After "; ": what is there instead of the new certificate that was. */
static void
describe_now(struct buffer *text, const struct reconcile_job *job)
{
	if (!job->known || job->removed || !job->approved) {
		describe_gone(text, job);
		return;
	}
	if (!job->stands)
		buffer_add_string(text, "nothing stands there any more");
	else if (job->standing == job->existing || job->standing == job->certificate)
		describe_add_standing(text, job->standing, NULL, "");
	else {
		describe_add_certificate(text, job->standing, job->thumbprint);
		buffer_add_string(text, " stands there");
	}
	describe_add_seen(text, &job->place);
}

static void
describe_deployed(struct buffer *text, const struct reconcile_job *job)
{
	if (verdict_sees_new(job)) {
		describe_add_standing(text, job->certificate, describe_new_alias(job), "");
		describe_add_seen(text, &job->place);
	} else if (job->has_proven_at) {
		buffer_addf(text, "certificate %lld was there", (long long)job->certificate);
		describe_add_time(text, ", seen ", job->proven_at);
		buffer_add_string(text, "; ");
		describe_now(text, job);
	} else {
		buffer_addf(text,
		    "certificate %lld was there when job %lld was made, which replaces it again",
		    (long long)job->certificate, (long long)job->later);
	}
}

static void
describe_leftover(struct buffer *text, const struct reconcile_job *job)
{
	describe_add_standing(text, job->certificate, describe_new_alias(job), ", but ");
	describe_add_standing(text, job->existing, job->old_alias, " still");
	describe_add_seen(text, &job->place);
}

static void
describe_failed(struct buffer *text, const struct reconcile_job *job)
{
	buffer_add_string(text, "the agent reported failure");
	if (job->has_completed_at)
		describe_add_time(text, " at ", job->completed_at);
	if (job->message != NULL && job->message[0] != '\0')
		buffer_addf(text, ": %s", job->message);
}

static void
describe_unverified(struct buffer *text, const struct reconcile_job *job)
{
	if (job->has_completed_at)
		describe_add_time(text, "completed at ", job->completed_at);
	else
		buffer_add_string(text, "completed at a time that is not known");
	if (job->place.inventoried)
		describe_add_time(
		    text, ", but the store was last looked at ", job->place.inventoried_at);
	else
		buffer_add_string(text, ", but the store was never looked at");
}

void
reconcile_describe_job(
    struct buffer *text, const struct reconcile_job *job, enum verdict verdict, int64_t grace)
{
	switch (verdict) {
	case VERDICT_STORE_GONE:
		describe_gone(text, job);
		return;
	case VERDICT_DEPLOYED:
		describe_deployed(text, job);
		return;
	case VERDICT_LEFTOVER:
		describe_leftover(text, job);
		return;
	case VERDICT_REPLACED:
		buffer_addf(text, "job %lld, a later one of the location, is deployed",
		    (long long)job->later_proven);
		return;
	case VERDICT_SCHEDULED:
		describe_add_time(text, "due at ", job->due_at);
		return;
	case VERDICT_WAITING:
		describe_add_time(text, "due since ", job->due_at);
		return;
	case VERDICT_OVERDUE:
		describe_add_time(text, "due since ", job->due_at);
		buffer_addf(text, ", longer than the grace of %lld s", (long long)grace);
		return;
	case VERDICT_FAILED:
		describe_failed(text, job);
		return;
	case VERDICT_UNVERIFIED:
		describe_unverified(text, job);
		return;
	case VERDICT_OVERWRITTEN:
		describe_add_certificate(text, job->standing, job->thumbprint);
		buffer_add_string(text, " stands there");
		break;
	case VERDICT_NOT_DEPLOYED:
		describe_add_standing(
		    text, job->existing, job->stands ? NULL : job->old_alias, " still");
		break;
	case VERDICT_MISSING:
		buffer_add_string(text, "nothing stands there any more");
		break;
	case VERDICT_COUNT:
		return;
	}
	describe_add_seen(text, &job->place);
}

/* After the certificate that is there. */
static void
describe_unplanned(struct buffer *text, const struct reconcile_finding *found)
{
	const struct reconcile_refusal *refusal = &found->refusal;

	if (refusal->run == 0) {
		buffer_add_string(text, " is replaced elsewhere, but no job covers this location");
		return;
	}
	buffer_addf(text, " is %s this location was refused in run %lld, line %lld: %s: %s",
	    found->elsewhere ? "replaced elsewhere, but" : "still there, and",
	    (long long)refusal->run, (long long)refusal->line, code_word(refusal->code),
	    refusal->text == NULL ? code_text(refusal->code) : refusal->text);
}

static void
describe_unread(struct buffer *text, const struct reconcile_finding *found)
{
	bool particular = found->why_text != NULL && found->why_text[0] != '\0';

	buffer_addf(text, "%s: %s", unreadable_word(found->why),
	    particular ? found->why_text : unreadable_text(found->why));
	describe_add_time(text, ", tried at ", found->at);
	if (!found->place.inventoried) {
		buffer_add_string(text, "; the store was never looked at");
		return;
	}
	describe_add_time(text, "; the inventory of ", found->place.inventoried_at);
	buffer_add_string(text, " still holds");
}

void
reconcile_describe_finding(
    struct buffer *text, const struct reconcile_finding *found, enum finding finding)
{
	if (found->certificate != 0)
		describe_add_certificate(text, found->certificate, found->thumbprint);
	switch (finding) {
	case FINDING_UNPLANNED_LOCATION:
		describe_unplanned(text, found);
		return;
	case FINDING_EXPIRED_IN_USE:
		describe_add_time(text, " expired at ", found->at);
		return;
	case FINDING_REVOKED_IN_USE:
		describe_add_time(text, " was revoked at ", found->at);
		return;
	case FINDING_STALE_INVENTORY:
		if (found->place.inventoried)
			describe_add_time(
			    text, "the store was last looked at ", found->place.inventoried_at);
		else
			buffer_add_string(text, "the store was never looked at");
		return;
	case FINDING_UNKNOWN_IN_INVENTORY:
		buffer_add_string(text, " stands there");
		break;
	case FINDING_ORPHAN_LOCATION:
		buffer_add_string(text, " stands in a store that was removed");
		break;
	case FINDING_KEY_MISMATCH:
		buffer_add_string(text, " is there, but the key beside it is not its own");
		break;
	case FINDING_NOT_READABLE:
		describe_unread(text, found);
		return;
	case FINDING_COUNT:
		return;
	}
	describe_add_seen(text, &found->place);
}
