#ifndef FORMATS_READ_WINDOW_H
#define FORMATS_READ_WINDOW_H

#include "error.h"
#include "read/encoding.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The text of a file, as UTF-8, through a window that slides forward over it; and the position of
 * the window's first byte in the file. Physical lines end with LF, CRLF or CR.
 */
struct window {
	int fd;
	const char *name; /* for messages; lives as long as the window */
	enum encoding encoding;
	size_t mark;     /* bytes of the byte order mark */
	uint64_t offset; /* in the file, of the window's first byte */
	uint64_t line;   /* the physical line of that byte, from 1 */
	bool after_cr;   /* that byte follows a CR: if it is LF, it ends no further line */

	char *bytes;
	size_t start, end; /* of the window's bytes, in `bytes` */
	size_t capacity;
	unsigned char *raw; /* bytes that were read but not decoded; NULL for UTF-8 */
	size_t raw_held;
	uint64_t next; /* offset in the file of the next read */
	bool ended;    /* nothing follows the window */

	size_t split; /* for tests: no read crosses this offset; 0: any may */
	size_t each;  /* for tests: no read is longer; 0: no limit */
};

/*
 * Finds the encoding (`asked`: see encoding_find()) and skips the byte order mark. -1 and err:
 * ERROR_INPUT when the encoding is refused, ERROR_STORAGE when reading fails.
 */
int window_open(struct window *, int fd, const char *name, const char *asked, struct error *);
void window_release(struct window *); /* wipes; a window of zeros is allowed */

/* Moves the window to the offset, which is on this physical line. */
void window_seek(struct window *, uint64_t offset, uint64_t line);

static inline const char *
window_text(const struct window *window)
{
	return window->bytes + window->start;
}

static inline size_t
window_length(const struct window *window)
{
	return window->end - window->start;
}

/* Makes the window longer, which may move it in memory: 1, 0 at the end, -1 and err. */
int window_more(struct window *, struct error *);

/* Adds raw bytes of the file to the buffer, wherever the window is; fewer at the end of the file.
 */
int window_slice(
    const struct window *, uint64_t offset, uint64_t length, struct buffer *, struct error *);

/* The same, decoded to UTF-8; a character that is cut at an end may be invalid. */
int window_decode(
    const struct window *, uint64_t offset, uint64_t length, struct buffer *, struct error *);

/* Whether the file has the byte from one offset up to another: 1, 0, -1 and err. */
int window_holds(const struct window *, uint64_t from, uint64_t to, char byte, struct error *);

/* Moves the window forward over `bytes`, in which `lines` lines end. */
void window_take(struct window *, size_t bytes, uint64_t lines);

/* The same, but counts the lines itself. */
void window_advance(struct window *, size_t bytes);

/* A physical line in the window. */
struct window_line {
	size_t length;
	size_t end; /* bytes that end it; 0 when its end is not in the window */
};

/*
 * Makes the window longer until the line that starts `start` bytes into it is whole, longer than
 * `longest` bytes, or ended by the file. 0; -1 and err.
 */
int window_line(
    struct window *, size_t start, size_t longest, struct window_line *, struct error *);

/* Move the window to the end of the physical line, and over that end, in bounded memory. */
int window_skip_line(struct window *, struct error *);
int window_skip_end(struct window *, struct error *);

/* Where the first end of a line is in text; `length` when there is none. */
size_t line_end(const char *text, size_t length);

/*
 * How many bytes the end of a line at text[at] has: 1 or 2; 0 when more text is needed. `ended`:
 * the file ends with the text.
 */
size_t line_end_length(const char *text, size_t length, size_t at, bool ended);

/* How many lines end in text. */
uint64_t line_count(const char *text, size_t length);

#endif
