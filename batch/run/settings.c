#include "run/settings.h"

#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_DEFAULT 10000 /* see tests/bench/README.md */
#define WAIT_DEFAULT 10

static const char *const results_formats[] = {"csv", "jsonl", NULL};
static const char *const pendings[] = {"refuse", "keep", "supersede", NULL};
static const char *const formats[] = {"auto", "csv", "jsonl", "json", NULL};
static const char *const encodings[] = {"auto", "utf-8", "utf-16", "windows-1252", "latin1", NULL};
static const char *const progresses[] = {"auto", "always", "never", NULL};

_Static_assert(OUTPUT_CSV == 0 && OUTPUT_JSONL == 1, "the order of results_formats");
_Static_assert(
    PENDING_REFUSE == 0 && PENDING_KEEP == 1 && PENDING_SUPERSEDE == 2, "the order of pendings");
_Static_assert(FORMAT_AUTO == 0 && FORMAT_CSV == 1 && FORMAT_JSONL == 2 && FORMAT_JSON == 3,
    "the order of formats");

#define AT(member) offsetof(struct apply_options, member)

static const struct option_spec specs[] = {
    {"results", "FILE",
	"the results file (apply: by default the manifest's name with .results.csv)", OPTION_TEXT,
	AT(results), 0, NULL},
    {"results-format", "csv|jsonl", "its format (default: by its name, else the manifest's)",
	OPTION_CHOICE, AT(results_format), 0, results_formats},
    {"rejects", "FILE", "the rejected and failed rows, to mend and submit again (has passwords)",
	OPTION_TEXT, AT(rejects), 0, NULL},
    {"summary", "FILE", "counts of the run, one JSON object", OPTION_TEXT, AT(summary), 0, NULL},
    {"chunk", "N", "rows of one transaction (default 10000)", OPTION_NUMBER, AT(chunk), 1, NULL},
    {"max-errors", "N|P%", "stop when more rows than this are rejected or failed", OPTION_TEXT,
	AT(max_errors_text), 0, NULL},
    {"max-jobs-per-row", "N", "reject a row that would need more jobs", OPTION_NUMBER,
	AT(most_jobs), 1, NULL},
    {"window", "START/END", "reject rows due outside; an empty JobTime means START", OPTION_TEXT,
	AT(window), 0, NULL},
    {"pending", "refuse|keep|supersede", "locations with an active job (default refuse)",
	OPTION_CHOICE, AT(pending), 0, pendings},
    {"allow", "CODE", "only warn of a certificate check; may be given again", OPTION_LIST,
	AT(allow), 0, NULL},
    {"deny", "CODE", "reject rows with a warning; may be given again", OPTION_LIST, AT(deny), 0,
	NULL},
    {"ignore", "COLUMN", "let a column by that would be refused; may be given again", OPTION_LIST,
	AT(ignore), 0, NULL},
    {"strict", NULL, "refuse every column that is no field, but for those of --ignore", OPTION_FLAG,
	AT(strict), 0, NULL},
    {"reference", "TEXT", "a change number, kept with the run and its jobs", OPTION_TEXT,
	AT(reference), 0, NULL},
    {"format", "csv|jsonl|json", "the manifest's format (default: by its name, else its bytes)",
	OPTION_CHOICE, AT(format), 0, formats},
    {"delimiter", "C", "of CSV: , ; | or tab (default: from the header)", OPTION_TEXT,
	AT(delimiter_text), 0, NULL},
    {"encoding", "NAME", "utf-8, utf-16, windows-1252 or latin1 (default: UTF-8, or by its mark)",
	OPTION_CHOICE, AT(encoding), 0, encodings},
    {"progress", "auto|always|never", "on standard error (auto: when it is a terminal)",
	OPTION_CHOICE, AT(progress), 0, progresses},
    {"allow-empty", NULL, "take a manifest that has not a single row", OPTION_FLAG, AT(allow_empty),
	0, NULL},
    {"again", NULL, "a new run of a manifest whose latest run is over", OPTION_FLAG, AT(again), 0,
	NULL},
    /* The last one is apply's alone: check takes no lock. */
    {"wait", "SECONDS", "for another run to end (default 10)", OPTION_NUMBER, AT(wait), 0, NULL},
};
#define SPEC_COUNT (sizeof(specs) / sizeof(specs[0]))

/* ---- making sense of the words ---------------------------------------------------------- */

static bool
parse_code(const char *text, size_t length, enum code_kind kind, uint64_t *set)
{
	char word[64];
	enum code code;

	snprintf(word, sizeof(word), "%.*s", (int)length, text);
	if (!code_parse(word, &code) || code_kind(code) != kind)
		return false;
	*set |= CODE_BIT(code);
	return true;
}

