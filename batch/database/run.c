#include "database/run.h"

#include "database/statement_private.h"
#include "database/stored_private.h"

#include <stdlib.h>
#include <string.h>

static const int RUN_STORED[] = {STORED_RUN_ID, STORED_RUN_DIGEST, STORED_RUN_PATH,
    STORED_RUN_MANIFEST, STORED_RUN_OPERATOR, STORED_RUN_REFERENCE, STORED_RUN_SETTINGS,
    STORED_RUN_FORMAT, STORED_RUN_STARTED, STORED_RUN_FINISHED_AT, STORED_RUN_STATE,
    STORED_RUN_ROWS_TOTAL, STORED_RUN_OFFSET, STORED_RUN_LINE, STORED_RUN_ROWS_READ,
    STORED_RUN_SUCCEEDED, STORED_RUN_PARTIAL, STORED_RUN_FAILED, STORED_RUN_REJECTED,
    STORED_RUN_SKIPPED, STORED_RUN_CREATED, STORED_RUN_REFUSED, STORED_RUN_SUPERSEDED,
    STORED_RUN_MENDS, STORED_RUN_LATER, STORED_RUN_FIRST_DUE, STORED_RUN_LAST_DUE,
    STORED_RUN_RETRIES, STORED_RUN_WINDOW_END, STORED_RUN_TRUST};

static const int NEXT_IDS_COLUMNS[] = {STORED_RUN_ID | STORED_OR_NULL,
    STORED_JOB_ID | STORED_OR_NULL, STORED_REFUSAL_ID | STORED_OR_NULL};

static const int TALLY_GET_COLUMNS[] = {
    STORED_TALLY_KIND, STORED_TALLY_NAME, STORED_TALLY_COUNT, STORED_TALLY_LINES, STORED_TALLY_RUN};

/* ---- runs ------------------------------------------------------------------------------- */

static char *
run_copy_text(const struct query *q, int column, bool *failed)
{
	const char *text = query_get_text(q, column);
	char *copy = text == NULL ? NULL : strdup(text);

	if (text != NULL && copy == NULL)
		*failed = true;
	return copy;
}

/* Which jobs are due later, and when: three columns that say one thing. */
static int
run_verify_due(const struct query *q, struct run *run, struct error *err)
{
	int64_t id = run->id;
	bool some = run->jobs_later > 0;

	if (run->jobs_later <= run->jobs_created && some == !query_get_null(q, 25) &&
	    some == !query_get_null(q, 26) && run->first_due <= run->last_due)
		return 0;
	run_release(run);
	return db_damaged(q->db, err,
	    "run %lld: jobs_later, first_due and last_due are not of one run, expected no more "
	    "than "
	    "jobs_created, and times where there are any",
	    (long long)id);
}

static int
run_read(const struct query *q, struct run *run, struct error *err)
{
	bool failed = false;

	*run = (struct run){
	    .id = query_get_integer(q, 0),
	    .path = run_copy_text(q, 2, &failed),
	    .manifest = run_copy_text(q, 3, &failed),
	    .operator_name = run_copy_text(q, 4, &failed),
	    .reference = run_copy_text(q, 5, &failed),
	    .settings = run_copy_text(q, 6, &failed),
	    .format = (int)query_get_integer(q, 7),
	    .started_at = query_get_integer(q, 8),
	    .finished_at = query_get_integer(q, 9),
	    .state = (enum run_state)query_get_integer(q, 10),
	    .rows_total = (uint64_t)query_get_integer(q, 11),
	    .offset = (uint64_t)query_get_integer(q, 12),
	    .line = (uint64_t)query_get_integer(q, 13),
	    .jobs_created = (uint64_t)query_get_integer(q, 20),
	    .jobs_refused = (uint64_t)query_get_integer(q, 21),
	    .jobs_superseded = (uint64_t)query_get_integer(q, 22),
	    .mends = query_get_integer(q, 23),
	    .jobs_later = (uint64_t)query_get_integer(q, 24),
	    .first_due = query_get_integer(q, 25),
	    .last_due = query_get_integer(q, 26),
	    .retries = query_get_integer(q, 27),
	    .has_window = !query_get_null(q, 28),
	    .window_end = query_get_integer(q, 28),
	    .trust_manifest = query_get_integer(q, 29) != 0,
	};
	/* Of this size, as its column says. */
	memcpy(run->digest, query_get_blob(q, 1), RUN_DIGEST_SIZE);
	for (int i = 0; i < OUTCOME_COUNT; i++)
		run->rows[i] = (uint64_t)query_get_integer(q, 14 + i);
	if (failed) {
		run_release(run);
		return error_memory(err);
	}
	return run_verify_due(q, run, err) == -1 ? -1 : 1;
}

