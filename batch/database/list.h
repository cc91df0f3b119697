#ifndef BATCH_DATABASE_LIST_H
#define BATCH_DATABASE_LIST_H

#include "buffer.h"
#include "database/database.h"

/*
 * What the inventory knows, as rows of cells. It is read a page at a time, each in a short
 * transaction of its own: a list that waits for its reader never keeps a writer waiting.
 */
enum list_kind {
	LIST_STORES,                /* container, type, machine, not-approved, removed */
	LIST_STORE,                 /* store */
	LIST_CERTIFICATES,          /* expiring-before, issuer, revoked, in-use, unused, unknown */
	LIST_CERTIFICATE,           /* certificate */
	LIST_CERTIFICATE_PRINT,     /* thumbprint */
	LIST_CERTIFICATES_NAMED,    /* name */
	LIST_LOCATIONS,             /* machine, container */
	LIST_LOCATIONS_CERTIFICATE, /* certificate, machine, container */
	LIST_LOCATIONS_STORE,       /* store, certificate, machine, container */
	LIST_STANDING,              /* certificate: the locations in which it stands */
	LIST_ITEMS,                 /* store: what the last inventory found in it, chains too */
	LIST_KINDS
};

/* What narrows a list. Texts match without regard to case where they are names. */
enum list_filter {
	LIST_BY_CONTAINER,   /* text: id or name */
	LIST_BY_TYPE,        /* text: number or short name */
	LIST_BY_MACHINE,     /* text */
	LIST_NOT_APPROVED,   /* being set */
	LIST_REMOVED,        /* being set */
	LIST_BEFORE,         /* integer: NotAfter is before, in milliseconds */
	LIST_BY_ISSUER,      /* text: some part of IssuerDN */
	LIST_REVOKED,        /* being set */
	LIST_IN_USE,         /* being set */
	LIST_UNUSED,         /* being set */
	LIST_UNKNOWN,        /* being set: seen in a store, not known to the server */
	LIST_BY_CERTIFICATE, /* integer: as list_page.position.id gives it */
	LIST_BY_THUMBPRINT,  /* text: upper-case hexadecimal */
	LIST_BY_STORE,       /* text: GUID in lower case */
	LIST_BY_NAME,        /* text: common name, DNS name or whole DN */
	LIST_FILTERS
};

struct list_value {
	const char *text; /* NULL: an integer, or not there */
	int64_t integer;
	bool there;
};

enum list_type {
	LIST_TEXT,
	LIST_INTEGER,
	LIST_BOOLEAN,
	LIST_TIME,
	LIST_NAMES, /* SubjectAltNameElements: a text of DNS names, a JSON array behind it */
};

struct list_column {
	const char *name;
	enum list_type type;
};
#define LIST_COLUMNS 16 /* the most that a kind has */

/* In the order of the cells of a row. */
const struct list_column *list_columns(enum list_kind, size_t *count);

struct list_cell {
	bool there;
	int64_t integer; /* LIST_INTEGER, LIST_BOOLEAN, LIST_TIME */
	size_t text;     /* offsets in the page's texts, each NUL-terminated */
	size_t json;     /* LIST_NAMES */
};

struct list_page {
	struct list_cell *cells; /* rows x columns */
	size_t rows;
	size_t columns;
	size_t capacity;
	struct buffer texts;
	struct list_position {
		int64_t group, id;
	} position; /* of its last row: where the next page starts */
};
#define LIST_START ((struct list_position){INT64_MIN, INT64_MIN})

/*
 * Reads the page behind page->position, LIST_START at first; 0 rows at the end. `filters` are
 * LIST_FILTERS values, of which those that the kind knows are looked at. 0, or -1 and err.
 */
int list_page_read(struct list_page *, struct database *, enum list_kind,
    const struct list_value *filters, struct error *);
const char *list_page_text(const struct list_page *, size_t offset);
void list_page_release(struct list_page *);

#endif
