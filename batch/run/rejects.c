#include "run/rejects.h"

#include "read/copy.h"
#include "database/rows.h"
#include "limits.h"
#include "program/output.h"

#include <stdlib.h>
#include <string.h>

static const char *const reject_names[] = {"RejectLine", "RejectReasons", "RejectRecord"};
#define NAME_COUNT (sizeof(reject_names) / sizeof(reject_names[0]))

struct rejects {
	struct outfile *file;
	bool spares;
	const struct manifest *manifest;
	struct reader *reader; /* finds the rows again */
	struct buffer reasons;
};

struct rejects *
rejects_open(
    const struct rejects_target *target, const struct manifest *manifest, struct error *err)
{
	struct rejects *rejects = calloc(1, sizeof(*rejects));

	if (rejects == NULL) {
		error_memory(err);
		return NULL;
	}
	rejects->manifest = manifest;
	rejects->spares = target->spares;
	rejects->reader = reader_open(manifest->source.fd, &manifest->reader, err);
	if (rejects->reader != NULL)
		rejects->file = output_open(target->path, err);
	if (rejects->file == NULL ||
	    copy_header(&(struct copy){rejects->reader, rejects->file, reject_names, NAME_COUNT},
		err) == -1) {
		rejects_discard(rejects);
		return NULL;
	}
	return rejects;
}

static int
rejects_copy(
    struct rejects *rejects, const struct record *record, const struct row *row, struct error *err)
{
	struct reader *reader = rejects->reader;
	char line[24];
	const char *texts[NAME_COUNT] = {line, NULL, NULL};
	char *raw = NULL;
	int rc;

	snprintf(line, sizeof(line), "%llu", (unsigned long long)row->line);
	buffer_clear(&rejects->reasons);
	if (row->id >> 32 != 0) /* a check has no run */
		buffer_addf(&rejects->reasons, REQUEST_MENDS_FORMAT, (long long)(row->id >> 32));
	messages_csv(&row->messages, &rejects->reasons);
	if (rejects->reasons.failed)
		return error_memory(err);
	if (record->fault != NULL && (raw = copy_raw(reader, record, LIMIT_FIELD, err)) == NULL)
		return -1;
	texts[1] = rejects->reasons.bytes;
	texts[2] = raw != NULL ? raw : request_unmended(record);
	rc = copy_record(
	    &(struct copy){reader, rejects->file, reject_names, NAME_COUNT}, record, texts, err);
	if (raw != NULL)
		explicit_bzero(raw, strlen(raw));
	free(raw);
	return rc;
}

/* A database of an earlier version has no offset of a partial row: its number finds it. */
int
rejects_put(struct rejects *rejects, const struct row *row, struct error *err)
{
	const struct position position = {row->offset, row->line, row->number - 1};
	const struct record *record;
	int rc;

	if (row->offset != 0)
		reader_seek(rejects->reader, &position);
	do
		rc = reader_next(rejects->reader, &record, err);
	while (rc == 1 && record->number < row->number);
	if (rc == 0 || (rc == 1 && record->number != row->number))
		return error_set_at(err, ERROR_INPUT,
		    (struct error_place){.file = rejects->manifest->source.name, .line = row->line},
		    "the row is not there any more: the manifest changed while it was read");
	return rc == -1 ? -1 : rejects_copy(rejects, record, row, err);
}

int
rejects_publish(struct rejects **rejects, struct error *err)
{
	struct rejects *taken = *rejects;
	int rc = taken->spares ? outfile_differs(taken->file, err) : 0;

	if (rc == 0)
		rc = outfile_publish(&taken->file, err);
	*rejects = NULL;
	rejects_discard(taken);
	return rc;
}

void
rejects_discard(struct rejects *rejects)
{
	if (rejects == NULL)
		return;
	outfile_discard(rejects->file);
	reader_close(rejects->reader);
	buffer_release(&rejects->reasons);
	free(rejects);
}

int
rejects_put_run(struct rejects *rejects, struct database *db, int64_t run, struct error *err)
{
	struct rows *rows = rows_open(db, run, true, err);
	const struct row *row;
	int rc = -1;

	while (rows != NULL && (rc = rows_next(rows, &row, err)) == 1) {
		if (rejects_put(rejects, row, err) == -1) {
			rc = -1;
			break;
		}
	}
	rows_close(rows);
	return rc;
}

int
rejects_project(struct database *db, int64_t run, const struct manifest *manifest,
    const struct rejects_target *target, struct error *err)
{
	struct rejects *rejects = rejects_open(target, manifest, err);
	int rc = rejects == NULL ? -1 : rejects_put_run(rejects, db, run, err);

	if (rc == 0)
		rc = source_changed(&manifest->source, err);
	if (rc == 0)
		rc = rejects_publish(&rejects, err);
	rejects_discard(rejects);
	return rc;
}
