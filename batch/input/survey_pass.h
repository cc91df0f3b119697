#ifndef BATCH_SURVEY_PASS_H
#define BATCH_SURVEY_PASS_H

#include "model/request.h"

#include <signal.h>

/* Reading a manifest once, before a run; or a part of it. */
struct survey_pass {
	int fd;
	const struct reader_options *options;
	const volatile sig_atomic_t *stop; /* NULL, or a signal there ends it with ERROR_SIGNAL */
	/* Gets each request whose fields are valid. -1 and err ends the pass. */
	int (*take)(void *closure, const struct request *, struct error *);
	void *closure;

	/* What was found; zeros before. */
	uint64_t rows;
	bool has_password;
	bool has_job_time;
	int64_t mends;  /* see request_mends(); of the first row that tells */
	char **ignored; /* see reader_ignored() */
	size_t ignored_count;
};

/* Reads the whole manifest. -1 and err. */
int survey_pass_run(struct survey_pass *, struct error *);

/*
 * Reads it as two parts at the same time, on a thread more, where its format lets it be cut and
 * it is long enough to be worth it. `other` differs from the pass in nothing but its closure, and
 * takes the rows of the second part; what was found of both is the first one's at the end. -1 and
 * err.
 */
int survey_pass_run_two(struct survey_pass *, struct survey_pass *other, struct error *);

void survey_pass_release(struct survey_pass *);

#endif
