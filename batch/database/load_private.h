#ifndef BATCH_DATABASE_LOAD_PRIVATE_H
#define BATCH_DATABASE_LOAD_PRIVATE_H

#include "database/load.h"

/* For load.c, and load_identity.c, which finds out what certificate a record is about. */

#define LOAD_THUMBPRINT 1 /* the column of LOAD_CERTIFICATES */

struct load {
	struct database *db;
	int64_t aside; /* the last id below 0 that was given; 0: none */
	int64_t given; /* the last Id that load_next_id() gave; 0: none */
	size_t file;   /* of the record */
	uint64_t line; /* likewise */
	enum load_kind kind;
	bool complete;
	bool joined; /* the transaction is another's */
	bool renumber;
	bool has_aside; /* some certificate is in temp.aside */
	bool adopting;  /* some placeholder has got an Id */
	bool adopted;   /* that of this record has */
	bool moving;    /* some certificate gets another Id */
	bool moved;     /* some store has got another client machine */
	struct load_conflict conflict;
};

/*
 * Before a certificate is kept under the Id, whose thumbprint (may be NULL) is a text: its
 * placeholder gives way, and with load_renumber() the certificate that has the thumbprint gets the
 * Id. *result is LOAD_RENUMBERED in that case, LOAD_TAKEN or LOAD_OTHER_PRINT where the two do not
 * go together, else LOAD_NEW. 0, or -1 and err.
 */
int load_identify(struct load *, int64_t id, const struct load_value *thumbprint,
    enum load_result *result, struct error *);

#endif
