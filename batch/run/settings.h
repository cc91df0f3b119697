#ifndef BATCH_RUN_SETTINGS_H
#define BATCH_RUN_SETTINGS_H

#include "policy/replace.h"
#include "read/reader.h"
#include "text_list.h"

/* The options that a run is carried out with. It keeps those that a resume must repeat. */

struct settings {
	struct policy policy; /* but for started_at; for `pending` see settings_pending() */
	bool has_pending;     /* --pending was given */
	const char *window;   /* as it was given; NULL: none */
	struct text_list ignore;
	bool strict;
	int encoding;  /* index of settings_encodings */
	int64_t chunk; /* rows of a transaction */
	const char *reference;
	int64_t retries;  /* of a failed job, from 0; a run that is carried on keeps its own */
	bool has_retries; /* --retries was given */
	bool again;
	bool trust_manifest;         /* others may read its passwords; not compared at a resume */
	const char *max_errors_text; /* as it was given */
	bool has_max_errors;
	bool max_errors_percent;
	uint64_t max_errors; /* rows, or percent of those of the manifest */
};

/* The words of enum pending and of the encodings, NULL-terminated. */
extern const char *const settings_pendings[];
extern const char *const settings_encodings[];

/* What is done at a location with a job: as --pending says; else a rejects file keeps the jobs of
 * the stores that were served, and any other manifest has them refused. */
enum pending settings_pending(const struct settings *, bool is_rejects);

/*
 * The settings that a resume must repeat, as text: one NAME=VALUE a line. Format and delimiter are
 * those that the reader settled on. Allocated; NULL when out of memory.
 */
char *settings_text(const struct settings *, enum format, char delimiter, enum pending);

/* The --pending that such a text has; `otherwise` where it has none. */
enum pending settings_recorded_pending(const char *text, enum pending otherwise);

/* The first setting in which two texts of settings_text() differ. */
#define SETTING_SIZE 256
struct setting_difference {
	char name[SETTING_SIZE];
	char was[SETTING_SIZE];
	char is[SETTING_SIZE];
};
/* Whether the texts differ; fills the difference then, its texts cut to their size. */
bool settings_differ(const char *was, const char *is, struct setting_difference *);

#endif
