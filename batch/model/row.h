#ifndef BATCH_MODEL_ROW_H
#define BATCH_MODEL_ROW_H

#include "model/facts.h"
#include "model/messages.h"
#include "timestamp.h"

/*
 * What became of a row of a manifest: `apply` commits it, and the results file shows it. The
 * decision fills it, or the database.
 */

/* X(name, word, number in the database) */
#define OUTCOME_LIST(X)              \
	X(SUCCEEDED, "succeeded", 1) \
	X(PARTIAL, "partial", 2)     \
	X(FAILED, "failed", 3)       \
	X(REJECTED, "rejected", 4)   \
	X(SKIPPED, "skipped", 5)

enum outcome {
#define OUTCOME_ENUM(name, word, number) OUTCOME_##name = number,
	OUTCOME_LIST(OUTCOME_ENUM)
#undef OUTCOME_ENUM
};
#define OUTCOME_COUNT 6 /* all numbers are below it; 0 is no outcome */

/* Its word, and sentences: what it means, why it exists and what to do (outcome_text.h). NULL for a
 * number that is none. */
const char *outcome_word(enum outcome);
const char *outcome_text(enum outcome);
const char *outcome_why(enum outcome);
const char *outcome_remedy(enum outcome);

struct row_location {
	int64_t location;
	int64_t store;
	int64_t supersedes; /* the job that a new one replaces; 0: none */
	enum {
		ROW_REFUSED,
		ROW_JOB,
		ROW_KEPT, /* an earlier job serves it */
	} fate;
	char guid[GUID_SIZE]; /* of the store; "": not known yet */
};

struct row {
	int64_t id;      /* of its request in the database: run << 32 | number */
	uint64_t number; /* from 1 */
	uint64_t line;
	uint64_t offset;
	enum outcome outcome;
	int64_t existing;    /* 0: absent or refused; likewise the next two */
	int64_t certificate; /* as given, or that of the request */
	int64_t request;
	char job_time[TIMESTAMP_SIZE]; /* as given; "" when absent or refused */
	int64_t due;
	struct row_location *locations;
	size_t location_count;
	size_t location_capacity;
	struct messages messages;
};

void row_clear(struct row *); /* for the next one; keeps the memory */
void row_release(struct row *);

/* Adds a location. NULL when out of memory; valid until the next one is added. */
struct row_location *row_add_location(struct row *, int64_t location, int64_t store);

/* How many of its locations have this fate, one of struct row_location. */
size_t row_count(const struct row *, int fate);

/* Rejected or failed: --max-errors counts such rows. */
bool row_is_faulty(const struct row *);

/* Rejected, failed or partial: the rejects file holds such rows. */
bool row_needs_mending(const struct row *);

/* Sets the outcome of a row that was not rejected, from the fates of its locations. */
void row_settle(struct row *);

/*
 * The stores of a row: GUIDs, sorted, each once. The texts are the row's. The memory is used again
 * for the next row.
 */
struct store_list {
	const char **served; /* stores without a refused location */
	size_t served_count;
	const char **others;
	size_t other_count;
	const struct row_location **sorted;
	size_t capacity;
};
void store_list_release(struct store_list *);

/* Lists the stores of a row whose locations have their GUIDs. -1 when out of memory. */
int row_list_stores(const struct row *, struct store_list *);

#endif
