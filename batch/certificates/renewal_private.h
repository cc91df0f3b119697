#ifndef BATCH_CERTIFICATES_RENEWAL_PRIVATE_H
#define BATCH_CERTIFICATES_RENEWAL_PRIVATE_H

#include "certificates/pem.h"
#include "certificates/renewal.h"

/* For this room alone: what the formats share, and renewal_look() and renewal_make() of each. */

/* Whether the thumbprint, which may be NULL, is the one of the certificate. */
bool renewal_is(const char *print, const char *thumbprint);
/* The reason from a source that could not be read. Returns -1. */
int renewal_refuse(struct renewal *, const struct entries_source *);

/* 0 where what was seen is to be replaced, or nothing is there and `create`; else -1, the reason.
 */
int renewal_require_old(struct renewal *);

int renewal_pem_look(struct renewal *);
/* The parts of the old files stay where they are, byte for byte, but for the certificate, its key
 * and its chain. */
int renewal_pem_make(struct renewal *, const struct credential *);

int renewal_pkcs12_look(struct renewal *);

/*
 * The same safes with the same bags in the same order: the entry's certificate and key are the new
 * ones, with the attributes of the old ones; its issuers are those of the new certificate, where no
 * other entry needs the old ones. INSTALL_NO_PASSWORD also where the store's password does not open
 * the key that is to be replaced: then its user has another one.
 */
int renewal_pkcs12_make(struct renewal *, const struct credential *);

#endif
