#include "commands/jobs.h"
#include "commands/jobs_session.h"
#include "jobs/claim.h"
#include "timestamp.h"

#include <string.h>

struct jobs_renew_options {
	const char *claim;
	int64_t lease; /* seconds */
};

static const struct option_spec jobs_renew_specs[] = {
    {"claim", "CLAIM", "the Claim that the job was handed out with", OPTION_TEXT,
	offsetof(struct jobs_renew_options, claim), 0, NULL},
    {"lease", "SECONDS", "how long from now (3600)", OPTION_NUMBER,
	offsetof(struct jobs_renew_options, lease), 1, NULL},
};
#define SPEC_COUNT (sizeof(jobs_renew_specs) / sizeof(jobs_renew_specs[0]))

static int
jobs_renew_within(const struct context *context, struct jobs_session *session,
    struct claim_renewal *renewal, enum life_refusal *refusal, struct error *err)
{
	struct database *db = session->hand.db;

	if (db_begin(db, err) == -1)
		return -1;
	if (claim_renew(&session->hand, renewal, context->now(), refusal, err) == 0 &&
	    db_commit(db, err) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

/* The exit status. */
static int
jobs_renew_job(const struct context *context, struct claim_renewal *renewal)
{
	enum life_refusal refusal = REFUSAL_NONE;
	struct jobs_session session;
	char until[TIMESTAMP_SIZE];
	struct error err = {0};
	int rc = jobs_session_open(&session, context, &err);

	if (rc == 0)
		rc = jobs_renew_within(context, &session, renewal, &refusal, &err);
	jobs_session_release(&session);
	if (rc == -1)
		return command_failed(context, &err);
	if (refusal != REFUSAL_NONE) {
		jobs_print_refused(context, renewal->job, refusal);
		return 1;
	}
	if (!context->quiet)
		message_print(context->err, (struct error_place){.field = "jobs"},
		    "job %lld: its lease runs until %s", (long long)renewal->job,
		    timestamp_format(renewal->until, until));
	return 0;
}

static int
jobs_run_renew(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct jobs_renew_options options = {.lease = JOBS_LEASE};
	struct claim_renewal renewal = {0};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	if (first + 1 != argc)
		return command_usage(command, context, "expected one JOBID");
	renewal.job = jobs_id(command, context, argv[first]);
	if (renewal.job == 0)
		return ERROR_USAGE;
	if (options.claim == NULL)
		return command_usage(command, context, "expected --claim CLAIM");
	if (!claim_parse(options.claim, strlen(options.claim), renewal.claim))
		return command_usage(command, context,
		    "--claim: expected the Claim of the job, 32 hexadecimal digits");
	status = jobs_check_lease(command, context, options.lease);
	renewal.lease = options.lease * 1000;
	return status != 0 ? status : jobs_renew_job(context, &renewal);
}

const struct command jobs_renew = {
    .name = "jobs renew",
    .synopsis = "[OPTION...] JOBID",
    .summary = "extend the lease of a job that was claimed",
    .run = jobs_run_renew,
    .options = jobs_renew_specs,
    .option_count = SPEC_COUNT,
};
