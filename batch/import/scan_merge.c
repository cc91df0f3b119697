#include "import/scan_private.h"

#include "certificates/scan_alias.h"
#include "import/content.h"
#include "import/found.h"
#include "database/load.h"
#include "memory.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

/* A location whose private key is another's. */
struct scan_mismatch {
	const struct scan_read *read;
	char *alias; /* owned */
};

/* A chunk on its way into the database. */
struct scan_write {
	struct scan *scan;
	struct load *load;
	struct inventory *items;
	struct inventory_counts counts;
	struct settle_counts settled;
	struct buffer names; /* of a certificate */
	struct scan_mismatch *mismatches;
	size_t mismatch_count, mismatch_capacity;
	size_t told; /* of the chunk: up to here no inventory is older than what is known */
};

static void
scan_write_release(struct scan_write *write)
{
	for (size_t i = 0; i < write->mismatch_count; i++)
		free(write->mismatches[i].alias);
	free(write->mismatches);
	buffer_release(&write->names);
	inventory_free(write->items);
	load_free(write->load);
}

/* ---- certificates ------------------------------------------------------------------------ */

static int
scan_load_values(struct scan_write *write, struct load_value *values, int64_t id, bool has_key,
    struct error *err)
{
	enum load_result result;

	values[CERTIFICATE_ID] = (struct load_value){.type = LOAD_INTEGER, .integer = id};
	if (has_key)
		values[CERTIFICATE_HAS_KEY] = (struct load_value){
		    .type = LOAD_INTEGER, .integer = 1};
	return load_record(write->load, values, &result, err);
}

/* Loads one that this scan has not met yet, as an import of its file would. */
static int
scan_load_new(struct scan_write *write, const struct certificate *certificate,
    struct scan_print *print, struct error *err)
{
	struct load_value values[IMPORT_FIELDS] = {0}; /* LOAD_KEEP */
	const char *digest;

	if (found_find_known(write->load, certificate, &digest, &print->certificate, err) == -1 ||
	    (print->certificate == 0 &&
		load_next_unknown(write->load, &print->certificate, err) == -1))
		return -1;
	import_certificate_values(certificate, &write->names, values);
	if (write->names.failed)
		return error_memory(err);
	values[CERTIFICATE_PRINT] = (struct load_value){LOAD_TEXT, 0, digest, strlen(digest)};
	memcpy(print->sha256, certificate->sha256, sizeof(print->sha256));
	if (scan_load_values(write, values, print->certificate, print->has_key, err) == -1)
		return -1;
	if (print->certificate < 0)
		write->scan->counts->unknown++;
	return scan_prints_add(&write->scan->prints, print, err);
}

static int
scan_load_certificate(struct scan_write *write, const struct certificate *certificate, bool has_key,
    int64_t *id, struct error *err)
{
	struct scan_print *known = scan_prints_find(&write->scan->prints, certificate->sha256);
	struct scan_print print = {.has_key = has_key};

	if (known == NULL) {
		if (scan_load_new(write, certificate, &print, err) == -1)
			return -1;
		known = &print;
	} else if (has_key && !known->has_key) {
		struct load_value values[IMPORT_FIELDS] = {0}; /* LOAD_KEEP */

		if (scan_load_values(write, values, known->certificate, true, err) == -1)
			return -1;
		known->has_key = true;
	}
	*id = known->certificate;
	return 0;
}

/* ---- entries ----------------------------------------------------------------------------- */

static int
scan_note_mismatch(
    struct scan_write *write, const struct scan_read *read, const char *alias, struct error *err)
{
	struct scan_mismatch *items = memory_grow(write->mismatches, write->mismatch_count,
	    &write->mismatch_capacity, sizeof(*write->mismatches));
	char *copy = strdup(alias);

	if (items != NULL)
		write->mismatches = items;
	if (items == NULL || copy == NULL) {
		free(copy);
		return error_memory(err);
	}
	items[write->mismatch_count++] = (struct scan_mismatch){read, copy};
	return 0;
}

