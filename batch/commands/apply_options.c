#include "commands/apply_options.h"

#include "program/nearest.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_DEFAULT 10000 /* see tests/bench/README.md */
#define WAIT_DEFAULT 10
#define RETRIES_MOST 1000

static const char *const apply_results_formats[] = {"csv", "jsonl", NULL};
static const char *const apply_formats[] = {"auto", "csv", "jsonl", "json", NULL};
const char *const apply_progresses[] = {"auto", "always", "never", NULL};

_Static_assert(OUTPUT_CSV == 0 && OUTPUT_JSONL == 1, "the order of apply_results_formats");
_Static_assert(FORMAT_AUTO == 0 && FORMAT_CSV == 1 && FORMAT_JSONL == 2 && FORMAT_JSON == 3,
    "the order of apply_formats");

#define AT(member) offsetof(struct apply_options, member)

const struct option_spec apply_specs[APPLY_OPTIONS] = {
    {"results", "FILE",
	"the results file (apply: by default the manifest's name with .results.csv)", OPTION_TEXT,
	AT(results), 0, NULL},
    {"results-format", "csv|jsonl", "its format (default: by its name, else the manifest's)",
	OPTION_CHOICE, AT(results_format), 0, apply_results_formats},
    {"rejects", "FILE",
	"rejected, failed and partial rows, to mend and submit again (has passwords)", OPTION_TEXT,
	AT(rejects), 0, NULL},
    {"summary", "FILE", "counts of the run, one JSON object", OPTION_TEXT, AT(summary), 0, NULL},
    {"page", "FILE", "what will happen and what is refused, as one page of HTML", OPTION_TEXT,
	AT(page), 0, NULL},
    {"chunk", "N", "rows of one transaction (default 10000)", OPTION_NUMBER, AT(settings.chunk), 1,
	NULL},
    {"max-errors", "N|P%", "stop when more rows than this are rejected or failed", OPTION_TEXT,
	AT(settings.max_errors_text), 0, NULL},
    {"max-jobs-per-row", "N", "reject a row that would need more jobs", OPTION_NUMBER,
	AT(most_jobs), 1, NULL},
    {"window", "START/END", "reject rows due outside; an empty JobTime means START", OPTION_TEXT,
	AT(settings.window), 0, NULL},
    {"pending", "refuse|keep|supersede",
	"locations with an active job (default refuse; keep for a rejects file)", OPTION_CHOICE,
	AT(pending), 0, settings_pendings},
    {"allow", "CODE", "only warn of a certificate check; may be given again", OPTION_LIST,
	AT(allow), 0, code_check_words},
    {"deny", "CODE", "reject rows with a warning; may be given again", OPTION_LIST, AT(deny), 0,
	code_warning_words},
    {"ignore", "COLUMN", "let a column by that would be refused; may be given again", OPTION_LIST,
	AT(settings.ignore), 0, NULL},
    {"strict", NULL, "refuse every column that is no field, but for those of --ignore", OPTION_FLAG,
	AT(settings.strict), 0, NULL},
    {"reference", "TEXT", "a change number, kept with the run and its jobs", OPTION_TEXT,
	AT(settings.reference), 0, NULL},
    {"retries", "N", "how often a job that failed is tried again (default 0)", OPTION_NUMBER,
	AT(settings.retries), 0, NULL},
    {"format", "csv|jsonl|json", "the manifest's format (default: by its name, else its bytes)",
	OPTION_CHOICE, AT(format), 0, apply_formats},
    {"delimiter", "C", "of CSV: , ; | or tab (default: from the header)", OPTION_TEXT,
	AT(delimiter_text), 0, NULL},
    {"encoding", "NAME", "utf-8, utf-16, windows-1252 or latin1 (default: UTF-8, or by its mark)",
	OPTION_CHOICE, AT(settings.encoding), 0, settings_encodings},
    {"progress", "auto|always|never", "on standard error (auto: when it is a terminal)",
	OPTION_CHOICE, AT(progress), 0, apply_progresses},
    {"allow-empty", NULL, "take a manifest that has not a single row", OPTION_FLAG, AT(allow_empty),
	0, NULL},
    {"trust-manifest", NULL, "take passwords from a manifest that others can read", OPTION_FLAG,
	AT(settings.trust_manifest), 0, NULL},
    {"again", NULL, "a new run of a manifest whose latest run is over", OPTION_FLAG,
	AT(settings.again), 0, NULL},
    [CHECK_OPTIONS] = /* and what follows is for apply alone: check takes no lock */
    {"wait", "SECONDS", "for another run to end (default 10)", OPTION_NUMBER, AT(wait), 0, NULL},
    {"dry-run", NULL, "only say what would be done, as `check` does: write nothing", OPTION_FLAG,
	AT(dry_run), 0, NULL},
};

