#ifndef BATCH_PERMISSIONS_H
#define BATCH_PERMISSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What an operator may: for the whole system, or for one container. Where there is any entry
 * for a container, the strongest of those decides in place of the system-wide one.
 */
enum permission_level { PERMIT_NONE, PERMIT_READ, PERMIT_SCHEDULE, PERMIT_MODIFY };

struct permissions {
	bool may_enroll; /* '/certificates/enrollment/pfx/' */
	enum permission_level system;
	struct permissions_entry {
		int64_t container;
		enum permission_level level;
	} * entries;
	size_t count;
	bool failed; /* out of memory while they were gathered */
};

void permissions_release(struct permissions *);

/* For a store of this container; -1: a store in none. */
enum permission_level permissions_for(const struct permissions *, int64_t container);

/* Takes one more permission; a text that is none is ignored. */
void permissions_add(struct permissions *, const char *permission);

/*
 * Whether a text is one of the permissions. *container is the one it is for, or -1. A text that
 * is none is a level of -1.
 */
#define PERMISSION_ENROLL "/certificates/enrollment/pfx/"
int permission_parse(const char *text, int64_t *container);

#endif
