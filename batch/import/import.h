#ifndef BATCH_IMPORT_IMPORT_H
#define BATCH_IMPORT_IMPORT_H

#include "program/context.h"
#include "import/certificate_file.h"
#include "import/kind.h"
#include "crypto/passphrase.h"
#include "database/inventory.h"
#include "import/settle.h"
#include "read/reader.h"

/*
 * Loads files of records of one kind into the inventory, all in one transaction: whole, or where
 * there is any fault not at all. Certificates may bring the inventory of their locations with them.
 */
enum import_message { IMPORT_FAULT, IMPORT_WARNING, IMPORT_MESSAGES };
#define IMPORT_TOLD 1000 /* how many of each sort are reported; the rest is counted */

struct import_options {
	const struct import_kind *kind;
	const char *const *paths;
	size_t path_count;
	enum format format;    /* FORMAT_AUTO: each file's own */
	enum import_form form; /* FORM_RECORDS: each file's own, unless `format` says what it is */
	const struct passphrase *passphrase; /* of PKCS#12 files; NULL: none */
	int64_t id;           /* of the one end-entity certificate of the files; 0: none */
	bool assign;          /* certificates of files that are not known get the next free Ids */
	char delimiter;       /* of CSV; '\0': found from the header */
	const char *encoding; /* as reader_options have it */
	bool complete;        /* see enum load_kind; with `locations` it has no other effect */
	bool clear_passwords; /* of the stores that no record gives one for */
	bool renumber;        /* see load_renumber() */
	bool locations; /* of certificates: their Locations are the inventory of the stores there */
	const char
	    *store; /* inventory: the STORE that all records are about; NULL: each names its own */
	/* When items were found that do not say it. false: each file when it was last modified */
	bool has_as_of;
	int64_t as_of; /* milliseconds since 1970 */
	/* Gets each fault and warning, as file, line, field and text. */
	void (*tell)(const void *closure, enum import_message, const struct error *);
	const void *closure;
};

struct import_counts {
	uint64_t records; /* read, those with faults included */
	uint64_t fresh, changed, unchanged;
	uint64_t renumbered;           /* certificates that have got another Id */
	int64_t removed;               /* marked as removed, or taken back */
	uint64_t unknown;              /* certificates of files that have no Id */
	uint64_t locations;            /* read, of certificates */
	struct inventory_counts items; /* of an inventory */
	struct settle_counts settled;  /* by it */
	uint64_t untold[IMPORT_MESSAGES];
	uint64_t faults;
	bool begun;      /* the counts were filled */
	bool committing; /* a failure may be that of the commit itself */
};

/*
 * 0 when all is committed. -1 and err when nothing is or, where counts->committing, when that is
 * not known. ERROR_INPUT where there are faults: they were reported. A signal in context->stop ends
 * it with ERROR_SIGNAL plus its number.
 */
int import_files(const struct import_options *, const struct context *, struct database *,
    struct import_counts *, struct error *);

#endif
