#ifndef BATCH_CERTIFICATES_STORE_FILE_H
#define BATCH_CERTIFICATES_STORE_FILE_H

#include "certificates/entries.h"
#include "certificates/file.h"

/* A certificate store that is a file. */

enum store_format {
	STORE_FORMAT_NONE, /* no file format, or one that is not known */
	STORE_FORMAT_PEM,
	STORE_FORMAT_DER,
	STORE_FORMAT_PKCS12,
	STORE_FORMAT_JKS, /* JKS and JCEKS, and a PKCS#12 file in their place */
};

/* The format of a store type, by its ShortName, without regard to case. NULL is fine. */
enum store_format store_format_of(const char *short_name);

/* How long the keys of one store are derived from its password at most. */
#define STORE_READ_MILLISECONDS 2000

struct store_file {
	enum store_format format;
	const char *path;
	const char *key_path; /* of PEM: a separate file with the private key; NULL: none */
	bool trust_store;     /* of PEM: each certificate is an entry */
	const struct file_root *root;
	int64_t (*ticks)(void); /* as struct pkcs12_options has them */
	int64_t deadline;       /* after which no derivation is begun */
};

/*
 * Reads the entries of the store, with the password of the source. A file without a byte, and a PEM
 * file without a certificate, has none. As the reading functions of entries.h.
 */
int store_file_read(const struct store_file *, struct entries_source *);

#endif
