#include "database/list.h"

#include "database/run.h"
#include "database/store.h"
#include "database/walk_private.h"
#include "model/job.h"

#include <stdlib.h>

static const struct list_column store_columns[] = {
    {"Id", LIST_TEXT, FIT_START},
    {"ContainerId", LIST_INTEGER, FIT_WIDE},
    {"ContainerName", LIST_TEXT, FIT_ROOM},
    {"DisplayName", LIST_TEXT, FIT_WIDE},
    {"ClientMachine", LIST_TEXT, FIT_ALWAYS},
    {"Storepath", LIST_TEXT, FIT_ALWAYS},
    {"CertStoreType", LIST_INTEGER, FIT_ROOM},
    {"Approved", LIST_BOOLEAN, FIT_WIDE},
    {"AgentId", LIST_TEXT, FIT_WIDE},
    {"AgentAssigned", LIST_BOOLEAN, FIT_WIDE},
    {"Removed", LIST_BOOLEAN, FIT_WIDE},
    {"InventoriedAt", LIST_TIME, FIT_ROOM},
};
static const struct list_column certificate_columns[] = {
    {"Id", LIST_INTEGER, FIT_ALWAYS},
    {"Thumbprint", LIST_TEXT, FIT_START},
    {"SerialNumber", LIST_TEXT, FIT_WIDE},
    {"IssuedDN", LIST_TEXT, FIT_ALWAYS},
    {"IssuerDN", LIST_TEXT, FIT_WIDE},
    {"NotBefore", LIST_TIME, FIT_WIDE},
    {"NotAfter", LIST_TIME, FIT_ALWAYS},
    {"KeyTypeString", LIST_TEXT, FIT_WIDE},
    {"KeySizeInBits", LIST_INTEGER, FIT_WIDE},
    {"SubjectAltNameElements", LIST_NAMES, FIT_WIDE},
    {"HasPrivateKey", LIST_BOOLEAN, FIT_WIDE},
    {"CertRequestId", LIST_INTEGER, FIT_WIDE},
    {"RevocationEffDate", LIST_TIME, FIT_WIDE},
    {"Locations", LIST_INTEGER, FIT_ROOM},
};
static const struct list_column location_columns[] = {
    {"CertStoreId", LIST_TEXT, FIT_START},
    {"ClientMachine", LIST_TEXT, FIT_ALWAYS},
    {"StorePath", LIST_TEXT, FIT_ALWAYS},
    {"Alias", LIST_TEXT, FIT_ALWAYS},
    {"CertificateId", LIST_INTEGER, FIT_ROOM},
    {"Thumbprint", LIST_TEXT, FIT_WIDE},
    {"IssuedDN", LIST_TEXT, FIT_WIDE},
    {"NotAfter", LIST_TIME, FIT_ROOM},
    {"InventoriedAt", LIST_TIME, FIT_WIDE},
};
static const struct list_column standing_columns[] = {
    {"CertStoreId", LIST_TEXT, FIT_START},
    {"ClientMachine", LIST_TEXT, FIT_ALWAYS},
    {"StorePath", LIST_TEXT, FIT_ALWAYS},
    {"Alias", LIST_TEXT, FIT_ALWAYS},
    {"InventoriedAt", LIST_TIME, FIT_ROOM},
};
static const struct list_column item_columns[] = {
    {"Alias", LIST_TEXT, FIT_ALWAYS},
    {"ChainLevel", LIST_INTEGER, FIT_ROOM},
    {"CertificateId", LIST_INTEGER, FIT_OFTEN},
    {"Thumbprint", LIST_TEXT, FIT_START},
    {"IssuedDN", LIST_TEXT, FIT_ALWAYS},
    {"NotAfter", LIST_TIME, FIT_OFTEN},
};
static const struct list_column job_columns[] = {
    {"JobId", LIST_INTEGER, FIT_ALWAYS},
    {"Run", LIST_RUN_OF_REQUEST, FIT_OFTEN},
    {"Line", LIST_INTEGER, FIT_ROOM},
    {"CertStoreId", LIST_TEXT, FIT_WIDE},
    {"StorePath", LIST_TEXT, FIT_ALWAYS},
    {"ClientMachine", LIST_TEXT, FIT_OFTEN},
    {"Alias", LIST_TEXT, FIT_ROOM},
    {"ExistingCertificateId", LIST_INTEGER, FIT_WIDE},
    {"CertificateId", LIST_INTEGER, FIT_WIDE},
    {"JobTime", LIST_TEXT, FIT_WIDE},
    {"DueAt", LIST_TIME, FIT_OFTEN},
    {"Status", LIST_JOB_STATUS, FIT_WORD},
    {"Result", LIST_JOB_RESULT, FIT_WORD},
    {"CancelledBy", LIST_TEXT, FIT_WIDE},
};
static const struct list_column run_columns[] = {
    {"Run", LIST_INTEGER, FIT_ALWAYS},
    {"State", LIST_RUN_STATE, FIT_WORD},
    {"Manifest", LIST_TEXT, FIT_ALWAYS},
    {"Operator", LIST_TEXT, FIT_WIDE},
    {"Reference", LIST_TEXT, FIT_WIDE},
    {"StartedAt", LIST_TIME, FIT_OFTEN},
    {"FinishedAt", LIST_TIME, FIT_WIDE},
    {"Rows", LIST_INTEGER, FIT_ROOM},
    {"Read", LIST_INTEGER, FIT_WIDE},
    {"Succeeded", LIST_INTEGER, FIT_ALWAYS},
    {"Partial", LIST_INTEGER, FIT_ROOM},
    {"Failed", LIST_INTEGER, FIT_ALWAYS},
    {"Rejected", LIST_INTEGER, FIT_OFTEN},
    {"Skipped", LIST_INTEGER, FIT_WIDE},
    {"JobsCreated", LIST_INTEGER, FIT_WIDE},
    {"JobsRefused", LIST_INTEGER, FIT_WIDE},
    {"JobsSuperseded", LIST_INTEGER, FIT_WIDE},
    {"Mends", LIST_INTEGER, FIT_WIDE},
};

