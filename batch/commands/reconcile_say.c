#include "commands/reconcile_say.h"

#include "buffer.h"
#include "program/command.h"
#include "program/terminal.h"
#include "utf8.h"

#include <string.h>
#include <unistd.h>

#define LINE_LEAST 40 /* how wide a message is on a terminal */
#define LINE_MOST 80
#define SCREEN_LINES 23  /* of 24, which the prompt is on too */
#define REASONS_SHOWN 20 /* where it is no screen */
#define EXAMPLE_LEAST 60 /* bytes of an example that a screen shows */

static void
reconcile_add_count(struct buffer *text, uint64_t count, const char *noun, const char *plural)
{
	buffer_addf(text, "%llu %s", (unsigned long long)count, count == 1 ? noun : plural);
}

static void
reconcile_add_kind(struct buffer *text, uint64_t count, const char *word, bool *first)
{
	if (count == 0)
		return;
	buffer_addf(text, "%s %llu %s", *first ? ":" : ",", (unsigned long long)count, word);
	*first = false;
}

/* "12 jobs: 7 deployed, 5 failed (2 acknowledged)" */
static void
reconcile_add_jobs(struct buffer *text, const struct reconcile_counts *counts)
{
	bool first = true;

	reconcile_add_count(text, counts->jobs, "job", "jobs");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		reconcile_add_kind(text, counts->verdict[i], verdict_word((enum verdict)i), &first);
		if (counts->acknowledged[i] > 0)
			buffer_addf(text, " (%llu acknowledged)",
			    (unsigned long long)counts->acknowledged[i]);
	}
}

static bool
reconcile_has_acknowledged(const struct reconcile_counts *counts)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (counts->acknowledged[i] > 0)
			return true;
	return false;
}

/* "1 finding: 1 stale-inventory" */
static void
reconcile_add_findings(struct buffer *text, const struct reconcile_counts *counts)
{
	bool first = true;

	reconcile_add_count(text, counts->findings, "finding", "findings");
	for (int i = 0; i < FINDING_COUNT; i++)
		reconcile_add_kind(text, counts->finding[i], finding_word((enum finding)i), &first);
}

/* How much of the text goes into a line: up to a blank, which is one after a comma or colon in
 * counts. A longer word goes beyond its end. */
static size_t
reconcile_fit(const char *text, size_t room, bool counts)
{
	size_t length = strlen(text);

	if (length <= room)
		return length;
	for (size_t i = room; i > 0; i--)
		if (text[i] == ' ' && (!counts || text[i - 1] == ',' || text[i - 1] == ':'))
			return i;
	return room + strcspn(text + room, " ");
}

/* How wide a line of a message may be: messages end up in standard error. */
static size_t
reconcile_line(void)
{
	struct terminal terminal;

	if (!terminal_find(STDERR_FILENO, &terminal) || terminal.columns > LINE_MOST)
		return LINE_MOST;
	return terminal.columns < LINE_LEAST ? LINE_LEAST : terminal.columns;
}

/* A message as it goes on a terminal, and how many of its lines it takes. */
static size_t
reconcile_fold(struct buffer *message, const char *field, const char *text, bool counts)
{
	size_t line = reconcile_line(), indent = 4, lines = 0, length;
	char escaped[4096];
	const char *rest = escaped;

	utf8_escape_text(text, escaped, sizeof(escaped));
	buffer_clear(message);
	buffer_addf(message, "pfxreplace: %s: ", field);
	for (size_t before = message->length;; before = indent) {
		length = reconcile_fit(rest, line - before, counts);
		buffer_add(message, rest, length);
		buffer_add_string(message, "\n");
		lines += 1 + (length + before - 1) / line;
		rest += length;
		if (*rest == '\0')
			return lines;
		rest++;
		buffer_addf(message, "%*s", (int)indent, "");
	}
}

