#ifndef BATCH_CERTIFICATES_RENEWAL_H
#define BATCH_CERTIFICATES_RENEWAL_H

#include "buffer.h"
#include "certificates/credential.h"
#include "certificates/store_file.h"

/*
 * The contents of a store (PEM, DER or PKCS#12) with the new certificate in the place of the old
 * one: bytes in, bytes out; no file is touched here.
 */

/* What is there now, at the alias or, where the file has no entry of that alias, anywhere in it. */
enum renewal_sight {
	RENEWAL_NOTHING, /* no file, an empty one, no such entry */
	RENEWAL_OLD,
	RENEWAL_NEW,  /* with its own key, where the store holds keys */
	RENEWAL_HALF, /* the new certificate with another key: an earlier try was cut off */
	RENEWAL_OTHER
};

struct renewal_password {
	const char *text; /* UTF-8, with a NUL; NULL: none is known */
	size_t length;
};

struct renewal {
	/* What is given. */
	enum store_format format;
	struct file_bytes file;     /* borrowed; bytes NULL: there is no such file */
	struct file_bytes key_file; /* of PEM, likewise */
	bool has_key_file;          /* the store has a SeparatePrivateKeyFilePath */
	bool trust_store;    /* of PEM: each certificate is an entry, without key and chain */
	bool includes_chain; /* of a file that is made (create) */
	const char *alias, *old_thumbprint, *new_thumbprint; /* hexadecimal; alias may be NULL */
	/* The store's opens and closes a PKCS#12 store, and encrypts the key of a PEM store whose
	 * key was encrypted; the row's, where there is one, encrypts the key of a PEM store. */
	struct renewal_password store_password, row_password;
	bool create;            /* also where there is nothing */
	bool legacy;            /* encryption weaker than PBES2 with AES stays as it was found */
	int64_t (*ticks)(void); /* as struct pkcs12_options has them */
	int64_t deadline;

	/* What came of it. */
	enum renewal_sight sight;
	bool holds_key;     /* what is replaced has a key, or what is made gets one */
	bool key_was_plain; /* of PEM: and it was not encrypted */
	bool key_is_plain;  /* of renewal_make(): the new one is not */
	size_t chain;       /* likewise: certificates of issuers that were written */
	struct buffer new_file, new_key_file; /* of renewal_make(); owned */
	struct install_reason reason;
};

/*
 * Looks what is there: 0 and sight, holds_key, key_was_plain; -1 and the reason (INSTALL_UNREADABLE
 * where the store cannot be understood). Of an encrypted key in a PEM file that neither password
 * opens it is not known whose it is: then a new certificate is RENEWAL_HALF.
 */
int renewal_look(struct renewal *);

/*
 * Makes the new contents, after renewal_look(): of RENEWAL_OLD and RENEWAL_HALF, and with `create`
 * of RENEWAL_NOTHING. The layout is that of the old file: the order of its parts, a chain where
 * there was one (leaf to root, the root only where it was there), the form of the key, other
 * blocks, text and entries, names; encryption as found, but never weaker than PBES2 with AES unless
 * `legacy`. 0; -1 and the reason. new_key_file is empty where there is no separate file.
 */
int renewal_make(struct renewal *, const struct credential *);

void renewal_release(struct renewal *); /* wipes and frees what came of it */

#endif