/* What the columns of the statements may hold. */
static const int store_stored[] = {STORED_STORE_GUID, STORED_STORE_CONTAINER, STORED_CONTAINER_NAME,
    STORED_STORE_DISPLAY_NAME, STORED_STORE_MACHINE, STORED_STORE_PATH, STORED_STORE_TYPE,
    STORED_STORE_APPROVED, STORED_STORE_AGENT, STORED_STORE_ASSIGNED, STORED_STORE_REMOVED,
    STORED_STORE_INVENTORIED, STORED_ANY, STORED_STORE_ID};
static const int certificate_stored[] = {STORED_CERTIFICATE_ID | STORED_OR_NULL,
    STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_SERIAL, STORED_CERTIFICATE_SUBJECT,
    STORED_CERTIFICATE_ISSUER, STORED_CERTIFICATE_BEFORE, STORED_CERTIFICATE_AFTER,
    STORED_CERTIFICATE_KEY_TYPE, STORED_CERTIFICATE_KEY_SIZE, STORED_ANY, STORED_CERTIFICATE_NAMES,
    STORED_CERTIFICATE_HAS_KEY, STORED_CERTIFICATE_REQUEST, STORED_CERTIFICATE_REVOKED, STORED_ANY,
    STORED_ANY, STORED_CERTIFICATE_ID};
static const int location_stored[] = {STORED_STORE_GUID, STORED_STORE_MACHINE, STORED_STORE_PATH,
    STORED_LOCATION_ALIAS, STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_CERTIFICATE_PRINT,
    STORED_CERTIFICATE_SUBJECT, STORED_CERTIFICATE_AFTER, STORED_STORE_INVENTORIED,
    STORED_LOCATION_STORE, STORED_LOCATION_ID};
static const int standing_stored[] = {STORED_STORE_GUID, STORED_STORE_MACHINE, STORED_STORE_PATH,
    STORED_LOCATION_ALIAS, STORED_STORE_INVENTORIED, STORED_LOCATION_STORE, STORED_LOCATION_ID};
static const int item_stored[] = {STORED_LOCATION_ALIAS, STORED_ANY,
    STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_SUBJECT,
    STORED_CERTIFICATE_AFTER, STORED_LOCATION_ID, STORED_ANY};
