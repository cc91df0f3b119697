#include "read/json_nested.h"

#include "memory.h"
#include "read/json_memory.h"
#include "read/names.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static void
json_nested_forget(struct json_nested *nested)
{
	while (nested->text_count > 0)
		memory_free(nested->texts[--nested->text_count]);
	nested->fault = NULL;
}

int
json_nested_begin(struct json_nested *nested, const struct value *value)
{
	json_nested_forget(nested);
	nested->text = value->text;
	nested->length = value->length;
	nested->index = nested->start = nested->end = 0;
	if (nested->scan.members == NULL)
		nested->scan.members = calloc(LIMIT_COLUMNS, sizeof(*nested->scan.members));
	return nested->scan.members == NULL ? -1 : 0;
}

void
json_nested_release(struct json_nested *nested)
{
	json_nested_forget(nested);
	json_scan_release(&nested->scan);
	free(nested->scan.members);
	*nested = (struct json_nested){0};
}

/* Where the next element starts; the end of the text where there is none. */
static size_t
json_nested_start(const struct json_nested *nested)
{
	const char *text = nested->text;
	size_t at = nested->end;

	if (text[0] == '{')
		return nested->index == 0 ? 0 : nested->length;
	/* The text was scanned: here is [ before the first element, a comma before another, or ].
	 */
	at += json_blanks(text + at, nested->length - at);
	if (at == nested->length || text[at] == ']')
		return nested->length;
	at++;
	at += json_blanks(text + at, nested->length - at);
	return at == nested->length || text[at] == ']' ? nested->length : at;
}

int
json_nested_next(struct json_nested *nested)
{
	enum json_step step;

	json_nested_forget(nested);
	nested->start = json_nested_start(nested);
	if (nested->start == nested->length)
		return 0;
	json_scan_begin(&nested->scan, nested->text[0] == '[');
	step = json_scan_go(
	    &nested->scan, nested->text + nested->start, nested->length - nested->start);
	if (step == JSON_STEP_MEMORY)
		return -1;
	if (step != JSON_STEP_VALUE)
		return 0;
	nested->end = nested->start + nested->scan.at;
	nested->index++;
	if (nested->scan.member_count > LIMIT_COLUMNS)
		nested->fault = "more than 256 members: expected at most that";
	return 1;
}

int
json_nested_object(struct json_nested *nested, const struct value *value)
{
	struct value object = *value;
	size_t blanks = object.text == NULL ? 0 : json_blanks(object.text, object.length);
	size_t rest;
	int rc;

	if ((object.type != VALUE_TEXT && object.type != VALUE_NESTED) || blanks == object.length ||
	    object.text[blanks] != '{')
		return 0;
	object.text += blanks;
	object.length -= blanks;
	if (json_nested_begin(nested, &object) == -1)
		return -1;
	rc = json_nested_next(nested);
	if (rc != 1)
		return rc;
	rest = object.length - nested->end;
	return nested->scan.fault == JSON_FAULT_NONE &&
	       json_blanks(object.text + nested->end, rest) == rest;
}

/* Copies a string without its escapes. */
static char *
json_nested_string(struct json_nested *nested, const char *text, size_t length)
{
	json_t *string;
	char *copy;

	json_memory_begin();
	string = json_loadb(text, length, JSON_DECODE_ANY, NULL);
	if (json_memory_failed()) {
		json_decref(string);
		return NULL;
	}
	if (string == NULL)
		nested->fault = "half a surrogate pair or \\u0000 in a string: expected text";
	copy = strdup(string == NULL ? "" : json_string_value(string));
	json_decref(string);
	return copy;
}

/* Keeps a copy of what is at text as the value. */
static int
json_nested_keep(struct json_nested *nested, const char *text, size_t length, struct value *value)
{
	bool number = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
	char *copy;

	if (nested->text_count == JSON_NESTED_VALUES)
		return -1;
	if (text[0] == '"')
		copy = json_nested_string(nested, text, length);
	else
		copy = strndup(text, length);
	if (copy == NULL)
		return -1;
	nested->texts[nested->text_count++] = copy;
	*value = (struct value){VALUE_NESTED, copy, strlen(copy)};
	if (text[0] == '"')
		value->type = VALUE_TEXT;
	else if (number)
		value->type = strpbrk(copy, ".eE") == NULL ? VALUE_INTEGER : VALUE_REAL;
	else if (text[0] == 't' || text[0] == 'f')
		value->type = VALUE_BOOLEAN;
	else if (text[0] == 'n')
		*value = (struct value){VALUE_NULL, NULL, 0};
	return 0;
}

int
json_nested_element(struct json_nested *nested, struct value *value)
{
	return json_nested_keep(
	    nested, nested->text + nested->start, nested->end - nested->start, value);
}

/* Whether the member has the name; escapes in it are undone. -1: no memory. */
static int
json_nested_is(struct json_nested *nested, const struct json_member *member, const char *name)
{
	const char *text = nested->text + nested->start + member->name;
	size_t length = member->name_end - member->name;
	const char *fault = nested->fault;
	char *plain;
	bool is;

	if (!member->escaped)
		return name_equal(text, length, name, strlen(name));
	plain = json_nested_string(nested, text - 1, length + 2);
	nested->fault = fault; /* a name that means no text is nobody's */
	if (plain == NULL)
		return -1;
	is = name_equal(plain, strlen(plain), name, strlen(name));
	memory_free(plain);
	return is;
}

int
json_nested_member(struct json_nested *nested, const char *name, struct value *value)
{
	const struct json_scan *scan = &nested->scan;
	const struct json_member *found = NULL;

	*value = (struct value){VALUE_ABSENT, NULL, 0};
	for (size_t i = 0; scan->is_object && i < scan->member_count && i < LIMIT_COLUMNS; i++) {
		int is = json_nested_is(nested, &scan->members[i], name);

		if (is == -1)
			return -1;
		if (is == 0)
			continue;
		if (found != NULL)
			nested->fault = "two members of one name: expected each name once";
		found = &scan->members[i];
	}
	if (found == NULL)
		return 0;
	return json_nested_keep(nested, nested->text + nested->start + found->value,
	    found->value_end - found->value, value);
}
