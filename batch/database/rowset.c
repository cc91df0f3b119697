#include "database/rowset.h"

#define COLUMN(row, member, type)                                             \
	{                                                                     \
#member, ROWSET_##type, offsetof(struct rowset_##row, member) \
	}

static const struct rowset_column key_columns[] = {
    COLUMN(key, id, INTEGER),
    COLUMN(key, slot, INTEGER),
};
static const struct rowset_column id_columns[] = {
    COLUMN(id, id, INTEGER),
};
static const struct rowset_column request_columns[] = {
    COLUMN(request, id, INTEGER),
    COLUMN(request, line, INTEGER),
    COLUMN(request, outcome, INTEGER),
    COLUMN(request, existing, INTEGER),
    COLUMN(request, certificate, INTEGER),
    COLUMN(request, request, INTEGER),
    COLUMN(request, job_time, STRING),
    COLUMN(request, due_at, INTEGER),
    COLUMN(request, created_at, INTEGER),
    COLUMN(request, first_job, INTEGER),
    COLUMN(request, jobs, INTEGER),
    COLUMN(request, first_refusal, INTEGER),
    COLUMN(request, refusals, INTEGER),
    COLUMN(request, messages, STRING),
    COLUMN(request, password, BLOB),
    COLUMN(request, offset, INTEGER),
};
static const struct rowset_column job_columns[] = {
    COLUMN(job, request, INTEGER),
    COLUMN(job, location, INTEGER),
    COLUMN(job, store, INTEGER),
};
static const struct rowset_column refusal_columns[] = {
    COLUMN(refusal, request, INTEGER),
    COLUMN(refusal, location, INTEGER),
    COLUMN(refusal, store, INTEGER),
    COLUMN(refusal, code, STRING),
    COLUMN(refusal, text, STRING),
};
static const struct rowset_column item_columns[] = {
    COLUMN(item, store, INTEGER),
    COLUMN(item, alias, TEXT),
    COLUMN(item, level, INTEGER),
    COLUMN(item, certificate, INTEGER),
    COLUMN(item, file, INTEGER),
    COLUMN(item, line, INTEGER),
};
static const struct rowset_column named_columns[] = {
    COLUMN(named, store, INTEGER),
    COLUMN(named, at, INTEGER),
    COLUMN(named, items, INTEGER),
    COLUMN(named, file, INTEGER),
    COLUMN(named, line, INTEGER),
    COLUMN(named, empty_file, INTEGER),
    COLUMN(named, empty_line, INTEGER),
};
static const struct rowset_column location_columns[] = {
    COLUMN(location, store, INTEGER),
    COLUMN(location, alias, TEXT),
    COLUMN(location, certificate, INTEGER),
};
static const struct rowset_column link_columns[] = {
    COLUMN(link, location, INTEGER),
    COLUMN(link, level, INTEGER),
    COLUMN(link, certificate, INTEGER),
};

static const struct rowset_column settled_columns[] = {
    COLUMN(settled, id, INTEGER),
    COLUMN(settled, number, INTEGER),
    COLUMN(settled, status, INTEGER),
    COLUMN(settled, result, INTEGER),
    COLUMN(settled, completed_at, INTEGER),
    COLUMN(settled, proven_at, INTEGER),
};
static const struct rowset_column dated_columns[] = {
    COLUMN(dated, id, INTEGER),
    COLUMN(dated, at, INTEGER),
    COLUMN(dated, names, INTEGER),
};

#define COUNT(columns) (columns), sizeof(columns) / sizeof((columns)[0])

static const struct rowset_table tables[ROWSET_KINDS] = {
    [ROWSET_KEY] = {"rowset_key", COUNT(key_columns), sizeof(struct rowset_key)},
    [ROWSET_ID] = {"rowset_id", COUNT(id_columns), sizeof(struct rowset_id)},
    [ROWSET_REQUEST] = {"rowset_request", COUNT(request_columns), sizeof(struct rowset_request)},
    [ROWSET_JOB] = {"rowset_job", COUNT(job_columns), sizeof(struct rowset_job)},
    [ROWSET_REFUSAL] = {"rowset_refusal", COUNT(refusal_columns), sizeof(struct rowset_refusal)},
    [ROWSET_ITEM] = {"rowset_item", COUNT(item_columns), sizeof(struct rowset_item)},
    [ROWSET_NAMED] = {"rowset_named", COUNT(named_columns), sizeof(struct rowset_named)},
    [ROWSET_LOCATION] = {"rowset_location", COUNT(location_columns),
	sizeof(struct rowset_location)},
    [ROWSET_LINK] = {"rowset_link", COUNT(link_columns), sizeof(struct rowset_link)},
    [ROWSET_SETTLED] = {"rowset_settled", COUNT(settled_columns), sizeof(struct rowset_settled)},
    [ROWSET_DATED] = {"rowset_dated", COUNT(dated_columns), sizeof(struct rowset_dated)},
};

const struct rowset_table *
rowset_table(enum rowset_kind kind)
{
	return &tables[kind];
}
