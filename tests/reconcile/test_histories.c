#include "database.h"

#include "database/inventory.h"
#include "import/settle.h"
#include "model/job.h"
#include "reconcile/report.h"

/*
 * Random histories of one location and its store: jobs are made, end, are cancelled and
 * acknowledged; inventories show the old, the new, a third certificate or nothing at the job's
 * alias and at others, or fail, or are older than what is known; the store is removed and comes
 * back. The verdict on each job is compared with a model of the contract's table that keeps every
 * inventory and looks through them: of thousands of histories by verdict_of() alone, and of some
 * hundred through a database, the settling of jobs by inventories, and the report.
 */

#define HISTORIES 4000
#define STEPS 30
#define STORED_HISTORIES 200
#define STORED_STEPS 24
#define JOBS_MOST STEPS
#define ALIASES 3 /* that of the jobs, and two others */
#define START INT64_C(1767225600000)
#define TICK INT64_C(60000)
#define GRACE 180      /* seconds: three ticks */
#define PRINTED 101    /* the certificate whose thumbprint the alias may be */
#define CERTIFICATES 3 /* from PRINTED on, that jobs replace and install */
#define STRANGER 104

static uint64_t random_state;

static int
random_below(int end)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (int)(random_state % (uint64_t)end);
}

/* ---- a history ---------------------------------------------------------------------------- */

struct history_job {
	int64_t id;
	int old, new;
	int64_t created, due, completed; /* completed 0: it has not */
	int status, result;
	bool proven;
};

/* What an inventory that was taken showed. */
struct history_view {
	int64_t at;
	int holds[ALIASES]; /* certificates; 0: nothing */
};

struct history {
	bool named; /* the jobs' alias is the thumbprint of PRINTED */
	bool removed, disapproved;
	struct history_job jobs[JOBS_MOST];
	int job_count;
	struct history_view views[STEPS + 1];
	int view_count;
};

static bool
job_is_active(const struct history_job *job)
{
	return job->status == JOB_WAITING || job->status == JOB_IN_PROCESS ||
	       job->status == JOB_WILL_RETRY;
}

static bool
job_is_cancelled(const struct history_job *job)
{
	return job->status == JOB_ACKNOWLEDGED && job->result == RESULT_UNKNOWN;
}

static const struct history_view *
newest_view(const struct history *h)
{
	return &h->views[h->view_count - 1];
}

static struct history_job *
active_job(struct history *h)
{
	for (int i = 0; i < h->job_count; i++)
		if (job_is_active(&h->jobs[i]))
			return &h->jobs[i];
	return NULL;
}

/* ---- the model: the contract's table, and what it says of "there" --------------------------- */

/* "There" is the job's alias or, where that is gone or the old one's thumbprint, any alias. */
static bool
model_shows_new(
    const struct history *h, const struct history_view *view, const struct history_job *job)
{
	bool anywhere = view->holds[0] == 0 || (h->named && job->old == PRINTED);

	for (int i = 0; i < ALIASES; i++)
		if ((i == 0 || anywhere) && view->holds[i] == job->new)
			return true;
	return false;
}

/* The old one is in the store, at an alias without an active job of its own. */
static bool
model_keeps_old(
    const struct history *h, const struct history_view *view, const struct history_job *job)
{
	for (int i = 0; i < ALIASES; i++) {
		bool taken = false;

		for (int other = 0; i == 0 && other < h->job_count; other++)
			taken |= &h->jobs[other] != job && job_is_active(&h->jobs[other]);
		if (view->holds[i] == job->old && !taken)
			return true;
	}
	return false;
}

/* A later job of the location that is proven, or one that replaces the certificate again. */
static bool
model_has_later(const struct history *h, const struct history_job *job, bool again)
{
	for (int i = 0; i < h->job_count; i++) {
		const struct history_job *later = &h->jobs[i];

		if (later->id > job->id && !job_is_cancelled(later) &&
		    (again ? later->old == job->new : later->proven))
			return true;
	}
	return false;
}

static enum verdict
model_by_view(
    const struct history *h, const struct history_view *view, const struct history_job *job)
{
	if (view->holds[0] != 0)
		return view->holds[0] == job->old ? VERDICT_NOT_DEPLOYED : VERDICT_OVERWRITTEN;
	return model_keeps_old(h, view, job) ? VERDICT_NOT_DEPLOYED : VERDICT_MISSING;
}

