#include "policy/replace.h"

#include "model/job.h"
#include "policy/replace_private.h"
#include "timestamp.h"

int64_t
replace_due(const struct policy *policy, const struct request *request)
{
	int64_t due = policy->started_at;

	if (request->has_job_time && request->job_time > due)
		due = request->job_time;
	if (!request->has_job_time && policy->has_window && policy->window_start > due)
		due = policy->window_start;
	return due;
}

static void
policy_check_window(
    const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	char due[TIMESTAMP_SIZE], start[TIMESTAMP_SIZE], end[TIMESTAMP_SIZE];

	if (!policy->has_window || row->request->due_unknown ||
	    (row->due >= policy->window_start && row->due < policy->window_end))
		return;
	messages_add(messages,
	    message_fault(CODE_OUTSIDE_WINDOW, request_field_word(REQUEST_FIELD_JOB_TIME)),
	    "due at %s: expected a time from %s and before %s", timestamp_format(row->due, due),
	    timestamp_format(policy->window_start, start),
	    timestamp_format(policy->window_end, end));
}

/* No certificate has the Id; one that had it may have another one now. */
static void
policy_add_unknown(struct messages *messages, struct message message, int64_t id, int64_t id_now)
{
	if (id_now != 0)
		messages_add(messages, message,
		    "certificate %lld has the Id %lld now: expected that", (long long)id,
		    (long long)id_now);
	else
		messages_add(
		    messages, message, "no certificate %lld in the inventory", (long long)id);
}

/* Whether the certificates and the request that the ids name are known, and not the same. */
static void
policy_check_ids(const struct row_facts *row, struct messages *messages)
{
	const struct request *request = row->request;
	const char *field = policy_new_field(request);

	if (request->existing != 0 && row->existing.id == 0)
		policy_add_unknown(messages,
		    message_fault(CODE_UNKNOWN_EXISTING_CERTIFICATE,
			request_field_word(REQUEST_FIELD_EXISTING)),
		    request->existing, row->existing.id_now);
	if (request->request != 0) {
		if (!row->enrollment.known) {
			messages_add(messages, message_fault(CODE_UNKNOWN_REQUEST, field),
			    "no request %lld in the inventory", (long long)request->request);
			return;
		}
		if (!row->enrollment.issued) {
			messages_add(messages, message_fault(CODE_REQUEST_NOT_ISSUED, field), NULL);
			return;
		}
		if (row->certificate.id == 0 && row->certificate.id_now != 0)
			messages_add(messages, message_fault(CODE_UNKNOWN_CERTIFICATE, field),
			    "the request's certificate %lld has the Id %lld now: expected the "
			    "requests to be imported again",
			    (long long)row->enrollment.certificate,
			    (long long)row->certificate.id_now);
		else if (row->certificate.id == 0)
			messages_add(messages, message_fault(CODE_UNKNOWN_CERTIFICATE, field),
			    "the request's certificate %lld is not in the inventory",
			    (long long)row->enrollment.certificate);
	} else if (request->certificate != 0 && row->certificate.id == 0) {
		policy_add_unknown(messages, message_fault(CODE_UNKNOWN_CERTIFICATE, field),
		    request->certificate, row->certificate.id_now);
	}
	if (row->certificate.id != 0 && row->certificate.id == request->existing)
		messages_add(messages, message_fault(CODE_SAME_CERTIFICATE, field), NULL);
}

static void
policy_check_validity(
    const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	const struct certificate_facts *new = &row->certificate;
	const char *field = policy_new_field(row->request);
	char due[TIMESTAMP_SIZE], limit[TIMESTAMP_SIZE];

	policy_known(messages, CODE_CERTIFICATE_EXPIRED, new->has_not_after);
	policy_known(messages, CODE_CERTIFICATE_NOT_YET_VALID, new->has_not_before);
	if (new->has_not_after && !row->request->due_unknown && row->due >= new->not_after)
		messages_add(messages, policy_failure(policy, CODE_CERTIFICATE_EXPIRED, field),
		    "the new certificate expires at %s, due is %s",
		    timestamp_format(new->not_after, limit), timestamp_format(row->due, due));
	if (new->has_not_before && !row->request->due_unknown && row->due < new->not_before)
		messages_add(messages,
		    policy_failure(policy, CODE_CERTIFICATE_NOT_YET_VALID, field),
		    "the new certificate is valid from %s, due is %s",
		    timestamp_format(new->not_before, limit), timestamp_format(row->due, due));
	if (new->revoked)
		messages_add(
		    messages, policy_failure(policy, CODE_CERTIFICATE_REVOKED, field), NULL);
}

/* A spreadsheet cell that is merged over three rows is saved as one time and two blanks. */
static void
policy_check_job_time(
    const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	const struct request *request = row->request;
	struct message mixed = policy_warning(policy, CODE_MIXED_JOB_TIMES, 0);

	if (!policy->some_job_times || request->has_job_time || request->due_unknown)
		return;
	mixed.field = request_field_word(REQUEST_FIELD_JOB_TIME);
	messages_add(messages, mixed, NULL);
}

