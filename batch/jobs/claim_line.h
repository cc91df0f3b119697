#ifndef BATCH_JOBS_CLAIM_LINE_H
#define BATCH_JOBS_CLAIM_LINE_H

#include "buffer.h"
#include "input/keyring.h"
#include "jobs/claim.h"

/* A job that was claimed, as a line of JSON for its executor. */
struct claim_lines {
	struct buffer *output;   /* may hold passwords */
	struct keyring *keyring; /* opens the passwords; NULL: without them */
};

/* As take() of struct claim_wish, whose closure is a struct claim_lines. */
int claim_line_add(void *closure, const struct claim_taken *, struct error *);

#endif
