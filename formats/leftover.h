#ifndef FORMATS_LEFTOVER_H
#define FORMATS_LEFTOVER_H

#include <stdbool.h>
#include <stddef.h>
/*
 * Between the naming of a temporary file and its renaming a process can be killed. What it leaves
 * is a whole file that nobody asks for, and rejects hold passwords: the next one takes it away.
 * Who is alive holds a lock on his own (flock), which the kernel releases.
 */

#define LEFTOVER_PREFIX ".pfxreplace-"

/* Marks a temporary file as that of a living process: before it has a name, or a content. */
void leftover_claim(int fd);

/*
 * Unlinks the temporary files in the folder that no process claims. Empty ones stay: one may just
 * be made. What cannot be taken away stays, and is not told.
 */
void leftover_sweep(int folder);

/* Whether bytes may be a block of a file that a power cut left unwritten: no text is in them. */
bool leftover_is_blank(const char *bytes, size_t length);

#endif
