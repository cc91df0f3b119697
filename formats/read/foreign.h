#ifndef FORMATS_READ_FOREIGN_H
#define FORMATS_READ_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Recognises, by their first bytes, files that hold no records: files that people give by mistake
 * in place of CSV or JSON. JSON never begins like one of them. CSV may, with the name of its first
 * column; so for CSV ask only when the header cannot be used.
 */

#define FOREIGN_HEAD 4096 /* bytes that foreign_find() needs, or the whole file */

/*
 * What the file is, what is expected and what to do, as a static text; NULL when the file is not
 * recognised. `wide`: it is read as UTF-16, which has NUL bytes.
 */
const char *foreign_find(const unsigned char *head, size_t length, bool wide);

#endif
