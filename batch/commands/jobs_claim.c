#include "commands/jobs.h"
#include "commands/jobs_session.h"
#include "database/store.h"
#include "jobs/claim_line.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

struct jobs_claim_options {
	const char *machine;
	const char *store;
	int64_t run; /* 0: not given */
	int64_t limit;
	int64_t lease; /* seconds */
	bool with_secrets;
	bool changed;
};

static const struct option_spec jobs_claim_specs[] = {
    {"machine", "NAME", "of the stores of one client machine", OPTION_TEXT,
	offsetof(struct jobs_claim_options, machine), 0, NULL},
    {"store", "STORE", "of one store", OPTION_TEXT, offsetof(struct jobs_claim_options, store), 0,
	NULL},
    {"run", "RUN", "of one run", OPTION_NUMBER, offsetof(struct jobs_claim_options, run), 1, NULL},
    {"limit", "N", "this many at most (100)", OPTION_NUMBER,
	offsetof(struct jobs_claim_options, limit), 1, NULL},
    {"lease", "SECONDS", "how long they are the claimant's (3600)", OPTION_NUMBER,
	offsetof(struct jobs_claim_options, lease), 1, NULL},
    {"with-secrets", NULL, "print passwords too: to a pipe, or a file that is yours alone",
	OPTION_FLAG, offsetof(struct jobs_claim_options, with_secrets), 0, NULL},
    {"changed", NULL, "also where another certificate was put since the job was made", OPTION_FLAG,
	offsetof(struct jobs_claim_options, changed), 0, NULL},
};
#define SPEC_COUNT (sizeof(jobs_claim_specs) / sizeof(jobs_claim_specs[0]))

/* Whether nobody but the reader of standard output can read what is written there. */
static bool
jobs_output_is_private(void)
{
	struct stat status;

	if (fstat(STDOUT_FILENO, &status) == -1)
		return false;
	if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode))
		return true;
	return S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
	       (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

/* What was passed over, by reason, and what else was done to jobs on the way. */
static void
jobs_print_counts(const struct context *context, const struct claim_counts *counts)
{
	const struct error_place place = {.field = "jobs claim"};

	if (context->quiet)
		return;
	if (counts->settled > 0)
		message_print(context->err, place,
		    "%llu completed: an inventory shows the new certificate there",
		    (unsigned long long)counts->settled);
	if (counts->given_up > 0)
		message_print(context->err, place, "%llu failed: %s",
		    (unsigned long long)counts->given_up, LIFE_NO_REPORT);
	jobs_print_reasons(context, place.field, counts->passed, "passed over");
}

/* Claims, with what the options name looked up; the output may hold passwords. */
static int
jobs_claim_into(const struct context *context, const struct jobs_claim_options *options,
    struct buffer *output, struct claim_counts *counts, struct error *err)
{
	struct claim_lines lines = {.output = output};
	struct claim_wish wish = {.machine = options->machine,
	    .run = options->run,
	    .limit = (size_t)options->limit,
	    .lease = options->lease * 1000,
	    .changed = options->changed,
	    .take = claim_line_add,
	    .closure = &lines};
	struct jobs_session session;
	char guid[GUID_SIZE];
	int rc = jobs_session_open(&session, context, err);

	if (rc == 0 && options->with_secrets) {
		lines.keyring = keyring_open(context, session.hand.db, err);
		rc = lines.keyring == NULL ? -1 : 0;
	}
	if (rc == 0 && options->store != NULL)
		rc = db_store_find(session.hand.db, options->store, guid, err);
	if (rc == 0 && options->store != NULL)
		rc = db_store_id(session.hand.db, guid, &wish.store, err);
	if (rc == 0)
		rc = claim_jobs(&session.hand, &wish, context->now, counts, err);
	if (rc == -1)
		buffer_clear(output);
	keyring_close(lines.keyring);
	jobs_session_release(&session);
	return rc;
}

/* The claims are committed: where they cannot be printed, their leases run out. */
static int
jobs_claim_print(const struct context *context, const struct buffer *output, struct error *err)
{
	if (jobs_write(context, output->bytes, output->length, err) == 0)
		return 0;
	command_failed(context, err);
	message_print(context->err, (struct error_place){.field = "jobs claim"},
	    "what was claimed is handed out again when its leases are over");
	return (int)err->code;
}

static int
jobs_run_claim(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct jobs_claim_options options = {.limit = 100, .lease = JOBS_LEASE};
	struct claim_counts counts = {0};
	struct buffer output = {0};
	struct error err = {0};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(
		    command, context, "%s: expected no operand after options", argv[first]);
	status = jobs_check_lease(command, context, options.lease);
	if (status != 0)
		return status;
	if (options.with_secrets && !jobs_output_is_private())
		return command_usage(command, context,
		    "--with-secrets: standard output can be read by others: expected a pipe, a "
		    "socket, or a file of yours with mode 0600");
	if (jobs_claim_into(context, &options, &output, &counts, &err) == -1)
		status = command_failed(context, &err);
	else
		status = jobs_claim_print(context, &output, &err);
	buffer_release(&output);
	if (status == 0)
		jobs_print_counts(context, &counts);
	return status;
}

const struct command jobs_claim = {
    .name = "jobs claim",
    .synopsis = "[OPTION...]",
    .summary = "take jobs that are due, to carry them out",
    .run = jobs_run_claim,
    .options = jobs_claim_specs,
    .option_count = SPEC_COUNT,
};
