#include "commands/jobs.h"
#include "commands/jobs_change.h"

static const struct option_spec jobs_acknowledge_specs[] = {JOBS_CHANGE_OPTIONS};

static int
jobs_run_acknowledge(
    const struct command *command, const struct context *context, int argc, char **argv)
{
	const struct jobs_change_verb verb = {command, LIFE_EVENT_ACKNOWLEDGE, "acknowledged"};

	return jobs_run_change(&verb, context, argc, argv);
}

const struct command jobs_acknowledge = {
    .name = "jobs acknowledge",
    .synopsis = "[OPTION...] [JOBID...]",
    .summary = "note that somebody has seen how jobs ended",
    .run = jobs_run_acknowledge,
    .options = jobs_acknowledge_specs,
    .option_count = sizeof(jobs_acknowledge_specs) / sizeof(jobs_acknowledge_specs[0]),
    .note = "The jobs are those of the ids, or all that the options describe.",
};
