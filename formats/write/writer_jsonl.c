#include "write/writer_private.h"

#include <string.h>

static void
writer_jsonl_name(struct writer *writer)
{
	const char *column = writer->columns[writer->cells];

	buffer_add(&writer->line, writer->cells == 0 ? "{" : ",", 1);
	buffer_add_json(&writer->line, column, strlen(column));
	buffer_add(&writer->line, ":", 1);
}

static void
writer_jsonl_text(struct writer *writer, const char *bytes, size_t length)
{
	writer_jsonl_name(writer);
	buffer_add_json(&writer->line, bytes, length);
}

static void
writer_jsonl_bare(struct writer *writer, const char *bytes, size_t length)
{
	writer_jsonl_name(writer);
	buffer_add(&writer->line, bytes, length);
}

static void
writer_jsonl_row(struct writer *writer)
{
	buffer_add_string(&writer->line, writer->count == 0 ? "{}\n" : "}\n");
}

const struct writer_format writer_jsonl = {
    .yes = "true",
    .no = "false",
    .null = "null",
    .nested = true,
    .text = writer_jsonl_text,
    .bare = writer_jsonl_bare,
    .row = writer_jsonl_row,
};
