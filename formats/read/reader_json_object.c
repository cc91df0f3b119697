#include "read/reader_private.h"

#include "decimal.h"
#include "memory.h"
#include "read/json_memory.h"
#include "read/names.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/*
 * Reads one JSON object into the values of a record. jansson is given the known members alone, for
 * it refuses numbers out of its range, half a surrogate pair and \u0000; other members may hold any
 * valid JSON.
 */

void
object_release(struct reader *reader)
{
	json_decref(reader->root);
	reader->root = NULL;
	buffer_clear(&reader->object);
	for (size_t i = 0; i < reader->fields->count; i++) {
		memory_free(reader->dumps[i]);
		reader->dumps[i] = NULL;
	}
}

/* ---- syntax -------------------------------------------------------------------------------- */

/* The column of text[at] in its line, in characters, and *line; both count from 1. */
static size_t
object_column(const char *text, size_t at, uint64_t *line)
{
	size_t start = at, column = 1;

	while (start > 0 && text[start - 1] != '\n' && text[start - 1] != '\r')
		start--;
	*line = 1 + line_count(text, start);
	for (; start < at; start++)
		column += ((unsigned char)text[start] & 0xC0) != 0x80; /* RFC 3629, 3 */
	return column;
}

int
object_fault(struct reader *reader, const char *text, size_t length)
{
	const struct json_scan *scan = &reader->scan;
	size_t looked = scan->fault_at + 4 < length ? scan->fault_at + 4 : length;
	size_t column;
	uint64_t line;

	/* The first fault is reported: this one, or bytes before it that are no text. */
	if (utf8_valid(text, looked) <= scan->fault_at ||
	    memchr(text, '\0', scan->fault_at < length ? scan->fault_at + 1 : length) != NULL) {
		reader_check_text(reader, text, looked, NULL);
		return 1;
	}
	column = object_column(text, scan->fault_at, &line);
	if (line > 1)
		return reader_fault(reader, NULL, "not a JSON object (line %ju, column %zu): %s",
		    (uintmax_t)(reader->record.line + line - 1), column,
		    json_fault_text(scan->fault));
	return reader_fault(reader, NULL, "not a JSON object (column %zu%s): %s", column,
	    reader->format == FORMAT_JSON ? " of the element" : "", json_fault_text(scan->fault));
}

/* ---- names --------------------------------------------------------------------------------- */

static void
object_forget_members(struct reader *reader)
{
	for (size_t i = 0; i < reader->member_count; i++) {
		memory_free(reader->members[i].written);
		memory_free(reader->members[i].name);
	}
	reader->member_count = reader->members_repaired = 0;
}

void
object_close(struct reader *reader)
{
	object_forget_members(reader);
	free(reader->members);
	free(reader->scan.members);
	json_scan_release(&reader->scan);
	json_lines_release(&reader->lines);
	buffer_release(&reader->object);
}

/* Whether the names are those of the last object, in the same order: they are judged already. */
static bool
object_same_members(const struct reader *reader, const char *text)
{
	const struct json_scan *scan = &reader->scan;

	if (scan->member_count != reader->member_count)
		return false;
	for (size_t i = 0; i < scan->member_count; i++) {
		const struct json_member *found = &scan->members[i];
		size_t length = found->name_end - found->name;

		if (length != reader->members[i].written_length ||
		    memcmp(text + found->name, reader->members[i].written, length) != 0)
			return false;
	}
	return true;
}

/* The name without its escapes, or as it is written when they mean no text. NULL: no memory. */
static char *
object_name(const char *text, const struct json_member *found)
{
	const char *quoted = text + found->name - 1;
	size_t length = found->name_end - found->name;
	json_t *string;
	char *name;

	if (!found->escaped)
		return strndup(quoted + 1, length);
	json_memory_begin();
	string = json_loadb(quoted, length + 2, JSON_DECODE_ANY, NULL);
	if (json_memory_failed())
		name = NULL;
	else if (string != NULL)
		name = strdup(json_string_value(string));
	else
		name = strndup(quoted + 1, length);
	json_decref(string);
	return name;
}

/* Judges the members and notes their fields. 0; 1 with a fault that names all refused ones; -1 and
 * err. */
static int
object_settle_members(struct reader *reader, struct error *err)
{
	const struct fields *fields = reader->fields;
	char text[sizeof(reader->fault)];
	const char *refused;

	for (size_t i = 0; i < reader->member_count; i++) {
		reader->judged[i].name = reader->members[i].name;
		reader->judged[i].length = reader->members[i].length;
	}
	names_judge(fields, reader->judged, reader->member_count);
	refused = names_fault(
	    &(struct judgement){fields, reader->judged, reader->member_count, "member"}, text,
	    sizeof(text));
	if (refused != NULL) /* unknown members are refused with the object, not ignored */
		return reader_fault(reader, refused, "%s", text);
	for (size_t i = 0; i < reader->member_count; i++) {
		const struct judged *judged = &reader->judged[i];
		bool known = judged->kind == NAME_KNOWN || judged->kind == NAME_DROPPED;

		reader->members[i].field = known && judged->field < fields->count
					       ? (int)judged->field
					       : -1;
		if (judged->kind == NAME_KNOWN)
			reader->members_repaired += name_has_invisible(
			    judged->name, judged->length);
		if (judged->kind == NAME_UNKNOWN &&
		    reader_ignore(reader, judged->name, judged->length, err) == -1)
			return -1;
	}
	return 0;
}

