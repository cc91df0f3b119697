#include "database/stored.h"

#include <stdio.h>

static const struct stored_rule rules[STORED_COUNT] = {
#define STORED_RULE(name, ...) [STORED_##name] = {__VA_ARGS__},
    STORED_LIST(STORED_RULE)
#undef STORED_RULE
};

const struct stored_rule *
stored_rule(enum stored column)
{
	return &rules[column];
}

static bool
stored_has_type(const struct stored_rule *rule, const struct stored_value *value)
{
	switch (rule->type) {
	case STORED_INTEGER:
		return value->type == VALUE_IS_INTEGER;
	case STORED_TEXT:
		return value->type == VALUE_IS_TEXT && !value->has_nul;
	default:
		return value->type == VALUE_IS_BLOB;
	}
}

bool
stored_takes(const struct stored_rule *rule, const struct stored_value *value)
{
	int64_t size = rule->type == STORED_INTEGER ? value->integer : (int64_t)value->length;

	if (value->type == VALUE_IS_NULL)
		return rule->null;
	return stored_has_type(rule, value) && size >= rule->least && size <= rule->most &&
	       size != rule->hole;
}

static void
stored_describe_value(const struct stored_value *value, char *text, size_t size)
{
	switch (value->type) {
	case VALUE_IS_NULL:
		snprintf(text, size, "NULL");
		break;
	case VALUE_IS_INTEGER:
		snprintf(text, size, "%lld", (long long)value->integer);
		break;
	case VALUE_IS_REAL:
		snprintf(text, size, "a number with a fraction");
		break;
	case VALUE_IS_TEXT:
		snprintf(text, size, "a text of %zu bytes%s", value->length,
		    value->has_nul ? " with a NUL" : "");
		break;
	case VALUE_IS_BLOB:
		snprintf(text, size, "a blob of %zu bytes", value->length);
		break;
	}
}

static void
stored_describe_range(const struct stored_rule *rule, char *text, size_t size)
{
	const char *kind = rule->type == STORED_TEXT ? "text" : "blob";

	if (rule->type == STORED_INTEGER && rule->most == INT64_MAX)
		snprintf(text, size, "at least %lld", (long long)rule->least);
	else if (rule->type == STORED_INTEGER)
		snprintf(text, size, "%lld to %lld", (long long)rule->least, (long long)rule->most);
	else if (rule->least == rule->most)
		snprintf(text, size, "a %s of %lld bytes", kind, (long long)rule->most);
	else if (rule->most == INT32_MAX)
		snprintf(text, size, "a %s%s", kind, rule->least == 0 ? "" : " that is not empty");
	else
		snprintf(text, size, "a %s of %lld to %lld bytes", kind, (long long)rule->least,
		    (long long)rule->most);
}

void
stored_describe(
    const struct stored_rule *rule, const struct stored_value *value, char *text, size_t size)
{
	char is[64], range[64], hole[40] = "";

	stored_describe_value(value, is, sizeof(is));
	stored_describe_range(rule, range, sizeof(range));
	if (rule->hole != STORED_NO_HOLE)
		snprintf(hole, sizeof(hole), " but not %lld", (long long)rule->hole);
	snprintf(text, size, "%s is %s, expected %s%s%s", rule->name, is, range, hole,
	    rule->null ? ", or NULL" : "");
}
