#include "jobs/deploy_private.h"

#include "memory.h"
#include "program/process.h"

#include <stdlib.h>
#include <string.h>

/* ---- made and released -------------------------------------------------------------------- */

static void
deploy_secret_release(char **secret, size_t length)
{
	if (*secret != NULL)
		explicit_bzero(*secret, length);
	free(*secret);
	*secret = NULL;
}

void
deploy_item_close(struct deploy_item *item)
{
	renewal_release(&item->renewal);
	item->renewal = (struct renewal){0};
	if (item->swap_is_open)
		store_swap_close(&item->swap);
	item->swap_is_open = false;
}

static void
deploy_item_release(struct deploy_item *item)
{
	deploy_item_close(item);
	deploy_secret_release(&item->store_password, item->store_password_length);
	deploy_secret_release(&item->row_password, item->row_password_length);
	buffer_release(&item->message);
}

void
deploy_items_drop_last(struct deploy_items *items)
{
	deploy_item_release(&items->items[--items->count]);
}

void
deploy_items_release(struct deploy_items *items)
{
	while (items->count > 0)
		deploy_items_drop_last(items);
	free(items->items);
	*items = (struct deploy_items){0};
}

/* ---- what is known of it ------------------------------------------------------------------ */

static bool
deploy_copy(struct deploy_item *item, const char **copy, const char *text)
{
	*copy = text == NULL ? NULL : arena_copy(item->texts, text, strlen(text));
	return text == NULL || *copy != NULL;
}

static int
deploy_item_describe(void *closure, const struct job_order *order, struct error *err)
{
	struct deploy_item *item = closure;
	bool has_key_path = order->key_path != NULL && order->key_path[0] != '\0';

	item->format = store_format_of(order->short_name);
	item->trust_store = order->trust_store;
	item->includes_chain = order->includes_chain;
	if (deploy_copy(item, &item->reference, order->reference) &&
	    deploy_copy(item, &item->guid, order->guid) &&
	    deploy_copy(item, &item->path, order->path == NULL ? "" : order->path) &&
	    deploy_copy(item, &item->key_path, has_key_path ? order->key_path : NULL) &&
	    deploy_copy(item, &item->machine, order->machine) &&
	    deploy_copy(item, &item->alias, order->alias) &&
	    deploy_copy(item, &item->endpoint, order->endpoint) &&
	    deploy_copy(item, &item->old_thumbprint, order->existing_thumbprint) &&
	    deploy_copy(item, &item->thumbprint, order->thumbprint))
		return 0;
	return error_memory(err);
}

/* Those that are files of a format that is written here. */
static bool
deploy_format_is_ours(enum store_format format)
{
	return format == STORE_FORMAT_PEM || format == STORE_FORMAT_DER ||
	       format == STORE_FORMAT_PKCS12;
}

struct deploy_item *
deploy_items_add(struct deploy *deploy, int64_t job, struct error *err)
{
	struct deploy_items *items = &deploy->items;
	struct deploy_item *grown = memory_grow(
	    items->items, items->count, &items->capacity, sizeof(*grown));
	struct database *db = deploy->hand->db;
	struct deploy_item *item;
	int rc;

	if (grown == NULL) {
		error_memory(err);
		return NULL;
	}
	items->items = grown;
	item = &grown[items->count++];
	*item = (struct deploy_item){.outcome = DEPLOY_LEFT, .texts = &deploy->texts};
	rc = db_job_get(db, job, &item->job, err);
	if (rc == 1)
		rc = db_job_order(db, job, deploy_item_describe, item, err);
	else if (rc == 0)
		item->format = STORE_FORMAT_NONE; /* its run was purged since */
	if (rc == 0 && item->job.id != 0 && deploy_format_is_ours(item->format))
		return item;
	deploy_items_drop_last(items);
	return NULL;
}

/* ---- the claim ---------------------------------------------------------------------------- */

