#include "database/list.h"

#include "database/statement.h"
#include "database/stored.h"

#include <stdlib.h>

static const struct list_column store_columns[] = {
    {"Id", LIST_TEXT},
    {"ContainerId", LIST_INTEGER},
    {"ContainerName", LIST_TEXT},
    {"DisplayName", LIST_TEXT},
    {"ClientMachine", LIST_TEXT},
    {"Storepath", LIST_TEXT},
    {"CertStoreType", LIST_INTEGER},
    {"Approved", LIST_BOOLEAN},
    {"AgentId", LIST_TEXT},
    {"AgentAssigned", LIST_BOOLEAN},
    {"Removed", LIST_BOOLEAN},
    {"InventoriedAt", LIST_TIME},
};
static const struct list_column certificate_columns[] = {
    {"Id", LIST_INTEGER},
    {"Thumbprint", LIST_TEXT},
    {"SerialNumber", LIST_TEXT},
    {"IssuedDN", LIST_TEXT},
    {"IssuerDN", LIST_TEXT},
    {"NotBefore", LIST_TIME},
    {"NotAfter", LIST_TIME},
    {"KeyTypeString", LIST_TEXT},
    {"KeySizeInBits", LIST_INTEGER},
    {"SubjectAltNameElements", LIST_NAMES},
    {"HasPrivateKey", LIST_BOOLEAN},
    {"CertRequestId", LIST_INTEGER},
    {"RevocationEffDate", LIST_TIME},
    {"Locations", LIST_INTEGER},
};
static const struct list_column location_columns[] = {
    {"CertStoreId", LIST_TEXT},
    {"ClientMachine", LIST_TEXT},
    {"StorePath", LIST_TEXT},
    {"Alias", LIST_TEXT},
    {"CertificateId", LIST_INTEGER},
    {"Thumbprint", LIST_TEXT},
    {"IssuedDN", LIST_TEXT},
    {"NotAfter", LIST_TIME},
    {"InventoriedAt", LIST_TIME},
};
static const struct list_column standing_columns[] = {
    {"CertStoreId", LIST_TEXT},
    {"ClientMachine", LIST_TEXT},
    {"StorePath", LIST_TEXT},
    {"Alias", LIST_TEXT},
    {"InventoriedAt", LIST_TIME},
};
static const struct list_column item_columns[] = {
    {"Alias", LIST_TEXT},
    {"ChainLevel", LIST_INTEGER},
    {"CertificateId", LIST_INTEGER},
    {"Thumbprint", LIST_TEXT},
    {"IssuedDN", LIST_TEXT},
    {"NotAfter", LIST_TIME},
};

/* The columns of the statements that give them. */
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

#define COUNTED(kind)                                                                           \
	.columns = kind##_columns, .count = sizeof(kind##_columns) / sizeof(kind##_columns[0]), \
	.stored = kind##_stored, .stored_count = sizeof(kind##_stored) / sizeof(kind##_stored[0])
#define FILTERS_MOST 6

static const struct list_source {
	const struct list_column *columns;
	size_t count;
	const int *stored;
	size_t stored_count;
	enum list_filter filters[FILTERS_MOST];
	size_t filter_count;
	enum sql statement;
} sources[LIST_KINDS] = {
    [LIST_STORES] = {COUNTED(store),
	.filters = {LIST_BY_CONTAINER, LIST_BY_TYPE, LIST_BY_MACHINE, LIST_NOT_APPROVED,
	    LIST_REMOVED},
	.filter_count = 5, .statement = SQL_LIST_STORES},
    [LIST_STORE] = {COUNTED(store), .filters = {LIST_BY_STORE}, .filter_count = 1,
	.statement = SQL_LIST_STORE},
    [LIST_CERTIFICATES] = {COUNTED(certificate),
	.filters = {LIST_BEFORE, LIST_BY_ISSUER, LIST_REVOKED, LIST_IN_USE, LIST_UNUSED,
	    LIST_UNKNOWN},
	.filter_count = 6, .statement = SQL_LIST_CERTIFICATES},
    [LIST_CERTIFICATE] = {COUNTED(certificate), .filters = {LIST_BY_CERTIFICATE}, .filter_count = 1,
	.statement = SQL_LIST_CERTIFICATE},
    [LIST_CERTIFICATE_PRINT] = {COUNTED(certificate), .filters = {LIST_BY_THUMBPRINT},
	.filter_count = 1, .statement = SQL_LIST_CERTIFICATE_PRINT},
    /* instr() first: it spares most certificates the reading of their JSON. */
    [LIST_CERTIFICATES_NAMED] = {COUNTED(certificate), .filters = {LIST_BY_NAME}, .filter_count = 1,
	.statement = SQL_LIST_CERTIFICATES_NAMED},
    [LIST_LOCATIONS] = {COUNTED(location), .filters = {LIST_BY_MACHINE, LIST_BY_CONTAINER},
	.filter_count = 2, .statement = SQL_LIST_LOCATIONS},
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
};

