#include "certificates/scan_alias.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
scan_alias_text(const struct scan_alias *alias)
{
	return alias->instead != NULL ? alias->instead : alias->text;
}

void
scan_aliases_release(struct scan_aliases *aliases)
{
	for (size_t i = 0; i < aliases->count; i++) {
		free(aliases->items[i].text);
		free(aliases->items[i].instead);
	}
	free(aliases->items);
	*aliases = (struct scan_aliases){0};
}

static int
scan_alias_by_name(const void *a, const void *b)
{
	const struct scan_alias *one = a, *other = b;
	int order = strcmp(one->text, other->text);

	return order != 0 ? order : one->entry < other->entry ? -1 : 1;
}

static int
scan_alias_by_text(const void *a, const void *b)
{
	return strcmp(scan_alias_text(a), scan_alias_text(b));
}

/* Whether an entry has the name in the file. */
static bool
scan_alias_is_taken(const struct scan_aliases *aliases, const char *name)
{
	size_t first = 0, end = aliases->count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;
		int order = strcmp(aliases->items[middle].text, name);

		if (order == 0)
			return true;
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return false;
}

/* The next one with a number at its end that no entry has; two names with one number never meet. */
static int
scan_alias_number(const struct scan_aliases *aliases, struct scan_alias *alias, unsigned *number,
    struct error *err)
{
	do {
		free(alias->instead);
		if (asprintf(&alias->instead, "%s (%u)", alias->text, (*number)++) == -1) {
			alias->instead = NULL;
			return error_memory(err);
		}
	} while (scan_alias_is_taken(aliases, alias->instead));
	return 0;
}

/* Of those that are sorted by name. */
static int
scan_aliases_part(struct scan_aliases *aliases, struct error *err)
{
	bool any = false;
	unsigned number = 2;

	for (size_t i = 1; i < aliases->count; i++) {
		struct scan_alias *alias = &aliases->items[i];

		if (strcmp(alias->text, alias[-1].text) != 0) {
			number = 2;
			continue;
		}
		any = true;
		if (scan_alias_number(aliases, alias, &number, err) == -1)
			return -1;
	}
	if (any)
		qsort(aliases->items, aliases->count, sizeof(*aliases->items), scan_alias_by_text);
	return 0;
}

int
scan_aliases_choose(struct scan_aliases *aliases, const struct entries *entries, struct error *err)
{
	*aliases = (struct scan_aliases){0};
	if (entries->count == 0)
		return 0;
	aliases->items = calloc(entries->count, sizeof(*aliases->items));
	if (aliases->items == NULL)
		return error_memory(err);
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->items[i];
		bool named = entry->alias != NULL && entry->alias[0] != '\0';
		struct scan_alias *alias = &aliases->items[aliases->count++];

		alias->entry = i;
		alias->text = strdup(named ? entry->alias : entry->chain[0].sha1);
		if (alias->text == NULL)
			return error_memory(err);
	}
	qsort(aliases->items, aliases->count, sizeof(*aliases->items), scan_alias_by_name);
	return scan_aliases_part(aliases, err);
}
