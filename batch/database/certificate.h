#ifndef BATCH_DATABASE_CERTIFICATE_H
#define BATCH_DATABASE_CERTIFICATE_H

#include "database/database.h"

/*
 * Finds the certificate that people mean by ID|THUMBPRINT|NAME: digits are its Id, 40 or 64
 * hexadecimal digits its thumbprint; all else is its subject, the common name in it or one of its
 * DNS names, without regard to case. An Id will do that only an enrollment request names.
 *
 * 0 and its id, which is below 0 where the server does not know it. -1 and err: ERROR_INPUT when
 * none answers, or several; it names them.
 */
int db_certificate_find(struct database *, const char *text, int64_t *id, struct error *);

#endif
