#include "import/value.h"

#include "certificates/algorithm.h"
#include "import/names.h"
#include "import/usages.h"
#include "model/endpoint.h"
#include "model/guid.h"
#include "model/permissions.h"
#include "model/thumbprint.h"
#include "read/scripted.h"
#include "read/spreadsheet.h"
#include "timestamp.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NUMBER_MOST INT64_C(2147483647)
#define LEVEL_MOST 255
#define KEY_USAGE_MOST 0xffff
#define SHOWN_MOST 64

static const char names_text[] =
    "DNS names with one blank between, or an array of {\"Value\", \"Type\"}";
static const char permissions_text[] =
    "/certificates/enrollment/pfx/, /certificate_stores/read/, /certificate_stores/schedule/ or "
    "/certificate_stores/modify/, the last three also with a container's id and a slash behind";

static bool
import_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
import_trim(const char **text, size_t *length)
{
	while (*length > 0 && import_is_blank(**text)) {
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && import_is_blank((*text)[*length - 1]))
		(*length)--;
}

/* The value in a message: itself where it can be no secret, else how long it is. */
static const char *
import_shown(const struct value *value, bool hides, char *text, size_t size)
{
	static const char harmless[] = "0123456789 .,:+-/TZE";
	size_t characters = 0;
	bool safe = !hides && value->length <= SHOWN_MOST;

	if (value->type == VALUE_NESTED) {
		snprintf(text, size, "an array or an object");
		return text;
	}
	for (size_t i = 0; i < value->length; i++) {
		/* The bytes after the first of a character are 10xxxxxx (RFC 3629, 3). */
		characters += ((unsigned char)value->text[i] & 0xc0) != 0x80;
		safe = safe && memchr(harmless, value->text[i], sizeof(harmless) - 1) != NULL;
	}
	if (safe)
		snprintf(text, size, "\"%.*s\"", (int)value->length, value->text);
	else
		snprintf(text, size, "a value of %zu characters", characters);
	return text;
}

/* ---- what each type expects ---------------------------------------------------------------- */

static const char *
import_choices_text(const struct import_choice *choices, char *text, size_t size)
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
import_expected(const struct import_field *field, char *text, size_t size)
{
	static const char *const texts[IMPORT_TYPES] = {
	    [IMPORT_TEXT] = "text",
	    [IMPORT_ID] = "a whole number from 1 to 2147483647",
	    [IMPORT_ID_OR_NONE] = "a whole number from 0 to 2147483647",
	    [IMPORT_NUMBER] = "a whole number from 0 to 2147483647",
	    [IMPORT_LEVEL] = "a whole number from 0 to 255",
	    [IMPORT_BOOLEAN] = "true, false, 1 or 0",
	    [IMPORT_STORE_TYPE] = "the number or the ShortName of a store type",
	    [IMPORT_GUID] = "a GUID of 8-4-4-4-12 hexadecimal digits",
	    [IMPORT_THUMBPRINT] = "40 or 64 hexadecimal digits",
	    [IMPORT_TIME] = "ISO 8601 UTC, such as 2027-01-31T23:59:59Z",
	    [IMPORT_NAMES] = names_text,
	    [IMPORT_PERMISSION] = permissions_text,
	    [IMPORT_KEY_USAGE] = "a whole number from 0 to 65535",
	    [IMPORT_USAGES] = "OIDs with one blank between, or an array of {\"Oid\"}",
	    [IMPORT_SIGNATURE] = "an OID or the name of a signature algorithm",
	    [IMPORT_SHA256] = "64 hexadecimal digits",
	    [IMPORT_ENDPOINT] = ENDPOINT_EXPECTED,
	    [IMPORT_INNER] = "another value",
	    [IMPORT_CURVE] = "the name of a curve, or its OID",
	};

	if (field->type == IMPORT_CHOICE)
		return import_choices_text(field->choices, text, size);
	return texts[field->type];
}

/* ---- the types ----------------------------------------------------------------------------- */

/* A decimal without a sign; leading zeros are allowed. */
static bool
import_parse_number(const char *text, size_t length, int64_t least, int64_t most, int64_t *number)
{
	int64_t result = 0;

	import_trim(&text, &length);
	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
		result = result * 10 + (text[i] - '0');
		if (result > most)
			return false;
	}
	*number = result;
	return result >= least;
}

static bool
import_is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