static enum verdict
model_verdict(const struct history *h, const struct history_job *job, int64_t now)
{
	const struct history_view *view = newest_view(h);
	bool there = view->at > job->created && model_shows_new(h, view, job);

	if (there && model_keeps_old(h, view, job))
		return VERDICT_LEFTOVER;
	if (there || job->proven || model_has_later(h, job, true))
		return VERDICT_DEPLOYED;
	if (model_has_later(h, job, false))
		return VERDICT_REPLACED;
	if (h->removed || h->disapproved)
		return VERDICT_STORE_GONE;
	if (job_is_active(job) && now < job->due)
		return VERDICT_SCHEDULED;
	if (job_is_active(job))
		return now - job->due > GRACE * 1000 ? VERDICT_OVERDUE : VERDICT_WAITING;
	if (job->result == RESULT_FAILURE)
		return VERDICT_FAILED;
	if (view->at <= job->completed || view->at <= job->created)
		return VERDICT_UNVERIFIED;
	return model_by_view(h, view, job);
}

/* What the table of jobs says of an inventory that shows the new certificate. */
static void
model_settle(struct history *h, int64_t now)
{
	const struct history_view *view = newest_view(h);
	bool there[JOBS_MOST], keeps[JOBS_MOST];

	for (int i = 0; i < h->job_count; i++) {
		there[i] = view->at > h->jobs[i].created && model_shows_new(h, view, &h->jobs[i]);
		keeps[i] = model_keeps_old(h, view, &h->jobs[i]);
	}
	for (int i = 0; i < h->job_count; i++) {
		struct history_job *job = &h->jobs[i];

		if (!there[i] || job_is_cancelled(job))
			continue;
		job->proven |= !keeps[i];
		if (job->status != JOB_WAITING && job->status != JOB_WILL_RETRY)
			continue;
		job->status = JOB_COMPLETED;
		job->result = RESULT_SUCCESS;
		job->completed = now;
	}
}

/* ---- what happens --------------------------------------------------------------------------- */

/* An inventory is taken, unless a later one is known. */
static bool
happen_view(struct history *h, const struct history_view *view, int64_t now)
{
	if (h->view_count > 0 && view->at < newest_view(h)->at)
		return false;
	h->views[h->view_count++] = *view;
	model_settle(h, now);
	return true;
}

/* What an inventory shows: often what a job is about. */
static struct history_view
random_view(const struct history *h, int64_t now)
{
	struct history_view view = {.at = now - random_below(4) * TICK};
	const struct history_job *job =
	    h->job_count == 0 ? NULL : &h->jobs[h->job_count - 1 - random_below(h->job_count) / 2];

	for (int i = 0; i < ALIASES; i++) {
		int kind = random_below(i == 0 ? 8 : 14);

		if (kind < 2)
			view.holds[i] = job == NULL ? PRINTED : job->old;
		else if (kind < 5)
			view.holds[i] = job == NULL || (i > 0 && kind > 3) ? 0 : job->new;
		else if (kind == 5)
			view.holds[i] = random_below(2) ? STRANGER : PRINTED + random_below(3);
	}
	if (h->view_count == 0 && view.holds[0] == 0)
		view.holds[0] = PRINTED;
	return view;
}

/* A job for what is known to be at the alias; one that is active is superseded. */
static struct history_job *
happen_job(struct history *h, int64_t id, int64_t now)
{
	int old = newest_view(h)->holds[0];
	struct history_job *active = active_job(h), *job = &h->jobs[h->job_count];

	if (old == 0 || (active != NULL && random_below(3) > 0))
		return NULL;
	if (active != NULL) {
		active->status = JOB_ACKNOWLEDGED;
		active->result = RESULT_UNKNOWN;
	}
	*job = (struct history_job){.id = id,
	    .old = old,
	    .new = PRINTED + random_below(CERTIFICATES),
	    .created = now,
	    .due = now + (random_below(3) == 0 ? 5 * TICK : 0),
	    .status = JOB_WAITING};
	if (job->new == old)
		job->new = old == STRANGER ? PRINTED : STRANGER;
	h->job_count++;
	return job;
}

