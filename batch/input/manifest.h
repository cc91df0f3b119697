#ifndef BATCH_MANIFEST_H
#define BATCH_MANIFEST_H

#include "database/run.h"
#include "input/source.h"
#include "input/survey.h"

/* A manifest that was opened: its bytes, what they are, and the survey of its rows. */
struct manifest {
	struct source source;
	char *path; /* real path, or "-" */
	unsigned char digest[RUN_DIGEST_SIZE];
	enum format format; /* settled */
	char delimiter;     /* likewise */
	struct reader_options reader;
	struct survey *survey; /* NULL until manifest_survey() */
};

/* How it is read: as the options say, but for its name. The fields must live as long as it. */
struct manifest_options {
	struct reader_options reader;
	bool allow_empty; /* no bytes at all are no rows */
	const volatile sig_atomic_t *stop;
};

/* Opens it, reads its header and its digest. -1 and err (ERROR_INPUT, ERROR_STORAGE). */
int manifest_open(
    struct manifest *, const char *name, const struct manifest_options *, struct error *);
void manifest_close(struct manifest *); /* fine on one that failed to open */

int manifest_survey(struct manifest *, struct database *, const struct policy *,
    const volatile sig_atomic_t *stop, struct error *);

#endif
