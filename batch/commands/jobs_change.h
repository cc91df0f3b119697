#ifndef BATCH_COMMANDS_JOBS_CHANGE_H
#define BATCH_COMMANDS_JOBS_CHANGE_H

#include "commands/jobs_choice.h"
#include "commands/listing.h"

/* The verbs that people change jobs with: which jobs, the question, the change, what came of it. */

struct jobs_change_options {
	struct jobs_choice_options choice;
	struct listing_options listing; /* of --dry-run */
	const char *time;               /* of reschedule */
	const char *message;
	bool dry_run;
	bool yes;
};

#define JOBS_ASK_ABOVE 100 /* jobs: for more of them somebody must agree */

/* The entries of all of them in a table of options of a struct jobs_change_options. */
#define JOBS_CHANGE_OPTIONS                                                                     \
	JOBS_CHOICE_OPTIONS(struct jobs_change_options, choice),                                \
	    {"message", "TEXT", "why, for the history of the jobs", OPTION_TEXT,                \
		offsetof(struct jobs_change_options, message), 0, NULL},                        \
	    {"dry-run", NULL, "print the jobs and what would become of them, change nothing",   \
		OPTION_FLAG, offsetof(struct jobs_change_options, dry_run), 0, NULL},           \
	    {"yes", NULL, "change more than 100 jobs without being asked", OPTION_FLAG,         \
		offsetof(struct jobs_change_options, yes), 0, NULL},                            \
	    {"format", "FORMAT", "of --dry-run: csv, jsonl or table (on a terminal, else csv)", \
		OPTION_CHOICE, offsetof(struct jobs_change_options, listing.format), 0,         \
		listing_formats},                                                               \
	    LISTING_VIEW_OPTIONS(struct jobs_change_options, listing)

/* How a verb is said. */
struct jobs_change_verb {
	const struct command *command;
	enum life_event event;
	const char *done; /* "unscheduled" */
};

/* Runs the command: the exit status. */
int jobs_run_change(const struct jobs_change_verb *, const struct context *, int argc, char **argv);

#endif