static int
run_find(struct query *q, struct run *run, struct error *err)
{
	int rc = query_row(q, QUERY_COLUMNS(RUN_STORED), err);

	*run = (struct run){0};
	if (rc == 1)
		rc = run_read(q, run, err);
	query_end(q);
	return rc;
}

int
db_run_latest(struct database *db, const unsigned char digest[RUN_DIGEST_SIZE], struct run *run,
    struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_RUN_LATEST);
	query_blob(&q, digest, RUN_DIGEST_SIZE);
	return run_find(&q, run, err);
}

int
db_run_changed(struct database *db, const char *path, const unsigned char digest[RUN_DIGEST_SIZE],
    struct run *run, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_RUN_CHANGED);
	query_string(&q, path);
	query_blob(&q, digest, RUN_DIGEST_SIZE);
	return run_find(&q, run, err);
}

int
db_run_find(struct database *db, int64_t id, struct run *run, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_RUN_FIND);
	query_integer(&q, id);
	return run_find(&q, run, err);
}

static const int RUN_PATHS_COLUMNS[] = {STORED_RUN_ID, STORED_RUN_PATH};

int
db_run_first(
    struct database *db, const struct run_sought *sought, struct run *run, struct error *err)
{
	int64_t id = 0;
	struct query q;
	int rc;

	*run = (struct run){0};
	query_begin(&q, db, SQL_RUN_PATHS);
	query_string(&q, sought->from);
	query_string(&q, sought->before);
	query_integer(&q, sought->formats[0]);
	query_integer(&q, sought->formats[1]);
	while (id == 0 && (rc = query_row(&q, QUERY_COLUMNS(RUN_PATHS_COLUMNS), err)) == 1) {
		rc = sought->is(sought->closure, query_get_text(&q, 1), err);
		if (rc == -1)
			break;
		if (rc == 1)
			id = query_get_integer(&q, 0);
	}
	query_end(&q);
	return id == 0 ? rc : db_run_find(db, id, run, err);
}

int
db_run_damaged(struct database *db, const struct run *run, const char *text, struct error *err)
{
	return db_damaged(db, err, "run %lld: %s", (long long)run->id, text);
}

int
db_run_insert(struct database *db, struct run *run, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_RUN_INSERT);
	query_blob(&q, run->digest, sizeof(run->digest));
	query_string(&q, run->path);
	query_string(&q, run->manifest);
	query_string(&q, run->operator_name);
	query_string(&q, run->reference);
	query_optional(&q, run->mends != 0, run->mends);
	query_string(&q, run->settings);
	query_integer(&q, run->format);
	query_integer(&q, run->started_at);
	query_integer(&q, (int64_t)run->rows_total);
	query_integer(&q, run->retries);
	query_optional(&q, run->has_window, run->window_end);
	query_integer(&q, run->trust_manifest);
	if (query_run(&q, err) == -1)
		return -1;
	run->id = db->engine->last_id(db);
	return 0;
}

int
db_run_update(struct database *db, const struct run *run, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_RUN_UPDATE);
	query_optional(&q, run->finished_at != 0, run->finished_at);
	query_integer(&q, (int64_t)run->state);
	query_integer(&q, (int64_t)run->offset);
	query_integer(&q, (int64_t)run->line);
	for (int i = 0; i < OUTCOME_COUNT; i++)
		query_integer(&q, (int64_t)run->rows[i]);
	query_integer(&q, (int64_t)run->jobs_created);
	query_integer(&q, (int64_t)run->jobs_refused);
	query_integer(&q, (int64_t)run->jobs_superseded);
	query_integer(&q, (int64_t)run->jobs_later);
	query_optional(&q, run->jobs_later > 0, run->first_due);
	query_optional(&q, run->jobs_later > 0, run->last_due);
	query_integer(&q, run->trust_manifest);
	query_integer(&q, run->id);
	return query_run(&q, err);
}