static int
scan_add_entry(struct scan_write *write, const struct scan_read *read,
    const struct scan_alias *alias, struct error *err)
{
	const struct entry *entry = &read->source.entries.items[alias->entry];
	bool has_key = entry->has_key && !entry->key_mismatch;
	struct inventory_item item = {
	    .store = read->store, .alias = scan_alias_text(alias), .at = read->at};

	item.alias_length = strlen(item.alias);
	if (alias->instead != NULL)
		scan_say(write->scan, SCAN_WARNING, read, "a second entry %s: it is called %s",
		    alias->text, alias->instead);
	if (entry->count > INVENTORY_LEVELS)
		scan_say(write->scan, SCAN_WARNING, read,
		    "the chain of %s has %zu certificates: the first %d are kept", item.alias,
		    entry->count, INVENTORY_LEVELS);
	for (size_t i = 0; i < entry->count && i < INVENTORY_LEVELS; i++) {
		item.level = (int64_t)i;
		if (scan_load_certificate(
			write, &entry->chain[i], i == 0 && has_key, &item.certificate, err) == -1 ||
		    inventory_add(write->items, &item, err) == -1)
			return -1;
	}
	return entry->key_mismatch ? scan_note_mismatch(write, read, item.alias, err) : 0;
}

/* The one entry of a store keeps the one alias that is known of it. */
static int
scan_keep_alias(
    struct scan *scan, const struct scan_read *read, struct scan_alias *alias, struct error *err)
{
	int known;

	buffer_clear(&scan->text);
	known = scan_known_alias(scan->db, read->store, &scan->text, err);
	if (known != 1)
		return known;
	free(alias->text);
	alias->text = strdup(scan->text.bytes);
	return alias->text == NULL ? error_memory(err) : 0;
}

static int
scan_add_entries(struct scan_write *write, const struct scan_read *read, struct error *err)
{
	struct scan_aliases aliases;
	int rc = scan_aliases_choose(&aliases, &read->source.entries, err);

	if (rc == 0 && aliases.count == 1)
		rc = scan_keep_alias(write->scan, read, &aliases.items[0], err);
	for (size_t i = 0; rc == 0 && i < aliases.count; i++)
		rc = scan_add_entry(write, read, &aliases.items[i], err);
	scan_aliases_release(&aliases);
	return rc;
}

/* A PKCS#12 file without a MAC was made so, and no password would help. */
static bool
scan_is_unverified(const struct scan_read *read)
{
	return read->source.entries.unverified && read->source.password == NULL &&
	       read->format == STORE_FORMAT_JKS;
}

static int
scan_add_store(struct scan_write *write, const struct scan_read *read, struct error *err)
{
	const struct unreadable_reason *reason = &read->source.reason;
	const struct inventory_item empty = {.store = read->store, .at = read->at};

	if (!read->readable) {
		scan_say(write->scan, SCAN_UNREADABLE, read, "%s: %s", unreadable_word(reason->why),
		    reason->text);
		return 0;
	}
	if (scan_is_unverified(read))
		scan_say(write->scan, SCAN_UNVERIFIED, read,
		    "its password is not known: its digest is not checked");
	if (read->source.entries.count == 0)
		return inventory_add(write->items, &empty, err);
	return scan_add_entries(write, read, err);
}

/* ---- the merge --------------------------------------------------------------------------- */

/* Stores come in the order of the chunk. There are no faults: a store is in it once, each alias is
 * one entry, and each entry begins with a certificate. */
static void
scan_tell(void *closure, const struct inventory_finding *finding)
{
	struct scan_write *write = closure;
	struct scan *scan = write->scan;
	char at[TIMESTAMP_SIZE], known[TIMESTAMP_SIZE];

	if (finding->kind != INVENTORY_OLDER)
		return;
	while (write->told < scan->chunk_count &&
	       strcmp(scan->chunk[write->told]->guid, finding->store) != 0)
		write->told++;
	if (write->told == scan->chunk_count)
		return;
	scan->chunk[write->told]->older = true;
	scan_say(scan, SCAN_WARNING, scan->chunk[write->told],
	    "its inventory is known from %s, later than this clock (%s): not taken",
	    timestamp_format(finding->known_at, known), timestamp_format(finding->at, at));
}

