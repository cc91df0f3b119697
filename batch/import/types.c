#include "import/types.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FEW 12

void
import_types_release(struct import_types *types)
{
	for (size_t i = 0; i < types->count; i++)
		free(types->items[i].name);
	free(types->items);
	*types = (struct import_types){0};
}

static int
import_types_add(void *closure, int64_t id, const char *short_name, struct error *err)
{
	struct import_types *types = closure;
	struct import_short_name *items = memory_grow(
	    types->items, types->count, &types->capacity, sizeof(*items));
	char *name = items == NULL || short_name == NULL ? NULL : strdup(short_name);

	if (items != NULL)
		types->items = items;
	if (name == NULL)
		return error_memory(err);
	items[types->count++] = (struct import_short_name){id, name};
	return 0;
}

int
import_types_find(struct import_types *types, struct load *load, const struct load_value *name,
    int64_t *id, struct error *err)
{
	int found = 0;

	if (!types->read && load_short_names(load, import_types_add, types, err) == -1)
		return -1;
	types->read = true;
	for (size_t i = 0; i < types->count; i++) {
		const char *known = types->items[i].name;

		if (strlen(known) != name->length ||
		    strncasecmp(known, name->text, name->length) != 0)
			continue;
		*id = types->items[i].id;
		found = found == 0 ? 1 : 2;
	}
	return found;
}

bool
import_types_list(const struct import_types *types, struct buffer *list)
{
	if (types->count > FEW)
		return false;
	for (size_t i = 0; i < types->count; i++)
		buffer_addf(list, "%s%s",
		    i == 0                 ? ""
		    : i + 1 < types->count ? ", "
					   : " or ",
		    types->items[i].name);
	return types->count > 0;
}
