#include "intake.h"

#include <stdlib.h>
#include <string.h>

struct intake {
	const struct manifest *manifest;
	struct decider *decider;
	struct reader *reader;
	const struct record *record;
	int64_t run;
	struct request request;
	struct row row;
	struct repairs repairs; /* of fields */
};

struct intake *
intake_open(const struct manifest *manifest, struct decider *decider, int64_t run,
    const struct position *from, struct error *err)
{
	struct intake *intake = calloc(1, sizeof(*intake));

	if (intake == NULL) {
		error_memory(err);
		return NULL;
	}
	intake->manifest = manifest;
	intake->decider = decider;
	intake->run = run;
	intake->reader = reader_open(manifest->source.fd, &manifest->reader, err);
	if (intake->reader == NULL) {
		intake_close(intake);
		return NULL;
	}
	if (from != NULL)
		reader_seek(intake->reader, from);
	return intake;
}

void
intake_close(struct intake *intake)
{
	if (intake == NULL)
		return;
	reader_close(intake->reader);
	row_release(&intake->row);
	free(intake);
}

static void
add_conflict(struct messages *messages, const struct survey_lines *lines)
{
	char list[SURVEY_LINES * 22];
	size_t length = 0;

	for (size_t i = 0; i < lines->count; i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%llu",
		    i == 0 ? "" : ", ", (unsigned long long)lines->lines[i]);
	messages_add(messages, CODE_CONFLICTING_ROWS, true,
	    request_field_word(REQUEST_FIELD_EXISTING),
	    "%llu rows for this certificate differ: lines %s%s; expected one row",
	    (unsigned long long)lines->rows, list, lines->rows > lines->count ? ", ..." : "");
}

/* What the survey found about a row whose fields are valid. */
static void
apply_survey(struct intake *intake)
{
	struct survey_lines lines;
	struct row *row = &intake->row;

	if (row->messages.count > 0)
		return;
	switch (survey_find(intake->manifest->survey, &intake->request, &lines)) {
	case SURVEY_ALONE:
		break;
	case SURVEY_CONFLICT:
		add_conflict(&row->messages, &lines);
		break;
	case SURVEY_REPETITION:
		row->outcome = OUTCOME_SKIPPED;
		messages_add(&row->messages, CODE_EXACT_REPETITION, false, NULL,
		    "the same as line %llu", (unsigned long long)lines.first);
		break;
	}
}

int
intake_next(
    struct intake *intake, struct row **row, const struct request **request, struct error *err)
{
	int rc = reader_next(intake->reader, &intake->record, err);

	*row = NULL;
	*request = NULL;
	if (rc != 1)
		return rc;
	row_clear(&intake->row);
	request_read(&intake->request, intake->record, &intake->row.messages, &intake->repairs);
	intake->row.id = intake->run << 32 | (int64_t)intake->request.number;
	intake->row.number = intake->request.number;
	intake->row.line = intake->request.line;
	intake->row.offset = intake->request.offset;
	apply_survey(intake);
	if (decider_decide(intake->decider, &intake->request, &intake->row, err) == -1)
		return -1;
	*row = &intake->row;
	*request = &intake->request;
	return 1;
}

struct position
intake_position(const struct intake *intake)
{
	return reader_position(intake->reader);
}

void
intake_repairs(const struct intake *intake, struct repairs *repairs)
{
	const struct repairs *of_reader = reader_repairs(intake->reader);

	*repairs = intake->repairs;
	for (int i = 0; i < REPAIR_COUNT; i++) {
		if (of_reader->count[i] == 0)
			continue;
		/* A kind is either the reader's or the fields'. */
		repairs->count[i] = of_reader->count[i];
		memcpy(repairs->lines[i], of_reader->lines[i], sizeof(repairs->lines[i]));
	}
}

struct reader *
intake_reader(struct intake *intake)
{
	return intake->reader;
}

const struct record *
intake_record(const struct intake *intake)
{
	return intake->record;
}
