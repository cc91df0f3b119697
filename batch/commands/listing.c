#include "commands/listing.h"

#include "program/output.h"

#include <unistd.h>

const char *const listing_formats[] = {
    [OUTPUT_CSV] = "csv", [OUTPUT_JSONL] = "jsonl", [OUTPUT_TABLE] = "table", NULL};

enum output
listing_output(const struct context *context, int choice)
{
	if (choice != LISTING_UNSET)
		return (enum output)choice;
	return isatty(fileno(context->out)) == 1 ? OUTPUT_TABLE : OUTPUT_CSV;
}

int
listing_open(struct listing *listing, const char *path, enum output output,
    const char *const *columns, size_t count, struct error *err)
{
	*listing = (struct listing){0};
	listing->file = output_open(path, err);
	if (listing->file == NULL)
		return -1;
	listing->writer = writer_new(listing->file, output, columns, count);
	if (listing->writer == NULL) {
		listing_discard(listing);
		return error_memory(err);
	}
	return 0;
}

int
listing_close(struct listing *listing, struct error *err)
{
	if (writer_end(&listing->writer, err) == -1) {
		listing_discard(listing);
		return -1;
	}
	return outfile_publish(&listing->file, err);
}

void
listing_discard(struct listing *listing)
{
	writer_free(listing->writer);
	outfile_discard(listing->file);
	*listing = (struct listing){0};
}
