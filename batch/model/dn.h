#ifndef BATCH_MODEL_DN_H
#define BATCH_MODEL_DN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Distinguished names (RFC 4514), compared by their parts and not by their spelling:
 * "CN=CA,O=Example" is "cn = CA; 2.5.4.10=\45xample". Read is what servers, OpenSSL and Windows
 * print:
 *
 * - ',' and ';' separate RDNs, '+' the parts of one RDN, whose order means nothing. Blanks around
 *   separators and '=' mean nothing.
 * - A type is a name without regard to case or an OID, with or without "OID." before it. Names of
 * one attribute are the same ("E" and "emailAddress"). A name that is not known is only itself.
 * - A value may be in quotes (RFC 1779), in which two quotes are one, and have characters and bytes
 *   escaped. One of '#' and pairs of hexadecimal digits is compared by these digits alone.
 *
 * Values are compared as caseIgnoreMatch does (RFC 4518), as far as ASCII goes: without regard to
 * the case of ASCII letters, runs of blanks as one, and none at the ends. Other characters are
 * compared byte by byte.
 *
 * RDNs in reversed order are another name. A text that is no DN, or has more than 16 parts in one
 * RDN, is compared as a text, without regard to the case of ASCII letters.
 *
 * Nothing is allocated; the time grows with the length of the shorter text. Any bytes may be given.
 */
bool dn_same(const char *a, const char *b);

/*
 * The first common name of a DN, without its escapes, into `text` of `size` bytes: true; false
 * where there is none, it is longer, or has a NUL.
 */
bool dn_common_name(const char *dn, char *text, size_t size);

#endif
