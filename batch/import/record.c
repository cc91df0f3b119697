#include "import/import_private.h"
#include "model/permissions.h"

#include <stdio.h>
#include <string.h>

#define SIGNATURE_SHOWN 64 /* bytes of a name that is not known */
#define UNKNOWN_MOST 65536 /* bytes of such names that are remembered */

bool
import_has_members(const struct import *import)
{
	const struct import_options *options = import->options;

	return options->kind->members != NULL &&
	       (!options->kind->members_asked || options->locations || options->store != NULL);
}

bool
import_field_is_taken(const struct import *import, size_t field)
{
	return import->options->store != NULL && field == ITEM_STORE;
}

/* Parses a field; a required one that has a further place may be absent here. */
static bool
import_parse_field(struct import *import, size_t index, const struct value *value,
    struct import_cell *cell, struct import_fault *fault)
{
	const struct import_kind *kind = import->options->kind;
	struct import_field field = kind->fields[index];

	if (import_field_is_taken(import, index) && !value_is_absent(value)) {
		snprintf(fault->text, sizeof(fault->text),
		    "given, and --store too: expected one of the two");
		return false;
	}
	field.required = field.required && !import_field_is_taken(import, index) &&
			 !import_has_second(kind, index);
	return import_parse(&field, value, cell,
	    field.type == IMPORT_USAGES ? &import->usages : &import->names, fault);
}

/* Whether the algorithm was reported before; else it is noted. */
static bool
import_knows_unknown(struct import *import, const char *name)
{
	struct buffer *names = &import->unknown;

	for (size_t at = 0; at < names->length; at += strlen(names->bytes + at) + 1)
		if (strcmp(names->bytes + at, name) == 0)
			return true;
	if (names->length < UNKNOWN_MOST)
		buffer_add(names, name, strlen(name) + 1);
	return names->failed;
}

/* A signature algorithm that nobody knows is no fault: one warning for each of them. */
static void
import_warn_signature(
    struct import *import, const struct record *record, const struct import_cell *cells)
{
	const struct import_kind *kind = import->options->kind;

	for (size_t i = 0; i < kind->count; i++) {
		const struct value *value = &record->values[i];
		char name[SIGNATURE_SHOWN + 1];

		if (kind->fields[i].type != IMPORT_SIGNATURE || value_is_absent(value) ||
		    cells[i].value.type != LOAD_KEEP)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)value->length, value->text);
		if (!import_knows_unknown(import, name))
			import_say(import, IMPORT_WARNING,
			    import_place(import, kind->fields[i].name),
			    "%s%s is no signature algorithm that is known: not kept; expected its "
			    "OID",
			    name, value->length > SIGNATURE_SHOWN ? "..." : "");
	}
}

/* Parses every field of the record and reports each fault; *good: there was none. -1 and err. */
static int
import_parse_record(struct import *import, const struct record *record, struct import_cell *cells,
    bool *good, struct error *err)
{
	const struct import_kind *kind = import->options->kind;
	struct import_fault fault = {.hides = import->hides};

	*good = true;
	for (size_t i = 0; i < kind->count; i++) {
		if (import_parse_field(import, i, &record->values[i], &cells[i], &fault))
			continue;
		import_fault(import, kind->fields[i].name, fault.text);
		cells[i].value.type = LOAD_KEEP; /* it refers to nothing */
		*good = false;
	}
	if (import_has_members(import) &&
	    import_read_seconds(import, record, cells, good, err) == -1)
		return -1;
	for (size_t i = 0; i < kind->count && *good; i++) {
		bool has = cells[i].value.type == LOAD_INTEGER || cells[i].value.type == LOAD_TEXT;

		if (!kind->fields[i].required || has || import_field_is_taken(import, i))
			continue;
		import_missing(&kind->fields[i], &fault);
		import_fault(import, kind->fields[i].name, fault.text);
		*good = false;
	}
	if (!kind->is_inventory && kind->load == LOAD_CERTIFICATES &&
	    import_content(import, cells, good, err) == -1)
		return -1;
	if (!kind->is_inventory && kind->load == LOAD_STORES &&
	    import_store(import, record, cells, good, err) == -1)
		return -1;
	if (*good)
		import_warn_signature(import, record, cells);
	return import->names.failed || import->usages.failed || import->unknown.failed
		   ? error_memory(err)
		   : 0;
}