static const int job_stored[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_REQUEST_LINE,
    STORED_STORE_GUID | STORED_OR_NULL, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE,
    STORED_REQUEST_JOB_TIME, STORED_REQUEST_DUE, STORED_JOB_STATUS, STORED_JOB_RESULT,
    STORED_JOB_CANCELLED};
static const int run_stored[] = {STORED_RUN_ID, STORED_RUN_STATE, STORED_RUN_MANIFEST,
    STORED_RUN_OPERATOR, STORED_RUN_REFERENCE, STORED_RUN_STARTED, STORED_RUN_FINISHED_AT,
    STORED_RUN_ROWS_TOTAL, STORED_RUN_ROWS_READ, STORED_RUN_SUCCEEDED, STORED_RUN_PARTIAL,
    STORED_RUN_FAILED, STORED_RUN_REJECTED, STORED_RUN_SKIPPED, STORED_RUN_CREATED,
    STORED_RUN_REFUSED, STORED_RUN_SUPERSEDED, STORED_RUN_MENDS};

#define COUNTED(kind)                                                                           \
	.columns = kind##_columns, .count = sizeof(kind##_columns) / sizeof(kind##_columns[0]), \
	.stored = kind##_stored, .stored_count = sizeof(kind##_stored) / sizeof(kind##_stored[0])
#define FILTERS_MOST 6
#define PAGE_ROWS 500 /* as LIMIT in list.sql: a certificate has long names */

static const struct list_source {
	const struct list_column *columns;
	size_t count;
	const int *stored;
	size_t stored_count;
	enum list_filter filters[FILTERS_MOST];
	size_t filter_count;
	enum sql page_end; /* SQL_NONE: the statement pages by position */
	enum sql statement;
} sources[LIST_KINDS] = {
    [LIST_STORES] = {COUNTED(store),
	.filters = {LIST_BY_CONTAINER, LIST_BY_TYPE, LIST_BY_MACHINE, LIST_NOT_APPROVED,
	    LIST_REMOVED},
	.filter_count = 5, .page_end = SQL_PAGE_OF_STORES, .statement = SQL_LIST_STORES},
    [LIST_STORE] = {COUNTED(store), .filters = {LIST_BY_STORE}, .filter_count = 1,
	.statement = SQL_LIST_STORE},
    [LIST_CERTIFICATES] = {COUNTED(certificate),
	.filters = {LIST_BEFORE, LIST_BY_ISSUER, LIST_REVOKED, LIST_IN_USE, LIST_UNUSED,
	    LIST_UNKNOWN},
	.filter_count = 6, .page_end = SQL_PAGE_OF_CERTIFICATES,
	.statement = SQL_LIST_CERTIFICATES},
    [LIST_CERTIFICATE] = {COUNTED(certificate), .filters = {LIST_BY_CERTIFICATE}, .filter_count = 1,
	.statement = SQL_LIST_CERTIFICATE},
    [LIST_CERTIFICATE_PRINT] = {COUNTED(certificate), .filters = {LIST_BY_THUMBPRINT},
	.filter_count = 1, .statement = SQL_LIST_CERTIFICATE_PRINT},
    [LIST_CERTIFICATES_NAMED] = {COUNTED(certificate), .filters = {LIST_BY_NAME}, .filter_count = 1,
	.statement = SQL_LIST_CERTIFICATES_NAMED},
    [LIST_LOCATIONS] = {COUNTED(location), .filters = {LIST_BY_MACHINE, LIST_BY_CONTAINER},
	.filter_count = 2, .page_end = SQL_PAGE_OF_LOCATIONS, .statement = SQL_LIST_LOCATIONS},
    [LIST_LOCATIONS_CERTIFICATE] = {COUNTED(location),
	.filters = {LIST_BY_CERTIFICATE, LIST_BY_MACHINE, LIST_BY_CONTAINER}, .filter_count = 3,
	.statement = SQL_LIST_LOCATIONS_CERTIFICATE},
    [LIST_LOCATIONS_STORE] = {COUNTED(location),
	.filters = {LIST_BY_STORE, LIST_BY_CERTIFICATE, LIST_BY_MACHINE, LIST_BY_CONTAINER},
	.filter_count = 4, .statement = SQL_LIST_LOCATIONS_STORE},
    [LIST_STANDING] = {COUNTED(standing), .filters = {LIST_BY_CERTIFICATE}, .filter_count = 1,
	.statement = SQL_LIST_STANDING},
    [LIST_ITEMS] = {COUNTED(item), .filters = {LIST_BY_STORE}, .filter_count = 1,
	.statement = SQL_LIST_ITEMS},
    [LIST_JOBS] = {COUNTED(job),
	.filters = {LIST_BY_RUN, LIST_BY_STORE, LIST_BY_MACHINE, LIST_BY_STATUS, LIST_DUE_BEFORE,
	    LIST_DUE_AFTER},
	.filter_count = 6, .page_end = SQL_PAGE_OF_JOBS, .statement = SQL_JOBS_LIST},
    [LIST_RUNS] = {COUNTED(run), .page_end = SQL_PAGE_OF_RUNS, .statement = SQL_RUNS_LIST},
};

