#ifndef FORMATS_LIMITS_H
#define FORMATS_LIMITS_H

#include <stdint.h>

/* Every cap on hostile input. A record over one is rejected; the run does not fail. */

#define LIMIT_FIELD 65536u    /* bytes of one field, as UTF-8 */
#define LIMIT_RECORD 1048576u /* bytes of one record, as UTF-8, without the end of its line */
#define LIMIT_COLUMNS 256u    /* fields of one record, members of one object */
#define LIMIT_JSON_DEPTH 16u  /* nesting of one JSON record; the object itself is level 1 */

/* Bytes of one record where records may be long: the server prints a certificate together with all
 * of its locations and names. */
#define LIMIT_LONG_RECORD 16777216u

/* Bytes of standard input or a pipe, which are held in memory; on small machines the limit is a
 * quarter of the memory. More is a failure: the input may have no end. */
#define LIMIT_PIPE (UINT64_C(1) << 30)

/* Bytes of a file of metrics that is replaced. Nothing is taken over from a longer one. */
#define LIMIT_METRICS 65536u

#endif
