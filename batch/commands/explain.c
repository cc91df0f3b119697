#include "commands/listing.h"
#include "policy/life.h"
#include "model/code.h"
#include "model/install.h"
#include "model/row.h"
#include "model/unreadable.h"
#include "program/command.h"
#include "program/nearest.h"
#include "program/output.h"
#include "program/status.h"
#include "program/wrap.h"
#include "reconcile/report.h"
#include "repair.h"
#include "verify/verify.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What the words mean that commands print: from the same tables as their messages. */

struct explanation {
	const char *word;
	const char *text; /* what it means */
	const char *why;
	const char *remedy;
};

/* Some words of one kind. */
struct explain_group {
	const char *kind;    /* as --format has it */
	const char *heading; /* of the list */
	const char *noun;    /* what one of them is */
	/* The i-th word; false after the last one. */
	bool (*at)(const struct explain_group *, size_t i, struct explanation *);
	enum code_kind codes; /* the kind that explain_code() takes */
};

/* ---- the vocabularies ------------------------------------------------------------------- */

static bool
explain_code(const struct explain_group *group, size_t i, struct explanation *is)
{
	for (int c = 0; c < CODE_COUNT; c++) {
		enum code code = (enum code)c;

		if (code_kind(code) != group->codes || i-- > 0)
			continue;
		*is = (struct explanation){
		    code_word(code), code_text(code), code_why(code), code_remedy(code)};
		return true;
	}
	return false;
}

static bool
explain_outcome(const struct explain_group *group, size_t i, struct explanation *is)
{
	enum outcome outcome = (enum outcome)(i + 1); /* 0 is none */

	(void)group;
	if (i + 1 < OUTCOME_COUNT)
		*is = (struct explanation){outcome_word(outcome), outcome_text(outcome),
		    outcome_why(outcome), outcome_remedy(outcome)};
	return i + 1 < OUTCOME_COUNT;
}

static bool
explain_repair(const struct explain_group *group, size_t i, struct explanation *is)
{
	enum repair repair = (enum repair)i;

	(void)group;
	if (i < REPAIR_COUNT)
		*is = (struct explanation){repair_word(repair), repair_text(repair),
		    "It can mean only one thing, so it is read as that; it is counted and reported "
		    "with the first lines on which it happened.",
		    "There is nothing to do. To be rid of the message, correct what wrote the "
		    "file."};
	return i < REPAIR_COUNT;
}

static bool
explain_verdict(const struct explain_group *group, size_t i, struct explanation *is)
{
	enum verdict verdict = (enum verdict)i;

	(void)group;
	if (i < VERDICT_COUNT)
		*is = (struct explanation){verdict_word(verdict), verdict_text(verdict),
		    verdict_why(verdict), verdict_remedy(verdict)};
	return i < VERDICT_COUNT;
}

static bool
explain_finding(const struct explain_group *group, size_t i, struct explanation *is)
{
	enum finding finding = (enum finding)i;

	(void)group;
	if (i < FINDING_COUNT)
		*is = (struct explanation){finding_word(finding), finding_text(finding),
		    finding_why(finding), finding_remedy(finding)};
	return i < FINDING_COUNT;
}

static bool
explain_change(const struct explain_group *group, size_t i, struct explanation *is)
{
	enum change change = (enum change)i;

	(void)group;
	if (i < CHANGE_COUNT)
		*is = (struct explanation){change_word(change), change_text(change),
		    change_why(change), change_remedy(change)};
	return i < CHANGE_COUNT;
}

static bool
explain_unreadable(const struct explain_group *group, size_t i, struct explanation *is)
{
	enum unreadable why = (enum unreadable)(i + 1); /* 0 is none */

	(void)group;
	if (i + 1 < UNREADABLE_COUNT)
		*is = (struct explanation){unreadable_word(why), unreadable_text(why),
		    unreadable_why(why), unreadable_remedy(why)};
	return i + 1 < UNREADABLE_COUNT;
}

static bool
explain_install(const struct explain_group *group, size_t i, struct explanation *is)
{
	enum install_fault fault = (enum install_fault)(i + 1); /* 0 is none */

	(void)group;
	if (i + 1 < INSTALL_FAULTS)
		*is = (struct explanation){install_word(fault), install_text(fault),
		    install_why(fault), install_remedy(fault)};
	return i + 1 < INSTALL_FAULTS;
}

static bool
explain_irregularity(const struct explain_group *group, size_t i, struct explanation *is)
{
	enum irregularity found = (enum irregularity)i;

	(void)group;
	if (i < IRREGULARITY_COUNT)
		*is = (struct explanation){irregularity_word(found), irregularity_text(found),
		    irregularity_why(found), irregularity_remedy(found)};
	return i < IRREGULARITY_COUNT;
}

