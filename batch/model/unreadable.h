#ifndef BATCH_MODEL_UNREADABLE_H
#define BATCH_MODEL_UNREADABLE_H

#include <stdbool.h>

/*
 * Why the file of a store could not be read, in a word that is kept with the store, and in a
 * sentence.
 */

/* X(name, word, what it means) */
#define UNREADABLE_LIST(X)                                                                       \
	X(ABSENT, "absent", "there is no such file")                                             \
	X(NO_PERMISSION, "no-permission", "the user may not read the file")                      \
	X(NOT_A_FILE, "not-a-file", "it is a folder, a device or another thing that is no file") \
	X(OUTSIDE_ROOT, "outside-root", "it lies, or a link leads, outside of --root")           \
	X(TOO_LARGE, "too-large",                                                                \
	    "it is larger than 16 MiB or has more than 10,000 "                                  \
	    "certificates")                                                                      \
	X(DAMAGED, "damaged", "its bytes are not of its format, or were cut off")                \
	X(WRONG_PASSWORD, "wrong-password", "the password does not open it")                     \
	X(UNSUPPORTED_ALGORITHM, "unsupported-algorithm",                                        \
	    "it needs an algorithm that is not "                                                 \
	    "there")                                                                             \
	X(TOO_MANY_ITERATIONS, "too-many-iterations",                                            \
	    "it asks for more than 1,000,000 iterations of key derivation")                      \
	X(FAILED, "read-failed", "the system could not read it")

enum unreadable {
	READABLE,
#define UNREADABLE_ENUM(name, word, text) UNREADABLE_##name,
	UNREADABLE_LIST(UNREADABLE_ENUM)
#undef UNREADABLE_ENUM
	    UNREADABLE_COUNT
};

/* For a number that is none, and for READABLE: NULL. */
const char *unreadable_word(enum unreadable);
const char *unreadable_text(enum unreadable);
bool unreadable_parse(const char *word, enum unreadable *);

/* Why this file, with what is particular about it: an algorithm's name, a place. */
struct unreadable_reason {
	enum unreadable why;
	char text[256];
};

#endif
