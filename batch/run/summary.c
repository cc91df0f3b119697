#include "run/summary.h"

#include "program/output.h"

#include <string.h>

static void
summary_text(struct buffer *json, const char *name, const char *text)
{
	buffer_addf(json, ",\"%s\":", name);
	if (text == NULL)
		buffer_add_string(json, "null");
	else
		buffer_add_json(json, text, strlen(text));
}

static void
summary_time(struct buffer *json, const char *name, int64_t time)
{
	char text[TIMESTAMP_SIZE];

	summary_text(json, name, time == 0 ? NULL : timestamp_format(time, text));
}

static void
summary_digest(struct buffer *json, const struct run *run)
{
	buffer_add_string(json, ",\"ManifestSha256\":\"");
	for (size_t i = 0; i < sizeof(run->digest); i++)
		buffer_addf(json, "%02x", run->digest[i]);
	buffer_add_string(json, "\"");
}

/* An object of the counts that are not 0. */
static void
summary_counts(struct buffer *json, const char *name, const uint64_t *counts, int count,
    const char *(*word)(int))
{
	const char *comma = "";

	buffer_addf(json, ",\"%s\":{", name);
	for (int i = 0; i < count; i++) {
		if (counts[i] == 0)
			continue;
		buffer_addf(json, "%s\"%s\":%llu", comma, word(i), (unsigned long long)counts[i]);
		comma = ",";
	}
	buffer_add_string(json, "}");
}

static const char *
summary_code(int code)
{
	return code_word((enum code)code);
}

static const char *
summary_repair(int repair)
{
	return repair_word((enum repair)repair);
}

static void
summary_accounting(struct buffer *json, const struct run *run)
{
	const uint64_t *rows = run->rows;

	buffer_addf(json,
	    ",\"Rows\":{\"Read\":%llu,\"Succeeded\":%llu,\"Partial\":%llu,\"Failed\":%llu,"
	    "\"Rejected\":%llu,\"Skipped\":%llu}",
	    (unsigned long long)rows[0], (unsigned long long)rows[OUTCOME_SUCCEEDED],
	    (unsigned long long)rows[OUTCOME_PARTIAL], (unsigned long long)rows[OUTCOME_FAILED],
	    (unsigned long long)rows[OUTCOME_REJECTED], (unsigned long long)rows[OUTCOME_SKIPPED]);
	buffer_addf(json, ",\"Jobs\":{\"Created\":%llu,\"Refused\":%llu,\"Superseded\":%llu}",
	    (unsigned long long)run->jobs_created, (unsigned long long)run->jobs_refused,
	    (unsigned long long)run->jobs_superseded);
}

int
summary_write(const char *path, const struct run *run, const struct tally *tally, int stopped,
    struct error *err)
{
	struct buffer json = {0};
	struct outfile *file = NULL;
	int rc = -1;

	if (run->id == 0)
		buffer_add_string(&json, "{\"Run\":null");
	else
		buffer_addf(&json, "{\"Run\":%lld", (long long)run->id);
	summary_text(&json, "Manifest", run->manifest);
	summary_digest(&json, run);
	summary_text(&json, "Operator", run->operator_name);
	summary_text(&json, "Reference", run->reference);
	summary_time(&json, "StartedAt", run->started_at);
	summary_time(&json, "FinishedAt", run->finished_at);
	buffer_addf(&json, ",\"Complete\":%s,\"ExitStatus\":%d", stopped == 0 ? "true" : "false",
	    stopped == 0 ? run_status(run) : stopped);
	summary_accounting(&json, run);
	summary_counts(&json, "Codes", tally->codes, CODE_COUNT, summary_code);
	summary_counts(&json, "Warnings", tally->warnings, CODE_COUNT, summary_code);
	summary_counts(&json, "Repairs", tally->repairs.count, REPAIR_COUNT, summary_repair);
	buffer_add_string(&json, "}\n");
	if (json.failed)
		error_memory(err);
	else
		file = output_open(path, err);
	if (file != NULL && outfile_write(file, json.bytes, json.length, err) == 0)
		rc = outfile_publish(&file, err);
	outfile_discard(file);
	buffer_release(&json);
	return rc;
}
