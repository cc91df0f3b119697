#include "import/properties.h"

#include "limits.h"
#include "read/scripted.h"

#include <stdio.h>
#include <string.h>

#define PROPERTIES_EXPECTED "expected a JSON object, or its text"

#define PROPERTY_FIELD(property, word, kind) \
	[PROPERTY_##property] = {.name = (word), .type = (kind)},
static const struct import_field properties[PROPERTIES] = {IMPORT_PROPERTY_LIST(PROPERTY_FIELD)};
#undef PROPERTY_FIELD

/* The other name of the first. */
static const char key_path[] = "privateKeyPath";

void
import_properties_release(struct import_properties *given)
{
	json_nested_release(&given->object);
	for (size_t i = 0; i < PROPERTIES + 1; i++)
		json_nested_release(&given->inner[i]);
}

static void
properties_refuse(const struct value *value, struct import_fault *fault)
{
	const char *what = "text that is no whole JSON object";

	if (value->type == VALUE_TEXT && scripted_is_object(value->text, value->length)) {
		snprintf(fault->text, sizeof(fault->text), "%s", SCRIPTED_TEXT);
		return;
	}
	if (value->type == VALUE_NESTED || value->text[strspn(value->text, " \t\r\n")] == '[')
		what = "an array";
	else if (value->type != VALUE_TEXT)
		what = value->type == VALUE_BOOLEAN ? "a boolean" : "a number";
	snprintf(fault->text, sizeof(fault->text), "%s: " PROPERTIES_EXPECTED, what);
}

int
import_properties_open(
    struct import_properties *given, const struct value *value, struct import_fault *fault)
{
	int rc;

	given->there = value->type != VALUE_ABSENT;
	for (size_t i = 0; i < PROPERTIES; i++)
		given->cells[i].value = (struct load_value){
		    .type = given->there ? LOAD_NOTHING : LOAD_KEEP};
	given->empty = value_is_absent(value);
	if (given->empty)
		return 1;
	rc = json_nested_object(&given->object, value);
	if (rc == 0)
		properties_refuse(value, fault);
	if (rc != 1 || given->object.fault == NULL)
		return rc;
	snprintf(fault->text, sizeof(fault->text), "%s", given->object.fault);
	return 0;
}

/* A value by its name, out of its {"value": ...} where it is in one. */
static int
property_find(struct import_properties *given, const char *name, struct json_nested *inner,
    struct value *value, struct import_fault *fault)
{
	struct json_nested *last = &given->object;
	int rc = json_nested_member(last, name, value);

	if (rc == 0 && last->fault == NULL && value->type == VALUE_NESTED) {
		rc = json_nested_object(inner, value);
		if (rc == 1) {
			last = inner;
			rc = json_nested_member(inner, "value", value);
		}
	}
	if (rc == -1)
		return -1;
	if (last->fault == NULL && (value->type != VALUE_TEXT || value->length <= LIMIT_FIELD))
		return 1;
	snprintf(fault->text, sizeof(fault->text), "%s",
	    last->fault != NULL ? last->fault : "longer than 65536 bytes: expected at most that");
	last->fault = NULL;
	return 0;
}

/* Both names of the key path: *value is the one that is given. */
static int
property_find_key_path(struct import_properties *given, const char **name, struct value *value,
    struct import_fault *fault)
{
	struct value other;
	int rc = property_find(given, key_path, &given->inner[PROPERTIES], &other, fault);

	if (rc != 1 || value_is_absent(&other)) {
		*name = rc == 1 ? *name : key_path;
		return rc;
	}
	if (value_is_absent(value)) {
		*name = key_path;
		*value = other;
		return 1;
	}
	if (value->type == other.type && value->length == other.length &&
	    memcmp(value->text, other.text, other.length) == 0)
		return 1;
	snprintf(fault->text, sizeof(fault->text),
	    "contradicts %s: expected the same in both, or one of them alone", key_path);
	return 0;
}

int
import_property_read(struct import_properties *given, enum import_property property,
    const char **name, struct import_fault *fault)
{
	const struct import_field *field = &properties[property];
	struct value value;
	int rc;

	*name = field->name;
	if (given->empty)
		return 1;
	rc = property_find(given, *name, &given->inner[property], &value, fault);
	if (rc == 1 && property == PROPERTY_KEY_PATH)
		rc = property_find_key_path(given, name, &value, fault);
	if (rc != 1)
		return rc;
	if (!import_parse(field, &value, &given->cells[property], NULL, fault))
		return 0;
	/* These are the whole set: what they lack is unknown. */
	if (given->cells[property].value.type == LOAD_KEEP)
		given->cells[property].value.type = LOAD_NOTHING;
	return 1;
}