const struct list_column *
list_columns(enum list_kind kind, size_t *count)
{
	*count = sources[kind].count;
	return sources[kind].columns;
}

const char *
list_page_text(const struct list_page *page, size_t offset)
{
	return page->texts.bytes + offset;
}

void
list_page_release(struct list_page *page)
{
	free(page->cells);
	buffer_release(&page->texts);
	*page = (struct list_page){0};
}

static void
bind_filter(struct query *q, const struct list_value *value)
{
	if (!value->there)
		query_null(q);
	else if (value->text != NULL)
		query_string(q, value->text);
	else
		query_integer(q, value->integer);
}

static size_t
keep_text(struct list_page *page, const struct query *q, int column)
{
	size_t offset = page->texts.length;
	const char *text = query_get_text(q, column);

	if (text != NULL)
		buffer_add_string(&page->texts, text);
	buffer_add(&page->texts, "", 1);
	return offset;
}

static struct list_cell *
new_row(struct list_page *page)
{
	size_t need = (page->rows + 1) * page->columns;
	size_t capacity = page->capacity == 0 ? 64 * page->columns : page->capacity * 2;
	struct list_cell *cells;

	if (need > page->capacity) {
		cells = reallocarray(page->cells, capacity, sizeof(*cells));
		if (cells == NULL)
			return NULL;
		page->cells = cells;
		page->capacity = capacity;
	}
	return page->cells + page->rows++ * page->columns;
}

static int
keep_row(struct list_page *page, const struct query *q, const struct list_source *source,
    struct error *err)
{
	struct list_cell *row = new_row(page);
	int column = 0;

	if (row == NULL)
		return error_memory(err);
	for (size_t i = 0; i < source->count; i++, column++) {
		enum list_type type = source->columns[i].type;

		row[i] = (struct list_cell){.there = !query_get_null(q, column)};
		if (type == LIST_TEXT || type == LIST_NAMES)
			row[i].text = keep_text(page, q, column);
		else
			row[i].integer = query_get_integer(q, column);
		if (type == LIST_NAMES) {
			row[i].there = !query_get_null(q, ++column);
			row[i].json = keep_text(page, q, column);
		}
	}
	page->position.group = query_get_integer(q, column);
	page->position.id = query_get_integer(q, column + 1);
	return page->texts.failed ? error_memory(err) : 0;
}

int
list_page_read(struct list_page *page, struct database *db, enum list_kind kind,
    const struct list_value *filters, struct error *err)
{
	const struct list_source *source = &sources[kind];
	struct query q;
	int rc;

	page->rows = 0;
	page->columns = source->count;
	buffer_clear(&page->texts);
	query_begin(&q, db, source->statement);
	query_integer(&q, page->position.group);
	query_integer(&q, page->position.id);
	for (size_t i = 0; i < source->filter_count; i++)
		bind_filter(&q, &filters[source->filters[i]]);
	while ((rc = query_row(&q, source->stored, source->stored_count, err)) == 1) {
		rc = keep_row(page, &q, source, err);
		if (rc == -1)
			break;
	}
	query_end(&q);
	return rc;
}
