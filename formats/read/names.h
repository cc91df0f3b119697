#ifndef FORMATS_NAMES_H
#define FORMATS_NAMES_H

#include "read/reader.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The names of columns and members. They match without regard to the case of ASCII letters and
 * to blanks (non-breaking ones too), invisible characters (utf8.h), '_' and '-': what is left is a
 * name's core.
 */

enum name_kind {
	NAME_UNKNOWN,
	NAME_KNOWN,   /* *field is its index */
	NAME_NEARLY,  /* strict fields only: *field is the one it nearly is */
	NAME_ALLOWED, /* not to be read */
	NAME_DROPPED, /* not to be reported or copied; *field is its index where it is known too,
			 else the count of known ones: not to be read */

	/* What the other names beside it make of it; names_judge() (names_judge.h) alone gives
	   these. */
	NAME_SECOND,  /* one more name of the field *field */
	NAME_MEANT,   /* may be meant for the field *field, which is missing */
	NAME_DATED,   /* likewise, by the first value of the column */
	NAME_STRANGE, /* not known, where every name must be */
};

/* Allowed and dropped names come before known ones: who names a column so means it. */
enum name_kind name_find(const struct fields *, const char *name, size_t length, size_t *field);

bool name_equal(const char *a, size_t a_length, const char *b, size_t b_length);

/* How many bytes of a name to show: whole characters, at most `size` bytes. */
size_t name_cut(const char *name, size_t length, size_t size);

/* Whether there is nothing in a name but blanks and invisible characters. */
bool name_is_blank(const char *name, size_t length);

/* Whether there is an invisible character in it. */
bool name_has_invisible(const char *name, size_t length);

/* Whether a name's core contains the part, which is in small letters. */
bool name_contains(const char *name, size_t length, const char *part);

/*
 * Whether one of a name's words is the given one, in small letters. Words are parted by all that
 * is no letter, and by changes of case: UserPin, PINCode and pin_2 have the word pin, Shipping and
 * Pinned do not.
 */
bool name_has_word(const char *name, size_t length, const char *word);

/*
 * Writes the name as an argument in quotes, to be typed into a shell: a name that name_equal()
 * finds equal, without its invisible characters and ends of lines. False when it cannot be typed,
 * for it has other control characters, or needs more than `size` bytes with the NUL.
 */
bool name_quote(const char *name, size_t length, char *text, size_t size);

/*
 * Whether the name is one insertion, deletion, substitution or exchange of neighbours away from
 * the known one (of at least 4 characters), or contains it (of at least 6). False when equal.
 */
bool name_nearly(const char *name, size_t length, const char *known);

#endif