static bool
import_parse_choice(
    const struct import_choice *choices, const char *text, size_t length, int64_t *number)
{
	int64_t given = -1;

	import_trim(&text, &length);
	if (!import_parse_number(text, length, 0, NUMBER_MOST, &given))
		given = -1;
	for (; choices->word != NULL; choices++) {
		if (choices->number == given || import_is_word(text, length, choices->word)) {
			*number = choices->number;
			return true;
		}
	}
	return false;
}

static bool
import_parse_boolean(const char *text, size_t length, int64_t *number)
{
	static const struct import_choice words[] = {{"false", 0}, {"true", 1}, {NULL, 0}};

	return import_parse_choice(words, text, length, number);
}

static bool
import_parse_guid(const struct value *value, struct import_cell *cell)
{
	const char *text = value->text;
	size_t length = value->length;

	import_trim(&text, &length);
	cell->value = (struct load_value){LOAD_TEXT, 0, cell->text, GUID_SIZE - 1};
	return guid_parse(text, length, cell->text);
}

static bool
import_parse_thumbprint(const struct value *value, struct import_cell *cell)
{
	size_t length = thumbprint_parse(value->text, value->length, cell->text);

	cell->value = (struct load_value){LOAD_TEXT, 0, cell->text, length};
	return length > 0;
}

static bool
import_parse_signature(const struct value *value, struct import_cell *cell)
{
	const char *text = value->text;
	size_t length = value->length;

	import_trim(&text, &length);
	cell->value = (struct load_value){.type = LOAD_KEEP};
	if (value->type == VALUE_TEXT && algorithm_signature(text, length, cell->text))
		cell->value = (struct load_value){LOAD_TEXT, 0, cell->text, strlen(cell->text)};
	return value->type == VALUE_TEXT;
}

static bool
import_parse_curve(const struct value *value, struct import_cell *cell)
{
	const char *text = value->text;
	size_t length = value->length;

	import_trim(&text, &length);
	if (value->type != VALUE_TEXT || !algorithm_curve(text, length, cell->text))
		return false;
	cell->value = (struct load_value){LOAD_TEXT, 0, cell->text, strlen(cell->text)};
	return true;
}

static bool
import_parse_endpoint(const struct value *value, struct import_cell *cell)
{
	const char *text = value->text;
	size_t length = value->length;
	struct endpoint endpoint;

	import_trim(&text, &length);
	cell->value = (struct load_value){LOAD_TEXT, 0, text, length};
	return value->type == VALUE_TEXT && endpoint_parse(text, length, &endpoint);
}

static bool
import_parse_text(const struct value *value, struct import_cell *cell)
{
	cell->value = (struct load_value){LOAD_TEXT, 0, value->text, value->length};
	return value->type == VALUE_TEXT;
}

static bool
import_parse_id_or_none(const struct value *value, struct import_cell *cell)
{
	if (!import_parse_number(value->text, value->length, 0, NUMBER_MOST, &cell->value.integer))
		return false;
	if (cell->value.integer == 0)
		cell->value.type = LOAD_NOTHING;
	return true;
}

static bool
import_parse_store_type(const struct value *value, struct import_cell *cell)
{
	const char *text = value->text;
	size_t length = value->length;

	if (import_parse_number(text, length, 0, NUMBER_MOST, &cell->value.integer))
		return true;
	import_trim(&text, &length);
	cell->value = (struct load_value){LOAD_TEXT, 0, text, length};
	return value->type == VALUE_TEXT && length > 0;
}

