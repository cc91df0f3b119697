#include "policy/names.h"

#include <string.h>
#include <strings.h>

#define COMPARISONS_MOST 10000000 /* of two certificates: some tenths of a second */

enum { TYPE_EMAIL = 1, TYPE_DNS = 2, TYPE_URI = 6, TYPE_IP = 7 };

/* A name in its array: the bytes of its JSON string, which canonical names have in common where
 * they are equal. */
struct name_at {
	const char *value;
	size_t length;
	int type;
};

/* After the text, where `at` begins with it; else NULL. */
static const char *
name_after(const char *at, const char *text)
{
	size_t length = strlen(text);

	return at != NULL && strncmp(at, text, length) == 0 ? at + length : NULL;
}

static const char *
name_string_end(const char *at)
{
	while (at != NULL && *at != '"' && *at != '\0')
		at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
	return at == NULL || *at == '\0' ? NULL : at;
}

static const char *
name_number(const char *at, int *number)
{
	*number = 0;
	if (at == NULL || *at < '0' || *at > '9')
		return NULL;
	while (*at >= '0' && *at <= '9' && *number < 100000)
		*number = *number * 10 + (*at++ - '0');
	return at;
}

/* The next name: true and *at after it. False: the end, where *at is NULL or points to the ']'. */
static bool
name_next(const char **at, struct name_at *name)
{
	const char *next = *at;

	if (next != NULL && *next == ']')
		return false;
	if (next != NULL && *next == ',')
		next++;
	next = name_after(next, "{\"Value\":\"");
	name->value = next;
	next = name_string_end(next);
	name->length = next == NULL ? 0 : (size_t)(next - name->value);
	next = name_number(name_after(next, "\",\"Type\":"), &name->type);
	*at = name_after(next, "}");
	return *at != NULL;
}

static bool
name_same(const struct name_at *a, const struct name_at *b)
{
	if (a->length != b->length)
		return false;
	return a->type == TYPE_DNS ? strncasecmp(a->value, b->value, a->length) == 0
				   : memcmp(a->value, b->value, a->length) == 0;
}

/* "*.example.com" for "www.example.com": one label, neither more nor a part of one. */
static bool
name_matches_wildcard(const struct name_at *name, const struct name_at *wildcard)
{
	const char *dot = memchr(name->value, '.', name->length);
	size_t rest = dot == NULL ? 0 : name->length - (size_t)(dot - name->value);

	return dot != NULL && dot != name->value && name->value[0] != '*' &&
	       wildcard->length == rest + 1 && wildcard->value[0] == '*' &&
	       strncasecmp(wildcard->value + 1, dot, rest) == 0;
}

static bool
name_is_compared(const struct name_at *name)
{
	return name->type == TYPE_DNS || name->type == TYPE_IP || name->type == TYPE_EMAIL ||
	       name->type == TYPE_URI;
}

/* 1 when a name of the array covers it, 0 when none does, -1 when the array is none or *left
 * comparisons are not enough. */
static int
name_covered(const struct name_at *name, const char *names, long *left)
{
	const char *at = name_after(names, "[");
	struct name_at other;

	while (--*left > 0 && name_next(&at, &other))
		if (other.type == name->type &&
		    (name_same(name, &other) ||
			(name->type == TYPE_DNS && name_matches_wildcard(name, &other))))
			return 1;
	return at == NULL || *left <= 0 ? -1 : 0;
}

static void
names_miss(struct names_missing *missing, const struct name_at *name)
{
	if (missing->count++ >= NAMES_SHOWN)
		return;
	buffer_add_string(&missing->text, missing->text.length == 0 ? "" : ", ");
	buffer_add(&missing->text, name->value, name->length);
}

/* A certificate without names has its common name: it is put in their place. */
static const char *
names_or_common(const struct names_of *of, struct buffer *text)
{
	if (of->names == NULL || strcmp(of->names, NAMES_NONE) != 0 || of->common_name == NULL)
		return of->names;
	buffer_add_string(text, "[{\"Value\":");
	buffer_add_json(text, of->common_name, strlen(of->common_name));
	buffer_addf(text, ",\"Type\":%d}]", TYPE_DNS);
	return text->bytes;
}

/* Whether both have some names, and have them in the same bytes. */
static bool
names_are_same(const struct names_of *old, const struct names_of *new)
{
	return old->names != NULL && new->names != NULL && old->names[0] == '[' &&
	       strcmp(old->names, NAMES_NONE) != 0 && strcmp(old->names, new->names) == 0;
}

bool
names_cover(const struct names_of *old, const struct names_of *new, struct names_missing *missing)
{
	struct buffer old_common = {0}, new_common = {0};
	const char *old_names, *new_names, *at;
	struct name_at name;
	long left = COMPARISONS_MOST;
	int covered = 0;

	*missing = (struct names_missing){0};
	if (names_are_same(old, new)) /* as of most renewals */
		return true;
	old_names = names_or_common(old, &old_common);
	new_names = names_or_common(new, &new_common);
	at = name_after(old_names, "[");
	while (covered != -1 && name_next(&at, &name)) {
		covered = name_is_compared(&name) ? name_covered(&name, new_names, &left) : 1;
		if (covered == 0)
			names_miss(missing, &name);
	}
	if (name_after(new_names, "[") == NULL)
		covered = -1;
	missing->text.failed |= old_common.failed || new_common.failed;
	buffer_release(&old_common);
	buffer_release(&new_common);
	return covered != -1 && at != NULL;
}