/* The same, printed. */
static size_t
reconcile_print_lines(FILE *stream, const char *field, const char *text, bool counts)
{
	struct buffer message = {0};
	size_t lines = reconcile_fold(&message, field, text, counts);

	if (!message.failed)
		fputs(message.bytes, stream);
	buffer_release(&message);
	return lines;
}

/* What to do about each kind that is not well. */
static void
reconcile_print_remedies(const struct context *context, const struct reconcile_say *say)
{
	const struct reconcile_counts *counts = say->counts;

	for (int i = 0; i < VERDICT_COUNT; i++)
		if (reconcile_open_jobs(counts, (enum verdict)i) > 0)
			reconcile_print_lines(context->err, verdict_word((enum verdict)i),
			    verdict_remedy((enum verdict)i), false);
	for (int i = 0; i < FINDING_COUNT; i++)
		if (counts->finding[i] > 0 && !say->accepted->finding[i])
			reconcile_print_lines(context->err, finding_word((enum finding)i),
			    finding_remedy((enum finding)i), false);
}

/* On a terminal, which got no rows for the jobs that are settled. */
static void
reconcile_print_brief(
    const struct context *context, const struct reconcile_say *say, struct buffer *text)
{
	const struct reconcile_counts *counts = say->counts;
	uint64_t settled = reconcile_settled_jobs(counts);

	reconcile_add_jobs(text, counts);
	if (!text->failed)
		reconcile_print_lines(context->err, "reconcile", text->bytes, true);
	buffer_clear(text);
	if (!say->of_runs || counts->findings > 0)
		reconcile_add_findings(text, counts);
	if (!text->failed && text->length > 0)
		reconcile_print_lines(context->err, "reconcile", text->bytes, true);
	if (context->quiet)
		return;
	if (settled > 0) {
		buffer_clear(text);
		reconcile_add_count(text, settled, "job is well", "jobs are well");
		buffer_add_string(
		    text, reconcile_has_acknowledged(counts)
			      ? " or acknowledged, and not shown; --report - prints all"
			      : " and not shown; --report - prints all");
		if (!text->failed)
			reconcile_print_lines(context->err, "reconcile", text->bytes, false);
	}
	if (!reconcile_is_well(counts) && !say->view->wide && say->view->columns == NULL)
		reconcile_print_lines(context->err, "reconcile",
		    "the Text of a row says more; --wide prints every column", false);
	reconcile_print_remedies(context, say);
}

/* ---- what has changed --------------------------------------------------------------------- */

/* "1 new, 2 worse, 40 same since FILE" */
static void
reconcile_add_changes(struct buffer *text, const struct reconcile_counts *counts, const char *since)
{
	const char *comma = "";

	for (int i = 0; i < CHANGE_COUNT; i++) {
		if (counts->change[i] == 0)
			continue;
		buffer_addf(text, "%s%llu %s", comma, (unsigned long long)counts->change[i],
		    change_word((enum change)i));
		comma = ", ";
	}
	buffer_addf(text, "%s since %s", comma[0] == '\0' ? "nothing" : "", since);
}

/* ---- why ---------------------------------------------------------------------------------- */

/* A screen shows the beginning of a long one. */
static void
reconcile_add_example(struct buffer *text, const char *example, bool screen)
{
	size_t length = strlen(example), shown = length;

	if (screen && length > EXAMPLE_LEAST)
		shown = utf8_valid(example, EXAMPLE_LEAST);
	buffer_add(text, example, shown);
	buffer_add_string(text, shown < length ? "..." : "");
}

