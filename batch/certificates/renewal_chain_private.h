#ifndef BATCH_CERTIFICATES_RENEWAL_CHAIN_PRIVATE_H
#define BATCH_CERTIFICATES_RENEWAL_CHAIN_PRIVATE_H

#include "certificates/credential_private.h"
#include "certificates/issuers_private.h"
#include "certificates/pkcs12_private.h"
#include "model/install.h"

/*
 * For this room alone: the issuers of an entry of a PKCS#12 file that is renewed. The old ones go
 * where they have no name of their own and no other entry needs them; a name that is the subject,
 * as Java has it, is none.
 */
struct renewal_chain {
	struct pkcs12 *p;
	const struct credential *credential;
	size_t entry;   /* POOL_NONE: it is a new one */
	bool is_wanted; /* of a new one: it gets a chain */

	struct issuers issuers; /* of the new certificate; the root only where it was */
	unsigned char *marks;   /* of the certificates of the pool; see renewal_chain.c */
	bool has_subjects;      /* old ones are named by their subjects, and so are new ones */
};

/*
 * Finds the new issuers, among those that came with the certificate and in the file, and the old
 * ones, which are looked for before a bag is changed. 0; -1 and the reason (INSTALL_NO_CHAIN), or
 * as the functions of pkcs12_write_private.h. To be released in any case.
 */
int renewal_chain_find(struct renewal_chain *, struct install_reason *);
void renewal_chain_release(struct renewal_chain *);

/* Whether it is in the file too. */
bool renewal_chain_is_there(const struct renewal_chain *, const X509 *);

/* Puts the new issuers where the first old one was that goes, else after the entry's certificate.
 * As the functions of pkcs12_write_private.h. */
int renewal_chain_put(struct renewal_chain *);

#endif
