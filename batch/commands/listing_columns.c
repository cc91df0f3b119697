#include "commands/listing_columns.h"

#include "program/command.h"
#include "program/nearest.h"
#include "read/names.h"

#include <stdlib.h>
#include <string.h>

static int columns_usage(const struct command *, struct error *, const char *format, ...)
    ERROR_PRINTF(3, 4);

/* As command_usage(), for the error that listing_run() prints. */
static int
columns_usage(const struct command *command, struct error *err, const char *format, ...)
{
	char text[900];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return error_set_at(err, ERROR_USAGE, (struct error_place){.field = command->name},
	    "%s; see `pfxreplace %s --help`", text, command->name);
}

/* In the listing's columns, where the name is; their count when it is none. */
static size_t
columns_find(const struct listing *listing, const char *name, size_t length)
{
	size_t i = 0;

	while (i < listing->count &&
	       !name_equal(listing->columns[i], strlen(listing->columns[i]), name, length))
		i++;
	return i;
}

/* A column's name in small letters, without blanks, '_' and '-'. NULL: no memory. */
static char *
columns_core(const char *name, size_t length)
{
	char *core = calloc(length + 1, 1), *end = core;

	for (size_t i = 0; core != NULL && i < length; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			*end++ = (char)(name[i] - 'A' + 'a');
		else if (strchr(" _-", name[i]) == NULL)
			*end++ = name[i];
	return core;
}

/* The names of the columns in that form; NULL: no memory. */
static char **
columns_cores(const struct listing *listing)
{
	char **cores = calloc(listing->count + 1, sizeof(*cores));

	for (size_t i = 0; cores != NULL && i < listing->count; i++) {
		cores[i] = columns_core(listing->columns[i], strlen(listing->columns[i]));
		if (cores[i] != NULL)
			continue;
		while (i > 0)
			free(cores[--i]);
		free(cores);
		return NULL;
	}
	return cores;
}

/* Sets *nearest to the column that was probably meant, or NULL. -1: no memory. */
static int
columns_find_nearest(
    const struct listing *listing, const char *name, size_t length, const char **nearest)
{
	char *core = columns_core(name, length);
	char **cores = columns_cores(listing);
	const char *found = NULL;
	int rc = core == NULL || cores == NULL ? -1 : 0;

	*nearest = NULL;
	if (rc == 0)
		found = nearest_word(core, (const char *const *)cores, listing->count);
	for (size_t i = 0; cores != NULL && i < listing->count; i++) {
		if (found == cores[i])
			*nearest = listing->columns[i];
		free(cores[i]);
	}
	free(cores);
	free(core);
	return rc;
}

static int
columns_unknown(const struct listing *listing, const char *name, size_t length, struct error *err)
{
	const char *nearest;
	struct buffer text = {0};

	if (columns_find_nearest(listing, name, length, &nearest) == -1)
		return error_memory(err);
	buffer_addf(&text, "--columns %.*s: no such column", (int)name_cut(name, length, 64), name);
	if (nearest != NULL)
		buffer_addf(&text, ", the nearest is %s", nearest);
	for (size_t i = 0; i < listing->count; i++)
		buffer_addf(
		    &text, "%s%s", i == 0 ? "; expected some of " : ", ", listing->columns[i]);
	if (text.failed)
		error_memory(err);
	else
		columns_usage(listing->command, err, "%s", text.bytes);
	buffer_release(&text);
	return -1;
}

static int
columns_add(struct listing *listing, const char *name, size_t length, struct error *err)
{
	size_t column = columns_find(listing, name, length);

	if (column == listing->count)
		return columns_unknown(listing, name, length, err);
	for (size_t i = 0; i < listing->chosen_count; i++)
		if (listing->chosen[i] == column)
			return columns_usage(listing->command, err,
			    "--columns: %s is there twice: expected each column once",
			    listing->columns[column]);
	listing->chosen[listing->chosen_count++] = column;
	return 0;
}

int
listing_choose(struct listing *listing, struct error *err)
{
	const char *name = listing->options.columns;

	listing->chosen = NULL;
	listing->chosen_count = 0;
	if (name == NULL)
		return 0;
	listing->chosen = calloc(listing->count + 1, sizeof(*listing->chosen));
	if (listing->chosen == NULL)
		return error_memory(err);
	for (;;) {
		size_t length = strcspn(name, ",");

		if (name_is_blank(name, length))
			return columns_usage(listing->command, err,
			    "--columns %s: expected names of columns with commas between them",
			    listing->options.columns);
		if (columns_add(listing, name, length, err) == -1)
			return -1;
		if (name[length] == '\0')
			return 0;
		name += length + 1;
	}
}
