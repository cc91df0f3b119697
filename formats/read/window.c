#include "read/window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)65536) /* bytes of a read; as many as the window has when it is longer */
#define HEAD 64               /* bytes that encoding_find() needs */

/* ---- lines --------------------------------------------------------------------------------- */

/* Searches piece by piece, for in a file with CR alone each search for LF would go to the end. */
size_t
line_end(const char *text, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t piece = length - at < 256 ? length - at : 256;
		const char *lf = memchr(text + at, '\n', piece);
		size_t before = lf == NULL ? piece : (size_t)(lf - text) - at;
		const char *cr = memchr(text + at, '\r', before);

		if (cr != NULL)
			return (size_t)(cr - text);
		if (lf != NULL)
			return (size_t)(lf - text);
		at += piece;
	}
	return length;
}

size_t
line_end_length(const char *text, size_t length, size_t at, bool ended)
{
	if (text[at] == '\n')
		return 1;
	if (at + 1 < length)
		return text[at + 1] == '\n' ? 2 : 1;
	return ended ? 1 : 0;
}

uint64_t
line_count(const char *text, size_t length)
{
	uint64_t count = 0;

	for (size_t at = line_end(text, length); at < length;
	     at += line_end(text + at, length - at)) {
		at += line_end_length(text, length, at, true);
		count++;
	}
	return count;
}

/* ---- the window --------------------------------------------------------------------------- */

static int
window_failed(const struct window *window, struct error *err)
{
	return error_errno(err, window->name, "reading failed");
}

/* Makes room for `more` bytes after the window's end. */
static int
window_make_room(struct window *window, size_t more, struct error *err)
{
	size_t held = window_length(window);
	size_t capacity = window->capacity == 0 ? 2 * BLOCK : window->capacity;
	char *bytes;

	if (window->capacity - window->end >= more)
		return 0;
	while (capacity < held + more)
		capacity *= 2;
	if (capacity == window->capacity) {
		memmove(window->bytes, window->bytes + window->start, held);
	} else {
		bytes = malloc(capacity);
		if (bytes == NULL)
			return error_memory(err);
		if (held > 0)
			memcpy(bytes, window->bytes + window->start, held);
		if (window->bytes != NULL)
			explicit_bzero(window->bytes, window->capacity);
		free(window->bytes);
		window->bytes = bytes;
		window->capacity = capacity;
	}
	window->start = 0;
	window->end = held;
	return 0;
}

/* Reads the next bytes of the file. Returns their count; 0 at the end; -1 and err. */
static ssize_t
window_read_raw(struct window *window, void *bytes, size_t size, struct error *err)
{
	ssize_t count;

	if (window->each != 0 && size > window->each)
		size = window->each;
	if (window->split > window->next && size > window->split - window->next)
		size = window->split - (size_t)window->next;
	do
		count = pread(window->fd, bytes, size, (off_t)window->next);
	while (count == -1 && errno == EINTR);
	if (count == -1)
		return window_failed(window, err);
	window->next += (uint64_t)count;
	return count;
}

static int
window_more_decoded(struct window *window, size_t size, struct error *err)
{
	ssize_t count = window_read_raw(window, window->raw + window->raw_held, size, err);
	size_t used, written;

	if (count == -1)
		return -1;
	window->raw_held += (size_t)count;
	used = encoding_decode(window->encoding,
	    &(struct encoding_raw){window->raw, window->raw_held, count == 0},
	    window->bytes + window->end, &written);
	memmove(window->raw, window->raw + used, window->raw_held - used);
	window->raw_held -= used;
	window->end += written;
	window->ended = count == 0;
	return count > 0 || written > 0 ? 1 : 0;
}

int
window_more(struct window *window, struct error *err)
{
	size_t size = window_length(window) < BLOCK ? BLOCK : window_length(window);
	ssize_t count;

	if (window->ended)
		return 0;
	if (window->encoding != ENCODING_UTF8) {
		size = BLOCK / 4;
		if (window->raw == NULL && (window->raw = malloc(size + 4)) == NULL)
			return error_memory(err);
		if (window_make_room(window, 3 * (size + 4), err) == -1)
			return -1;
		return window_more_decoded(window, size, err);
	}
	if (window_make_room(window, size, err) == -1)
		return -1;
	count = window_read_raw(window, window->bytes + window->end, size, err);
	if (count == -1)
		return -1;
	window->end += (size_t)count;
	window->ended = count == 0;
	return count > 0 ? 1 : 0;
}

int
window_open(struct window *window, int fd, const char *name, const char *asked, struct error *err)
{
	const char *refusal;
	int more;

	window->fd = fd;
	window->name = name;
	window->line = 1;
	do {
		more = window_more(window, err);
		if (more == -1)
			return -1;
	} while (more == 1 && window_length(window) < HEAD);
	refusal = encoding_find(asked, (const unsigned char *)window_text(window),
	    window_length(window), &window->encoding, &window->mark);
	if (refusal != NULL)
		return error_set(err, ERROR_INPUT, name, "%s", refusal);
	if (window->encoding == ENCODING_UTF8) {
		window->start += window->mark;
		window->offset = window->mark;
	} else {
		window->start = window->end;
		window_seek(window, window->mark, 1);
	}
	return 0;
}

