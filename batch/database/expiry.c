#include "database/expiry.h"

#include "database/walk_private.h"

static const int EXPIRY_COLUMNS[] = {STORED_CERTIFICATE_AFTER, STORED_ANY};

struct expiry_bounds {
	int64_t now;
	int64_t before; /* what is not before the earliest so far is not looked for in any store */
};

static void
expiry_bind(struct query *q, const void *values)
{
	const struct expiry_bounds *bounds = values;

	query_integer(q, bounds->now);
	query_integer(q, bounds->before);
}

/* Adds a page. */
static void
expiry_add(struct expiry *expiry, const struct walk *page)
{
	expiry->expired += (uint64_t)walk_integer(page, 1);
	if (walk_null(page, 0))
		return;
	expiry->has_earliest = true;
	expiry->earliest = walk_integer(page, 0);
}

int
database_expiry(struct database *db, int64_t now, const volatile sig_atomic_t *stop,
    struct expiry *expiry, struct error *err)
{
	struct expiry_bounds bounds = {now, INT64_MAX};
	struct walk walk;
	int rc;

	*expiry = (struct expiry){0};
	walk_init(&walk, db, SQL_PAGE_OF_CERTIFICATES, SQL_EXPIRY, stop);
	walk_describe(&walk, QUERY_COLUMNS(EXPIRY_COLUMNS));
	walk.bind = expiry_bind;
	walk.values = &bounds;
	while ((rc = walk_next(&walk, err)) == 1) {
		expiry_add(expiry, &walk);
		if (expiry->has_earliest)
			bounds.before = expiry->earliest;
	}
	walk_release(&walk);
	if (rc == -1)
		*expiry = (struct expiry){0};
	return rc;
}
