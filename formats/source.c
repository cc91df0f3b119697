#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)65536) /* bytes of a read, unless the window is longer than that */
#define HEAD 64               /* what encoding_find() wants to see */

/* ---- lines --------------------------------------------------------------------------------- */

/* Piece by piece, so that a file without any LF is not searched for one over and over. */
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

/* ---- the window ---------------------------------------------------------------------------- */

static int
failed(const struct source *source, struct error *err)
{
	return error_errno(err, source->name, "reading failed");
}

/* Room for `more` bytes behind the window's end. */
static int
make_room(struct source *source, size_t more, struct error *err)
{
	size_t held = source_length(source);
	size_t capacity = source->capacity == 0 ? 2 * BLOCK : source->capacity;
	char *window;

	if (source->capacity - source->end >= more)
		return 0;
	while (capacity < held + more)
		capacity *= 2;
	if (capacity == source->capacity) {
		memmove(source->window, source->window + source->start, held);
	} else {
		window = malloc(capacity);
		if (window == NULL)
			return error_memory(err);
		if (held > 0)
			memcpy(window, source->window + source->start, held);
		if (source->window != NULL)
			explicit_bzero(source->window, source->capacity);
		free(source->window);
		source->window = window;
		source->capacity = capacity;
	}
	source->start = 0;
	source->end = held;
	return 0;
}

/* The next bytes of the file: their count, 0 at the end, -1 and err. */
static ssize_t
read_raw(struct source *source, void *bytes, size_t size, struct error *err)
{
	ssize_t count;

	if (source->each != 0 && size > source->each)
		size = source->each;
	if (source->split > source->next && size > source->split - source->next)
		size = source->split - (size_t)source->next;
	do
		count = pread(source->fd, bytes, size, (off_t)source->next);
	while (count == -1 && errno == EINTR);
	if (count == -1)
		return failed(source, err);
	source->next += (uint64_t)count;
	return count;
}

static int
more_decoded(struct source *source, size_t size, struct error *err)
{
	ssize_t count = read_raw(source, source->raw + source->raw_held, size, err);
	size_t used, written;

	if (count == -1)
		return -1;
	source->raw_held += (size_t)count;
	used = encoding_decode(source->encoding, source->raw, source->raw_held, count == 0,
	    source->window + source->end, &written);
	memmove(source->raw, source->raw + used, source->raw_held - used);
	source->raw_held -= used;
	source->end += written;
	source->ended = count == 0;
	return count > 0 || written > 0 ? 1 : 0;
}

int
source_more(struct source *source, struct error *err)
{
	size_t size = source_length(source) < BLOCK ? BLOCK : source_length(source);
	ssize_t count;

	if (source->ended)
		return 0;
	if (source->encoding != ENCODING_UTF8) {
		size = BLOCK / 4;
		if (source->raw == NULL && (source->raw = malloc(size + 4)) == NULL)
			return error_memory(err);
		if (make_room(source, 3 * (size + 4), err) == -1)
			return -1;
		return more_decoded(source, size, err);
	}
	if (make_room(source, size, err) == -1)
		return -1;
	count = read_raw(source, source->window + source->end, size, err);
	if (count == -1)
		return -1;
	source->end += (size_t)count;
	source->ended = count == 0;
	return count > 0 ? 1 : 0;
}

int
source_open(struct source *source, int fd, const char *name, const char *asked, struct error *err)
{
	const char *refusal;
	int more;

	source->fd = fd;
	source->name = name;
	source->line = 1;
	do {
		more = source_more(source, err);
		if (more == -1)
			return -1;
	} while (more == 1 && source_length(source) < HEAD);
	refusal = encoding_find(asked, (const unsigned char *)source_text(source),
	    source_length(source), &source->encoding, &source->mark);
	if (refusal != NULL)
		return error_set(err, ERROR_INPUT, name, 0, NULL, "%s", refusal);
	if (source->encoding == ENCODING_UTF8) {
		source->start += source->mark;
		source->offset = source->mark;
	} else {
		source->start = source->end;
		source_seek(source, source->mark, 1);
	}
	return 0;
}

void
source_release(struct source *source)
{
	if (source->window != NULL)
		explicit_bzero(source->window, source->capacity);
	if (source->raw != NULL)
		explicit_bzero(source->raw, BLOCK / 4 + 4);
	free(source->window);
	free(source->raw);
	*source = (struct source){0};
}

void
source_seek(struct source *source, uint64_t offset, uint64_t line)
{
	uint64_t first = source->offset - source->start; /* of what `window` still holds */

	source->line = line;
	source->after_cr = false;
	if (source->encoding == ENCODING_UTF8 && source->offset >= source->start &&
	    offset >= first && offset - first <= source->end) {
		source->start = (size_t)(offset - first);
		source->offset = offset;
		return;
	}
	source->offset = source->next = offset;
	source->start = source->end = source->raw_held = 0;
	source->ended = false;
}

int
source_slice(const struct source *source, uint64_t offset, uint64_t length, struct buffer *out,
    struct error *err)
{
	if (!buffer_reserve(out, length))
		return error_memory(err);
	while (length > 0) {
		ssize_t count = pread(source->fd, out->bytes + out->length, length, (off_t)offset);

		if (count == -1 && errno == EINTR)
			continue;
		if (count == -1)
			return failed(source, err);
		if (count == 0)
			break;
		out->length += (size_t)count;
		offset += (uint64_t)count;
		length -= (uint64_t)count;
	}
	return 0;
}

/* ---- forward ------------------------------------------------------------------------------- */

void
source_take(struct source *source, size_t bytes, uint64_t lines)
{
	source->offset += encoding_raw_length(source->encoding, source_text(source), bytes);
	source->line += lines;
	source->start += bytes;
}

void
source_advance(struct source *source, size_t bytes)
{
	const char *text = source_text(source);
	uint64_t lines;

	if (bytes == 0)
		return;
	lines = line_count(text, bytes);
	if (source->after_cr && text[0] == '\n')
		lines--;
	source->after_cr = text[bytes - 1] == '\r';
	source_take(source, bytes, lines);
}

int
source_skip_line(struct source *source, struct error *err)
{
	for (;;) {
		size_t length = source_length(source);
		size_t at = length == 0 ? 0 : line_end(source_text(source), length);
		int more;

		source_take(source, at, 0);
		if (at < length)
			return 0;
		more = source_more(source, err);
		if (more != 1)
			return more;
	}
}

int
source_skip_end(struct source *source, struct error *err)
{
	size_t length;

	while (source_length(source) < 2 && !source->ended)
		if (source_more(source, err) == -1)
			return -1;
	length = source_length(source);
	if (length == 0)
		return 0;
	source_take(source, line_end_length(source_text(source), length, 0, true), 1);
	return 0;
}
