#ifndef BATCH_VERIFY_VERIFY_H
#define BATCH_VERIFY_VERIFY_H

#include "crypto/secret.h"
#include "database/database.h"
#include "write/writer.h"

#include <signal.h>

/*
 * Looks whether a database holds together: SQLite's own check, the references, and the rules that
 * every run keeps. It only reads, and may do so while a run writes.
 */

/* X(name, wire word); irregularity_text.h has the texts. */
#define IRREGULARITY_LIST(X)                      \
	X(DAMAGED, "damaged")                     \
	X(FOREIGN_SCHEMA, "foreign-schema")       \
	X(MISSING_SCHEMA, "missing-schema")       \
	X(CHANGED_SCHEMA, "changed-schema")       \
	X(MISSING_REFERENCE, "missing-reference") \
	X(OTHER_STORE, "other-store")             \
	X(BAD_VALUE, "bad-value")                 \
	X(MISSING_ROWS, "missing-rows")           \
	X(WRONG_RANGE, "wrong-range")             \
	X(WRONG_OUTCOME, "wrong-outcome")         \
	X(WRONG_COUNT, "wrong-count")             \
	X(WRONG_CHECKPOINT, "wrong-checkpoint")   \
	X(WRONG_TALLY, "wrong-tally")             \
	X(WRONG_QUEUE, "wrong-queue")             \
	X(WRONG_HISTORY, "wrong-history")         \
	X(WRONG_PROOF, "wrong-proof")             \
	X(SEVERAL_ACTIVE, "several-active")       \
	X(WRONG_KEY, "wrong-key")                 \
	X(SEALED_PASSWORD, "sealed-password")

enum irregularity {
#define IRREGULARITY_ENUM(name, word) IRREGULARITY_##name,
	IRREGULARITY_LIST(IRREGULARITY_ENUM)
#undef IRREGULARITY_ENUM
	    IRREGULARITY_COUNT
};

/* Its word, and sentences: what it means, why it is looked for and what to do. For a number that
 * is none: "unknown". */
const char *irregularity_word(enum irregularity);
const char *irregularity_text(enum irregularity);
const char *irregularity_why(enum irregularity);
const char *irregularity_remedy(enum irregularity);

struct verify_options {
	struct secret_file key;
	bool quick;                        /* without SQLite's own check of every page */
	const volatile sig_atomic_t *stop; /* may be NULL */
	/* Called after that check, which is one long read; may be NULL. */
	void (*on_pages)(void *closure);
	void *closure;
};

struct verify_counts {
	uint64_t runs, rows, jobs, refusals, passwords; /* how many were looked at */
	uint64_t findings;
	uint64_t finding[IRREGULARITY_COUNT];
	struct error no_key; /* why there was no key, where nothing was sealed; else ERROR_NONE */
};

/* The columns of a finding: X(name, its place in the narrow set) */
#define VERIFY_COLUMN_LIST(X) \
	X(Finding, FIT_WORD)  \
	X(Table, FIT_OFTEN)   \
	X(Id, FIT_OFTEN)      \
	X(Run, FIT_ROOM)      \
	X(Line, FIT_ROOM)     \
	X(Text, FIT_ALWAYS)

#define VERIFY_COLUMN_COUNT(name, fit) +1
#define VERIFY_COLUMNS (0 VERIFY_COLUMN_LIST(VERIFY_COLUMN_COUNT))
extern const char *const verify_columns[VERIFY_COLUMNS];
extern const enum column_fit verify_fits[VERIFY_COLUMNS];

/* Writes a row for each finding, and fills the counts. -1 and err when it could not be carried to
 * its end: ERROR_STORAGE, or ERROR_SIGNAL plus the number of a signal. */
int verify_database(struct database *, const struct verify_options *, struct writer *,
    struct verify_counts *, struct error *);

#endif
