#include "import/import.h"

#include "import/import_private.h"
#include "database/store.h"
#include "program/progress.h"
#include "read/names.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

static int
import_stopped(const struct import *import, struct error *err)
{
	return stop_asked(import->context->stop, err, NULL, "interrupted: nothing was loaded");
}

/* Whether the header has another column of the field. */
static bool
import_has_other_column(const struct import_kind *kind, const struct reader *reader, size_t field)
{
	for (size_t i = 0; i < kind->second_count; i++)
		if (kind->seconds[i].field == field && kind->seconds[i].inner == NULL &&
		    reader_has(reader, kind->count + kind->seconds[i].member))
			return true;
	return false;
}

/* With --store every record needs an Alias in place of the store. */
static bool
import_needs_column(const struct import *import, size_t field)
{
	const struct import_options *options = import->options;

	if (options->store != NULL && field == ITEM_ALIAS)
		return true;
	return options->kind->fields[field].required && !import_field_is_taken(import, field);
}

/* A CSV file without a column that every record needs: one fault, not one a record. */
static bool
import_lacks_column(struct import *import, const struct reader *reader)
{
	const struct import_kind *kind = import->options->kind;
	bool lacks = false;

	if (reader_format(reader) != FORMAT_CSV)
		return false;
	for (size_t i = 0; i < kind->count; i++) {
		if (!import_needs_column(import, i) || reader_has(reader, i) ||
		    (import_has_members(import) && import_has_other_column(kind, reader, i)))
			continue;
		import_say(import, IMPORT_FAULT, import_place(import, kind->fields[i].name),
		    "the header has no such column: expected one");
		lacks = true;
	}
	return lacks;
}

static void
import_warn_ignored(struct import *import, const struct reader *reader)
{
	size_t count;
	const char *const *names = reader_ignored(reader, &count);
	struct buffer list = {0};

	import->line = 0;
	for (size_t i = 0; i < count; i++)
		buffer_addf(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
	if (count > 0 && !list.failed)
		import_say(import, IMPORT_WARNING, import_place(import, NULL), "ignored %s: %s",
		    count == 1 ? "column" : "columns", list.bytes);
	buffer_release(&list);
}

/* The server's inventory of one store, and it is not said which: one fault, not one an entry. */
static bool
import_lacks_store(struct import *import, const struct reader *reader)
{
	static const char certificates[] = "Certificates";
	size_t count;
	const char *const *names = reader_names(reader, &count);

	if (!import->options->kind->is_inventory || import->options->store != NULL ||
	    (reader_has(reader, ITEM_STORE) && reader_has(reader, ITEM_ALIAS)))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!name_equal(names[i], strlen(names[i]), certificates, strlen(certificates)))
			continue;
		import_fault(import, NULL,
		    "an inventory as the server prints it for one store: expected --store STORE");
		return true;
	}
	return false;
}

/* What a file cannot be read for, whatever its records are. */
static bool
import_lacks(struct import *import, const struct reader *reader)
{
	if (import->options->locations && reader_format(reader) == FORMAT_CSV) {
		import_fault(import, NULL, "CSV, which has no Locations: expected JSON");
		return true;
	}
	return import_lacks_store(import, reader) || import_lacks_column(import, reader);
}

/* A file with --store: nothing in it does not say that the store is empty, nor do names alone. */
static void
import_end_store(struct import *import, const struct reader *reader, uint64_t records)
{
	if (records == 0 && reader_format(reader) != FORMAT_JSON)
		import_fault(import, NULL,
		    "no record: expected one, or an empty JSON array where the store is empty");
	if (import->names_alone > 0 && import->entries == 0)
		import_fault(import, NULL, "no record has Certificates: expected " IMPORT_ENTRIES);
}

/* After the last record of a file. */
static void
import_end_records(struct import *import, const struct reader *reader, uint64_t records)
{
	import_warn_ignored(import, reader);
	import_warn_keys(import);
	if (import->options->store != NULL)
		import_end_store(import, reader, records);
}

