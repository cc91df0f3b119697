#include "verify/verify.h"

#include "database/run.h"
#include "limits.h"
#include "stop.h"
#include "input/source.h"
#include "verify/verify_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- the key ------------------------------------------------------------------------------ */

static const struct verify_place key_setting = {.table = "setting"};

/* Opens the key file. It need not be there: *why says what is wrong with it. */
static int
verify_open_key(struct verifying *v, struct error *why)
{
	bool is_other, whole;

	v->password = malloc(LIMIT_FIELD);
	if (v->password == NULL)
		return error_memory(v->err);
	switch (keyring_try(&v->options->key, v->db, &v->keyring, &is_other, why)) {
	case SECRET_GOOD:
		return 0;
	case SECRET_REFUSED:
		if (!is_other)
			return 0;
		buffer_addf(&v->text, "%s: %s", v->options->key.path, why->text);
		*why = (struct error){0};
		return verify_report_text(v, IRREGULARITY_WRONG_KEY, &key_setting, true);
	default:
		*v->err = *why;
		return verify_end(v, -1, &whole);
	}
}

/* A key file that is not there is a finding only where something was sealed. */
static int
verify_miss_key(struct verifying *v, const struct error *why)
{
	if (why->code == ERROR_NONE)
		return 0;
	if (v->counts->passwords == 0) {
		v->counts->no_key = *why;
		return 0;
	}
	buffer_addf(&v->text, "%llu sealed passwords cannot be looked at: %s: %s",
	    (unsigned long long)v->counts->passwords, why->file, why->text);
	return verify_report_text(v, IRREGULARITY_WRONG_KEY, &key_setting, true);
}

/* ---- runs --------------------------------------------------------------------------------- */

/* Whether the file at the run's path is still its manifest, unchanged: 1 or 0, -1 and v->err. */
static int
verify_is_manifest(struct verifying *v, const struct run *run)
{
	unsigned char digest[DIGEST_SIZE];
	struct source source;
	int rc;

	/* A file that cannot be read may be another one. */
	if (source_open(&source, run->path, v->options->stop, v->err) == -1)
		return v->err->code == ERROR_INPUT ? 0 : -1;
	rc = source_digest(&source, digest, v->err);
	source_close(&source);
	return rc == -1 ? -1 : memcmp(digest, run->digest, sizeof(digest)) == 0;
}

/* Whether the checkpoint is after the end of the manifest, where that file is still the same. */
static int
verify_file(struct verifying *v, const struct verify_place *place)
{
	struct run run;
	struct stat status;
	int rc = db_run_find(v->db, place->id, &run, v->err);

	if (rc == -1 && stop_asked(v->options->stop, v->err, NULL, "interrupted") == -1)
		return -1;
	/* A run whose values cannot be read is a finding already. */
	if (rc == -1 && v->err->code == ERROR_STORAGE && verification_is_damage(v->verification))
		return 0;
	if (rc != 1)
		return rc;
	rc = 0;
	if (strcmp(run.path, "-") != 0 && stat(run.path, &status) == 0 && S_ISREG(status.st_mode) &&
	    (uint64_t)status.st_size < run.offset)
		rc = verify_is_manifest(v, &run);
	if (rc == 1) {
		buffer_addf(&v->text, "its checkpoint is at offset %llu, but %s has %llu bytes",
		    (unsigned long long)run.offset, run.path, (unsigned long long)status.st_size);
		rc = verify_report_text(v, IRREGULARITY_WRONG_CHECKPOINT, place, true);
	}
	run_release(&run);
	return rc;
}

/* A run by itself, without its rows. */
static int
verify_one_run(struct verifying *v, const struct verify_run *run, const struct verify_place *place)
{
	uint64_t read = run->run.rows[0];
	bool purged = run_is_purged(&run->run);

	if (verify_report(v, IRREGULARITY_BAD_VALUE, place, verify_state(&run->run)) == -1 ||
	    verify_report(v, IRREGULARITY_WRONG_COUNT, place, run_verify(&run->run, UINT64_MAX)) ==
		-1 ||
	    verify_report_text(
		v, IRREGULARITY_WRONG_TALLY, place, !purged && verify_tallies(run, &v->text)) == -1)
		return -1;
	if (purged || run->last_row <= read)
		return 0;
	buffer_addf(&v->text, "%llu rows were read, but it has row %llu", (unsigned long long)read,
	    (unsigned long long)run->last_row);
	return verify_report_text(v, IRREGULARITY_MISSING_ROWS, place, true);
}

/* Which passes came to their end: what the others should have counted is not compared. */
struct verify_whole {
	bool rows, jobs, refusals;
};

static bool
verify_was_counted(const struct verify_whole *whole, enum verify_count count)
{
	if (count == COUNT_JOBS || count == COUNT_SUPERSEDED)
		return whole->jobs;
	return count == COUNT_REFUSALS ? whole->refusals : whole->rows;
}