/* A password in clear, allocated; NULL where there is none. 0, or -1 and err. */
static int
deploy_unseal(struct deploy *deploy, const struct keyring_value *value, char **text, size_t *length,
    struct error *err)
{
	if (value->sealed.length == 0)
		return 0;
	if (deploy->keyring == NULL)
		deploy->keyring = keyring_open(deploy->context, deploy->hand->db, err);
	if (deploy->keyring == NULL)
		return -1;
	*length = value->sealed.length + 1;
	*text = malloc(*length);
	if (*text == NULL)
		return error_memory(err);
	switch (keyring_unseal(deploy->keyring, value, *text, err)) {
	case SECRET_GOOD:
		*length = value->sealed.length - SEAL_OVERHEAD;
		(*text)[*length] = '\0';
		return 0;
	case SECRET_REFUSED:
		return error_set(err, ERROR_STORAGE, NULL,
		    "%s cannot be opened with the key: run `pfxreplace verify`",
		    value->field == SEAL_STORE_PASSWORD ? "the password of a store"
							: "the password of a row");
	default:
		return -1;
	}
}

int
deploy_item_claim(struct deploy *deploy, struct deploy_item *item, const struct claim_taken *taken,
    struct error *err)
{
	const struct job_sealed *row = &taken->order->password;
	const struct job_sealed *store = &taken->order->store_password;
	const struct keyring_value of_row = {
	    SEAL_REQUEST_PASSWORD, taken->job->request, {row->bytes, row->length}};
	const struct keyring_value of_store = {
	    SEAL_STORE_PASSWORD, taken->job->store, {store->bytes, store->length}};

	item->claimed = true;
	memcpy(item->claim, taken->after->claim, JOB_CLAIM_SIZE);
	if (deploy_unseal(deploy, &of_row, &item->row_password, &item->row_password_length, err) ==
	    -1)
		return -1;
	return deploy_unseal(
	    deploy, &of_store, &item->store_password, &item->store_password_length, err);
}

static int
deploy_take_passwords(void *closure, const struct job_order *order, struct error *err)
{
	struct deploy *deploy = closure;
	struct deploy_item *item = &deploy->items.items[deploy->items.count - 1];
	const struct claim_taken taken = {&item->job, &item->job.is, order};
	int rc = deploy_item_claim(deploy, item, &taken, err);

	item->claimed = false;
	return rc;
}

int
deploy_last_passwords(struct deploy *deploy, struct error *err)
{
	return db_job_order(deploy->hand->db, deploy->items.items[deploy->items.count - 1].job.id,
	    deploy_take_passwords, deploy, err);
}

/* ---- its files ---------------------------------------------------------------------------- */

int
deploy_item_open(
    struct deploy *deploy, struct deploy_item *item, bool sweep, struct install_reason *reason)
{
	const struct store_swap_wish wish = {
	    .root = &deploy->options->root,
	    .path = item->path,
	    .key_path = item->format == STORE_FORMAT_PEM ? item->key_path : NULL,
	    .job = item->job.id,
	    .folders = deploy->folders,
	};

	deploy_item_close(item);
	item->swap_is_open = true;
	return store_swap_open(&item->swap, &wish, sweep, reason);
}

static struct renewal
deploy_renewal(const struct deploy *deploy, const struct deploy_item *item,
    const struct file_bytes *file, const struct file_bytes *key_file)
{
	const struct passphrase *passphrase = &deploy->options->passphrase;
	bool own = item->store_password != NULL;

	return (struct renewal){
	    .format = item->format,
	    .file = *file,
	    .key_file = key_file == NULL ? (struct file_bytes){0} : *key_file,
	    .has_key_file = item->swap.count > 1,
	    .trust_store = item->trust_store,
	    .includes_chain = item->includes_chain,
	    .alias = item->alias,
	    .old_thumbprint = item->old_thumbprint,
	    .new_thumbprint = item->thumbprint,
	    .store_password = {own ? item->store_password : passphrase->text,
		own ? item->store_password_length : passphrase->length},
	    .row_password = {item->row_password, item->row_password_length},
	    .create = deploy->options->create,
	    .legacy = deploy->options->legacy,
	    .ticks = process_ticks,
	    .deadline = process_ticks() + STORE_READ_MILLISECONDS,
	};
}

static const struct file_bytes *
deploy_key_bytes(const struct deploy_item *item)
{
	return item->swap.count > 1 ? store_swap_bytes(&item->swap, 1) : NULL;
}

/* ---- the new file ------------------------------------------------------------------------- */

/* The new contents, before anything is written, are read as the old ones were: they must show the
 * new certificate, with its key. */
