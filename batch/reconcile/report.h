#ifndef BATCH_RECONCILE_REPORT_H
#define BATCH_RECONCILE_REPORT_H

#include "reconcile/verdict.h"
#include "write/writer.h"

/*
 * The report of `reconcile`: compares jobs with what inventories showed, one verdict a job, and
 * has findings about the inventory itself. It only reads the database.
 */

/*
 * Its word, and sentences: what it means, why it exists and what to do. For a number that is none:
 * "unknown".
 */
const char *finding_word(enum finding);
const char *finding_text(enum finding);
const char *finding_why(enum finding);
const char *finding_remedy(enum finding);

struct reconcile_options {
	int64_t run;                       /* 0: all runs, and all findings */
	bool brief;                        /* no rows for the jobs that are well or acknowledged */
	int64_t now;                       /* milliseconds since 1970 */
	int64_t grace;                     /* seconds */
	int64_t stale;                     /* seconds */
	const volatile sig_atomic_t *stop; /* may be NULL */
};

struct reconcile_counts {
	uint64_t jobs;
	uint64_t findings;
	uint64_t verdict[VERDICT_COUNT];
	uint64_t acknowledged[VERDICT_COUNT]; /* of those that are not well: somebody has seen it */
	uint64_t finding[FINDING_COUNT];
};

/* Jobs of a verdict that are neither well nor acknowledged. */
uint64_t reconcile_open_jobs(const struct reconcile_counts *, enum verdict);

/* Whether everything agrees: exit status 0. */
bool reconcile_is_well(const struct reconcile_counts *);

/* The columns of a report: X(name, its place in the narrow set) */
#define REPORT_COLUMN_LIST(X)              \
	X(Verdict, FIT_WORD)               \
	X(Run, FIT_ROOM)                   \
	X(Line, FIT_WIDE)                  \
	X(JobId, FIT_OFTEN)                \
	X(CertStoreId, FIT_WIDE)           \
	X(StorePath, FIT_ALWAYS)           \
	X(ClientMachine, FIT_OFTEN)        \
	X(Alias, FIT_ROOM)                 \
	X(ExistingCertificateId, FIT_WIDE) \
	X(CertificateId, FIT_WIDE)         \
	X(JobTime, FIT_WIDE)               \
	X(Status, FIT_WIDE)                \
	X(Result, FIT_WIDE)                \
	X(InventoriedAt, FIT_WIDE)         \
	X(Text, FIT_TEXT)

#define REPORT_COLUMN_COUNT(name, fit) +1
#define REPORT_COLUMNS (0 REPORT_COLUMN_LIST(REPORT_COLUMN_COUNT))
extern const char *const reconcile_columns[REPORT_COLUMNS];
extern const enum column_fit reconcile_fits[REPORT_COLUMNS];

/* Jobs whose verdict is well, and those that are acknowledged. */
uint64_t reconcile_settled_jobs(const struct reconcile_counts *);

/*
 * Writes a row for each job, by id, then a row for each finding, kind by kind; with options->run
 * only for the locations that this run refused. Fills the counts, of rows that options->brief left
 * out too. -1 and err; ERROR_INPUT: there is
 * no such run.
 */
int reconcile_report(struct database *, const struct reconcile_options *, struct writer *,
    struct reconcile_counts *, struct error *);

#endif
