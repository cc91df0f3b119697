#include "import/scan.h"

#include "import/scan_private.h"
#include "certificates/pkcs12.h"
#include "database/store.h"
#include "model/machine.h"
#include "program/process.h"
#include "program/progress.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

/* ---- which stores ------------------------------------------------------------------------ */

enum scan_choice { SCAN_CHOSEN, SCAN_REMOVED, SCAN_ELSEWHERE, SCAN_NO_FORMAT, SCAN_NOT_APPROVED };

static enum scan_choice
scan_choose(const struct scan *scan, const struct scan_store *store)
{
	if (store->removed)
		return SCAN_REMOVED;
	if (!machine_is(store->machine, scan->options->machine))
		return SCAN_ELSEWHERE;
	if (store_format_of(store->short_name) == STORE_FORMAT_NONE)
		return SCAN_NO_FORMAT;
	return store->approved ? SCAN_CHOSEN : SCAN_NOT_APPROVED;
}

/* The store of --store that is not chosen. */
static int
scan_refuse_store(
    struct scan *scan, const struct scan_store *store, enum scan_choice choice, struct error *err)
{
	const char *name = scan_store_name(&scan->text, store->machine, store->path, store->guid);
	const struct error_place place = {.field = "--store"};

	switch (choice) {
	case SCAN_CHOSEN:
		break;
	case SCAN_REMOVED:
		return error_set_at(err, ERROR_INPUT, place,
		    "%s is marked as removed: expected one that is not", name);
	case SCAN_ELSEWHERE:
		return error_set_at(err, ERROR_INPUT, place,
		    "%s is not on %s, %s: expected one that is%s", name, scan->options->machine,
		    scan->options->machine_given ? "the --machine given" : "this machine",
		    scan->options->machine_given ? "" : ", or --machine NAME");
	case SCAN_NO_FORMAT:
		return error_set_at(err, ERROR_INPUT, place,
		    "%s has the type %s, which is no file format: expected PEM, DER, PKCS12, JKS "
		    "or JCEKS",
		    name, store->short_name == NULL ? "(unknown)" : store->short_name);
	case SCAN_NOT_APPROVED:
		return error_set_at(
		    err, ERROR_INPUT, place, "%s is not approved: expected one that is", name);
	}
	return 0;
}

/* What is to be prepared before the first store is read. */
struct scan_needs {
	bool key;       /* some store has a password */
	bool providers; /* some store may be a PKCS#12 file */
};

static int
scan_survey_store(
    struct scan *scan, const struct scan_store *store, struct scan_needs *needs, struct error *err)
{
	struct scan_counts *counts = scan->counts;
	enum scan_choice choice = scan_choose(scan, store);
	enum store_format format = store_format_of(store->short_name);

	counts->stores += choice == SCAN_CHOSEN;
	counts->elsewhere += choice == SCAN_ELSEWHERE;
	counts->no_format += choice == SCAN_NO_FORMAT;
	counts->not_approved += choice == SCAN_NOT_APPROVED;
	if (choice == SCAN_CHOSEN) {
		needs->key |= store->password != NULL;
		needs->providers |= format == STORE_FORMAT_PKCS12 || format == STORE_FORMAT_JKS;
	} else if (scan->options->store != NULL) {
		return scan_refuse_store(scan, store, choice, err);
	}
	return 0;
}

static int
scan_refuse_machine(const struct scan *scan, struct error *err)
{
	const struct scan_options *options = scan->options;

	if (options->machine_given)
		return error_set_at(err, ERROR_INPUT, (struct error_place){.field = "--machine"},
		    "no store has the ClientMachine %s: expected one as `pfxreplace list stores` "
		    "has them",
		    options->machine);
	return error_set_at(err, ERROR_INPUT, (struct error_place){.field = "scan"},
	    "no store has the ClientMachine %s, the name of this host: expected --machine NAME",
	    options->machine);
}

static int
scan_open_stores(struct scan *scan, const volatile sig_atomic_t *stop, struct error *err)
{
	scan_stores_free(scan->stores);
	scan->stores = scan_stores_new(
	    scan->db, scan->guid[0] == '\0' ? NULL : scan->guid, stop, err);
	return scan->stores == NULL ? -1 : 0;
}

