#include "input/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
manifest_read_header(struct manifest *manifest, struct error *err)
{
	struct reader *reader = reader_open(manifest->source.fd, &manifest->reader, err);
	int rc;

	if (reader == NULL)
		return -1;
	rc = request_check_header(reader, manifest->source.name, err);
	manifest->format = reader_format(reader);
	manifest->delimiter = reader_delimiter(reader);
	manifest->is_rejects = request_is_rejects(reader);
	reader_close(reader);
	return rc;
}

/*
 * Whether neither the name nor a byte shows the format, for there are only blanks. A program that
 * has no rows to write writes few of them: where there are more, this is false.
 */
static bool
manifest_is_blank(const struct source *source)
{
	char bytes[256];
	ssize_t length;
	bool blank = true;

	if (format_of_name(source->name) != FORMAT_AUTO)
		return false;
	do
		length = pread(source->fd, bytes, sizeof(bytes), 0);
	while (length == -1 && errno == EINTR);
	for (ssize_t i = 0; i < length; i++)
		blank = blank && bytes[i] != '\0' && strchr(" \t\r\n", bytes[i]) != NULL;
	explicit_bzero(bytes, sizeof(bytes));
	return blank && length >= 0 && length < (ssize_t)sizeof(bytes);
}

int
manifest_open(struct manifest *manifest, const char *name, const struct manifest_options *options,
    struct error *err)
{
	*manifest = (struct manifest){.source = SOURCE_CLOSED};
	if (source_open(&manifest->source, name, options->stop, err) == -1)
		return -1;
	manifest->reader = options->reader;
	manifest->reader.name = manifest->source.name;
	/* An empty file lacks the header of CSV, but is JSONL without objects. */
	if (options->allow_empty && options->reader.format == FORMAT_AUTO &&
	    manifest_is_blank(&manifest->source))
		manifest->reader.format = FORMAT_JSONL;
	manifest->path = manifest->source.copied ? strdup("-")
						 : realpath(manifest->source.name, NULL);
	if (manifest->path == NULL)
		return error_errno(err, name, "its real path cannot be found");
	if (manifest_read_header(manifest, err) == -1)
		return -1;
	return source_digest(&manifest->source, manifest->digest, err);
}

void
manifest_close(struct manifest *manifest)
{
	survey_free(manifest->survey);
	free(manifest->path);
	source_close(&manifest->source);
	*manifest = (struct manifest){.source = SOURCE_CLOSED};
}

int
manifest_survey(struct manifest *manifest, struct database *db, const struct policy *policy,
    const volatile sig_atomic_t *stop, struct error *err)
{
	const struct survey_options options = {.fd = manifest->source.fd,
	    .reader = &manifest->reader,
	    .db = db,
	    .policy = policy,
	    .stop = stop};

	manifest->survey = survey_new(&options, err);
	if (manifest->survey == NULL)
		return -1;
	/* Some records of JSON may have been mended, and have no such member any more. */
	manifest->is_rejects |= survey_is_rejects(manifest->survey);
	return 0;
}
