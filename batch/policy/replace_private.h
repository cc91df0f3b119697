#ifndef BATCH_POLICY_REPLACE_PRIVATE_H
#define BATCH_POLICY_REPLACE_PRIVATE_H

#include "policy/replace.h"

/* For replace.c, and for severity.c and compare.c, which do parts of it. */

/* A failed check rejects the row; --allow makes it a warning. */
struct message policy_failure(const struct policy *, enum code, const char *field);
/* A warning about a location, or 0: the row; --deny makes it reject the row. */
struct message policy_warning(const struct policy *, enum code, int64_t location);

/* A check whose facts are not known is added to messages->unchecked. */
void policy_known(struct messages *, enum code, bool known);

/* The field that names the new certificate. */
const char *policy_new_field(const struct request *);

/* Holds the new certificate against the existing one; both are known. A check whose fact is not
 * known of one of them is not made: it is added to messages->unchecked. */
void policy_compare(const struct policy *, const struct row_facts *, struct messages *);

#endif
