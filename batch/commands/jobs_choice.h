#ifndef BATCH_COMMANDS_JOBS_CHOICE_H
#define BATCH_COMMANDS_JOBS_CHOICE_H

#include "jobs/change.h"
#include "program/command.h"

#include <stddef.h>

/* Which jobs a verb is for: those of these ids, or those that options describe. */

struct jobs_choice_options {
	int64_t run; /* 0: not given */
	const char *store;
	const char *container;
	const char *machine;
	const char *reference;
	bool failed;
};

/* Their entries in a table of options; `member` is a struct jobs_choice_options in the struct
 * `type`. */
#define JOBS_CHOICE_OPTIONS(type, member)                                                         \
	{"run", "RUN", "jobs of one run", OPTION_NUMBER, offsetof(type, member.run), 1, NULL},    \
	    {"store", "STORE", "jobs of one store", OPTION_TEXT, offsetof(type, member.store), 0, \
		NULL},                                                                            \
	    {"container", "ID|NAME", "jobs of the stores of one container", OPTION_TEXT,          \
		offsetof(type, member.container), 0, NULL},                                       \
	    {"machine", "NAME", "jobs of the stores of one client machine", OPTION_TEXT,          \
		offsetof(type, member.machine), 0, NULL},                                         \
	    {"reference", "TEXT", "jobs of the runs with this reference", OPTION_TEXT,            \
		offsetof(type, member.reference), 0, NULL},                                       \
	{                                                                                         \
		"failed", NULL, "jobs whose result is Failure, not acknowledged", OPTION_FLAG,    \
		    offsetof(type, member.failed), 0, NULL                                        \
	}

struct jobs_choice {
	bool many; /* described by options */
	const volatile sig_atomic_t *stop;
	int64_t *ids;
	size_t count, capacity;
	/* Jobs that the options describe and that the event does not concern, by the reason. */
	uint64_t left[REFUSALS];
};
void jobs_choice_release(struct jobs_choice *);

/* Ids, or options, and not both: 0, or the exit status of a usage error. The words are ids. */
int jobs_choice_take(const struct command *, const struct context *,
    const struct jobs_choice_options *, char **words, struct jobs_choice *);

/* With options: the ids of the jobs that they describe and the event concerns. A signal ends it. 0,
 * or -1 and err. */
int jobs_choice_read(struct jobs_choice *, const struct jobs_choice_options *, struct database *,
    enum life_event, struct error *);

#endif
