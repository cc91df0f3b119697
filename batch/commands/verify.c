#include "buffer.h"
#include "program/command.h"
#include "commands/listing.h"
#include "database/lock.h"
#include "verify/verify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define WAIT_SECONDS 10

struct options {
	bool quick;
	int64_t wait;
	int format;
};

static const struct option_spec specs[] = {
    {"quick", NULL, "without SQLite's own check of every page, which is one long read", OPTION_FLAG,
	offsetof(struct options, quick), 0, NULL},
    {"wait", "SECONDS", "for a run to end, before that check (default 10)", OPTION_NUMBER,
	offsetof(struct options, wait), 0, NULL},
    {"format", "FORMAT", "csv, jsonl or table (a table on a terminal; csv)", OPTION_CHOICE,
	offsetof(struct options, format), 0, listing_formats},
};

static int run(const struct command *, const struct context *, int, char **);

const struct command command_verify = {
    "verify", "[OPTION...]", "look whether the database holds together", run};

static void
add_count(struct buffer *text, const char *before, uint64_t count, const char *noun)
{
	buffer_addf(
	    text, "%s%llu %s%s", before, (unsigned long long)count, noun, count == 1 ? "" : "s");
}

/* "1 run, 62 rows, 77 jobs, 6 refusals, 12 sealed passwords; 1 finding: 1 wrong-tally" */
static int
print_counts(const struct context *context, const struct verify_counts *counts, struct error *err)
{
	struct buffer text = {0};
	bool first = true;
	int rc = 0;

	if (counts->no_key.code != ERROR_NONE)
		message_print(context->err, (struct error_place){.file = counts->no_key.file},
		    "%s; nothing is sealed so far", counts->no_key.text);
	add_count(&text, "", counts->runs, "run");
	add_count(&text, ", ", counts->rows, "row");
	add_count(&text, ", ", counts->jobs, "job");
	add_count(&text, ", ", counts->refusals, "refusal");
	add_count(&text, ", ", counts->passwords, "sealed password");
	add_count(&text, "; ", counts->findings, "finding");
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
 * waiting by the writer's lock; where there is no lock file, or none that we may write, nobody can
 * be kept and the check goes on without.
 */
static int
take_lock(const struct context *context, const struct options *options, struct lock **lock,
    struct error *err)
{
	char *real, *path = NULL;
	int rc = 0;

	*lock = NULL;
	if (options->quick)
		return 0;
	real = realpath(context->database, NULL);
	if (real == NULL) /* else opening the database will say why */
		return errno == ENOMEM ? error_memory(err) : 0;
	if (asprintf(&path, "%s.lock", real) == -1) {
		rc = error_memory(err);
	} else if (access(path, W_OK) == 0) {
		*lock = lock_take(context->database, "verify", options->wait, context->stop, err);
		rc = *lock == NULL ? -1 : 0;
	}
	free(path);
	free(real);
	return rc;
}

static void
release_lock(void *closure)
{
	struct lock **lock = closure;

	lock_release(*lock);
	*lock = NULL;
}

static int
list(const struct context *context, const struct options *options,
    const struct verify_options *what, struct verify_counts *counts, struct error *err)
{
	struct database *db = db_open(context->database, DB_VERIFY, err);
	struct listing listing;
	int rc = -1;

	if (db == NULL)
		return -1;
	if (listing_open(&listing, "-", listing_output(context, options->format), verify_columns,
		VERIFY_COLUMNS, err) == 0) {
		rc = verify_database(db, what, listing.writer, counts, err);
		/* What was found before it failed is worth knowing too. */
		if (listing_close(&listing, rc == 0 ? err : NULL) == -1)
			rc = -1;
	}
	db_close(db);
	return rc;
}

static int
verify(const struct context *context, const struct options *options, struct verify_counts *counts,
    struct error *err)
{
	struct lock *lock;
	const struct verify_options what = {
	    .key_file = context->key_file,
	    .quick = options->quick,
	    .stop = context->stop,
	    .on_pages = release_lock,
	    .closure = &lock,
	};
	int rc;

	if (take_lock(context, options, &lock, err) == -1)
		return -1;
	rc = list(context, options, &what, counts, err);
	release_lock(&lock);
	return rc;
}

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct options options = {.format = LISTING_UNSET, .wait = WAIT_SECONDS};
	struct verify_counts counts;
	struct error err = {0};
	int status;
	int first = command_options(command, context,
	    &(struct command_line){argc, argv, specs, sizeof(specs) / sizeof(specs[0]), &options},
	    &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(
		    command, context, "%s: expected no operand; see -d", argv[first]);
	if (verify(context, &options, &counts, &err) == -1 ||
	    (!context->quiet && print_counts(context, &counts, &err) == -1))
		return command_failed(context, &err);
	return counts.findings == 0 ? 0 : 1;
}
