#include "import/import_private.h"
#include "import/settle.h"
#include "model/store_name.h"
#include "timestamp.h"

static bool
item_has(const struct import_cell *cell)
{
	return cell->value.type == LOAD_INTEGER || cell->value.type == LOAD_TEXT;
}

int
import_find_store(
    struct import *import, const struct load_value *guid, int64_t *store, struct error *err)
{
	int known = inventory_store(import->items, guid->text, guid->length, store, err);

	if (known == 0)
		import_say(import, IMPORT_FAULT, import_place(import, "CertStoreId"),
		    "no store %.*s is known: expected one that is, import stores first",
		    (int)guid->length, guid->text);
	return known;
}

static int
item_find_store(struct import *import, const struct import_cell *cells, struct inventory_item *item,
    struct error *err)
{
	item->store = import->store;
	if (import->options->store != NULL)
		return 1;
	return import_find_store(import, &cells[ITEM_STORE].value, &item->store, err);
}

/* The member that a certificate's id is in. */
static const char *
item_id_name(const struct import *import)
{
	return import->within == NULL ? "CertificateId" : "Id";
}

/* 0 and a fault reported, or -1 and err. */
static int
item_report_unknown(struct import *import, int64_t certificate, const struct load_value *thumbprint,
    struct error *err)
{
	int64_t id_now;

	if (inventory_renumbered(import->items, certificate, &id_now, err) == -1)
		return -1;
	if (id_now != 0)
		import_say(import, IMPORT_FAULT, import_place(import, item_id_name(import)),
		    "certificate %lld has the Id %lld now: expected that, or its Thumbprint%s",
		    (long long)certificate, (long long)id_now,
		    thumbprint->type == LOAD_TEXT ? " alone" : "");
	else
		import_say(import, IMPORT_FAULT, import_place(import, item_id_name(import)),
		    "no certificate %lld is known: expected one that is, import certificates "
		    "first%s",
		    (long long)certificate,
		    thumbprint->type == LOAD_TEXT ? "" : ", or give its Thumbprint");
	return 0;
}

static int
item_find_by_id(struct import *import, const struct import_cell *cells, struct inventory_item *item,
    struct error *err)
{
	const struct load_value *thumbprint = &cells[ITEM_THUMBPRINT].value;
	bool agrees;
	struct db_value given = {.type = DB_NULL};
	int known;

	item->certificate = cells[ITEM_CERTIFICATE].value.integer;
	if (thumbprint->type == LOAD_TEXT)
		given = (struct db_value){
		    .type = DB_TEXT, .data = thumbprint->text, .length = thumbprint->length};
	known = inventory_certificate(import->items, item->certificate, &given, &agrees, err);
	if (known == 0)
		return item_report_unknown(import, item->certificate, thumbprint, err);
	if (known == 1 && !agrees)
		import_say(import, IMPORT_FAULT, import_place(import, "Thumbprint"),
		    "not that of certificate %lld: expected the same, or one of the two alone",
		    (long long)item->certificate);
	return known == 1 ? agrees : -1;
}

/* 1 and item->certificate, 0 and a fault reported; -1 and err. */
static int
item_find_certificate(struct import *import, const struct import_cell *cells,
    struct inventory_item *item, struct error *err)
{
	const struct load_value *thumbprint = &cells[ITEM_THUMBPRINT].value;

	if (item_has(&cells[ITEM_CERTIFICATE]))
		return item_find_by_id(import, cells, item, err);
	if (item_has(&cells[ITEM_THUMBPRINT]))
		return inventory_thumbprint(import->items, thumbprint->text, thumbprint->length,
			   &item->certificate, err) == -1
			   ? -1
			   : 1;
	import_say(import, IMPORT_FAULT, import_place(import, item_id_name(import)),
	    "missing: expected %s %s or a Thumbprint", import->within == NULL ? "a" : "an",
	    item_id_name(import));
	return 0;
}

/*
 * A record without Alias, CertificateId and Thumbprint means that its store is empty, if it names
 * that itself: what is no inventory at all, as an error's body, has none of them either.
 */
static bool
item_says_empty(struct import *import, const struct import_cell *cells)
{
	if (import->options->store != NULL) {
		import_fault(import, "Alias", "missing: expected one");
		return false;
	}
	if (!item_has(&cells[ITEM_CERTIFICATE]) && !item_has(&cells[ITEM_THUMBPRINT]))
		return true;
	import_fault(import, "Alias",
	    "missing: expected one, or no certificate either where the store is empty");
	return false;
}

int
import_add_item(struct import *import, const struct inventory_item *item, struct error *err)
{
	import->item_count++;
	return inventory_add(import->items, item, err);
}

/* The item that the cells are, but for its store and its certificate. */
static struct inventory_item
item_begin(struct import *import, const struct import_cell *cells)
{
	struct inventory_item item = {.level = cells[ITEM_LEVEL].value.integer,
	    .at = import_date(import, &cells[ITEM_AT]),
	    .file = import->file,
	    .line = import->line};
	const struct load_value *alias = &cells[ITEM_ALIAS].value;

	if (alias->type == LOAD_TEXT) {
		item.alias = alias->text;
		item.alias_length = alias->length;
	}
	return item;
}

int
import_item(struct import *import, const struct import_cell *cells, struct error *err)
{
	struct inventory_item item = item_begin(import, cells);
	int found, good;

	if (item.alias != NULL)
		good = item_find_certificate(import, cells, &item, err);
	else
		good = item_says_empty(import, cells);
	found = good == -1 ? -1 : item_find_store(import, cells, &item, err);
	if (found == -1)
		return -1;
	return found == 1 && good == 1 ? import_add_item(import, &item, err) : 0;
}

/* ---- entries ------------------------------------------------------------------------------- */

