#ifndef FORMATS_JSON_MEMORY_H
#define FORMATS_JSON_MEMORY_H

#include <stdbool.h>

/*
 * Memory for jansson, which wipes what it frees. Where there is none, jansson may name another
 * fault, or go on and leave out the byte of a text that it could not keep. So each call that
 * parses stands between these two, and nothing it gave is believed where memory was short.
 */
void json_memory_begin(void);
bool json_memory_failed(void); /* since this thread's begin */

#endif
