#include "database/schema.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool
schema_is_type(const struct schema_difference *difference, const char *word)
{
	return difference->type != NULL && strcmp(difference->type, word) == 0;
}

void
schema_describe(const struct schema_difference *difference, char *text, size_t size)
{
	static const char *const words[] = {[SCHEMA_FOREIGN] = "none of ours",
	    [SCHEMA_MISSING] = "missing",
	    [SCHEMA_CHANGED] = "not as it was made"};
	bool is_table = schema_is_type(difference, "table") || schema_is_type(difference, "view");

	snprintf(text, size, "%s %s%s%s is %s", difference->type, difference->name,
	    is_table ? "" : " on table ", is_table ? "" : difference->table,
	    words[difference->kind]);
}
