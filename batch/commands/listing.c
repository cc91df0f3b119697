#include "commands/listing.h"

#include "program/command.h"
#include "program/output.h"
#include "read/reader.h"

#include <string.h>
#include <unistd.h>

const char *const listing_formats[] = {
    [OUTPUT_CSV] = "csv", [OUTPUT_JSONL] = "jsonl", [OUTPUT_TABLE] = "table", NULL};

static bool
listing_is_standard(const struct listing *listing)
{
	return listing->path == NULL || strcmp(listing->path, "-") == 0;
}

enum output
listing_output(const struct context *context, const struct listing *listing)
{
	if (listing->format != LISTING_UNSET)
		return (enum output)listing->format;
	if (!listing_is_standard(listing))
		return format_of_name(listing->path) == FORMAT_JSONL ? OUTPUT_JSONL : OUTPUT_CSV;
	return isatty(fileno(context->out)) == 1 ? OUTPUT_TABLE : OUTPUT_CSV;
}

static int
listing_fill(struct listing *listing, struct database *db, struct error *err)
{
	struct writer *writer = writer_new(listing->file, listing_output(listing->context, listing),
	    listing->columns, listing->count);
	int rc;

	if (writer == NULL)
		return error_memory(err);
	rc = listing->fill(listing, db, writer, err);
	if (rc == 0 || listing->keep) {
		struct error *first = rc == 0 ? err : NULL;

		if (writer_end(&writer, first) == -1 ||
		    outfile_publish(&listing->file, first) == -1)
			rc = -1;
	}
	writer_free(writer);
	return rc;
}

static int
listing_write(struct listing *listing, struct database *db, struct error *err)
{
	int rc = -1;

	if (listing->prepare != NULL && listing->prepare(listing, db, err) == -1)
		return -1;
	listing->file = output_open(listing_is_standard(listing) ? "-" : listing->path, err);
	if (listing->file != NULL)
		rc = listing_fill(listing, db, err);
	outfile_discard(listing->file);
	return rc;
}

int
listing_run(const struct context *context, struct listing *listing)
{
	struct error err = {0};
	struct database *db;
	int rc = -1;

	listing->context = context;
	db = db_open(context->database, listing->mode, &err);
	if (db != NULL)
		rc = listing_write(listing, db, &err);
	db_close(db);
	return rc == -1 ? command_failed(context, &err) : 0;
}
