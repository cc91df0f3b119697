#include "database.h"

#include "database/append.h"
#include "database/facts.h"
#include "database/inventory.h"
#include "database/purge.h"
#include "database/run.h"
#include "import/settle.h"
#include "jobs/change.h"
#include "jobs/claim_line.h"
#include "jobs/complete.h"
#include "jobs/purge.h"
#include "outfile.h"
#include "verify/verify.h"
#include "write/writer.h"

/*
 * Random sequences of everything that happens to jobs, on a real database, beside a model of the
 * contract's table that is as plain as can be: an array. JOBS_STEPS says how many steps (2,000),
 * JOBS_SEED where they start (3). After each STEPS_COMPARE steps every job, its place among the
 * ready and the leased ones, its history and the runs are compared; after each STEPS_VERIFY steps
 * `verify` finds nothing.
 */

#define STEPS_COMPARE 20
#define STEPS_VERIFY 1000
#define STEPS_DATABASE \
	4000 /* then another one is begun: the model is slow where there are many jobs */
#define LOCATIONS 40
#define STORES 8   /* the last one may not be scheduled; two have no machine that is known */
#define MACHINES 4 /* "m0" to "m2", and "" */
#define START INT64_C(1767225600000)
#define MINUTE INT64_C(60000)
#define RUN_ROWS 5
#define OLD 101 /* certificates: what every job replaces, what it puts there, another one */
#define NEW 201
#define OTHER 301

static struct database *db;
static struct permissions permissions;
static struct hand hand;
static uint64_t random_state;
static int64_t now; /* of everybody */
static int step;

static int64_t
clock_now(void)
{
	return now;
}

static uint64_t
random_below(uint64_t end)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % end;
}

/* ---- the model ---------------------------------------------------------------------------- */

struct model_job {
	bool there;
	int location, run;
	int status, result;
	int64_t created, completed, proven, due, leased, until; /* 0: none; until 0: no lease */
	bool rescheduled, has_token;
	int64_t attempts, claims, failures;
	unsigned char token[JOB_CLAIM_SIZE];
	int events;
	const char *last; /* the word of its last event */
};

struct model_run {
	bool purged, goes;              /* the second one while a purge is made up */
	int64_t ended, window, retries; /* window 0: none */
	int first, last;                /* its jobs */
};

static struct {
	struct model_job *jobs; /* by id; [0] is none */
	int jobs_count, jobs_capacity;
	struct model_run *runs; /* likewise */
	int runs_count, runs_capacity;
	int64_t clock, reactivated;
	int ready_to;
	int holds[LOCATIONS];           /* the certificate there; 0: the alias is gone */
	int64_t inventoried_at[STORES]; /* 0: never */
} model;

static int
model_store(int location)
{
	return location % STORES;
}

static int
model_machine(int location)
{
	return model_store(location) % MACHINES;
}

static bool
model_may(const struct model_job *job)
{
	return model_store(job->location) != STORES - 1;
}

static bool
model_active(const struct model_job *job)
{
	return job->status == 1 || job->status == 2 || job->status == 5;
}

static bool
model_has_other(int id)
{
	for (int i = 1; i <= model.jobs_count; i++)
		if (i != id && model.jobs[i].there && model_active(&model.jobs[i]) &&
		    model.jobs[i].location == model.jobs[id].location)
			return true;
	return false;
}

static void
model_event(struct model_job *job, const char *word)
{
	job->events++;
	job->last = word;
}

static void
model_end(struct model_job *job, int status, int result)
{
	job->status = status;
	job->result = result;
	job->leased = job->until = 0;
}

static void
model_complete(struct model_job *job, int result)
{
	const struct model_run *run = &model.runs[job->run];
	int64_t wait = MINUTE;

	for (int64_t i = 0; i < job->failures; i++)
		wait = wait * 2 > 60 * MINUTE ? 60 * MINUTE : wait * 2;
	model_end(job, 3, result);
	job->completed = now;
	job->claims = 0;
	if (result != 4)
		return;
	if (job->failures++ < run->retries &&
	    (run->window == 0 || job->rescheduled || now + wait < run->window)) {
		job->status = 5;
		job->completed = 0;
		job->due = now + wait;
	}
}

/* What a claim does before it hands out: the clock, and leases that are over. */
static void
model_pass_time(void)
{
	bool back = now <= model.clock - 10000;

	model.ready_to = model.jobs_count;
	for (int i = 1; i <= model.jobs_count; i++) {
		struct model_job *job = &model.jobs[i];

		if (!job->there || !back)
			continue;
		if (job->status == 2 && job->until != 0 && job->leased > now) {
			job->until = now + (job->until - job->leased);
			job->leased = now;
			model_event(job, "clock");
		} else if (job->status == 5 && job->due > now + 60 * MINUTE) {
			job->due = now + 60 * MINUTE;
			model_event(job, "clock");
		}
	}
	if (back)
		model.clock = now;
	for (int i = 1; i <= model.jobs_count; i++) {
		struct model_job *job = &model.jobs[i];

		if (!job->there || job->until == 0 || job->until > now)
			continue;
		if (job->claims >= 5) {
			model_end(job, 3, 4);
			job->completed = now;
			job->claims = 0;
		}
		job->leased = job->until = 0;
		model_event(job, "lost");
	}
}

