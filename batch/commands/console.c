#include "commands/console.h"

#include "database/facts.h"

#include <stdarg.h>
#include <string.h>

#define SHOWN_MOST 20
#define CAUSES_SHOWN 12

void
console_start(struct console *console, const struct context *context, struct database *db,
    const struct manifest *manifest)
{
	*console = (struct console){
	    .context = context, .db = db, .manifest = manifest->source.name};
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

/* ---- messages -------------------------------------------------------------------------- */

static void
console_print(struct console *console, const char *format, va_list arguments)
{
	char text[4096];

	vsnprintf(text, sizeof(text), format, arguments);
	message_print(
	    console->context->err, (struct error_place){.file = console->manifest}, "%s", text);
}

/* Prints what -q prints too. */
static void ERROR_PRINTF(2, 3) console_say(struct console *console, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	console_print(console, format, arguments);
	va_end(arguments);
}

void
console_note(struct console *console, const char *format, ...)
{
	va_list arguments;

	if (console->context->quiet)
		return;
	va_start(arguments, format);
	console_print(console, format, arguments);
	va_end(arguments);
}

/* ---- rows ------------------------------------------------------------------------------ */

/* What a message is about: a store and an alias, or a field. */
static int
console_add_place(const struct console *console, const struct messages *messages,
    const struct message *message, struct buffer *place, struct error *err)
{
	const char *store = messages_store(messages, message);

	if (store == NULL) {
		buffer_add_string(place, message->field == NULL ? "" : message->field);
		return place->failed ? error_memory(err) : 0;
	}
	buffer_add_string(place, "store ");
	if (db_store_name(console->db, message->location, store, place, err) == -1)
		return -1;
	buffer_addf(place, ", alias %s", messages_alias(messages, message));
	return place->failed ? error_memory(err) : 0;
}

static int
console_message(const struct console *console, const struct row *row, const struct message *message,
    struct error *err)
{
	const struct messages *messages = &row->messages;
	struct buffer place = {0};
	bool fault = message_is_fault(message);
	int rc = console_add_place(console, messages, message, &place, err);

	if (rc == 0 && fault)
		command_begin_failure(console->context);
	if (rc == 0)
		message_print(console->context->err,
		    (struct error_place){console->manifest, row->line, place.bytes}, "%s [%s]",
		    messages_text(messages, message), code_word(message->code));
	if (rc == 0 && fault)
		command_end_failure(console->context);
	buffer_release(&place);
	return rc;
}

/* Keeps the lines on which each warning came first. */
static void
console_warned(struct console *console, const struct row *row)
{
	for (size_t i = 0; i < row->messages.count; i++) {
		const struct message *message = &row->messages.items[i];
		uint64_t *lines = console->warned[message->code];
		size_t kept = 0;

		if (message_is_fault(message))
			continue;
		while (kept < CONSOLE_LINES && lines[kept] != 0 && lines[kept] != row->line)
			kept++;
		if (kept < CONSOLE_LINES)
			lines[kept] = row->line;
	}
}

int
console_row(struct console *console, const struct row *row, struct error *err)
{
	bool verbose = console->context->verbose;
	bool faulty = row->outcome != OUTCOME_SUCCEEDED && row->outcome != OUTCOME_SKIPPED;
	int rc = 0;

	console_warned(console, row);
	if (faulty)
		causes_count(&console->causes, row);
	else if (!verbose || row->messages.count == 0)
		return 0;
	if (faulty && !verbose && console->shown == SHOWN_MOST) {
		console->hidden++;
		return 0;
	}
	console->shown += faulty;
	for (size_t i = 0; rc == 0 && i < row->messages.count; i++)
		if (verbose || message_is_fault(&row->messages.items[i]))
			rc = console_message(console, row, &row->messages.items[i], err);
	return rc;
}

/* ---- the end --------------------------------------------------------------------------- */

/* "(line 14)", "(lines 2, 3, 4, ...)"; nothing where the rows were not read now. */
static void
console_add_lines(struct buffer *text, const uint64_t lines[CONSOLE_LINES], uint64_t count)
{
	for (size_t i = 0; i < CONSOLE_LINES && lines[i] != 0; i++)
		buffer_addf(text, "%s%llu",
		    i > 0       ? ", "
		    : count > 1 ? " (lines "
				: " (line ",
		    (unsigned long long)lines[i]);
	if (lines[0] != 0)
		buffer_add_string(
		    text, count > CONSOLE_LINES && lines[CONSOLE_LINES - 1] != 0 ? ", ...)" : ")");
}

static void
console_warnings(struct console *console, const struct tally *tally)
{
	struct buffer text = {0};

	for (int i = 0; i < CODE_COUNT; i++) {
		if (tally->warnings[i] == 0)
			continue;
		buffer_addf(&text, "%s%llu %s", text.length == 0 ? "" : ", ",
		    (unsigned long long)tally->warnings[i], code_word((enum code)i));
		console_add_lines(&text, console->warned[i], tally->warnings[i]);
	}
	if (text.length > 0)
		console_note(console, "warnings: %s", text.bytes);
	buffer_release(&text);
}

/* How many rows went without which check: "A, B (12 rows); C (1 row)". */
static void
console_unchecked(struct console *console, const struct tally *tally)
{
	const uint64_t *counts = tally->unchecked;
	struct buffer text = {0};
	uint64_t listed = 0;

	for (int i = 0; i < CODE_COUNT; i++) {
		const char *between = text.length == 0 ? "" : "; ";

		if (counts[i] == 0 || (listed & CODE_BIT(i)) != 0)
			continue;
		for (int j = i; j < CODE_COUNT; j++) {
			if (counts[j] != counts[i])
				continue;
			buffer_addf(&text, "%s%s", between, code_word((enum code)j));
			between = ", ";
			listed |= CODE_BIT(j);
		}
		buffer_addf(&text, " (%llu row%s)", (unsigned long long)counts[i],
		    counts[i] == 1 ? "" : "s");
	}
	if (text.length > 0)
		console_note(console, "not checked, facts not known: %s", text.bytes);
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

/* Where the faults are that were not printed. */
static void
console_hidden(struct console *console, const struct console_ending *ending)
{
	unsigned long long hidden = console->hidden;
	const char *rows = hidden == 1 ? "row" : "rows";

	if (hidden == 0)
		return;
	if (ending->results != NULL)
		console_say(console,
		    "%llu further %s did not succeed: the results %s all, -v prints them", hidden,
		    rows, strcmp(ending->results, "-") == 0 ? "name" : "file names");
	else if (ending->committed)
		console_say(console,
		    "%llu further %s did not succeed: `pfxreplace results %lld` names those that "
		    "are committed",
		    hidden, rows, (long long)ending->run->id);
	else
		console_say(console,
		    "%llu further %s did not succeed: --results FILE names all, -v prints them",
		    hidden, rows);
}

static void
console_cause(struct console *console, const struct cause *cause)
{
	const char *field = cause->field;
	char lines[CAUSE_LINES * 22] = "";

	for (size_t i = 0, length = 0; i < CAUSE_LINES && cause->lines[i] != 0; i++)
		length += (size_t)snprintf(lines + length, sizeof(lines) - length, "%s%llu",
		    i == 0 ? "" : ", ", (unsigned long long)cause->lines[i]);
	console_say(console, "%llu row%s: %s: %s%s%s (line%s %s%s)",
	    (unsigned long long)cause->rows, cause->rows == 1 ? "" : "s", code_word(cause->code),
	    field == NULL ? "" : field, field == NULL ? "" : ": ",
	    cause->text[0] == '\0' ? "other causes" : cause->text, cause->rows == 1 ? "" : "s",
	    lines, cause->rows > CAUSE_LINES ? ", ..." : "");
}

/* Where all faults were printed, a cause that came once is not repeated. */
static void
console_causes(struct console *console)
{
	const struct cause *causes[CAUSES_LISTED];
	size_t count = causes_list(&console->causes, causes), shown = 0;

	if (console->hidden == 0)
		while (count > 0 && causes[count - 1]->rows == 1)
			count--;
	while (shown < count && shown < CAUSES_SHOWN)
		console_cause(console, causes[shown++]);
	if (shown < count)
		console_say(console, "%zu further cause%s of %llu row%s each", count - shown,
		    count - shown == 1 ? "" : "s", (unsigned long long)causes[shown]->rows,
		    causes[shown]->rows == 1 ? "" : "s or fewer");
}

/* It shows when a column was not read as JobTime: then all jobs are due at once. */
static const char *
console_dues(const struct run *run, char text[RUN_TEXT_SIZE])
{
	unsigned long long later = run->jobs_later, now = run->jobs_created - later;
	char first[TIMESTAMP_SIZE], last[TIMESTAMP_SIZE];

	timestamp_format(run->first_due, first);
	timestamp_format(run->last_due, last);
	if (later == 0)
		snprintf(text, RUN_TEXT_SIZE, ": %llu due at once", now);
	else if (run->first_due == run->last_due)
		snprintf(text, RUN_TEXT_SIZE, ": %llu due at once, %llu at %s", now, later, first);
	else
		snprintf(text, RUN_TEXT_SIZE, ": %llu due at once, %llu from %s to %s", now, later,
		    first, last);
	return text;
}

/* "; 3 refused"; nothing for none. */
static const char *
console_count(uint64_t count, const char *what, char text[RUN_TEXT_SIZE])
{
	text[0] = '\0';
	if (count > 0)
		snprintf(text, RUN_TEXT_SIZE, "; %llu %s", (unsigned long long)count, what);
	return text;
}

static void
console_jobs(struct console *console, const struct run *run)
{
	const char *done = run->id == 0 ? "to create" : "created";
	unsigned long long jobs = run->jobs_created;
	char dues[RUN_TEXT_SIZE], refused[RUN_TEXT_SIZE], superseded[RUN_TEXT_SIZE];

	console_count(run->jobs_refused, "refused", refused);
	console_count(run->jobs_superseded, "superseded", superseded);
	if (jobs == 0)
		console_note(console, "no jobs %s%s", done, refused);
	else
		console_note(console, "%llu job%s %s%s%s%s", jobs, jobs == 1 ? "" : "s", done,
		    console_dues(run, dues), refused, superseded);
}

/* Whether the output is a file that has a name. */
static bool
console_is_file(const char *output)
{
	return output != NULL && strcmp(output, "-") != 0;
}

/* It was asked for and not written, so -q is not silent. */
static void
console_spared(struct console *console, const struct console_ending *ending)
{
	const char *rejects = ending->rejects;

	if (run_to_mend(ending->run) == 0)
		console_say(
		    console, "no rows to mend: %s has others, and is left as it is", rejects);
	else if (ending->repeats)
		console_say(console,
		    "%s was changed after it was written: it is left as it is; name another file "
		    "to have the rows again",
		    rejects);
	else
		console_say(console,
		    "%s was changed since run %lld began: it is left as it is; name another file "
		    "to have the rows",
		    rejects, (long long)ending->run->id);
}

/* Where the files are, and what to type next. */
static void
console_files(struct console *console, const struct console_ending *ending)
{
	unsigned long long rows = run_to_mend(ending->run);
	const char *rejects = ending->rejects;

	if (console_is_file(ending->results) && console_is_file(ending->summary))
		console_note(
		    console, "results in %s, summary in %s", ending->results, ending->summary);
	else if (console_is_file(ending->results))
		console_note(console, "results in %s", ending->results);
	else if (console_is_file(ending->summary))
		console_note(console, "summary in %s", ending->summary);
	if (ending->spared)
		console_spared(console, ending);
	else if (console_is_file(rejects) && rows == 0)
		console_note(console, "no rows to mend: %s has none", rejects);
	else if (console_is_file(rejects) && ending->mend != NULL)
		console_note(console, "%llu row%s to mend in %s, then: %s", rows,
		    rows == 1 ? "" : "s", rejects, ending->mend);
	else if (rejects == NULL && rows > 0 && ending->status == 1)
		console_note(console,
		    "the same command with --rejects FILE writes the row%s to mend",
		    rows == 1 ? "" : "s");
}

void
console_finish(struct console *console, const struct console_ending *ending)
{
	char rows[RUN_TEXT_SIZE];

	if (ending->status == 0 && console->context->quiet) {
		if (ending->spared)
			console_spared(console, ending);
		return;
	}
	console_hidden(console, ending);
	console_causes(console);
	console_warnings(console, ending->tally);
	console_unchecked(console, ending->tally);
	console_repairs(console, ending->tally);
	console_say(console, "%s: %s", ending->did, run_describe(ending->run, rows));
	console_jobs(console, ending->run);
	console_files(console, ending);
}
