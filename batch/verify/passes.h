#ifndef BATCH_VERIFY_PASS_H
#define BATCH_VERIFY_PASS_H

#include "model/bitmap.h"
#include "crypto/secret.h"
#include "verify/verify.h"
#include "verify/rules.h"

/* For verify*.c alone: the way through the database, a table at a time. */

struct verifying {
	struct database *db;
	const struct verify_options *options;
	struct verification *verification;
	struct writer *writer;
	struct verify_counts *counts;
	struct error *err;
	struct secret *secret;            /* NULL: sealed passwords are not opened */
	char *password;                   /* LIMIT_FIELD bytes, for one that was opened */
	struct buffer text;               /* of a finding in the making */
	const struct verify_start *start; /* NULL: it could not be read */
	const struct verify_run *runs;
	struct verify_counted *counted; /* one a run */
	size_t run_count;
	struct bitmap active; /* locations that have an active job */
	bool repeated;        /* some location may have several active jobs */
};

/* Where a finding is; run and line 0: none. */
struct place {
	const char *table;
	bool has_id;
	int64_t id, run, line;
};

/*
 * Writes a finding, where there is a text. The second one takes the text in the making, where it
 * is wrong, and clears it. -1 and v->err.
 */
int verify_report(struct verifying *, enum irregularity, const struct place *, const char *text);
int verify_report_text(struct verifying *, enum irregularity, const struct place *, bool wrong);

/*
 * Each goes to the end of its tables. Damage that stops one is a finding, and *whole is false
 * then. -1 and v->err.
 */
int verify_begin(struct verifying *);                    /* reads the start */
int verify_end(struct verifying *, int rc, bool *whole); /* of any: rc, unless it was damage */
int verify_damage(struct verifying *);
int verify_schema(struct verifying *); /* against that which `init` makes */
int verify_values(struct verifying *); /* of every table, against what its columns may hold */
int verify_references(struct verifying *, enum verify_pass);
int verify_all_tallies(struct verifying *);
int verify_rows(struct verifying *, bool *whole);
int verify_jobs(struct verifying *, bool *whole);
int verify_refusals(struct verifying *, bool *whole);
int verify_several(struct verifying *);

#endif
