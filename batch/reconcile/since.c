#include "reconcile/since.h"

#include "decimal.h"
#include "input/source.h"
#include "memory.h"
#include "read/reader.h"
#include "reconcile/finding.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SINCE_RANKS 4
#define SINCE_LAST_JOB INT64_MAX
#define SINCE_LAST_CERTIFICATE INT32_MAX

struct since_line {
	uint32_t store; /* a hash */
	int32_t existing, certificate;
	uint8_t verdict;
	bool met;
};

struct since_found {
	uint64_t key;
	bool met;
};

struct since {
	struct source source;
	const volatile sig_atomic_t *stop; /* may be NULL */
	int64_t *ids;                      /* of the jobs, increasing */
	struct since_line *lines;          /* of the same */
	size_t count, id_capacity, line_capacity;
	struct since_found *found; /* by key */
	size_t found_count, found_capacity;
	size_t met;
};

static const struct {
	const char *word, *text, *why, *remedy;
} changes[CHANGE_COUNT] = {
#define CHANGE_ROW(name, word, text, why, remedy) [CHANGE_##name] = {word, text, why, remedy},
    CHANGE_LIST(CHANGE_ROW)
#undef CHANGE_ROW
};

static const char *const since_fields[SINCE_FIELDS] = {
#define SINCE_FIELD_NAME(name) [SINCE_##name] = #name,
    SINCE_FIELD_LIST(SINCE_FIELD_NAME)
#undef SINCE_FIELD_NAME
};

const char *
change_word(enum change change)
{
	return (unsigned int)change < CHANGE_COUNT ? changes[change].word : "unknown";
}

const char *
change_text(enum change change)
{
	return (unsigned int)change < CHANGE_COUNT ? changes[change].text : "unknown";
}

const char *
change_why(enum change change)
{
	return (unsigned int)change < CHANGE_COUNT ? changes[change].why : "unknown";
}

const char *
change_remedy(enum change change)
{
	return (unsigned int)change < CHANGE_COUNT ? changes[change].remedy : "unknown";
}

const char *
since_name(const struct since *since)
{
	return since->source.name;
}

const int64_t *
since_jobs(const struct since *since, size_t *count)
{
	*count = since->count;
	return since->ids;
}

/* ---- what a line is about ----------------------------------------------------------------- */