const char apply_note[] =
    "JobTime in a manifest, START and END are written YYYY-MM-DDTHH:mm:ssZ, in UTC. "
    "`pfxreplace explain CODE` says what a code means and what to do.";

/* A command line that is parsed, and where its options go. */
struct apply_line {
	const struct command *command;
	const struct context *context;
	struct apply_options *options;
};

/* An option that takes codes of one kind. */
struct apply_codes {
	const char *option;
	const struct text_list *words;
	enum code_kind kind;
	const char *const *all; /* the words of that kind */
	const char *noun;       /* what they are */
	uint64_t *set;
};

/* ---- making sense of the words ---------------------------------------------------------- */

static bool
apply_codes_add(const struct apply_codes *codes, const char *text, size_t length)
{
	char word[64];
	enum code code;

	snprintf(word, sizeof(word), "%.*s", (int)length, text);
	if (!code_parse(word, &code) || code_kind(code) != codes->kind)
		return false;
	*codes->set |= CODE_BIT(code);
	return true;
}

/* They are too many for a message: it names the nearest one, or where to read them. */
static int
apply_codes_usage(
    const struct apply_line *line, const struct apply_codes *codes, const char *text, size_t length)
{
	char word[64];
	struct nearest nearest;
	enum code other;

	snprintf(word, sizeof(word), "%.*s", (int)length, text);
	nearest = nearest_to(word);
	for (size_t i = 0; codes->all[i] != NULL; i++)
		nearest_offer(&nearest, codes->all[i]);
	if (nearest_found(&nearest) != NULL)
		message_print(line->context->err,
		    (struct error_place){.field = line->command->name},
		    "--%s %s: no such %s, the nearest is %s", codes->option, word, codes->noun,
		    nearest_found(&nearest));
	else
		message_print(line->context->err,
		    (struct error_place){.field = line->command->name},
		    "--%s %s: %s %s; see `pfxreplace explain`", codes->option, word,
		    code_parse(word, &other) ? "not a" : "no such", codes->noun);
	return ERROR_USAGE;
}

/* Adds the codes of a list of words, commas between them. 0, or the status of a usage error. */
static int
apply_codes_parse(const struct apply_line *line, const struct apply_codes *codes)
{
	for (size_t i = 0; i < codes->words->count; i++) {
		const char *rest = codes->words->items[i];

		do {
			size_t length = strcspn(rest, ",");

			if (!apply_codes_add(codes, rest, length))
				return apply_codes_usage(line, codes, rest, length);
			rest += length;
		} while (*rest++ == ',');
	}
	return 0;
}

static int
apply_parse_window(const struct apply_line *line)
{
	const char *text = line->options->settings.window;
	struct policy *policy = &line->options->settings.policy;
	const char *slash;

	if (text == NULL)
		return 0;
	slash = strchr(text, '/');
	if (slash == NULL ||
	    timestamp_parse(text, (size_t)(slash - text), &policy->window_start) != NULL ||
	    timestamp_parse(slash + 1, strlen(slash + 1), &policy->window_end) != NULL)
		return command_usage(line->command, line->context,
		    "--window %s: expected START/END, both as YYYY-MM-DDTHH:mm:ssZ", text);
	if (policy->window_end <= policy->window_start)
		return command_usage(
		    line->command, line->context, "--window %s: expected an END after START", text);
	policy->has_window = true;
	return 0;
}