/* Words that are codes of manifests too are explained there. */
static bool
explain_refusal(const struct explain_group *group, size_t i, struct explanation *is)
{
	(void)group;
	for (int r = REFUSAL_NONE + 1; r < REFUSALS; r++) {
		enum life_refusal refusal = (enum life_refusal)r;
		enum code code;

		if (code_parse(life_refusal_word(refusal), &code) || i-- > 0)
			continue;
		*is = (struct explanation){life_refusal_word(refusal), life_refusal_text(refusal),
		    life_refusal_why(refusal), life_refusal_remedy(refusal)};
		return true;
	}
	return false;
}

static bool
explain_status(const struct explain_group *group, size_t i, struct explanation *is)
{
	const struct status *status = status_at(i);

	(void)group;
	if (status != NULL)
		*is = (struct explanation){status->word, status->text, status->why, status->remedy};
	return status != NULL;
}

static const struct explain_group explain_groups[] = {
    {"outcome", "outcomes of a row", "an outcome of a row", explain_outcome, 0},
    {"row", "codes that reject a row", "a code that rejects a row", explain_code, CODE_ROW},
    {"check", "certificate checks: they reject a row, or with --allow warn",
	"a certificate check (see --allow)", explain_code, CODE_CHECK},
    {"store", "codes that refuse a location", "a code that refuses a location", explain_code,
	CODE_STORE},
    {"warning", "warnings: they stop nothing, or with --deny reject the row",
	"a warning (see --deny)", explain_code, CODE_WARNING},
    {"note", "notes: they stop nothing", "a note", explain_code, CODE_NOTE},
    {"repair", "repairs of a manifest", "a repair of a manifest", explain_repair, 0},
    {"job", "why jobs are refused or passed over", "why a job is refused or passed over",
	explain_refusal, 0},
    {"verdict", "verdicts of reconcile on a job", "a verdict of reconcile on a job",
	explain_verdict, 0},
    {"finding", "findings of reconcile about the inventory",
	"a finding of reconcile about the inventory", explain_finding, 0},
    {"change", "changes that reconcile --since finds", "a change that reconcile --since finds",
	explain_change, 0},
    {"unreadable", "reasons why a store is not readable", "a reason why a store is not readable",
	explain_unreadable, 0},
    {"deploy", "reasons why deploy did not replace a certificate",
	"a reason why deploy did not replace a certificate", explain_install, 0},
    {"verify", "findings of verify", "a finding of verify", explain_irregularity, 0},
    {"status", "exit statuses", "exit status", explain_status, 0},
};
#define EXPLAIN_GROUPS (sizeof(explain_groups) / sizeof(explain_groups[0]))

/* All words of all groups, one by one; NULL after the last. */
static const char *
explain_word(size_t i)
{
	struct explanation is;

	for (size_t g = 0; g < EXPLAIN_GROUPS; g++)
		for (size_t j = 0; explain_groups[g].at(&explain_groups[g], j, &is); j++)
			if (i-- == 0)
				return is.word;
	return NULL;
}

/* ---- printing --------------------------------------------------------------------------- */

/* Which words are printed: some, or with a count of 0 all. */
struct explain_choice {
	char **words;
	int count;
};

static bool
explain_is_chosen(const struct explain_choice *choice, const char *word)
{
	for (int i = 0; i < choice->count; i++)
		if (strcasecmp(choice->words[i], word) == 0)
			return true;
	return choice->count == 0;
}

/* The text of a message is a clause: a sentence of it. */
static void
explain_print_text(FILE *stream, const struct explanation *is, size_t indent)
{
	size_t length = strlen(is->text);
	char sentence[1024];

	snprintf(sentence, sizeof(sentence), "%s%s", is->text,
	    length > 0 && is->text[length - 1] == '.' ? "" : ".");
	sentence[0] = (char)toupper((unsigned char)sentence[0]);
	wrap_print(stream, sentence, indent, indent);
}

#define EXPLAIN_LABEL 12 /* columns of what stands in front of a text */

static void
explain_print_labelled(FILE *stream, const char *label, const char *text)
{
	fprintf(stream, "%-*s", EXPLAIN_LABEL, label);
	wrap_print(stream, text, EXPLAIN_LABEL, EXPLAIN_LABEL);
}

/* One word with all that is known of it. */
static void
explain_print_word(FILE *stream, const struct explain_group *group, const struct explanation *is)
{
	if (isdigit((unsigned char)is->word[0]))
		fprintf(stream, "%s %s\n\n", group->noun, is->word);
	else
		fprintf(stream, "%s: %s\n\n", is->word, group->noun);
	fprintf(stream, "%-*s", EXPLAIN_LABEL, "meaning:");
	explain_print_text(stream, is, EXPLAIN_LABEL);
	explain_print_labelled(stream, "why:", is->why);
	explain_print_labelled(stream, "what to do:", is->remedy);
}

