#include "import/usages.h"

#include "certificates/algorithm.h"
#include "import/names.h"
#include "read/json_memory.h"
#include "read/scripted.h"
#include "text_list.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static const char usages_expected[] =
    "expected OIDs with one blank between, or an array of {\"Oid\"}";

static int
usage_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
usages_add_sorted(struct text_list *oids, struct buffer *usages)
{
	if (oids->count > 1)
		qsort(oids->items, oids->count, sizeof(*oids->items), usage_compare);
	for (size_t i = 0; i < oids->count; i++) {
		if (i > 0 && strcmp(oids->items[i - 1], oids->items[i]) == 0)
			continue;
		buffer_addf(usages, "%s%s", usages->length == 0 ? "" : " ", oids->items[i]);
	}
}

/* Takes an OID, which must live as long as the list. `number` counts them in messages. */
static bool
usages_take(struct text_list *oids, const char *oid, size_t number, struct buffer *usages,
    struct import_fault *fault)
{
	if (!algorithm_is_oid(oid, strlen(oid))) {
		snprintf(fault->text, sizeof(fault->text), "usage %zu is no OID: %s", number,
		    usages_expected);
		return false;
	}
	if (text_list_add(oids, oid) == -1)
		usages->failed = true;
	return true;
}

static bool
usages_take_text(
    struct text_list *oids, char *text, struct buffer *usages, struct import_fault *fault)
{
	char *rest = NULL;
	size_t number = 0;

	for (char *oid = strtok_r(text, " ,;\t\r\n", &rest); oid != NULL;
	     oid = strtok_r(NULL, " ,;\t\r\n", &rest))
		if (!usages_take(oids, oid, ++number, usages, fault))
			return false;
	return true;
}

static bool
usages_parse_text(const struct value *value, struct buffer *usages, struct import_fault *fault)
{
	char *copy = strndup(value->text, value->length);
	struct text_list oids = {0};
	bool good = false;

	if (copy == NULL)
		usages->failed = true;
	else if (usages_take_text(&oids, copy, usages, fault)) {
		usages_add_sorted(&oids, usages);
		good = true;
	}
	text_list_release(&oids);
	free(copy);
	return good;
}

static bool
usages_take_array(
    struct text_list *oids, const json_t *array, struct buffer *usages, struct import_fault *fault)
{
	size_t index;
	json_t *element;

	json_array_foreach(array, index, element)
	{
		const json_t *oid = json_is_string(element) ? element
							    : import_json_member(element, "Oid");

		if (json_is_string(element) &&
		    scripted_is_object(json_string_value(element), json_string_length(element))) {
			snprintf(fault->text, sizeof(fault->text), "element %zu: " SCRIPTED_TEXT,
			    index + 1);
			return false;
		}
		if (!json_is_string(oid)) {
			snprintf(fault->text, sizeof(fault->text),
			    "element %zu: expected {\"Oid\": an OID}", index + 1);
			return false;
		}
		if (!usages_take(oids, json_string_value(oid), index + 1, usages, fault))
			return false;
	}
	return true;
}

static bool
usages_parse_array(const struct value *value, struct buffer *usages, struct import_fault *fault)
{
	struct text_list oids = {0};
	json_t *array;
	bool good = false;

	json_memory_begin();
	array = json_loadb(value->text, value->length, JSON_REJECT_DUPLICATES, NULL);
	if (json_memory_failed())
		usages->failed = true;
	else if (!json_is_array(array))
		snprintf(fault->text, sizeof(fault->text), "not an array of usages: %s",
		    usages_expected);
	else
		good = usages_take_array(&oids, array, usages, fault);
	if (good)
		usages_add_sorted(&oids, usages);
	text_list_release(&oids);
	json_decref(array);
	return good;
}

bool
import_parse_usages(const struct value *value, struct buffer *usages, struct import_fault *fault)
{
	bool good = false;

	buffer_clear(usages);
	if (value->type == VALUE_NESTED || (value->type == VALUE_TEXT && value->text[0] == '['))
		good = usages_parse_array(value, usages, fault);
	else if (value->type == VALUE_TEXT)
		good = usages_parse_text(value, usages, fault);
	else
		snprintf(fault->text, sizeof(fault->text), "neither text nor an array: %s",
		    usages_expected);
	buffer_add_string(usages, "");
	if (usages->failed) {
		snprintf(fault->text, sizeof(fault->text), "out of memory");
		good = false;
	}
	return good;
}
