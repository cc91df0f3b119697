#include "commands/console.h"

#include "utf8.h"

#include <string.h>
#include <unistd.h>

#define SHOWN_MOST 20
#define DRAW_EVERY 100 /* milliseconds */

void
console_start(struct console *console, const struct context *context,
    const struct apply_options *options, const struct manifest *manifest)
{
	*console = (struct console){.context = context, .manifest = manifest->source.name};
	if (manifest->survey != NULL)
		console->rows_total = survey_rows(manifest->survey);
	console->progress = options->progress == PROGRESS_ALWAYS ||
			    (options->progress == PROGRESS_AUTO && !context->quiet &&
				isatty(STDERR_FILENO));
}

void
console_ignored(struct console *console, const struct manifest *manifest)
{
	size_t count;
	const char *const *names = survey_ignored(manifest->survey, &count);

	if (console->context->quiet)
		return;
	for (size_t i = 0; i < count; i++)
		message_print(console->context->err,
		    (struct error_place){.file = console->manifest, .field = names[i]},
		    "not a field of a replace request: ignored");
}

static bool
console_is_fault(const struct message *message)
{
	return message->rejects || code_kind(message->code) == CODE_STORE;
}

static void
console_message(const struct console *console, const struct row *row, const struct message *message)
{
	const struct messages *messages = &row->messages;
	const char *store = messages_store(messages, message);
	char place[1024];

	if (store != NULL)
		snprintf(place, sizeof(place), "store %s, alias %s", store,
		    messages_alias(messages, message));
	else
		snprintf(place, sizeof(place), "%s", message->field == NULL ? "" : message->field);
	message_print(console->context->err,
	    (struct error_place){.file = console->manifest, .line = row->line, .field = place},
	    "%s [%s]", messages_text(messages, message), code_word(message->code));
}

void
console_row(struct console *console, const struct row *row)
{
	bool verbose = console->context->verbose;
	bool faulty = row->outcome != OUTCOME_SUCCEEDED && row->outcome != OUTCOME_SKIPPED;

	if (console->context->quiet || (!faulty && (!verbose || row->messages.count == 0)))
		return;
	if (faulty && !verbose && console->shown == SHOWN_MOST) {
		console->hidden++;
		return;
	}
	console->shown += faulty;
	console_clear(console);
	for (size_t i = 0; i < row->messages.count; i++)
		if (verbose || console_is_fault(&row->messages.items[i]))
			console_message(console, row, &row->messages.items[i]);
}

void
console_clear(struct console *console)
{
	if (console->drawn)
		fputs("\r\033[K", console->context->err);
	console->drawn = false;
}

void
console_progress(struct console *console, uint64_t rows)
{
	int64_t now = console->context->now();
	uint64_t total = console->rows_total;
	char name[256];

	/* After a clock was set back, it is drawn once too often. */
	if (!console->progress ||
	    (now >= console->drawn_at && now - console->drawn_at < DRAW_EVERY))
		return;
	console->drawn_at = now;
	console->drawn = true;
	utf8_escape_text(console->manifest, name, sizeof(name));
	fprintf(console->context->err, "\r%s: %llu of %llu rows, %llu%%\033[K", name,
	    (unsigned long long)rows, (unsigned long long)total,
	    (unsigned long long)(total == 0 ? 100 : rows * 100 / total));
	fflush(console->context->err);
}

void
console_note(struct console *console, const char *format, ...)
{
	char text[2048];
	va_list arguments;

	if (console->context->quiet)
		return;
	console_clear(console);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	message_print(
	    console->context->err, (struct error_place){.file = console->manifest}, "%s", text);
}

static void
console_warnings(struct console *console, const struct tally *tally)
{
	struct buffer text = {0};

	for (int i = 0; i < CODE_COUNT; i++)
		if (tally->warnings[i] > 0)
			buffer_addf(&text, "%s%llu %s", text.length == 0 ? "" : ", ",
			    (unsigned long long)tally->warnings[i], code_word((enum code)i));
	if (text.length > 0)
		console_note(console, "warnings: %s", text.bytes);
	buffer_release(&text);
}

static void
console_repairs(struct console *console, const struct tally *tally)
{
	const struct repairs *repairs = &tally->repairs;

	for (int i = 0; i < REPAIR_COUNT; i++) {
		struct buffer lines = {0};

		if (repairs->count[i] == 0)
			continue;
		for (int j = 0; j < REPAIR_LINES && repairs->lines[i][j] != 0; j++)
			buffer_addf(&lines, "%s%llu", j == 0 ? "" : ", ",
			    (unsigned long long)repairs->lines[i][j]);
		if (lines.bytes != NULL)
			console_note(console, "repaired: %llu %s (%s; line %s%s)",
			    (unsigned long long)repairs->count[i], repair_word((enum repair)i),
			    repair_text((enum repair)i), lines.bytes,
			    repairs->count[i] > REPAIR_LINES ? ", ..." : "");
		buffer_release(&lines);
	}
}

/* It shows when a column was not read as JobTime: then all jobs are due at once. */
static void
console_dues(struct console *console, const struct run *run)
{
	uint64_t jobs = run->jobs_created, later = run->jobs_later;
	char first[TIMESTAMP_SIZE], last[TIMESTAMP_SIZE], others[3 * TIMESTAMP_SIZE] = "";

	if (jobs == 0)
		return;
	timestamp_format(run->first_due, first);
	timestamp_format(run->last_due, last);
	if (later > 0 && run->first_due == run->last_due)
		snprintf(others, sizeof(others), ", %llu at %s", (unsigned long long)later, first);
	else if (later > 0)
		snprintf(others, sizeof(others), ", %llu from %s to %s", (unsigned long long)later,
		    first, last);
	console_note(console, "%llu job%s: %llu due at once%s", (unsigned long long)jobs,
	    jobs == 1 ? "" : "s", (unsigned long long)(jobs - later), others);
}

void
console_finish(
    struct console *console, const char *did, const struct run *run, const struct tally *tally)
{
	const uint64_t *rows = run->rows;

	if (console->hidden > 0)
		console_note(console,
		    "%llu further rows did not succeed: the results file names all, -v prints them",
		    (unsigned long long)console->hidden);
	console_warnings(console, tally);
	console_repairs(console, tally);
	console_dues(console, run);
	console_note(console,
	    "%s: %llu rows read: %llu succeeded, %llu partial, %llu failed, %llu rejected, "
	    "%llu skipped; jobs: %llu %s, %llu refused, %llu superseded",
	    did, (unsigned long long)rows[0], (unsigned long long)rows[OUTCOME_SUCCEEDED],
	    (unsigned long long)rows[OUTCOME_PARTIAL], (unsigned long long)rows[OUTCOME_FAILED],
	    (unsigned long long)rows[OUTCOME_REJECTED], (unsigned long long)rows[OUTCOME_SKIPPED],
	    (unsigned long long)run->jobs_created, run->id == 0 ? "to create" : "created",
	    (unsigned long long)run->jobs_refused, (unsigned long long)run->jobs_superseded);
}