static int
codes_usage(const struct command *command, const struct context *context, const char *option,
    const char *word, size_t length, enum code_kind kind)
{
	char list[1024] = "";

	for (int c = 0; c < CODE_COUNT; c++)
		if (code_kind((enum code)c) == kind)
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
			    list[0] == '\0' ? "" : ", ", code_word((enum code)c));
	return command_usage(command, context, "--%s %.*s: expected one of %s", option,
	    length > 64 ? 64 : (int)length, word, list);
}

/* Adds the codes of a list of words, commas between them. 0, or the status of a usage error. */
static int
parse_codes(const struct command *command, const struct context *context, const char *option,
    const struct text_list *words, enum code_kind kind, uint64_t *set)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *rest = words->items[i];

		do {
			size_t length = strcspn(rest, ",");

			if (!parse_code(rest, length, kind, set))
				return codes_usage(command, context, option, rest, length, kind);
			rest += length;
		} while (*rest++ == ',');
	}
	return 0;
}

static int
parse_window(
    const struct command *command, const struct context *context, struct apply_options *options)
{
	const char *text = options->window;
	const char *slash;
	struct policy *policy = &options->policy;

	if (text == NULL)
		return 0;
	slash = strchr(text, '/');
	if (slash == NULL ||
	    timestamp_parse(text, (size_t)(slash - text), &policy->window_start) != NULL ||
	    timestamp_parse(slash + 1, strlen(slash + 1), &policy->window_end) != NULL)
		return command_usage(command, context,
		    "--window %s: expected START/END, both as YYYY-MM-DDTHH:mm:ssZ", text);
	if (policy->window_end <= policy->window_start)
		return command_usage(
		    command, context, "--window %s: expected an END after START", text);
	policy->has_window = true;
	return 0;
}

static int
parse_max_errors(
    const struct command *command, const struct context *context, struct apply_options *options)
{
	const char *text = options->max_errors_text;
	char *end;

	if (text == NULL)
		return 0;
	options->has_max_errors = true;
	options->max_errors = strtoull(text, &end, 10);
	options->max_errors_percent = strcmp(end, "%") == 0;
	if (text[0] < '0' || text[0] > '9' || (*end != '\0' && !options->max_errors_percent) ||
	    options->max_errors > (options->max_errors_percent ? 100 : UINT32_MAX))
		return command_usage(command, context,
		    "--max-errors %s: expected a number of rows, or 0%% to 100%%", text);
	return 0;
}

static int
parse_delimiter(
    const struct command *command, const struct context *context, struct apply_options *options)
{
	const char *text = options->delimiter_text;

	if (text == NULL)
		return 0;
	options->delimiter = delimiter_parse(text);
	if (options->delimiter == '\0')
		return command_usage(
		    command, context, "--delimiter %s: expected one of , ; | or tab", text);
	return 0;
}

static int
interpret(
    const struct command *command, const struct context *context, struct apply_options *options)
{
	int status = parse_codes(
	    command, context, "allow", &options->allow, CODE_CHECK, &options->policy.allow);

	if (status == 0)
		status = parse_codes(
		    command, context, "deny", &options->deny, CODE_WARNING, &options->policy.deny);
	if (status == 0)
		status = parse_window(command, context, options);
	if (status == 0)
		status = parse_max_errors(command, context, options);
	if (status == 0)
		status = parse_delimiter(command, context, options);
	options->policy.pending = (enum pending)options->pending;
	options->policy.most_jobs = (uint64_t)options->most_jobs;
	request_fields(&options->fields, &options->ignore, options->strict);
	return status;
}

/* Several manifests are several runs: one file cannot hold what is said of them. */
static int
verify_operands(const struct command *command, const struct context *context,
    const struct apply_options *options, int count)
{
	static const struct {
		const char *name;
		size_t offset;
	} files[] = {{"results", AT(results)}, {"rejects", AT(rejects)}, {"summary", AT(summary)}};

	if (count == 0)
		return command_usage(command, context, "expected a MANIFEST");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && count > 1; i++)
		if (*(const char *const *)((const char *)options + files[i].offset) != NULL)
			return command_usage(command, context,
			    "--%s with several manifests: expected one manifest", files[i].name);
	return 0;
}

