#include "database/list_private.h"

#include "database/run.h"
#include "model/agent.h"
#include "model/job.h"
#include "model/need.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_ROWS 500 /* as LIMIT in list.sql: a certificate has long names */

struct list {
	struct walk walk;
	const struct list_source *source;
	const struct list_value *filters;
	struct list_found found;
	struct buffer key;        /* of the last row of the page: its texts, each with its NUL */
	size_t key_at[LIST_KEYS]; /* where each is */
	int at[LIST_COLUMNS];     /* where each column is in the statement's row */
	int blocked;              /* where LIST_BLOCKED is; the lease is before it */
};

struct list_value
list_value_text(const char *text)
{
	return (struct list_value){.text = text, .there = text != NULL};
}

struct list_value
list_value_integer(bool there, int64_t integer)
{
	return (struct list_value){.integer = integer, .there = there};
}

/* ---- the statement ---------------------------------------------------------------------- */

/* The key of the row after which the page starts. */
static void
list_bind_key(struct query *q, const struct list *list)
{
	for (size_t i = 0; i < list->source->key_count; i++)
		query_string(q, list->key.length == 0 ? "" : list->key.bytes + list->key_at[i]);
}

static void
list_bind(struct query *q, const void *values)
{
	const struct list *list = values;

	list_bind_key(q, list);
	for (size_t i = 0; i < list->source->filter_count; i++) {
		enum list_filter filter = list->source->filters[i];
		const struct list_value *value = &list->filters[filter];

		if (value->there && filter == LIST_BY_STORE)
			query_string(q, list->found.store);
		else if (value->there && filter == LIST_BY_CERTIFICATE)
			query_integer(q, list->found.certificate);
		else if (value->there && value->text != NULL)
			query_string(q, value->text);
		else
			query_optional(q, value->there, value->integer);
	}
}

/* How many columns of the statement a column is made of. */
static int
list_width(enum list_type type)
{
	switch (type) {
	case LIST_NAMES:
	case LIST_STORE_TYPE:
		return 2;
	case LIST_BLOCKED:
		return 5;
	case LIST_BLOCKED_TEXT:
		return 0;
	default:
		return 1;
	}
}

static void
list_prepare(struct list *list, struct database *db, const volatile sig_atomic_t *stop)
{
	const struct list_source *source = list->source;
	int column = 0;

	for (size_t i = 0; i < source->count; i++) {
		enum list_type type = source->columns[i].type;

		if (type == LIST_BLOCKED)
			list->blocked = column;
		list->at[i] = type == LIST_BLOCKED_TEXT ? list->blocked : column;
		column += list_width(type);
	}
	walk_init(&list->walk, db, source->page_end, source->statement, stop);
	list->walk.page_ids = PAGE_ROWS;
	walk_describe(&list->walk, source->stored, source->stored_count);
	list->walk.bind = list_bind;
	list->walk.values = list;
	list->walk.amend = source->amend;
	if (source->page_end == SQL_NONE)
		list->walk.last = INT64_MIN;
}

struct list *
list_open(struct database *db, enum list_kind kind, const struct list_value *filters,
    const volatile sig_atomic_t *stop, struct error *err)
{
	struct list *list = calloc(1, sizeof(*list));

	if (list == NULL) {
		error_memory(err);
		return NULL;
	}
	list->source = &list_sources[kind];
	list->filters = filters;
	list_prepare(list, db, stop);
	if (list_filters_find(db, list->source, filters, &list->found, err) == -1 ||
	    (list->source->fill != NULL && list->source->fill(db, filters, stop, err) == -1)) {
		list_close(list);
		return NULL;
	}
	if (list->source->span != NULL) {
		list->walk.last = list->found.last;
		list->walk.after = list->found.first == INT64_MIN ? INT64_MIN
								  : list->found.first - 1;
	}
	return list;
}

void
list_close(struct list *list)
{
	if (list == NULL)
		return;
	walk_release(&list->walk);
	/* The tables would go with the connection too. */
	if (list->source->tear_down != SQL_NONE)
		(void)script_run(list->walk.db, list->source->tear_down, NULL);
	buffer_release(&list->key);
	free(list);
}

/* Keeps the key of the current row. */
static int
list_keep_key(struct list *list, struct error *err)
{
	buffer_clear(&list->key);
	for (size_t i = 0; i < list->source->key_count; i++) {
		const char *text = list_text(list, list->source->keys[i]);

		list->key_at[i] = list->key.length;
		buffer_add(&list->key, text, strlen(text) + 1);
	}
	return list->key.failed ? error_memory(err) : 1;
}

int
list_next(struct list *list, struct error *err)
{
	int rc = walk_next(&list->walk, err);

	if (rc == 1 && list->source->key_count > 0 && list_is_last(list))
		rc = list_keep_key(list, err);
	return rc;
}

bool
list_is_last(const struct list *list)
{
	return list->walk.page.row == list->walk.page.rows;
}

bool
list_there(const struct list *list, size_t column)
{
	enum list_type type = list->source->columns[column].type;

	return !walk_null(&list->walk, list->at[column] + (type == LIST_NAMES ? 1 : 0));
}

int64_t
list_integer(const struct list *list, size_t column)
{
	int64_t value = walk_integer(&list->walk, list->at[column]);

	return list->source->columns[column].type == LIST_RUN_OF_REQUEST ? value >> 32 : value;
}

const char *
list_text(const struct list *list, size_t column)
{
	int at = list->at[column];

	switch (list->source->columns[column].type) {
	case LIST_RUN_STATE:
		return db_run_state_word(walk_integer(&list->walk, at));
	case LIST_JOB_STATUS:
		return job_status_word(walk_integer(&list->walk, at));
	case LIST_JOB_RESULT:
		return job_result_word(walk_integer(&list->walk, at));
	case LIST_NEED:
		return need_word(walk_integer(&list->walk, at));
	case LIST_AGENT_STATUS:
		return agent_status_word(walk_integer(&list->walk, at));
	case LIST_STORE_TYPE:
		return walk_text(&list->walk, at + 1);
	default:
		return walk_text(&list->walk, at);
	}
}

bool
list_blocking(const struct list *list, struct job_record *job, struct job_sight *sight)
{
	const struct walk *walk = &list->walk;
	int at = list->blocked;

	*job = (struct job_record){
	    .is = {.status = (enum job_status)walk_integer(walk, at),
		.lease_until = walk_integer(walk, at - 1)},
	    .removed = walk_integer(walk, at + 1) != 0,
	    .approved = walk_integer(walk, at + 2) != 0,
	    .has_window = !walk_null(walk, at + 3),
	    .window_end = walk_integer(walk, at + 3),
	};
	*sight = (struct job_sight){
	    .inventoried = !walk_null(walk, at + 4),
	    .inventoried_at = job->created_at + 1,
	    .shows_old = walk_integer(walk, at + 4) != 0,
	};
	return !walk_null(walk, at);
}

const char *
list_json(const struct list *list, size_t column)
{
	return walk_text(&list->walk, list->at[column] + 1);
}

int64_t
list_id(const struct list *list)
{
	return walk_integer(&list->walk, (int)list->walk.page.columns - 1);
}
