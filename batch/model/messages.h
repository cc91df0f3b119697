#ifndef BATCH_MESSAGES_H
#define BATCH_MESSAGES_H

#include "buffer.h"
#include "model/code.h"

#include <stdint.h>

/*
 * What is said of one row: faults and warnings of the row, refusals and warnings of its
 * locations. Texts hold no control characters and no ages.
 */
struct message {
	enum code code;
	bool rejects;      /* it makes the row rejected */
	const char *field; /* static; NULL: none */
	int64_t location;  /* 0: of the row */
	size_t text;       /* offset in texts, or MESSAGE_DEFAULT: the code's own */
	size_t store; /* offset of the store's GUID in texts; with a location, once it is known */
	size_t alias; /* likewise */
};
#define MESSAGE_DEFAULT SIZE_MAX

struct messages {
	struct message *items;
	size_t count;
	size_t capacity;
	struct buffer texts;
	bool failed; /* out of memory: something was not added */
};

void messages_clear(struct messages *);
void messages_release(struct messages *);

/* Adds one of the row (field may be NULL) or of a location; format NULL: the code's own text. */
void messages_add(struct messages *, enum code, bool rejects, const char *field, const char *format,
    ...) ERROR_PRINTF(5, 6);
void messages_add_location(struct messages *, enum code, bool rejects, int64_t location,
    const char *format, ...) ERROR_PRINTF(5, 6);

/* Says which store and alias the location of message i is. */
void messages_place(struct messages *, size_t i, const char *store, const char *alias);

const char *messages_text(const struct messages *, const struct message *);
const char *messages_store(const struct messages *, const struct message *); /* NULL: none */
const char *messages_alias(const struct messages *, const struct message *); /* NULL: none */

bool messages_reject(const struct messages *);

/* Messages of the row first, then those of locations by store and alias, each by code. */
void messages_sort(struct messages *);

/* `code: text` joined by `; `, as in a CSV results file; appended to out. */
void messages_csv(const struct messages *, struct buffer *out);
/* A JSON array of {"Code", "Field" or "Store" and "Alias", "Text"}; appended to out. */
void messages_json(const struct messages *, struct buffer *out);

/*
 * As the database keeps them: one line each, `code TAB field TAB location TAB text`, empty where
 * there is none. Refusals (CODE_STORE) are left out, they have rows of their own.
 */
void messages_pack(const struct messages *, struct buffer *out);
/* 0, 1 where one cannot be read, -1 and err. */
int messages_unpack(struct messages *, const char *packed, struct error *);

#endif