#define EXPLAIN_COLUMN 28 /* of the words in the list */

static void
explain_print(FILE *stream, const struct explain_choice *choice)
{
	struct explanation is;
	bool first = true;

	for (size_t g = 0; g < EXPLAIN_GROUPS; g++) {
		const struct explain_group *group = &explain_groups[g];

		if (choice->count == 0)
			fprintf(stream, "%s%s:\n", g == 0 ? "" : "\n", group->heading);
		for (size_t i = 0; group->at(group, i, &is); i++) {
			if (!explain_is_chosen(choice, is.word))
				continue;
			if (choice->count == 0) {
				wrap_print_row(stream, is.word, EXPLAIN_COLUMN, is.text);
				continue;
			}
			fputs(first ? "" : "\n", stream);
			explain_print_word(stream, group, &is);
			first = false;
		}
	}
}

static int
explain_write_rows(struct writer *writer, const struct explain_choice *choice, struct error *err)
{
	struct explanation is;

	for (size_t g = 0; g < EXPLAIN_GROUPS; g++) {
		const struct explain_group *group = &explain_groups[g];

		for (size_t i = 0; group->at(group, i, &is); i++) {
			if (!explain_is_chosen(choice, is.word))
				continue;
			writer_string(writer, is.word);
			writer_string(writer, group->kind);
			writer_string(writer, is.text);
			writer_string(writer, is.why);
			writer_string(writer, is.remedy);
			if (writer_row(writer, err) == -1)
				return -1;
		}
	}
	return 0;
}

/* For programs: CSV or JSONL. */
static int
explain_write(enum output output, const struct explain_choice *choice, struct error *err)
{
	static const char *const columns[] = {"Word", "Kind", "Text", "Why", "Remedy"};
	struct outfile *file = output_open("-", err);
	struct writer *writer;
	int rc = -1;

	if (file == NULL)
		return -1;
	writer = writer_new(file, output, columns, sizeof(columns) / sizeof(columns[0]));
	if (writer == NULL)
		error_memory(err);
	else
		rc = explain_write_rows(writer, choice, err);
	if (rc == 0)
		rc = writer_end(&writer, err);
	if (rc == 0)
		rc = outfile_publish(&file, err);
	writer_free(writer);
	outfile_discard(file);
	return rc;
}

/* ---- the command ------------------------------------------------------------------------ */

struct explain_options {
	int format;
};

static const struct option_spec explain_specs[] = {
    {"format", "FORMAT", "table (default), or csv or jsonl for programs", OPTION_CHOICE,
	offsetof(struct explain_options, format), 0, listing_formats},
};

/* 0 when there is such a word, else the status of a usage error. */
static int
explain_verify(const struct command *command, const struct context *context, const char *word)
{
	struct nearest nearest = nearest_to(word);
	const char *known;

	for (size_t i = 0; (known = explain_word(i)) != NULL; i++) {
		if (strcasecmp(word, known) == 0)
			return 0;
		nearest_offer(&nearest, known);
	}
	/* The nearest number is no help. */
	if (nearest_found(&nearest) != NULL && !isdigit((unsigned char)*word))
		message_print(context->err, (struct error_place){.field = command->name},
		    "%s: no such word, the nearest is %s", word, nearest_found(&nearest));
	else
		message_print(context->err, (struct error_place){.field = command->name},
		    "%s: no such word; `pfxreplace explain` lists them", word);
	return ERROR_USAGE;
}

static int
explain_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct explain_options options = {.format = OUTPUT_TABLE};
	struct explain_choice choice;
	struct error err = {0};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	choice = (struct explain_choice){argv + first, argc - first};
	for (int i = 0; status == 0 && i < choice.count; i++)
		status = explain_verify(command, context, choice.words[i]);
	if (status != 0)
		return status;
	if (options.format == OUTPUT_TABLE)
		explain_print(context->out, &choice);
	else if (explain_write((enum output)options.format, &choice, &err) == -1)
		return command_print_failed(context, &err);
	return 0;
}

const struct command command_explain = {
    .name = "explain",
    .synopsis = "[OPTION...] [WORD...]",
    .summary = "say what a code, verdict, finding or exit status means",
    .run = explain_run,
    .options = explain_specs,
    .option_count = sizeof(explain_specs) / sizeof(explain_specs[0]),
    .operand = "WORD",
    .operand_word = explain_word,
    .note = "Without a WORD it lists all of them, with a line each.",
    .bare = true,
};