/* Whether the store has the certificate at some alias. */
static bool
model_store_has(int store, int certificate)
{
	for (int location = store; location < LOCATIONS; location += STORES)
		if (model.holds[location] == certificate)
			return true;
	return false;
}

/* Whether the last inventory is newer than the job; whether it shows the certificate there: at the
 * job's alias or, where that is gone, anywhere in the store. */
static bool
model_is_newer(const struct model_job *job)
{
	return model.inventoried_at[model_store(job->location)] > job->created;
}

static bool
model_shows(const struct model_job *job, int certificate)
{
	int there = model.holds[job->location];

	return there == certificate ||
	       (there == 0 && model_store_has(model_store(job->location), certificate));
}

/* An inventory shows the new certificate there. */
static void
model_settle(struct model_job *job, bool is_leftover)
{
	bool leased = job->status == 2 && job->until > now;
	bool ends = model_active(job) && !leased;

	if (!ends && (is_leftover || job->proven != 0))
		return;
	if (ends)
		model_complete(job, 2);
	if (job->proven == 0 && !is_leftover)
		job->proven = model.inventoried_at[model_store(job->location)];
	model_event(job, life_event_word(LIFE_EVENT_INVENTORY));
}

/* The next job to be handed out, which comes after *due and *id; 0: none. */
static int
model_next(int machine, int run, int64_t *due, int *id)
{
	int best = 0;

	for (int i = 1; i <= model.jobs_count; i++) {
		const struct model_job *job = &model.jobs[i];

		if (!job->there || !model_active(job) || job->until != 0 || job->due > now ||
		    (machine >= 0 && model_machine(job->location) != machine) ||
		    (run > 0 && job->run != run) || job->due < *due ||
		    (job->due == *due && i <= *id))
			continue;
		if (best == 0 || job->due < model.jobs[best].due)
			best = i;
	}
	if (best != 0) {
		*due = model.jobs[best].due;
		*id = best;
	}
	return best;
}

/* ---- comparing ---------------------------------------------------------------------------- */

#define SAME(what, id, found, expected)                                                          \
	ck_assert_msg((found) == (expected), "step %d, job %d: %s is %lld, expected %lld", step, \
	    (id), (what), (long long)(found), (long long)(expected))

static sqlite3_stmt *
prepare(const char *sql)
{
	sqlite3_stmt *statement = NULL;

	ck_assert_msg(
	    sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &statement, NULL) == SQLITE_OK, "%s",
	    sqlite3_errmsg(sqlite_of(db)->handle));
	return statement;
}

static void
compare_job(sqlite3_stmt *row, int id, const struct model_job *job)
{
	static const char *const names[] = {"id", "status", "result", "completed_at", "proven_at",
	    "due_at", "rescheduled", "attempts", "claims", "failures", "leased_at", "lease_until",
	    "events"};
	const int64_t expected[] = {id, job->status, job->result, job->completed, job->proven,
	    job->due, job->rescheduled, job->attempts, job->claims, job->failures, job->leased,
	    job->until, job->events};
	const void *token = sqlite3_column_blob(row, 13);
	const char *last = (const char *)sqlite3_column_text(row, 14);

	for (int i = 0; i < 13; i++)
		SAME(names[i], id, sqlite3_column_int64(row, i), expected[i]);
	SAME("a token", id, token != NULL, job->has_token);
	if (token != NULL)
		ck_assert_mem_eq(token, job->token, JOB_CLAIM_SIZE);
	ck_assert_msg(
	    (last == NULL) == (job->last == NULL) && (last == NULL || strcmp(last, job->last) == 0),
	    "step %d, job %d: the last event is %s, expected %s", step, id, last, job->last);
}

static void
compare_jobs(void)
{
	sqlite3_stmt *row = prepare(
	    "SELECT j.id, j.status, j.result, coalesce(j.completed_at, 0), coalesce(j.proven_at, "
	    "0),"
	    " coalesce(h.due_at, q.due_at, n.started_at), coalesce(h.rescheduled, 0),"
	    " coalesce(h.attempts, 0), coalesce(h.claims, 0), coalesce(h.failures, 0),"
	    " coalesce(h.leased_at, 0), coalesce(h.lease_until, 0),"
	    " (SELECT count(*) FROM job_event e WHERE e.job = j.id), h.claim,"
	    " (SELECT e.event FROM job_event e WHERE e.job = j.id ORDER BY number DESC LIMIT 1)"
	    " FROM job j JOIN request q ON q.id = j.request JOIN run n ON n.id = j.request >> 32"
	    " LEFT JOIN handling h ON h.job = j.id ORDER BY j.id");

	for (int i = 1; i <= model.jobs_count; i++) {
		if (!model.jobs[i].there)
			continue;
		ck_assert_int_eq(sqlite3_step(row), SQLITE_ROW);
		compare_job(row, i, &model.jobs[i]);
	}
	ck_assert_int_eq(sqlite3_step(row), SQLITE_DONE);
	sqlite3_finalize(row);
}