/* Goes through all stores once: how many are to be read, and what that takes. */
static int
scan_survey(struct scan *scan, struct scan_needs *needs, struct error *err)
{
	const struct scan_counts *counts = scan->counts;
	struct scan_store store;
	int rc;

	if (scan_open_stores(scan, scan->context->stop, err) == -1)
		return -1;
	while ((rc = scan_stores_next(scan->stores, &store, err)) == 1)
		if (scan_survey_store(scan, &store, needs, err) == -1)
			return -1;
	if (rc == 0 && counts->stores + counts->no_format + counts->not_approved == 0)
		return scan_refuse_machine(scan, err);
	return rc;
}

static int
scan_open_key(struct scan *scan, struct error *err)
{
	scan->keyring = keyring_open(scan->context, scan->db, err);
	return scan->keyring == NULL ? -1 : 0;
}

/* ---- reading ----------------------------------------------------------------------------- */

/* The fault of a path that names no file of this machine. */
static bool
scan_path_is_good(struct scan_read *read)
{
	bool absolute = read->path != NULL && read->path[0] == '/';

	if (absolute && (read->key_path == NULL || read->key_path[0] == '/'))
		return true;
	(void)entries_fault(&read->source, UNREADABLE_NOT_A_FILE,
	    "its %s is not absolute: expected one that begins with /",
	    absolute ? "SeparatePrivateKeyFilePath" : "Storepath");
	return false;
}

/* In a thread. */
static void
scan_read_file(struct scan_read *read, const void *closure)
{
	const struct scan *scan = closure;
	const struct store_file file = {
	    .format = read->format,
	    .path = read->path,
	    .key_path = read->key_path,
	    .trust_store = read->trust_store,
	    .root = &scan->options->root,
	    .ticks = process_ticks,
	    .deadline = process_ticks() + STORE_READ_MILLISECONDS,
	};

	read->at = scan->context->now();
	read->readable = scan_path_is_good(read) && store_file_read(&file, &read->source) == 0;
	if (!read->readable)
		entries_release(&read->source.entries);
	if (read->password != NULL)
		explicit_bzero(read->password, read->source.password_length);
}

/* Opens the password of the store, where it has one. */
static int
scan_open_password(const struct scan *scan, const struct scan_store *store, struct scan_read *read,
    struct error *err)
{
	const struct passphrase *passphrase = &scan->options->passphrase;
	const struct keyring_value sealed = {
	    SEAL_STORE_PASSWORD, store->id, {store->password, store->password_length}};
	enum secret_answer answer;

	read->source.password = passphrase->text;
	read->source.password_length = passphrase->length;
	if (store->password == NULL)
		return 0;
	read->password = malloc(store->password_length + 1);
	if (read->password == NULL)
		return error_memory(err);
	read->source.password = read->password;
	read->source.password_length = 0;
	answer = keyring_unseal(scan->keyring, &sealed, read->password, err);
	if (answer == SECRET_REFUSED)
		return error_set(err, ERROR_STORAGE, scan->context->key_file,
		    "the sealed password of store %s cannot be opened with this key: load the "
		    "store with its Password again",
		    store->guid);
	if (answer != SECRET_GOOD)
		return -1;
	read->source.password_length = store->password_length - SEAL_OVERHEAD;
	read->password[read->source.password_length] = '\0';
	return 0;
}

static bool
scan_copy_text(char **copy, const char *text)
{
	if (text != NULL)
		*copy = strdup(text);
	return text == NULL || *copy != NULL;
}

/* NULL and err. */
static struct scan_read *
scan_read_new(struct scan *scan, const struct scan_store *store, struct error *err)
{
	struct scan_read *read = calloc(1, sizeof(*read));
	bool has_key = store->key_path != NULL && store->key_path[0] != '\0';

	if (read == NULL) {
		error_memory(err);
		return NULL;
	}
	read->store = store->id;
	read->format = store_format_of(store->short_name);
	read->trust_store = store->trust_store;
	memcpy(read->guid, store->guid, sizeof(read->guid));
	if (!scan_copy_text(&read->machine, store->machine) ||
	    !scan_copy_text(&read->path, store->path) ||
	    (has_key && !scan_copy_text(&read->key_path, store->key_path)))
		error_memory(err);
	else if (scan_open_password(scan, store, read, err) == 0)
		return read;
	scan_read_free(read);
	return NULL;
}