/* The active job ends, is cancelled or handed out; or one that has ended is acknowledged. */
static struct history_job *
happen_event(struct history *h, int64_t now, bool claims)
{
	struct history_job *job = active_job(h);
	int kind = random_below(8);

	if (job == NULL) {
		job = h->job_count == 0 ? NULL : &h->jobs[random_below(h->job_count)];
		if (job != NULL && job->status == JOB_COMPLETED)
			job->status = JOB_ACKNOWLEDGED;
		return job;
	}
	if (kind == 0) {
		job->status = JOB_ACKNOWLEDGED;
		job->result = RESULT_UNKNOWN;
	} else if (kind == 1 && claims) {
		job->status = JOB_IN_PROCESS;
	} else if (kind == 2 && claims) {
		job->status = JOB_WILL_RETRY;
		job->result = RESULT_FAILURE;
	} else {
		job->status = JOB_COMPLETED;
		job->result = kind < 5   ? RESULT_SUCCESS
			      : kind < 6 ? RESULT_WARNING
					 : RESULT_FAILURE;
		job->completed = now;
	}
	return job;
}

static void
happen_to_store(struct history *h)
{
	if (h->removed || h->disapproved)
		h->removed = h->disapproved = false;
	else if (random_below(2))
		h->removed = true;
	else
		h->disapproved = true;
}

/* ---- by verdict_of() alone ------------------------------------------------------------------ */

/* The facts that reconciliation_job() reads of a job. */
static struct reconcile_job
facts_of(const struct history *h, const struct history_job *job)
{
	const struct history_view *view = newest_view(h);
	int stands = view->holds[0];
	struct reconcile_job facts = {.id = job->id,
	    .existing = job->old,
	    .certificate = job->new,
	    .due_at = job->due,
	    .created_at = job->created,
	    .status = job->status,
	    .result = job->result,
	    .has_completed_at = job->completed != 0,
	    .completed_at = job->completed,
	    .known = true,
	    .removed = h->removed,
	    .approved = !h->disapproved,
	    .stands = stands != 0,
	    .standing = stands,
	    .named_by_old = h->named && job->old == PRINTED &&stands != 0 && stands != job->new,
	    .has_proven_at = job->proven,
	    .place = {.inventoried = true, .inventoried_at = view->at}};

	for (int i = 0; i < ALIASES; i++)
		if (view->holds[i] == job->new && (stands == 0 || facts.named_by_old))
			facts.new_alias = "there";
	if ((stands == 0 || stands == job->new || facts.named_by_old) &&
	    model_keeps_old(h, view, job))
		facts.old_alias = "still";
	for (int i = 0; i < h->job_count; i++) {
		const struct history_job *later = &h->jobs[i];

		if (later->id <= job->id || job_is_cancelled(later))
			continue;
		if (later->old == job->new)
			facts.later = later->id;
		if (later->proven)
			facts.later_proven = later->id;
	}
	return facts;
}

static bool
is_of_absence(enum verdict verdict)
{
	return verdict == VERDICT_MISSING || verdict == VERDICT_NOT_DEPLOYED ||
	       verdict == VERDICT_OVERWRITTEN;
}

/* What must hold of a verdict whatever the model says. */
static void
assert_sound(const struct history *h, const struct history_job *job, enum verdict verdict)
{
	bool looked_at = job->completed != 0 && newest_view(h)->at > job->completed;

	ck_assert_msg(looked_at || !is_of_absence(verdict), "%s, without a newer inventory",
	    verdict_word(verdict));
	if (job->proven)
		ck_assert_msg(verdict == VERDICT_DEPLOYED || verdict == VERDICT_LEFTOVER,
		    "%s, though it is proven", verdict_word(verdict));
	else if (model_has_later(h, job, false))
		ck_assert_msg(verdict == VERDICT_REPLACED || verdict == VERDICT_DEPLOYED ||
				  verdict == VERDICT_LEFTOVER,
		    "%s, though a later one is proven", verdict_word(verdict));
}

static void
assert_verdict(const struct history *h, const struct history_job *job, enum verdict found,
    int64_t now, uint64_t met[VERDICT_COUNT])
{
	enum verdict expected = model_verdict(h, job, now);

	ck_assert_msg(found == expected, "job %lld: %s, expected %s", (long long)job->id,
	    verdict_word(found), verdict_word(expected));
	assert_sound(h, job, found);
	met[found]++;
}

static void
assert_all_met(const uint64_t met[VERDICT_COUNT], uint64_t least)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		ck_assert_msg(met[i] >= least, "%s: met %llu times only",
		    verdict_word((enum verdict)i), (unsigned long long)met[i]);
}

static void
step_alone(struct history *h, int64_t now)
{
	struct history_view view = random_view(h, now);
	int kind = random_below(10);

	if (kind < 3)
		(void)happen_job(h, h->job_count + 1, now);
	else if (kind < 6)
		(void)happen_event(h, now, true);
	else if (kind < 9 && !h->removed && !h->disapproved)
		(void)happen_view(h, &view, now);
	else if (kind == 9 && random_below(3) == 0)
		happen_to_store(h);
}

