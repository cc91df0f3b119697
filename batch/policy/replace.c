#include "policy/replace.h"

#include "timestamp.h"

#include <string.h>
#include <strings.h>

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

/* Adds a check's finding, which --allow makes a warning. */
#define check_failed(policy, messages, code, field, ...) \
	messages_add(messages, code, ((policy)->allow & CODE_BIT(code)) == 0, field, __VA_ARGS__)

/* Adds a warning, which --deny makes a rejection. */
#define warn(policy, messages, code, ...) \
	messages_add(messages, code, ((policy)->deny & CODE_BIT(code)) != 0, NULL, __VA_ARGS__)

static const char *
new_field(const struct request *request)
{
	return request_field_word(
	    request->request != 0 ? REQUEST_FIELD_REQUEST : REQUEST_FIELD_CERTIFICATE);
}

static void
check_window(const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	char due[TIMESTAMP_SIZE], start[TIMESTAMP_SIZE], end[TIMESTAMP_SIZE];

	if (!policy->has_window || row->request->due_unknown ||
	    (row->due >= policy->window_start && row->due < policy->window_end))
		return;
	messages_add(messages, CODE_OUTSIDE_WINDOW, true,
	    request_field_word(REQUEST_FIELD_JOB_TIME),
	    "due at %s: expected a time from %s and before %s", timestamp_format(row->due, due),
	    timestamp_format(policy->window_start, start),
	    timestamp_format(policy->window_end, end));
}

/* The ids. Whether the new certificate is known. */
static void
check_ids(const struct row_facts *row, struct messages *messages)
{
	const struct request *request = row->request;
	const char *field = new_field(request);

	if (request->existing != 0 && row->existing.id == 0)
		messages_add(messages, CODE_UNKNOWN_EXISTING_CERTIFICATE, true,
		    request_field_word(REQUEST_FIELD_EXISTING),
		    "no certificate %lld in the inventory", (long long)request->existing);
	if (request->request != 0) {
		if (!row->enrollment.known) {
			messages_add(messages, CODE_UNKNOWN_REQUEST, true, field,
			    "no request %lld in the inventory", (long long)request->request);
			return;
		}
		if (!row->enrollment.issued) {
			messages_add(messages, CODE_REQUEST_NOT_ISSUED, true, field, NULL);
			return;
		}
		if (row->certificate.id == 0)
			messages_add(messages, CODE_UNKNOWN_CERTIFICATE, true, field,
			    "the request's certificate %lld is not in the inventory",
			    (long long)row->enrollment.certificate);
	} else if (request->certificate != 0 && row->certificate.id == 0) {
		messages_add(messages, CODE_UNKNOWN_CERTIFICATE, true, field,
		    "no certificate %lld in the inventory", (long long)request->certificate);
	}
	if (row->certificate.id != 0 && row->certificate.id == request->existing)
		messages_add(messages, CODE_SAME_CERTIFICATE, true, field, NULL);
}

static void
check_validity(const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	const struct certificate_facts *new = &row->certificate;
	const char *field = new_field(row->request);
	char due[TIMESTAMP_SIZE], limit[TIMESTAMP_SIZE];

	if (new->has_not_after && !row->request->due_unknown && row->due >= new->not_after)
		check_failed(policy, messages, CODE_CERTIFICATE_EXPIRED, field,
		    "the new certificate expires at %s, due is %s",
		    timestamp_format(new->not_after, limit), timestamp_format(row->due, due));
	if (new->has_not_before && !row->request->due_unknown && row->due < new->not_before)
		check_failed(policy, messages, CODE_CERTIFICATE_NOT_YET_VALID, field,
		    "the new certificate is valid from %s, due is %s",
		    timestamp_format(new->not_before, limit), timestamp_format(row->due, due));
	if (new->revoked)
		check_failed(policy, messages, CODE_CERTIFICATE_REVOKED, field, NULL);
}

static bool
same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

static bool
other_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) != 0;
}

/* What is different about the new certificate. A comparison with an unknown fact is not made. */
static void
compare_certificates(
    const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	const struct certificate_facts *old = &row->existing, *new = &row->certificate;
	char old_end[TIMESTAMP_SIZE], new_end[TIMESTAMP_SIZE];

	if (same_text(old->key_type, new->key_type) && old->key_size > 0 && new->key_size > 0 &&
	    new->key_size < old->key_size)
		warn(policy, messages, CODE_WEAKER_KEY,
		    "%s of %lld bits, the existing one has %lld", new->key_type,
		    (long long)new->key_size, (long long)old->key_size);
	if (old->has_not_after && new->has_not_after &&new->not_after < old->not_after)
		warn(policy, messages, CODE_EXPIRES_EARLIER,
		    "the new certificate expires at %s, the existing one at %s",
		    timestamp_format(new->not_after, new_end),
		    timestamp_format(old->not_after, old_end));
	if (other_text(old->issuer_dn, new->issuer_dn))
		warn(policy, messages, CODE_ISSUER_CHANGED, NULL);
	if (same_text(old->issuer_dn, new->issued_dn) && other_text(old->issued_dn, new->issued_dn))
		warn(policy, messages, CODE_NEW_IS_ISSUER, NULL);
	if (old->has_not_after && !row->request->due_unknown && old->not_after < row->due)
		warn(policy, messages, CODE_EXISTING_EXPIRES_FIRST,
		    "the existing certificate expires at %s, due is %s",
		    timestamp_format(old->not_after, old_end), timestamp_format(row->due, new_end));
}

