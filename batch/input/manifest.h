#ifndef BATCH_INPUT_MANIFEST_H
#define BATCH_INPUT_MANIFEST_H

#include "database/run.h"
#include "input/source.h"
#include "input/survey.h"

/* A manifest that was opened: its file, its format, its digest, and the survey of its rows. */
struct manifest {
	struct source source;
	char *path; /* real path, or "-" */
	unsigned char digest[RUN_DIGEST_SIZE];
	enum format format; /* as found, never FORMAT_AUTO */
	char delimiter;     /* of CSV, as found */
	bool is_rejects;    /* it is a rejects file; of JSON certain after manifest_survey() */
	struct reader_options reader;
	struct survey *survey; /* NULL until manifest_survey() */
	bool trusted;          /* it has passwords that others can read: see --trust-manifest */
};

/* How it is read. reader.name is not used; the fields must live as long as the manifest. */
struct manifest_options {
	struct reader_options reader;
	bool allow_empty; /* a file without a byte has no rows, and is no error */
	const volatile sig_atomic_t *stop;
};

/* Opens it, reads its header and its digest. -1 and err (ERROR_INPUT, ERROR_STORAGE). */
int manifest_open(
    struct manifest *, const char *name, const struct manifest_options *, struct error *);
void manifest_close(struct manifest *); /* fine after a failure, and on one that is closed */

/* Surveys its rows; see survey_new(). -1 and err. */
int manifest_survey(struct manifest *, struct database *, const struct policy *,
    const volatile sig_atomic_t *stop, struct error *);

#endif
