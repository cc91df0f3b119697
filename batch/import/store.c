#include "import/import_private.h"

#include <stdio.h>

bool
import_hides_values(const struct import *import, const struct record *record)
{
	const struct import_kind *kind = import->options->kind;
	enum value_type type;

	if (kind->is_inventory || kind->load != LOAD_STORES)
		return false;
	type = record->values[STORE_PASSWORD].type;
	return record->json ? type == VALUE_TEXT : type != VALUE_ABSENT;
}

static bool
store_is_set(const struct import_cell *cell)
{
	return cell->value.type == LOAD_INTEGER || cell->value.type == LOAD_TEXT;
}

/* Reads one of the Properties into its cell, which a field of the record may have filled. */
static int
store_read_property(struct import *import, enum import_property property, struct import_cell *cell,
    bool *good, struct error *err)
{
	const struct import_cell *given = &import->properties.cells[property];
	struct import_fault fault = {.hides = import->hides};
	const char *name;
	char label[64];
	int rc = import_property_read(&import->properties, property, &name, &fault);

	if (rc == -1)
		return error_memory(err);
	if (rc == 1 && store_is_set(cell) && store_is_set(given) &&
	    !import_same(&cell->value, &given->value)) {
		snprintf(fault.text, sizeof(fault.text),
		    "contradicts %s: expected the same in both, or one of them alone",
		    import->options->kind->fields[STORE_PROPERTY + (int)property].name);
		rc = 0;
	}
	if (rc == 0) {
		snprintf(label, sizeof(label), "Properties.%s", name);
		import_fault(import, label, fault.text);
		*good = false;
	} else if (store_is_set(given) || !store_is_set(cell)) {
		cell->value = given->value;
	}
	return 0;
}

static int
store_read_properties(struct import *import, const struct value *value, struct import_cell *cells,
    bool *good, struct error *err)
{
	struct import_properties *given = &import->properties;
	struct import_fault fault = {.hides = import->hides};
	int rc = import_properties_open(given, value, &fault);

	if (rc == -1)
		return error_memory(err);
	if (rc == 0) {
		import_fault(import, "Properties", fault.text);
		*good = false;
	}
	for (int i = 0; rc == 1 && given->there && i < PROPERTIES; i++)
		if (store_read_property(import, (enum import_property)i, &cells[STORE_PROPERTY + i],
			good, err) == -1)
			return -1;
	return 0;
}

int
import_store(struct import *import, const struct record *record, struct import_cell *cells,
    bool *good, struct error *err)
{
	struct import_fault fault = {.hides = import->hides};
	int rc = import_password_parse(&import->password, &record->values[STORE_PASSWORD], &fault);

	if (rc == -1)
		return error_memory(err);
	if (rc == 0) {
		import_fault(import, "Password", fault.text);
		*good = false;
	}
	return store_read_properties(import, &record->values[STORE_PROPERTIES], cells, good, err);
}
