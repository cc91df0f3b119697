#ifndef FORMATS_BASE64_H
#define FORMATS_BASE64_H

#include "buffer.h"

/*
 * Adds the bytes of a base64 text (RFC 4648, 4), between whose characters there may be line breaks
 * and blanks. False: it is none, with its padding; some bytes may have been added. False too
 * without memory: then the buffer says so.
 */
bool base64_decode(struct buffer *, const char *text, size_t length);

#endif
