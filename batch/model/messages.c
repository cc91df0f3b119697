#include "model/messages.h"

#include "memory.h"
#include "model/request_field.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

void
messages_clear(struct messages *messages)
{
	messages->count = 0;
	messages->failed = false;
	messages->unchecked = 0;
	buffer_clear(&messages->texts);
}

void
messages_release(struct messages *messages)
{
	free(messages->items);
	buffer_release(&messages->texts);
	*messages = (struct messages){0};
}

static struct message *
messages_append(struct messages *messages, struct message message)
{
	struct message *items = memory_grow(
	    messages->items, messages->count, &messages->capacity, sizeof(*items));

	if (items == NULL) {
		messages->failed = true;
		return NULL;
	}
	messages->items = items;
	message.text = message.store = message.alias = MESSAGE_DEFAULT;
	items += messages->count++;
	*items = message;
	return items;
}

/* Copies a text and its NUL into texts and returns its offset. */
static size_t
messages_keep(struct messages *messages, const char *text)
{
	size_t offset = messages->texts.length;

	buffer_add(&messages->texts, text, strlen(text) + 1);
	if (messages->texts.failed) {
		messages->failed = true;
		return MESSAGE_DEFAULT;
	}
	return offset;
}

/*
 * A text is one line in the database, in a message and in a cell, and UTF-8 in JSON. So each
 * control character (C1 included) becomes a question mark, and each byte that is not UTF-8, as at
 * the end of a text that was cut.
 */
static void
message_tame(char *text)
{
	size_t length = strlen(text), to = 0, bytes;

	for (size_t from = 0; from < length; from += bytes) {
		uint32_t code;

		bytes = utf8_decode(text + from, length - from, &code);
		if (code < 0x20 || (code >= 0x7f && code < 0xa0) || (bytes == 1 && code >= 0x80)) {
			text[to++] = '?';
		} else {
			memmove(text + to, text + from, bytes);
			to += bytes;
		}
	}
	text[to] = '\0';
}