void
replace_check_row(
    const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	policy_check_window(policy, row, messages);
	policy_check_job_time(policy, row, messages);
	policy_check_ids(row, messages);
	if (row->certificate.id != 0) {
		policy_check_validity(policy, row, messages);
		if (row->existing.id != 0)
			policy_compare(policy, row, messages);
	}
	if (row->existing.id == 0)
		return;
	if (row->location_count == 0)
		messages_add(messages,
		    message_fault(
			CODE_NOT_IN_ANY_STORE, request_field_word(REQUEST_FIELD_EXISTING)),
		    NULL);
	if (policy->most_jobs != 0 && row->location_count > policy->most_jobs)
		messages_add(messages,
		    message_fault(CODE_TOO_MANY_STORES, request_field_word(REQUEST_FIELD_EXISTING)),
		    "%zu locations: expected at most %llu (--max-jobs-per-row)",
		    row->location_count, (unsigned long long)policy->most_jobs);
}

static void
policy_check_store(const struct policy *policy, const struct location_facts *first, size_t aliases,
    struct messages *messages)
{
	const struct store_facts *store = &first->store;
	char when[TIMESTAMP_SIZE];

	if (aliases > 1)
		messages_add(messages, policy_warning(policy, CODE_SEVERAL_ALIASES, first->id),
		    "the existing certificate stands at %zu aliases of the store", aliases);
	if (!store->inventoried)
		messages_add(messages, policy_warning(policy, CODE_INVENTORY_STALE, first->id),
		    "the store was never inventoried");
	else if (store->inventoried_at < policy->started_at - REPLACE_STALE)
		messages_add(messages, policy_warning(policy, CODE_INVENTORY_STALE, first->id),
		    "the store was last inventoried at %s",
		    timestamp_format(store->inventoried_at, when));
}

void
replace_check_locations(
    const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	for (size_t i = 0, next; i < row->location_count; i = next) {
		next = i + 1;
		while (next < row->location_count &&
		       row->locations[next].store.id == row->locations[i].store.id)
			next++;
		policy_check_store(policy, &row->locations[i], next - i, messages);
	}
}

/* The reason that comes first in CODE_LIST to refuse a location, or CODE_COUNT. */
static enum code
policy_refusal(const struct row_facts *row, const struct location_facts *location)
{
	const struct store_facts *store = &location->store;
	enum fact key = row->certificate.has_private_key;

	if (!store->approved)
		return CODE_NOT_APPROVED;
	if (!store->may_schedule)
		return CODE_NO_PERMISSION;
	if (!store->add_supported)
		return CODE_ADD_NOT_SUPPORTED;
	if (!store->agent_available)
		return CODE_AGENT_UNAVAILABLE;
	if (store->entry_password == NEED_REQUIRED && row->request->password_length == 0)
		return CODE_ENTRY_PASSWORD_REQUIRED;
	if (store->private_key == NEED_REQUIRED && key == FACT_NO)
		return CODE_PRIVATE_KEY_REQUIRED;
	if (store->private_key == NEED_FORBIDDEN && key == FACT_YES)
		return CODE_PRIVATE_KEY_FORBIDDEN;
	return CODE_COUNT;
}

static enum action
policy_pending_job(const struct policy *policy, const struct row_facts *row,
    const struct location_facts *location, struct messages *messages)
{
	const struct job_facts *active = &location->active;

	if (policy->pending == PENDING_KEEP && active->certificate == row->certificate.id) {
		messages_add(messages, message_location(CODE_JOB_KEPT, location->id),
		    "job %lld of run %lld installs the same certificate and is kept",
		    (long long)active->id, (long long)active->run);
		return ACTION_KEEP;
	}
	if (policy->pending == PENDING_SUPERSEDE &&
	    (active->status == JOB_WAITING || active->status == JOB_WILL_RETRY)) {
		messages_add(messages, message_location(CODE_JOB_SUPERSEDED, location->id),
		    "job %lld of run %lld is replaced by the new one", (long long)active->id,
		    (long long)active->run);
		return ACTION_SUPERSEDE;
	}
	messages_add(messages, message_location(CODE_JOB_PENDING, location->id),
	    "job %lld of run %lld for certificate %lld is active (%s)", (long long)active->id,
	    (long long)active->run, (long long)active->certificate,
	    job_status_word(active->status));
	return ACTION_REFUSE;
}

/* An earlier job put the same certificate there. */
static enum action
policy_done_job(
    const struct policy *policy, const struct location_facts *location, struct messages *messages)
{
	bool keeps = policy->pending == PENDING_KEEP;

	messages_add(messages,
	    message_location(keeps ? CODE_JOB_KEPT : CODE_ALREADY_REPLACED, location->id),
	    "job %lld of run %lld put the new certificate there already",
	    (long long)location->succeeded.id, (long long)location->succeeded.run);
	return keeps ? ACTION_KEEP : ACTION_REFUSE;
}

enum action
replace_location(const struct policy *policy, const struct row_facts *row,
    const struct location_facts *location, struct messages *messages)
{
	enum code code = policy_refusal(row, location);

	if (code != CODE_COUNT) {
		messages_add(messages, message_location(code, location->id), NULL);
		return ACTION_REFUSE;
	}
	if (location->active.id != 0)
		return policy_pending_job(policy, row, location, messages);
	if (location->succeeded.id != 0)
		return policy_done_job(policy, location, messages);
	return ACTION_CREATE;
}
