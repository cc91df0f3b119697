#ifndef BATCH_CERTIFICATES_JKS_H
#define BATCH_CERTIFICATES_JKS_H

#include "certificates/entries.h"

/*
 * Java key stores of the formats JKS and JCEKS, versions 1 and 2, as the class
 * sun.security.provider.JavaKeyStore of OpenJDK reads and writes them: big-endian numbers,
 * entries, and a SHA-1 over the password and all before it.
 */

/* Whether the bytes begin as one of them. */
bool jks_is(const unsigned char *bytes, size_t length);

/*
 * Reads the entries. Keys are not decrypted. Without a password the digest is not checked
 * (entries.unverified). A secret key, which JCEKS has as a Java object of unknown length, makes the
 * file one that cannot be read (unsupported-algorithm, naming the entry).
 */
int jks_read(struct entries_source *);

#endif
