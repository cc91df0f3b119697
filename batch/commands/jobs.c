#include "commands/jobs.h"

static const struct command *const jobs_verbs[] = {&jobs_list, &jobs_claim, &jobs_renew,
    &jobs_complete, &jobs_unschedule, &jobs_reschedule, &jobs_acknowledge, NULL};

const struct command command_jobs = {
    .name = "jobs",
    .synopsis = "VERB [OPTION...]",
    .summary = "jobs as people and executors need them",
    .verbs = jobs_verbs,
};
