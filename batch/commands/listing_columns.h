#ifndef BATCH_COMMANDS_LISTING_COLUMNS_H
#define BATCH_COMMANDS_LISTING_COLUMNS_H

#include "commands/listing.h"

/*
 * Sets `chosen` from --columns: names with commas between them, equal as those of a manifest are
 * (read/names.h). -1 and err: ERROR_USAGE for a name that no column has, and for one that is given
 * twice. The caller frees `chosen`.
 */
int listing_choose(struct listing *, struct error *);

#endif
