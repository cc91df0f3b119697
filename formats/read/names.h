#ifndef FORMATS_READ_NAMES_H
#define FORMATS_READ_NAMES_H

#include "read/reader.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Names of columns and members. Two names are equal when they have the same core: the name without
 * blanks (also non-breaking ones), invisible characters (utf8.h), '_' and '-', in small letters
 * (ASCII).
 */

enum name_kind {
	NAME_UNKNOWN,
	NAME_KNOWN,   /* *field is its index */
	NAME_NEARLY,  /* in strict fields: *field is the index of the name that it nearly is */
	NAME_ALLOWED, /* it is not read */
	NAME_DROPPED, /* not reported and not copied; *field is its index when it is known too, else
			 the count of known names, and it is not read */

	/* These depend on the other names beside it: names_judge() alone sets them. */
	NAME_SECOND,  /* another name of the field *field */
	NAME_MEANT,   /* may be meant for the field *field, which is missing */
	NAME_DATED,   /* the same, because of the first value in the column */
	NAME_STRANGE, /* not known, where every name must be */
};

/* A name that is allowed or dropped is that even if it is known too: the user asked for it. */
enum name_kind name_find(const struct fields *, const char *name, size_t length, size_t *field);

bool name_equal(const char *a, size_t a_length, const char *b, size_t b_length);

/* How many bytes of a name to show: whole characters, `size` bytes at most. */
size_t name_cut(const char *name, size_t length, size_t size);

/* Whether a name has only blanks and invisible characters. */
bool name_is_blank(const char *name, size_t length);

/* Whether a name has an invisible character. */
bool name_has_invisible(const char *name, size_t length);

/* Whether the core of a name contains the part, which is in small letters. */
bool name_contains(const char *name, size_t length, const char *part);

/*
 * Whether the word, in small letters, is one of the words of a name. Characters that are no letters
 * separate words, and so do changes of case: UserPin, PINCode and pin_2 have the word pin, Shipping
 * and Pinned do not.
 */
bool name_has_word(const char *name, size_t length, const char *word);

/*
 * Writes the name as an argument in quotes that can be typed into a shell. Invisible characters and
 * ends of lines are left out; to name_equal() it is the same name. False when it has other control
 * characters, or does not fit into `size` bytes with the NUL.
 */
bool name_quote(const char *name, size_t length, char *text, size_t size);

/*
 * Whether one insertion, deletion, substitution or exchange of neighbours makes the name the known
 * one (which has 4 characters at least), or the name contains the known one (6 at least). False
 * when they are equal.
 */
bool name_nearly(const char *name, size_t length, const char *known);

#endif