static int
import_read_records(struct import *import, struct reader *reader, struct error *err)
{
	uint64_t before = import->counts->records;
	const struct record *record;
	int rc;

	import->entries = import->names_alone = 0;
	if (import_lacks(import, reader))
		return 0;
	while ((rc = reader_next(reader, &record, err)) == 1) {
		progress_advance(record->length + 1);
		progress_add(1);
		if (import_stopped(import, err) == -1 ||
		    import_take_record(import, record, err) == -1)
			return -1;
	}
	if (rc == 0)
		import_end_records(import, reader, import->counts->records - before);
	return rc;
}

/* What the reader is asked for: the fields of the kind, and after them its further members. */
struct import_asked {
	const char *names[IMPORT_FIELDS + IMPORT_MEMBERS];
	bool raw[IMPORT_FIELDS + IMPORT_MEMBERS];
	struct fields fields;
};

static void
import_ask(const struct import *import, struct import_asked *asked)
{
	const struct import_kind *kind = import->options->kind;
	bool members = import_has_members(import);

	*asked = (struct import_asked){
	    .fields = {.names = asked->names, .count = kind->count, .raw = asked->raw}};
	for (size_t i = 0; i < kind->count; i++) {
		asked->names[i] = kind->fields[i].name;
		asked->raw[i] = kind->fields[i].type == IMPORT_INNER;
	}
	for (size_t i = 0; members && kind->members[i] != NULL; i++) {
		asked->raw[asked->fields.count] = true;
		asked->names[asked->fields.count++] = kind->members[i];
	}
	if (kind->unread != NULL && !members)
		asked->fields.dropped = kind->unread;
	while (asked->fields.dropped != NULL &&
	       asked->fields.dropped[asked->fields.dropped_count] != NULL)
		asked->fields.dropped_count++;
}

static int
import_read_source(struct import *import, const struct source *source, struct error *err)
{
	struct import_asked asked;
	struct reader_options options = {.name = source->name,
	    .format = import->options->format,
	    .delimiter = import->options->delimiter,
	    .encoding = import->options->encoding,
	    .fields = &asked.fields,
	    .long_records = true,
	    .wrapped = true};
	enum import_form form;
	struct reader *reader;
	int rc;

	if (import_form_of(import, source, &form, err) == -1)
		return -1;
	if (form != FORM_RECORDS) {
		rc = import_certificate_file(import, source, form, NULL, err);
		return rc == -1 ? -1 : source_changed(source, err);
	}
	import_ask(import, &asked);
	import_date_file(import, source);
	reader = reader_open(source->fd, &options, err);
	if (reader == NULL)
		return -1;
	progress_begin(source->name, "records", 0, 0);
	progress_measure((uint64_t)source->identity.st_size);
	rc = import_read_records(import, reader, err);
	reader_close(reader);
	return rc == -1 ? -1 : source_changed(source, err);
}

