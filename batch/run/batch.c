#include "run/batch.h"

#include <stdlib.h>

struct batch *
batch_new(bool ends)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL || !ends)
		return batch;
	batch->ends = calloc(BATCH_ROWS, sizeof(*batch->ends));
	if (batch->ends == NULL) {
		batch_free(batch);
		return NULL;
	}
	return batch;
}

static void
batch_note_used(struct batch *batch)
{
	if (batch->used < batch->count)
		batch->used = batch->count;
}

void
batch_clear(struct batch *batch)
{
	batch_note_used(batch);
	batch->count = batch->location_count = 0;
	arena_clear(&batch->texts);
	buffer_clear(&batch->sealed);
	batch->ends_chunk = batch->last = false;
	batch->rc = 0;
}

void
batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	batch_note_used(batch);
	for (size_t i = 0; i < batch->used; i++)
		row_release(&batch->rows[i].row);
	free(batch->ends);
	free(batch->locations);
	arena_release(&batch->texts);
	buffer_release(&batch->sealed);
	free(batch);
}
