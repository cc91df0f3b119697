#include "model/permissions.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	enum permission_level level;
} levels[] = {
    {"/certificate_stores/read/", PERMIT_READ},
    {"/certificate_stores/schedule/", PERMIT_SCHEDULE},
    {"/certificate_stores/modify/", PERMIT_MODIFY},
};

/* "", or a container's id and a slash. */
static bool
parse_container(const char *text, int64_t *container)
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
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		size_t length = strlen(levels[i].text);

		if (strncmp(text, levels[i].text, length) == 0 &&
		    parse_container(text + length, container))
			return (int)levels[i].level;
	}
	return -1;
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
	for (size_t i = 0; i < permissions->count; i++) {
		entry = &permissions->entries[i];
		if (entry->container == container) {
			if ((int)entry->level < level)
				entry->level = (enum permission_level)level;
			return;
		}
	}
	entry = reallocarray(permissions->entries, permissions->count + 1, sizeof(*entry));
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
	if (container == -1)
		return permissions->system;
	for (size_t i = 0; i < permissions->count; i++)
		if (permissions->entries[i].container == container)
			return permissions->entries[i].level;
	return permissions->system;
}