/* A table of (machine, time, job) against the jobs that should be there. */
static void
compare_queue(const char *sql, bool leases)
{
	sqlite3_stmt *row = prepare(sql);
	int rows = 0, expected = 0;

	while (sqlite3_step(row) == SQLITE_ROW) {
		int id = sqlite3_column_int(row, 2), machine;
		const struct model_job *job = &model.jobs[id];
		char name[16] = "";

		ck_assert_int_le(id, model.jobs_count);
		machine = model_machine(job->location);
		if (machine < MACHINES - 1)
			snprintf(name, sizeof(name), "m%d", machine);
		ck_assert_str_eq((const char *)sqlite3_column_text(row, 0), name);
		SAME(leases ? "until" : "due_at", id, sqlite3_column_int64(row, 1),
		    leases ? job->until : job->due);
		SAME("whether it waits", id,
		    job->there && model_active(job) && (job->until != 0) == leases, true);
		rows++;
	}
	sqlite3_finalize(row);
	for (int i = 1; i <= (leases ? model.jobs_count : model.ready_to); i++)
		expected += model.jobs[i].there && model_active(&model.jobs[i]) &&
			    (model.jobs[i].until != 0) == leases;
	SAME("rows", 0, rows, expected);
}

static void
compare(void)
{
	int left = 0;

	compare_jobs();
	compare_queue("SELECT machine, due_at, job FROM ready", false);
	compare_queue("SELECT machine, until, job FROM lease", true);
	for (int i = 1; i <= model.jobs_count; i++)
		left += model.jobs[i].there ? model.jobs[i].events : 0;
	SAME("events of all", 0, ask(db, "SELECT count(*) FROM job_event"), left);
	SAME("reactivated", 0, ask(db, "SELECT value FROM counter WHERE name = 'reactivated'"),
	    model.reactivated);
	for (int i = 1; i <= model.runs_count; i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT state = 4 FROM run WHERE id = %d", i);
		SAME("purged", i, ask(db, sql), model.runs[i].purged);
	}
}

static void
verify(void)
{
	static const char *const columns[] = {"Finding", "Table", "Id", "Run", "Line", "Text"};
	const struct verify_options options = {.key = {.path = "none"}};
	struct verify_counts counts;
	size_t length;
	struct error err = {0};
	struct outfile *file = outfile_open("findings", &err);
	struct writer *writer = writer_new(file, OUTPUT_CSV, columns, 6);

	ck_assert_msg(verify_database(db, &options, writer, &counts, &err) == 0, "%s", err.text);
	ck_assert_int_eq(writer_end(&writer, &err), 0);
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	ck_assert_msg(
	    counts.findings == 0, "step %d: %.600s", step, scratch_read("findings", &length));
}

/* ---- what happens ------------------------------------------------------------------------- */

/* A job of a few, for what is done twice to one job is worth looking at. 0: there is none. */
static int
some_job(void)
{
	int span = model.jobs_count < 24 ? model.jobs_count : 24;

	return span == 0 ? 0 : model.jobs_count - (int)random_below((uint64_t)span);
}

static void
begin(void)
{
	struct error err = {0};

	ck_assert_msg(db_begin(db, &err) == 0, "%s", err.text);
}

static void
commit(void)
{
	struct error err = {0};

	ck_assert_msg(db_commit(db, &err) == 0, "step %d: %s", step, err.text);
}

static struct model_job *
model_add_job(int location, int run, int64_t due)
{
	if (model.jobs_count + 2 > model.jobs_capacity) {
		model.jobs_capacity = model.jobs_capacity * 2 + 64;
		model.jobs = realloc(model.jobs, (size_t)model.jobs_capacity * sizeof(*model.jobs));
		ck_assert_ptr_nonnull(model.jobs);
	}
	model.jobs[++model.jobs_count] = (struct model_job){.there = true,
	    .location = location,
	    .run = run,
	    .status = 1,
	    .created = now,
	    .due = due};
	return &model.jobs[model.jobs_count];
}

