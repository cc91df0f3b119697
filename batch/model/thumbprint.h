#ifndef BATCH_MODEL_THUMBPRINT_H
#define BATCH_MODEL_THUMBPRINT_H

#include <stddef.h>

/* The digest of a certificate, SHA-1 or SHA-256, here in upper-case hexadecimal. */
#define THUMBPRINT_SIZE 65 /* with a NUL */

/*
 * Reads one of either case. Certificate viewers show it with blanks and colons between the digits;
 * these are dropped. Returns its length, 40 or 64; 0: it is none.
 */
size_t thumbprint_parse(const char *text, size_t length, char thumbprint[THUMBPRINT_SIZE]);

#endif