/* FNV-1a, 64 bits. */
static uint64_t
since_hash(uint64_t hash, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

/* Our CSV puts apostrophes before what a spreadsheet would take for a formula, also within a text:
 * none of them counts. */
static uint64_t
since_hash_plain(uint64_t hash, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		if (*text != '\'')
			hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint32_t
since_hash_store(const char *guid)
{
	return guid == NULL || guid[0] == '\0'
		   ? 0
		   : (uint32_t)since_hash(UINT64_C(0xcbf29ce484222325), guid) | 1;
}

static uint64_t
since_key(const char *word, const char *store, const char *alias, int64_t certificate)
{
	uint64_t hash = since_hash(UINT64_C(0xcbf29ce484222325), word);

	hash = since_hash_plain(since_hash(hash, store), alias);
	return (hash ^ (uint64_t)certificate) * UINT64_C(0x100000001b3);
}

/* ---- a line ------------------------------------------------------------------------------- */

static int
since_refuse(const struct since *since, const struct record *record, enum since_field field,
    const char *expected, struct error *err)
{
	const struct error_place place = {since->source.name, record->line, since_fields[field]};

	return error_set_at(err, ERROR_INPUT, place, "%s", expected);
}

/* An integer of the line; 0 where there is none. False: it is something else. */
static bool
since_integer(const struct value *value, int64_t last, int64_t *integer)
{
	*integer = 0;
	if (value_is_absent(value))
		return true;
	if (value->type != VALUE_INTEGER && value->type != VALUE_TEXT)
		return false;
	*integer = decimal_parse(value->text, last);
	return *integer >= 1;
}

/* The fields that lines are compared by: a report of chosen columns may lack them. */
static const enum since_field since_needed[] = {SINCE_Verdict, SINCE_JobId, SINCE_CertStoreId,
    SINCE_Alias, SINCE_ExistingCertificateId, SINCE_CertificateId};

static int
since_read_needed(const struct since *since, const struct record *record, struct error *err)
{
	for (size_t i = 0; i < sizeof(since_needed) / sizeof(since_needed[0]); i++)
		if (record->values[since_needed[i]].type == VALUE_ABSENT)
			return since_refuse(since, record, since_needed[i],
			    "it is not there: expected a report with all its columns", err);
	return 0;
}

static bool
since_find_verdict(const char *word, enum verdict *verdict)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (strcmp(verdict_word((enum verdict)i), word) == 0) {
			*verdict = (enum verdict)i;
			return true;
		}
	return false;
}

static bool
since_is_finding(const char *word)
{
	for (int i = 0; i < FINDING_COUNT; i++)
		if (strcmp(finding_word((enum finding)i), word) == 0)
			return true;
	return false;
}

/* What a line says, as far as it is compared. */
struct since_read {
	int64_t job; /* 0: a finding */
	struct since_line line;
	uint64_t key; /* of a finding */
	bool is_gone; /* it was gone already */
};

/* The ids of a line: that of its job, 0 where it has none, and those of its certificates. */
static int
since_read_ids(
    const struct since *since, const struct record *record, int64_t ids[3], struct error *err)
{
	static const struct {
		enum since_field field;
		int64_t last;
		const char *expected;
	} read[] = {
	    {SINCE_JobId, SINCE_LAST_JOB, "expected a JobId or none"},
	    {SINCE_ExistingCertificateId, SINCE_LAST_CERTIFICATE,
		"expected the Id of a certificate or none"},
	    {SINCE_CertificateId, SINCE_LAST_CERTIFICATE,
		"expected the Id of a certificate or none"},
	};

	for (size_t i = 0; i < 3; i++)
		if (!since_integer(&record->values[read[i].field], read[i].last, &ids[i]))
			return since_refuse(since, record, read[i].field, read[i].expected, err);
	for (size_t i = 1; i < 3 && ids[0] != 0; i++)
		if (ids[i] == 0)
			return since_refuse(since, record, read[i].field,
			    "expected the Id of a certificate: a job has it", err);
	return 0;
}

static int
since_read_line(const struct since *since, const struct record *record, struct since_read *read,
    struct error *err)
{
	const struct value *values = record->values;
	const char *word = values[SINCE_Verdict].text;
	enum verdict verdict;
	int64_t ids[3];

	*read = (struct since_read){0};
	for (size_t i = 0; i < SINCE_FIELDS; i++)
		if (values[i].type == VALUE_NESTED || values[i].type == VALUE_BOOLEAN)
			return since_refuse(since, record, i, "expected a text or a number", err);
	if (since_read_needed(since, record, err) == -1 ||
	    since_read_ids(since, record, ids, err) == -1)
		return -1;
	read->job = ids[0];
	read->is_gone = values[SINCE_Change].type == VALUE_TEXT &&
			strcmp(values[SINCE_Change].text, change_word(CHANGE_GONE)) == 0;
	if (read->job == 0) {
		if (word == NULL || !since_is_finding(word))
			return since_refuse(since, record, SINCE_Verdict,
			    "expected a finding, or a verdict and a JobId", err);
		read->key = since_key(
		    word, values[SINCE_CertStoreId].text, values[SINCE_Alias].text, ids[1]);
		return 0;
	}
	if (word == NULL || !since_find_verdict(word, &verdict))
		return since_refuse(since, record, SINCE_Verdict, "expected a verdict", err);
	read->line = (struct since_line){
	    .store = since_hash_store(values[SINCE_CertStoreId].text),
	    .existing = (int32_t)ids[1],
	    .certificate = (int32_t)ids[2],
	    .verdict = (uint8_t)verdict,
	};
	return 0;
}

/* ---- the file ----------------------------------------------------------------------------- */

/* Calls take() with each line that was not gone. */
static int
since_each(struct since *since,
    int (*take)(
	void *, struct since *, const struct since_read *, const struct record *, struct error *),
    void *closure, struct error *err)
{
	static const struct fields fields = {.names = since_fields, .count = SINCE_FIELDS};
	const struct reader_options options = {.name = since->source.name, .fields = &fields};
	struct reader *reader = reader_open(since->source.fd, &options, err);
	const struct record *record;
	struct since_read read;
	int rc = reader == NULL ? -1 : 0;

	/* A JSONL report of nothing is empty. */
	if (rc == 0 && reader_format(reader) == FORMAT_CSV && !reader_has(reader, SINCE_Verdict))
		rc = error_set(err, ERROR_INPUT, since->source.name,
		    "it has no Verdict: expected a report of `pfxreplace reconcile`");
	while (rc == 0 && (rc = reader_next(reader, &record, err)) == 1) {
		rc = stop_asked(since->stop, err, NULL, "interrupted");
		if (rc == -1)
			break;
		if (record->fault != NULL) {
			rc = error_set_at(err, ERROR_INPUT,
			    (struct error_place){
				since->source.name, record->line, record->fault_field},
			    "%s", record->fault);
			break;
		}
		rc = since_read_line(since, record, &read, err);
		if (rc == 0 && !read.is_gone)
			rc = take(closure, since, &read, record, err);
	}
	reader_close(reader);
	return rc;
}

static int
since_keep_finding(struct since *since, uint64_t key)
{
	struct since_found *found = memory_grow(
	    since->found, since->found_count, &since->found_capacity, sizeof(*found));

	if (found == NULL)
		return -1;
	since->found = found;
	found[since->found_count++] = (struct since_found){.key = key};
	return 0;
}

static int
since_keep(void *closure, struct since *since, const struct since_read *read,
    const struct record *record, struct error *err)
{
	int64_t *ids;
	struct since_line *lines;

	(void)closure;
	if (read->job == 0)
		return since_keep_finding(since, read->key) == -1 ? error_memory(err) : 0;
	if (since->count > 0 && since->ids[since->count - 1] >= read->job)
		return since_refuse(since, record, SINCE_JobId,
		    "expected a larger JobId than before: a report is sorted by JobId", err);
	ids = memory_grow(since->ids, since->count, &since->id_capacity, sizeof(*ids));
	if (ids == NULL)
		return error_memory(err);
	since->ids = ids;
	lines = memory_grow(since->lines, since->count, &since->line_capacity, sizeof(*lines));
	if (lines == NULL)
		return error_memory(err);
	since->lines = lines;
	ids[since->count] = read->job;
	lines[since->count++] = read->line;
	return 0;
}

static int
since_compare(const void *a, const void *b)
{
	const struct since_found *first = a, *second = b;

	return (first->key > second->key) - (first->key < second->key);
}

struct since *
since_read(const char *path, const volatile sig_atomic_t *stop, struct error *err)
{
	struct since *since = calloc(1, sizeof(*since));

	if (since == NULL) {
		error_memory(err);
		return NULL;
	}
	since->source = SOURCE_CLOSED;
	since->stop = stop;
	if (source_open(&since->source, path, stop, err) == -1 ||
	    since_each(since, since_keep, NULL, err) == -1) {
		since_free(since);
		return NULL;
	}
	if (since->found_count > 1)
		qsort(since->found, since->found_count, sizeof(*since->found), since_compare);
	return since;
}

void
since_free(struct since *since)
{
	if (since == NULL)
		return;
	source_close(&since->source);
	free(since->ids);
	free(since->lines);
	free(since->found);
	free(since);
}

/* ---- certificates that were renumbered ---------------------------------------------------- */

struct since_id {
	int32_t was, now;
};

struct since_ids {
	struct since_id *items; /* by the Id that it was */
	size_t count, capacity;
};

static int
since_take_id(void *closure, int64_t was, int64_t now, struct error *err)
{
	struct since_ids *ids = closure;
	struct since_id *items = memory_grow(
	    ids->items, ids->count, &ids->capacity, sizeof(*items));

	if (items == NULL)
		return error_memory(err);
	ids->items = items;
	items[ids->count++] = (struct since_id){(int32_t)was, (int32_t)now};
	return 0;
}

static int
since_compare_certificates(const void *a, const void *b)
{
	const struct since_id *first = a, *second = b;

	return (first->was > second->was) - (first->was < second->was);
}

static int32_t
since_id_now(const struct since_ids *ids, int32_t was)
{
	const struct since_id wanted = {.was = was};
	const struct since_id *found = bsearch(
	    &wanted, ids->items, ids->count, sizeof(*ids->items), since_compare_certificates);

	return found == NULL ? was : found->now;
}

int
since_renumber(
    struct since *since, struct database *db, const volatile sig_atomic_t *stop, struct error *err)
{
	struct since_ids ids = {0};
	int rc = reconciliation_renumbered(db, stop, since_take_id, &ids, err);

	for (size_t i = 0; rc == 0 && ids.count > 0 && i < since->count; i++) {
		struct since_line *line = &since->lines[i];

		line->existing = since_id_now(&ids, line->existing);
		line->certificate = since_id_now(&ids, line->certificate);
	}
	free(ids.items);
	return rc;
}

/* ---- what has changed --------------------------------------------------------------------- */

static int
since_rank(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_DEPLOYED:
	case VERDICT_REPLACED:
		return 0;
	case VERDICT_SCHEDULED:
	case VERDICT_WAITING:
		return 1;
	case VERDICT_UNVERIFIED:
	case VERDICT_OVERDUE:
		return 2;
	default:
		return SINCE_RANKS - 1;
	}
}

