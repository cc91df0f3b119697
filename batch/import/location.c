#include "import/import_private.h"

#include <string.h>

/* The locations that the server prints with a certificate. */

enum location_field {
	LOCATION_STORE,
	LOCATION_STORE_ID,
	LOCATION_MACHINE,
	LOCATION_PATH,
	LOCATION_ALIAS,
	LOCATION_LEVEL,
	LOCATION_FIELDS
};

static const struct import_field location_fields[LOCATION_FIELDS] = {
    [LOCATION_STORE] = {.name = "CertStoreId", .type = IMPORT_GUID},
    [LOCATION_STORE_ID] = {.name = "StoreId", .type = IMPORT_GUID},
    [LOCATION_MACHINE] = {.name = "StoreMachine", .type = IMPORT_TEXT},
    [LOCATION_PATH] = {.name = "StorePath", .type = IMPORT_TEXT},
    [LOCATION_ALIAS] = {.name = "Alias", .type = IMPORT_TEXT, .required = true},
    [LOCATION_LEVEL] = {.name = "ChainLevel", .type = IMPORT_LEVEL},
};

struct location {
	struct import_cell cells[LOCATION_FIELDS];
	int64_t type; /* of the store, or -1 */
};

/* The type is a help alone: where it is no number, it is not looked at. */
static int
location_read_type(struct import *import, struct location *location, struct error *err)
{
	static const struct import_field field = {.name = "StoreType", .type = IMPORT_NUMBER};
	struct import_fault fault = {.hides = import->hides};
	struct import_cell cell;
	struct value value;

	if (json_nested_member(&import->nested, field.name, &value) == -1)
		return error_memory(err);
	if (import_parse(&field, &value, &cell, NULL, &fault) && cell.value.type == LOAD_INTEGER)
		location->type = cell.value.integer;
	return 0;
}

/* 1 and *location, 0 and the faults reported; -1 and err. */
static int
location_read(struct import *import, struct location *location, struct error *err)
{
	struct import_fault fault = {.hides = import->hides};
	struct value value;
	int good = import_is_object(import, err);

	if (good != 1)
		return good;
	if (location_read_type(import, location, err) == -1)
		return -1;
	import->nested.fault = NULL;
	for (size_t i = 0; i < LOCATION_FIELDS; i++) {
		const struct import_field *field = &location_fields[i];

		if (json_nested_member(&import->nested, field->name, &value) == -1)
			return error_memory(err);
		if (import->nested.fault != NULL)
			import_fault(import, field->name, import->nested.fault);
		else if (import_parse(field, &value, &location->cells[i], NULL, &fault))
			continue;
		else
			import_fault(import, field->name, fault.text);
		import->nested.fault = NULL;
		good = 0;
	}
	return good;
}

/* 1 and *store, 0 and a fault reported; -1 and err. */
static int
location_find_at(
    struct import *import, const struct location *location, int64_t *store, struct error *err)
{
	const struct load_value *machine = &location->cells[LOCATION_MACHINE].value;
	const struct load_value *path = &location->cells[LOCATION_PATH].value;
	const struct inventory_place place = {
	    machine->text, machine->length, path->text, path->length, location->type};
	int found;

	if (machine->type != LOAD_TEXT || path->type != LOAD_TEXT) {
		import_fault(
		    import, "CertStoreId", "missing: expected one, or StoreMachine and StorePath");
		return 0;
	}
	found = inventory_store_at(import->items, &place, store, err);
	if (found == 0)
		import_say(import, IMPORT_FAULT, import_place(import, "StorePath"),
		    "no store %.*s:%.*s is known: expected one that is, import stores first",
		    (int)machine->length, machine->text, (int)path->length, path->text);
	if (found == 2)
		import_say(import, IMPORT_FAULT, import_place(import, "StorePath"),
		    "several stores are at %.*s:%.*s: expected the CertStoreId of one of them",
		    (int)machine->length, machine->text, (int)path->length, path->text);
	return found == 2 ? 0 : found;
}

static int
location_find(
    struct import *import, const struct location *location, int64_t *store, struct error *err)
{
	const struct load_value *guid = &location->cells[LOCATION_STORE].value;

	if (guid->type != LOAD_TEXT)
		guid = &location->cells[LOCATION_STORE_ID].value;
	if (guid->type == LOAD_TEXT)
		return import_find_store(import, guid, store, err);
	return location_find_at(import, location, store, err);
}

static int
location_add(struct import *import, int64_t certificate, struct error *err)
{
	struct location location = {.type = -1};
	struct inventory_item item = {.at = import_date(import, NULL),
	    .certificate = certificate,
	    .file = import->file,
	    .line = import->line};
	int rc = location_read(import, &location, err);

	import->counts->locations++;
	if (rc == 1)
		rc = location_find(import, &location, &item.store, err);
	if (rc != 1)
		return rc;
	item.alias = location.cells[LOCATION_ALIAS].value.text;
	item.alias_length = location.cells[LOCATION_ALIAS].value.length;
	if (location.cells[LOCATION_LEVEL].value.type == LOAD_INTEGER)
		item.level = location.cells[LOCATION_LEVEL].value.integer;
	return import_add_item(import, &item, err);
}

int
import_locations(
    struct import *import, const struct value *locations, int64_t certificate, struct error *err)
{
	int rc;

	if (value_is_absent(locations))
		return 0;
	if (locations->type != VALUE_NESTED) {
		import_not_nested(import, "Locations", locations, "an array of objects");
		return 0;
	}
	import->within = "Locations";
	rc = json_nested_begin(&import->nested, locations);
	while (rc != -1 && (rc = json_nested_next(&import->nested)) == 1) {
		import->element = import->nested.index;
		if (location_add(import, certificate, err) == -1)
			return -1;
	}
	import->within = NULL;
	return rc == -1 ? error_memory(err) : 0;
}
