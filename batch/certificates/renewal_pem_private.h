#ifndef BATCH_CERTIFICATES_RENEWAL_PEM_PRIVATE_H
#define BATCH_CERTIFICATES_RENEWAL_PEM_PRIVATE_H

#include "certificates/credential_private.h"
#include "certificates/issuers_private.h"
#include "certificates/pem_private.h"
#include "certificates/pkcs12_private.h"
#include "certificates/renewal_private.h"

/* For this room alone: a store in PEM files that is renewed. */

enum pem_part_kind { PART_CERTIFICATE, PART_KEY, PART_PARAMETERS };

/* How a private key is written. */
enum pem_key_form { FORM_PKCS8, FORM_TRADITIONAL, FORM_SEALED, FORM_SEALED_TRADITIONAL };

/* A block of the files that may be replaced. */
struct pem_part {
	enum pem_part_kind kind;
	bool of_key_file;
	size_t begin, end;
	size_t pooled; /* of a certificate: its place in the pool */
	/* Of a key. */
	enum pem_key_form form;
	struct pem_block block;   /* its name, header and DER; owned, wiped */
	bool is_tried;            /* to open it, which takes as long as all the rest */
	EVP_PKEY *key;            /* NULL: it was not opened */
	bool store_opens;         /* the password of the store does */
	X509_SIG *sealed;         /* of FORM_SEALED */
	const EVP_CIPHER *cipher; /* of FORM_SEALED_TRADITIONAL; NULL: not known */
};

/* A store in PEM files that is renewed. */
struct renewal_pem {
	struct renewal *renewal;
	const struct credential *credential;
	struct entries_source source;
	struct pkcs12_options options;
	struct pkcs12 cost;
	struct pool pool;
	struct pem_part *parts;
	size_t part_count, part_capacity;
	bool in_key_file; /* that is read */
	bool has_message; /* a PKCS#7 message is in the file */
	size_t leaf;      /* what is replaced, in the pool; POOL_NONE: nothing is there */
	size_t key;       /* its key, the first of them in the parts; POOL_NONE: it has none */
	bool ambiguous;   /* several keys could be its own */

	struct issuers issuers; /* of the new certificate; the root only where there was one */
	unsigned char *goes;    /* certificates of the pool that the new chain replaces */
	const char *eol;        /* of the file's lines */
};

/* Reads both files and finds what is replaced. -1: the source has the reason. */
int renewal_pem_read(struct renewal_pem *);
/* What came of it, with rc so far: what OpenSSL said while its memory was short is worth nothing.
 * Releases all but the renewal. */
int renewal_pem_close(struct renewal_pem *, unsigned long shortages, int rc);

/* The key of a part, opened with the password of the store, else that of the row, which an earlier
 * try may have written. The part's. NULL: it is not opened, and cannot be compared. */
const EVP_PKEY *renewal_pem_key(struct renewal_pem *, struct pem_part *);

/* The certificate of the thumbprint where it is an entry of the store: a leaf, or in a trust store
 * any. POOL_NONE: it is not there. */
size_t renewal_pem_find(const struct renewal_pem *, const char *thumbprint);

/* Whether the part is the key that is replaced, or the same key once more: both files may have it.
 */
bool renewal_pem_is_key(struct renewal_pem *, size_t part);

/* Finds the issuers that are written, and marks those that go. -1: the renewal or the source has
 * the reason. */
int renewal_pem_find_chain(struct renewal_pem *);

/*
 * Each adds a block, with the lines of the file and without the end of the last one: a certificate;
 * the curve of the new key, as it is before its traditional form; the new key, where `old` is NULL
 * if there was none. -1: the renewal or the source has the reason.
 */
int renewal_pem_add_certificate(struct renewal_pem *, struct buffer *, X509 *);
int renewal_pem_add_parameters(struct renewal_pem *, struct buffer *);
int renewal_pem_add_key(struct renewal_pem *, struct buffer *, struct pem_part *old);

/* Whether the new key is encrypted as a whole again, as the old one is. */
bool renewal_pem_keeps_traditional(const struct renewal_pem *, const struct pem_part *old);

#endif
