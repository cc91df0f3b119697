#include "model/permissions.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	enum permission_level level;
} permission_levels[] = {
    {"/certificate_stores/read/", PERMIT_READ},
    {"/certificate_stores/schedule/", PERMIT_SCHEDULE},
    {"/certificate_stores/modify/", PERMIT_MODIFY},
};

/* The end of a permission: "", which is no container, or a container's id and a slash. */
static bool
permission_parse_container(const char *text, int64_t *container)
{
	int64_t id = 0;

	*container = -1;
	if (*text == '\0')
		return true;
	for (; *text >= '0' && *text <= '9' && id <= INT32_MAX; text++)
		id = id * 10 + (*text - '0');
	if (strcmp(text, "/") != 0 || text[-1] == '/' || id > INT32_MAX)
		return false;
	*container = id;
	return true;
}

int
permission_parse(const char *text, int64_t *container)
{
	*container = -1;
	if (strcmp(text, PERMISSION_ENROLL) == 0)
		return PERMIT_NONE;
	for (size_t i = 0; i < sizeof(permission_levels) / sizeof(permission_levels[0]); i++) {
		size_t length = strlen(permission_levels[i].text);

		if (strncmp(text, permission_levels[i].text, length) == 0 &&
		    permission_parse_container(text + length, container))
			return (int)permission_levels[i].level;
	}
	return -1;
}

static struct permissions_entry *
permissions_find(const struct permissions *permissions, int64_t container)
{
	for (size_t i = 0; i < permissions->count; i++)
		if (permissions->entries[i].container == container)
			return &permissions->entries[i];
	return NULL;
}

void
permissions_add(struct permissions *permissions, const char *text)
{
	struct permissions_entry *entry;
	int64_t container;
	int level = permission_parse(text, &container);

	if (level == PERMIT_NONE)
		permissions->may_enroll = true;
	if (level <= PERMIT_NONE)
		return;
	if (container == -1) {
		if ((int)permissions->system < level)
			permissions->system = (enum permission_level)level;
		return;
	}
	entry = permissions_find(permissions, container);
	if (entry != NULL) {
		if ((int)entry->level < level)
			entry->level = (enum permission_level)level;
		return;
	}
	entry = memory_grow(
	    permissions->entries, permissions->count, &permissions->capacity, sizeof(*entry));
	if (entry == NULL) {
		permissions->failed = true;
		return;
	}
	permissions->entries = entry;
	entry[permissions->count++] = (struct permissions_entry){
	    container, (enum permission_level)level};
}

void
permissions_release(struct permissions *permissions)
{
	free(permissions->entries);
	*permissions = (struct permissions){0};
}

enum permission_level
permissions_for(const struct permissions *permissions, int64_t container)
{
	const struct permissions_entry *entry = permissions_find(permissions, container);

	return entry == NULL ? permissions->system : entry->level;
}
