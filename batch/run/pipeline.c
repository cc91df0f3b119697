#include "run/pipeline.h"

#include "run/lookup.h"
#include "program/progress.h"
#include "program/queue.h"
#include "program/thread.h"

#include <stdlib.h>
#include <string.h>

#define BATCHES 6
#define LOOKERS 2
#define LOOKER_CACHE 400 /* KiB; each commit makes its content stale */

_Static_assert(BATCHES <= QUEUE_SIZE, "every batch fits into one queue");

/* One of the threads that look up. They get batches in turn and give them back in turn. */
struct looker {
	struct database *db;
	struct lookup *lookup;
	struct queue read;  /* from the reading thread */
	struct queue ready; /* to the caller */
	pthread_t thread;
	bool runs;
};

struct pipeline {
	struct pipeline_plan plan;
	struct batch *batches[BATCHES];
	/* The reading thread's own. */
	struct reader *reader;
	struct repairs repairs; /* of fields */
	int64_t chunk_left;     /* rows until the chunk is full */
	struct error results_error;
	bool results_failed;
	struct queue free; /* from the caller to the reading thread */
	struct looker lookers[LOOKERS];
	pthread_t reading;
	bool reads; /* the thread runs */
	/* The caller's own. */
	size_t turn; /* of the lookers */
	bool ended;  /* the last batch was taken */
};

/* ---- reading ---------------------------------------------------------------------------- */

static void
pipeline_add_conflict(struct messages *messages, const struct survey_lines *lines)
{
	char list[SURVEY_LINES * 22];
	size_t length = 0;

	for (size_t i = 0; i < lines->count; i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%llu",
		    i == 0 ? "" : ", ", (unsigned long long)lines->lines[i]);
	messages_add(messages,
	    message_fault(CODE_CONFLICTING_ROWS, request_field_word(REQUEST_FIELD_EXISTING)),
	    "%llu rows for this certificate differ: lines %s%s; expected one row",
	    (unsigned long long)lines->rows, list, lines->rows > lines->count ? ", ..." : "");
}

/* Adds what the survey found about a row whose fields are valid. */
static void
pipeline_apply_survey(const struct survey *survey, const struct request *request, struct row *row)
{
	struct survey_lines lines;

	if (row->messages.count > 0)
		return;
	switch (survey_find(survey, request, &lines)) {
	case SURVEY_ALONE:
		break;
	case SURVEY_CONFLICT:
		pipeline_add_conflict(&row->messages, &lines);
		break;
	case SURVEY_REPETITION:
		row->outcome = OUTCOME_SKIPPED;
		messages_add(&row->messages, (struct message){.code = CODE_EXACT_REPETITION},
		    "the same as line %llu", (unsigned long long)lines.first);
		break;
	}
}

/* Seals the password, or drops it where there is no key; its length stays known. */
static int
pipeline_seal_password(
    const struct pipeline *pipeline, struct batch *batch, struct batch_row *batch_row)
{
	struct request *request = &batch_row->request;
	const char *password = request->password;
	size_t length = request->password_length + SEAL_OVERHEAD;

	request->password = NULL;
	batch_row->sealed_length = 0;
	if (password == NULL || pipeline->plan.keyring == NULL)
		return 0;
	if (!buffer_reserve(&batch->sealed, length))
		return error_memory(&batch->err);
	batch_row->sealed = batch->sealed.length;
	batch_row->sealed_length = length;
	batch->sealed.length += length;
	return keyring_seal(pipeline->plan.keyring, SEAL_REQUEST_PASSWORD, batch_row->row.id,
	    (struct seal_bytes){password, request->password_length},
	    (unsigned char *)batch->sealed.bytes + batch_row->sealed, &batch->err);
}

/* The reader's repairs and those of the fields. No kind of repair is made by both. */
static void
pipeline_add_repairs(const struct pipeline *pipeline, struct repairs *repairs)
{
	const struct repairs *of_reader = reader_repairs(pipeline->reader);

	*repairs = pipeline->repairs;
	for (int i = 0; i < REPAIR_COUNT; i++) {
		if (of_reader->count[i] == 0)
			continue;
		repairs->count[i] = of_reader->count[i];
		memcpy(repairs->lines[i], of_reader->lines[i], sizeof(repairs->lines[i]));
	}
}

