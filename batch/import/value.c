#include "import/value.h"

#include "model/permissions.h"
#include "read/spreadsheet.h"
#include "timestamp.h"

#include <string.h>
#include <strings.h>

#define NUMBER_MOST INT64_C(2147483647)
#define LEVEL_MOST 255
#define GUID_LENGTH 36
#define SHOWN_MOST 64

static const char names_text[] =
    "DNS names with one blank between, or an array of {\"Value\", \"Type\"}";
static const char permissions_text[] =
    "/certificates/enrollment/pfx/, /certificate_stores/read/, /certificate_stores/schedule/ or "
    "/certificate_stores/modify/, the last three also with a container's id and a slash behind";

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hexadecimal(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static void
trim(const char **text, size_t *length)
{
	while (*length > 0 && is_blank(**text)) {
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && is_blank((*text)[*length - 1]))
		(*length)--;
}

const char *
import_shown(const struct value *value, char *text, size_t size)
{
	size_t characters = 0;
	bool safe = value->length <= SHOWN_MOST;

	if (value->type == VALUE_NESTED) {
		snprintf(text, size, "an array or an object");
		return text;
	}
	for (size_t i = 0; i < value->length; i++) {
		/* The bytes behind the first of a character are 10xxxxxx (RFC 3629, 3). */
		characters += ((unsigned char)value->text[i] & 0xc0) != 0x80;
		safe = safe && is_one_of(value->text[i], "0123456789 .,:+-/TZE");
	}
	if (safe)
		snprintf(text, size, "\"%.*s\"", (int)value->length, value->text);
	else
		snprintf(text, size, "a value of %zu characters", characters);
	return text;
}

/* ---- what each type expects ---------------------------------------------------------------- */

static const char *
choices_text(const struct import_choice *choices, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; choices[i].word != NULL && length < size; i++) {
		const char *between = i == 0 ? "" : choices[i + 1].word == NULL ? " or " : ", ";

		snprintf(text + length, size - length, "%s%s (%d)", between, choices[i].word,
		    (int)choices[i].number);
		length += strlen(text + length);
	}
	return text;
}

static const char *
expected(const struct import_field *field, char *text, size_t size)
{
	static const char *const texts[IMPORT_TYPES] = {
	    [IMPORT_TEXT] = "text",
	    [IMPORT_ID] = "a whole number from 1 to 2147483647",
	    [IMPORT_NUMBER] = "a whole number from 0 to 2147483647",
	    [IMPORT_LEVEL] = "a whole number from 0 to 255",
	    [IMPORT_BOOLEAN] = "true, false, 1 or 0",
	    [IMPORT_GUID] = "a GUID of 8-4-4-4-12 hexadecimal digits",
	    [IMPORT_THUMBPRINT] = "40 or 64 hexadecimal digits",
	    [IMPORT_TIME] = "ISO 8601 UTC, such as 2027-01-31T23:59:59Z",
	    [IMPORT_NAMES] = names_text,
	    [IMPORT_PERMISSION] = permissions_text,
	};

	if (field->type == IMPORT_CHOICE)
		return choices_text(field->choices, text, size);
	return texts[field->type];
}

/* ---- the types ----------------------------------------------------------------------------- */

/* A decimal without sign; leading zeros are fine. */
static bool
parse_number(const char *text, size_t length, int64_t least, int64_t most, int64_t *number)
{
	int64_t result = 0;

	trim(&text, &length);
	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!is_digit(text[i]))
			return false;
		result = result * 10 + (text[i] - '0');
		if (result > most)
			return false;
	}
	*number = result;
	return result >= least;
}

static bool
is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

static bool
parse_choice(const struct import_choice *choices, const char *text, size_t length, int64_t *number)
{
	int64_t given = -1;

	trim(&text, &length);
	if (!parse_number(text, length, 0, NUMBER_MOST, &given))
		given = -1;
	for (; choices->word != NULL; choices++) {
		if (choices->number == given || is_word(text, length, choices->word)) {
			*number = choices->number;
			return true;
		}
	}
	return false;
}

static bool
parse_boolean(const char *text, size_t length, int64_t *number)
{
	static const struct import_choice words[] = {{"false", 0}, {"true", 1}, {NULL, 0}};

	return parse_choice(words, text, length, number);
}

