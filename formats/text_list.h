#ifndef FORMATS_TEXT_LIST_H
#define FORMATS_TEXT_LIST_H

#include <stddef.h>

/* A growing list of texts that it does not own. */
struct text_list {
	const char **items;
	size_t count, capacity;
};

/* -1 when there is no memory. */
int text_list_add(struct text_list *, const char *text);
void text_list_release(struct text_list *); /* frees the list alone; a list of zeros is allowed */

#endif