/* Whether reading it failed, for each store, and whose keys are others'. */
static int
scan_record_tries(struct scan_write *write, struct error *err)
{
	struct scan *scan = write->scan;

	for (size_t i = 0; i < scan->chunk_count; i++) {
		const struct scan_read *read = scan->chunk[i];
		struct scan_try try = {.store = read->store, .at = read->at};

		if (!read->readable) {
			try.word = unreadable_word(read->source.reason.why);
			try.text = read->source.reason.text;
		} else if (!read->older &&
			   scan_clear_mismatches(scan->db, read->store, err) == -1) {
			return -1;
		}
		if (scan_record(scan->db, &try, err) == -1)
			return -1;
	}
	for (size_t i = 0; i < write->mismatch_count; i++)
		if (!write->mismatches[i].read->older &&
		    scan_set_mismatch(scan->db, write->mismatches[i].read->store,
			write->mismatches[i].alias, err) == -1)
			return -1;
	return 0;
}

static void
scan_count(
    struct scan *scan, const struct inventory_counts *more, const struct settle_counts *settled)
{
	struct scan_counts *counts = scan->counts;

	for (size_t i = 0; i < scan->chunk_count; i++) {
		counts->read += scan->chunk[i]->readable;
		counts->unreadable += !scan->chunk[i]->readable;
		counts->unverified += scan_is_unverified(scan->chunk[i]);
	}
	counts->items.stores += more->stores;
	counts->items.older += more->older;
	counts->items.fresh += more->fresh;
	counts->items.changed += more->changed;
	counts->items.unchanged += more->unchanged;
	counts->items.removed += more->removed;
	counts->settled.completed += settled->completed;
	counts->settled.leftover += settled->leftover;
	counts->settled.proven += settled->proven;
}

/* The chunk into the transaction of write->load. */
static int
scan_write_chunk(struct scan_write *write, struct error *err)
{
	struct scan *scan = write->scan;
	struct context steady = *scan->context;
	int rc = 0;

	steady.stop = NULL; /* after a signal what was read is still recorded */
	write->items = inventory_join(scan->db, scan->context->now(), err);
	if (write->items == NULL)
		return -1;
	for (size_t i = 0; rc == 0 && i < scan->chunk_count; i++)
		rc = scan_add_store(write, scan->chunk[i], err);
	if (rc == 0)
		rc = inventory_merge(write->items, scan_tell, write, &write->counts, err);
	if (rc == 0)
		rc = settle_jobs(write->items, &steady, scan->context->now(), &write->settled, err);
	return rc == 0 ? scan_record_tries(write, err) : rc;
}

int
scan_merge(struct scan *scan, struct error *err)
{
	struct scan_write write = {.scan = scan};
	int64_t removed;
	int rc = -1;

	write.load = load_begin(scan->db, LOAD_CERTIFICATES, false, err);
	if (write.load != NULL)
		rc = scan_write_chunk(&write, err);
	if (rc == 0)
		rc = load_finish(write.load, &removed, err);
	if (rc == 0)
		scan_count(scan, &write.counts, &write.settled);
	scan_write_release(&write);
	return rc;
}

/* ---- stores that were read elsewhere ----------------------------------------------------- */

static void
scan_tell_nobody(void *closure, enum scan_message sort, const struct error *message)
{
	(void)closure;
	(void)sort;
	(void)message;
}

int
scan_keep(const struct context *context, struct database *db, struct scan_read *const *reads,
    size_t count, struct error *err)
{
	const struct scan_options options = {.tell = scan_tell_nobody};
	struct scan_counts counts = {0};
	struct scan *scan = calloc(1, sizeof(*scan));
	struct scan_write write = {.scan = scan};
	int rc = -1;

	if (scan == NULL)
		return error_memory(err);
	scan->options = &options;
	scan->context = context;
	scan->db = db;
	scan->counts = &counts;
	for (; scan->chunk_count < count && scan->chunk_count < SCAN_CHUNK; scan->chunk_count++)
		scan->chunk[scan->chunk_count] = reads[scan->chunk_count];
	write.load = load_join(db, err);
	if (write.load != NULL)
		rc = scan_write_chunk(&write, err);
	scan_write_release(&write);
	scan_prints_release(&scan->prints);
	buffer_release(&scan->text);
	free(scan);
	return rc;
}
