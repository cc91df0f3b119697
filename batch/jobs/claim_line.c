#include "jobs/claim_line.h"

#include "timestamp.h"

#include <string.h>

/* The line of a job that is being written. */
struct claim_line {
	struct buffer *output;
	struct keyring *keyring; /* NULL: without passwords */
	const struct job_record *job;
	const struct job_state *after;
};

static void
claim_add_text(struct buffer *line, const char *name, const char *text)
{
	buffer_addf(line, ",\"%s\":", name);
	if (text == NULL)
		buffer_add_string(line, "null");
	else
		buffer_add_json(line, text, strlen(text));
}

static void
claim_add_integer(struct buffer *line, const char *name, bool has, int64_t value)
{
	if (has)
		buffer_addf(line, ",\"%s\":%lld", name, (long long)value);
	else
		buffer_addf(line, ",\"%s\":null", name);
}

static void
claim_add_time(struct buffer *line, const char *name, int64_t time)
{
	char text[TIMESTAMP_SIZE];

	claim_add_text(line, name, timestamp_format(time, text));
}

/* A password in clear. */
static int
claim_add_secret(
    struct claim_line *made, const char *name, const struct keyring_value *value, struct error *err)
{
	struct buffer *line = made->output, clear = {0};
	const struct job_record *job = made->job;
	size_t length = value->sealed.length;
	int rc = 0;

	if (length == 0) {
		claim_add_text(line, name, NULL);
		return 0;
	}
	if (!buffer_reserve(&clear, length))
		return error_memory(err);
	switch (keyring_unseal(made->keyring, value, clear.bytes, err)) {
	case SECRET_GOOD:
		clear.length = length - SEAL_OVERHEAD;
		buffer_addf(line, ",\"%s\":", name);
		buffer_add_json(line, clear.bytes, clear.length);
		break;
	case SECRET_REFUSED:
		rc = error_set(err, ERROR_STORAGE, NULL,
		    "job %lld, run %lld, line %lld: its %s cannot be opened with the key: run "
		    "`pfxreplace verify`",
		    (long long)job->id, (long long)job->run, (long long)job->line, name);
		break;
	default:
		rc = -1;
	}
	clear.length = length; /* all that was written is wiped */
	buffer_release(&clear);
	return rc;
}

static int
claim_add_secrets(struct claim_line *made, const struct job_order *order, struct error *err)
{
	const struct job_sealed *password = &order->password, *store = &order->store_password;
	const struct keyring_value of_row = {
	    SEAL_REQUEST_PASSWORD, made->job->request, {password->bytes, password->length}};
	const struct keyring_value of_store = {
	    SEAL_STORE_PASSWORD, made->job->store, {store->bytes, store->length}};

	if (claim_add_secret(made, "Password", &of_row, err) == -1)
		return -1;
	return claim_add_secret(made, "StorePassword", &of_store, err);
}

static void
claim_add_order(struct claim_line *made, const struct job_order *order)
{
	const struct job_record *job = made->job;
	struct buffer *line = made->output;
	char token[CLAIM_TEXT_SIZE];

	buffer_addf(line, "{\"JobId\":%lld", (long long)job->id);
	claim_add_text(line, "Claim", claim_format(made->after->claim, token));
	claim_add_integer(line, "Attempt", true, made->after->attempts);
	claim_add_integer(line, "Run", true, job->run);
	claim_add_integer(line, "Line", true, job->line);
	claim_add_text(line, "Reference", order->reference);
	claim_add_text(line, "CertStoreId", order->guid);
	claim_add_text(line, "StorePath", order->path);
	claim_add_text(line, "SeparatePrivateKeyFilePath", order->key_path);
	claim_add_text(line, "ClientMachine", order->machine);
	claim_add_integer(line, "CertStoreType", order->has_type, order->type);
	claim_add_text(line, "Alias", order->alias);
	claim_add_integer(line, "ExistingCertificateId", job->existing != 0, job->existing);
	claim_add_text(line, "ExistingThumbprint", order->existing_thumbprint);
	claim_add_integer(line, "CertificateId", job->certificate != 0, job->certificate);
	claim_add_text(line, "Thumbprint", order->thumbprint);
	claim_add_time(line, "DueAt", job->is.due_at);
	claim_add_time(line, "LeaseUntil", made->after->lease_until);
}

int
claim_line_add(void *closure, const struct claim_taken *taken, struct error *err)
{
	const struct claim_lines *lines = closure;
	struct claim_line made = {lines->output, lines->keyring, taken->job, taken->after};

	claim_add_order(&made, taken->order);
	if (lines->keyring != NULL && claim_add_secrets(&made, taken->order, err) == -1)
		return -1;
	buffer_add_string(lines->output, "}\n");
	return lines->output->failed ? error_memory(err) : 0;
}