static int
apply_parse_max_errors(const struct apply_line *line)
{
	struct settings *settings = &line->options->settings;
	const char *text = settings->max_errors_text;
	char *end;

	if (text == NULL)
		return 0;
	settings->has_max_errors = true;
	settings->max_errors = strtoull(text, &end, 10);
	settings->max_errors_percent = strcmp(end, "%") == 0;
	if (text[0] < '0' || text[0] > '9' || (*end != '\0' && !settings->max_errors_percent) ||
	    settings->max_errors > (settings->max_errors_percent ? 100 : UINT32_MAX))
		return command_usage(line->command, line->context,
		    "--max-errors %s: expected a number of rows, or 0%% to 100%%", text);
	return 0;
}

static int
apply_take_retries(const struct apply_line *line)
{
	struct settings *settings = &line->options->settings;

	settings->has_retries = settings->retries != -1;
	if (!settings->has_retries)
		settings->retries = 0;
	if (settings->retries <= RETRIES_MOST)
		return 0;
	return command_usage(line->command, line->context,
	    "--retries %lld: expected a whole number from 0 to %d", (long long)settings->retries,
	    RETRIES_MOST);
}

static int
apply_parse_delimiter(const struct apply_line *line)
{
	struct apply_options *options = line->options;
	const char *text = options->delimiter_text;

	if (text == NULL)
		return 0;
	options->delimiter = delimiter_parse(text);
	if (options->delimiter != '\0')
		return 0;
	return command_usage(
	    line->command, line->context, "--delimiter %s: expected one of , ; | or tab", text);
}

/* 0, or the status of a usage error. */
static int
apply_options_interpret(const struct apply_line *line)
{
	struct apply_options *options = line->options;
	struct settings *settings = &options->settings;
	struct policy *policy = &settings->policy;
	const struct apply_codes allow = {"allow", &options->allow, CODE_CHECK, code_check_words,
	    "certificate check", &policy->allow};
	const struct apply_codes deny = {
	    "deny", &options->deny, CODE_WARNING, code_warning_words, "warning", &policy->deny};
	int status = apply_codes_parse(line, &allow);

	if (status == 0)
		status = apply_codes_parse(line, &deny);
	if (status == 0)
		status = apply_parse_window(line);
	if (status == 0)
		status = apply_parse_max_errors(line);
	if (status == 0)
		status = apply_take_retries(line);
	if (status == 0)
		status = apply_parse_delimiter(line);
	settings->has_pending = options->pending != -1;
	if (settings->has_pending)
		policy->pending = (enum pending)options->pending;
	policy->most_jobs = (uint64_t)options->most_jobs;
	request_fields(&options->fields, &settings->ignore, settings->strict);
	return status;
}

/* Several manifests are several runs: one file cannot hold the output of them all. */
static int
apply_options_verify(const struct apply_line *line, int operands)
{
	static const struct {
		const char *name;
		size_t offset;
	} files[] = {{"results", AT(results)}, {"rejects", AT(rejects)}, {"summary", AT(summary)},
	    {"page", AT(page)}};
	const char *options = (const char *)line->options;

	if (operands == 0)
		return command_usage(line->command, line->context, "expected a MANIFEST");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && operands > 1; i++)
		if (*(const char *const *)(options + files[i].offset) != NULL)
			return command_usage(line->command, line->context,
			    "--%s with several manifests: expected one manifest", files[i].name);
	return 0;
}

int
apply_options_parse(const struct command *command, const struct context *context, int argc,
    char **argv, struct apply_options *options)
{
	const struct apply_line line = {command, context, options};
	int first;

	*options = (struct apply_options){.settings.chunk = CHUNK_DEFAULT,
	    .settings.retries = -1, /* not given */
	    .results_format = -1,
	    .wait = WAIT_DEFAULT,
	    .pending = -1};
	first = command_options(
	    command, context, &(struct command_line){argc, argv, options}, &options->status);
	if (first == -1)
		return -1;
	options->status = apply_options_interpret(&line);
	if (options->status == 0)
		options->status = apply_options_verify(&line, argc - first);
	return options->status == 0 ? first : -1;
}

const char *
apply_options_encoding(const struct apply_options *options)
{
	int encoding = options->settings.encoding;

	return encoding == 0 ? NULL : settings_encodings[encoding];
}

void
apply_options_release(struct apply_options *options)
{
	text_list_release(&options->allow);
	text_list_release(&options->deny);
	text_list_release(&options->settings.ignore);
}