int
db_next_ids(struct database *db, struct next_ids *next, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_NEXT_IDS);
	rc = query_row(&q, QUERY_COLUMNS(NEXT_IDS_COLUMNS), err);
	if (rc == 1)
		*next = (struct next_ids){query_get_integer(&q, 0) + 1,
		    query_get_integer(&q, 1) + 1, query_get_integer(&q, 2) + 1};
	query_end(&q);
	if (rc == 1 && next->run > INT32_MAX) /* ids of its rows would not fit */
		rc = db_damaged(db, err, "run %lld is the last one that can be numbered",
		    (long long)next->run - 1);
	return rc == -1 ? -1 : 0;
}

/* ---- tallies ---------------------------------------------------------------------------- */

struct tally_entry {
	const char *kind, *name;
	uint64_t count;
	const char *lines; /* NULL: none */
};

static int
tally_put(struct database *db, int64_t run, const struct tally_entry *entry, struct error *err)
{
	struct query q;

	if (entry->count == 0)
		return 0;
	query_begin(&q, db, SQL_TALLY_PUT);
	query_integer(&q, run);
	query_string(&q, entry->kind);
	query_string(&q, entry->name);
	query_integer(&q, (int64_t)entry->count);
	query_string(&q, entry->lines);
	return query_run(&q, err);
}

int
db_put_tally(struct database *db, int64_t run, const struct tally *tally, struct error *err)
{
	for (int i = 0; i < CODE_COUNT; i++) {
		const char *word = code_word((enum code)i);

		if (tally_put(db, run, &(struct tally_entry){"code", word, tally->codes[i], NULL},
			err) == -1 ||
		    tally_put(db, run,
			&(struct tally_entry){"warning", word, tally->warnings[i], NULL},
			err) == -1 ||
		    tally_put(db, run,
			&(struct tally_entry){"unchecked", word, tally->unchecked[i], NULL},
			err) == -1)
			return -1;
	}
	for (int i = 0; i < REPAIR_COUNT; i++) {
		const uint64_t *numbers = tally->repairs.lines[i];
		char lines[REPAIR_LINES * 24] = "";
		size_t length = 0;

		for (int j = 0; j < REPAIR_LINES && numbers[j] != 0; j++)
			length += (size_t)snprintf(lines + length, sizeof(lines) - length, "%s%llu",
			    j == 0 ? "" : " ", (unsigned long long)numbers[j]);
		if (tally_put(db, run,
			&(struct tally_entry){
			    "repair", repair_word((enum repair)i), tally->repairs.count[i], lines},
			err) == -1)
			return -1;
	}
	return 0;
}

static void
tally_get_repair(const struct query *q, struct repairs *repairs, const char *name)
{
	for (int i = 0; i < REPAIR_COUNT; i++) {
		const char *rest = query_get_text(q, 3);
		char *end;

		if (strcmp(name, repair_word((enum repair)i)) != 0)
			continue;
		repairs->count[i] = (uint64_t)query_get_integer(q, 2);
		for (int j = 0; j < REPAIR_LINES && rest != NULL && *rest != '\0'; j++) {
			repairs->lines[i][j] = strtoull(rest, &end, 10);
			rest = end;
		}
	}
}

/* The counter of a code. */
static uint64_t *
tally_count(struct tally *tally, const char *kind, enum code code)
{
	if (strcmp(kind, "code") == 0)
		return &tally->codes[code];
	return strcmp(kind, "unchecked") == 0 ? &tally->unchecked[code] : &tally->warnings[code];
}

