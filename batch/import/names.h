#ifndef BATCH_IMPORT_NAMES_H
#define BATCH_IMPORT_NAMES_H

#include "import/value.h"

#include <jansson.h>

/*
 * Subject alternative names: from a list of DNS names, or a JSON array of {"Value","Type"}, to such
 * an array in `names`, in the form of certificates/names.h. False and the fault; where
 * names->failed, there was no memory.
 */
bool import_parse_names(const struct value *, struct buffer *names, struct import_fault *);

/* A member by its name without regard to case; NULL: there is none. */
const json_t *import_json_member(json_t *object, const char *name);

#endif
