#ifndef BATCH_IMPORT_SCAN_PRINTS_H
#define BATCH_IMPORT_SCAN_PRINTS_H

#include "certificates/certificate.h"

#include <stdbool.h>

/*
 * The certificates that a scan has loaded already, by their SHA-256: most chains end with the same
 * ones.
 */
struct scan_print {
	char sha256[CERTIFICATE_SHA256_SIZE]; /* "": a free place */
	bool has_key;                         /* it is known by then that its key is there */
	int64_t certificate;                  /* its id */
};

struct scan_prints {
	struct scan_print *places; /* a power of two of them, at most half of them taken */
	size_t size, count;
};

void scan_prints_release(struct scan_prints *);

/* The one of this SHA-256; NULL where there is none. Until the next one is added. */
struct scan_print *scan_prints_find(const struct scan_prints *, const char *sha256);
/* Adds one that is not there. -1 and err. */
int scan_prints_add(struct scan_prints *, const struct scan_print *, struct error *);

#endif
