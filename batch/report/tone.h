#ifndef BATCH_REPORT_TONE_H
#define BATCH_REPORT_TONE_H

/*
 * What a number, a state or a whole report means for its reader. X(name, its class in the style,
 * what a screen reader says of a number, what a page says before its sentence, the path of its mark
 * in a square of 16)
 */
#define TONE_LIST(X)                                                                        \
	X(WELL, "well", "well", "All is well.", "M3 8.5l3.5 3.5L13 4.5")                    \
	X(PENDING, "pending", "not done yet", "Not done yet.", "M3 8h.01M8 8h.01M13 8h.01") \
	X(BAD, "bad", "not well", "Act now.", "M4 4l8 8M12 4l-8 8")                         \
	X(SETTLED, "settled", "settled", "Settled.", "M3 8h10")

enum tone {
#define TONE_ENUM(name, word, text, call, mark) TONE_##name,
	TONE_LIST(TONE_ENUM)
#undef TONE_ENUM
	    TONE_COUNT
};

/* For a number that is none: those of TONE_SETTLED. */
const char *tone_word(enum tone);
const char *tone_text(enum tone);
const char *tone_call(enum tone);
const char *tone_mark(enum tone);

#endif