/* A file that cannot be used is a fault like others: the other files are still read. */
static int
import_read_file(struct import *import, struct error *err)
{
	const char *path = import->options->paths[import->file];
	struct source source = SOURCE_CLOSED;
	int rc;

	import->line = 0;
	if (import_is_folder(import, path))
		rc = import_folder(import, path, err);
	else if ((rc = source_open(&source, path, import->context->stop, err)) == 0) {
		rc = import_read_source(import, &source, err);
		source_close(&source);
	}
	if (rc == -1 && err->code == ERROR_INPUT) {
		import->line = err->line;
		import_fault(import, err->field, err->text);
		rc = 0;
	}
	return rc;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static int
import_begin(struct import *import, struct database *db, struct error *err)
{
	const struct import_options *options = import->options;
	char guid[GUID_SIZE];

	import->now = import->context->now();
	import->dated = calloc(options->path_count + 1, sizeof(*import->dated));
	if (import->dated == NULL)
		return error_memory(err);
	if (options->kind->is_inventory)
		import->items = inventory_begin(db, import->now, err);
	else
		import->load = load_begin(
		    db, options->kind->load, options->complete && options->kind->completes, err);
	if (import->load != NULL && options->renumber)
		load_renumber(import->load);
	if (import->load != NULL && options->locations)
		import->items = inventory_join(db, import->now, err);
	if (import->items == NULL && (import->load == NULL || options->locations))
		return -1;
	if (options->store == NULL)
		return 0;
	if (db_store_find(db, options->store, guid, err) == -1)
		return -1;
	return inventory_store(import->items, guid, GUID_SIZE - 1, &import->store, err) == -1 ? -1
											      : 0;
}

/* Without any item the store that --store names is empty. */
static int
import_say_empty(struct import *import, struct error *err)
{
	struct inventory_item item = {.store = import->store, .line = 1};

	import->file = 0;
	item.at = import_date(import, NULL);
	return import_add_item(import, &item, err);
}

/* Reports what does not go together, and brings it into the tables. */
static int
import_bring_together(struct import *import, struct error *err)
{
	if (import->load != NULL && import_settle(import, err) == -1)
		return -1;
	if (import->items == NULL || import->counts->faults > 0)
		return 0;
	if (import->options->store != NULL && import->item_count == 0 &&
	    import_say_empty(import, err) == -1)
		return -1;
	return import_merge(import, err);
}

/* Records without what --complete or --locations are about. */
static int
import_check_empty(const struct import *import, struct error *err)
{
	const struct import_counts *counts = import->counts;
	struct error_place place = {.field = import->options->kind->name};

	if (counts->faults > 0)
		return 0;
	if (import->options->complete && counts->records == 0)
		return error_set_at(err, ERROR_INPUT, place,
		    "--complete, and no record at all: expected one at least");
	if (import->options->locations && counts->locations == 0)
		return error_set_at(err, ERROR_INPUT, place,
		    "--locations, and no record has any: expected an export with "
		    "includeLocations=true");
	return 0;
}

/* Looks at the signals for the last time before the commit. */
static int
import_finish(struct import *import, struct error *err)
{
	const char *kind = import->options->kind->name;

	import->line = 0;
	if (import_check_empty(import, err) == -1 || import_bring_together(import, err) == -1)
		return -1;
	if (import->counts->faults > 0)
		return error_set_at(err, ERROR_INPUT, (struct error_place){.field = kind},
		    "%llu %s: nothing was loaded", (unsigned long long)import->counts->faults,
		    import->counts->faults == 1 ? "fault" : "faults");
	if (import_stopped(import, err) == -1)
		return -1;
	import->counts->committing = true;
	if (import->load != NULL)
		return load_finish(import->load, &import->counts->removed, err);
	return inventory_commit(import->items, err);
}

int
import_files(const struct import_options *options, const struct context *context,
    struct database *db, struct import_counts *counts, struct error *err)
{
	struct import import = {.options = options, .context = context, .db = db, .counts = counts};
	int rc;

	*counts = (struct import_counts){.begun = true};
	rc = import_begin(&import, db, err);
	for (; rc == 0 && import.file < options->path_count; import.file++)
		rc = import_read_file(&import, err);
	if (rc == 0)
		rc = import_found_load(&import, err);
	if (rc == 0)
		rc = import_finish(&import, err);
	found_list_release(&import.found);
	inventory_free(import.items);
	load_free(import.load);
	import_types_release(&import.types);
	json_nested_release(&import.nested);
	buffer_release(&import.names);
	buffer_release(&import.usages);
	buffer_release(&import.content);
	certificate_release(&import.certificate);
	import_properties_release(&import.properties);
	import_password_release(&import.password);
	buffer_release(&import.unknown);
	free(import.dated);
	return rc;
}