START_TEST(verdicts_alone)
{
	static struct history h;
	uint64_t met[VERDICT_COUNT] = {0};

	for (int seed = 1; seed <= HISTORIES; seed++) {
		struct history_view first;
		int64_t now = START;

		random_state = (uint64_t)seed * UINT64_C(0x9e3779b97f4a7c15);
		h = (struct history){.named = random_below(3) == 0};
		first = random_view(&h, now);
		(void)happen_view(&h, &first, now);
		for (int step = 0; step < STEPS; step++) {
			now += random_below(3) * TICK;
			step_alone(&h, now);
			for (int i = 0; i < h.job_count; i++) {
				struct reconcile_job facts = facts_of(&h, &h.jobs[i]);

				if (!job_is_cancelled(&h.jobs[i]))
					assert_verdict(&h, &h.jobs[i],
					    verdict_of(&facts, now, GRACE), now, met);
			}
		}
	}
	assert_all_met(met, 100);
}
END_TEST

/* ---- through a database --------------------------------------------------------------------- */

static struct history stored[STORED_HISTORIES]; /* of the store with the same number, from 1 */
static struct history_view shown[STORED_HISTORIES];
static int64_t job_ids;

static const char *
alias_of(int store, int alias)
{
	static char text[64];

	if (alias == 0 && stored[store].named)
		snprintf(text, sizeof(text), "%040X", PRINTED);
	else
		snprintf(text, sizeof(text), "alias %d", alias);
	return text;
}

static void
found(void)
{
	char sql[2048];

	create();
	snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	    " INSERT INTO store (id, guid, path, client_machine, approved)"
	    " SELECT i, printf('%%08d-0000-4000-8000-000000000000', i), '/' || i, 'm', 1 FROM n;"
	    "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	    " INSERT INTO certificate (id, thumbprint) SELECT i, printf('%%040X', i) FROM n;"
	    "INSERT INTO run (id, digest, path, manifest, operator, settings, format, started_at,"
	    " state, rows_total) VALUES (1, x'01', 'm', 'm', 'op', '', 1, %lld, 1, 1);"
	    "UPDATE counter SET value = 1000000 WHERE name = 'ready-to'",
	    STORED_HISTORIES, PRINTED, STRANGER, (long long)START);
	tamper(sql);
}

static void
ignore_finding(void *closure, const struct inventory_finding *finding)
{
	(void)closure;
	ck_assert_int_eq(finding->kind, INVENTORY_OLDER);
}

static void
store_view(struct inventory *inventory, int store, const struct history_view *view)
{
	struct error err = {0};
	bool empty = true;

	for (int i = 0; i < ALIASES; i++) {
		const char *alias = alias_of(store, i);
		struct inventory_item item = {.store = store + 1,
		    .alias = alias,
		    .alias_length = strlen(alias),
		    .certificate = view->holds[i],
		    .at = view->at};

		if (view->holds[i] == 0)
			continue;
		empty = false;
		ck_assert_msg(inventory_add(inventory, &item, &err) == 0, "%s", err.text);
	}
	if (empty) {
		const struct inventory_item none = {.store = store + 1, .at = view->at};

		ck_assert_msg(inventory_add(inventory, &none, &err) == 0, "%s", err.text);
	}
}

/* The inventories of a step, as one. */
static void
store_views(int64_t now)
{
	const struct context context = {.operator_name = "op"};
	struct settle_counts settled = {0};
	struct inventory_counts counts = {0};
	struct error err = {0};
	struct database *db = open_good(DB_WRITE);
	struct inventory *inventory = inventory_begin(db, now, &err);
	uint64_t older = 0;

	ck_assert_msg(inventory != NULL, "%s", err.text);
	for (int i = 0; i < STORED_HISTORIES; i++)
		if (shown[i].at != 0)
			store_view(inventory, i, &shown[i]);
	ck_assert_msg(
	    inventory_merge(inventory, ignore_finding, NULL, &counts, &err) == 0, "%s", err.text);
	ck_assert_msg(settle_jobs(inventory, &context, now, &settled, &err) == 0, "%s", err.text);
	ck_assert_msg(inventory_commit(inventory, &err) == 0, "%s", err.text);
	inventory_free(inventory);
	db_close(db);
	for (int i = 0; i < STORED_HISTORIES; i++)
		older += shown[i].at != 0 && !happen_view(&stored[i], &shown[i], now);
	ck_assert_uint_eq(counts.older, older);
}

