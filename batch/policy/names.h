#ifndef BATCH_POLICY_NAMES_H
#define BATCH_POLICY_NAMES_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the names of a new certificate cover those of the old one (RFC 6125, 6.4). Names are the
 * JSON array that the inventory keeps, [{"Value":"...","Type":N}...], as import and scan write it.
 */

#define NAMES_SHOWN 10 /* of the missing ones */
#define NAMES_NONE "[]"

struct names_missing {
	size_t count;
	struct buffer text; /* the first NAMES_SHOWN of them, with a comma and a blank between */
};

/*
 * Compares names of type DNS (2) and IP address (7), e-mail address (1) and URI (6), each with
 * those of its type: byte for byte, DNS names without regard to ASCII case. A DNS name that is no
 * wildcard is covered too by a wildcard whose '*' is its whole leftmost label, for exactly one
 * label. Where a certificate has no name at all, its common name counts as a DNS name. Two arrays
 * of the same bytes are not read.
 *
 * False: one of the arrays is not of that form, or both have thousands of names, so that nothing is
 * known. The caller releases missing->text in any case; its `failed` says that there was no memory.
 */
struct names_of {
	const char *names;       /* the JSON array */
	const char *common_name; /* NULL: none */
};
bool names_cover(
    const struct names_of *old, const struct names_of *new, struct names_missing *missing);

#endif
