#ifndef FORMATS_NAMES_H
#define FORMATS_NAMES_H

#include "reader.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The names of columns and members. They match without regard to the case of ASCII letters and
 * to blanks (non-breaking ones too), '_' and '-': what is left is a name's core.
 */

enum name_kind {
	NAME_UNKNOWN,
	NAME_KNOWN,   /* *field is its index */
	NAME_NEARLY,  /* strict fields only: *field is the one it nearly is */
	NAME_ALLOWED, /* not to be read */
	NAME_DROPPED, /* not to be reported or copied; *field is its index where it is known too,
			 else the count of known ones: not to be read */
};

/* Allowed and dropped names come before known ones: who names a column so means it. */
enum name_kind name_find(const struct fields *, const char *name, size_t length, size_t *field);

bool name_equal(const char *a, size_t a_length, const char *b, size_t b_length);

/* How many bytes of a name to show: whole characters, at most `size` bytes. */
size_t name_cut(const char *name, size_t length, size_t size);

/* Whether there is nothing in a name but blanks. */
bool name_is_blank(const char *name, size_t length);

/*
 * Whether the name is one insertion, deletion, substitution or exchange of neighbours away from
 * the known one (of at least 4 characters), or contains it (of at least 6). False when equal.
 */
bool name_nearly(const char *name, size_t length, const char *known);

#endif