/* Puts stores into the pool for as long as there is room. 0, or -1 and err. */
static int
scan_fill(struct scan *scan, bool *more, struct error *err)
{
	struct scan_store store;
	struct scan_read *read;
	int rc;

	while (*more && !scan_pool_is_full(scan->pool)) {
		rc = scan_stores_next(scan->stores, &store, err);
		*more = rc == 1;
		if (rc != 1)
			return rc;
		if (scan_choose(scan, &store) != SCAN_CHOSEN)
			continue;
		read = scan_read_new(scan, &store, err);
		if (read == NULL)
			return -1;
		scan_pool_put(scan->pool, read);
	}
	return 0;
}

/* Records what was read, and frees it. */
static int
scan_flush(struct scan *scan, struct error *err)
{
	int rc = scan->chunk_count == 0 ? 0 : scan_merge(scan, err);

	for (size_t i = 0; i < scan->chunk_count; i++)
		scan_read_free(scan->chunk[i]);
	scan->chunk_count = scan->chunk_certificates = 0;
	return rc == 0 ? db_yield(scan->db, err) : -1;
}

static int
scan_take_read(struct scan *scan, struct scan_read *read, struct error *err)
{
	scan->chunk[scan->chunk_count++] = read;
	scan->chunk_certificates += read->source.entries.certificates;
	progress_add(1);
	if (!read->readable && read->source.reason.why == READABLE) {
		*err = read->source.err;
		return -1;
	}
	if (scan->chunk_count < SCAN_CHUNK && scan->chunk_certificates < SCAN_CHUNK_CERTIFICATES)
		return 0;
	return scan_flush(scan, err);
}

/* After a signal what the threads have begun is still recorded. */
static int
scan_loop(struct scan *scan, struct error *err)
{
	const volatile sig_atomic_t *stop = scan->context->stop;
	struct error stopped = {0};
	struct scan_read *read;
	bool more = true;

	while (true) {
		if (stopped.code == ERROR_NONE &&
		    stop_asked(stop, &stopped, NULL,
			"interrupted: the same command begins anew, what was recorded stays") ==
			-1) {
			scan_pool_stop(scan->pool);
			more = false;
		}
		if (scan_fill(scan, &more, err) == -1)
			return -1;
		read = scan_pool_take(scan->pool);
		if (read == NULL && !more)
			break;
		if (read != NULL && scan_take_read(scan, read, err) == -1)
			return -1;
	}
	if (scan_flush(scan, err) == -1)
		return -1;
	if (stopped.code == ERROR_NONE)
		return 0;
	*err = stopped;
	return -1;
}

/* ---- the whole --------------------------------------------------------------------------- */

static int
scan_run_pool(struct scan *scan, struct error *err)
{
	const struct scan_pool_options pool = {.read = scan_read_file, .closure = scan};

	scan->pool = scan_pool_new(&pool, err);
	if (scan->pool == NULL || scan_open_stores(scan, NULL, err) == -1)
		return -1;
	progress_begin("scan", "stores", 0, scan->counts->stores);
	return scan_loop(scan, err);
}

int
scan_take(const struct scan_options *options, const struct context *context, struct database *db,
    struct scan_counts *counts, struct error *err)
{
	struct scan *scan = calloc(1, sizeof(*scan));
	struct scan_needs needs = {0};
	int rc = 0;

	*counts = (struct scan_counts){0};
	if (scan == NULL)
		return error_memory(err);
	scan->options = options;
	scan->context = context;
	scan->db = db;
	scan->counts = counts;
	if (options->store != NULL)
		rc = db_store_find(db, options->store, scan->guid, err);
	if (rc == 0)
		rc = scan_survey(scan, &needs, err);
	if (rc == 0 && needs.key)
		rc = scan_open_key(scan, err);
	if (rc == 0 && needs.providers)
		rc = pkcs12_begin(err);
	if (rc == 0 && counts->stores > 0)
		rc = scan_run_pool(scan, err);
	scan_pool_free(scan->pool);
	for (size_t i = 0; i < scan->chunk_count; i++)
		scan_read_free(scan->chunk[i]);
	scan_stores_free(scan->stores);
	scan_prints_release(&scan->prints);
	keyring_close(scan->keyring);
	buffer_release(&scan->text);
	free(scan);
	return rc;
}
