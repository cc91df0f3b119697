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

static const char *const columns[] = {"Line", "ExistingCertificateId", "CertificateId", "RequestId",
    "JobTime", "Outcome", "SuccessfulStores", "FailedStores", "Messages"};

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
		results->writer = writer_new(
		    results->file, output, columns, sizeof(columns) / sizeof(columns[0]));
	if (results->file != NULL && results->writer == NULL)
		error_memory(err);
	if (results->writer == NULL) {
		results_discard(results);
		return NULL;
	}
	return results;
}

static void
put_id(struct writer *writer, int64_t id)
{
	if (id == 0)
		writer_null(writer);
	else
		writer_integer(writer, id);
}

static void
put_messages(struct results *results, const struct row *row)
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
	put_id(writer, row->existing);
	put_id(writer, row->certificate);
	put_id(writer, row->request);
	writer_string(writer, row->job_time[0] == '\0' ? NULL : row->job_time);
	writer_string(writer, outcome_word(row->outcome));
	writer_list(writer, stores->served, stores->served_count);
	writer_list(writer, stores->others, stores->other_count);
	put_messages(results, row);
	if (results->text.failed || results->json.failed)
		return error_memory(err);
	return writer_row(writer, err);
}

static void
release(struct results *results)
{
	writer_free(results->writer);
	outfile_discard(results->file);
	buffer_release(&results->text);
	buffer_release(&results->json);
	store_list_release(&results->stores);
	free(results);
}

int
results_publish(struct results **results, struct error *err)
{
	struct results *taken = *results;
	int rc = writer_end(&taken->writer, err);

	*results = NULL;
	if (rc == 0)
		rc = outfile_publish(&taken->file, err);
	release(taken);
	return rc;
}

void
results_discard(struct results *results)
{
	if (results != NULL)
		release(results);
}

/* ---- a run again ------------------------------------------------------------------------ */

#define PAGES 6

_Static_assert(PAGES <= QUEUE_SIZE, "every page fits into one queue");

/* The caller reads the pages of a run, a thread writes them, as many as there are in turn. */
struct again {
	struct results *results;
	struct rows_page *pages[PAGES];
	struct queue free; /* to the caller; closed when one could not be written */
	struct queue read; /* to the thread that writes */
	pthread_t writing;
	bool writes;      /* the thread runs */
	struct error err; /* of the thread, until it has ended */
	bool failed;      /* likewise */
};

static int
put_page(struct results *results, const struct rows_page *page, struct error *err)
{
	for (size_t i = 0; i < page->count; i++) {
		progress_add(1);
		if (results_put(results, &page->rows[i], err) == -1)
			return -1;
	}
	return 0;
}

static void *
write_pages(void *closure)
{
	struct again *again = closure;
	struct rows_page *page;

	pthread_setname_np(pthread_self(), "writing");
	while (!again->failed && (page = queue_take(&again->read)) != NULL) {
		again->failed = put_page(again->results, page, &again->err) == -1;
		queue_put(&again->free, page);
	}
	queue_close(&again->free);
	return NULL;
}

/* Where no thread can be had, the caller writes as well. */
static void
start_writing(struct again *again)
{
	again->writes = thread_start(&again->writing, write_pages, again) == 0;
}

/* 0 or -1; also 0 when it was the thread that failed. */
static int
read_pages(struct again *again, struct rows *rows, struct error *err)
{
	struct rows_page *page;

	while ((page = queue_take(&again->free)) != NULL) {
		int rc = rows_read(rows, page, err);

		if (rc != 1)
			return rc;
		if (again->writes) {
			queue_put(&again->read, page);
			continue;
		}
		if (put_page(again->results, page, err) == -1)
			return -1;
		queue_put(&again->free, page);
	}
	return 0;
}

/* Waits for what was read to be written. */
static int
stop_writing(struct again *again, int rc, struct error *err)
{
	queue_close(&again->read);
	if (again->writes)
		pthread_join(again->writing, NULL);
	if (rc == 0 && again->failed) {
		*err = again->err;
		rc = -1;
	}
	return rc;
}

static int
put_rows(struct results *results, struct rows *rows, struct error *err)
{
	struct again again = {.results = results};
	int rc = 0;

	queue_init(&again.free);
	queue_init(&again.read);
	for (size_t i = 0; rc == 0 && i < PAGES; i++) {
		again.pages[i] = rows_page_new();
		if (again.pages[i] == NULL)
			rc = error_memory(err);
		else
			queue_put(&again.free, again.pages[i]);
	}
	if (rc == 0) {
		start_writing(&again);
		rc = read_pages(&again, rows, err);
		rc = stop_writing(&again, rc, err);
	}
	for (size_t i = 0; i < PAGES; i++)
		rows_page_free(again.pages[i]);
	queue_release(&again.read);
	queue_release(&again.free);
	return rc;
}

int
results_put_run(struct results *results, struct database *db, int64_t run, struct error *err)
{
	struct rows *rows = rows_open(db, run, false, err);
	char subject[32];
	int rc = -1;

	snprintf(subject, sizeof(subject), "run %lld", (long long)run);
	progress_begin(subject, "rows of results", 0, 0);
	if (rows != NULL)
		rc = put_rows(results, rows, err);
	rows_close(rows);
	return rc;
}

int
results_project(
    struct database *db, int64_t run, const char *path, enum output output, struct error *err)
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
