#include "commands/jobs.h"
#include "commands/jobs_change.h"

static const struct option_spec jobs_reschedule_specs[] = {
    {"time", "TIME|now", "when they are due, as 2026-01-31T22:00:00Z", OPTION_TEXT,
	offsetof(struct jobs_change_options, time), 0, NULL},
    JOBS_CHANGE_OPTIONS,
};

static int
jobs_run_reschedule(
    const struct command *command, const struct context *context, int argc, char **argv)
{
	const struct jobs_change_verb verb = {command, LIFE_EVENT_RESCHEDULE, "rescheduled"};

	return jobs_run_change(&verb, context, argc, argv);
}

const struct command jobs_reschedule = {
    .name = "jobs reschedule",
    .synopsis = "--time TIME|now [OPTION...] [JOBID...]",
    .summary = "give jobs another time, and failed ones another try",
    .run = jobs_run_reschedule,
    .options = jobs_reschedule_specs,
    .option_count = sizeof(jobs_reschedule_specs) / sizeof(jobs_reschedule_specs[0]),
    .note = "The jobs are those of the ids, or all that the options describe.",
};