/* Refuses two members that are read and have equal names. */
static int
object_check_twins(struct reader *reader)
{
	const struct member *members = reader->members;

	for (size_t i = 1; i < reader->member_count; i++)
		for (size_t j = 0; j < i && members[i].field >= 0; j++)
			if (name_equal(members[i].name, members[i].length, members[j].name,
				members[j].length))
				return reader_fault(reader, members[i].name,
				    "a second member of that name: expected each name once");
	return 0;
}

static int
object_add_member(
    struct reader *reader, const char *text, const struct json_member *found, struct error *err)
{
	struct member *member = &reader->members[reader->member_count];

	*member = (struct member){.written_length = found->name_end - found->name, .field = -1};
	member->written = strndup(text + found->name, member->written_length);
	member->name = object_name(text, found);
	reader->member_count++;
	if (member->written == NULL || member->name == NULL)
		return error_memory(err);
	member->length = strlen(member->name);
	return 0;
}

/* Takes the members of an object with new names. 0; 1 with a fault; -1 and err. */
static int
object_learn_members(struct reader *reader, const char *text, struct error *err)
{
	const struct json_scan *scan = &reader->scan;
	int rc = 0;

	object_forget_members(reader);
	if (reader->members == NULL)
		reader->members = calloc(LIMIT_COLUMNS, sizeof(*reader->members));
	if (reader->members == NULL)
		return error_memory(err);
	for (size_t i = 0; i < scan->member_count && rc == 0; i++)
		rc = object_add_member(reader, text, &scan->members[i], err);
	if (rc == 0)
		rc = object_settle_members(reader, err);
	if (rc == 0)
		rc = object_check_twins(reader);
	if (rc != 0)
		object_forget_members(reader);
	return rc;
}

/* The names of the first object serve as the header. */
static int
object_take_names(struct reader *reader, const char *text, struct error *err)
{
	const struct json_scan *scan = &reader->scan;
	size_t field;

	for (size_t i = 0; i < scan->member_count && i < LIMIT_COLUMNS; i++) {
		char *name = object_name(text, &scan->members[i]);
		int rc = name == NULL
			     ? -1
			     : name_list_add(&reader->names, name, strlen(name), LIMIT_FIELD);

		if (rc == 0 && name_find(reader->fields, name, strlen(name), &field) == NAME_KNOWN)
			reader->has[field] = true;
		memory_free(name);
		if (rc == -1)
			return error_memory(err);
	}
	reader->naming = false;
	return 0;
}

/* ---- values -------------------------------------------------------------------------------- */

/* An array or object of a raw field: it is given as it is written. */
static bool
object_is_raw(const struct reader *reader, size_t index)
{
	int field = reader->members[index].field;

	return field >= 0 && reader->fields->raw != NULL && reader->fields->raw[field] &&
	       reader->scan.members[index].levels > 0;
}

/* Whether jansson is given the member. */
static bool
object_is_parsed(const struct reader *reader, size_t index)
{
	return reader->members[index].field >= 0 && !object_is_raw(reader, index);
}

/* Refuses a value that is nested too deep or too long. 1 with a fault, else 0. */
static int
object_check_member(struct reader *reader, size_t index)
{
	const struct json_member *found = &reader->scan.members[index];
	const struct member *member = &reader->members[index];
	size_t length = found->value_end - found->value;
	bool known = object_is_parsed(reader, index), nested = found->levels > 0;

	if (known && found->levels >= LIMIT_JSON_DEPTH)
		return reader_fault(reader, NULL,
		    "nested deeper than %u levels: expected at most that", LIMIT_JSON_DEPTH);
	/* A string is shorter without its escapes: object_set_values() checks it. */
	if ((nested || !known) && length > LIMIT_FIELD && !reader->long_records)
		return reader_fault(reader, member->name,
		    "a value of more than %u bytes: expected at most that", LIMIT_FIELD);
	return 0;
}

static int
object_dump(struct reader *reader, json_t *json, size_t field, struct value *value)
{
	/* With 15 digits a decimal fraction is as it was written. */
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	if (text == NULL)
		return -1;
	reader->dumps[field] = text;
	value->text = text;
	value->length = strlen(text);
	return 0;
}

static int
object_set_value(struct reader *reader, json_t *json, size_t field)
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
		return object_dump(reader, json, field, value);
	default:
		value->type = VALUE_NESTED;
		return object_dump(reader, json, field, value);
	}
}