static struct model_run *
model_add_run(void)
{
	if (model.runs_count + 2 > model.runs_capacity) {
		model.runs_capacity = model.runs_capacity * 2 + 16;
		model.runs = realloc(model.runs, (size_t)model.runs_capacity * sizeof(*model.runs));
		ck_assert_ptr_nonnull(model.runs);
	}
	model.runs[++model.runs_count] = (struct model_run){.ended = now,
	    .retries = 2 * (int64_t)random_below(4),
	    .window = random_below(4) == 0 ? now + 1 + (int64_t)random_below(90) * MINUTE : 0,
	    .first = model.jobs_count + 1};
	return &model.runs[model.runs_count];
}

static int
model_active_at(int location)
{
	for (int i = 1; i <= model.jobs_count; i++)
		if (model.jobs[i].there && model.jobs[i].location == location &&
		    model_active(&model.jobs[i]))
			return i;
	return 0;
}

/* A row for the location, in the run: 1, or 0 where a job is carried out there. */
static int
add_row(struct append *append, struct next_ids *next, struct run *run, int location)
{
	const int64_t due = random_below(3) == 0 ? now + (int64_t)random_below(20) * MINUTE : now;
	int active = model_active_at(location);
	struct row row = {.id = run->id << 32 | (int64_t)(run->rows[0] + 1),
	    .line = run->rows[0] + 2,
	    .outcome = OUTCOME_SUCCEEDED,
	    .existing = OLD,
	    .certificate = NEW,
	    .due = due};
	struct row_location *added = row_add_location(
	    &row, location + 1, model_store(location) + 1);
	struct error err = {0};

	ck_assert_ptr_nonnull(added);
	added->fate = ROW_JOB;
	if (active != 0 && model.jobs[active].status == 2) {
		row_release(&row);
		return 0;
	}
	added->supersedes = active;
	ck_assert_int_eq(append_add(append, &row, &(struct sealed){0}, next, &err), 0);
	run_count(run, &row);
	row_release(&row);
	if (active != 0) {
		model_end(&model.jobs[active], 4, 0);
		model_event(&model.jobs[active], "supersede");
	}
	model_add_job(location, (int)run->id, due);
	return 1;
}

static void
finish_run(struct run *run, struct model_run *made)
{
	struct tally tally = {0};
	struct error err = {0};

	run->line = run->rows[0] + 1;
	run->offset = 100;
	run->state = RUN_FINISHED;
	run->finished_at = now;
	tally.warnings[CODE_JOB_SUPERSEDED] = run->jobs_superseded;
	made->last = model.jobs_count;
	ck_assert_int_eq(db_run_update(db, run, &err), 0);
	/* Known before the first row of a manifest, and not here. */
	ck_assert_int_eq(sqlite_execute(db, "UPDATE run SET rows_total = rows_read", &err), 0);
	ck_assert_int_eq(db_put_tally(db, run->id, &tally, &err), 0);
}

static void
do_apply(void)
{
	struct model_run *made = model_add_run();
	struct append append = {.operator_name = "op"};
	static char path[] = "-", manifest[] = "m", name[] = "op", settings[] = "";
	struct run run = {.path = path,
	    .manifest = manifest,
	    .operator_name = name,
	    .settings = settings,
	    .format = 1,
	    .started_at = now,
	    .retries = made->retries,
	    .has_window = made->window != 0,
	    .window_end = made->window};
	struct error err = {0};
	struct next_ids next;

	begin();
	ck_assert_int_eq(db_next_ids(db, &next, &err), 0);
	SAME("next job", 0, next.job, model.jobs_count + 1);
	ck_assert_int_eq(db_run_insert(db, &run, &err), 0);
	SAME("run", 0, run.id, model.runs_count);
	append_clear(&append, now, now);
	for (int i = 0, first = (int)random_below(LOCATIONS); i < RUN_ROWS; i++)
		(void)add_row(&append, &next, &run, (first + i * 7) % LOCATIONS);
	ck_assert_msg(db_append(db, &append, &err) == 0, "step %d: %s", step, err.text);
	finish_run(&run, made);
	commit();
	append_release(&append);
}

/* Takes the job's token from its line of a claim's output; the line after it. */
static const char *
take_token(int id, const char *line)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "{\"JobId\":%d,\"Claim\":\"", id);
	ck_assert_msg(line != NULL && strncmp(line, expected, strlen(expected)) == 0,
	    "step %d: expected job %d, not %s", step, id, line);
	ck_assert(claim_parse(line + strlen(expected), 32, model.jobs[id].token));
	return strchr(line, '\n') + 1;
}

static void
model_hand_out(struct model_job *job, int64_t lease)
{
	job->status = 2;
	job->result = 0;
	job->attempts++;
	job->claims++;
	job->has_token = true;
	job->leased = now;
	job->until = now + lease;
	model_event(job, "claim");
}

/* Whether the store has the old certificate where no active job is, but for this one. */
static bool
model_is_leftover(int id, const bool *busy)
{
	const struct model_job *job = &model.jobs[id];
	int store = model_store(job->location);

	for (int location = store; location < LOCATIONS; location += STORES)
		if (model.holds[location] == OLD &&
		    (!busy[location] || (model_active(job) && location == job->location)))
			return true;
	return false;
}

