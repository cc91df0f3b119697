#ifndef BATCH_VERIFY_VERIFY_PRIVATE_H
#define BATCH_VERIFY_VERIFY_PRIVATE_H

#include "model/bitmap.h"
#include "input/keyring.h"
#include "verify/verify.h"
#include "verify/rules.h"

/* A verification that is running, and its passes, each through some tables. */

struct verifying {
	struct database *db;
	const struct verify_options *options;
	struct verification *verification;
	struct writer *writer;
	struct verify_counts *counts;
	struct error *err;
	struct keyring *keyring;          /* NULL: sealed passwords are not looked at */
	char *password;                   /* LIMIT_FIELD bytes for one that was opened */
	struct buffer text;               /* of the next finding */
	const struct verify_start *start; /* NULL: it could not be read */
	const struct verify_run *runs;
	struct verify_counted *counted; /* one a run */
	size_t run_count;
	struct bitmap active; /* locations that have an active job */
	bool repeated;        /* some location may have several active jobs */
};

/* Where a finding is; a run or line of 0 is none. */
struct verify_place {
	const char *table;
	bool has_id;
	int64_t id, run, line;
};

/* The place of a row by its table and id; run and line may be 0. */
static inline struct verify_place
verify_place(const char *table, int64_t id, int64_t run, int64_t line)
{
	return (struct verify_place){table, true, id, run, line};
}

/* The run's index in v->runs, or v->run_count. */
size_t verify_find_run(const struct verifying *, int64_t id);

/*
 * Writes a finding, where there is a text; none about a run that is being purged, or was since the
 * start: its rows go while they are looked at. The second one writes v->text where it is wrong, and
 * clears it. -1 and v->err.
 */
int verify_report(
    struct verifying *, enum irregularity, const struct verify_place *, const char *text);
int verify_report_text(
    struct verifying *, enum irregularity, const struct verify_place *, bool wrong);

/*
 * The passes: each reads its tables to their end. Damage that ends one early is a finding, and
 * *whole is false. -1 and v->err.
 */
int verify_begin(struct verifying *);                    /* reads v->start */
int verify_end(struct verifying *, int rc, bool *whole); /* ends a pass: rc, unless it was damage */
int verify_damage(struct verifying *);                   /* SQLite's own check */
int verify_schema(struct verifying *);                   /* against the schema of `init` */
int verify_values(struct verifying *); /* of all tables, against what their columns may hold */
int verify_references(struct verifying *, enum verify_pass);
int verify_data_keys(struct verifying *);
int verify_stores(struct verifying *);  /* their sealed passwords */
int verify_waiting(struct verifying *); /* where jobs wait, and what their histories say */
int verify_all_tallies(struct verifying *);
int verify_rows(struct verifying *, bool *whole);
int verify_jobs(struct verifying *, bool *whole);
int verify_refusals(struct verifying *, bool *whole);
int verify_several(struct verifying *);

#endif
