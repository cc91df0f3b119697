#include "read/reader.h"
#include "run/results.h"

#include "buffer.h"
#include "database/rows.h"
#include "program/output.h"
#include "program/progress.h"
#include "program/queue.h"
#include "program/thread.h"

#include <stdlib.h>
#include <string.h>

static const char *const results_columns[] = {"Line", "ExistingCertificateId", "CertificateId",
    "RequestId", "JobTime", "Outcome", "SuccessfulStores", "FailedStores", "Messages"};

struct results {
	struct outfile *file;
	struct writer *writer;
	struct buffer text;
	struct buffer json;
	struct store_list stores;
	enum output output;
};

struct results *
results_open(const char *path, enum output output, struct error *err)
{
	struct results *results = calloc(1, sizeof(*results));

	if (results == NULL) {
		error_memory(err);
		return NULL;
	}
	results->output = output;
	results->file = output_open(path, err);
	if (results->file != NULL)
		results->writer = writer_new(results->file, output, results_columns,
		    sizeof(results_columns) / sizeof(results_columns[0]));
	if (results->file != NULL && results->writer == NULL)
		error_memory(err);
	if (results->writer == NULL) {
		results_discard(results);
		return NULL;
	}
	return results;
}

static void
results_put_id(struct writer *writer, int64_t id)
{
	if (id == 0)
		writer_null(writer);
	else
		writer_integer(writer, id);
}

static void
results_put_messages(struct results *results, const struct row *row)
{
	buffer_clear(&results->text);
	buffer_clear(&results->json);
	if (results->output == OUTPUT_JSONL)
		messages_json(&row->messages, &results->json);
	else
		messages_csv(&row->messages, &results->text);
	writer_either(results->writer, results->text.bytes == NULL ? "" : results->text.bytes,
	    results->json.bytes == NULL ? "[]" : results->json.bytes);
}

int
results_put(struct results *results, const struct row *row, struct error *err)
{
	struct writer *writer = results->writer;
	struct store_list *stores = &results->stores;

	if (row_list_stores(row, stores) == -1)
		return error_memory(err);
	writer_integer(writer, (int64_t)row->line);
	results_put_id(writer, row->existing);
	results_put_id(writer, row->certificate);
	results_put_id(writer, row->request);
	writer_string(writer, row->job_time[0] == '\0' ? NULL : row->job_time);
	writer_string(writer, outcome_word(row->outcome));
	writer_list(writer, stores->served, stores->served_count);
	writer_list(writer, stores->others, stores->other_count);
	results_put_messages(results, row);
	if (results->text.failed || results->json.failed)
		return error_memory(err);
	return writer_row(writer, err);
}

int
results_publish(struct results **results, struct error *err)
{
	struct results *taken = *results;
	int rc = writer_end(&taken->writer, err);

	*results = NULL;
	if (rc == 0)
		rc = outfile_publish(&taken->file, err);
	results_discard(taken);
	return rc;
}

void
results_discard(struct results *results)
{
	if (results == NULL)
		return;
	writer_free(results->writer);
	outfile_discard(results->file);
	buffer_release(&results->text);
	buffer_release(&results->json);
	store_list_release(&results->stores);
	free(results);
}

/* ---- a run again ------------------------------------------------------------------------ */

#define PAGES 6

_Static_assert(PAGES <= QUEUE_SIZE, "every page fits into one queue");

/* The caller reads pages of a run and a thread writes them; PAGES of them go round. */
struct replay {
	struct results *results;
	struct rows_page *pages[PAGES];
	struct queue free; /* to the caller; closed when a page could not be written */
	struct queue read; /* to the thread that writes */
	pthread_t writing;
	bool writes;      /* the thread runs */
	struct error err; /* of the thread, until it has ended */
	bool failed;      /* likewise */
};

static int
results_put_page(struct results *results, const struct rows_page *page, struct error *err)
{
	for (size_t i = 0; i < page->count; i++) {
		progress_add(1);
		if (results_put(results, &page->rows[i], err) == -1)
			return -1;
	}
	return 0;
}

