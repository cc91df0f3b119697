#include "input/survey.h"

#include "crypto/digest.h"
#include "database/facts.h"
#include "program/progress.h"
#include "program/thread.h"
#include "input/survey_pass_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SEEN_BITS 28
#define PRINT_SIZE 16 /* of SHA-256: different rows have different ones */

/* An ExistingCertificateId that was seen more than once. */
struct survey_entry {
	int64_t id; /* 0: a free slot */
	uint64_t rows;
	uint64_t first;  /* number of the first row: rows of one JSON array may share a line */
	uint64_t *lines; /* the first ones, at most SURVEY_LINES; grown as they come */
	unsigned char print[PRINT_SIZE]; /* of the first row */
	bool conflict;
};

struct survey {
	struct survey_options options;
	struct survey_pass pass; /* the first one */
	struct bitmap seen;
	struct survey_entry *entries; /* a hash table, open addressing */
	size_t capacity;              /* a power of two */
	size_t count;
};

/* ---- the table of ids seen twice -------------------------------------------------------- */

static struct survey_entry *
survey_slot(struct survey_entry *entries, size_t capacity, int64_t id)
{
	size_t i = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (capacity - 1);

	while (entries[i].id != 0 && entries[i].id != id)
		i = (i + 1) & (capacity - 1);
	return &entries[i];
}

static struct survey_entry *
survey_find_entry(const struct survey *survey, int64_t id)
{
	struct survey_entry *entry;

	if (survey->capacity == 0)
		return NULL;
	entry = survey_slot(survey->entries, survey->capacity, id);
	return entry->id == 0 ? NULL : entry;
}

static int
survey_grow(struct survey *survey, struct error *err)
{
	size_t capacity = survey->capacity == 0 ? 1024 : survey->capacity * 2;
	struct survey_entry *entries = calloc(capacity, sizeof(*entries));

	if (entries == NULL)
		return error_memory(err);
	for (size_t i = 0; i < survey->capacity; i++)
		if (survey->entries[i].id != 0)
			*survey_slot(entries, capacity, survey->entries[i].id) = survey->entries[i];
	free(survey->entries);
	survey->entries = entries;
	survey->capacity = capacity;
	return 0;
}

static int
survey_add_entry(struct survey *survey, int64_t id, struct error *err)
{
	struct survey_entry *entry;

	if (survey->count * 2 >= survey->capacity && survey_grow(survey, err) == -1)
		return -1;
	entry = survey_slot(survey->entries, survey->capacity, id);
	if (entry->id == 0) {
		entry->id = id;
		survey->count++;
	}
	return 0;
}

/* ---- comparing rows --------------------------------------------------------------------- */

/* A digest of all that a row has besides its ExistingCertificateId. */
static int
survey_fingerprint(const struct survey *survey, const struct request *request,
    unsigned char print[PRINT_SIZE], struct error *err)
{
	struct request_facts enrollment = {0};
	unsigned char sum[DIGEST_SIZE] = {0};
	int64_t parts[4] = {request->certificate, 0, request->has_job_time, request->job_time};
	struct digest *digest;
	int rc;

	if (request->request != 0) {
		if (db_enrollment(survey->options.db, request->request, &enrollment, err) == -1)
			return -1;
		if (enrollment.issued)
			parts[0] = enrollment.certificate;
		else
			parts[1] = request->request;
	}
	if (!request->has_job_time && survey->options.policy->has_window) {
		parts[2] = true;
		parts[3] = survey->options.policy->window_start;
	}
	digest = digest_new(err);
	if (digest == NULL)
		return -1;
	digest_add(digest, parts, sizeof(parts));
	digest_add(digest, request->password, request->password_length);
	rc = digest_end(digest, sum, err);
	memcpy(print, sum, PRINT_SIZE);
	digest_free(digest);
	explicit_bzero(sum, sizeof(sum));
	return rc;
}

/* Keeps the line of one more row with the entry's id. */
static int
survey_add_line(struct survey_entry *entry, uint64_t line, struct error *err)
{
	uint64_t *lines;
	size_t capacity = entry->rows == 0 ? 2 : SURVEY_LINES;

	if (entry->rows == 0 || entry->rows == 2) {
		lines = reallocarray(entry->lines, capacity, sizeof(*lines));
		if (lines == NULL)
			return error_memory(err);
		entry->lines = lines;
	}
	if (entry->rows < SURVEY_LINES)
		entry->lines[entry->rows] = line;
	entry->rows++;
	return 0;
}

static int
survey_compare_row(void *closure, const struct request *request, struct error *err)
{
	struct survey *survey = closure;
	unsigned char print[PRINT_SIZE];
	struct survey_entry *entry = survey_find_entry(survey, request->existing);

	if (entry == NULL)
		return 0;
	if (survey_add_line(entry, request->line, err) == -1 ||
	    survey_fingerprint(survey, request, print, err) == -1)
		return -1;
	if (entry->rows == 1) {
		entry->first = request->number;
		memcpy(entry->print, print, PRINT_SIZE);
	} else if (memcmp(entry->print, print, PRINT_SIZE) != 0) {
		entry->conflict = true;
	}
	explicit_bzero(print, sizeof(print));
	return 0;
}

