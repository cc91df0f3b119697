#include "import/import_private.h"

#include <stdio.h>
#include <string.h>

/* A field of a record while its places are read. */
struct second_place {
	const struct import_second *second;
	const char *member;
	char label[64]; /* as messages have it */
};

/* A record while its second places are read. */
struct second_record {
	struct import_cell *cells;
	char labels[IMPORT_FIELDS][64]; /* where each cell comes from */
	bool good;
};

bool
import_has_second(const struct import_kind *kind, size_t field)
{
	for (size_t i = 0; i < kind->second_count; i++)
		if (kind->seconds[i].field == field)
			return true;
	return false;
}

static bool
second_is_set(const struct import_cell *cell)
{
	return cell->value.type == LOAD_INTEGER || cell->value.type == LOAD_TEXT;
}

/* A boolean says whether a choice is Forbidden, its number 0. False: it contradicts the cell. */
static bool
second_deny(struct import_cell *cell, bool supported)
{
	if (second_is_set(cell))
		return supported == (cell->value.integer != 0);
	if (!supported)
		cell->value = (struct load_value){.type = LOAD_INTEGER};
	else if (cell->value.type == LOAD_KEEP)
		cell->value.type = LOAD_NOT_0;
	return true;
}

/* Takes a value into the cell of its field. */
static void
second_take(struct import *import, struct second_record *record, const struct second_place *place,
    const struct value *value)
{
	const struct import_second *second = place->second;
	struct import_field field = import->options->kind->fields[second->field];
	struct import_cell *cell = &record->cells[second->field], given;
	struct import_fault fault = {.hides = import->hides};
	bool agrees = true;

	field.required = false;
	if (second->denies)
		field.type = IMPORT_BOOLEAN;
	if (!import_parse(&field, value, &given, &import->names, &fault)) {
		import_fault(import, place->label, fault.text);
		record->good = false;
		return;
	}
	if (second->denies && second_is_set(&given))
		agrees = second_deny(cell, given.value.integer != 0);
	else if (second_is_set(&given) && second_is_set(cell))
		agrees = import_same(&given.value, &cell->value);
	else if (second_is_set(&given) || cell->value.type == LOAD_KEEP)
		*cell = given;
	if (!agrees) {
		import_say(import, IMPORT_FAULT, import_place(import, place->label),
		    "contradicts %s: expected the same in both, or one of them alone",
		    record->labels[second->field]);
		record->good = false;
	}
	if (second_is_set(&given))
		snprintf(
		    record->labels[second->field], sizeof(record->labels[0]), "%s", place->label);
}

/* The object that a member is: 1, 0 where there is none or a fault was reported; -1 and err. */
static int
second_open(struct import *import, struct second_record *record, const char *member,
    const struct value *value, struct error *err)
{
	int rc;

	if (value_is_absent(value))
		return 0;
	if (value->type == VALUE_NESTED && value->text[0] == '{') {
		rc = json_nested_begin(&import->nested, value);
		if (rc == 0)
			rc = json_nested_next(&import->nested);
		if (rc == -1)
			return error_memory(err);
		if (import->nested.fault == NULL)
			return rc;
		import_fault(import, member, import->nested.fault);
	} else {
		import_not_nested(import, member, value, "an object");
	}
	record->good = false;
	return 0;
}

/* A place within the object that was opened, or the member itself. */
static int
second_read(struct import *import, struct second_record *record, const struct second_place *place,
    const struct value *value, struct error *err)
{
	struct value inner = *value;

	if (place->second->inner != NULL &&
	    json_nested_member(&import->nested, place->second->inner, &inner) == -1)
		return error_memory(err);
	if (place->second->inner != NULL && import->nested.fault != NULL) {
		import_fault(import, place->label, import->nested.fault);
		import->nested.fault = NULL;
		record->good = false;
		return 0;
	}
	second_take(import, record, place, &inner);
	return 0;
}

int
import_read_seconds(struct import *import, const struct record *record, struct import_cell *cells,
    bool *good, struct error *err)
{
	const struct import_kind *kind = import->options->kind;
	struct second_record read = {.cells = cells, .good = *good};
	size_t opened = SIZE_MAX;
	int rc = 0, open = 0;

	for (size_t i = 0; i < kind->count; i++)
		snprintf(read.labels[i], sizeof(read.labels[i]), "%s", kind->fields[i].name);
	for (size_t i = 0; i < kind->second_count && rc == 0; i++) {
		const struct import_second *second = &kind->seconds[i];
		const char *member = kind->members[second->member];
		const struct value *value = &record->values[kind->count + second->member];
		struct second_place place = {.second = second, .member = member};

		snprintf(place.label, sizeof(place.label), "%s%s%s", member,
		    second->inner == NULL ? "" : ".", second->inner == NULL ? "" : second->inner);
		if (second->inner != NULL && second->member != opened) {
			opened = second->member;
			open = second_open(import, &read, member, value, err);
			rc = open == -1 ? -1 : 0;
		}
		if (second->inner == NULL || open == 1)
			rc = second_read(import, &read, &place, value, err);
	}
	*good = read.good;
	return rc;
}
