#ifndef BATCH_MODEL_RUN_H
#define BATCH_MODEL_RUN_H

#include "model/code.h"
#include "repair.h"
#include "model/row.h"

#include <stddef.h>

/* One application of one manifest to one database, and its accounting. */

enum run_state {
	RUN_UNFINISHED = 0,
	RUN_FINISHED = 1,
	RUN_ABANDONED = 2,
	RUN_PURGING = 3, /* its rows are being removed */
	RUN_PURGED = 4,  /* only the run itself is left */
};

#define RUN_DIGEST_SIZE 32

struct run {
	int64_t id;                            /* from 1; 0: none (a check) */
	unsigned char digest[RUN_DIGEST_SIZE]; /* SHA-256 of the manifest */
	char *path;                            /* real path; "-": standard input or a pipe */
	char *manifest;                        /* as the user named it */
	char *operator_name;
	char *reference;     /* NULL: none */
	int64_t mends;       /* the run whose rejects the manifest holds; 0: none */
	char *settings;      /* what a resume must repeat: one NAME=VALUE a line */
	int format;          /* enum format of the manifest */
	int64_t started_at;  /* milliseconds since 1970 */
	int64_t finished_at; /* 0: not finished */
	enum run_state state;
	uint64_t rows_total;
	/* The checkpoint: where the next chunk starts. */
	uint64_t offset; /* in the manifest's bytes */
	uint64_t line;
	/* The accounting up to there. */
	uint64_t rows[OUTCOME_COUNT]; /* by outcome; [0] is how many were read */
	uint64_t jobs_created;
	uint64_t jobs_refused;
	uint64_t jobs_superseded;
	uint64_t jobs_later; /* of those created: due after started_at, the others at once */
	int64_t first_due;   /* of these; 0: there are none */
	int64_t last_due;
	/* For its jobs. */
	int64_t retries; /* how many a failure may have */
	bool has_window; /* --window: nothing is handed out from window_end on */
	int64_t window_end;
	bool trust_manifest; /* its passwords were taken although others could read them */
};

void run_release(struct run *);

/* Whether its rows and jobs are gone, or going. */
bool run_is_purged(const struct run *);

/* Counts a decided row in the accounting. */
void run_count(struct run *, const struct row *);

/* NULL when the accounting agrees and the checkpoint is within the manifest's `size` bytes; else
 * what is wrong, a static text. */
const char *run_verify(const struct run *, uint64_t size);

/* The rows and what became of them, for people: "7 rows read: 5 succeeded, 2 rejected". Outcomes
 * that no row has are left out, but for the succeeded ones. Returns text. */
#define RUN_TEXT_SIZE 256
const char *run_describe(const struct run *, char text[RUN_TEXT_SIZE]);

/* How many rows a rejects file of the run holds. */
uint64_t run_to_mend(const struct run *);

/* 1 when some row did not succeed, else 0: the exit status of a finished run. */
int run_status(const struct run *);

/* How often each code, warning and repair came. */
struct tally {
	uint64_t codes[CODE_COUNT];    /* as reasons to reject or refuse */
	uint64_t warnings[CODE_COUNT]; /* as warnings and notes */
	/* Rows that went without the check of a code, for a fact is not known. */
	uint64_t unchecked[CODE_COUNT];
	struct repairs repairs;
};

/* Counts the messages of a row. */
void tally_row(struct tally *, const struct row *);
/* Adds `more`, whose rows come after those of the first. */
void tally_add(struct tally *, const struct tally *more);

#endif
