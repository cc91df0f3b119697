#ifndef BATCH_IMPORT_IMPORT_PRIVATE_H
#define BATCH_IMPORT_IMPORT_PRIVATE_H

#include "certificates/certificate.h"
#include "import/found.h"
#include "import/import.h"
#include "import/password.h"
#include "import/properties.h"
#include "import/types.h"
#include "input/source.h"
#include "model/guid.h"
#include "read/json_nested.h"

/* What is expected of an inventory as the server prints it. */
#define IMPORT_ENTRIES "Name and Certificates, or an empty array where the store is empty"

/*
 * An import that is running. The records of seven kinds go into a load, those of an inventory into
 * items; the other is NULL, unless certificates are loaded with their locations.
 */
struct import {
	const struct import_options *options;
	const struct context *context;
	struct database *db;
	int64_t now;
	size_t file;             /* the index of the path that is read */
	const char *path;        /* the file in a folder that is read; NULL: that of the index */
	struct found_list found; /* in certificate files */
	bool providers;          /* pkcs12_begin() was called */
	uint64_t line;           /* of the record that is read; 0: of none */
	/* Messages are about this element of this field of the record; NULL: about the record. */
	const char *within;
	size_t element;
	uint64_t told[IMPORT_MESSAGES]; /* how many were reported */
	struct load *load;
	struct inventory *items;
	uint64_t item_count; /* that were added */
	int64_t store;       /* of all items, with options->store */
	int64_t *dated;      /* by file: when items of it were found that do not say it */
	bool future_told;
	uint64_t with_key, without_key; /* certificates of this file that say so */
	/* Of this file, with options->store: records with Certificates or one, and those without.
	 */
	uint64_t entries, names_alone;
	struct import_types types;
	struct json_nested nested;
	struct buffer names, usages; /* of the record that is read */
	struct buffer content;       /* the bytes of its certificate */
	struct certificate certificate;
	struct import_properties properties; /* of the store that is read */
	struct import_password password;
	bool hides;            /* values of the record that is read are in no message */
	struct buffer unknown; /* algorithms that were reported, each with its NUL */
	struct import_counts *counts;
	struct error message; /* the one that is reported; it is large */
};

/* fault.c: a field of the record that is read. */
struct error_place import_place(const struct import *, const char *field);

/* Counts a fault or warning, and reports it unless there were IMPORT_TOLD of its sort. */
void import_say(struct import *, enum import_message, struct error_place, const char *format, ...)
    ERROR_PRINTF(4, 5);
/* A fault of the record that is read. */
void import_fault(struct import *, const char *field, const char *text);

/* conflict.c: a certificate that is not loaded, LOAD_TAKEN or LOAD_OTHER_PRINT: reports the fault.
 */
void import_conflict(
    struct import *, enum load_result, const struct load_value values[LOAD_COLUMNS]);
/* After the last record of a load: what refers to certificates follows those that were renumbered.
 * Reports the certificates that lost their Id. -1 and err. */
int import_settle(struct import *, struct error *);

/* The fault of a value that is neither an array nor an object, or not the one that is expected. */
void import_not_nested(
    struct import *, const char *field, const struct value *, const char *expected);
/* Whether the element at hand of import->nested is an object: 1, 0 and a fault reported; -1 and
 * err.
 */
int import_is_object(struct import *, struct error *);

/* record.c: whether the further members of the kind are read. */
bool import_has_members(const struct import *);
/* With --store no record names its store, and none may. */
bool import_field_is_taken(const struct import *, size_t field);
/* Counts the record and takes it; its faults are reported. -1 and err. */
int import_take_record(struct import *, const struct record *, struct error *);
/* Loads a record, whose values are the columns of its kind, and counts it. -1 and err. */
int import_load_values(struct import *, const struct load_value *, struct error *);
/* After a file: warns where none of its certificates has a private key. */
void import_warn_keys(struct import *);

/* content.c: where a record of a certificate has the certificate itself, that decides; it fills the
 * cells, whose texts live until the next record. *good stays as it is, or a fault was reported and
 * it is set false. -1 and err. */
int import_content(struct import *, struct import_cell *cells, bool *good, struct error *);

/*
 * store.c: whether no value of a record may be in a message: where its columns have shifted, any of
 * them may be the password.
 */
bool import_hides_values(const struct import *, const struct record *);
/* Reads the Properties of a store into the cells of their columns, and its Password. *good stays as
 * it is, or a fault was reported and it is set false. -1 and err. */
int import_store(
    struct import *, const struct record *, struct import_cell *cells, bool *good, struct error *);

/* second.c: whether a field has further places. */
bool import_has_second(const struct import_kind *, size_t field);
/*
 * Reads the further places of fields (struct import_second) into the cells; what contradicts a
 * cell is a fault that names both places. *good stays as it is, or is set false. Texts live until
 * import->nested begins anew. -1 and err.
 */
int import_read_seconds(
    struct import *, const struct record *, struct import_cell *, bool *good, struct error *);

/* date.c: how items are dated that do not say when they were found. Of the file that is read. */
void import_date_file(struct import *, const struct source *);
/* When an item was found: as its cell says, else as its file is dated; never later than now. */
int64_t import_date(struct import *, const struct import_cell *);

/* item.c: a record of an inventory, its values parsed; a fault of its own is reported. -1 and err.
 */
int import_item(struct import *, const struct import_cell *cells, struct error *);
/* Likewise of an entry as the server prints it: certificates under one alias, by ChainLevel. */
int import_entry(
    struct import *, const struct value *certificates, struct import_cell *cells, struct error *);
/* Warns of an entry without certificates. */
void import_warn_gone(struct import *, const struct import_cell *cells);
/* 1 and *store, 0 and a fault reported; -1 and err. */
int import_find_store(
    struct import *, const struct load_value *guid, int64_t *store, struct error *);
int import_add_item(struct import *, const struct inventory_item *, struct error *);
/* Merges all items into the inventory; reports what does not go together. -1 and err. */
int import_merge(struct import *, struct error *);

/* location.c: the locations of a certificate, as items. -1 and err. */
int import_locations(
    struct import *, const struct value *locations, int64_t certificate, struct error *);

#endif
