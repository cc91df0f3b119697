#ifndef BATCH_MODEL_GUID_H
#define BATCH_MODEL_GUID_H

#include <stdbool.h>
#include <stddef.h>

/* The id of a store or an agent: 8-4-4-4-12 hexadecimal digits (RFC 4122, 3), here in lower case.
 */
#define GUID_SIZE 37 /* with a NUL */

/* Reads one of either case, in braces or not. False for any other text. */
bool guid_parse(const char *text, size_t length, char guid[GUID_SIZE]);

#endif
