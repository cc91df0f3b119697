#ifndef BATCH_MODEL_CAUSE_H
#define BATCH_MODEL_CAUSE_H

#include "model/row.h"

/*
 * The faults of many rows, grouped by their cause: a code, a field, and the message without the
 * values in it. So somebody with a thousand faulty rows sees that two things are wrong. It does not
 * allocate: after CAUSES_MOST causes, further ones are counted by their code alone.
 */
#define CAUSES_MOST 48
#define CAUSE_LINES 3
#define CAUSE_TEXT_SIZE 256

struct cause {
	enum code code;
	const char *field;           /* static; NULL: none */
	const char *format;          /* of the messages; NULL: the text was made from a text */
	char text[CAUSE_TEXT_SIZE];  /* of a message, each value in it "..."; UTF-8 */
	uint64_t rows;               /* how many have it */
	uint64_t lines[CAUSE_LINES]; /* of the first of these; 0: there is none */
	uint64_t last;               /* number of the last row that was counted */
};

struct causes {
	struct cause items[CAUSES_MOST];
	size_t count;
	struct cause others[CODE_COUNT]; /* causes after CAUSES_MOST, by their code */
};

/* Counts the faults of a row; each of its causes once, however many stores have it. */
void causes_count(struct causes *, const struct row *);

/* Room for all of them. */
#define CAUSES_LISTED (CAUSES_MOST + CODE_COUNT)
/* Lists them, the most frequent first; of equal ones the first that came. Returns how many. */
size_t causes_list(const struct causes *, const struct cause *listed[CAUSES_LISTED]);

#endif
