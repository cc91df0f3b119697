#ifndef FORMATS_COLUMN_FIT_H
#define FORMATS_COLUMN_FIT_H

/* What a table does with a column where a terminal has not the room for all of them. */
enum column_fit {
	FIT_WIDE,   /* not in the narrow set: shown when all columns are, or when it is chosen */
	FIT_ALWAYS, /* in the narrow set */
	FIT_WORD,   /* in it; values are words of ours, which are cut last, as numbers are */
	FIT_OFTEN,  /* in it; left out where values would become too short to be read */
	FIT_START,  /* as FIT_OFTEN, by its first eight characters: a GUID, a thumbprint */
	FIT_ROOM,   /* in it; left out before those */
	FIT_FILLED, /* in it where some value of the first rows is not empty */
	FIT_TEXT,   /* in it; left out first, where a sentence would be too short to be read */
};

#endif
