#include "verify/verify_private.h"

#include "database/verify_stored.h"
#include "database/sealed.h"
#include "limits.h"
#include "program/progress.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

/* v->active has a bit for each location up to it. */
#define LOCATION_MOST (INT64_C(1) << 32)

int
verify_end(struct verifying *v, int rc, bool *whole)
{
	const struct verify_place nowhere = {0};

	*whole = rc == 0;
	/* A signal ends SQLite's work: what that says is no finding. */
	if (rc == -1 && stop_asked(v->options->stop, v->err, NULL, "interrupted") == -1)
		return -1;
	if (rc != -1 || v->err->code != ERROR_STORAGE || !verification_is_damage(v->verification))
		return rc;
	return verify_report(v, IRREGULARITY_DAMAGED, &nowhere, v->err->text);
}

int
verify_begin(struct verifying *v)
{
	bool whole;

	v->start = verification_start(v->verification, v->err);
	if (v->start == NULL)
		return verify_end(v, -1, &whole);
	v->runs = v->start->runs;
	v->run_count = v->start->count;
	v->counts->runs = v->run_count;
	v->counted = calloc(v->run_count + 1, sizeof(*v->counted));
	if (v->counted == NULL)
		return error_memory(v->err);
	for (size_t i = 0; i < v->run_count; i++)
		v->counted[i].next = 1;
	return 0;
}

/* ---- pages, schema, values, references, tallies ---------------------------------------------- */