static int
pipeline_read_row(struct pipeline *pipeline, struct batch *batch, const struct record *record)
{
	struct batch_row *batch_row = &batch->rows[batch->count++];
	struct request *request = &batch_row->request;
	struct row *row = &batch_row->row;

	row_clear(row);
	request_read(request, record, &row->messages, &pipeline->repairs);
	row->id = pipeline->plan.run << 32 | (int64_t)request->number;
	row->number = request->number;
	row->line = request->line;
	row->offset = request->offset;
	if (request->job_time_text != NULL)
		snprintf(row->job_time, sizeof(row->job_time), "%s", request->job_time_text);
	request->job_time_text = NULL;
	pipeline_apply_survey(pipeline->plan.manifest->survey, request, row);
	if (pipeline_seal_password(pipeline, batch, batch_row) == -1)
		return -1;
	if (row->messages.failed)
		return error_memory(&batch->err);
	if (batch->ends != NULL) {
		struct row_end *end = &batch->ends[batch->count - 1];

		end->position = reader_position(pipeline->reader);
		pipeline_add_repairs(pipeline, &end->repairs);
	}
	return 0;
}

static void
pipeline_read_batch(struct pipeline *pipeline, struct batch *batch)
{
	const struct record *record;
	int rc = 1;

	batch_clear(batch);
	while (rc == 1 && batch->count < BATCH_ROWS && pipeline->chunk_left > 0) {
		rc = reader_next(pipeline->reader, &record, &batch->err);
		if (rc == 1 && pipeline_read_row(pipeline, batch, record) == -1)
			rc = -1;
		pipeline->chunk_left--;
	}
	batch->end = reader_position(pipeline->reader);
	pipeline_add_repairs(pipeline, &batch->repairs);
	batch->rc = rc == -1 ? -1 : 0;
	batch->last = rc != 1;
	batch->ends_chunk = batch->last || pipeline->chunk_left == 0;
	if (batch->ends_chunk)
		pipeline->chunk_left = pipeline->plan.chunk;
}

/* A disk too full for the results must not stop the jobs: pipeline_finish() reports it. */
static void
pipeline_write_results(struct pipeline *pipeline, const struct batch *batch)
{
	if (pipeline->plan.results == NULL || pipeline->results_failed)
		return;
	for (size_t i = 0; i < batch->count; i++)
		if (results_put(pipeline->plan.results, &batch->rows[i].row,
			&pipeline->results_error) == -1) {
			pipeline->results_failed = true;
			return;
		}
}

static void *
pipeline_read(void *closure)
{
	struct pipeline *pipeline = closure;
	struct batch *batch;
	size_t turn = 0;
	bool last = false;

	pthread_setname_np(pthread_self(), "reading");
	while ((batch = queue_take(&pipeline->free)) != NULL) {
		pipeline_write_results(pipeline, batch);
		if (last)
			continue;
		pipeline_read_batch(pipeline, batch);
		last = batch->last;
		queue_put(&pipeline->lookers[turn++ % LOOKERS].read, batch);
	}
	for (size_t i = 0; i < LOOKERS; i++)
		queue_close(&pipeline->lookers[i].read);
	return NULL;
}

/* ---- looking up ------------------------------------------------------------------------- */

static void *
looker_look_up(void *closure)
{
	struct looker *looker = closure;
	struct batch *batch;

	pthread_setname_np(pthread_self(), "looking up");
	while ((batch = queue_take(&looker->read)) != NULL) {
		if (batch->rc == 0)
			batch->rc = lookup_batch(looker->lookup, batch, &batch->err);
		queue_put(&looker->ready, batch);
	}
	return NULL;
}

static int
looker_open(struct looker *looker, struct pipeline *pipeline, struct error *err)
{
	const struct pipeline_plan *plan = &pipeline->plan;

	looker->db = db_open_beside(plan->db, err);
	if (looker->db == NULL || db_set_cache(looker->db, LOOKER_CACHE, err) == -1)
		return -1;
	looker->lookup = lookup_new(looker->db, plan->policy, plan->permissions);
	return looker->lookup == NULL ? error_memory(err) : 0;
}