/* ---- references ---------------------------------------------------------------------------- */

/* 1 where it is known, 0 and a fault reported where not; -1 and err. */
static int
import_look_up(struct import *import, const struct import_field *field, enum load_kind referred,
    int64_t id, struct error *err)
{
	int known = load_known(import->load, referred, id, err);
	bool container = referred == LOAD_CONTAINERS;
	char number[32] = "";

	if (!import->hides)
		snprintf(number, sizeof(number), " %lld", (long long)id);
	if (known == 0)
		import_say(import, IMPORT_FAULT, import_place(import, field->name),
		    "no %s%s is known: expected one that is, import %s first",
		    container ? "container" : "store type", number,
		    container ? "containers" : "store-types");
	return known;
}

/* A ShortName that is none, or that of several types. */
static int
import_refuse_short_name(
    struct import *import, const struct import_field *field, bool several, struct error *err)
{
	struct buffer names = {0};
	bool few = import_types_list(&import->types, &names);
	bool failed = names.failed;

	if (several)
		import_fault(import, field->name,
		    "the ShortName of several store types: expected the number of one of them");
	else if (!failed)
		import_say(import, IMPORT_FAULT, import_place(import, field->name),
		    "no store type has this ShortName: expected %s%sits number; import "
		    "store-types first",
		    few ? names.bytes : "one that is known", few ? ", or " : " or ");
	buffer_release(&names);
	return failed ? error_memory(err) : 0;
}

/* A store type by its ShortName, in the place of which its number is put. The same results. */
static int
import_look_up_short_name(struct import *import, const struct import_field *field,
    struct import_cell *cell, struct error *err)
{
	int64_t id = 0;
	int found = import_types_find(&import->types, import->load, &cell->value, &id, err);

	if (found == 0 || found == 2)
		return import_refuse_short_name(import, field, found == 2, err);
	cell->value = (struct load_value){.type = LOAD_INTEGER, .integer = id};
	return found;
}

/* Whether the records that this one names are known. *good stays as it is, or is set false. */
static int
import_check_references(
    struct import *import, struct import_cell *cells, bool *good, struct error *err)
{
	const struct import_kind *kind = import->options->kind;

	for (size_t i = 0; i < kind->count; i++) {
		const struct import_field *field = &kind->fields[i];
		const struct load_value *value = &cells[i].value;
		enum load_kind referred = field->referred;
		int64_t id = -1;
		int known = 1;

		if (field->refers && value->type == LOAD_INTEGER)
			id = value->integer;
		if (field->type == IMPORT_PERMISSION && value->type == LOAD_TEXT) {
			(void)permission_parse(value->text, &id);
			referred = LOAD_CONTAINERS;
		}
		if (field->type == IMPORT_STORE_TYPE && value->type == LOAD_TEXT)
			known = import_look_up_short_name(import, field, &cells[i], err);
		else if (id != -1)
			known = import_look_up(import, field, referred, id, err);
		if (known == -1)
			return -1;
		*good = *good && known == 1;
	}
	return 0;
}

/* ---- records ------------------------------------------------------------------------------- */

int
import_load_values(struct import *import, const struct load_value *values, struct error *err)
{
	enum load_result result;

	load_place(import->load, import->file, import->line);
	if (load_record(import->load, values, &result, err) == -1)
		return -1;
	if (import->options->kind->load == LOAD_STORES &&
	    import_password_keep(import, &values[0], &result, err) == -1)
		return -1;
	switch (result) {
	case LOAD_NEW:
		import->counts->fresh++;
		break;
	case LOAD_CHANGED:
		import->counts->changed++;
		break;
	case LOAD_UNCHANGED:
		import->counts->unchanged++;
		break;
	case LOAD_RENUMBERED:
		import->counts->renumbered++;
		break;
	case LOAD_TAKEN:
	case LOAD_OTHER_PRINT:
		import_conflict(import, result, values);
		break;
	}
	return 0;
}