/* The locations that have an active job. */
static void
model_busy(bool busy[LOCATIONS])
{
	for (int location = 0; location < LOCATIONS; location++)
		busy[location] = model_active_at(location) != 0;
}

/* Whether a job that is due is handed out; one that the inventory shows to be done is settled. */
static bool
model_is_handed_out(int id, bool changed, const bool *busy)
{
	struct model_job *job = &model.jobs[id];
	const struct model_run *of = &model.runs[job->run];

	if (!model_may(job) || (of->window != 0 && !job->rescheduled && of->window <= now))
		return false;
	if (!model_is_newer(job))
		return true;
	if (!model_shows(job, NEW))
		return changed || model_shows(job, OLD);
	model_settle(job, model_is_leftover(id, busy));
	return false;
}

/* Takes the jobs that a claim should hand out from its output, and their tokens. */
static void
take_claimed(int machine, int run, const struct claim_wish *wish, const char *line)
{
	int64_t due = INT64_MIN;
	bool busy[LOCATIONS];
	size_t claimed = 0;
	int id = 0;

	model_busy(busy);
	while (claimed < wish->limit && model_next(machine, run, &due, &id) != 0) {
		if (!model_is_handed_out(id, wish->changed, busy))
			continue;
		line = take_token(id, line);
		model_hand_out(&model.jobs[id], wish->lease);
		claimed++;
	}
	ck_assert_msg(line == NULL || *line == '\0', "step %d: too many: %s", step, line);
	if (claimed > 0 && model.clock < now)
		model.clock = now;
}

static void
do_claim(void)
{
	static const char *const names[MACHINES] = {"M0", "m1", "m2", ""};
	int machine = (int)random_below(MACHINES + 1) - 1; /* -1: all */
	int run = random_below(8) == 0 && model.runs_count > 0
		      ? 1 + (int)random_below((uint64_t)model.runs_count)
		      : 0;
	struct buffer output = {0};
	struct claim_lines lines = {.output = &output};
	const struct claim_wish wish = {.machine = machine < 0 ? NULL : names[machine],
	    .run = run,
	    .limit = 1 + random_below(8),
	    .changed = random_below(8) == 0,
	    .lease = 1000 * (1 + (int64_t)random_below(600)),
	    .take = claim_line_add,
	    .closure = &lines};
	struct claim_counts counts;
	struct error err = {0};

	model_pass_time();
	ck_assert_msg(
	    claim_jobs(&hand, &wish, clock_now, &counts, &err) == 0, "step %d: %s", step, err.text);
	buffer_add(&output, "", 1);
	take_claimed(machine, run, &wish, output.bytes);
	buffer_release(&output);
}

/* A token for a report: the job's last one, another one, or none. */
static bool
choose_token(const struct model_job *job, unsigned char token[JOB_CLAIM_SIZE])
{
	memcpy(token, job->token, JOB_CLAIM_SIZE);
	if (random_below(8) == 0)
		token[3] ^= 1;
	return random_below(4) != 0;
}

/* What the contract's table says of a report, as one condition after the other. */
static enum complete_outcome
model_report(struct model_job *job, bool has_token, const unsigned char *token, int result,
    enum life_refusal *refusal)
{
	*refusal = REFUSAL_NONE;
	if (!job->there)
		*refusal = REFUSAL_NO_SUCH_JOB;
	else if (!model_may(job))
		*refusal = REFUSAL_NOT_PERMITTED;
	else if (has_token && (!job->has_token || memcmp(token, job->token, JOB_CLAIM_SIZE) != 0))
		*refusal = REFUSAL_LEASE_LOST;
	if (*refusal != REFUSAL_NONE)
		return COMPLETE_REFUSED;
	if (job->status == 5 && result == 4 && has_token)
		return COMPLETE_UNCHANGED;
	if (model_active(job)) {
		model_complete(job, result);
		model_event(job, "complete");
		return job->status == 5 ? COMPLETE_RETRY : COMPLETE_DONE;
	}
	if (job->status == 3 && job->result == result)
		return COMPLETE_UNCHANGED;
	*refusal = job->status == 3   ? REFUSAL_COMPLETED
		   : job->result == 0 ? REFUSAL_CANCELLED
				      : REFUSAL_ACKNOWLEDGED;
	if (*refusal == REFUSAL_CANCELLED)
		model_event(job, "late-report");
	return COMPLETE_REFUSED;
}

