#ifndef BATCH_RECONCILE_REPORT_H
#define BATCH_RECONCILE_REPORT_H

#include "reconcile/finding.h"
#include "reconcile/since.h"
#include "write/writer.h"

/*
 * The report of `reconcile`: compares jobs with what inventories showed, one verdict a job, and
 * has findings about the inventory itself. It only reads the database.
 */

/* Words of the column Verdict: of jobs and of findings. */
struct reconcile_words {
	bool verdict[VERDICT_COUNT];
	bool finding[FINDING_COUNT];
};
/* Adds those of a list with commas between them: NULL, or the first word that is none. */
const char *reconcile_words_add(
    struct reconcile_words *, const char *list, size_t *length, bool findings_alone);

/* Whoever wants to know what the report has; the texts live for the call. 0, or -1 and err. */
struct reconcile_watch {
	/* `text` is that of the row; NULL for a job that is well. */
	int (*job)(void *closure, const struct reconcile_job *, enum verdict, const char *text,
	    struct error *);
	int (*finding)(void *closure, const struct reconcile_finding *, enum finding,
	    const char *text, struct error *);
	void *closure;
};

struct reconcile_options {
	struct reconcile_choice choice;
	const struct reconcile_words *only; /* rows and counts of these alone; NULL: of all */
	struct reconcile_words accepted;    /* findings that are well all the same */
	bool brief;                         /* no rows for the jobs that are well or acknowledged */
	bool faults;                        /* with brief: rows of what is not well alone */
	bool no_rows;                       /* counts alone */
	int64_t now;                        /* milliseconds since 1970 */
	int64_t grace;                      /* seconds */
	int64_t stale;                      /* seconds */
	struct since *since;                /* an earlier report; NULL: none */
	const struct reconcile_watch *watch; /* may be NULL */
};

struct reconcile_counts {
	uint64_t jobs;
	uint64_t findings;
	uint64_t verdict[VERDICT_COUNT];
	uint64_t acknowledged[VERDICT_COUNT]; /* of those that are not well: somebody has seen it */
	uint64_t finding[FINDING_COUNT];
	uint64_t accepted;             /* findings */
	uint64_t change[CHANGE_COUNT]; /* of jobs and findings, where there is an earlier report */
};

/* Jobs of a verdict that are neither well nor acknowledged. */
uint64_t reconcile_open_jobs(const struct reconcile_counts *, enum verdict);

/* Whether everything agrees, but for what was accepted: exit status 0. */
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
	X(Text, FIT_TEXT)                  \
	X(Change, FIT_OFTEN)

#define REPORT_COLUMN_COUNT(name, fit) +1
#define REPORT_COLUMNS (0 REPORT_COLUMN_LIST(REPORT_COLUMN_COUNT))
/* Without Change, which a report has that says what is new since an earlier one. */
#define REPORT_COLUMNS_ALONE (REPORT_COLUMNS - 1)
extern const char *const reconcile_columns[REPORT_COLUMNS];
extern const enum column_fit reconcile_fits[REPORT_COLUMNS];

/* Jobs whose verdict is well, and those that are acknowledged. */
uint64_t reconcile_settled_jobs(const struct reconcile_counts *);

/*
 * Writes a row for each job, by id, then a row for each finding, kind by kind, of chosen runs only
 * for the locations that they refused; then those of the earlier report that are gone. Fills the
 * counts, of rows that options->brief left out too. -1 and err; ERROR_INPUT: there is no such run,
 * reference, container or machine, or the earlier report is of another database.
 */
int reconcile_report(struct database *, const struct reconcile_options *, struct writer *,
    struct reconcile_counts *, struct error *);

#endif
