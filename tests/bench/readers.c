/*
 * The readers against the libraries they are made of.
 *
 *   readers generate csv|quoted|jsonl ROWS >FILE    a manifest of replace requests
 *   readers measure csv|jsonl ours|peer FILE        "CPU-SECONDS ROWS FIELDS" of reading it
 *
 * A process measures one thing: a reader changes how jansson allocates memory. The peers only
 * count what the library gives them; they place, check and keep nothing.
 */
#include "read/reader.h"
#include "model/request.h"
#include "program/command.h"

#include <csv.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define READ_BLOCK 65536 /* bytes */

struct counts {
	uint64_t rows;   /* of data: without the header */
	uint64_t fields; /* of them that are there; an empty one is in CSV */
};

/* ---- the data ------------------------------------------------------------------------------ */

enum kind { KIND_CSV, KIND_QUOTED, KIND_JSONL };

/* One row in four has no time, one in three no password, one in sixteen one to be escaped. */
struct row {
	unsigned existing, certificate;
	char time[32], password[48];
};

static struct row
row_make(unsigned i)
{
	unsigned mixed = i * 2654435761u; /* Knuth's multiplicative hash: the same everywhere */
	struct row row = {1 + i, 10000001 + i, "", ""};

	if (i % 4 != 0)
		snprintf(row.time, sizeof(row.time), "2045-%02u-%02uT%02u:%02u:00Z", 1 + mixed % 12,
		    1 + mixed / 12 % 28, mixed / 512 % 24, mixed / 65536 % 60);
	if (i % 3 != 0)
		snprintf(row.password, sizeof(row.password), "sample-%08x%s%u", mixed,
		    i % 16 == 1 ? "\"\"," : "-", i % 1000);
	return row;
}

static void
row_print_csv(const struct row *row, bool quoted)
{
	const char *all = quoted ? "\"" : "";
	const char *password = quoted || strchr(row->password, '"') != NULL ? "\"" : "";

	printf("%s%u%s,%s%u%s,%s%s,%s%s%s,%s%s%s\n", all, row->existing, all, all, row->certificate,
	    all, all, all, all, row->time, all, password, row->password, password);
}

static void
row_print_json(const struct row *row)
{
	const char *quote = strchr(row->password, '"');
	int plain = quote == NULL ? (int)strlen(row->password) : (int)(quote - row->password);

	printf(
	    "{\"ExistingCertificateId\":%u,\"CertificateId\":%u", row->existing, row->certificate);
	if (row->time[0] != '\0')
		printf(",\"JobTime\":\"%s\"", row->time);
	if (row->password[0] != '\0')
		printf(",\"Password\":\"%.*s%s%s\"", plain, row->password,
		    quote == NULL ? "" : "\\\"", quote == NULL ? "" : quote + 2);
	printf("}\n");
}

