/*
 * record-dump [--format F] [--delimiter C] [--encoding E] FILE: each record of a file as a line
 * of JSON, malformed ones with their fault. Status 3 when the file cannot be used.
 */
#include "buffer.h"
#include "read/names.h"
#include "read/reader.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All names of the header, or of the first object, once each. */
static int
collect(struct reader *reader, const char ***names, size_t *count)
{
	size_t all;
	const char *const *found = reader_names(reader, &all);

	*names = calloc(all + 1, sizeof(**names));
	*count = 0;
	if (*names == NULL)
		return -1;
	for (size_t i = 0; i < all; i++) {
		bool known = name_is_blank(found[i], strlen(found[i]));

		for (size_t j = 0; j < *count && !known; j++)
			known = name_equal(
			    found[i], strlen(found[i]), (*names)[j], strlen((*names)[j]));
		if (!known && ((*names)[(*count)++] = strdup(found[i])) == NULL)
			return -1;
	}
	return 0;
}

static void
add_value(struct buffer *out, const struct value *value)
{
	if (value->type == VALUE_TEXT)
		buffer_add_json(out, value->text, value->length);
	else if (value->type == VALUE_NULL)
		buffer_add_string(out, "null");
	else
		buffer_add(out, value->text, value->length);
}

static void
add_record(struct buffer *out, const struct record *record, const struct fields *fields)
{
	const char *comma = "";

	buffer_addf(out, "{\"Line\":%ju,\"Offset\":%ju,\"Length\":%ju,", (uintmax_t)record->line,
	    (uintmax_t)record->offset, (uintmax_t)record->length);
	if (record->fault != NULL) {
		buffer_add_string(out, "\"Fault\":");
		buffer_add_json(out, record->fault, strlen(record->fault));
	} else {
		buffer_add_string(out, "\"Record\":{");
		for (size_t i = 0; i < fields->count; i++) {
			if (record->values[i].type == VALUE_ABSENT)
				continue;
			buffer_add_string(out, comma);
			buffer_add_json(out, fields->names[i], strlen(fields->names[i]));
			buffer_add_string(out, ":");
			add_value(out, &record->values[i]);
			comma = ",";
		}
		buffer_add_string(out, "}");
	}
	buffer_add_string(out, "}\n");
}

static int
dump(int fd, struct reader_options *options, struct error *err)
{
	const struct fields none = {0};
	struct fields fields = {0};
	struct buffer out = {0};
	const char **names = NULL;
	const struct record *record;
	struct reader *reader;
	int rc = -1;

	options->fields = &none;
	reader = reader_open(fd, options, err);
	if (reader == NULL || collect(reader, &names, &fields.count) == -1)
		goto out;
	reader_close(reader);
	fields.names = names;
	options->fields = &fields;
	reader = reader_open(fd, options, err);
	if (reader == NULL)
		goto out;
	while ((rc = reader_next(reader, &record, err)) == 1) {
		buffer_clear(&out);
		add_record(&out, record, &fields);
		fwrite(out.bytes, 1, out.length, stdout);
	}
out:
	reader_close(reader);
	buffer_release(&out);
	for (size_t i = 0; i < fields.count; i++)
		free((char *)names[i]);
	free(names);
	return rc;
}

int
main(int argc, char **argv)
{
	static const struct option table[] = {{"format", required_argument, NULL, 'f'},
	    {"delimiter", required_argument, NULL, 'd'}, {"encoding", required_argument, NULL, 'e'},
	    {NULL, 0, NULL, 0}};
	struct reader_options options = {0};
	struct error err = {0};
	int option, fd, rc;

	while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (option == 'f')
			options.format = format_parse(optarg);
		else if (option == 'd')
			options.delimiter = optarg[0];
		else if (option == 'e')
			options.encoding = optarg;
		else
			return ERROR_USAGE;
	}
	if (optind + 1 != argc) {
		fputs("usage: record-dump [--format F] [--delimiter C] [--encoding E] FILE\n",
		    stderr);
		return ERROR_USAGE;
	}
	options.name = argv[optind];
	fd = open(options.name, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		perror(options.name);
		return ERROR_INPUT;
	}
	rc = dump(fd, &options, &err);
	close(fd);
	if (rc == -1)
		error_print(stderr, &err);
	return rc == -1 ? (int)err.code : EXIT_SUCCESS;
}
