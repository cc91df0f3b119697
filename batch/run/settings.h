#ifndef BATCH_APPLY_OPTIONS_H
#define BATCH_APPLY_OPTIONS_H

#include "program/command.h"
#include "policy/replace.h"
#include "run/results.h"

/* The options that `apply` and `check` share, and what they mean. */

enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

struct apply_options {
	const char *results;
	int results_format; /* enum output, or -1 */
	const char *rejects;
	const char *summary;
	int64_t chunk; /* rows of a transaction */
	const char *max_errors_text;
	int64_t most_jobs; /* --max-jobs-per-row; 0: no limit */
	const char *window;
	int pending; /* enum pending */
	struct text_list allow;
	struct text_list deny;
	struct text_list ignore;
	bool strict;
	const char *reference;
	int format; /* enum format; 0: found */
	const char *delimiter_text;
	int encoding; /* see apply_options_encoding() */
	int progress; /* enum progress_mode */
	int64_t wait; /* seconds; apply only */
	bool again;
	bool allow_empty; /* a manifest without a row */

	/* From the texts above, by apply_options_parse(): */
	char delimiter; /* '\0': found from the header */
	bool has_max_errors;
	bool max_errors_percent;
	uint64_t max_errors;  /* rows, or percent of the manifest's */
	struct policy policy; /* but for started_at */
	struct fields fields; /* of a manifest */
};

/*
 * Parses the words of a command line and makes sense of them. Returns the index of the first
 * manifest, or -1 with *status as command_options() does. To be released in any case.
 */
int apply_options_parse(const struct command *, const struct context *, int argc, char **argv,
    struct apply_options *, int *status);
void apply_options_release(struct apply_options *);

/* As reader_options take it. */
const char *apply_options_encoding(const struct apply_options *);

/*
 * What a resume must repeat, as text: one NAME=VALUE a line. Format and delimiter are those
 * that the reader settled on. Allocated; NULL when out of memory.
 */
char *apply_options_settings(const struct apply_options *, enum format, char delimiter);

/* The first setting in which two such texts differ. */
#define SETTING_SIZE 256
struct setting_difference {
	char name[SETTING_SIZE];
	char was[SETTING_SIZE];
	char is[SETTING_SIZE];
};
bool apply_options_differ(const char *was, const char *is, struct setting_difference *);

#endif
