#ifndef BATCH_DATABASE_EXPIRY_H
#define BATCH_DATABASE_EXPIRY_H

#include "database/database.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * When the certificates expire that are in use: those at some location of a store that is not
 * removed. A certificate is expired from its NotAfter on.
 */
struct expiry {
	bool has_earliest; /* false: none is in use that has a NotAfter and is not expired */
	int64_t earliest;  /* the first NotAfter of those that are not, in milliseconds */
	uint64_t expired;  /* how many are, certificates, not places */
};

/*
 * At the time `now`, in milliseconds. It is read a page at a time, in memory that does not grow
 * with the database. stop may be NULL. 0; -1 and err, ERROR_SIGNAL plus the signal when it was
 * stopped: then the struct is all 0.
 */
int database_expiry(struct database *, int64_t now, const volatile sig_atomic_t *stop,
    struct expiry *, struct error *);

#endif
