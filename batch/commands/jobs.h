#ifndef BATCH_COMMANDS_JOBS_H
#define BATCH_COMMANDS_JOBS_H

#include "program/command.h"

/* The verbs of `jobs`, each in a file of its own. */
extern const struct command jobs_list, jobs_claim, jobs_renew, jobs_complete, jobs_unschedule,
    jobs_reschedule, jobs_acknowledge;

#endif