static int
generate(enum kind kind, unsigned rows)
{
	static const char *const names[] = {
	    "ExistingCertificateId", "CertificateId", "RequestId", "JobTime", "Password"};
	const char *quote = kind == KIND_QUOTED ? "\"" : "";

	for (size_t i = 0; i < 5 && kind != KIND_JSONL; i++)
		printf("%s%s%s%c", quote, names[i], quote, i < 4 ? ',' : '\n');
	for (unsigned i = 0; i < rows; i++) {
		struct row row = row_make(i);

		if (kind == KIND_JSONL)
			row_print_json(&row);
		else
			row_print_csv(&row, kind == KIND_QUOTED);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

/* ---- ours ---------------------------------------------------------------------------------- */

static int
read_ours(const char *file, enum format format, struct counts *counts)
{
	const struct text_list none = {0};
	struct fields fields;
	struct reader_options options = {.name = file, .format = format, .fields = &fields};
	const struct record *record;
	struct error err = {0};
	struct reader *reader = NULL;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int rc = -1;

	request_fields(&fields, &none, false);
	if (fd == -1)
		return -1;
	reader = reader_open(fd, &options, &err);
	if (reader == NULL)
		goto out;
	while ((rc = reader_next(reader, &record, &err)) == 1) {
		if (record->fault != NULL)
			goto out; /* rc is 1: no failure, and none of these is malformed */
		counts->rows++;
		for (size_t i = 0; i < fields.count; i++)
			counts->fields += record->values[i].type != VALUE_ABSENT;
	}
out:
	if (rc == -1)
		error_print(stderr, &err);
	reader_close(reader);
	close(fd);
	return rc == 0 ? 0 : -1;
}

/* ---- peers --------------------------------------------------------------------------------- */

static void
count_field(void *text, size_t length, void *data)
{
	struct counts *counts = data;

	(void)text;
	(void)length;
	counts->fields++;
}

static void
count_row(int end, void *data)
{
	struct counts *counts = data;

	(void)end;
	if (counts->rows++ == 0)
		counts->fields = 0; /* what was counted is the header */
}

static int
read_libcsv(const char *file, struct counts *counts)
{
	static char block[READ_BLOCK];
	struct csv_parser parser;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t length = -1;

	if (fd == -1 || csv_init(&parser, CSV_STRICT) != 0)
		return -1;
	while ((length = read(fd, block, sizeof(block))) > 0)
		if (csv_parse(&parser, block, (size_t)length, count_field, count_row, counts) !=
		    (size_t)length)
			break;
	if (length == 0 && csv_fini(&parser, count_field, count_row, counts) != 0)
		length = -1;
	csv_free(&parser);
	close(fd);
	counts->rows--;
	return length == 0 ? 0 : -1;
}

static int
read_jansson(const char *file, struct counts *counts)
{
	FILE *stream = fopen(file, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	int rc = -1;

	if (stream == NULL)
		return -1;
	while ((length = getline(&line, &size, stream)) > 0) {
		json_t *root = json_loadb(line, (size_t)length, JSON_REJECT_DUPLICATES, NULL);

		if (root == NULL)
			goto out;
		counts->rows++;
		counts->fields += json_object_size(root);
		json_decref(root);
	}
	rc = ferror(stream) ? -1 : 0;
out:
	free(line);
	fclose(stream);
	return rc;
}

/* ---- the measure --------------------------------------------------------------------------- */

/* What this process has used so far, of the processors' time. */
static double
cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int
measure(bool json, bool ours, const char *file)
{
	struct counts counts = {0};
	double start = cpu_seconds();
	int rc;

	if (ours)
		rc = read_ours(file, json ? FORMAT_JSONL : FORMAT_CSV, &counts);
	else
		rc = json ? read_jansson(file, &counts) : read_libcsv(file, &counts);
	if (rc == -1) {
		fprintf(stderr, "%s: cannot be read as it should\n", file);
		return -1;
	}
	printf("%.6f %ju %ju\n", cpu_seconds() - start, (uintmax_t)counts.rows,
	    (uintmax_t)counts.fields);
	return 0;
}

int
main(int argc, char **argv)
{
	static const char *const kinds[] = {"csv", "quoted", "jsonl"};

	for (int kind = KIND_CSV; argc == 4 && kind <= KIND_JSONL; kind++)
		if (strcmp(argv[1], "generate") == 0 && strcmp(argv[2], kinds[kind]) == 0)
			return generate((enum kind)kind, (unsigned)strtoul(argv[3], NULL, 10)) == 0
				   ? EXIT_SUCCESS
				   : EXIT_FAILURE;
	if (argc == 5 && strcmp(argv[1], "measure") == 0)
		return measure(strcmp(argv[2], "jsonl") == 0, strcmp(argv[3], "ours") == 0,
			   argv[4]) == 0
			   ? EXIT_SUCCESS
			   : EXIT_FAILURE;
	fputs("usage: readers generate csv|quoted|jsonl ROWS\n"
	      "       readers measure csv|jsonl ours|peer FILE\n",
	    stderr);
	return EXIT_FAILURE;
}
