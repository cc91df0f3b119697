#ifndef BATCH_COMMANDS_SETTLED_H
#define BATCH_COMMANDS_SETTLED_H

#include "import/settle.h"

/* Prints what an inventory has done to jobs, where it has done something. `field` begins the
 * message. */
void settled_print(const struct context *, const char *field, const struct settle_counts *);

#endif
