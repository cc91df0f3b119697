#ifndef BATCH_COMMANDS_MEND_H
#define BATCH_COMMANDS_MEND_H

#include "buffer.h"
#include "commands/session.h"

/*
 * The command that applies the rejects of this manifest, for a shell, after they were written to
 * the file at --rejects: with the options without which it could not read that file, and with
 * another results file where the default one is that of another manifest. In the buffer; NULL
 * without --rejects, or when out of memory.
 */
const char *mend_command(struct buffer *, const struct session *, const struct manifest *);

#endif