static int
object_set_raw(struct reader *reader, const char *text, size_t index)
{
	const struct json_member *found = &reader->scan.members[index];
	size_t field = (size_t)reader->members[index].field;
	size_t length = found->value_end - found->value;
	char *copy = strndup(text + found->value, length);

	reader->dumps[field] = copy;
	reader->values[field] = (struct value){VALUE_NESTED, copy, length};
	return copy == NULL ? -1 : 0;
}

/* The root has the members that were parsed, in their order. */
static int
object_set_values(struct reader *reader, const char *text, struct error *err)
{
	void *iter = json_object_iter(reader->root);

	for (size_t i = 0; i < reader->member_count; i++) {
		json_t *json;

		if (object_is_raw(reader, i) && object_set_raw(reader, text, i) == -1)
			return error_memory(err);
		if (iter == NULL || !object_is_parsed(reader, i))
			continue;
		json = json_object_iter_value(iter);
		if (json_is_string(json) && json_string_length(json) > LIMIT_FIELD)
			return reader_fault(reader, reader->members[i].name,
			    "a value of more than %u bytes: expected at most that", LIMIT_FIELD);
		if (object_set_value(reader, json, (size_t)reader->members[i].field) == -1)
			return error_memory(err);
		iter = json_object_iter_next(reader->root, iter);
	}
	return 1;
}

static const char *
object_refusal(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "\\u0000 in a string: expected text without it";
	case json_error_duplicate_key:
		return "two members of one name: expected each name once";
	case json_error_numeric_overflow:
		return "a number that is too large: expected at most 64 bits";
	default:
		return "half a surrogate pair: expected \\u for both halves";
	}
}

/* jansson refused the object: sets the fault, with the member. 1; -1 and err. */
static int
object_refuse(struct reader *reader, const char *text, struct error *err)
{
	const struct json_scan *scan = &reader->scan;

	for (size_t i = 0; i < reader->member_count; i++) {
		const struct json_member *found = &scan->members[i];
		json_error_t error;
		json_t *json;

		if (!object_is_parsed(reader, i))
			continue;
		json_memory_begin();
		json = json_loadb(text + found->value, found->value_end - found->value,
		    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
		if (json_memory_failed()) {
			json_decref(json);
			return error_memory(err);
		}
		if (json == NULL)
			return reader_fault(
			    reader, reader->members[i].name, "%s", object_refusal(&error));
		json_decref(json);
	}
	return reader_fault(reader, NULL, "not a JSON object: expected RFC 8259");
}

/* The object with the members alone that are parsed. NULL when there is no memory. */
static const char *
object_known(struct reader *reader, const char *text, size_t *length)
{
	struct buffer *object = &reader->object;
	size_t known = 0;

	for (size_t i = 0; i < reader->member_count; i++)
		known += object_is_parsed(reader, i);
	if (known == reader->member_count)
		return text;
	buffer_clear(object);
	buffer_add(object, "{", 1);
	for (size_t i = 0; i < reader->member_count; i++) {
		const struct json_member *found = &reader->scan.members[i];

		if (!object_is_parsed(reader, i))
			continue;
		buffer_add(object, ",", object->length > 1 ? 1 : 0);
		buffer_add(object, text + found->name - 1, found->value_end - found->name + 1);
	}
	buffer_add(object, "}", 1);
	*length = object->length;
	return object->failed ? NULL : object->bytes;
}

static int
object_parse(struct reader *reader, const char *text, size_t length, struct error *err)
{
	const char *known = object_known(reader, text, &length);
	json_error_t error;

	if (known == NULL)
		return error_memory(err);
	json_memory_begin();
	reader->root = json_loadb(known, length, JSON_REJECT_DUPLICATES, &error);
	if (json_memory_failed())
		return error_memory(err);
	if (reader->root == NULL)
		return object_refuse(reader, text, err);
	return object_set_values(reader, text, err);
}

int
object_read(struct reader *reader, const char *text, size_t length, struct error *err)
{
	const struct json_scan *scan = &reader->scan;
	int rc;

	if (!scan->is_object)
		return reader_fault(
		    reader, NULL, "not a JSON object: expected { and names with values");
	if (reader->naming && object_take_names(reader, text, err) == -1)
		return -1;
	if (scan->member_count > LIMIT_COLUMNS)
		return reader_fault(reader, NULL, "%zu members: expected at most %u",
		    scan->member_count, LIMIT_COLUMNS);
	if (!object_same_members(reader, text)) {
		rc = object_learn_members(reader, text, err);
		if (rc != 0)
			return rc;
	}
	for (size_t i = 0; i < scan->member_count; i++)
		if (object_check_member(reader, i) != 0)
			return 1;
	rc = object_parse(reader, text, length, err);
	for (size_t i = 0; i < reader->members_repaired && reader->record.fault == NULL; i++)
		repairs_add(&reader->repairs, REPAIR_INVISIBLE_CHARACTERS, reader->record.line);
	return rc;
}
