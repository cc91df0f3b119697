#include "results.h"

#include "buffer.h"
#include "inventory_rows.h"
#include "progress.h"

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
	results->file = outfile_open(path, err);
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

int
results_put_run(
    struct results *results, struct inventory *inventory, int64_t run, struct error *err)
{
	struct rows *rows = rows_open(inventory, run, false, err);
	const struct row *row;
	char subject[32];
	int rc = -1;

	snprintf(subject, sizeof(subject), "run %lld", (long long)run);
	progress_begin(subject, "rows of results", 0, 0);
	while (rows != NULL && (rc = rows_next(rows, &row, err)) == 1) {
		progress_add(1);
		if (results_put(results, row, err) == -1) {
			rc = -1;
			break;
		}
	}
	rows_close(rows);
	return rc;
}

int
results_project(struct inventory *inventory, int64_t run, const char *path, enum output output,
    struct error *err)
{
	struct results *results = results_open(path, output, err);
	int rc = results == NULL ? -1 : results_put_run(results, inventory, run, err);

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
