#include "import/names.h"

#include "certificates/names.h"

#include "read/json_memory.h"
#include "read/scripted.h"

#include <string.h>
#include <strings.h>

/*
 * The types of SubjectAltNameElements, by number or word. The server prints the numbers of a
 * GeneralName's choice (RFC 5280, 4.2.1.6), and above 8 its own.
 */
static const struct import_choice name_types[] = {
    {"OtherName", 0},
    {"Other", 0},
    {"RFC822Name", 1},
    {"RFC822", 1},
    {"Email", 1},
    {"DNSName", 2},
    {"DNS", 2},
    {"X400Address", 3},
    {"DirectoryName", 4},
    {"Directory", 4},
    {"EdiPartyName", 5},
    {"UniformResourceIdentifier", 6},
    {"URI", 6},
    {"URL", 6},
    {"IPAddress", 7},
    {"IP", 7},
    {"RegisteredId", 8},
    {"NTPrincipalName", 100},
    {"UPN", 100},
    {"NTDSReplication", 101},
    {"Unknown", 999},
    {NULL, 0},
};

#define TYPE_MOST 999

#define LABEL_MOST 63 /* RFC 1035, 2.3.4 */
#define NAME_MOST 254 /* a dot at its end included */

static const char names_expected[] =
    "expected DNS names with one blank between, or an array of {\"Value\", \"Type\"}";

/* Labels of letters, digits, - and _, with dots between; the first one may be * (RFC 6125, 6.4.3).
 */
static bool
names_is_dns(const char *text, size_t length)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t start = length > 1 && text[0] == '*' && text[1] == '.' ? 2 : 0;
	size_t label = 0;

	for (size_t i = start; i < length; i++) {
		bool dot = text[i] == '.';

		if (dot ? label == 0 : memchr(letters, text[i], sizeof(letters) - 1) == NULL)
			return false;
		label = dot ? 0 : label + 1;
		if (label > LABEL_MOST)
			return false;
	}
	return length > start && length <= NAME_MOST;
}

/* Whether the name that was added last is a DNS name, A-labels in the place of others. */
static bool
names_last_is_dns(const struct names *names)
{
	const char *value = names->failed ? "failed" : names->items[names->count - 1].value;

	return names_is_dns(value, strlen(value));
}

static bool
names_add_list(struct names *names, const char *text, struct import_fault *fault)
{
	static const char blanks[] = " \t\r\n";

	for (size_t number = 1;; number++) {
		size_t length;

		text += strspn(text, blanks);
		length = strcspn(text, blanks);
		if (length == 0)
			return true;
		names_add(names, NAME_DNS, text, length);
		if (!names_last_is_dns(names)) {
			snprintf(fault->text, sizeof(fault->text), "name %zu is no DNS name: %s",
			    number, names_expected);
			return false;
		}
		text += length;
	}
}

/* A word without regard to case, blanks, '_' and '-', as field names are matched. */
static bool
names_same_word(const char *text, const char *word)
{
	for (;; text++) {
		if (strchr(" _-", *text) != NULL && *text != '\0')
			continue;
		if (strncasecmp(text, word, 1) != 0)
			return false;
		if (*text == '\0')
			return true;
		word++;
	}
}

static bool
names_type(const json_t *type, int64_t *number)
{
	if (json_is_integer(type)) {
		*number = json_integer_value(type);
		return *number >= 0 && *number <= TYPE_MOST;
	}
	for (const struct import_choice *t = name_types; json_is_string(type) && t->word != NULL;
	     t++) {
		if (names_same_word(json_string_value(type), t->word)) {
			*number = t->number;
			return true;
		}
	}
	return false;
}

const json_t *
import_json_member(json_t *object, const char *name)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (strcasecmp(key, name) == 0)
			return value;
	}
	return NULL;
}

static bool
names_add_array(struct names *names, const json_t *array, struct import_fault *fault)
{
	size_t index;
	json_t *element;

	json_array_foreach(array, index, element)
	{
		const json_t *value = import_json_member(element, "Value");
		const json_t *type = import_json_member(element, "Type");
		int64_t number;

		if (json_is_string(element) &&
		    scripted_is_object(json_string_value(element), json_string_length(element))) {
			snprintf(fault->text, sizeof(fault->text), "element %zu: " SCRIPTED_TEXT,
			    index + 1);
			return false;
		}
		if (!json_is_string(value) || !names_type(type, &number)) {
			snprintf(fault->text, sizeof(fault->text),
			    "element %zu: expected {\"Value\": text, \"Type\": a number from 0 to "
			    "%d, or its word}",
			    index + 1, TYPE_MOST);
			return false;
		}
		names_add(names, (int)number, json_string_value(value), json_string_length(value));
	}
	return true;
}

static bool
names_parse_array(const struct value *value, struct names *names, struct import_fault *fault)
{
	json_t *array;
	bool good = false;

	json_memory_begin();
	array = json_loadb(value->text, value->length, JSON_REJECT_DUPLICATES, NULL);
	if (json_memory_failed())
		names->failed = true;
	else if (!json_is_array(array))
		snprintf(
		    fault->text, sizeof(fault->text), "not an array of names: %s", names_expected);
	else
		good = names_add_array(names, array, fault);
	json_decref(array);
	return good;
}

bool
import_parse_names(const struct value *value, struct buffer *json, struct import_fault *fault)
{
	struct names names = {0};
	bool good = false;

	buffer_clear(json);
	if (value->type == VALUE_NESTED || (value->type == VALUE_TEXT && value->text[0] == '['))
		good = names_parse_array(value, &names, fault);
	else if (value->type == VALUE_TEXT)
		good = names_add_list(&names, value->text, fault);
	else
		snprintf(fault->text, sizeof(fault->text), "neither text nor an array: %s",
		    names_expected);
	if (good) {
		names_sort(&names);
		names_add_json(&names, json);
	}
	json->failed |= names.failed;
	names_release(&names);
	if (json->failed) {
		snprintf(fault->text, sizeof(fault->text), "out of memory");
		good = false;
	}
	return good;
}
