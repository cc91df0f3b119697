#include "database/certificate.h"
#include "database/list_private.h"
#include "database/store.h"

/* Filters by a text that some row must have: the statement that looks for it, what it is, and the
 * list that has all of them. */
static const struct list_named {
	enum list_filter filter;
	enum sql answers;
	const char *noun;
	const char *list;
} list_named[] = {
    {LIST_BY_CONTAINER, SQL_CONTAINER_ANSWERS, "container", "list containers"},
    {LIST_BY_TYPE, SQL_STORE_TYPE_ANSWERS, "store type", "list store-types"},
    {LIST_BY_MACHINE, SQL_MACHINE_ANSWERS, "client machine", "list stores"},
    {LIST_BY_REFERENCE, SQL_REFERENCE_ANSWERS, "run with the reference", "runs"},
    {LIST_BY_OPERATOR, SQL_OPERATOR_ANSWERS, "operator", "list roles"},
    {LIST_BY_ROLE, SQL_ROLE_ANSWERS, "role", "list roles"},
};
#define NAMED_COUNT (sizeof(list_named) / sizeof(list_named[0]))

static int
list_filter_verify(
    struct database *db, const struct list_named *named, const char *text, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, named->answers);
	query_string(&q, text);
	rc = query_next(&q, err);
	query_end(&q);
	if (rc == 0)
		return error_set(err, ERROR_INPUT, db->path, "no %s %s: `pfxreplace %s` lists them",
		    named->noun, text, named->list);
	return rc == -1 ? -1 : 0;
}

int
list_name_verify(struct database *db, enum list_filter filter, const char *text, struct error *err)
{
	for (size_t i = 0; i < NAMED_COUNT; i++)
		if (list_named[i].filter == filter)
			return list_filter_verify(db, &list_named[i], text, err);
	return 0;
}

static int
list_filter_find(struct database *db, enum list_filter filter, const struct list_value *value,
    struct list_found *found, struct error *err)
{
	if (filter == LIST_BY_STORE)
		return db_store_find(db, value->text, found->store, err);
	if (filter == LIST_BY_CERTIFICATE) {
		found->certificate = value->integer;
		return value->text == NULL
			   ? 0
			   : db_certificate_find(db, value->text, &found->certificate, err);
	}
	return list_name_verify(db, filter, value->text, err);
}

int
list_filters_find(struct database *db, const struct list_source *source,
    const struct list_value *filters, struct list_found *found, struct error *err)
{
	for (size_t i = 0; i < source->filter_count; i++) {
		enum list_filter filter = source->filters[i];

		if (filters[filter].there &&
		    list_filter_find(db, filter, &filters[filter], found, err) == -1)
			return -1;
	}
	if (source->span == NULL)
		return 0;
	return source->span(db, filters[LIST_BY_RUN].there ? filters[LIST_BY_RUN].integer : 0,
	    &found->first, &found->last, err);
}
