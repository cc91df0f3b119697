#include "text_list.h"

#include "memory.h"

#include <stdlib.h>

int
text_list_add(struct text_list *list, const char *text)
{
	const char **items = memory_grow(list->items, list->count, &list->capacity, sizeof(*items));

	if (items == NULL)
		return -1;
	list->items = items;
	items[list->count++] = text;
	return 0;
}

void
text_list_release(struct text_list *list)
{
	free(list->items);
	*list = (struct text_list){0};
}
