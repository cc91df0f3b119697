#include "database/sql.h"

static const struct {
	const char *name;
	const char *text;
} texts[SQL_COUNT] = {
    {"", ""},
#define SQL_TEXT(id, name, text) {name, text},
#include "sql.inc"
#undef SQL_TEXT
};

const char *
sql_name(enum sql sql)
{
	return texts[sql].name;
}

const char *
sql_text(enum sql sql)
{
	return texts[sql].text;
}
