#ifndef BATCH_IMPORT_NAMES_H
#define BATCH_IMPORT_NAMES_H

#include "import/value.h"

/*
 * Subject alternative names: from a list of DNS names, or a JSON array of {"Value","Type"}, to such
 * an array in `names`. False and the fault; where names->failed, there was no memory.
 */
bool import_parse_names(const struct value *, struct buffer *names, struct import_fault *);

#endif