/* A cell that was merged over three rows leaves one time and two blanks. */
static void
check_job_time(const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	const struct request *request = row->request;

	if (policy->some_job_times && !request->has_job_time && !request->due_unknown)
		messages_add(messages, CODE_MIXED_JOB_TIMES,
		    (policy->deny & CODE_BIT(CODE_MIXED_JOB_TIMES)) != 0,
		    request_field_word(REQUEST_FIELD_JOB_TIME), NULL);
}

void
replace_check_row(
    const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	check_window(policy, row, messages);
	check_job_time(policy, row, messages);
	check_ids(row, messages);
	if (row->certificate.id != 0) {
		check_validity(policy, row, messages);
		if (row->existing.id != 0)
			compare_certificates(policy, row, messages);
	}
	if (row->existing.id == 0)
		return;
	if (row->location_count == 0)
		messages_add(messages, CODE_NOT_IN_ANY_STORE, true,
		    request_field_word(REQUEST_FIELD_EXISTING), NULL);
	if (policy->most_jobs != 0 && row->location_count > policy->most_jobs)
		messages_add(messages, CODE_TOO_MANY_STORES, true,
		    request_field_word(REQUEST_FIELD_EXISTING),
		    "%zu locations: expected at most %llu (--max-jobs-per-row)",
		    row->location_count, (unsigned long long)policy->most_jobs);
}

static void
check_store(const struct policy *policy, const struct location_facts *first, size_t aliases,
    struct messages *messages)
{
	const struct store_facts *store = &first->store;
	char when[TIMESTAMP_SIZE];

	if (aliases > 1)
		messages_add_location(messages, CODE_SEVERAL_ALIASES,
		    (policy->deny & CODE_BIT(CODE_SEVERAL_ALIASES)) != 0, first->id,
		    "the existing certificate stands at %zu aliases of the store", aliases);
	if (!store->inventoried)
		messages_add_location(messages, CODE_INVENTORY_STALE,
		    (policy->deny & CODE_BIT(CODE_INVENTORY_STALE)) != 0, first->id,
		    "the store was never inventoried");
	else if (store->inventoried_at < policy->started_at - REPLACE_STALE)
		messages_add_location(messages, CODE_INVENTORY_STALE,
		    (policy->deny & CODE_BIT(CODE_INVENTORY_STALE)) != 0, first->id,
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
		check_store(policy, &row->locations[i], next - i, messages);
	}
}

/* The first reason of the table to refuse a location, or CODE_COUNT. */
static enum code
refusal(const struct row_facts *row, const struct location_facts *location)
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
pending_job(const struct policy *policy, const struct row_facts *row,
    const struct location_facts *location, struct messages *messages)
{
	const struct job_facts *active = &location->active;

	if (policy->pending == PENDING_KEEP && active->certificate == row->certificate.id) {
		messages_add_location(messages, CODE_JOB_KEPT, false, location->id,
		    "job %lld of run %lld installs the same certificate and is kept",
		    (long long)active->id, (long long)active->run);
		return ACTION_KEEP;
	}
	if (policy->pending == PENDING_SUPERSEDE &&
	    (active->status == JOB_WAITING || active->status == JOB_WILL_RETRY)) {
		messages_add_location(messages, CODE_JOB_SUPERSEDED, false, location->id,
		    "job %lld of run %lld is replaced by the new one", (long long)active->id,
		    (long long)active->run);
		return ACTION_SUPERSEDE;
	}
	messages_add_location(messages, CODE_JOB_PENDING, false, location->id,
	    "job %lld of run %lld for certificate %lld is active (%s)", (long long)active->id,
	    (long long)active->run, (long long)active->certificate,
	    active->status == JOB_IN_PROCESS ? "InProcess"
	    : active->status == JOB_WAITING  ? "Waiting"
					     : "CompletedWillRetry");
	return ACTION_REFUSE;
}

enum action
replace_location(const struct policy *policy, const struct row_facts *row,
    const struct location_facts *location, struct messages *messages)
{
	enum code code = refusal(row, location);

	if (code != CODE_COUNT) {
		messages_add_location(messages, code, false, location->id, NULL);
		return ACTION_REFUSE;
	}
	if (location->active.id != 0)
		return pending_job(policy, row, location, messages);
	if (location->succeeded.id != 0) {
		messages_add_location(messages, CODE_ALREADY_REPLACED, false, location->id,
		    "job %lld of run %lld put the new certificate there already",
		    (long long)location->succeeded.id, (long long)location->succeeded.run);
		return ACTION_REFUSE;
	}
	return ACTION_CREATE;
}
