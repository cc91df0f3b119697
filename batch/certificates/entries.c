#include "certificates/entries.h"

#include "certificates/x509_private.h"
#include "crypto/start.h"
#include "memory.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
entries_fault(struct entries_source *source, enum unreadable why, const char *format, ...)
{
	char *text = source->reason.text;
	va_list arguments;

	source->reason.why = why;
	va_start(arguments, format);
	vsnprintf(text, sizeof(source->reason.text), format, arguments);
	va_end(arguments);
	text[utf8_valid(text, strlen(text))] = '\0'; /* an alias was cut in a character */
	return -1;
}

int
entries_end(struct entries_source *source, unsigned long shortages, int rc)
{
	if (shortages == crypto_shortages())
		return rc;
	source->reason = (struct unreadable_reason){.why = READABLE};
	return error_memory(&source->err);
}

/* The alias without what no terminal may be given. */
static char *
entry_alias(const char *alias, size_t length)
{
	struct buffer text = {0};
	char *copy = NULL;

	while (length > 0) {
		char escape[UTF8_ESCAPE_SIZE];
		size_t size = utf8_escape(alias, length, escape);

		if (escape[0] != '\0')
			buffer_add_string(&text, escape);
		else
			buffer_add(&text, alias, size);
		alias += size;
		length -= size;
	}
	if (!text.failed)
		copy = strdup(text.bytes == NULL ? "" : text.bytes);
	buffer_release(&text);
	return copy;
}

struct entry *
entries_add(struct entries_source *source, const char *alias)
{
	struct entries *entries = &source->entries;
	struct entry *items = memory_grow(
	    entries->items, entries->count, &entries->capacity, sizeof(*entries->items));
	struct entry entry = {0};

	if (items != NULL) {
		entries->items = items;
		if (alias != NULL)
			entry.alias = entry_alias(alias, strlen(alias));
	}
	if (items == NULL || (alias != NULL && entry.alias == NULL)) {
		error_memory(&source->err);
		return NULL;
	}
	entries->items[entries->count] = entry;
	return &entries->items[entries->count++];
}

/* Room for one more certificate of the entry. NULL: too many, or no memory. */
static struct certificate *
entry_room(struct entries_source *source, struct entry *entry)
{
	struct certificate *chain;

	if (source->entries.certificates == ENTRIES_CERTIFICATES_MOST) {
		entries_fault(source, UNREADABLE_TOO_LARGE, "more than %d certificates",
		    ENTRIES_CERTIFICATES_MOST);
		return NULL;
	}
	chain = memory_grow(entry->chain, entry->count, &entry->capacity, sizeof(*entry->chain));
	if (chain == NULL) {
		error_memory(&source->err);
		return NULL;
	}
	entry->chain = chain;
	return &chain[entry->count];
}

/* Counts the certificate that was read into the room, or makes a fault of the error. */
static int
entry_counted(struct entries_source *source, struct entry *entry, int rc)
{
	if (rc == -1 && source->err.code == ERROR_INPUT) {
		entries_fault(source, UNREADABLE_DAMAGED, "%.150s%s%s", source->err.text,
		    entry->alias == NULL ? "" : ": a certificate of ",
		    entry->alias == NULL ? "" : entry->alias);
		source->err = (struct error){0};
	}
	if (rc == -1)
		return -1;
	entry->count++;
	source->entries.certificates++;
	return 0;
}

int
entries_add_der(
    struct entries_source *source, struct entry *entry, const unsigned char *der, size_t length)
{
	struct certificate *room = entry_room(source, entry);

	if (room == NULL)
		return -1;
	return entry_counted(source, entry, certificate_parse(room, der, length, &source->err));
}

int
entries_add_x509(struct entries_source *source, struct entry *entry, const void *x509)
{
	struct certificate *room = entry_room(source, entry);

	if (room == NULL)
		return -1;
	return entry_counted(source, entry, certificate_take(room, x509, &source->err));
}

void
entries_drop_last(struct entries *entries)
{
	struct entry *entry = &entries->items[--entries->count];

	for (size_t i = 0; i < entry->count; i++)
		certificate_release(&entry->chain[i]);
	entries->certificates -= entry->count;
	free(entry->chain);
	free(entry->alias);
}

void
entries_release(struct entries *entries)
{
	while (entries->count > 0)
		entries_drop_last(entries);
	free(entries->items);
	*entries = (struct entries){0};
}
