#include "reader_format.h"

#include "decimal.h"
#include "memory.h"
#include "names.h"

#include <stdlib.h>
#include <string.h>

/* One JSON object to the values of a record. */

void
object_release(struct reader *reader)
{
	json_decref(reader->root);
	reader->root = NULL;
	for (size_t i = 0; i < reader->fields->count; i++) {
		memory_free(reader->dumps[i]);
		reader->dumps[i] = NULL;
	}
}

/* ---- syntax -------------------------------------------------------------------------------- */

/* What jansson says, by how it starts (what follows may be a value), and what is said for it. */
static const struct {
	const char *start;
	const char *text;
} syntax[] = {
    {"string or '}' expected", "expected a name in quotes, or }"},
    {"':' expected", "expected : behind a name"},
    {"'}' expected", "expected , or } behind a value"},
    {"']' expected", "expected , or ] behind a value"},
    {"'[' or '{' expected", "expected {"},
    {"unexpected newline", "a string that its line does not close: expected a closing quote"},
    {"control character", "a control character in a string: expected it as \\u and four digits"},
    {"invalid escape", "a backslash that escapes nothing: expected \\\\ for a backslash"},
    {"invalid Unicode escape", "\\u without four hexadecimal digits behind it"},
    {"invalid Unicode", "half a surrogate pair: expected \\u for both halves"},
    {"invalid token",
	"expected a value: a string in double quotes, a number, true, false, null, [ or {"},
    {"unexpected token", "expected a value"},
    {"string expected", "expected a name in quotes"},
};

static const char *
syntax_text(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_premature_end_of_input:
		return "it is not complete: a quote, bracket or brace is not closed";
	case json_error_end_of_input_expected:
		return "text follows it: expected the end of the line";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "\\u0000 in a string: expected text without it";
	case json_error_duplicate_key:
		return "two members of one name: expected each name once";
	case json_error_numeric_overflow:
		return "a number that is too large: expected at most 64 bits";
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(syntax) / sizeof(syntax[0]); i++)
		if (strncmp(error->text, syntax[i].start, strlen(syntax[i].start)) == 0)
			return syntax[i].text;
	return "not valid JSON";
}

int
object_fault(struct reader *reader, const json_error_t *error)
{
	const char *text = syntax_text(error);

	if (json_error_code(error) == json_error_stack_overflow)
		return reader_fault(reader, NULL,
		    "nested deeper than %u levels: expected at most that", LIMIT_JSON_DEPTH);
	if (reader->format == FORMAT_JSON && error->line > 1)
		return reader_fault(reader, NULL, "not a JSON object (line %ju, column %d): %s",
		    (uintmax_t)reader->record.line + (uintmax_t)error->line - 1, error->column,
		    text);
	return reader_fault(reader, NULL, "not a JSON object (column %d%s): %s", error->column,
	    reader->format == FORMAT_JSON ? " of the element" : "", text);
}

/* ---- names --------------------------------------------------------------------------------- */

static void
forget_members(struct reader *reader)
{
	for (size_t i = 0; i < reader->member_count; i++)
		memory_free(reader->members[i].name);
	reader->member_count = 0;
}

/* The names are those of the object before, in the same order: what was said then, holds. */
static bool
same_members(const struct reader *reader, json_t *root)
{
	size_t i = 0;

	if (json_object_size(root) != reader->member_count)
		return false;
	for (void *iter = json_object_iter(root); iter != NULL;
	     iter = json_object_iter_next(root, iter), i++) {
		size_t length = json_object_iter_key_len(iter);

		if (length != reader->members[i].length ||
		    memcmp(json_object_iter_key(iter), reader->members[i].name, length) != 0)
			return false;
	}
	return true;
}

static int
settle_member(struct reader *reader, struct member *member, struct error *err)
{
	const struct fields *fields = reader->fields;
	size_t field;

	member->field = -1;
	switch (name_find(fields, member->name, member->length, &field)) {
	case NAME_KNOWN:
		member->field = (int)field;
		return 0;
	case NAME_NEARLY:
		return reader_fault(reader, member->name,
		    "nearly the name %s: expected just that, or --ignore \"%.*s\" to leave the "
		    "member out",
		    fields->names[field], (int)name_cut(member->name, member->length, 100),
		    member->name);
	case NAME_UNKNOWN:
		return reader_ignore(reader, member->name, member->length, err);
	case NAME_DROPPED:
		if (field < fields->count)
			member->field = (int)field;
		return 0;
	default:
		return 0;
	}
}

/* Two names that are one, without regard to case, blanks, '_' and '-'. */
static int
check_twins(struct reader *reader)
{
	const struct member *members = reader->members;

	for (size_t i = 1; i < reader->member_count; i++)
		for (size_t j = 0; j < i; j++)
			if (name_equal(members[i].name, members[i].length, members[j].name,
				members[j].length))
				return reader_fault(reader, members[i].name,
				    "a second member of that name: expected each name once");
	return 0;
}

