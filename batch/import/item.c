#include "import/import_private.h"
#include "timestamp.h"

static bool
item_has(const struct import_cell *cell)
{
	return cell->value.type == LOAD_INTEGER || cell->value.type == LOAD_TEXT;
}

/* 1 and item->store, 0 and a fault reported; -1 and err. */
static int
item_find_store(struct import *import, const struct import_cell *cells, struct inventory_item *item,
    struct error *err)
{
	const struct load_value *guid = &cells[ITEM_STORE].value;
	int known = inventory_store(import->items, guid->text, guid->length, &item->store, err);

	if (known == 0)
		import_say(import, IMPORT_FAULT, import_place(import, "CertStoreId"),
		    "no store %.*s is known: expected one that is, import stores first",
		    (int)guid->length, guid->text);
	return known;
}

/* 0 and a fault reported, or -1 and err. */
static int
item_report_unknown(struct import *import, int64_t certificate, struct error *err)
{
	int64_t id_now;

	if (inventory_renumbered(import->items, certificate, &id_now, err) == -1)
		return -1;
	if (id_now != 0)
		import_say(import, IMPORT_FAULT, import_place(import, "CertificateId"),
		    "certificate %lld has the Id %lld now: expected that, or its Thumbprint",
		    (long long)certificate, (long long)id_now);
	else
		import_say(import, IMPORT_FAULT, import_place(import, "CertificateId"),
		    "no certificate %lld is known: expected one that is, import certificates "
		    "first, or give its Thumbprint",
		    (long long)certificate);
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
		return item_report_unknown(import, item->certificate, err);
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
	import_fault(import, "CertificateId", "missing: expected a CertificateId or a Thumbprint");
	return 0;
}

/* A record without Alias, CertificateId and Thumbprint means that its store is empty. */
static bool
item_says_empty(struct import *import, const struct import_cell *cells)
{
	if (!item_has(&cells[ITEM_CERTIFICATE]) && !item_has(&cells[ITEM_THUMBPRINT]))
		return true;
	import_fault(import, "Alias",
	    "missing: expected one, or no certificate either where the store is empty");
	return false;
}

int
import_item(struct import *import, const struct import_cell *cells, struct error *err)
{
	const struct load_value *alias = &cells[ITEM_ALIAS].value;
	struct inventory_item item = {.level = cells[ITEM_LEVEL].value.integer,
	    .at = INT64_MAX,
	    .file = import->file,
	    .line = import->line};
	int found, good = 1;

	if (item_has(&cells[ITEM_AT]))
		item.at = cells[ITEM_AT].value.integer;
	if (alias->type == LOAD_TEXT) {
		item.alias = alias->text;
		item.alias_length = alias->length;
		good = item_find_certificate(import, cells, &item, err);
	} else {
		good = item_says_empty(import, cells);
	}
	found = good == -1 ? -1 : item_find_store(import, cells, &item, err);
	if (found == -1)
		return -1;
	return found == 1 && good == 1 ? inventory_add(import->items, &item, err) : 0;
}

static struct error_place
item_place(const struct import *import, const struct inventory_finding *finding, const char *field)
{
	return (struct error_place){
	    .file = import->options->paths[finding->file], .line = finding->line, .field = field};
}

static void
item_report(void *closure, const struct inventory_finding *finding)
{
	struct import *import = closure;
	char at[TIMESTAMP_SIZE], known[TIMESTAMP_SIZE];

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
		    finding->store);
		break;
	case INVENTORY_NO_LEAF:
		import_say(import, IMPORT_FAULT, item_place(import, finding, "ChainLevel"),
		    "a chain of store %s without its certificate: expected a line with the same "
		    "Alias and ChainLevel 0",
		    finding->store);
		break;
	case INVENTORY_OLDER:
		import_say(import, IMPORT_WARNING, item_place(import, finding, "InventoriedAt"),
		    "%s is older than what is known of store %s (%s): not taken",
		    timestamp_format(finding->at, at), finding->store,
		    timestamp_format(finding->known_at, known));
		break;
	}
}

int
import_merge(struct import *import, struct error *err)
{
	return inventory_merge(import->items, item_report, import, &import->counts->items, err);
}
