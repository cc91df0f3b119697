#ifndef BATCH_CERTIFICATES_CREDENTIAL_H
#define BATCH_CERTIFICATES_CREDENTIAL_H

#include "certificates/file.h"
#include "crypto/passphrase.h"
#include "model/install.h"

/* A new certificate with its private key and its chain, from the folder of --pfx-dir. */
struct credential; /* its parts are in credential_private.h: OpenSSL's own objects */

/* The folder: of the user or of root, closed to others (no permission for group and others). */
struct credential_folder {
	int fd;                              /* -1: it is not open */
	char *path;                          /* owned; for messages */
	const struct passphrase *passphrase; /* of files without one of their own; NULL: none */
};
#define CREDENTIAL_FOLDER_NONE ((struct credential_folder){.fd = -1})

/* Opens it; to be closed. -1 and err (ERROR_USAGE names what is wrong with the folder). */
int credential_folder_open(struct credential_folder *, const char *path, struct error *);
void credential_folder_close(struct credential_folder *);

/*
 * Opens THUMBPRINT.pfx, .p12 or .pem, in upper or lower case, else ID.pfx and so on (id 0: none).
 * Its passphrase is the first line of THUMBPRINT.pass (or ID.pass) beside it, else that of the
 * folder. Both are regular files of the user or of root that are closed to others; links are
 * followed. The leaf has the thumbprint (SHA-1, hexadecimal) and, where there is a key, matches it;
 * a PEM file may have none, and serves stores that hold no keys. NULL and the reason: PFX_MISSING,
 * PFX_UNSAFE, PFX_UNREADABLE, PFX_MISMATCH, each with the name of the file.
 */
struct credential *credential_open(
    const struct credential_folder *, const char *thumbprint, int64_t id, struct install_reason *);
void credential_free(struct credential *); /* wipes the key; NULL is fine */

bool credential_has_key(const struct credential *);
/* As struct certificate has it: RSA, ECC, Ed25519 ...; static. */
const char *credential_key_type(const struct credential *);

#endif
