#ifndef FORMATS_READ_JSON_MEMORY_H
#define FORMATS_READ_JSON_MEMORY_H

#include <stdbool.h>

/*
 * Gives jansson memory that is wiped when it is freed, and notices when there was none. jansson may
 * then report another fault, or go on without the bytes that it could not keep. So every call that
 * parses is between these two, and its result is not used when memory failed.
 */
void json_memory_begin(void);
bool json_memory_failed(void); /* since json_memory_begin() in this thread */

#endif