static void
store_job(FILE *sql, int store, const struct history_job *job)
{
	fprintf(sql,
	    "UPDATE job SET status = 4, result = 0 WHERE store = %d AND status = 1;"
	    "INSERT INTO request (id, line, outcome, existing, certificate, due_at, created_at,"
	    " first_job, jobs) VALUES ((1 << 32) + %lld, 2, 1, %d, %d, %lld, %lld, %lld, 1);"
	    "INSERT INTO job (id, request, location, store, status, result) SELECT %lld,"
	    " (1 << 32) + %lld, id, store, 1, 0 FROM location WHERE store = %d AND alias = '%s';",
	    store + 1, (long long)job->id, job->old, job->new, (long long)job->due,
	    (long long)job->created, (long long)job->id, (long long)job->id, (long long)job->id,
	    store + 1, alias_of(store, 0));
}

static void
store_event(FILE *sql, const struct history_job *job)
{
	fprintf(sql,
	    "UPDATE job SET status = %d, result = %d, completed_at = nullif(%lld, 0) WHERE id = "
	    "%lld;",
	    job->status, job->result, (long long)job->completed, (long long)job->id);
}

static void
step_stored(FILE *sql, int store, int64_t now)
{
	struct history *h = &stored[store];
	const struct history_job *job;
	int kind = random_below(10);

	shown[store].at = 0;
	if (kind < 3) {
		job = happen_job(h, job_ids + 1, now);
		if (job != NULL)
			store_job(sql, store, job);
		job_ids += job != NULL;
	} else if (kind < 6) {
		job = happen_event(h, now, false);
		if (job != NULL)
			store_event(sql, job);
	} else if (kind < 8 && !h->removed && !h->disapproved) {
		shown[store] = random_view(h, now);
	} else if (kind == 8) { /* a try that failed */
		fprintf(sql,
		    "UPDATE store SET tried_at = %lld, unreadable = 'damaged' WHERE id = %d;",
		    (long long)now, store + 1);
	} else if (random_below(3) == 0) {
		happen_to_store(h);
		fprintf(sql, "UPDATE store SET removed = %d, approved = %d WHERE id = %d;",
		    h->removed, !h->disapproved, store + 1);
	}
}

/* What the report says of each job, and how many. */
struct said {
	bool is[STORED_HISTORIES * STORED_STEPS + 1];
	enum verdict verdict[STORED_HISTORIES * STORED_STEPS + 1];
	uint64_t count;
};

static int
take_job(void *closure, const struct reconcile_job *job, enum verdict verdict, const char *text,
    struct error *err)
{
	struct said *said = closure;

	(void)err;
	ck_assert_int_le(job->id, job_ids);
	ck_assert(!said->is[job->id]);
	ck_assert((text == NULL) == verdict_is_well(verdict));
	said->is[job->id] = true;
	said->verdict[job->id] = verdict;
	said->count++;
	return 0;
}

static int
take_finding(void *closure, const struct reconcile_finding *found, enum finding finding,
    const char *text, struct error *err)
{
	(void)closure;
	(void)found;
	(void)finding;
	(void)text;
	(void)err;
	return 0;
}

