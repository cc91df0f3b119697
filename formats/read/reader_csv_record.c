#include "read/reader_csv_private.h"

#include "limits.h"

int
csv_record_scan(struct reader *reader, char delimiter, enum split *split, struct extent *extent,
    struct error *err)
{
	struct window *window = &reader->window;

	for (;;) {
		int more;

		*split = window_length(window) == 0 && !window->ended
			     ? SPLIT_MORE
			     : csv_splitter_scan(window_text(window), window_length(window),
				   window->ended, delimiter, extent);
		if (*split != SPLIT_MORE)
			return 0;
		more = window_more(window, err);
		if (more == -1)
			return -1;
	}
}

bool
csv_record_is_blank(const char *text, size_t length, char delimiter)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] != delimiter)
			return false;
	return true;
}

const char *
csv_record_column(const struct reader *reader, const char *text, size_t at)
{
	size_t column = 0;

	for (size_t i = 0; i < at; i++) {
		i = csv_splitter_field(text, at + 1, i, reader->delimiter);
		if (i >= at || text[i] != reader->delimiter)
			break;
		column++;
	}
	return column < reader->names.count ? reader->names.items[column] : NULL;
}

void
csv_record_damage(struct reader *reader, enum split split, const struct extent *extent)
{
	const char *text = window_text(&reader->window);
	const char *column = NULL;

	if (split != SPLIT_LONG)
		column = csv_record_column(reader, text, extent->at);
	switch (split) {
	case SPLIT_STRAY:
		reader_fault(reader, column,
		    "a quote inside a field that does not start with one: expected the whole field "
		    "in quotes and each quote in it doubled");
		break;
	case SPLIT_AFTER:
		reader_fault(reader, column,
		    "text behind a closing quote: expected a delimiter or the end of the line; a "
		    "quote inside a field is doubled");
		break;
	case SPLIT_UNCLOSED:
		reader_fault(reader, column,
		    window_length(&reader->window) > LIMIT_RECORD
			? "a quote that is not closed within %u bytes: expected a closing quote"
			: "a quote that is not closed before the end of the file: expected a "
			  "closing "
			  "quote",
		    LIMIT_RECORD);
		break;
	default:
		reader_fault(reader, column,
		    "a record of more than %u bytes: expected at most that", LIMIT_RECORD);
		break;
	}
}