static void
do_complete(void)
{
	int id = some_job(), result = random_below(2) == 0 ? 4 : 2 + (int)random_below(3);
	struct complete_report report = {
	    .job = id, .event = (enum life_event)((int)LIFE_EVENT_SUCCESS + result - 2)};
	struct complete_answer answer;
	enum complete_outcome outcome;
	enum life_refusal refusal;
	struct error err = {0};

	if (id == 0)
		return;
	report.has_claim = choose_token(&model.jobs[id], report.claim);
	begin();
	ck_assert_msg(
	    complete_job(&hand, &report, now, &answer, &err) == 0, "step %d: %s", step, err.text);
	commit();
	outcome = model_report(&model.jobs[id], report.has_claim, report.claim, result, &refusal);
	SAME("outcome", id, (int)answer.outcome, (int)outcome);
	SAME("refusal", id, (int)answer.refusal, (int)refusal);
}

static void
do_renew(void)
{
	int id = some_job();
	struct model_job *job = &model.jobs[id];
	struct claim_renewal renewal = {.job = id, .lease = 1000 * (int64_t)random_below(900)};
	enum life_refusal refusal;
	struct error err = {0};
	bool good;

	if (id == 0)
		return;
	(void)choose_token(job, renewal.claim);
	begin();
	ck_assert_int_eq(claim_renew(&hand, &renewal, now, &refusal, &err), 0);
	commit();
	good = job->there && model_may(job) && job->status == 2 &&
	       memcmp(renewal.claim, job->token, JOB_CLAIM_SIZE) == 0;
	SAME("a renewal", id, refusal == REFUSAL_NONE, good);
	if (!good)
		return;
	if (job->until < now + renewal.lease || job->leased > now) {
		job->leased = now;
		job->until = now + renewal.lease;
	}
	model_event(job, "renew");
}

/* Whether a job that failed must not be tried again: it was proven, another one is active, or a
 * later one has ended as something that lasts. */
static bool
model_is_over(int id)
{
	const struct model_job *job = &model.jobs[id];

	if (job->result != 4)
		return false;
	if (job->proven != 0 || (!model_active(job) && model_has_other(id)))
		return true;
	for (int i = id + 1; i <= model.jobs_count; i++) {
		const struct model_job *later = &model.jobs[i];

		if (later->there && later->location == job->location && !model_active(later) &&
		    later->result != 0 && (later->result != 4 || later->proven == 0))
			return true;
	}
	return false;
}

/* unschedule, reschedule, acknowledge: whether the model lets it happen, and does it. */
static bool
model_manage(int id, enum life_event event, const struct life_given *given)
{
	struct model_job *job = &model.jobs[id];
	bool leased = job->status == 2 && job->until > now, active = model_active(job);
	bool cancelled = job->status == 4 && job->result == 0;

	if (event == LIFE_EVENT_UNSCHEDULE) {
		if (!active || leased)
			return false;
		model_end(job, 4, 0);
	} else if (event == LIFE_EVENT_RESCHEDULE) {
		if (leased || cancelled || (!active && job->result != 4) || model_is_over(id))
			return false;
		model.reactivated += !active;
		model_end(job, 1, 0);
		job->completed = job->proven = job->claims = job->failures = 0;
		job->has_token = false;
		memset(job->token, 0, JOB_CLAIM_SIZE);
		job->due = given->due_at;
		job->rescheduled = true;
	} else {
		if ((active && job->status != 5) || job->status == 4 ||
		    (job->result == 2 && job->proven != 0))
			return false;
		job->completed = job->completed == 0 ? now : job->completed;
		job->status = 4;
	}
	model_event(job, life_event_word(event));
	return true;
}

/* The old file is in its place again: whether the model lets it happen, and does it. */
static bool
model_put_back(struct model_job *job, bool is_final)
{
	bool was_active = model_active(job);

	if (job->status == 1 || job->status == 4)
		return false;
	if (job->status != 3 || job->result != 4) {
		int64_t failures = job->failures, due = job->due;

		model_complete(job, 4);
		if (is_final) {
			model_end(job, 3, 4);
			job->completed = now;
			job->failures = failures;
			job->due = due;
		}
	}
	job->proven = 0;
	model.reactivated += !was_active && model_active(job);
	model_event(job, life_event_word(LIFE_EVENT_RESTORE));
	return true;
}

static void
do_restore(void)
{
	int id = some_job();
	const struct life_given given = {.now = now, .is_final = random_below(2) == 0};
	const struct hand_event event = {.event = LIFE_EVENT_RESTORE};
	enum life_refusal refusal = REFUSAL_NONE;
	struct life_cell cell = {LIFE_REFUSE, REFUSAL_NONE};
	struct job_record job;
	struct error err = {0};
	bool done;

	if (id == 0)
		return;
	begin();
	ck_assert_int_eq(hand_find(&hand, id, &job, &refusal, &err), 0);
	if (refusal == REFUSAL_NONE)
		ck_assert_msg(
		    hand_carry_out(&hand, &job, &event, &given, &cell, &err) == 0, "%s", err.text);
	ck_assert_int_eq(db_commit(db, &err), 0);
	done = model.jobs[id].there && model_may(&model.jobs[id]) &&
	       model_put_back(&model.jobs[id], given.is_final);
	SAME("restored", id, cell.action == LIFE_PUT_BACK, done);
}