int
db_get_tally(struct database *db, int64_t run, struct tally *tally, struct error *err)
{
	struct query q;
	int rc;

	*tally = (struct tally){0};
	query_begin(&q, db, SQL_TALLY_GET);
	query_integer(&q, run);
	while ((rc = query_row(&q, QUERY_COLUMNS(TALLY_GET_COLUMNS), err)) == 1) {
		const char *kind = query_get_text(&q, 0), *name = query_get_text(&q, 1);
		uint64_t count = (uint64_t)query_get_integer(&q, 2);
		enum code code;

		if (strcmp(kind, "repair") == 0)
			tally_get_repair(&q, &tally->repairs, name);
		else if (code_parse(name, &code))
			*tally_count(tally, kind, code) = count;
	}
	query_end(&q);
	return rc;
}

/* ---- what lists and `runs abandon` ask of a run ------------------------------------------ */

static const char *const run_states[] = {
    [RUN_UNFINISHED] = "unfinished",
    [RUN_FINISHED] = "finished",
    [RUN_ABANDONED] = "abandoned",
    [RUN_PURGING] = "purging",
    [RUN_PURGED] = "purged",
};
#define RUN_STATE_COUNT ((int64_t)(sizeof(run_states) / sizeof(run_states[0])))

const char *
db_run_state_word(int64_t state)
{
	return state >= 0 && state < RUN_STATE_COUNT ? run_states[state] : NULL;
}

static const int RUN_STATE_COLUMNS[] = {STORED_RUN_STATE, STORED_RUN_CREATED, STORED_RUN_ID};

/* The run's state, or -1 and err. */
static int64_t
run_state(struct database *db, int64_t run, int64_t *jobs, struct error *err)
{
	struct query q;
	int64_t state = -1;
	int rc;

	query_begin(&q, db, SQL_RUN_STATE);
	query_integer(&q, run);
	rc = query_row(&q, QUERY_COLUMNS(RUN_STATE_COLUMNS), err);
	if (rc == 1) {
		state = query_get_integer(&q, 0);
		*jobs = query_get_integer(&q, 1);
	} else if (rc == 0) {
		error_set(err, ERROR_INPUT, db->path, "no run %lld: `pfxreplace runs` lists them",
		    (long long)run);
	}
	query_end(&q);
	return state;
}

/* Ids of jobs or of refusals: they may hold the same. */
static const int RUN_SPAN_COLUMNS[] = {
    STORED_JOB_ID | STORED_OR_NULL, STORED_JOB_ID | STORED_OR_NULL};

/* The first and the last id of the rows of a run, as the statement has them. */
static int
run_read_span(struct database *db, int64_t run, enum sql span, int64_t ids[2], struct error *err)
{
	struct query q;
	int64_t jobs;
	int rc;

	if (run_state(db, run, &jobs, err) == -1)
		return -1;
	query_begin(&q, db, span);
	query_integer(&q, run);
	rc = query_row(&q, QUERY_COLUMNS(RUN_SPAN_COLUMNS), err);
	if (rc == 1) {
		ids[0] = query_get_null(&q, 0) ? 1 : query_get_integer(&q, 0);
		ids[1] = query_get_integer(&q, 1);
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
db_run_span(struct database *db, int64_t run, int64_t *first, int64_t *last, struct error *err)
{
	int64_t ids[2] = {INT64_MIN, INT64_MAX};
	int rc = run == 0 ? 0 : run_read_span(db, run, SQL_RUN_SPAN, ids, err);

	*first = ids[0];
	*last = ids[1];
	return rc;
}

int
db_run_refusal_span(
    struct database *db, int64_t run, int64_t *first, int64_t *last, struct error *err)
{
	int64_t ids[2] = {INT64_MIN, INT64_MAX};
	int rc = run == 0 ? 0 : run_read_span(db, run, SQL_RUN_REFUSAL_SPAN, ids, err);

	*first = ids[0];
	*last = ids[1];
	return rc;
}

int
db_run_abandon(struct database *db, int64_t run, int64_t *jobs, struct error *err)
{
	int64_t state = run_state(db, run, jobs, err);
	struct query q;

	if (state == -1)
		return -1;
	if (state != RUN_UNFINISHED)
		return error_set(err, ERROR_INPUT, db->path,
		    "run %lld is %s already: expected an unfinished one", (long long)run,
		    db_run_state_word(state));
	query_begin(&q, db, SQL_RUN_ABANDON);
	query_integer(&q, run);
	return query_run(&q, err);
}
