#ifndef BATCH_MODEL_STORE_NAME_H
#define BATCH_MODEL_STORE_NAME_H

#include "buffer.h"

/*
 * Adds the name of a store as messages and lists have it: "MACHINE:PATH (GUID)". Machine or path
 * may be NULL or empty, where they are not known: the other one and the GUID are left, or the GUID
 * alone. Control characters are added as they are: message_print() escapes them.
 */
void store_name_add(struct buffer *, const char *machine, const char *path, const char *guid);

#endif