static void
looker_release(struct looker *looker)
{
	lookup_free(looker->lookup);
	db_close(looker->db);
	queue_release(&looker->read);
	queue_release(&looker->ready);
}

/* ---- the caller ------------------------------------------------------------------------- */

static int
pipeline_start(struct pipeline *pipeline, struct error *err)
{
	int failure = thread_start(&pipeline->reading, pipeline_read, pipeline);

	pipeline->reads = failure == 0;
	for (size_t i = 0; failure == 0 && i < LOOKERS; i++) {
		struct looker *looker = &pipeline->lookers[i];

		failure = thread_start(&looker->thread, looker_look_up, looker);
		looker->runs = failure == 0;
	}
	if (failure == 0)
		return 0;
	return error_set(
	    err, ERROR_STORAGE, NULL, "a thread cannot be started: %s", strerror(failure));
}

static int
pipeline_prepare(struct pipeline *pipeline, struct error *err)
{
	const struct pipeline_plan *plan = &pipeline->plan;

	pipeline->reader = reader_open(plan->manifest->source.fd, &plan->manifest->reader, err);
	if (pipeline->reader == NULL)
		return -1;
	if (plan->from != NULL)
		reader_seek(pipeline->reader, plan->from);
	for (size_t i = 0; i < LOOKERS; i++)
		if (looker_open(&pipeline->lookers[i], pipeline, err) == -1)
			return -1;
	for (size_t i = 0; i < BATCHES; i++) {
		pipeline->batches[i] = batch_new(plan->stops);
		if (pipeline->batches[i] == NULL)
			return error_memory(err);
		queue_put(&pipeline->free, pipeline->batches[i]);
	}
	return pipeline_start(pipeline, err);
}

struct pipeline *
pipeline_open(const struct pipeline_plan *plan, struct error *err)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));

	if (pipeline == NULL) {
		error_memory(err);
		return NULL;
	}
	pipeline->plan = *plan;
	pipeline->chunk_left = plan->chunk;
	queue_init(&pipeline->free);
	for (size_t i = 0; i < LOOKERS; i++) {
		queue_init(&pipeline->lookers[i].read);
		queue_init(&pipeline->lookers[i].ready);
	}
	if (pipeline_prepare(pipeline, err) == -1) {
		pipeline_close(pipeline);
		return NULL;
	}
	progress_begin(plan->manifest->source.name, "rows",
	    plan->from == NULL ? 0 : plan->from->number, survey_rows(plan->manifest->survey));
	return pipeline;
}

static void
pipeline_stop(struct pipeline *pipeline)
{
	queue_close(&pipeline->free);
	if (pipeline->reads)
		pthread_join(pipeline->reading, NULL);
	pipeline->reads = false;
	for (size_t i = 0; i < LOOKERS; i++) {
		struct looker *looker = &pipeline->lookers[i];

		queue_close(&looker->read); /* the reading thread may not have run */
		if (looker->runs)
			pthread_join(looker->thread, NULL);
		looker->runs = false;
	}
}

int
pipeline_next(struct pipeline *pipeline, struct batch **batch, struct error *err)
{
	*batch = NULL;
	if (pipeline->ended)
		return 0;
	*batch = queue_take(&pipeline->lookers[pipeline->turn++ % LOOKERS].ready);
	if ((*batch)->rc == -1) {
		pipeline->ended = true;
		*err = (*batch)->err;
		*batch = NULL;
		return -1;
	}
	pipeline->ended = (*batch)->last;
	return 1;
}

void
pipeline_done(struct pipeline *pipeline, struct batch *batch)
{
	queue_put(&pipeline->free, batch);
}

int
pipeline_finish(struct pipeline *pipeline, struct error *err)
{
	pipeline_stop(pipeline);
	if (!pipeline->results_failed)
		return 0;
	*err = pipeline->results_error;
	return -1;
}

void
pipeline_close(struct pipeline *pipeline)
{
	if (pipeline == NULL)
		return;
	pipeline_stop(pipeline);
	for (size_t i = 0; i < BATCHES; i++)
		batch_free(pipeline->batches[i]);
	for (size_t i = 0; i < LOOKERS; i++)
		looker_release(&pipeline->lookers[i]);
	reader_close(pipeline->reader);
	queue_release(&pipeline->free);
	free(pipeline);
}
