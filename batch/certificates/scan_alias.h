#ifndef BATCH_CERTIFICATES_SCAN_ALIAS_H
#define BATCH_CERTIFICATES_SCAN_ALIAS_H

#include "certificates/entries.h"

/* The aliases of the entries of a store. */

struct scan_alias {
	char *text;    /* owned */
	char *instead; /* owned; of a second entry of the name: what it is called. NULL: `text` */
	size_t entry;  /* its index */
};

struct scan_aliases {
	struct scan_alias *items;
	size_t count;
};

/*
 * Gives each entry an alias of its own, in the order of the aliases: its name in the file or, where
 * it has none, the SHA-1 thumbprint of its certificate. One that another entry has already gets
 * " (2)" at its end, the next " (3)". To be released; -1 and err: no memory.
 */
int scan_aliases_choose(struct scan_aliases *, const struct entries *, struct error *);
void scan_aliases_release(struct scan_aliases *);

const char *scan_alias_text(const struct scan_alias *);

#endif
