#ifndef FORMATS_LIMITS_H
#define FORMATS_LIMITS_H

#include <stdint.h>

/* Every cap on hostile input. What is over one is a rejection of its record, not a failure. */

#define LIMIT_FIELD 65536u    /* bytes of one field, UTF-8 */
#define LIMIT_RECORD 1048576u /* bytes of one record, UTF-8, terminator excluded */
#define LIMIT_COLUMNS 256u    /* fields of one record, members of one object */
#define LIMIT_JSON_DEPTH 16u  /* nesting of one JSON record, the object itself being 1 */

/* Bytes of one record where records may be long: the server prints a certificate with all of its
 * locations and names. */
#define LIMIT_LONG_RECORD 16777216u

/* Bytes of standard input or a pipe, which are held in memory; a quarter of it at the most. More
 * is a failure: it may have no end. */
#define LIMIT_PIPE (UINT64_C(1) << 30)

#endif
