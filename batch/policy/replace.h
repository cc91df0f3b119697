#ifndef BATCH_POLICY_REPLACE_H
#define BATCH_POLICY_REPLACE_H

#include "model/facts.h"
#include "model/messages.h"
#include "model/request.h"

/*
 * The policy: from facts about a row and its locations to jobs or codes. No I/O, no SQL, no
 * clock. The rules are the contract's "What happens to a row".
 */

enum pending { PENDING_REFUSE, PENDING_KEEP, PENDING_SUPERSEDE };

#define REPLACE_STALE (7 * INT64_C(86400000)) /* milliseconds: inventory-stale */

struct policy {
	int64_t started_at; /* of the run; milliseconds since 1970, as all times here */
	bool has_window;
	int64_t window_start; /* the first moment in it */
	int64_t window_end;   /* the first moment after it */
	uint64_t allow;       /* CODE_CHECKs that only warn, as CODE_BITs */
	uint64_t deny;        /* CODE_WARNINGs that reject, as CODE_BITs */
	enum pending pending;
	uint64_t most_jobs;  /* of a row; 0: no limit */
	bool some_job_times; /* some row of the manifest has a JobTime; see survey.h */
};

/* The due time: the later of the run's start and the row's JobTime. Where JobTime is empty and
 * there is a window, the start of the window takes its place. */
int64_t replace_due(const struct policy *, const struct request *);

struct row_facts {
	const struct request *request;
	struct request_facts enrollment; /* of RequestId, where it is given */
	struct certificate_facts existing;
	struct certificate_facts certificate; /* the new one */
	int64_t due;
	const struct location_facts *locations;
	size_t location_count;
};

/* Adds the faults and warnings of the row itself to messages. */
void replace_check_row(const struct policy *, const struct row_facts *, struct messages *);

/* Adds the warnings about the locations. They must be grouped by store. */
void replace_check_locations(const struct policy *, const struct row_facts *, struct messages *);

enum action { ACTION_REFUSE, ACTION_CREATE, ACTION_SUPERSEDE, ACTION_KEEP };

/* Decides about one location of a row that is not rejected; adds its refusal or note. */
enum action replace_location(const struct policy *, const struct row_facts *,
    const struct location_facts *, struct messages *);

#endif
