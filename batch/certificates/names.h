#ifndef BATCH_CERTIFICATES_NAMES_H
#define BATCH_CERTIFICATES_NAMES_H

#include "buffer.h"

/*
 * The subject alternative names of a certificate in one form, whether they were read from the
 * certificate or from a record: canonical values, sorted by type and value, each once.
 */

/* The choices of a GeneralName (RFC 5280, 4.2.1.6), and what the server prints beside them. */
enum name_type {
	NAME_OTHER = 0,
	NAME_EMAIL = 1,
	NAME_DNS = 2,
	NAME_X400 = 3,
	NAME_DIRECTORY = 4,
	NAME_EDI_PARTY = 5,
	NAME_URI = 6,
	NAME_IP = 7,
	NAME_REGISTERED_ID = 8,
	NAME_PRINCIPAL = 100, /* an otherName that is a user principal name */
};

struct name {
	int type;    /* an enum name_type, or another number of the server */
	char *value; /* UTF-8; what no terminal may be given is escaped */
};

struct names {
	struct name *items;
	size_t count;
	size_t capacity;
	bool failed; /* there was no memory: a name is missing */
};

/*
 * Adds a name in its canonical form: DNS names in lower case without a final dot, labels that are
 * not ASCII as A-labels (RFC 5891); IP addresses as inet_ntop(3) prints them; of an e-mail address
 * the domain likewise. Text that is no such name stays as it is, but in lower case where it is DNS.
 */
void names_add(struct names *, int type, const char *text, size_t length);

/* Sorts the names and drops those that are there twice. */
void names_sort(struct names *);

/* Adds [{"Value":...,"Type":...},...]. The names must be sorted. */
void names_add_json(const struct names *, struct buffer *);

void names_release(struct names *); /* the names may be used again */

#endif
