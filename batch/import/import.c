#include "import/import.h"

#include "import/import_private.h"
#include "model/permissions.h"
#include "input/source.h"
#include "program/progress.h"
#include "stop.h"

#include <string.h>

/* Parses every field of the record and reports each fault. False when there was one. */
static bool
import_parse_record(struct import *import, const struct record *record, struct import_cell *cells)
{
	const struct import_kind *kind = import->options->kind;
	struct import_fault fault;
	bool good = true;

	for (size_t i = 0; i < kind->count; i++) {
		if (import_parse(
			&kind->fields[i], &record->values[i], &cells[i], &import->names, &fault))
			continue;
		import_fault(import, kind->fields[i].name, fault.text);
		good = false;
	}
	return good;
}

/* 1 where it is known, 0 and a fault reported where not; -1 and err. */
static int
import_look_up(struct import *import, const struct import_field *field, enum load_kind referred,
    int64_t id, struct error *err)
{
	int known = load_known(import->load, referred, id, err);
	bool container = referred == LOAD_CONTAINERS;

	if (known == 0)
		import_say(import, IMPORT_FAULT, import_place(import, field->name),
		    "no %s %lld is known: expected one that is, import %s first",
		    container ? "container" : "store type", (long long)id,
		    container ? "containers" : "store-types");
	return known;
}

/* Whether the records that this one names are known. *good stays as it is, or is set false. */
static int
import_check_references(
    struct import *import, const struct import_cell *cells, bool *good, struct error *err)
{
	const struct import_kind *kind = import->options->kind;

	for (size_t i = 0; i < kind->count; i++) {
		const struct import_field *field = &kind->fields[i];
		const struct load_value *value = &cells[i].value;
		enum load_kind referred = field->referred;
		int64_t id = -1;
		int known;

		if (field->refers && value->type == LOAD_INTEGER)
			id = value->integer;
		if (field->type == IMPORT_PERMISSION && value->type == LOAD_TEXT) {
			(void)permission_parse(value->text, &id);
			referred = LOAD_CONTAINERS;
		}
		known = id == -1 ? 1 : import_look_up(import, field, referred, id, err);
		if (known == -1)
			return -1;
		*good = *good && known == 1;
	}
	return 0;
}

static int
import_load_cells(struct import *import, const struct import_cell *cells, struct error *err)
{
	const struct import_kind *kind = import->options->kind;
	struct load_value values[LOAD_COLUMNS];
	enum load_result result;

	for (size_t i = 0; i < kind->count && i < LOAD_COLUMNS; i++)
		values[i] = cells[i].value;
	load_place(import->load, import->file, import->line);
	if (load_record(import->load, values, &result, err) == -1)
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
import_take_record(struct import *import, const struct record *record, struct error *err)
{
	struct import_cell cells[IMPORT_FIELDS];
	bool good;

	import->counts->records++;
	import->line = record->line;
	if (record->fault != NULL) {
		import_fault(import, record->fault_field, record->fault);
		return 0;
	}
	good = import_parse_record(import, record, cells);
	if (import->names.failed)
		return error_memory(err);
	if (import->items != NULL)
		return good ? import_item(import, cells, err) : 0;
	if (import_check_references(import, cells, &good, err) == -1)
		return -1;
	return good ? import_load_cells(import, cells, err) : 0;
}

static int
import_stopped(const struct import *import, struct error *err)
{
	return stop_asked(import->context->stop, err, NULL, "interrupted: nothing was loaded");
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
		if (!kind->fields[i].required || reader_has(reader, i))
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

static int
import_read_records(struct import *import, struct reader *reader, struct error *err)
{
	const struct record *record;
	int rc;

	if (import_lacks_column(import, reader))
		return 0;
	while ((rc = reader_next(reader, &record, err)) == 1) {
		progress_add(1);
		if (import_stopped(import, err) == -1 ||
		    import_take_record(import, record, err) == -1)
			return -1;
	}
	if (rc == 0)
		import_warn_ignored(import, reader);
	return rc;
}

static int
import_read_source(struct import *import, const struct source *source, struct error *err)
{
	const struct import_kind *kind = import->options->kind;
	const char *names[IMPORT_FIELDS];
	struct fields fields = {.names = names, .count = kind->count};
	struct reader_options options = {.name = source->name,
	    .format = import->options->format,
	    .delimiter = import->options->delimiter,
	    .encoding = import->options->encoding,
	    .fields = &fields,
	    .long_records = true};
	struct reader *reader;
	int rc;

	for (size_t i = 0; i < kind->count; i++)
		names[i] = kind->fields[i].name;
	fields.dropped = kind->unread;
	while (kind->unread != NULL && kind->unread[fields.dropped_count] != NULL)
		fields.dropped_count++;
	reader = reader_open(source->fd, &options, err);
	if (reader == NULL)
		return -1;
	progress_begin(source->name, "records", 0, 0);
	rc = import_read_records(import, reader, err);
	reader_close(reader);
	return rc == -1 ? -1 : source_changed(source, err);
}

/* A file that cannot be used is a fault like others: the other files are still read. */
static int
import_read_file(struct import *import, struct error *err)
{
	struct source source;
	int rc = source_open(
	    &source, import->options->paths[import->file], import->context->stop, err);

	import->line = 0;
	if (rc == 0) {
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

static int
import_begin(struct import *import, struct database *db, struct error *err)
{
	const struct import_options *options = import->options;

	if (options->kind->is_inventory)
		import->items = inventory_begin(db, import->context->now(), err);
	else
		import->load = load_begin(db, options->kind->load, options->complete, err);
	if (import->load != NULL && options->renumber)
		load_renumber(import->load);
	return import->items == NULL && import->load == NULL ? -1 : 0;
}

/* Looks at the signals for the last time before the commit. */
static int
import_finish(struct import *import, struct error *err)
{
	const char *kind = import->options->kind->name;

	if (import->options->complete && import->counts->records == 0 &&
	    import->counts->faults == 0)
		return error_set_at(err, ERROR_INPUT, (struct error_place){.field = kind},
		    "--complete, and no record at all: expected one at least");
	if (import->load != NULL && import_settle(import, err) == -1)
		return -1;
	if (import->items != NULL && import->counts->faults == 0 && import_merge(import, err) == -1)
		return -1;
	if (import->counts->faults > 0)
		return error_set_at(err, ERROR_INPUT, (struct error_place){.field = kind},
		    "%llu %s: nothing was loaded", (unsigned long long)import->counts->faults,
		    import->counts->faults == 1 ? "fault" : "faults");
	if (import_stopped(import, err) == -1)
		return -1;
	import->counts->committing = true;
	if (import->items != NULL)
		return inventory_commit(import->items, err);
	return load_finish(import->load, &import->counts->removed, err);
}

int
import_files(const struct import_options *options, const struct context *context,
    struct database *db, struct import_counts *counts, struct error *err)
{
	struct import import = {.options = options, .context = context, .counts = counts};
	int rc;

	*counts = (struct import_counts){.begun = true};
	rc = import_begin(&import, db, err);
	for (; rc == 0 && import.file < options->path_count; import.file++)
		rc = import_read_file(&import, err);
	if (rc == 0)
		rc = import_finish(&import, err);
	load_free(import.load);
	inventory_free(import.items);
	buffer_release(&import.names);
	return rc;
}