/*
 * Jobs that a run superseded are of runs before it: when one of those was purged, as many as it
 * says need not be there any more. 1, or 0 when the count is to be compared, -1 and v->err.
 */
static int
verify_lost_superseded(
    struct verifying *v, const struct verify_run *run, const struct verify_counted *counted)
{
	if (counted->found[COUNT_SUPERSEDED] >= run->run.jobs_superseded)
		return 0;
	return verification_purged(v->verification, 1, run->run.id - 1, v->err);
}

/* The counts of a run that is not purged. */
static int
verify_all_counts(struct verifying *v, size_t i, const struct verify_whole *whole,
    const struct verify_place *place)
{
	const struct verify_run *run = &v->runs[i];
	int lost = verify_lost_superseded(v, run, &v->counted[i]);

	if (lost == -1)
		return -1;
	for (int j = 1; j < COUNT_COUNT; j++)
		if (verify_was_counted(whole, (enum verify_count)j) &&
		    !(j == COUNT_SUPERSEDED && lost == 1) &&
		    verify_report_text(v, IRREGULARITY_WRONG_COUNT, place,
			verify_count(run, &v->counted[i], (enum verify_count)j, &v->text)) == -1)
			return -1;
	return 0;
}

static int
verify_counts(struct verifying *v, size_t i, const struct verify_whole *whole,
    const struct verify_place *place)
{
	const struct verify_run *run = &v->runs[i];
	const struct verify_counted *counted = &v->counted[i];

	if (run_is_purged(&run->run))
		return verify_report_text(
		    v, IRREGULARITY_WRONG_COUNT, place, verify_left(run, counted, &v->text));
	if (whole->rows && (verify_report_text(v, IRREGULARITY_MISSING_ROWS, place,
				verify_gap(counted, run->run.rows[0] + 1, &v->text)) == -1 ||
			       verify_report_text(v, IRREGULARITY_WRONG_CHECKPOINT, place,
				   verify_checkpoint(&run->run, counted, &v->text)) == -1))
		return -1;
	if (verify_all_counts(v, i, whole, place) == -1)
		return -1;
	if (whole->rows && verify_report(v, IRREGULARITY_WRONG_COUNT, place,
			       verify_dues(&run->run, counted)) == -1)
		return -1;
	return verify_file(v, place);
}

static int
verify_runs(struct verifying *v, const struct verify_whole *whole)
{
	for (size_t i = 0; i < v->run_count; i++) {
		int64_t id = v->runs[i].run.id;
		const struct verify_place place = verify_place("run", id, id, 0);

		if (verify_one_run(v, &v->runs[i], &place) == -1 ||
		    verify_counts(v, i, whole, &place) == -1)
			return -1;
	}
	return 0;
}

/* ---- all ---------------------------------------------------------------------------------- */

/* The tables that runs append to, as far as they were filled at the start. */
static int
verify_appended(struct verifying *v)
{
	struct verify_whole whole;

	if (verify_begin(v) == -1)
		return -1;
	if (v->start == NULL)
		return 0;
	if (verify_data_keys(v) == -1 || verify_rows(v, &whole.rows) == -1 ||
	    verify_jobs(v, &whole.jobs) == -1 || verify_refusals(v, &whole.refusals) == -1 ||
	    verify_several(v) == -1)
		return -1;
	return verify_runs(v, &whole);
}

static int
verify_all(struct verifying *v)
{
	static const enum verify_pass references[] = {
	    PASS_REFERENCES, PASS_LOCATIONS, PASS_STANDING, PASS_CHAINS, PASS_GIVEN};
	struct error why = {0};

	if (verify_open_key(v, &why) == -1 || (!v->options->quick && verify_damage(v) == -1))
		return -1;
	if (v->options->on_pages != NULL)
		v->options->on_pages(v->options->closure);
	if (verify_schema(v) == -1 || verify_values(v) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
		if (verify_references(v, references[i]) == -1)
			return -1;
	if (verify_stores(v) == -1 || verify_all_tallies(v) == -1 || verify_appended(v) == -1 ||
	    verify_waiting(v) == -1)
		return -1;
	return verify_miss_key(v, &why);
}

int
verify_database(struct database *db, const struct verify_options *options, struct writer *writer,
    struct verify_counts *counts, struct error *err)
{
	struct verifying v = {
	    .db = db, .options = options, .writer = writer, .counts = counts, .err = err};
	int rc = -1;

	*counts = (struct verify_counts){0};
	v.verification = verification_open(db, options->stop, err);
	if (v.verification != NULL)
		rc = verify_all(&v);
	verification_close(v.verification);
	keyring_close(v.keyring);
	free(v.password);
	free(v.counted);
	bitmap_release(&v.active);
	buffer_release(&v.text);
	return rc;
}