static void
report_all(struct said *said, int64_t now, bool open)
{
	const struct reconcile_watch watch = {take_job, take_finding, said};
	const struct reconcile_options options = {.choice = {.open = open},
	    .no_rows = true,
	    .now = now,
	    .grace = GRACE,
	    .stale = 604800,
	    .watch = &watch};
	struct reconcile_counts counts;
	struct error err = {0};
	struct database *db = open_good(DB_READ);

	memset(said, 0, sizeof(*said));
	ck_assert_msg(reconcile_report(db, &options, NULL, &counts, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(counts.jobs, said->count);
	db_close(db);
}

static void
compare_all(int64_t now, uint64_t met[VERDICT_COUNT])
{
	static struct said all, open;

	report_all(&all, now, false);
	report_all(&open, now, true);
	for (int store = 0; store < STORED_HISTORIES; store++) {
		const struct history *h = &stored[store];

		for (int i = 0; i < h->job_count; i++) {
			const struct history_job *job = &h->jobs[i];
			bool settled = job->proven || job->status == JOB_ACKNOWLEDGED;

			ck_assert(all.is[job->id] == !job_is_cancelled(job));
			ck_assert_msg(open.is[job->id] == !settled, "job %lld of store %d",
			    (long long)job->id, store + 1);
			if (!job_is_cancelled(job))
				assert_verdict(h, job, all.verdict[job->id], now, met);
			if (!settled)
				ck_assert_int_eq(open.verdict[job->id], all.verdict[job->id]);
		}
	}
}

START_TEST(verdicts_through_a_database)
{
	uint64_t met[VERDICT_COUNT] = {0};
	int64_t now = START;

	random_state = 18;
	job_ids = 0;
	enter();
	found();
	for (int i = 0; i < STORED_HISTORIES; i++) {
		stored[i] = (struct history){.named = random_below(3) == 0};
		shown[i] = random_view(&stored[i], now);
	}
	store_views(now);
	for (int step = 0; step < STORED_STEPS; step++) {
		char *text = NULL;
		size_t length;
		FILE *sql = open_memstream(&text, &length);

		now += random_below(3) * TICK;
		fputs("BEGIN;", sql);
		for (int i = 0; i < STORED_HISTORIES; i++)
			step_stored(sql, i, now);
		fputs("COMMIT", sql);
		fclose(sql);
		tamper(text);
		free(text);
		store_views(now);
		compare_all(now, met);
	}
	leave();
	assert_all_met(met, 20);
}
END_TEST

/* ---- what the issue of a night asks for, each by itself -------------------------------------- */

/* A job from 101 to 102 that ended, in a store that shows the certificate. */
static struct history
ended(enum job_result result, int shows)
{
	struct history h = {.job_count = 1, .view_count = 1};

	h.jobs[0] = (struct history_job){.id = 1,
	    .old = 101,
	    .new = 102,
	    .created = START,
	    .due = START,
	    .completed = START + TICK,
	    .status = JOB_COMPLETED,
	    .result = result};
	h.views[0] = (struct history_view){.at = START, .holds = {101}};
	if (shows != 0)
		happen_view(&h, &(struct history_view){.at = START + 2 * TICK, .holds = {shows}},
		    START + 2 * TICK);
	return h;
}

static enum verdict
verdict_now(const struct history *h, int job)
{
	struct reconcile_job facts = facts_of(h, &h->jobs[job]);
	enum verdict verdict = verdict_of(&facts, START + 9 * TICK, GRACE);

	ck_assert_int_eq(verdict, model_verdict(h, &h->jobs[job], START + 9 * TICK));
	return verdict;
}

START_TEST(settled_stays_settled)
{
	const struct history_view renewed = {.at = START + 3 * TICK, .holds = {STRANGER}};
	const struct history_view empty = {.at = START + 4 * TICK};
	struct history h = ended(RESULT_SUCCESS, 102);

	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_DEPLOYED);
	happen_view(&h, &renewed, renewed.at);
	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_DEPLOYED);
	happen_view(&h, &empty, empty.at);
	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_DEPLOYED);
	h.removed = true;
	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_DEPLOYED);
	h.removed = false;
	h.disapproved = true;
	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_DEPLOYED);
}
END_TEST

START_TEST(failed_and_done_again)
{
	const struct history_view good = {.at = START + 5 * TICK, .holds = {103}};
	struct history h = ended(RESULT_FAILURE, 101);

	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_FAILED);
	h.jobs[h.job_count++] = (struct history_job){.id = 2,
	    .old = 101,
	    .new = 103,
	    .created = START + 3 * TICK,
	    .due = START + 3 * TICK,
	    .status = JOB_WAITING};
	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_FAILED);
	happen_view(&h, &good, good.at);
	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_REPLACED);
	ck_assert_int_eq(verdict_now(&h, 1), VERDICT_DEPLOYED);
}
END_TEST

START_TEST(nothing_is_missing_that_was_not_looked_for)
{
	struct history h = ended(RESULT_SUCCESS, 0);
	const struct history_view late = {.at = START + TICK}, later = {.at = START + TICK + 1};

	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_UNVERIFIED);
	happen_view(&h, &late, START + 3 * TICK); /* as old as the end of the job */
	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_UNVERIFIED);
	happen_view(&h, &later, START + 3 * TICK);
	ck_assert_int_eq(verdict_now(&h, 0), VERDICT_MISSING);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("histories");
	TCase *tests = tcase_create("histories");

	tcase_add_test(tests, settled_stays_settled);
	tcase_add_test(tests, failed_and_done_again);
	tcase_add_test(tests, nothing_is_missing_that_was_not_looked_for);
	tcase_add_test(tests, verdicts_alone);
	tcase_add_test(tests, verdicts_through_a_database);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
