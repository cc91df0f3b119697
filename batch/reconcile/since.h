#ifndef BATCH_RECONCILE_SINCE_H
#define BATCH_RECONCILE_SINCE_H

#include "reconcile/verdict.h"
#include "record.h"

/*
 * An earlier report, and what has changed since then. A verdict has a rank: deployed and replaced,
 * then scheduled and waiting, then unverified and overdue, then the rest. In memory it takes some
 * 25 bytes a line.
 */

/* X(name, wire word, what it means, why it exists, what to do) */
#define CHANGE_LIST(X)                                                                           \
	X(NEW, "new", "The earlier report has no such job or finding.",                          \
	    "A run made the job, or an inventory showed something, after that report.",          \
	    "Do what the verdict or finding of the row asks for.")                               \
	X(WORSE, "worse", "The verdict on the job is further from well than it was.",            \
	    "Verdicts have ranks: deployed and replaced; scheduled and waiting; unverified and " \
	    "overdue; the others.",                                                              \
	    "Begin with these rows: somebody or something has changed since that report.")       \
	X(BETTER, "better", "The verdict on the job is nearer to well than it was.",             \
	    "A job of the earlier report gets its present verdict also where nobody needs to "   \
	    "look at it any more.",                                                              \
	    "There is nothing to do, if the verdict is well now.")                               \
	X(SAME, "same",                                                                          \
	    "The verdict on the job has the rank that it had, or the finding is there still.",   \
	    "What is not new was already in the earlier report, and somebody may be at it.",     \
	    "See whether somebody is at it.")                                                    \
	X(GONE, "gone", "The job of the row was cancelled or purged, or its finding has ended.", \
	    "The row is that of the earlier report; its Text has what became of it.",            \
	    "There is nothing to do.")

enum change {
#define CHANGE_ENUM(name, word, text, why, remedy) CHANGE_##name,
	CHANGE_LIST(CHANGE_ENUM)
#undef CHANGE_ENUM
	    CHANGE_COUNT
};
/* As verdict_word() and its like. */
const char *change_word(enum change);
const char *change_text(enum change);
const char *change_why(enum change);
const char *change_remedy(enum change);

/* The fields of a report that are read again, in the order of its columns. */
#define SINCE_FIELD_LIST(X)      \
	X(Verdict)               \
	X(Run)                   \
	X(Line)                  \
	X(JobId)                 \
	X(CertStoreId)           \
	X(StorePath)             \
	X(ClientMachine)         \
	X(Alias)                 \
	X(ExistingCertificateId) \
	X(CertificateId)         \
	X(JobTime)               \
	X(Status)                \
	X(Result)                \
	X(InventoriedAt)         \
	X(Text)                  \
	X(Change)

enum since_field {
#define SINCE_FIELD_ENUM(name) SINCE_##name,
	SINCE_FIELD_LIST(SINCE_FIELD_ENUM)
#undef SINCE_FIELD_ENUM
	    SINCE_FIELDS
};

struct since;

/*
 * Reads a report of CSV or JSONL, by its ending or its bytes; "-" is standard input. Its lines of
 * what was gone already are left out. NULL and err: ERROR_INPUT, with the line and the field, where
 * it is no report of reconcile.
 */
struct since *since_read(const char *path, const volatile sig_atomic_t *stop, struct error *);
void since_free(struct since *); /* NULL is fine */
const char *since_name(const struct since *);

/* Certificates that have another Id than when the report was made get it. -1 and err. */
int since_renumber(
    struct since *, struct database *, const volatile sig_atomic_t *stop, struct error *);

/* Its jobs, by increasing id. */
const int64_t *since_jobs(const struct since *, size_t *count);

/* What has changed of a job that there is today. -1 and err (ERROR_INPUT): the report has another
 * store or other certificates for it. */
int since_job(
    struct since *, const struct reconcile_job *, enum verdict, enum change *, struct error *);
/* CHANGE_NEW or CHANGE_SAME. */
enum change since_finding(struct since *, const struct reconcile_finding *, enum finding);

/*
 * Calls take() with the values of each line that was met by neither of these, by enum since_field;
 * `job` is 0 for a finding. The file is read once more, if there are such lines. take() returns 0,
 * or -1 and err.
 */
int since_each_missing(struct since *,
    int (*take)(void *closure, int64_t job, const struct value *values, struct error *),
    void *closure, struct error *);

#endif