/* A member of the certificate at hand into its cell. 1, 0 and a fault reported; -1 and err. */
static int
entry_read(struct import *import, const struct import_field *field, struct import_cell *cell,
    struct error *err)
{
	struct import_fault fault = {.hides = import->hides};
	struct value value;

	if (json_nested_member(&import->nested, field->name, &value) == -1)
		return error_memory(err);
	if (import->nested.fault != NULL)
		import_fault(import, field->name, import->nested.fault);
	else if (import_parse(field, &value, cell, NULL, &fault))
		return 1;
	else
		import_fault(import, field->name, fault.text);
	return 0;
}

/* The certificate at hand: 1 and *item, 0 and a fault reported; -1 and err. */
static int
entry_read_certificate(struct import *import, struct import_cell *cells,
    struct inventory_item *item, struct error *err)
{
	static const struct import_field id = {.name = "Id", .type = IMPORT_ID_OR_NONE},
					 print = {.name = "Thumbprint", .type = IMPORT_THUMBPRINT};
	int rc = import_is_object(import, err);

	if (rc == 1)
		rc = entry_read(import, &id, &cells[ITEM_CERTIFICATE], err);
	if (rc == 1)
		rc = entry_read(import, &print, &cells[ITEM_THUMBPRINT], err);
	return rc == 1 ? item_find_certificate(import, cells, item, err) : rc;
}

static int
entry_add(struct import *import, struct import_cell *cells, struct error *err)
{
	struct inventory_item item = item_begin(import, cells);
	int rc;

	if (import->nested.index > INVENTORY_LEVELS) {
		import_say(import, IMPORT_FAULT, import_place(import, NULL),
		    "expected at most %d certificates under one alias", INVENTORY_LEVELS);
		return 0;
	}
	item.level = (int64_t)import->nested.index - 1;
	item.store = import->store;
	rc = entry_read_certificate(import, cells, &item, err);
	return rc == 1 ? import_add_item(import, &item, err) : rc;
}

void
import_warn_gone(struct import *import, const struct import_cell *cells)
{
	const struct load_value *alias = &cells[ITEM_ALIAS].value;

	import_say(import, IMPORT_WARNING, import_place(import, "Certificates"),
	    "%.*s has no certificate: it counts as gone", (int)alias->length, alias->text);
}

int
import_entry(struct import *import, const struct value *certificates, struct import_cell *cells,
    struct error *err)
{
	uint64_t count = 0;
	int rc;

	if (cells[ITEM_ALIAS].value.type != LOAD_TEXT) {
		import_fault(import, "Name", "missing: expected the alias of the certificates");
		return 0;
	}
	rc = json_nested_begin(&import->nested, certificates);
	import->within = "Certificates";
	while (rc != -1 && (rc = json_nested_next(&import->nested)) == 1) {
		import->element = import->nested.index;
		count++;
		if (entry_add(import, cells, err) == -1)
			return -1;
	}
	import->within = NULL;
	if (rc == -1)
		return error_memory(err);
	if (count == 0)
		import_warn_gone(import, cells);
	return 0;
}

/* ---- what does not go together ------------------------------------------------------------- */

static struct error_place
item_place(const struct import *import, const struct inventory_finding *finding, const char *field)
{
	return (struct error_place){
	    .file = import->options->paths[finding->file], .line = finding->line, .field = field};
}

/* An inventory that is not taken: what said when it was found is named. */
static void
item_report_older(struct import *import, const struct inventory_finding *finding, const char *store)
{
	struct error_place place = item_place(import, finding, "InventoriedAt");
	char at[TIMESTAMP_SIZE], known[TIMESTAMP_SIZE];
	const char *what = "";

	if (finding->at == import->dated[finding->file]) {
		place = (struct error_place){.file = place.file};
		what = import->options->has_as_of ? "--as-of " : "last modified ";
	}
	import_say(import, IMPORT_WARNING, place,
	    "%s%s is older than what is known of store %s (%s): not taken", what,
	    timestamp_format(finding->at, at), store, timestamp_format(finding->known_at, known));
}

static void
item_report_named(struct import *import, const struct inventory_finding *finding, const char *store)
{
	switch (finding->kind) {
	case INVENTORY_TWICE:
		import_say(import, IMPORT_FAULT, item_place(import, finding, "Alias"),
		    "stands on line %llu of %s already, in the same store at the same ChainLevel: "
		    "expected it once",
		    (unsigned long long)finding->other_line,
		    import->options->paths[finding->other_file]);
		break;
	case INVENTORY_NOT_EMPTY:
		import_say(import, IMPORT_FAULT, item_place(import, finding, "Alias"),
		    "missing, which says that store %s is empty, but other lines name it: "
		    "expected the one or the other",
		    store);
		break;
	case INVENTORY_NO_LEAF:
		import_say(import, IMPORT_FAULT, item_place(import, finding, "ChainLevel"),
		    "a chain of store %s without its certificate: expected a line with the same "
		    "Alias and ChainLevel 0",
		    store);
		break;
	case INVENTORY_OLDER:
		item_report_older(import, finding, store);
		break;
	}
}

static void
item_report(void *closure, const struct inventory_finding *finding)
{
	struct buffer store = {0};

	store_name_add(&store, finding->machine, finding->path, finding->store);
	item_report_named(closure, finding, store.failed ? finding->store : store.bytes);
	buffer_release(&store);
}

int
import_merge(struct import *import, struct error *err)
{
	struct import_counts *counts = import->counts;

	if (inventory_merge(import->items, item_report, import, &counts->items, err) == -1)
		return -1;
	return counts->items.faults > 0 ? 0
					: settle_jobs(import->items, import->context, import->now,
					      &counts->settled, err);
}