void
window_release(struct window *window)
{
	if (window->bytes != NULL)
		explicit_bzero(window->bytes, window->capacity);
	if (window->raw != NULL)
		explicit_bzero(window->raw, BLOCK / 4 + 4);
	free(window->bytes);
	free(window->raw);
	*window = (struct window){0};
}

void
window_seek(struct window *window, uint64_t offset, uint64_t line)
{
	uint64_t first = window->offset - window->start; /* of the first byte in `bytes` */

	window->line = line;
	window->after_cr = false;
	if (window->encoding == ENCODING_UTF8 && window->offset >= window->start &&
	    offset >= first && offset - first <= window->end) {
		window->start = (size_t)(offset - first);
		window->offset = offset;
		return;
	}
	window->offset = window->next = offset;
	window->start = window->end = window->raw_held = 0;
	window->ended = false;
}

int
window_slice(const struct window *window, uint64_t offset, uint64_t length, struct buffer *out,
    struct error *err)
{
	if (!buffer_reserve(out, length))
		return error_memory(err);
	while (length > 0) {
		ssize_t count = pread(window->fd, out->bytes + out->length, length, (off_t)offset);

		if (count == -1 && errno == EINTR)
			continue;
		if (count == -1)
			return window_failed(window, err);
		if (count == 0)
			break;
		out->length += (size_t)count;
		offset += (uint64_t)count;
		length -= (uint64_t)count;
	}
	return 0;
}

int
window_decode(const struct window *window, uint64_t offset, uint64_t length, struct buffer *text,
    struct error *err)
{
	struct buffer raw = {0};
	size_t written;
	int rc = -1;

	if (window->encoding == ENCODING_UTF8)
		return window_slice(window, offset, length, text, err);
	if (window_slice(window, offset, length, &raw, err) == -1)
		goto out;
	if (!buffer_reserve(text, 3 * raw.length)) {
		error_memory(err);
		goto out;
	}
	if (raw.length > 0) {
		encoding_decode(window->encoding,
		    &(struct encoding_raw){(const unsigned char *)raw.bytes, raw.length, true},
		    text->bytes + text->length, &written);
		text->length += written;
	}
	rc = 0;
out:
	buffer_release(&raw);
	return rc;
}

int
window_holds(const struct window *window, uint64_t from, uint64_t to, char byte, struct error *err)
{
	struct buffer piece = {0};
	int rc = 0;

	for (uint64_t at = from; at < to && rc == 0; at += BLOCK) {
		buffer_clear(&piece);
		rc = window_slice(window, at, to - at < BLOCK ? to - at : BLOCK, &piece, err);
		if (rc == 0 && piece.length > 0 && memchr(piece.bytes, byte, piece.length) != NULL)
			rc = 1;
	}
	buffer_release(&piece);
	return rc;
}

int
window_line(struct window *window, size_t start, size_t longest, struct window_line *line,
    struct error *err)
{
	for (;;) {
		const char *text = window_text(window) + start;
		size_t length = window_length(window) - start;

		line->length = length == 0 ? 0 : line_end(text, length);
		line->end = line->length == length
				? 0
				: line_end_length(text, length, line->length, window->ended);
		if (line->length > longest || line->end > 0 || window->ended)
			return 0;
		if (window_more(window, err) == -1)
			return -1;
	}
}

/* ---- forward ------------------------------------------------------------------------------- */

void
window_take(struct window *window, size_t bytes, uint64_t lines)
{
	window->offset += window->encoding == ENCODING_UTF8
			      ? bytes
			      : encoding_raw_length(window->encoding, window_text(window), bytes);
	window->line += lines;
	window->start += bytes;
}

void
window_advance(struct window *window, size_t bytes)
{
	const char *text = window_text(window);
	uint64_t lines;

	if (bytes == 0)
		return;
	lines = line_count(text, bytes);
	if (window->after_cr && text[0] == '\n')
		lines--;
	window->after_cr = text[bytes - 1] == '\r';
	window_take(window, bytes, lines);
}

int
window_skip_line(struct window *window, struct error *err)
{
	for (;;) {
		size_t length = window_length(window);
		size_t at = length == 0 ? 0 : line_end(window_text(window), length);
		int more;

		window_take(window, at, 0);
		if (at < length)
			return 0;
		more = window_more(window, err);
		if (more != 1)
			return more;
	}
}

int
window_skip_end(struct window *window, struct error *err)
{
	size_t length;

	while (window_length(window) < 2 && !window->ended)
		if (window_more(window, err) == -1)
			return -1;
	length = window_length(window);
	if (length == 0)
		return 0;
	window_take(window, line_end_length(window_text(window), length, 0, true), 1);
	return 0;
}
