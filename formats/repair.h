#ifndef FORMATS_REPAIR_H
#define FORMATS_REPAIR_H

#include <stdint.h>

/*
 * A repair reads input that is not quite right but can mean only one thing. Each kind is counted,
 * and the lines of the first ones are kept.
 */
#define REPAIR_LIST(X)                                                                      \
	X(BLANK_ROW, "blank-row", "blank line, or a row of delimiters alone")               \
	X(BYTE_ORDER_MARK, "byte-order-mark", "byte order mark in front of JSON")           \
	X(EMPTY_COLUMN, "empty-column", "column without a name that is empty in every row") \
	X(INVISIBLE_CHARACTERS, "invisible-characters",                                     \
	    "invisible characters in the name of a column or member")                       \
	X(SURROUNDING_BLANKS, "surrounding-blanks", "blanks around a value")                \
	X(LEADING_ZEROS, "leading-zeros", "leading zeros of a number")                      \
	X(DECIMAL_ZERO, "decimal-zero", "1.0 for 1")                                        \
	X(QUOTED_NUMBER, "quoted-number", "a JSON string of digits for a number")

enum repair {
#define REPAIR_ENUM(name, word, text) REPAIR_##name,
	REPAIR_LIST(REPAIR_ENUM)
#undef REPAIR_ENUM
	    REPAIR_COUNT
};

#define REPAIR_LINES 3

struct repairs {
	uint64_t count[REPAIR_COUNT];
	/* The first lines, each once; 0: no further one. */
	uint64_t lines[REPAIR_COUNT][REPAIR_LINES];
};

const char *repair_word(enum repair);
const char *repair_text(enum repair);

/* Counts one repair on a physical line. */
void repairs_add(struct repairs *, enum repair, uint64_t line);

#endif
