#ifndef BATCH_IMPORT_FOUND_H
#define BATCH_IMPORT_FOUND_H

#include "certificates/certificate.h"

/* The certificates that were found in files. */

struct found {
	struct certificate certificate;
	char *path;   /* of the file; owned */
	size_t file;  /* the index of the path that was given */
	size_t order; /* in which it was found */
	bool has_key; /* its private key is there too */
	bool is_leaf; /* it is no member of the chain of another one */
};

struct found_list {
	struct found *items;
	size_t count, capacity;
};

void found_list_release(struct found_list *);

struct import;
struct load;

/* The id of the certificate that is known by one of its digests, below 0 where the server does not
 * know it; 0: none is. *print is that digest, else the SHA-1. 0, or -1 and err. */
int found_find_known(
    struct load *, const struct certificate *, const char **print, int64_t *known, struct error *);

/* Takes one over, in any case. -1 and err: no memory. */
int import_found_add(struct import *, struct found *, struct error *);

/*
 * After the last file: loads each certificate once, under the Id that its thumbprint has; else the
 * one end-entity certificate gets options->id; else with options->assign the next free Id; else it
 * is kept as one that the server does not know. -1 and err.
 */
int import_found_load(struct import *, struct error *);

#endif