int
verify_damage(struct verifying *v)
{
	static const char heading[] = "*** in database ";
	const struct verify_place nowhere = {0};
	struct buffer lines = {0};
	bool whole;
	char *rest, *line;
	int rc;

	progress_begin("verify", "reads of all pages", 0, 1);
	rc = verify_end(v, verification_damage(v->verification, &lines, v->err), &whole);
	rest = lines.bytes;

	while (rc == 0 && rest != NULL && (line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0' && strncmp(line, heading, sizeof(heading) - 1) != 0)
			rc = verify_report(v, IRREGULARITY_DAMAGED, &nowhere, line);
	buffer_release(&lines);
	return rc;
}

static int
verify_report_difference(void *closure, enum schema_kind kind, const struct stored_fault *fault)
{
	static const enum irregularity irregularities[] = {
	    [SCHEMA_FOREIGN] = IRREGULARITY_FOREIGN_SCHEMA,
	    [SCHEMA_MISSING] = IRREGULARITY_MISSING_SCHEMA,
	    [SCHEMA_CHANGED] = IRREGULARITY_CHANGED_SCHEMA,
	};
	const struct verify_place place = {.table = fault->table};

	return verify_report(closure, irregularities[kind], &place, fault->text);
}

int
verify_schema(struct verifying *v)
{
	bool whole;

	return verify_end(
	    v, verify_schema_differences(v->db, verify_report_difference, v, v->err), &whole);
}

static int
verify_report_value(void *closure, const struct stored_fault *fault)
{
	const struct verify_place place = {
	    .table = fault->table, .has_id = fault->has_id, .id = fault->id, .run = fault->run};

	return verify_report(closure, IRREGULARITY_BAD_VALUE, &place, fault->text);
}

int
verify_values(struct verifying *v)
{
	bool whole;
	int rc = 0;

	progress_begin("verify", "tables", 0, verify_stored_tables());
	for (size_t i = 0; rc == 0 && i < verify_stored_tables(); i++) {
		rc = verify_stored(v->db, i, verify_report_value, v, v->err);
		progress_add(1);
		rc = verify_end(v, rc, &whole);
	}
	return rc;
}

static int
verify_report_reference(struct verifying *v, const struct verify_place *place, const char *table)
{
	buffer_addf(&v->text, "it names a row of %s that is not there", table);
	return verify_report_text(v, IRREGULARITY_MISSING_REFERENCE, place, true);
}

int
verify_references(struct verifying *v, enum verify_pass pass)
{
	struct verify_fault fault;
	bool whole;
	int rc;

	verification_begin(v->verification, pass);
	while ((rc = verification_fault(v->verification, &fault, v->err)) == 1) {
		const struct verify_place place = {
		    .table = fault.table, .has_id = fault.has_id, .id = fault.id};

		if (verify_report_reference(v, &place, fault.text == NULL ? "" : fault.text) == -1)
			return -1;
	}
	return verify_end(v, rc, &whole);
}

int
verify_all_tallies(struct verifying *v)
{
	struct verify_tally tally;
	bool whole;
	int rc;

	verification_begin(v->verification, PASS_TALLIES);
	while ((rc = verification_tally(v->verification, &tally, v->err)) == 1) {
		const struct verify_place place = {.table = "tally", .run = tally.run};
		const char *wrong = verify_tally(&tally);

		if (wrong == NULL)
			continue;
		buffer_addf(&v->text, "%s %s: %s", tally.kind == NULL ? "" : tally.kind,
		    tally.name == NULL ? "" : tally.name, wrong);
		if (verify_report_text(v, IRREGULARITY_WRONG_TALLY, &place, true) == -1)
			return -1;
	}
	return verify_end(v, rc, &whole);
}

/* ---- rows ----------------------------------------------------------------------------------- */

/*
 * Reports a run that rows name and that is not there, once: the rows of a run follow each other. A
 * run that began after the start was not read.
 */
static int
verify_report_orphan(struct verifying *v, const struct verify_row *row, int64_t *orphan)
{
	const struct verify_start *start = v->start;
	int64_t run = row->id >> 32,
		last = v->run_count == 0 ? 0 : v->runs[v->run_count - 1].run.id;
	const struct verify_place place = verify_place("request", row->id, run, row->line);

	if (run == *orphan || (run > last && run != start->last_request >> 32))
		return 0;
	*orphan = run;
	return verify_report_reference(v, &place, "run");
}

static int
verify_row_ranges(
    struct verifying *v, const struct verify_row *row, const struct verify_place *place)
{
	const struct verify_range *jobs = &row->jobs, *refusals = &row->refusals;

	if (verify_report_text(v, IRREGULARITY_WRONG_RANGE, place,
		verify_range(jobs, row->id, "job", &v->text)) == -1 ||
	    verify_report_text(v, IRREGULARITY_WRONG_RANGE, place,
		verify_range(refusals, row->id, "refusal", &v->text)) == -1)
		return -1;
	if (jobs->count > 0 && !row->has_certificates)
		return verify_report(
		    v, IRREGULARITY_BAD_VALUE, place, "jobs, but not both certificates");
	return 0;
}

static void
verify_count_dues(const struct verify_row *row, struct verify_counted *counted)
{
	if (!row->has_due || row->jobs.count < 1)
		return;
	if (counted->found[COUNT_LATER] == 0 || row->due < counted->first_due)
		counted->first_due = row->due;
	if (counted->found[COUNT_LATER] == 0 || row->due > counted->last_due)
		counted->last_due = row->due;
	counted->found[COUNT_LATER] += (uint64_t)row->jobs.count;
}

static int
verify_count_row(struct verifying *v, const struct verify_row *row,
    const struct verify_place *place, struct verify_counted *counted)
{
	uint64_t number = (uint64_t)row->id & UINT32_MAX, line = (uint64_t)row->line;
	const struct verify_place of_run = verify_place("run", place->run, place->run, 0);

	if (verify_report_text(
		v, IRREGULARITY_MISSING_ROWS, &of_run, verify_gap(counted, number, &v->text)) == -1)
		return -1;
	counted->next = number + 1;
	if (row->outcome > 0 && row->outcome < OUTCOME_COUNT)
		counted->found[row->outcome]++;
	counted->found[COUNT_KEPT] += (uint64_t)row->kept;
	verify_count_dues(row, counted);
	if (row->has_offset && (uint64_t)row->offset > counted->offset)
		counted->offset = (uint64_t)row->offset;
	if (row->line < 1 || line < counted->line)
		return verify_report(v, IRREGULARITY_BAD_VALUE, place,
		    "its line is not behind that of the row before it");
	counted->line = line;
	return 0;
}

/* Whether the key opens a sealed password: 1 or 0; -1 and err. Without a key, or without a
 * password, 1. */
static int
verify_opens(struct verifying *v, const struct keyring_value *value)
{
	size_t length = value->sealed.length;
	enum secret_answer answer;
	struct error why = {0};

	if (v->keyring == NULL || value->sealed.bytes == NULL)
		return 1;
	if (length == 0 || length > LIMIT_FIELD + SEAL_OVERHEAD)
		return 0;
	answer = keyring_unseal(v->keyring, value, v->password, &why);
	if (answer == SECRET_FAILED) {
		*v->err = why;
		return -1;
	}
	explicit_bzero(v->password, answer == SECRET_GOOD ? length - SEAL_OVERHEAD : 0);
	return answer == SECRET_GOOD;
}

/* Whether the sealed password opens is looked at, and reported where it does not. */
static int
verify_password(
    struct verifying *v, const struct keyring_value *value, const struct verify_place *place)
{
	int opens = verify_opens(v, value);

	v->counts->passwords += value->sealed.bytes != NULL;
	if (opens == -1)
		return -1;
	return verify_report(v, IRREGULARITY_SEALED_PASSWORD, place,
	    opens == 0 ? "its sealed password cannot be opened with the key" : NULL);
}

static struct keyring_value
verify_sealed(enum seal_field field, int64_t row, const struct db_value *sealed)
{
	struct keyring_value value = {.field = field, .row = row};

	if (sealed->type != DB_NULL)
		value.sealed = (struct seal_bytes){
		    sealed->length == 0 ? "" : sealed->data, sealed->length};
	return value;
}

/* A data key that does not open, or is of a run that is not there. */
static int
verify_data_key(
    void *closure, const struct sealed_value *value, struct sealed_value *to, struct error *err)
{
	struct verifying *v = closure;
	const struct verify_place place = verify_place("data_key", value->row, value->row, 0);
	bool known = value->row == KEYRING_STORES ||
		     verify_find_run(v, value->row) < v->run_count ||
		     value->row > v->start->last_request >> 32; /* made since the start */
	enum secret_answer answer = keyring_opens_data_key(v->keyring, value, err);

	(void)to;
	if (answer == SECRET_FAILED)
		return -1;
	return verify_report(v, IRREGULARITY_SEALED_PASSWORD, &place,
	    answer == SECRET_REFUSED ? "the data key cannot be opened with the key"
	    : known                  ? NULL
				     : "a data key of a run that is not there");
}

int
verify_data_keys(struct verifying *v)
{
	bool whole;

	if (v->keyring == NULL)
		return 0;
	return verify_end(
	    v, db_sealed_change(v->db, SEALED_DATA_KEYS, verify_data_key, v, v->err), &whole);
}

int
verify_stores(struct verifying *v)
{
	struct verify_store store;
	bool whole;
	int rc;

	verification_begin(v->verification, PASS_STORES);
	while ((rc = verification_store(v->verification, &store, v->err)) == 1) {
		const struct verify_place place = verify_place("store", store.id, 0, 0);

		const struct keyring_value password = verify_sealed(
		    SEAL_STORE_PASSWORD, store.id, &store.password);

		if (verify_password(v, &password, &place) == -1)
			return -1;
	}
	return verify_end(v, rc, &whole);
}

static int
verify_take_row(struct verifying *v, const struct verify_row *row, int64_t *orphan)
{
	const struct verify_place place = verify_place(
	    "request", row->id, row->id >> 32, row->line);
	size_t i = verify_find_run(v, row->id >> 32);
	struct keyring_value password;

	if (i == v->run_count)
		return verify_report_orphan(v, row, orphan);
	/* Rows that a run has appended since the start, or too many: verify_run() reports them. */
	if (((uint64_t)row->id & UINT32_MAX) > v->runs[i].run.rows[0])
		return 0;
	v->counts->rows++;
	if (verify_count_row(v, row, &place, &v->counted[i]) == -1 ||
	    verify_report(v, IRREGULARITY_WRONG_OUTCOME, &place, verify_outcome(row)) == -1 ||
	    verify_row_ranges(v, row, &place) == -1)
		return -1;
	if (run_is_purged(&v->runs[i].run)) /* its data key went first */
		return 0;
	password = verify_sealed(SEAL_REQUEST_PASSWORD, row->id, &row->password);
	return verify_password(v, &password, &place);
}

int
verify_rows(struct verifying *v, bool *whole)
{
	struct verify_row row;
	int64_t orphan = 0;
	uint64_t total = 0;
	int rc;

	for (size_t i = 0; i < v->run_count; i++)
		total += v->runs[i].run.rows[0];
	progress_begin("verify", "rows", 0, total);
	verification_begin(v->verification, PASS_ROWS);
	while ((rc = verification_row(v->verification, &row, v->err)) == 1) {
		progress_add(1);
		if (verify_take_row(v, &row, &orphan) == -1)
			return -1;
	}
	return verify_end(v, rc, whole);
}

/* ---- jobs and refusals ---------------------------------------------------------------------- */

/* Items that follow each other and name one request. */
struct item_group {
	struct verify_span span; /* its ids */
	struct verify_item item; /* the first */
};

/* A pass over jobs or refusals. */
struct item_pass {
	enum verify_pass pass;
	const char *table;
	enum verify_count count;
	uint64_t *looked_at;
	const char *unit;
	int64_t last; /* the id */
};

static int
verify_end_group(struct verifying *v, const struct item_pass *pass, struct item_group *group)
{
	const struct verify_item *item = &group->item;
	const struct verify_span span = group->span;
	int64_t run = item->request >> 32;
	const struct verify_place of_item = verify_place(pass->table, span.first, run, 0);
	const struct verify_place of_request = verify_place(
	    "request", item->request, run, item->line);
	size_t i = verify_find_run(v, run);

	group->span.count = 0;
	if (span.count == 0)
		return 0;
	if (i < v->run_count && (item->has_request || v->runs[i].run.state == RUN_PURGED))
		v->counted[i].found[pass->count] += (uint64_t)span.count;
	if (!item->has_request)
		return verify_report_reference(v, &of_item, "request");
	return verify_report_text(v, IRREGULARITY_WRONG_RANGE, &of_request,
	    verify_group(&item->range, &span, pass->table, &v->text));
}

/* Marks the location of an active job; v->repeated where it had one already. */
static int
verify_mark_active(struct verifying *v, const struct verify_item *item)
{
	uint64_t location = (uint64_t)item->location;

	if (item->location < 1 || item->location > LOCATION_MOST)
		return 0; /* a finding of verify_values() */
	if (!bitmap_has(&v->active, location))
		return bitmap_set(&v->active, location) == -1 ? error_memory(v->err) : 0;
	v->repeated = true;
	return verification_mark(v->verification, item->location) == -1 ? error_memory(v->err) : 0;
}

static int
verify_take_item(struct verifying *v, const struct item_pass *pass, const struct verify_item *item)
{
	const struct verify_place place = verify_place(
	    pass->table, item->id, item->request >> 32, item->line);
	enum code code;
	size_t i;

	if (!item->has_location)
		return verify_report_reference(v, &place, "location");
	if (pass->pass == PASS_REFUSALS &&
	    (item->code == NULL || !code_parse(item->code, &code) ||
		code_kind(code) != CODE_STORE) &&
	    verify_report(v, IRREGULARITY_BAD_VALUE, &place,
		"its code is none that refuses a location") == -1)
		return -1;
	if (item->superseded_by_run != 0 &&
	    (i = verify_find_run(v, item->superseded_by_run)) < v->run_count)
		v->counted[i].found[COUNT_SUPERSEDED]++;
	if (item->is_active && verify_mark_active(v, item) == -1)
		return -1;
	if (item->store == item->location_store)
		return 0;
	buffer_addf(&v->text, "its store is %lld, that of its location is %lld",
	    (long long)item->store, (long long)item->location_store);
	return verify_report_text(v, IRREGULARITY_OTHER_STORE, &place, true);
}

static int
verify_pass_items(struct verifying *v, const struct item_pass *pass, bool *whole)
{
	struct verify_item item;
	struct item_group group = {0};
	int rc;

	progress_begin("verify", pass->unit, 0, (uint64_t)pass->last);
	verification_begin(v->verification, pass->pass);
	while ((rc = verification_item(v->verification, &item, v->err)) == 1) {
		progress_add(1);
		if (group.span.count > 0 && item.request != group.item.request &&
		    verify_end_group(v, pass, &group) == -1)
			return -1;
		if (group.span.count == 0)
			group = (struct item_group){.span.first = item.id, .item = item};
		group.span.last = item.id;
		group.span.count++;
		++*pass->looked_at;
		if (verify_take_item(v, pass, &item) == -1)
			return -1;
	}
	if (rc == 0 && verify_end_group(v, pass, &group) == -1)
		return -1;
	return verify_end(v, rc, whole);
}

int
verify_several(struct verifying *v)
{
	struct verify_several several;
	bool whole;
	int rc;

	if (!v->repeated)
		return 0;
	verification_begin(v->verification, PASS_SEVERAL);
	while ((rc = verification_several(v->verification, &several, v->err)) == 1) {
		const struct verify_place place = verify_place("location", several.location, 0, 0);

		buffer_addf(&v->text, "%lld jobs of it are active, job %lld and job %lld%s",
		    (long long)several.count, (long long)several.first, (long long)several.last,
		    several.count > 2 ? " among them" : "");
		if (verify_report_text(v, IRREGULARITY_SEVERAL_ACTIVE, &place, true) == -1)
			return -1;
	}
	return verify_end(v, rc, &whole);
}

/* A pass whose faults are of one kind, each with its text. */
static int
verify_pass_faults(struct verifying *v, enum verify_pass pass, enum irregularity irregularity)
{
	struct verify_fault fault;
	bool whole;
	int rc;

	verification_begin(v->verification, pass);
	while ((rc = verification_fault(v->verification, &fault, v->err)) == 1) {
		const struct verify_place place = {
		    .table = fault.table, .has_id = fault.has_id, .id = fault.id};

		if (verify_report(v, irregularity, &place, fault.text) == -1)
			return -1;
	}
	return verify_end(v, rc, &whole);
}

int
verify_waiting(struct verifying *v)
{
	if (verify_pass_faults(v, PASS_QUEUE, IRREGULARITY_WRONG_QUEUE) == -1 ||
	    verify_pass_faults(v, PASS_SURPLUS, IRREGULARITY_WRONG_QUEUE) == -1)
		return -1;
	if (verify_pass_faults(v, PASS_HISTORY, IRREGULARITY_WRONG_HISTORY) == -1)
		return -1;
	return verify_pass_faults(v, PASS_PROOF, IRREGULARITY_WRONG_PROOF);
}

int
verify_jobs(struct verifying *v, bool *whole)
{
	const struct item_pass pass = {
	    PASS_JOBS, "job", COUNT_JOBS, &v->counts->jobs, "jobs", v->start->last_job};

	return verify_pass_items(v, &pass, whole);
}

int
verify_refusals(struct verifying *v, bool *whole)
{
	const struct item_pass pass = {PASS_REFUSALS, "refusal", COUNT_REFUSALS,
	    &v->counts->refusals, "refusals", v->start->last_refusal};

	return verify_pass_items(v, &pass, whole);
}