/* "3 jobs: cannot write (a:/b, c:/d)". A screen has no room for what a word means. */
static void
reconcile_add_reason(struct buffer *text, const struct reason *reason, bool screen)
{
	const char *comma = " (";

	buffer_clear(text);
	if (reason->is_job)
		reconcile_add_count(text, reason->count, "job", "jobs");
	else
		reconcile_add_count(text, reason->count, "place", "places");
	buffer_add_string(text, reason->settled ? ", settled" : "");
	if (reason->particular[0] != '\0' || !screen)
		buffer_addf(text, ": %s",
		    reason->particular[0] == '\0' ? reason->text : reason->particular);
	for (size_t i = 0; i < REASON_EXAMPLES && reason->examples[i] != NULL; i++) {
		buffer_add_string(text, comma);
		reconcile_add_example(text, reason->examples[i], screen);
		comma = ", ";
	}
	if (comma[0] == ',')
		buffer_add_string(text, reason->count > REASON_EXAMPLES ? ", ...)" : ")");
}

static void
reconcile_print_further(const struct context *context, size_t count)
{
	if (count > 0)
		message_print(context->err, (struct error_place){.field = "reconcile"},
		    "%zu further reason%s", count, count == 1 ? "" : "s");
}

static void
reconcile_print_reasons(const struct context *context, const struct reasons *reasons)
{
	size_t shown = reasons->count < REASONS_SHOWN ? reasons->count : REASONS_SHOWN;
	struct buffer text = {0};

	for (size_t i = 0; i < shown; i++) {
		reconcile_add_reason(&text, &reasons->items[i], false);
		if (!text.failed)
			message_print(context->err,
			    (struct error_place){.field = reasons->items[i].word}, "%s",
			    text.bytes);
	}
	buffer_release(&text);
	reconcile_print_further(context, reasons->count - shown);
}

/* As many as have room on so many lines. */
static void
reconcile_show_reasons(const struct context *context, const struct reasons *reasons, size_t room)
{
	struct buffer text = {0}, message = {0};
	size_t lines, i;

	for (i = 0; i < reasons->count; i++, room -= lines) {
		reconcile_add_reason(&text, &reasons->items[i], true);
		if (text.failed)
			break;
		lines = reconcile_fold(&message, reasons->items[i].word, text.bytes, false);
		if (message.failed || lines + (i + 1 < reasons->count) > room)
			break;
		fputs(message.bytes, context->err);
	}
	buffer_release(&message);
	buffer_release(&text);
	reconcile_print_further(context, reasons->count - i);
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* "12 jobs: 7 deployed, 5 waiting; 1 finding: 1 stale-inventory" */
static void
reconcile_add_all(struct buffer *text, const struct reconcile_say *say)
{
	if (say->since != NULL) {
		reconcile_add_changes(text, say->counts, say->since);
		buffer_add_string(text, "; ");
	}
	reconcile_add_jobs(text, say->counts);
	if (!say->of_runs || say->counts->findings > 0) {
		buffer_add_string(text, "; ");
		reconcile_add_findings(text, say->counts);
	}
}

/* On a terminal, after a table of groups. */
static void
reconcile_say_groups(
    const struct context *context, const struct reconcile_say *say, struct buffer *text)
{
	size_t lines = 1 + say->rows;

	reconcile_add_all(text, say);
	if (!text->failed)
		lines += reconcile_print_lines(context->err, "reconcile", text->bytes, true);
	reconcile_show_reasons(
	    context, say->reasons, lines < SCREEN_LINES ? SCREEN_LINES - lines : 0);
}

void
reconcile_say(const struct context *context, const struct reconcile_say *say)
{
	struct buffer text = {0};

	if (say->brief && say->reasons == NULL) {
		if (say->since != NULL)
			reconcile_add_changes(&text, say->counts, say->since);
		if (!text.failed && text.length > 0)
			reconcile_print_lines(context->err, "reconcile", text.bytes, true);
		buffer_clear(&text);
		reconcile_print_brief(context, say, &text);
	} else if (say->brief) {
		reconcile_say_groups(context, say, &text);
	} else {
		reconcile_add_all(&text, say);
		if (!text.failed)
			message_print(context->err, (struct error_place){.field = "reconcile"},
			    "%s", text.bytes);
		if (say->reasons != NULL)
			reconcile_print_reasons(context, say->reasons);
	}
	buffer_release(&text);
}