/* What a person does to one job. */
static void
do_change(enum life_event event)
{
	int id = some_job();
	const struct life_given given = {
	    .now = now, .due_at = now + (int64_t)random_below(10) * MINUTE};
	const struct change_wish wish = {.event = event, .due_at = given.due_at};
	struct change_answer answer;
	struct change change;
	struct error err = {0};
	bool done;

	if (id == 0)
		return;
	ck_assert_int_eq(change_begin(&change, &hand, &wish, clock_now, &err), 0);
	ck_assert_msg(change_job(&change, id, &answer, &err) == 0, "%s", err.text);
	ck_assert_int_eq(change_commit(&change, &err), 0);
	change_release(&change);
	done = model.jobs[id].there && model_may(&model.jobs[id]) &&
	       model_manage(id, event, &given);
	SAME(life_event_word(event), id, answer.outcome == CHANGE_DONE, done);
}

/* What an inventory finds at a location: mostly what was there, and now and then nothing. */
static int
choose_certificate(int location)
{
	static const int found[] = {NEW, NEW, OLD, OLD, OTHER, 0};

	return random_below(2) == 0 ? model.holds[location]
				    : found[random_below(sizeof(found) / sizeof(found[0]))];
}

/* Stages what is found in a store, also in the model if it will be taken. */
static void
add_items(struct inventory *inventory, int store, int64_t at)
{
	int64_t counts_as = at < now ? at : now;
	bool taken = counts_as >= model.inventoried_at[store];
	struct inventory_item item = {.store = store + 1, .at = at};
	struct error err = {0};
	char alias[16];
	int items = 0;

	for (int location = store; location < LOCATIONS; location += STORES) {
		int certificate = choose_certificate(location);

		if (taken)
			model.holds[location] = certificate;
		if (certificate == 0)
			continue;
		item.alias = alias;
		item.alias_length = (size_t)snprintf(alias, sizeof(alias), "a%d", location);
		item.certificate = certificate;
		ck_assert_int_eq(inventory_add(inventory, &item, &err), 0);
		items++;
	}
	item.alias = NULL;
	if (items == 0)
		ck_assert_int_eq(inventory_add(inventory, &item, &err), 0);
	if (taken)
		model.inventoried_at[store] = counts_as;
}

static void
ignore_finding(void *closure, const struct inventory_finding *finding)
{
	(void)closure;
	(void)finding;
}

static void
model_inventory(int store)
{
	bool busy[LOCATIONS];

	model_busy(busy);
	for (int i = 1; i <= model.jobs_count; i++) {
		struct model_job *job = &model.jobs[i];

		if (!job->there || model_store(job->location) != store ||
		    (job->status == 4 && job->result == 0) || !model_is_newer(job) ||
		    !model_shows(job, NEW))
			continue;
		model_settle(job, model_is_leftover(i, busy));
	}
}

/* An inventory of two stores, as an import has it: of the past, of now or of the future. */
static void
do_inventory(void)
{
	volatile sig_atomic_t stop = 0;
	const struct context context = {.operator_name = "op", .stop = &stop};
	struct settle_counts settled = {0};
	struct inventory_counts counts = {0};
	struct error err = {0};
	struct inventory *inventory = inventory_begin(db, now, &err);
	int first = (int)random_below(STORES), second = (first + 3) % STORES;
	int64_t at = now + ((int64_t)random_below(6) - 4) * MINUTE;
	const int64_t known[] = {model.inventoried_at[first], model.inventoried_at[second]};

	ck_assert_ptr_nonnull(inventory);
	add_items(inventory, first, at);
	add_items(inventory, second, at);
	ck_assert_msg(
	    inventory_merge(inventory, ignore_finding, NULL, &counts, &err) == 0, "%s", err.text);
	ck_assert_msg(settle_jobs(inventory, &context, now, &settled, &err) == 0, "step %d: %s",
	    step, err.text);
	ck_assert_int_eq(inventory_commit(inventory, &err), 0);
	inventory_free(inventory);
	at = at < now ? at : now;
	SAME("stores not taken", 0, (int)counts.older, (at < known[0]) + (at < known[1]));
	if (at >= known[0])
		model_inventory(first);
	if (at >= known[1])
		model_inventory(second);
}

static bool
model_is_newest(int id)
{
	for (int i = id + 1; i <= model.jobs_count; i++)
		if (model.jobs[i].there && model.jobs[i].location == model.jobs[id].location)
			return false;
	return true;
}

