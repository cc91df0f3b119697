#ifndef FORMATS_LEFTOVER_H
#define FORMATS_LEFTOVER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A process can be killed after it named a temporary file and before it renamed it. The file stays,
 * whole, and rejects hold passwords; so the next process that writes to the folder removes it. A
 * living process holds a lock on its own file (flock(2)), which the kernel releases.
 */

#define LEFTOVER_PREFIX ".pfxreplace-"

/* Marks a temporary file as that of a living process. Call it before the file has content. */
void leftover_claim(int fd);

/*
 * Unlinks the temporary files in the folder that no process has claimed. Empty ones stay: a process
 * may just have made them. A file that cannot be removed stays too, and nothing is reported.
 */
void leftover_sweep(int folder);

/* Whether the bytes may be a block that a power cut left unwritten: no printable ASCII in them. */
bool leftover_is_blank(const char *bytes, size_t length);

#endif
