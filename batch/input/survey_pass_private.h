#ifndef BATCH_INPUT_SURVEY_PASS_PRIVATE_H
#define BATCH_INPUT_SURVEY_PASS_PRIVATE_H

#include "input/survey.h"

/* Reads a manifest, or a part of it, once. */
struct survey_pass {
	const struct survey_options *options;
	/* Gets each request whose fields are valid. -1 and err ends the pass. */
	int (*take)(void *closure, const struct request *, struct error *);
	void *closure;

	/* What was found; zeros before. */
	uint64_t rows;
	bool has_password;
	bool has_job_time;
	bool is_rejects;
	int64_t mends;  /* of the first row with one; see request_mends() */
	char **ignored; /* see reader_ignored() */
	size_t ignored_count;
};

/* Reads the whole manifest. -1 and err: a signal, as survey_new(). */
int survey_pass_run(struct survey_pass *, struct error *);

/*
 * Reads it as two parts at the same time, on one more thread, where its format lets it be cut and
 * it is long enough to be worth it. `other` differs from the pass only in its closure, and takes
 * the rows of the second part. In the end the pass has what was found in both parts. -1 and err.
 */
int survey_pass_run_two(struct survey_pass *, struct survey_pass *other, struct error *);

void survey_pass_release(struct survey_pass *);

#endif
