#include "input/survey_pass_private.h"

#include "limits.h"
#include "program/progress.h"
#include "program/thread.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ROWS_AT_ONCE 256                /* of progress */
#define WORTH_A_THREAD ((off_t)1 << 18) /* bytes: some milliseconds of reading */

/* A part of the manifest, and its reader. */
struct survey_part {
	struct survey_pass *pass;
	struct reader *reader;
	uint64_t end;         /* the offset of the first row that is not its own */
	uint64_t rows, bytes; /* read, and not yet in the progress */
	struct error err;
	int rc;
};

/* ---- rows ------------------------------------------------------------------------------- */

static int
survey_take_row(struct survey_pass *pass, const struct record *record, struct messages *messages,
    struct error *err)
{
	struct request request;

	messages_clear(messages);
	request_read(&request, record, messages, NULL);
	if (messages->failed)
		return error_memory(err);
	pass->rows++;
	pass->has_password |= request.password != NULL;
	pass->has_job_time |= record->fault == NULL &&
			      !value_is_absent(&record->values[REQUEST_FIELD_JOB_TIME]);
	pass->is_rejects |= request_is_reject(record);
	if (pass->mends == 0)
		pass->mends = request_mends(record);
	return messages->count > 0 ? 0 : pass->take(pass->closure, &request, err);
}

static int
survey_add_ignored(struct survey_pass *pass, const char *name, struct error *err)
{
	for (size_t i = 0; i < pass->ignored_count; i++)
		if (strcmp(pass->ignored[i], name) == 0)
			return 0;
	if (pass->ignored_count == LIMIT_COLUMNS)
		return 0;
	if (pass->ignored == NULL)
		pass->ignored = calloc(LIMIT_COLUMNS, sizeof(*pass->ignored));
	if (pass->ignored == NULL || (pass->ignored[pass->ignored_count] = strdup(name)) == NULL)
		return error_memory(err);
	pass->ignored_count++;
	return 0;
}

static int
survey_keep_ignored(struct survey_pass *pass, const struct reader *reader, struct error *err)
{
	size_t count;
	const char *const *names = reader_ignored(reader, &count);

	for (size_t i = 0; i < count; i++)
		if (survey_add_ignored(pass, names[i], err) == -1)
			return -1;
	return 0;
}

/* Counts rows and bytes; a whole number of rows at a time, for two threads share the progress. With
 * no row, all that is left. */
static void
part_advance(struct survey_part *part, uint64_t rows, uint64_t bytes)
{
	part->rows += rows;
	part->bytes += bytes;
	if (rows > 0 && part->rows < ROWS_AT_ONCE)
		return;
	progress_advance(part->bytes);
	progress_add(part->rows);
	part->rows = part->bytes = 0;
}

static int
part_read(struct survey_part *part, struct error *err)
{
	struct survey_pass *pass = part->pass;
	struct messages messages = {0};
	const struct record *record;
	int rc;

	while ((rc = reader_next(part->reader, &record, err)) == 1 && record->offset < part->end) {
		rc = stop_asked(pass->options->stop, err, pass->options->reader->name,
		    "interrupted before anything was written");
		if (rc == 0)
			rc = survey_take_row(pass, record, &messages, err);
		if (rc == -1)
			break;
		part_advance(part, 1, record->length + 1);
	}
	part_advance(part, 0, 0);
	messages_release(&messages);
	return rc == -1 ? -1 : survey_keep_ignored(pass, part->reader, err);
}

/* ---- parts ------------------------------------------------------------------------------ */

static int
part_open(struct survey_part *part, struct survey_pass *pass, struct error *err)
{
	*part = (struct survey_part){.pass = pass, .end = UINT64_MAX};
	part->reader = reader_open(pass->options->fd, pass->options->reader, err);
	if (part->reader == NULL)
		return -1;
	return request_check_header(part->reader, pass->options->reader->name, err);
}

int
survey_pass_run(struct survey_pass *pass, struct error *err)
{
	struct survey_part part;
	int rc = part_open(&part, pass, err);

	if (rc == 0)
		rc = part_read(&part, err);
	if (rc == 0)
		rc = reader_check_values(part.reader, NULL, err);
	reader_close(part.reader);
	return rc;
}

static void *
part_run(void *closure)
{
	struct survey_part *part = closure;

	part->rc = part_read(part, &part->err);
	return NULL;
}

/* Both parts at the same time, or one after the other where no thread can be had. */
static int
part_run_both(struct survey_part *first, struct survey_part *second, struct error *err)
{
	pthread_t thread;
	bool runs = thread_start(&thread, part_run, second) == 0;

	part_run(first);
	if (runs)
		pthread_join(thread, NULL);
	else if (first->rc == 0)
		part_run(second);
	if (first->rc == -1)
		*err = first->err;
	else if (second->rc == -1)
		*err = second->err;
	return first->rc == -1 || second->rc == -1 ? -1 : 0;
}

/* Adds what was found in the second part to what was found in the first one. */
static int
survey_add_up(struct survey_pass *pass, const struct survey_pass *other, struct error *err)
{
	pass->rows += other->rows;
	pass->has_password |= other->has_password;
	pass->has_job_time |= other->has_job_time;
	pass->is_rejects |= other->is_rejects;
	if (pass->mends == 0)
		pass->mends = other->mends;
	for (size_t i = 0; i < other->ignored_count; i++)
		if (survey_add_ignored(pass, other->ignored[i], err) == -1)
			return -1;
	return 0;
}

/* Cuts the manifest in the middle: 1, 0 where it cannot or need not be cut, -1 and err. */
static int
part_cut(struct survey_part *first, struct survey_part *second, struct error *err)
{
	struct stat status;
	int rc;

	if (fstat(first->pass->options->fd, &status) == -1 || status.st_size < WORTH_A_THREAD)
		return 0;
	rc = reader_seek_after(second->reader, (uint64_t)status.st_size / 2, err);
	if (rc == 1)
		first->end = reader_position(second->reader).offset;
	return rc;
}

int
survey_pass_run_two(struct survey_pass *pass, struct survey_pass *other, struct error *err)
{
	struct survey_part first = {0}, second = {0};
	bool cut_up;
	int rc = -1;

	if (part_open(&first, pass, err) == -1 || part_open(&second, other, err) == -1)
		goto out;
	rc = part_cut(&first, &second, err);
	if (rc == -1)
		goto out;
	cut_up = rc == 1;
	rc = cut_up ? part_run_both(&first, &second, err) : part_read(&first, err);
	if (rc == 0)
		rc = reader_check_values(first.reader, cut_up ? second.reader : NULL, err);
	if (rc == 0 && cut_up)
		rc = survey_add_up(pass, other, err);
out:
	reader_close(first.reader);
	reader_close(second.reader);
	return rc;
}

void
survey_pass_release(struct survey_pass *pass)
{
	for (size_t i = 0; i < pass->ignored_count; i++)
		free(pass->ignored[i]);
	free(pass->ignored);
	pass->ignored = NULL;
	pass->ignored_count = 0;
}
