#include "report/metrics.h"

#include "buffer.h"
#include "limits.h"
#include "outfile.h"
#include "utf8.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define METRICS_MODE 0644

/* X(name, name of the metric, what it is): neither a backslash nor an end of line in any text */
#define METRIC_LIST(X)                                                                 \
	X(JOBS, "pfxreplace_jobs", "Jobs of the last reconcile, by verdict.")          \
	X(FINDINGS, "pfxreplace_findings", "Findings of the last reconcile, by kind.") \
	X(LAST_RECONCILE, "pfxreplace_last_reconcile_timestamp_seconds",               \
	    "Unix time of the last reconcile.")                                        \
	X(LAST_WELL, "pfxreplace_last_well_timestamp_seconds",                         \
	    "Unix time of the last reconcile that was all well.")                      \
	X(EARLIEST_EXPIRY, "pfxreplace_earliest_expiry_timestamp_seconds",             \
	    "Earliest expiry of a certificate in use, as Unix time.")                  \
	X(EXPIRED_IN_USE, "pfxreplace_expired_in_use", "Certificates in use that have expired.")

enum metric {
#define METRIC_ENUM(name, word, text) METRIC_##name,
	METRIC_LIST(METRIC_ENUM)
#undef METRIC_ENUM
};

static const struct {
	const char *name;
	const char *text;
} metric_table[] = {
#define METRIC_ROW(name, word, text) {word, text},
    METRIC_LIST(METRIC_ROW)
#undef METRIC_ROW
};

/* ---- the text --------------------------------------------------------------------------- */

static void
metrics_add_head(struct buffer *text, enum metric metric)
{
	const char *name = metric_table[metric].name;

	buffer_addf(text, "# HELP %s %s\n# TYPE %s gauge\n", name, metric_table[metric].text, name);
}

/* The value of a label: the backslash, the quote and the end of line are escaped. */
static void
metrics_add_label(struct buffer *text, const char *value)
{
	size_t left = strlen(value);

	while (left > 0) {
		uint32_t code;
		size_t size = utf8_decode(value, left, &code);

		if (*value == '\\' || *value == '"')
			buffer_addf(text, "\\%c", *value);
		else if (*value == '\n')
			buffer_add_string(text, "\\n");
		else if (size == 1 && code >= 0x80)
			buffer_add_string(text, UTF8_REPLACEMENT);
		else
			buffer_add(text, value, size);
		value += size;
		left -= size;
	}
}

static void
metrics_add_counts(
    struct buffer *text, enum metric metric, const char *label, const struct metrics_counts *counts)
{
	if (counts->count > 0)
		metrics_add_head(text, metric);
	for (size_t i = 0; i < counts->count; i++) {
		buffer_addf(text, "%s{%s=\"", metric_table[metric].name, label);
		metrics_add_label(text, counts->words[i]);
		buffer_addf(text, "\"} %llu\n", (unsigned long long)counts->numbers[i]);
	}
}

/* Seconds since 1970, with a fraction where the milliseconds are not 0. */
static void
metrics_add_time(struct buffer *text, enum metric metric, int64_t milliseconds)
{
	uint64_t size = milliseconds < 0 ? -(uint64_t)milliseconds : (uint64_t)milliseconds;

	metrics_add_head(text, metric);
	buffer_addf(text, "%s %s%llu", metric_table[metric].name, milliseconds < 0 ? "-" : "",
	    (unsigned long long)(size / 1000));
	if (size % 1000 != 0)
		buffer_addf(text, ".%03u", (unsigned)(size % 1000));
	buffer_add_string(text, "\n");
}

/* last_well: NULL when it is not known. */
static void
metrics_add_text(struct buffer *text, const struct metrics *metrics, const int64_t *last_well)
{
	metrics_add_counts(text, METRIC_JOBS, "verdict", &metrics->jobs);
	metrics_add_counts(text, METRIC_FINDINGS, "finding", &metrics->findings);
	metrics_add_time(text, METRIC_LAST_RECONCILE, metrics->reconciled_at);
	if (last_well != NULL)
		metrics_add_time(text, METRIC_LAST_WELL, *last_well);
	if (metrics->has_earliest_expiry)
		metrics_add_time(text, METRIC_EARLIEST_EXPIRY, metrics->earliest_expiry);
	metrics_add_head(text, METRIC_EXPIRED_IN_USE);
	buffer_addf(text, "%s %llu\n", metric_table[METRIC_EXPIRED_IN_USE].name,
	    (unsigned long long)metrics->expired_in_use);
}

