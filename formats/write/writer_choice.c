#include "write/writer_private.h"

#include <stdlib.h>
#include <string.h>

struct choice_cell {
	bool chosen;
	bool bare;
	bool failed;
	size_t start, length; /* in `bytes` */
};

struct writer_choice {
	size_t *chosen; /* the index of each written column among those that are given */
	const char **columns;
	struct choice_cell *cells; /* of each given column, of the row so far */
	struct buffer bytes;
};

int
writer_choice_begin(struct writer *writer)
{
	size_t count = writer->view.count;
	struct writer_choice *choice = calloc(1, sizeof(*choice));

	writer->choice = choice;
	if (choice == NULL)
		return -1;
	choice->chosen = calloc(count + 1, sizeof(*choice->chosen)); /* + 1: never 0 bytes */
	choice->columns = calloc(count + 1, sizeof(*choice->columns));
	choice->cells = calloc(writer->given + 1, sizeof(*choice->cells));
	if (choice->chosen == NULL || choice->columns == NULL || choice->cells == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		size_t column = writer->view.chosen[i];

		choice->chosen[i] = column;
		choice->columns[i] = writer->columns[column];
		choice->cells[column].chosen = true;
	}
	writer->columns = choice->columns;
	writer->count = count;
	return 0;
}

void
writer_choice_hold(struct writer *writer, const char *bytes, size_t length, bool bare)
{
	struct writer_choice *choice = writer->choice;
	struct choice_cell *cell = &choice->cells[writer->cells];

	if (!cell->chosen)
		return;
	cell->bare = bare;
	cell->failed = writer->failed;
	cell->start = choice->bytes.length;
	cell->length = length;
	buffer_add(&choice->bytes, bytes, length);
	if (choice->bytes.failed)
		writer->line.failed = true;
}

void
writer_choice_row(struct writer *writer)
{
	struct writer_choice *choice = writer->choice;

	for (size_t i = 0; i < writer->count && !choice->bytes.failed; i++) {
		const struct choice_cell *cell = &choice->cells[choice->chosen[i]];
		const char *bytes = cell->length == 0 ? "" : choice->bytes.bytes + cell->start;

		writer->cells = i;
		writer->failed = cell->failed;
		if (cell->bare)
			writer->format->bare(writer, bytes, cell->length);
		else
			writer->format->text(writer, bytes, cell->length);
	}
	buffer_clear(&choice->bytes);
	writer->failed = false;
}

size_t
writer_choice_source(const struct writer *writer, size_t n)
{
	return writer->choice == NULL ? n : writer->choice->chosen[n];
}

void
writer_choice_free(struct writer_choice *choice)
{
	if (choice == NULL)
		return;
	buffer_release(&choice->bytes);
	free(choice->chosen);
	free(choice->columns);
	free(choice->cells);
	free(choice);
}