static int
since_compare_ids(const void *a, const void *b)
{
	const int64_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

/* The line of a job; NULL: there is none. */
static struct since_line *
since_find_line(const struct since *since, int64_t job)
{
	const int64_t *at = since->count == 0 ? NULL
					      : bsearch(&job, since->ids, since->count,
						    sizeof(*since->ids), since_compare_ids);

	return at == NULL ? NULL : &since->lines[at - since->ids];
}

int
since_job(struct since *since, const struct reconcile_job *job, enum verdict verdict,
    enum change *change, struct error *err)
{
	struct since_line *line = since_find_line(since, job->id);
	uint32_t store = since_hash_store(job->place.store);
	int before, now = since_rank(verdict);

	*change = CHANGE_NEW;
	if (line == NULL)
		return 0;
	if ((line->store != 0 && store != 0 && line->store != store) ||
	    line->existing != job->existing || line->certificate != job->certificate)
		return error_set(err, ERROR_INPUT, since->source.name,
		    "it has another store or other certificates for job %lld: expected a report of "
		    "this database",
		    (long long)job->id);
	since->met += !line->met;
	line->met = true;
	before = since_rank((enum verdict)line->verdict);
	*change = now < before ? CHANGE_BETTER : now > before ? CHANGE_WORSE : CHANGE_SAME;
	return 0;
}

static struct since_found *
since_find(const struct since *since, uint64_t key)
{
	const struct since_found wanted = {.key = key};

	return since->found_count == 0 ? NULL
				       : bsearch(&wanted, since->found, since->found_count,
					     sizeof(*since->found), since_compare);
}

enum change
since_finding(struct since *since, const struct reconcile_finding *found, enum finding finding)
{
	int64_t certificate = found->certificate > 0 ? found->certificate : 0;
	struct since_found *one = since_find(since,
	    since_key(finding_word(finding), found->place.store, found->place.alias, certificate));

	if (one == NULL)
		return CHANGE_NEW;
	one->met = true;
	return CHANGE_SAME;
}

/* ---- what is missing ---------------------------------------------------------------------- */

struct since_missing {
	int (*take)(void *, int64_t, const struct value *, struct error *);
	void *closure;
};

static int
since_take_missing(void *closure, struct since *since, const struct since_read *read,
    const struct record *record, struct error *err)
{
	const struct since_missing *missing = closure;
	const struct since_line *line = read->job == 0 ? NULL : since_find_line(since, read->job);
	const struct since_found *found = read->job == 0 ? since_find(since, read->key) : NULL;

	if ((line == NULL || line->met) && (found == NULL || found->met))
		return 0;
	return missing->take(missing->closure, read->job, record->values, err);
}

static bool
since_misses(const struct since *since)
{
	for (size_t i = 0; i < since->found_count; i++)
		if (!since->found[i].met)
			return true;
	return since->met < since->count;
}

int
since_each_missing(struct since *since,
    int (*take)(void *closure, int64_t job, const struct value *values, struct error *),
    void *closure, struct error *err)
{
	struct since_missing missing = {take, closure};

	if (!since_misses(since))
		return 0;
	if (source_changed(&since->source, err) == -1)
		return -1;
	return since_each(since, since_take_missing, &missing, err);
}