static bool
parse_guid(const char *text, size_t length, struct import_cell *cell)
{
	trim(&text, &length);
	if (length == GUID_LENGTH + 2 && text[0] == '{' && text[length - 1] == '}') {
		text++;
		length -= 2;
	}
	if (length != GUID_LENGTH)
		return false;
	for (size_t i = 0; i < length; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = text[i];

		if (dash ? c != '-' : !is_hexadecimal(c))
			return false;
		cell->text[i] = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
	}
	cell->value = (struct load_value){LOAD_TEXT, 0, cell->text, GUID_LENGTH};
	return true;
}

/* Blanks and colons between the digits are how certificate viewers show a thumbprint. */
static bool
parse_thumbprint(const char *text, size_t length, struct import_cell *cell)
{
	size_t digits = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (is_blank(c) || c == ':')
			continue;
		if (!is_hexadecimal(c) || digits == 64)
			return false;
		cell->text[digits++] = (char)(c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c);
	}
	cell->value = (struct load_value){LOAD_TEXT, 0, cell->text, digits};
	return digits == 40 || digits == 64;
}

static bool
is_permission(const char *text)
{
	int64_t container;

	return permission_parse(text, &container) != -1;
}

static bool
parse_text(const struct value *value, struct import_cell *cell)
{
	cell->value = (struct load_value){LOAD_TEXT, 0, value->text, value->length};
	return value->type == VALUE_TEXT;
}

/* The value is there, and neither null nor empty. */
static bool
parse(const struct import_field *field, const struct value *value, struct import_cell *cell)
{
	int64_t *number = &cell->value.integer;

	cell->value.type = LOAD_INTEGER;
	if (value->type == VALUE_NESTED || value->type == VALUE_REAL)
		return false;
	switch (field->type) {
	case IMPORT_ID:
		return parse_number(value->text, value->length, 1, NUMBER_MOST, number);
	case IMPORT_NUMBER:
		return parse_number(value->text, value->length, 0, NUMBER_MOST, number);
	case IMPORT_LEVEL:
		return parse_number(value->text, value->length, 0, LEVEL_MOST, number);
	case IMPORT_BOOLEAN:
		return parse_boolean(value->text, value->length, number);
	case IMPORT_CHOICE:
		return parse_choice(field->choices, value->text, value->length, number);
	case IMPORT_GUID:
		return parse_guid(value->text, value->length, cell);
	case IMPORT_THUMBPRINT:
		return parse_thumbprint(value->text, value->length, cell);
	case IMPORT_PERMISSION:
		return parse_text(value, cell) && is_permission(value->text);
	default:
		return parse_text(value, cell);
	}
}

/* Says what is wrong with a value; always false. */
static bool
refuse_value(
    const struct value *value, const char *before, const char *wrong, char *fault, size_t size)
{
	const char *error = value->type == VALUE_TEXT
				? spreadsheet_error(value->text, value->length)
				: NULL;
	char shown[SHOWN_MOST + 32];

	if (error != NULL)
		snprintf(fault, size, "\"%s\" " SPREADSHEET_ERROR_TEXT, error);
	else
		snprintf(fault, size, "%s: %s%s", import_shown(value, shown, sizeof(shown)), before,
		    wrong);
	return false;
}

static bool
parse_time(const struct value *value, struct import_cell *cell, char *fault, size_t size)
{
	size_t length = value->length;
	const char *bytes = value->text;
	const char *wrong = "not text: expected YYYY-MM-DDTHH:mm:ssZ";

	if (value->type == VALUE_TEXT) {
		trim(&bytes, &length);
		wrong = timestamp_parse_server(bytes, length, &cell->value.integer);
	}
	cell->value.type = LOAD_INTEGER;
	return wrong == NULL || refuse_value(value, "", wrong, fault, size);
}

bool
import_parse(const struct import_field *field, const struct value *value, struct import_cell *cell,
    struct buffer *names, char *fault, size_t size)
{
	char text[256];

	cell->value = (struct load_value){.type = LOAD_KEEP};
	if (value_is_absent(value)) {
		if (value->type != VALUE_ABSENT)
			cell->value.type = LOAD_NOTHING;
		if (field->required)
			snprintf(fault, size, "missing: expected %s",
			    expected(field, text, sizeof(text)));
		return !field->required;
	}
	if (field->type == IMPORT_TIME)
		return parse_time(value, cell, fault, size);
	if (field->type == IMPORT_NAMES) {
		if (!import_parse_names(value, names, fault, size))
			return false;
		cell->value = (struct load_value){LOAD_TEXT, 0, names->bytes, names->length};
		return true;
	}
	if (parse(field, value, cell))
		return true;
	return refuse_value(value, "expected ", expected(field, text, sizeof(text)), fault, size);
}
