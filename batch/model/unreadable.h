#ifndef BATCH_MODEL_UNREADABLE_H
#define BATCH_MODEL_UNREADABLE_H

#include <stdbool.h>

/*
 * Why the file of a store could not be read, in a word that is kept with the store, and in a
 * sentence.
 */

/* X(name, word, what it means, why it is so, what to do) */
#define UNREADABLE_LIST(X)                                                                        \
	X(ABSENT, "absent", "there is no such file",                                              \
	    "The path of the store leads to nothing on this machine: the file was moved or "      \
	    "removed, or the store is elsewhere.",                                                \
	    "Put the file back, or import the store with its new Storepath. Then scan it again.") \
	X(NO_PERMISSION, "no-permission", "the user may not read the file",                       \
	    "The user of the scan lacks permission for the file, or for a folder on its way.",    \
	    "Let that user read the file, or scan the store as another user.")                    \
	X(NOT_A_FILE, "not-a-file", "it is a folder, a device or another thing that is no file",  \
	    "Links are followed, and then the path has to lead to a regular file.",               \
	    "Import the store with the Storepath of its file. Then scan it again.")               \
	X(OUTSIDE_ROOT, "outside-root", "it lies, or a link leads, outside of --root",            \
	    "With --root nothing outside of that folder is opened.",                              \
	    "Scan the store with another --root or without it, or move its file.")                \
	X(TOO_LARGE, "too-large",                                                                 \
	    "it is larger than 16 MiB or has more than 10,000 "                                   \
	    "certificates",                                                                       \
	    "A file is read into memory, so its size has a limit.",                               \
	    "Look whether the file is a store at all. Remove what is not needed from it.")        \
	X(DAMAGED, "damaged", "its bytes are not of its format, or were cut off",                 \
	    "The file was not written to its end, or the type of the store is one of another "    \
	    "format.",                                                                            \
	    "Restore the file, or import the store with its CertStoreType. Then scan it again.")  \
	X(WRONG_PASSWORD, "wrong-password", "the password does not open it",                      \
	    "The password of the store is not known, or is another one by now.",                  \
	    "Import the store with its Password, or scan it with --passphrase-file.")             \
	X(UNSUPPORTED_ALGORITHM, "unsupported-algorithm",                                         \
	    "it needs an algorithm that is not "                                                  \
	    "there",                                                                              \
	    "The file uses an algorithm that this program or the OpenSSL of this machine lacks.", \
	    "Write the store anew with an algorithm of today, or install OpenSSL's legacy "       \
	    "provider. Then scan it again.")                                                      \
	X(TOO_MANY_ITERATIONS, "too-many-iterations",                                             \
	    "it asks for more than 1,000,000 iterations of key derivation",                       \
	    "Each of them takes time, and a file can ask for so many that a scan never ends.",    \
	    "Write the store anew with fewer iterations. Then scan it again.")                    \
	X(FAILED, "read-failed", "the system could not read it",                                  \
	    "The system reported an error, or the file was changed while it was read.",           \
	    "Correct what the text reports. Then scan the store again.")

enum unreadable {
	READABLE,
#define UNREADABLE_ENUM(name, word, text, why, remedy) UNREADABLE_##name,
	UNREADABLE_LIST(UNREADABLE_ENUM)
#undef UNREADABLE_ENUM
	    UNREADABLE_COUNT
};

/* For a number that is none, and for READABLE: NULL. */
const char *unreadable_word(enum unreadable);
const char *unreadable_text(enum unreadable);
const char *unreadable_why(enum unreadable);
const char *unreadable_remedy(enum unreadable);
bool unreadable_parse(const char *word, enum unreadable *);

/* Why this file, with what is particular about it: an algorithm's name, a place. */
struct unreadable_reason {
	enum unreadable why;
	char text[256];
};

#endif
