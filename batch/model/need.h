#ifndef BATCH_MODEL_NEED_H
#define BATCH_MODEL_NEED_H

#include <stdint.h>

/* EntryPassword and PrivateKeyAllowed of a store type: X(name, the server's own number, word) */
#define NEED_LIST(X)                      \
	X(NEED_FORBIDDEN, 0, "Forbidden") \
	X(NEED_OPTIONAL, 1, "Optional")   \
	X(NEED_REQUIRED, 2, "Required")

enum need {
#define NEED_ENUM(name, number, word) name = (number),
	NEED_LIST(NEED_ENUM)
#undef NEED_ENUM
};

/* NULL for a number that is none. */
const char *need_word(int64_t need);

#endif