struct list {
	struct walk walk;
	const struct list_source *source;
	const struct list_value *filters;
	char store[GUID_SIZE]; /* that LIST_BY_STORE names */
	int at[LIST_COLUMNS];  /* where each column is in the statement's row */
};

const struct list_column *
list_columns(enum list_kind kind, size_t *count)
{
	*count = sources[kind].count;
	return sources[kind].columns;
}

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

static void
list_bind(struct query *q, const void *values)
{
	const struct list *list = values;

	for (size_t i = 0; i < list->source->filter_count; i++) {
		const struct list_value *value = &list->filters[list->source->filters[i]];

		if (value->there && list->source->filters[i] == LIST_BY_STORE)
			query_string(q, list->store);
		else if (value->there && value->text != NULL)
			query_string(q, value->text);
		else
			query_optional(q, value->there, value->integer);
	}
}

/* The jobs of a run are a range of ids. A run that is not there is an error. */
static int
list_narrow_jobs(struct list *list, struct database *db, struct error *err)
{
	int64_t first;

	if (db_run_span(db, list->filters[LIST_BY_RUN].integer, &first, &list->walk.last, err) ==
	    -1)
		return -1;
	list->walk.after = first == INT64_MIN ? first : first - 1;
	return 0;
}

/* Finds what the filters name: a run, a store. */
static int
list_narrow(struct list *list, enum list_kind kind, struct database *db, struct error *err)
{
	for (size_t i = 0; i < list->source->filter_count; i++) {
		const struct list_value *value = &list->filters[list->source->filters[i]];

		if (list->source->filters[i] == LIST_BY_STORE && value->there &&
		    db_store_find(db, value->text, list->store, err) == -1)
			return -1;
	}
	return kind == LIST_JOBS ? list_narrow_jobs(list, db, err) : 0;
}

struct list *
list_open(struct database *db, enum list_kind kind, const struct list_value *filters,
    const volatile sig_atomic_t *stop, struct error *err)
{
	struct list *list = calloc(1, sizeof(*list));
	const struct list_source *source = &sources[kind];
	int column = 0;

	if (list == NULL) {
		error_memory(err);
		return NULL;
	}
	list->source = source;
	list->filters = filters;
	for (size_t i = 0; i < source->count; i++) {
		list->at[i] = column;
		column += source->columns[i].type == LIST_NAMES ? 2 : 1;
	}
	walk_init(&list->walk, db, source->page_end, source->statement, stop);
	list->walk.page_ids = PAGE_ROWS;
	walk_describe(&list->walk, source->stored, source->stored_count);
	list->walk.bind = list_bind;
	list->walk.values = list;
	if (source->page_end == SQL_NONE)
		list->walk.last = INT64_MIN;
	if (list_narrow(list, kind, db, err) == -1) {
		list_close(list);
		return NULL;
	}
	return list;
}

void
list_close(struct list *list)
{
	if (list == NULL)
		return;
	walk_release(&list->walk);
	free(list);
}

int
list_next(struct list *list, struct error *err)
{
	return walk_next(&list->walk, err);
}

bool
list_is_last(const struct list *list)
{
	return list->walk.page.row == list->walk.page.rows;
}

bool
list_there(const struct list *list, size_t column)
{
	bool names = list->source->columns[column].type == LIST_NAMES;

	return !walk_null(&list->walk, list->at[column] + (names ? 1 : 0));
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
	default:
		return walk_text(&list->walk, at);
	}
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