/* ---- the passes ------------------------------------------------------------------------- */

/* Ids that one of the threads of the first pass has read, before they are marked together. */
struct survey_ids {
	struct survey *survey;
	pthread_mutex_t *mutex;
	int64_t ids[512];
	size_t count;
};

static int
survey_mark_ids(struct survey_ids *ids, struct error *err)
{
	struct survey *survey = ids->survey;
	int rc = 0;

	pthread_mutex_lock(ids->mutex);
	for (size_t i = 0; i < ids->count && rc == 0; i++) {
		uint64_t bit = (uint64_t)ids->ids[i] & ((UINT64_C(1) << SEEN_BITS) - 1);

		if (bitmap_has(&survey->seen, bit))
			rc = survey_add_entry(survey, ids->ids[i], err);
		else if (bitmap_set(&survey->seen, bit) == -1)
			rc = error_memory(err);
	}
	pthread_mutex_unlock(ids->mutex);
	ids->count = 0;
	return rc;
}

static int
survey_mark_row(void *closure, const struct request *request, struct error *err)
{
	struct survey_ids *ids = closure;

	ids->ids[ids->count++] = request->existing;
	return ids->count < sizeof(ids->ids) / sizeof(ids->ids[0]) ? 0 : survey_mark_ids(ids, err);
}

/* Marks the ids of all rows. An id that is marked already gets an entry; which of the two threads
 * marked it does not matter. */
static int
survey_first_pass(struct survey *survey, struct error *err)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct survey_ids ids = {survey, &mutex, {0}, 0}, others = ids;
	struct survey_pass *pass = &survey->pass, other;
	struct stat status;
	int rc;

	*pass = (struct survey_pass){
	    .options = &survey->options, .take = survey_mark_row, .closure = &ids};
	other = *pass;
	other.closure = &others;
	progress_begin(survey->options.reader->name, "rows surveyed", 0, 0);
	if (fstat(survey->options.fd, &status) == 0)
		progress_measure((uint64_t)status.st_size);
	rc = survey_pass_run_two(pass, &other, err);
	if (rc == 0)
		rc = survey_mark_ids(&ids, err) == -1 ? -1 : survey_mark_ids(&others, err);
	survey_pass_release(&other);
	pthread_mutex_destroy(&mutex);
	return rc;
}

/* Compares the rows whose id has an entry. */
static int
survey_second_pass(struct survey *survey, struct error *err)
{
	struct survey_pass pass = {
	    .options = &survey->options, .take = survey_compare_row, .closure = survey};
	int rc;

	progress_begin(survey->options.reader->name, "rows surveyed", 0, survey->pass.rows);
	rc = survey_pass_run(&pass, err);
	survey_pass_release(&pass);
	return rc;
}

struct survey *
survey_new(const struct survey_options *options, struct error *err)
{
	struct survey *survey = calloc(1, sizeof(*survey));

	if (survey == NULL) {
		error_memory(err);
		return NULL;
	}
	survey->options = *options;
	if (survey_first_pass(survey, err) == -1 ||
	    (survey->count > 0 && survey_second_pass(survey, err) == -1)) {
		survey_free(survey);
		return NULL;
	}
	bitmap_release(&survey->seen);
	return survey;
}

void
survey_free(struct survey *survey)
{
	if (survey == NULL)
		return;
	for (size_t i = 0; i < survey->capacity; i++)
		free(survey->entries[i].lines);
	free(survey->entries);
	survey_pass_release(&survey->pass);
	bitmap_release(&survey->seen);
	free(survey);
}

uint64_t
survey_rows(const struct survey *survey)
{
	return survey->pass.rows;
}

bool
survey_has_password(const struct survey *survey)
{
	return survey->pass.has_password;
}

bool
survey_has_job_time(const struct survey *survey)
{
	return survey->pass.has_job_time;
}

bool
survey_is_rejects(const struct survey *survey)
{
	return survey->pass.is_rejects;
}

int64_t
survey_mends(const struct survey *survey)
{
	return survey->pass.mends;
}

const char *const *
survey_ignored(const struct survey *survey, size_t *count)
{
	*count = survey->pass.ignored_count;
	return (const char *const *)survey->pass.ignored;
}

enum survey_finding
survey_find(const struct survey *survey, const struct request *request, struct survey_lines *lines)
{
	const struct survey_entry *entry = survey_find_entry(survey, request->existing);

	*lines = (struct survey_lines){0};
	if (entry == NULL || entry->rows < 2)
		return SURVEY_ALONE;
	lines->first = entry->lines[0];
	lines->rows = entry->rows;
	lines->lines = entry->lines;
	lines->count = entry->rows < SURVEY_LINES ? (size_t)entry->rows : SURVEY_LINES;
	if (entry->conflict)
		return SURVEY_CONFLICT;
	return request->number == entry->first ? SURVEY_ALONE : SURVEY_REPETITION;
}
