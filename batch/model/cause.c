#include "model/cause.h"

#include "utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char cause_value[] = "...";

/* A text that is cut where it is full, at the end of a character. */
struct cause_text {
	char *text;
	size_t length;
};

static void
cause_add(struct cause_text *to, const char *bytes, size_t length)
{
	size_t left = CAUSE_TEXT_SIZE - 1 - to->length;

	if (length > left)
		length = left;
	memcpy(to->text + to->length, bytes, length);
	to->length += length;
}

static void
cause_end(struct cause_text *to)
{
	to->text[utf8_valid(to->text, to->length)] = '\0';
}

/* Of two values side by side, one is enough. */
static void
cause_add_value(struct cause_text *to)
{
	size_t length = sizeof(cause_value) - 1;

	if (to->length < length || memcmp(to->text + to->length - length, cause_value, length) != 0)
		cause_add(to, cause_value, length);
}

/* ---- from the format of a message -------------------------------------------------------- */

/* The bytes of a conversion, with its %; of one that does not end, all that are left. */
static size_t
cause_conversion_length(const char *format)
{
	size_t length = 1 + strcspn(format + 1, "diouxXcsfgeGEp%");

	return format[length] == '\0' ? length : length + 1;
}

static void
cause_from_format(const char *format, char *text)
{
	struct cause_text to = {text, 0};

	while (*format != '\0') {
		size_t plain = strcspn(format, "%");

		cause_add(&to, format, plain);
		format += plain;
		if (*format == '\0')
			break;
		if (format[1] == '%')
			cause_add(&to, "%", 1);
		else
			cause_add_value(&to);
		format += cause_conversion_length(format);
	}
	cause_end(&to);
}

/* ---- from a text --------------------------------------------------------------------------- */

/* The bytes of a number, a time or a GUID at the start of the text; 0: there is none. */
static size_t
cause_number_length(const char *text)
{
	size_t length = 0;

	if (!isdigit((unsigned char)text[0]))
		return 0;
	while (isalnum((unsigned char)text[length]) ||
	       (strchr(".,:+-", text[length]) != NULL && isalnum((unsigned char)text[length + 1])))
		length++;
	return length;
}

/* The bytes of a quoted text, with its quotes; 0: there is none. */
static size_t
cause_quoted_length(const char *text)
{
	const char *end = text[0] == '"' ? strchr(text + 1, '"') : NULL;

	return end == NULL ? 0 : (size_t)(end - text) + 1;
}

/* A number in a word, as in UTF-8, is no value. */
static void
cause_from_text(const char *from, char *text)
{
	struct cause_text to = {text, 0};
	bool starts = true;

	while (*from != '\0') {
		size_t quoted = cause_quoted_length(from);
		size_t value = quoted != 0 || !starts ? quoted : cause_number_length(from);

		if (value != 0)
			cause_add_value(&to);
		else
			cause_add(&to, from, value = 1);
		starts = strchr(" (", from[value - 1]) != NULL;
		from += value;
	}
	cause_end(&to);
}

/* ---- counting ------------------------------------------------------------------------------ */

/* The format of a message, where its text is more than values: a malformed record's is the
 * reader's. */
static const char *
cause_format(const struct message *message)
{
	return message->code == CODE_MALFORMED_RECORD ? NULL : message->format;
}

static void
cause_name(struct cause *cause, const struct messages *messages, const struct message *message)
{
	*cause = (struct cause){
	    .code = message->code, .field = message->field, .format = cause_format(message)};
	if (cause->format != NULL)
		cause_from_format(cause->format, cause->text);
	else
		cause_from_text(messages_text(messages, message), cause->text);
}

/* The cause of a message among those that are known by their format, or NULL. */
static struct cause *
causes_find_format(struct causes *causes, const struct message *message)
{
	const char *format = cause_format(message);

	for (size_t i = 0; format != NULL && i < causes->count; i++) {
		struct cause *cause = &causes->items[i];

		if (cause->format == format && cause->code == message->code &&
		    cause->field == message->field)
			return cause;
	}
	return NULL;
}

static struct cause *
causes_find_text(struct causes *causes, const struct cause *named)
{
	for (size_t i = 0; i < causes->count; i++) {
		struct cause *cause = &causes->items[i];

		if (cause->code == named->code && cause->field == named->field &&
		    strcmp(cause->text, named->text) == 0)
			return cause;
	}
	return NULL;
}

/* The cause of a message, which is added where it is not known and there is room for it. */
static struct cause *
causes_find(struct causes *causes, const struct messages *messages, const struct message *message)
{
	struct cause *found = causes_find_format(causes, message);
	struct cause named;

	if (found != NULL)
		return found;
	cause_name(&named, messages, message);
	found = causes_find_text(causes, &named);
	if (found != NULL)
		return found;
	if (causes->count == CAUSES_MOST) {
		found = &causes->others[message->code];
		found->code = message->code;
		return found;
	}
	found = &causes->items[causes->count++];
	*found = named;
	return found;
}

void
causes_count(struct causes *causes, const struct row *row)
{
	for (size_t i = 0; i < row->messages.count; i++) {
		const struct message *message = &row->messages.items[i];
		struct cause *cause;

		if (!message_is_fault(message))
			continue;
		cause = causes_find(causes, &row->messages, message);
		if (cause->last == row->number)
			continue;
		cause->last = row->number;
		if (cause->rows < CAUSE_LINES)
			cause->lines[cause->rows] = row->line;
		cause->rows++;
	}
}

/* ---- listing ------------------------------------------------------------------------------- */

static int
cause_compare(const void *left, const void *right)
{
	const struct cause *const *a = left, *const *b = right;

	if ((*a)->rows != (*b)->rows)
		return (*a)->rows > (*b)->rows ? -1 : 1;
	return *a < *b ? -1 : *a > *b; /* both are in one struct causes */
}

size_t
causes_list(const struct causes *causes, const struct cause *listed[CAUSES_LISTED])
{
	size_t count = 0;

	for (size_t i = 0; i < causes->count; i++)
		listed[count++] = &causes->items[i];
	for (size_t i = 0; i < CODE_COUNT; i++)
		if (causes->others[i].rows > 0)
			listed[count++] = &causes->others[i];
	qsort(listed, count, sizeof(listed[0]), cause_compare);
	return count;
}
