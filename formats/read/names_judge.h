#ifndef FORMATS_NAMES_JUDGE_H
#define FORMATS_NAMES_JUDGE_H

#include "read/names.h"

/*
 * The names of a header, or of an object, as a whole: which of them are refused, and one text that
 * names them all, so that they can be mended in one go.
 */
struct judged {
	const char *name; /* the caller's */
	size_t length;
	enum name_kind kind;
	size_t field; /* see enum name_kind */
};

/* Sets kind and field of each name; there are LIMIT_COLUMNS at the most, here and below. */
void names_judge(const struct fields *, struct judged *, size_t count);

/* Whether a name of this kind is refused. */
bool name_is_refused(enum name_kind);

/*
 * What is wrong with the names that are refused, and what is expected, in one text of less than
 * `size` bytes (512 at least). The text is about the first of them, whose name is returned, and
 * names the others within; of those that it has no room for it gives the count. NULL when none is
 * refused. `noun` is what a name names: "column" or "member".
 */
const char *names_fault(const struct fields *, const struct judged *, size_t count,
    const char *noun, char *text, size_t size);

#endif
