#ifndef FORMATS_READ_NAMES_JUDGE_H
#define FORMATS_READ_NAMES_JUDGE_H

#include "read/names.h"

/*
 * Judges all names of a header, or of an object, together: which of them are refused. One text
 * lists all that are, so that the user can mend them at once.
 */
struct judged {
	const char *name; /* the caller owns it */
	size_t length;
	enum name_kind kind;
	size_t field; /* see enum name_kind */
};

/* Sets the kind and field of each name. `count` is LIMIT_COLUMNS at most, here and below. */
void names_judge(const struct fields *, struct judged *, size_t count);

/* Whether a name of this kind is refused. */
bool name_is_refused(enum name_kind);

/* What names_fault() reports on. */
struct judgement {
	const struct fields *fields;
	const struct judged *names; /* as names_judge() left them */
	size_t count;
	const char *noun; /* what a name is the name of: "column" or "member" */
};

/*
 * Writes into text, of `size` bytes (512 at least), what is wrong with the refused names and what
 * is expected. The text is about the first of them, whose name is returned, and gives the names of
 * the others; of those that do not fit it gives the count. NULL when no name is refused.
 */
const char *names_fault(const struct judgement *, char *text, size_t size);

#endif
