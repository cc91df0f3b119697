#ifndef BATCH_MODEL_PERMISSIONS_H
#define BATCH_MODEL_PERMISSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What an operator may do: in the whole system, or in one container. Where there are permissions
 * for a container, the strongest of them decides, and not the system-wide one.
 */
enum permission_level { PERMIT_NONE, PERMIT_READ, PERMIT_SCHEDULE, PERMIT_MODIFY };

struct permissions {
	bool may_enroll; /* PERMISSION_ENROLL */
	enum permission_level system;
	struct permissions_entry {
		int64_t container;
		enum permission_level level;
	} * entries; /* each container once, never -1 */
	size_t count;
	size_t capacity;
	bool failed; /* out of memory: a permission is missing */
};

void permissions_release(struct permissions *);

/* For a store of this container; -1: a store in none. */
enum permission_level permissions_for(const struct permissions *, int64_t container);

/* Adds a permission; a text that is none is ignored. Out of memory sets failed. */
void permissions_add(struct permissions *, const char *permission);

/*
 * The level that a text permits, PERMIT_NONE for PERMISSION_ENROLL, and *container: the one that it
 * is for, or -1. A text that is no permission: -1.
 */
#define PERMISSION_ENROLL "/certificates/enrollment/pfx/"
int permission_parse(const char *text, int64_t *container);

#endif