void
messages_add(struct messages *messages, struct message message, const char *format, ...)
{
	struct message *item = messages_append(messages, message);
	char text[1024];
	va_list arguments;

	if (item == NULL)
		return;
	if (item->format == NULL)
		item->format = format == NULL ? code_text(message.code) : format;
	if (format == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	message_tame(text);
	item->text = messages_keep(messages, text);
}

void
messages_place(struct messages *messages, size_t i, const char *store, const char *alias)
{
	messages->items[i].store = messages_keep(messages, store);
	messages->items[i].alias = messages_keep(messages, alias);
}

static const char *
messages_at(const struct messages *messages, size_t offset)
{
	return offset == MESSAGE_DEFAULT ? NULL : messages->texts.bytes + offset;
}

const char *
messages_text(const struct messages *messages, const struct message *message)
{
	const char *text = messages_at(messages, message->text);

	return text == NULL ? code_text(message->code) : text;
}

const char *
messages_store(const struct messages *messages, const struct message *message)
{
	return messages_at(messages, message->store);
}

const char *
messages_alias(const struct messages *messages, const struct message *message)
{
	return messages_at(messages, message->alias);
}

bool
message_is_fault(const struct message *message)
{
	return message->rejects || code_kind(message->code) == CODE_STORE;
}

bool
messages_reject(const struct messages *messages)
{
	for (size_t i = 0; i < messages->count; i++)
		if (messages->items[i].rejects)
			return true;
	return false;
}

static int
message_compare_texts(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int
messages_compare(const void *left, const void *right, void *closure)
{
	const struct messages *messages = closure;
	const struct message *a = left, *b = right;
	int order = message_compare_texts(messages_store(messages, a), messages_store(messages, b));

	if (order == 0)
		order = message_compare_texts(
		    messages_alias(messages, a), messages_alias(messages, b));
	if (order == 0 && a->code != b->code)
		order = a->code < b->code ? -1 : 1;
	if (order == 0 && a->text != b->text) /* of one code: in the order of adding */
		order = a->text < b->text ? -1 : 1;
	return order;
}

void
messages_sort(struct messages *messages)
{
	if (messages->count > 1)
		qsort_r(messages->items, messages->count, sizeof(*messages->items),
		    messages_compare, messages);
}

void
messages_csv(const struct messages *messages, struct buffer *out)
{
	for (size_t i = 0; i < messages->count; i++) {
		const struct message *m = &messages->items[i];

		if (i > 0)
			buffer_add_string(out, "; ");
		buffer_addf(out, "%s: ", code_word(m->code));
		if (m->store != MESSAGE_DEFAULT)
			buffer_addf(out, "store %s, alias %s: ", messages_store(messages, m),
			    messages_alias(messages, m));
		else if (m->field != NULL)
			buffer_addf(out, "%s: ", m->field);
		buffer_add_string(out, messages_text(messages, m));
	}
}

static void
message_add_member(struct buffer *out, const char *name, const char *text)
{
	buffer_addf(out, "\"%s\":", name);
	buffer_add_json(out, text, strlen(text));
	buffer_add_string(out, ",");
}

void
messages_json(const struct messages *messages, struct buffer *out)
{
	buffer_add_string(out, "[");
	for (size_t i = 0; i < messages->count; i++) {
		const struct message *m = &messages->items[i];
		const char *text = messages_text(messages, m);

		buffer_add_string(out, i == 0 ? "{" : ",{");
		message_add_member(out, "Code", code_word(m->code));
		if (m->store != MESSAGE_DEFAULT) {
			message_add_member(out, "Store", messages_store(messages, m));
			message_add_member(out, "Alias", messages_alias(messages, m));
		} else if (m->field != NULL) {
			message_add_member(out, "Field", m->field);
		}
		buffer_add_string(out, "\"Text\":");
		buffer_add_json(out, text, strlen(text));
		buffer_add_string(out, "}");
	}
	buffer_add_string(out, "]");
}

void
messages_pack(const struct messages *messages, struct buffer *out)
{
	for (size_t i = 0; i < messages->count; i++) {
		const struct message *m = &messages->items[i];
		const char *text = messages_at(messages, m->text);

		if (code_kind(m->code) == CODE_STORE)
			continue;
		buffer_addf(out, "%s\t%s\t", code_word(m->code), m->field == NULL ? "" : m->field);
		if (m->location != 0)
			buffer_addf(out, "%lld", (long long)m->location);
		buffer_addf(out, "\t%s\n", text == NULL ? "" : text);
	}
}

/* Cuts off the part before the next `end` character. NULL when there is none. */
static char *
message_cut(char **rest, char end)
{
	char *part = *rest;
	char *found = part == NULL ? NULL : strchr(part, end);

	if (found == NULL)
		return NULL;
	*found = '\0';
	*rest = found + 1;
	return part;
}

static bool
messages_unpack_line(struct messages *messages, char *line)
{
	struct message *item;
	enum code code;
	char *rest = line;
	const char *word = message_cut(&rest, '\t');
	const char *field = message_cut(&rest, '\t');
	const char *location = message_cut(&rest, '\t');

	if (location == NULL || !code_parse(word, &code))
		return false;
	item = messages_append(messages, (struct message){.code = code,
					     .field = request_field_named(field),
					     .location = strtoll(location, NULL, 10)});
	if (item != NULL && *rest != '\0')
		item->text = messages_keep(messages, rest);
	return true;
}

int
messages_unpack(struct messages *messages, const char *packed, struct error *err)
{
	char *copy = strdup(packed);
	char *rest = copy, *line;
	int rc = 0;

	if (copy == NULL)
		return error_memory(err);
	while (rc == 0 && (line = message_cut(&rest, '\n')) != NULL)
		rc = messages_unpack_line(messages, line) ? 0 : 1;
	free(copy);
	return messages->failed ? error_memory(err) : rc;
}