/* ---- the file that is replaced ------------------------------------------------------------ */

/* Up to 12 digits (the year 9999 has so many), then a fraction or nothing: no metric of ours that
 * is taken over is negative or has an exponent. */
static bool
metrics_parse_time(const char *text, size_t length, int64_t *milliseconds)
{
	size_t whole = 0, at;
	int64_t unit = 100;

	*milliseconds = 0;
	for (; whole < length && text[whole] >= '0' && text[whole] <= '9' && whole < 12; whole++)
		*milliseconds = *milliseconds * 10 + (text[whole] - '0') * INT64_C(1000);
	if (whole == 0 || whole == length)
		return whole > 0;
	for (at = whole + 1; at < length && text[at] >= '0' && text[at] <= '9'; at++, unit /= 10)
		*milliseconds += (text[at] - '0') * unit;
	return text[whole] == '.' && at == length && at > whole + 1;
}

/* The only sample of the metric, in whole lines. */
static bool
metrics_find_time(const struct buffer *text, enum metric metric, int64_t *milliseconds)
{
	const char *name = metric_table[metric].name, *line = text->bytes;
	const char *end = text->bytes + text->length;
	size_t length = strlen(name);
	bool found = false;

	while (line < end) {
		const char *next = memchr(line, '\n', (size_t)(end - line));

		if (next == NULL)
			return false;
		if ((size_t)(next - line) > length && memcmp(line, name, length) == 0 &&
		    line[length] == ' ') {
			line += length + 1;
			if (found || !metrics_parse_time(line, (size_t)(next - line), milliseconds))
				return false;
			found = true;
		}
		line = next + 1;
	}
	return found;
}

/* Appends a file of at most LIMIT_METRICS bytes. False: it is longer, no regular file, not to be
 * read, or there is no memory. */
static bool
metrics_read(struct buffer *text, int fd)
{
	struct stat status;
	ssize_t got = 1;

	if (fstat(fd, &status) == -1 || !S_ISREG(status.st_mode) ||
	    !buffer_reserve(text, LIMIT_METRICS + 1))
		return false;
	while (got != 0 && text->length <= LIMIT_METRICS) {
		got = read(fd, text->bytes + text->length, LIMIT_METRICS + 1 - text->length);
		if (got == -1 && errno != EINTR)
			return false;
		if (got > 0)
			text->length += (size_t)got;
	}
	return text->length <= LIMIT_METRICS;
}

/* When the last reconcile before this one was that was well: 1, 0 when it is not known, -1 and err
 * when there is no memory. */
static int
metrics_last_well(const struct outfile *file, const struct metrics *metrics, int64_t *last_well,
    struct error *err)
{
	struct buffer text = {0};
	int fd = outfile_open_replaced(file);
	bool known, failed;

	if (fd == -1)
		return 0;
	known = metrics_read(&text, fd) && metrics_find_time(&text, METRIC_LAST_WELL, last_well) &&
		*last_well <= metrics->reconciled_at;
	close(fd);
	failed = text.failed;
	buffer_release(&text);
	return failed ? error_memory(err) : known;
}

/* ---- published ---------------------------------------------------------------------------- */

static int
metrics_write(struct outfile *file, const struct metrics *metrics, struct error *err)
{
	struct buffer text = {0};
	int64_t last_well = metrics->reconciled_at;
	int known = metrics->well ? 1 : metrics_last_well(file, metrics, &last_well, err);
	int rc = -1;

	if (known == -1)
		return -1;
	metrics_add_text(&text, metrics, known == 1 ? &last_well : NULL);
	rc = text.failed ? error_memory(err) : outfile_write(file, text.bytes, text.length, err);
	buffer_release(&text);
	return rc;
}

int
metrics_publish(const char *path, const struct metrics *metrics, struct error *err)
{
	struct outfile *file = outfile_open(path, err);

	if (file == NULL)
		return -1;
	outfile_set_mode(file, METRICS_MODE);
	outfile_set_stop(file, metrics->stop);
	if (metrics_write(file, metrics, err) == -1) {
		outfile_discard(file);
		return -1;
	}
	return outfile_publish(&file, err);
}
