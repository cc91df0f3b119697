#ifndef BATCH_PROGRAM_STATUS_H
#define BATCH_PROGRAM_STATUS_H

#include <stddef.h>

/* An exit status of the program, with what it means, why it exists and what to do, in whole
 * sentences. */
struct status {
	int number;
	const char *word; /* the number, as people type it */
	const char *text;
	const char *why;
	const char *remedy;
};

/* One by one, by number; NULL after the last one. */
const struct status *status_at(size_t);

#endif