static void *
replay_write(void *closure)
{
	struct replay *replay = closure;
	struct rows_page *page;

	pthread_setname_np(pthread_self(), "writing");
	while (!replay->failed && (page = queue_take(&replay->read)) != NULL) {
		replay->failed = results_put_page(replay->results, page, &replay->err) == -1;
		queue_put(&replay->free, page);
	}
	queue_close(&replay->free);
	return NULL;
}

/* Where no thread can be started, the caller writes as well. */
static void
replay_start(struct replay *replay)
{
	replay->writes = thread_start(&replay->writing, replay_write, replay) == 0;
}

/* 0 or -1; also 0 when it was the thread that failed. */
static int
replay_read(struct replay *replay, struct rows *rows, struct error *err)
{
	struct rows_page *page;

	while ((page = queue_take(&replay->free)) != NULL) {
		int rc = rows_read(rows, page, err);

		if (rc != 1)
			return rc;
		if (replay->writes) {
			queue_put(&replay->read, page);
			continue;
		}
		if (results_put_page(replay->results, page, err) == -1)
			return -1;
		queue_put(&replay->free, page);
	}
	return 0;
}

/* Waits until the pages that were read are written. */
static int
replay_stop(struct replay *replay, int rc, struct error *err)
{
	queue_close(&replay->read);
	if (replay->writes)
		pthread_join(replay->writing, NULL);
	if (rc == 0 && replay->failed) {
		*err = replay->err;
		rc = -1;
	}
	return rc;
}

static int
results_put_rows(struct results *results, struct rows *rows, struct error *err)
{
	struct replay replay = {.results = results};
	int rc = 0;

	queue_init(&replay.free);
	queue_init(&replay.read);
	for (size_t i = 0; rc == 0 && i < PAGES; i++) {
		replay.pages[i] = rows_page_new();
		if (replay.pages[i] == NULL)
			rc = error_memory(err);
		else
			queue_put(&replay.free, replay.pages[i]);
	}
	if (rc == 0) {
		replay_start(&replay);
		rc = replay_read(&replay, rows, err);
		rc = replay_stop(&replay, rc, err);
	}
	for (size_t i = 0; i < PAGES; i++)
		rows_page_free(replay.pages[i]);
	queue_release(&replay.read);
	queue_release(&replay.free);
	return rc;
}

int
results_put_run(
    struct results *results, struct database *db, const struct run *run, struct error *err)
{
	struct rows *rows = rows_open(db, run->id, false, err);
	char subject[32];
	int rc = -1;

	snprintf(subject, sizeof(subject), "run %lld", (long long)run->id);
	progress_begin(subject, "rows of results", 0, run->rows[0]);
	if (rows != NULL)
		rc = results_put_rows(results, rows, err);
	rows_close(rows);
	return rc;
}

int
results_project(struct database *db, const struct run *run, const char *path, enum output output,
    struct error *err)
{
	struct results *results = results_open(path, output, err);
	int rc = results == NULL ? -1 : results_put_run(results, db, run, err);

	if (rc == 0)
		rc = results_publish(&results, err);
	results_discard(results);
	return rc;
}

char *
results_name(const char *manifest, enum output output)
{
	const char *base = strrchr(manifest, '/');
	const char *ending;
	char *name;

	base = base == NULL ? manifest : base + 1;
	ending = strrchr(base, '.');
	if (ending == NULL || ending == base)
		ending = base + strlen(base);
	if (asprintf(&name, "%.*s.results.%s", (int)(ending - manifest), manifest,
		output == OUTPUT_JSONL ? "jsonl" : "csv") == -1)
		return NULL;
	return name;
}

enum output
results_output(int chosen, const char *name, enum format manifest)
{
	enum format format;

	if (chosen != -1)
		return (enum output)chosen;
	format = name == NULL ? FORMAT_AUTO : format_of_name(name);
	if (format == FORMAT_AUTO)
		format = manifest;
	return format == FORMAT_CSV ? OUTPUT_CSV : OUTPUT_JSONL;
}