/* 0, 1 with a fault, -1 and err. */
static int
learn_members(struct reader *reader, json_t *root, struct error *err)
{
	int rc = 0;

	forget_members(reader);
	if (reader->members == NULL)
		reader->members = calloc(LIMIT_COLUMNS, sizeof(*reader->members));
	if (reader->members == NULL)
		return error_memory(err);
	for (void *iter = json_object_iter(root); iter != NULL && rc == 0;
	     iter = json_object_iter_next(root, iter)) {
		struct member *member = &reader->members[reader->member_count];

		member->length = json_object_iter_key_len(iter);
		member->name = strdup(json_object_iter_key(iter)); /* jansson lets no NUL in */
		if (member->name == NULL)
			return error_memory(err);
		reader->member_count++;
		rc = settle_member(reader, member, err);
	}
	if (rc == 0)
		rc = check_twins(reader);
	if (rc != 0)
		forget_members(reader);
	return rc;
}

/* The first object's names are what a header is. */
static int
take_names(struct reader *reader, json_t *root, struct error *err)
{
	size_t count = 0, field;

	for (void *iter = json_object_iter(root); iter != NULL && count < LIMIT_COLUMNS;
	     iter = json_object_iter_next(root, iter), count++) {
		const char *name = json_object_iter_key(iter);
		size_t length = json_object_iter_key_len(iter);

		if (names_add(&reader->names, name, length, LIMIT_FIELD) == -1)
			return error_memory(err);
		if (name_find(reader->fields, name, length, &field) == NAME_KNOWN)
			reader->has[field] = true;
	}
	reader->naming = false;
	return 0;
}

/* ---- values -------------------------------------------------------------------------------- */

static bool
too_deep(json_t *json, unsigned int levels)
{
	size_t index;
	json_t *item;
	const char *key;

	if (!json_is_object(json) && !json_is_array(json))
		return false;
	if (levels == 0)
		return true;
	json_array_foreach(json, index, item) if (too_deep(item, levels - 1)) return true;
	json_object_foreach(json, key, item) if (too_deep(item, levels - 1)) return true;
	return false;
}

/* The bytes of a value as a field. */
static size_t
value_size(json_t *json)
{
	if (json_is_string(json))
		return json_string_length(json);
	if (json_is_object(json) || json_is_array(json))
		return json_dumpb(json, NULL, 0, JSON_COMPACT);
	return 0;
}

static int
dump(struct reader *reader, json_t *json, size_t field, struct value *value)
{
	/* 15 digits tell a decimal fraction as it was written. */
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	if (text == NULL)
		return -1;
	reader->dumps[field] = text;
	value->text = text;
	value->length = strlen(text);
	return 0;
}

static int
set_value(struct reader *reader, json_t *json, size_t field)
{
	struct value *value = &reader->values[field];

	switch (json_typeof(json)) {
	case JSON_NULL:
		value->type = VALUE_NULL;
		return 0;
	case JSON_STRING:
		*value = (struct value){
		    VALUE_TEXT, json_string_value(json), json_string_length(json)};
		return 0;
	case JSON_INTEGER:
		value->type = VALUE_INTEGER;
		value->text = reader->numbers[field];
		value->length = decimal_format(json_integer_value(json), reader->numbers[field]);
		return 0;
	case JSON_TRUE:
		*value = (struct value){VALUE_BOOLEAN, "true", 4};
		return 0;
	case JSON_FALSE:
		*value = (struct value){VALUE_BOOLEAN, "false", 5};
		return 0;
	case JSON_REAL:
		value->type = VALUE_REAL;
		return dump(reader, json, field, value);
	default:
		value->type = VALUE_NESTED;
		return dump(reader, json, field, value);
	}
}

static int
set_values(struct reader *reader, json_t *root, struct error *err)
{
	size_t i = 0;

	for (void *iter = json_object_iter(root); iter != NULL;
	     iter = json_object_iter_next(root, iter), i++) {
		json_t *json = json_object_iter_value(iter);

		if (value_size(json) > LIMIT_FIELD)
			return reader_fault(reader, reader->members[i].name,
			    "a value of more than %u bytes: expected at most that", LIMIT_FIELD);
		if (reader->members[i].field >= 0 &&
		    set_value(reader, json, (size_t)reader->members[i].field) == -1)
			return error_memory(err);
	}
	return 1;
}

int
object_read(struct reader *reader, json_t *root, struct error *err)
{
	int rc;

	reader->root = root;
	if (!json_is_object(root))
		return reader_fault(
		    reader, NULL, "not a JSON object: expected { and names with values");
	if (reader->naming && take_names(reader, root, err) == -1)
		return -1;
	if (json_object_size(root) > LIMIT_COLUMNS)
		return reader_fault(reader, NULL, "%zu members: expected at most %u",
		    json_object_size(root), LIMIT_COLUMNS);
	if (too_deep(root, LIMIT_JSON_DEPTH))
		return reader_fault(reader, NULL,
		    "nested deeper than %u levels: expected at most that", LIMIT_JSON_DEPTH);
	if (!same_members(reader, root)) {
		rc = learn_members(reader, root, err);
		if (rc != 0)
			return rc;
	}
	return set_values(reader, root, err);
}
