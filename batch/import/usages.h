#ifndef BATCH_IMPORT_USAGES_H
#define BATCH_IMPORT_USAGES_H

#include "import/value.h"

/*
 * Extended key usages: from a text of OIDs with blanks, commas or semicolons between, or a JSON
 * array of objects with an Oid, or of OIDs, to a text of OIDs: sorted, each once, one blank
 * between. False and the fault; where usages->failed, there was no memory.
 */
bool import_parse_usages(const struct value *, struct buffer *usages, struct import_fault *);

#endif
