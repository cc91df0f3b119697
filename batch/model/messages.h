#ifndef BATCH_MODEL_MESSAGES_H
#define BATCH_MODEL_MESSAGES_H

#include "buffer.h"
#include "model/code.h"

#include <stdint.h>

/*
 * The messages about one row: faults and warnings of the row, refusals and warnings of its
 * locations. Texts hold no control characters and no ages.
 */
struct message {
	enum code code;
	bool rejects;      /* the row is rejected because of it */
	const char *field; /* static; NULL: none */
	int64_t location;  /* 0: about the row */
	/* Static: its text with conversions in place of the values, as for printf(); NULL: that
	 * which messages_add() is called with. Only a message that was read back has none. */
	const char *format;
	/* Offsets in texts, set by messages_add() and messages_place(). */
	size_t text;  /* MESSAGE_DEFAULT: the code's own */
	size_t store; /* the store's GUID; MESSAGE_DEFAULT: not set */
	size_t alias; /* likewise */
};
#define MESSAGE_DEFAULT SIZE_MAX

struct messages {
	struct message *items;
	size_t count;
	size_t capacity;
	struct buffer texts;
	bool failed;        /* out of memory: a message or a text is missing */
	uint64_t unchecked; /* CODE_BITs of checks that were not made, for a fact is not known */
};

void messages_clear(struct messages *);
void messages_release(struct messages *);

/* For messages_add(): one that rejects the row, and one about a location that does not. */
static inline struct message
message_fault(enum code code, const char *field)
{
	return (struct message){.code = code, .rejects = true, .field = field};
}

static inline struct message
message_location(enum code code, int64_t location)
{
	return (struct message){.code = code, .location = location};
}

/* Adds a message, its code, rejects, field and location given; format NULL: the code's own text. */
void messages_add(struct messages *, struct message, const char *format, ...) ERROR_PRINTF(3, 4);

/* Sets the store and alias of the location that message i is about. */
void messages_place(struct messages *, size_t i, const char *store, const char *alias);

/* The texts live until the next message is added. */
const char *messages_text(const struct messages *, const struct message *);
const char *messages_store(const struct messages *, const struct message *); /* NULL: none */
const char *messages_alias(const struct messages *, const struct message *); /* NULL: none */

/* Whether it is a reason why its row or its location was not served. */
bool message_is_fault(const struct message *);
bool messages_reject(const struct messages *); /* whether any of them does */

/* Messages about the row first, then those about locations by store and alias, each by code. */
void messages_sort(struct messages *);

/* `code: text` joined by `; `, as in a CSV results file; appended to out. */
void messages_csv(const struct messages *, struct buffer *out);
/* A JSON array of {"Code", "Field" or "Store" and "Alias", "Text"}; appended to out. */
void messages_json(const struct messages *, struct buffer *out);

/*
 * As the database keeps them: one line each, `code TAB field TAB location TAB text`, empty where
 * there is none. Refusals (CODE_STORE) are left out; they have rows of their own.
 */
void messages_pack(const struct messages *, struct buffer *out);
/* Adds what was packed. 0; 1 where a line cannot be read; -1 and err when out of memory. */
int messages_unpack(struct messages *, const char *packed, struct error *);

#endif