static int
import_load_cells(struct import *import, const struct import_cell *cells, struct error *err)
{
	struct load_value values[LOAD_COLUMNS] = {0}; /* LOAD_KEEP */

	for (size_t i = 0; i < import->options->kind->count && i < LOAD_COLUMNS; i++)
		values[i] = cells[i].value;
	return import_load_values(import, values, err);
}

static void
import_note_key(struct import *import, const struct import_cell *cells)
{
	const struct import_kind *kind = import->options->kind;

	for (size_t i = 0; i < kind->count; i++)
		if (strcmp(kind->fields[i].name, "HasPrivateKey") == 0 &&
		    cells[i].value.type == LOAD_INTEGER) {
			import->with_key += cells[i].value.integer != 0;
			import->without_key += cells[i].value.integer == 0;
		}
}

void
import_warn_keys(struct import *import)
{
	if (import->without_key > 0 && import->with_key == 0)
		import_say(import, IMPORT_WARNING, import_place(import, "HasPrivateKey"),
		    "no certificate has a private key: the server says so unless it is asked, "
		    "with includeHasPrivateKey=true");
	import->with_key = import->without_key = 0;
}

/* An object without certificate: an entry that is gone, or no entry at all, as an error's body. */
static void
import_take_bare(
    struct import *import, const struct value *certificates, const struct import_cell *cells)
{
	if (cells[ITEM_ALIAS].value.type != LOAD_TEXT) {
		import_fault(import, NULL, "no entry of an inventory: expected " IMPORT_ENTRIES);
		return;
	}
	if (certificates->type == VALUE_ABSENT)
		import->names_alone++;
	else
		import->entries++;
	import_warn_gone(import, cells);
}

/* A record of an inventory: an item, or an entry as the server prints it. */
static int
import_take_item(struct import *import, const struct record *record, struct import_cell *cells,
    struct error *err)
{
	const struct value *certificates;
	bool has_certificate = cells[ITEM_CERTIFICATE].value.type == LOAD_INTEGER ||
			       cells[ITEM_THUMBPRINT].value.type == LOAD_TEXT;

	if (!import_has_members(import))
		return import_item(import, cells, err);
	certificates = &record->values[import->options->kind->count + MEMBER_CERTIFICATES];
	if (value_is_absent(certificates) && record->json && !has_certificate) {
		import_take_bare(import, certificates, cells);
		return 0;
	}
	import->entries++;
	if (certificates->type == VALUE_NESTED)
		return import_entry(import, certificates, cells, err);
	if (value_is_absent(certificates))
		return import_item(import, cells, err);
	import_not_nested(import, "Certificates", certificates, "an array of objects");
	return 0;
}

/* A record of a load, and the locations of a certificate. */
static int
import_take_loaded(struct import *import, const struct record *record, struct import_cell *cells,
    bool good, struct error *err)
{
	const struct import_kind *kind = import->options->kind;

	if (import_check_references(import, cells, &good, err) == -1)
		return -1;
	if (good && kind->load == LOAD_CERTIFICATES)
		import_note_key(import, cells);
	if (good && import_load_cells(import, cells, err) == -1)
		return -1;
	if (!import->options->locations)
		return 0;
	return import_locations(
	    import, &record->values[kind->count + MEMBER_LOCATIONS], cells[0].value.integer, err);
}

int
import_take_record(struct import *import, const struct record *record, struct error *err)
{
	struct import_cell cells[IMPORT_FIELDS] = {0};
	bool good;

	import->counts->records++;
	import->line = record->line;
	import->hides = import_hides_values(import, record);
	if (record->fault != NULL) {
		import_fault(import, record->fault_field, record->fault);
		return 0;
	}
	if (import_parse_record(import, record, cells, &good, err) == -1)
		return -1;
	if (import->options->kind->is_inventory)
		return good ? import_take_item(import, record, cells, err) : 0;
	return import_take_loaded(import, record, cells, good, err);
}