static int
deploy_verify(
    const struct deploy *deploy, const struct deploy_item *item, struct install_reason *reason)
{
	const struct buffer *file = &item->renewal.new_file, *key = &item->renewal.new_key_file;
	const struct file_bytes new_file = {(unsigned char *)file->bytes, file->length};
	const struct file_bytes new_key = {(unsigned char *)key->bytes, key->length};
	struct renewal again = deploy_renewal(
	    deploy, item, &new_file, key->length > 0 ? &new_key : deploy_key_bytes(item));
	int rc = renewal_look(&again);

	if (rc == -1)
		*reason = again.reason;
	else if (again.sight != RENEWAL_NEW || (item->renewal.holds_key && !again.holds_key))
		rc = install_refuse(reason, INSTALL_WRITE,
		    "%s: the new contents do not show the new certificate with its key",
		    item->path);
	renewal_release(&again);
	return rc;
}

static bool
deploy_is_same(const struct buffer *written, const struct file_bytes *read)
{
	return written->length == 0 || (read != NULL && read->length == written->length &&
					   memcmp(read->bytes, written->bytes, read->length) == 0);
}

/* What was written is read again: it must be what was verified. */
static int
deploy_check(void *closure, const struct file_bytes *file, const struct file_bytes *key_file,
    struct install_reason *reason)
{
	const struct deploy_item *item = closure;

	if (deploy_is_same(&item->renewal.new_file, file) &&
	    deploy_is_same(&item->renewal.new_key_file, key_file))
		return 0;
	return install_refuse(
	    reason, INSTALL_WRITE, "%s: what was read back is not what was written", item->path);
}

static int
deploy_write(struct deploy *deploy, struct deploy_item *item, struct install_reason *reason)
{
	const struct renewal *renewal = &item->renewal;
	bool in_one = item->swap.count < 2;
	const struct store_swap_new news[STORE_SWAP_FILES] = {
	    {renewal->new_file.bytes, renewal->new_file.length,
		renewal->holds_key && in_one ? 0600 : 0644},
	    {renewal->new_key_file.bytes, renewal->new_key_file.length, 0600}};
	const struct store_swap_check check = {deploy_check, item};
	bool changed = false;

	if (deploy_verify(deploy, item, reason) == -1 ||
	    store_swap_write(&item->swap, news, &check, &changed, reason) == -1)
		return -1;
	item->installed = true;
	item->outcome = DEPLOY_REPLACED;
	return 0;
}

/* What there is to do: 1, and the new contents are made; 0 where nothing is left to do but perhaps
 * the hook; -1 and the reason. */
static int
deploy_prepare(struct deploy *deploy, struct deploy_item *item, struct install_reason *reason)
{
	struct renewal *renewal = &item->renewal;
	int rc;

	*renewal = deploy_renewal(
	    deploy, item, store_swap_bytes(&item->swap, 0), deploy_key_bytes(item));
	rc = renewal_look(renewal);
	if (rc == 0 && renewal->sight == RENEWAL_NEW)
		return 0;
	if (rc == 0 && renewal->sight == RENEWAL_OTHER)
		return install_refuse(reason, INSTALL_CHANGED,
		    "%s: neither %s nor the new certificate is there", item->path,
		    item->old_thumbprint == NULL ? "the old one" : item->old_thumbprint);
	if (rc == 0 && renewal->sight == RENEWAL_NOTHING && !deploy->options->create)
		return install_refuse(
		    reason, INSTALL_ENTRY_GONE, "%s: there is no certificate", item->path);
	if (rc == 0 && renewal->has_key_file)
		renewal->holds_key = true;
	if (rc == 0)
		rc = renewal_make(renewal, item->credential);
	if (rc == -1)
		*reason = renewal->reason;
	return rc == -1 ? -1 : 1;
}

void
deploy_item_refuse(
    struct deploy_item *item, enum deploy_outcome outcome, const struct install_reason *reason)
{
	item->outcome = outcome;
	item->word = install_word(reason->why);
	buffer_clear(&item->message);
	buffer_addf(&item->message, "%s: %s", item->word, reason->text);
}

/* 0 where the reason is one; -1 and err where it is that there is no memory. */
static int
deploy_item_fail(struct deploy_item *item, const struct install_reason *reason, struct error *err)
{
	if (reason->why == INSTALL_GOOD) {
		*err = reason->err;
		return -1;
	}
	deploy_item_refuse(item, DEPLOY_FAILED, reason);
	return item->message.failed ? error_memory(err) : 0;
}

