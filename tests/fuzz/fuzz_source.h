#ifndef TESTS_FUZZ_SOURCE_H
#define TESTS_FUZZ_SOURCE_H

#include "certificates/entries.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What must be true of any file of certificates: entries with certificates and names that are
 * UTF-8, or a reason in words. */

#define FUZZ_TRUE(condition)      \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static inline void
fuzz_text(const char *text)
{
	FUZZ_TRUE(utf8_valid(text, strlen(text)) == strlen(text));
}

static inline void
fuzz_certificate_facts(const struct certificate *certificate)
{
	FUZZ_TRUE(strlen(certificate->sha1) == 40 && strlen(certificate->sha256) == 64);
	FUZZ_TRUE(certificate->key_type != NULL && certificate->key_bits >= 0);
	FUZZ_TRUE(certificate->serial.length > 0);
	for (size_t i = 0; i < certificate->names.count; i++)
		fuzz_text(certificate->names.items[i].value);
}

/* Checks and releases what was read; rc is what the reading function returned. */
static inline void
fuzz_source(struct entries_source *source, int rc)
{
	size_t count = 0;

	FUZZ_TRUE(source->err.code == ERROR_NONE); /* memory is not short */
	FUZZ_TRUE((rc == 0) == (source->reason.why == READABLE));
	FUZZ_TRUE(rc == 0 || source->reason.text[0] != '\0');
	fuzz_text(source->reason.text);
	for (size_t i = 0; rc == 0 && i < source->entries.count; i++) {
		const struct entry *entry = &source->entries.items[i];

		FUZZ_TRUE(entry->count > 0);
		if (entry->alias != NULL)
			fuzz_text(entry->alias);
		for (size_t j = 0; j < entry->count; j++)
			fuzz_certificate_facts(&entry->chain[j]);
		count += entry->count;
	}
	FUZZ_TRUE(rc == -1 || count == source->entries.certificates);
	entries_release(&source->entries);
}

#endif
