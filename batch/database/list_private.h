#ifndef BATCH_DATABASE_LIST_PRIVATE_H
#define BATCH_DATABASE_LIST_PRIVATE_H

#include "database/list.h"
#include "database/walk_private.h"
#include "model/guid.h"

/* For list*.c alone: what each kind of list is made of (list_kind.c), what its filters name
 * (list_filter.c), what no statement says (list_amend.c), and what is found before a list is read
 * (list_expiring.c). */

#define LIST_KEYS 3 /* the most columns of a key */

struct list_source {
	const struct list_column *columns;
	size_t count;
	const int *stored; /* what the columns of the statement may hold */
	size_t stored_count;
	const enum list_filter *filters; /* in the order of the parameters of the statement */
	size_t filter_count;
	enum sql page_end; /* SQL_NONE: the statement pages by position */
	enum sql statement;
	/* The first and the last id of the rows of a run; NULL: they are not of runs. */
	int (*span)(struct database *, int64_t run, int64_t *first, int64_t *last, struct error *);
	int (*amend)(struct walk *, const void *, struct error *); /* of the walk; or NULL */
	/* Fills the temporary tables that the statement reads. NULL: it reads none. */
	int (*fill)(struct database *, const struct list_value *filters,
	    const volatile sig_atomic_t *stop, struct error *);
	enum sql tear_down; /* a script: drops them */
	/* Where texts are the key: of the row after which a page starts, these columns are the
	 * first parameters after ?2, and all are '' at the start. */
	size_t keys[LIST_KEYS];
	size_t key_count;
};

extern const struct list_source list_sources[LIST_KINDS];

/* list_amend.c: a store that is not readable has a text, its own or that of its word; the text of a
 * refusal is its own, or that of its code; the messages of a rejected row become what the results
 * have; extended key usages are an array in JSON. */
int list_amend_store(struct walk *, const void *, struct error *);
int list_amend_refusal(struct walk *, const void *, struct error *);
int list_amend_rejection(struct walk *, const void *, struct error *);
int list_amend_certificate(struct walk *, const void *, struct error *);

/* list_expiring.c: which certificates expire, what replaces them and where; a successor whose names
 * are others after all is none. */
int list_fill_expiring(struct database *, const struct list_value *filters,
    const volatile sig_atomic_t *stop, struct error *);
int list_amend_expiring(struct walk *, const void *, struct error *);

/* What the filters of a list name. */
struct list_found {
	char store[GUID_SIZE];
	int64_t certificate;
	int64_t first, last; /* the ids of the rows of the run */
};

/* Whether something has the name of such a filter. 0; -1 and err, ERROR_INPUT where nothing has. */
int list_name_verify(struct database *, enum list_filter, const char *text, struct error *);

/* Finds it. 0; -1 and err, ERROR_INPUT at the first filter that names nothing. */
int list_filters_find(struct database *, const struct list_source *,
    const struct list_value *filters, struct list_found *, struct error *);

#endif
