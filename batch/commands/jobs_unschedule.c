#include "commands/jobs.h"
#include "commands/jobs_change.h"

static const struct option_spec jobs_unschedule_specs[] = {JOBS_CHANGE_OPTIONS};

static int
jobs_run_unschedule(
    const struct command *command, const struct context *context, int argc, char **argv)
{
	const struct jobs_change_verb verb = {command, LIFE_EVENT_UNSCHEDULE, "unscheduled"};

	return jobs_run_change(&verb, context, argc, argv);
}

const struct command jobs_unschedule = {
    .name = "jobs unschedule",
    .synopsis = "[OPTION...] [JOBID...]",
    .summary = "give up jobs that have not ended",
    .run = jobs_run_unschedule,
    .options = jobs_unschedule_specs,
    .option_count = sizeof(jobs_unschedule_specs) / sizeof(jobs_unschedule_specs[0]),
    .note = "The jobs are those of the ids, or all that the options describe.",
};
