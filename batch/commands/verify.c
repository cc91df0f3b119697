#include "buffer.h"
#include "input/keyring.h"
#include "program/command.h"
#include "commands/listing.h"
#include "database/lock.h"
#include "verify/verify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define WAIT_SECONDS 10

/* The options of a call, and its outcome. */
struct verify_command {
	struct listing listing;
	struct verify_options options;
	int64_t wait;
	struct lock *lock; /* NULL: none is held */
	struct verify_counts counts;
};

static const struct option_spec verify_specs[] = {
    {"quick", NULL, "without SQLite's own check of every page, which is one long read", OPTION_FLAG,
	offsetof(struct verify_command, options.quick), 0, NULL},
    {"wait", "SECONDS", "for a run to end, before that check (default 10)", OPTION_NUMBER,
	offsetof(struct verify_command, wait), 0, NULL},
    {"format", "FORMAT", "csv, jsonl or table (a table on a terminal; csv)", OPTION_CHOICE,
	offsetof(struct verify_command, listing.options.format), 0, listing_formats},
    LISTING_VIEW_OPTIONS(struct verify_command, listing.options),
};
#define SPEC_COUNT (sizeof(verify_specs) / sizeof(verify_specs[0]))

static void
verify_add_count(struct buffer *text, const char *before, uint64_t count, const char *noun)
{
	buffer_addf(
	    text, "%s%llu %s%s", before, (unsigned long long)count, noun, count == 1 ? "" : "s");
}

/* "1 run, 62 rows, 77 jobs, 6 refusals, 12 sealed passwords; 1 finding: 1 wrong-tally" */
static int
verify_print(const struct context *context, const struct verify_counts *counts, struct error *err)
{
	struct buffer text = {0};
	bool first = true;
	int rc = 0;

	if (counts->no_key.code != ERROR_NONE)
		message_print(context->err, (struct error_place){.file = counts->no_key.file},
		    "%s; nothing is sealed so far", counts->no_key.text);
	verify_add_count(&text, "", counts->runs, "run");
	verify_add_count(&text, ", ", counts->rows, "row");
	verify_add_count(&text, ", ", counts->jobs, "job");
	verify_add_count(&text, ", ", counts->refusals, "refusal");
	verify_add_count(&text, ", ", counts->passwords, "sealed password");
	verify_add_count(&text, "; ", counts->findings, "finding");
	for (int i = 0; i < IRREGULARITY_COUNT; i++) {
		if (counts->finding[i] == 0)
			continue;
		buffer_addf(&text, "%s %llu %s", first ? ":" : ",",
		    (unsigned long long)counts->finding[i],
		    irregularity_word((enum irregularity)i));
		first = false;
	}
	if (text.failed)
		rc = error_memory(err);
	else
		message_print(
		    context->err, (struct error_place){.field = "verify"}, "%s", text.bytes);
	buffer_release(&text);
	return rc;
}

/*
 * During SQLite's own check nobody can commit, and a run would end for that. So runs are kept
 * waiting by the writer's lock. Where there is no lock file, or none that we may write, they cannot
 * be kept waiting, and the check goes on without.
 */
static int
verify_take_lock(const struct context *context, struct verify_command *verify, struct error *err)
{
	char *real, *path = NULL;
	int rc = 0;

	if (verify->options.quick)
		return 0;
	real = realpath(context->database, NULL);
	if (real == NULL) /* else opening the database reports why */
		return errno == ENOMEM ? error_memory(err) : 0;
	if (asprintf(&path, "%s.lock", real) == -1) {
		rc = error_memory(err);
	} else if (access(path, W_OK) == 0) {
		verify->lock = lock_take(
		    context->database, "verify", verify->wait, context->stop, err);
		rc = verify->lock == NULL ? -1 : 0;
	}
	free(path);
	free(real);
	return rc;
}

static void
verify_release_lock(void *closure)
{
	struct verify_command *verify = closure;

	lock_release(verify->lock);
	verify->lock = NULL;
}

static int
verify_fill(struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct verify_command *verify = listing->closure;

	return verify_database(db, &verify->options, writer, &verify->counts, err);
}

static int
verify_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct verify_command verify = {
	    .listing = {.command = command,
		.options.format = LISTING_UNSET,
		.columns = verify_columns,
		.fits = verify_fits,
		.count = VERIFY_COLUMNS,
		.mode = DB_VERIFY,
		.keep = true, /* what was found before it failed is worth knowing too */
		.fill = verify_fill,
		.closure = &verify},
	    .options = {.key = key_file_of(context),
		.stop = context->stop,
		.on_pages = verify_release_lock,
		.closure = &verify},
	    .wait = WAIT_SECONDS,
	};
	struct error err = {0};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &verify}, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(
		    command, context, "%s: expected no operand; see -d", argv[first]);
	if (verify_take_lock(context, &verify, &err) == -1)
		return command_failed(context, &err);
	status = listing_run(context, &verify.listing);
	verify_release_lock(&verify);
	if (status != 0)
		return status;
	if ((!context->quiet || verify.counts.findings > 0) &&
	    verify_print(context, &verify.counts, &err) == -1)
		return command_failed(context, &err);
	return verify.counts.findings == 0 ? 0 : 1;
}

const struct command command_verify = {
    .name = "verify",
    .synopsis = "[OPTION...]",
    .summary = "look whether the database holds together",
    .run = verify_run,
    .options = verify_specs,
    .option_count = SPEC_COUNT,
};