int
apply_options_parse(const struct command *command, const struct context *context, int argc,
    char **argv, struct apply_options *options, int *status)
{
	bool locks = strcmp(command->name, "apply") == 0;
	int first;

	*options = (struct apply_options){
	    .results_format = -1, .chunk = CHUNK_DEFAULT, .wait = WAIT_DEFAULT};
	first = command_options(command, context,
	    &(struct command_line){argc, argv, specs, locks ? SPEC_COUNT : SPEC_COUNT - 1, options},
	    status);
	if (first == -1)
		return -1;
	*status = interpret(command, context, options);
	if (*status == 0)
		*status = verify_operands(command, context, options, argc - first);
	return *status == 0 ? first : -1;
}

const char *
apply_options_encoding(const struct apply_options *options)
{
	return options->encoding == 0 ? NULL : encodings[options->encoding];
}

void
apply_options_release(struct apply_options *options)
{
	text_list_release(&options->allow);
	text_list_release(&options->deny);
	text_list_release(&options->ignore);
}

/* ---- settings --------------------------------------------------------------------------- */

static void
add_codes(struct buffer *text, const char *name, uint64_t set)
{
	bool first = true;

	buffer_addf(text, "%s=", name);
	for (int i = 0; i < CODE_COUNT; i++) {
		if ((set & CODE_BIT(i)) == 0)
			continue;
		buffer_addf(text, "%s%s", first ? "" : ",", code_word((enum code)i));
		first = false;
	}
	buffer_add_string(text, "\n");
}

/* Sorted, each once: in whatever order they were given, they mean the same. */
static void
add_ignored(struct buffer *text, const struct text_list *ignore)
{
	const char *const *items = ignore->items;
	size_t count = ignore->count, last = count, next;

	for (;; last = next) {
		next = count;
		for (size_t i = 0; i < count; i++)
			if ((last == count || strcmp(items[i], items[last]) > 0) &&
			    (next == count || strcmp(items[i], items[next]) < 0))
				next = i;
		if (next == count)
			return;
		buffer_addf(text, "%s%s", last == count ? "" : ",", items[next]);
	}
}

char *
apply_options_settings(const struct apply_options *options, enum format format, char delimiter)
{
	const struct policy *policy = &options->policy;
	char start[TIMESTAMP_SIZE], end[TIMESTAMP_SIZE];
	struct buffer text = {0};
	char *settings = NULL;

	add_codes(&text, "allow", policy->allow);
	add_codes(&text, "deny", policy->deny);
	buffer_add_string(&text, "window=");
	if (policy->has_window)
		buffer_addf(&text, "%s/%s", timestamp_format(policy->window_start, start),
		    timestamp_format(policy->window_end, end));
	buffer_addf(&text, "\npending=%s\nignore=", pendings[policy->pending]);
	add_ignored(&text, &options->ignore);
	buffer_add_string(&text, "\nmax-jobs-per-row=");
	if (policy->most_jobs != 0)
		buffer_addf(&text, "%llu", (unsigned long long)policy->most_jobs);
	buffer_addf(&text, "\nformat=%s\ndelimiter=", format_word(format));
	if (delimiter == '\t')
		buffer_add_string(&text, "tab");
	else if (delimiter != '\0')
		buffer_add(&text, &delimiter, 1);
	buffer_addf(&text, "\nencoding=%s", encodings[options->encoding]);
	/* The last one, and only where it is set: runs of before had none. */
	buffer_add_string(&text, options->strict ? "\nstrict=yes\n" : "\n");
	if (!text.failed)
		settings = strdup(text.bytes);
	buffer_release(&text);
	return settings;
}

/* The value of a line NAME=VALUE; of a line without it, nothing. */
static void
copy_value(char to[SETTING_SIZE], const char *line, size_t length)
{
	const char *equals = memchr(line, '=', length);

	if (equals == NULL)
		to[0] = '\0';
	else
		snprintf(to, SETTING_SIZE, "%.*s", (int)(length - (size_t)(equals + 1 - line)),
		    equals + 1);
}

bool
apply_options_differ(const char *was, const char *is, struct setting_difference *difference)
{
	while (*was != '\0' || *is != '\0') {
		size_t was_length = strcspn(was, "\n"), is_length = strcspn(is, "\n");
		const char *named = *was != '\0' ? was : is;

		if (was_length != is_length || memcmp(was, is, was_length) != 0) {
			snprintf(difference->name, SETTING_SIZE, "%.*s", (int)strcspn(named, "=\n"),
			    named);
			copy_value(difference->was, was, was_length);
			copy_value(difference->is, is, is_length);
			return true;
		}
		was += was_length + (was[was_length] == '\n');
		is += is_length + (is[is_length] == '\n');
	}
	return false;
}