/* Parses a value that is there, neither null nor empty. */
static bool
import_parse_plain(
    const struct import_field *field, const struct value *value, struct import_cell *cell)
{
	int64_t *number = &cell->value.integer, container;

	cell->value.type = LOAD_INTEGER;
	if (value->type == VALUE_NESTED || value->type == VALUE_REAL)
		return false;
	switch (field->type) {
	case IMPORT_ID:
		return import_parse_number(value->text, value->length, 1, NUMBER_MOST, number);
	case IMPORT_ID_OR_NONE:
		return import_parse_id_or_none(value, cell);
	case IMPORT_STORE_TYPE:
		return import_parse_store_type(value, cell);
	case IMPORT_NUMBER:
		return import_parse_number(value->text, value->length, 0, NUMBER_MOST, number);
	case IMPORT_LEVEL:
		return import_parse_number(value->text, value->length, 0, LEVEL_MOST, number);
	case IMPORT_BOOLEAN:
		return import_parse_boolean(value->text, value->length, number);
	case IMPORT_CHOICE:
		return import_parse_choice(field->choices, value->text, value->length, number);
	case IMPORT_GUID:
		return import_parse_guid(value, cell);
	case IMPORT_THUMBPRINT:
		return import_parse_thumbprint(value, cell);
	case IMPORT_SHA256:
		return import_parse_thumbprint(value, cell) &&
		       cell->value.length == THUMBPRINT_SIZE - 1;
	case IMPORT_KEY_USAGE:
		return import_parse_number(value->text, value->length, 0, KEY_USAGE_MOST, number);
	case IMPORT_SIGNATURE:
		return import_parse_signature(value, cell);
	case IMPORT_CURVE:
		return import_parse_curve(value, cell);
	case IMPORT_ENDPOINT:
		return import_parse_endpoint(value, cell);
	case IMPORT_PERMISSION:
		return import_parse_text(value, cell) &&
		       permission_parse(value->text, &container) != -1;
	default:
		return import_parse_text(value, cell);
	}
}

/* Fills the fault of a value; always false. */
static bool
import_refuse(
    const struct value *value, const char *before, const char *wrong, struct import_fault *fault)
{
	const char *error = value->type == VALUE_TEXT
				? spreadsheet_error(value->text, value->length)
				: NULL;
	char shown[SHOWN_MOST + 32];

	if (error != NULL)
		snprintf(fault->text, sizeof(fault->text), "\"%s\" " SPREADSHEET_ERROR_TEXT, error);
	else
		snprintf(fault->text, sizeof(fault->text), "%s: %s%s",
		    import_shown(value, fault->hides, shown, sizeof(shown)), before, wrong);
	return false;
}

static bool
import_parse_time(const struct value *value, struct import_cell *cell, struct import_fault *fault)
{
	size_t length = value->length;
	const char *bytes = value->text;
	const char *wrong = "not text: expected YYYY-MM-DDTHH:mm:ssZ";

	if (value->type == VALUE_TEXT) {
		import_trim(&bytes, &length);
		wrong = timestamp_parse_server(bytes, length, &cell->value.integer);
	}
	cell->value.type = LOAD_INTEGER;
	return wrong == NULL || import_refuse(value, "", wrong, fault);
}

void
import_missing(const struct import_field *field, struct import_fault *fault)
{
	char text[256];

	snprintf(fault->text, sizeof(fault->text), "missing: expected %s",
	    import_expected(field, text, sizeof(text)));
}

void
import_unexpected(const struct value *value, const char *expected, struct import_fault *fault)
{
	(void)import_refuse(value, "expected ", expected, fault);
}

bool
import_same(const struct load_value *one, const struct load_value *other)
{
	if (one->type != other->type)
		return false;
	if (one->type == LOAD_INTEGER)
		return one->integer == other->integer;
	return one->type != LOAD_TEXT ||
	       (one->length == other->length && memcmp(one->text, other->text, one->length) == 0);
}

bool
import_parse(const struct import_field *field, const struct value *value, struct import_cell *cell,
    struct buffer *list, struct import_fault *fault)
{
	char text[256];

	cell->value = (struct load_value){.type = LOAD_KEEP};
	if (field->type == IMPORT_INNER)
		return true;
	if (value_is_absent(value)) {
		if (value->type != VALUE_ABSENT)
			cell->value.type = LOAD_NOTHING;
		if (field->required)
			import_missing(field, fault);
		return !field->required;
	}
	if (value->type == VALUE_TEXT && scripted_is_object(value->text, value->length)) {
		snprintf(fault->text, sizeof(fault->text), "%s", SCRIPTED_TEXT);
		return false;
	}
	if (field->type == IMPORT_TIME)
		return import_parse_time(value, cell, fault);
	if (field->type == IMPORT_NAMES || field->type == IMPORT_USAGES) {
		if (field->type == IMPORT_NAMES ? !import_parse_names(value, list, fault)
						: !import_parse_usages(value, list, fault))
			return false;
		cell->value = (struct load_value){LOAD_TEXT, 0, list->bytes, list->length};
		return true;
	}
	if (import_parse_plain(field, value, cell))
		return true;
	return import_refuse(value, "expected ", import_expected(field, text, sizeof(text)), fault);
}
