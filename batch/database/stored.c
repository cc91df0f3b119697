#include "database/stored_private.h"

#include "model/unreadable.h"

#include <stdio.h>
#include <string.h>

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

/* Whether a text has a NUL within it: no C string holds it. */
static bool
stored_has_nul(const struct db_value *value)
{
	return value->data != NULL && memchr(value->data, '\0', value->length) != NULL;
}

static bool
stored_has_type(const struct stored_rule *rule, const struct db_value *value)
{
	switch (rule->type) {
	case STORED_INTEGER:
		return value->type == DB_INTEGER;
	case STORED_TEXT:
		return value->type == DB_TEXT && !stored_has_nul(value);
	default:
		return value->type == DB_BLOB;
	}
}

bool
stored_takes(const struct stored_rule *rule, const struct db_value *value)
{
	int64_t size = rule->type == STORED_INTEGER ? value->integer : (int64_t)value->length;

	if (value->type == DB_NULL)
		return rule->null;
	return stored_has_type(rule, value) && size >= rule->least && size <= rule->most &&
	       size != rule->hole;
}

bool
stored_column_takes(int column, const struct db_value *value)
{
	enum stored stored = (enum stored)(column & ~STORED_OR_NULL);

	if (stored == STORED_ANY || (value->type == DB_NULL && (column & STORED_OR_NULL) != 0))
		return true;
	return stored_takes(stored_rule(stored), value);
}

static void
stored_describe_value(const struct db_value *value, char *text, size_t size)
{
	switch (value->type) {
	case DB_NULL:
		snprintf(text, size, "NULL");
		break;
	case DB_INTEGER:
		snprintf(text, size, "%lld", (long long)value->integer);
		break;
	case DB_REAL:
		snprintf(text, size, "a number with a fraction");
		break;
	case DB_TEXT:
		snprintf(text, size, "a text of %zu bytes%s", value->length,
		    stored_has_nul(value) ? " with a NUL" : "");
		break;
	case DB_BLOB:
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
    const struct stored_rule *rule, const struct db_value *value, char *text, size_t size)
{
	char is[64], range[64], hole[40] = "";

	stored_describe_value(value, is, sizeof(is));
	stored_describe_range(rule, range, sizeof(range));
	if (rule->hole != STORED_NO_HOLE)
		snprintf(hole, sizeof(hole), " but not %lld", (long long)rule->hole);
	snprintf(text, size, "%s is %s, expected %s%s%s", rule->name, is, range, hole,
	    rule->null ? ", or NULL" : "");
}

const char *
stored_try_fault(bool tried, const char *unreadable)
{
	enum unreadable why;

	if (tried && unreadable == NULL)
		return "it has tried_at, but unreadable is NULL";
	if (!tried && unreadable != NULL)
		return "it has unreadable, but tried_at is NULL";
	if (unreadable != NULL && !unreadable_parse(unreadable, &why))
		return "unreadable is no word that says why a file was not read";
	return NULL;
}