static void
model_purge(int64_t before)
{
	for (int i = 1; i <= model.runs_count; i++) {
		struct model_run *run = &model.runs[i];

		run->goes = !run->purged && run->ended < before;
		for (int j = run->first; j <= run->last; j++)
			run->goes = run->goes && !model_active(&model.jobs[j]) &&
				    !model_is_newest(j);
	}
	for (int i = 1; i <= model.runs_count; i++) {
		struct model_run *run = &model.runs[i];

		run->purged = run->purged || run->goes;
		for (int j = run->first; run->goes && j <= run->last; j++)
			model.jobs[j].there = false;
	}
}

static void
do_purge(void)
{
	const int64_t before = now - (int64_t)random_below(60) * MINUTE;
	struct purge_outcome outcome;
	struct purge_runs runs;
	struct error err = {0};

	ck_assert_msg(db_purge_read(db, before, &runs, &err) == 0, "%s", err.text);
	ck_assert_msg(purge_runs(db, &runs, &outcome, &err) == 0, "step %d: %s", step, err.text);
	purge_runs_release(&runs);
	model_purge(before);
}

/* Forward mostly; now and then back, by less or more than what a claim minds. */
static void
do_time(void)
{
	if (random_below(12) == 0)
		now -= (int64_t)random_below(2) == 0 ? 5000 : (int64_t)random_below(200) * MINUTE;
	else
		now += (int64_t)random_below(8) * MINUTE + 1;
}

static void
do_something(void)
{
	switch (random_below(40)) {
	case 0:
	case 1:
	case 2:
		do_apply();
		break;
	case 3:
		do_purge();
		break;
	case 4:
	case 5:
		do_change(LIFE_EVENT_UNSCHEDULE);
		break;
	case 6:
	case 7:
	case 8:
		do_change(LIFE_EVENT_RESCHEDULE);
		break;
	case 9:
	case 10:
		do_change(LIFE_EVENT_ACKNOWLEDGE);
		break;
	case 11:
		do_restore();
		break;
	case 12:
		do_inventory();
		break;
	case 13:
	case 14:
	case 15:
		do_renew();
		break;
	case 16:
	case 17:
	case 18:
	case 19:
	case 20:
	case 21:
		do_time();
		break;
	case 22:
	case 23:
	case 24:
	case 25:
	case 26:
	case 27:
	case 28:
		do_claim();
		break;
	default:
		do_complete();
	}
}

/* ---- the suite ---------------------------------------------------------------------------- */

static void
set_up(void)
{
	struct error err = {0};
	char sql[512];

	enter();
	create();
	tamper(
	    "INSERT INTO container VALUES (1, 'one'), (2, 'two');"
	    "INSERT INTO certificate(id) VALUES (101), (201), (301);"
	    "INSERT INTO role_permission VALUES ('r', 'op', '/certificate_stores/schedule/1/');");
	for (int i = 0; i < STORES; i++) {
		snprintf(sql, sizeof(sql),
		    "INSERT INTO store(id, guid, container, client_machine, type, approved) VALUES"
		    " (%d, 'aaaaaaaa-0000-4000-8000-00000000000%d', %d, nullif('M%d', 'M3'), 0, 1)",
		    i + 1, i, i == STORES - 1 ? 2 : 1, i % MACHINES);
		tamper(sql);
	}
	for (int i = 0; i < LOCATIONS; i++) {
		snprintf(sql, sizeof(sql),
		    "INSERT INTO location(id, store, alias, certificate) VALUES"
		    " (%d, %d, 'a%d', %d)",
		    i + 1, model_store(i) + 1, i, OLD);
		tamper(sql);
		model.holds[i] = OLD;
	}
	db = open_good(DB_WRITE);
	ck_assert_int_eq(sqlite_execute(db, "PRAGMA synchronous = OFF", &err), 0);
	ck_assert_int_eq(db_permissions(db, "op", &permissions, &err), 0);
	hand = (struct hand){.db = db, .operator_name = "op", .permissions = &permissions};
	now = START;
}

static void
tear_down(void)
{
	permissions_release(&permissions);
	db_close(db);
	free(model.jobs);
	free(model.runs);
	memset(&model, 0, sizeof(model));
	leave();
}

static int64_t
setting(const char *name, int64_t value)
{
	const char *given = getenv(name);

	return given == NULL ? value : strtoll(given, NULL, 10);
}

START_TEST(does_what_a_plain_model_does)
{
	int64_t steps = setting("JOBS_STEPS", 2000);

	random_state = (uint64_t)setting("JOBS_SEED", 3) * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (step = 1; step <= steps; step++) {
		do_something();
		if (step % STEPS_COMPARE == 0 || step == steps)
			compare();
		if (step % STEPS_VERIFY == 0 || step == steps)
			verify();
		if (step % STEPS_DATABASE == 0) {
			tear_down();
			set_up();
		}
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("model");
	TCase *tests = tcase_create("model");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, does_what_a_plain_model_does);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