int
deploy_item_install(struct deploy *deploy, struct deploy_item *item, struct error *err)
{
	struct install_reason reason = {0};
	int rc = deploy_item_open(deploy, item, true, &reason);

	if (rc == 0)
		rc = deploy_prepare(deploy, item, &reason);
	if (rc == 0) {
		/* A try that was cut off after the file was replaced: the hook may not have run. */
		item->installed = store_swap_has_backup(&item->swap);
		item->outcome = item->installed ? DEPLOY_REPLACED : DEPLOY_ALREADY;
		if (!item->installed)
			buffer_add_string(&item->message, deploy_outcome_word(DEPLOY_ALREADY));
	} else if (rc == 1) {
		rc = deploy_write(deploy, item, &reason);
	}
	renewal_release(&item->renewal);
	item->renewal = (struct renewal){0};
	if (rc == -1)
		return deploy_item_fail(item, &reason, err);
	return item->message.failed ? error_memory(err) : 0;
}

/* ---- what it would do --------------------------------------------------------------------- */

static void
deploy_describe_key(const struct deploy_item *item, struct buffer *text)
{
	const struct renewal *renewal = &item->renewal;

	buffer_add_string(text, !renewal->holds_key     ? "no key"
				: renewal->key_is_plain ? "key plain"
							: "key encrypted");
	if (renewal->holds_key && renewal->key_was_plain && !renewal->key_is_plain)
		buffer_add_string(text, " with the row's password (it is plain today)");
}

/* What matters first: a table on a terminal cuts the end. */
static void
deploy_describe(const struct deploy *deploy, const struct deploy_item *item, struct buffer *text)
{
	const struct deploy_options *options = deploy->options;

	deploy_describe_key(item, text);
	if (item->renewal.chain > 0)
		buffer_addf(text, ", chain of %zu", item->renewal.chain);
	if (options->hook != NULL)
		buffer_add_string(text, options->hook_once ? ", hook at the end" : ", hook");
	if (options->probe)
		buffer_add_string(
		    text, item->endpoint == NULL ? ", no Endpoint to probe" : ", probe");
	buffer_addf(text, ": %s by %s", item->old_thumbprint == NULL ? "" : item->old_thumbprint,
	    item->thumbprint == NULL ? "" : item->thumbprint);
}

int
deploy_item_foresee(
    struct deploy *deploy, struct deploy_item *item, struct buffer *text, struct error *err)
{
	struct install_reason reason = {0};
	int rc = deploy_item_open(deploy, item, false, &reason);
	bool cut_off = rc == 0 && store_swap_has_backup(&item->swap);

	if (rc == 0)
		rc = deploy_prepare(deploy, item, &reason);
	item->outcome = DEPLOY_REPLACED;
	if (rc == -1 && deploy_item_fail(item, &reason, err) == -1)
		return -1;
	if (rc == -1) {
		buffer_add_string(text, reason.text);
	} else if (rc == 0) {
		item->word = cut_off ? "finish" : "already-there";
		buffer_add_string(text, cut_off ? "an earlier try was cut off after the file was "
						  "replaced: hook and probe are left"
						: "the new certificate is there already");
	} else {
		item->word = item->renewal.sight == RENEWAL_NOTHING ? "create" : "replace";
		deploy_describe(deploy, item, text);
	}
	deploy_item_close(item);
	return text->failed ? error_memory(err) : 0;
}

/* ---- the old file ------------------------------------------------------------------------- */

/* What somebody else has put there since is not taken away. A file that cannot be read may be: that
 * is what a backup is for. */
static int
deploy_look_before(struct deploy *deploy, struct deploy_item *item, struct install_reason *reason)
{
	struct renewal look = deploy_renewal(
	    deploy, item, store_swap_bytes(&item->swap, 0), deploy_key_bytes(item));
	int rc = renewal_look(&look);

	if (rc == -1 && look.reason.why == INSTALL_GOOD)
		*reason = look.reason;
	else if (rc == 0 && look.sight == RENEWAL_OTHER)
		rc = install_refuse(reason, INSTALL_CHANGED,
		    "%s: another certificate has been put there since", item->path);
	else
		rc = 0;
	renewal_release(&look);
	return rc;
}

int
deploy_item_put_back(
    struct deploy *deploy, struct deploy_item *item, bool look, struct install_reason *reason)
{
	int rc = item->swap_is_open ? 0 : deploy_item_open(deploy, item, false, reason);

	if (rc == 0 && look)
		rc = deploy_look_before(deploy, item, reason);
	return rc == -1 ? -1 : store_swap_restore(&item->swap, reason);
}
