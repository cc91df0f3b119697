#ifndef FORMATS_FOREIGN_H
#define FORMATS_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Files that hold no records, by their first bytes: what people give by mistake in place of a
 * file of CSV or JSON. JSON never begins as they do. CSV may, with the name of its first column:
 * the name of a foreign file is for one whose header cannot be used.
 */

#define FOREIGN_HEAD 4096 /* bytes that foreign_find() wants to see, or the whole file */

/*
 * What the file is, what is expected and what to do: a static text, or NULL where nothing tells.
 * `wide`: it is read as UTF-16, which has NULs.
 */
const char *foreign_find(const unsigned char *head, size_t length, bool wide);

#endif
