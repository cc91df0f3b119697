#ifndef TESTS_CERTIFICATES_NAMED_H
#define TESTS_CERTIFICATES_NAMED_H

#include "certificates/made.h"

/*
 * Texts and files that speak of certificates made here, with names in the place of what is another
 * one each time. Included by suites; inline, so that none has to use all of it.
 */

#define NAMED_PRINT 41

/* The thumbprint, in upper case. */
static inline void
named_print(const struct made *one, char print[NAMED_PRINT])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length;

	ck_assert_int_eq(X509_digest(one->x509, EVP_sha1(), digest, &length), 1);
	for (unsigned i = 0; i < length; i++)
		snprintf(print + (size_t)2 * i, 3, "%02X", digest[i]);
}

/* The bytes with a name for each time that `what` is in them; they are changed. */
static inline void
named_replace(struct buffer *text, const char *what, size_t length, const char *name)
{
	struct buffer changed = {0};
	const char *at = text->bytes, *end = at + text->length;

	while (length > 0 && at != NULL && at < end) {
		const char *found = memmem(at, (size_t)(end - at), what, length);

		buffer_add(&changed, at, (size_t)((found == NULL ? end : found) - at));
		at = found == NULL ? end : found + length;
		if (found != NULL)
			buffer_add_string(&changed, name);
	}
	if (length == 0 || text->length == 0)
		return;
	ck_assert(!changed.failed);
	buffer_release(text);
	*text = changed;
}

#endif
