#include "database/lookup.h"

#include "database/rowset.h"
#include "database/stored.h"

/* CROSS JOIN: the keys are the outer loop, and their order is kept. */
static const struct statement CERTIFICATES = {"certificates",
    "SELECT f.slot, c.id, c.not_before, c.not_after, c.revoked_at IS NOT NULL, c.has_private_key,"
    " c.key_size, c.key_type, c.issued_dn, c.issuer_dn"
    " FROM temp.rowset_key f CROSS JOIN certificate c ON c.id = f.id"};

static const struct statement ENROLLMENTS = {"enrollment-requests",
    "SELECT f.slot, r.certificate, upper(r.disposition) = 'ISSUED'"
    " FROM temp.rowset_key f CROSS JOIN enrollment_request r ON r.id = f.id"};

static const struct statement LOCATIONS = {"locations-of-certificates",
    "SELECT f.slot, l.id, l.store"
    " FROM temp.rowset_key f CROSS JOIN location l ON l.certificate = f.id"};

static const struct statement STORES = {"stores",
    "SELECT f.slot, s.id, s.container, s.approved, t.add_supported,"
    " s.agent_assigned AND a.status = 2, t.entry_password, t.private_key_allowed,"
    " s.inventoried_at, s.guid, s.type"
    " FROM temp.rowset_key f CROSS JOIN store s ON s.id = f.id AND s.removed = 0"
    " LEFT JOIN store_type t ON t.id = s.type LEFT JOIN agent a ON a.id = s.agent"};

/* The slots are our own. What these statements give is looked at by a comparison a value, and as a
 * whole only where one is not as it should be. */
static const int CERTIFICATES_COLUMNS[] = {STORED_ANY, STORED_CERTIFICATE_ID,
    STORED_CERTIFICATE_BEFORE, STORED_CERTIFICATE_AFTER, STORED_ANY, STORED_CERTIFICATE_HAS_KEY,
    STORED_CERTIFICATE_KEY_SIZE, STORED_CERTIFICATE_KEY_TYPE, STORED_CERTIFICATE_SUBJECT,
    STORED_CERTIFICATE_ISSUER};
static const int ENROLLMENTS_COLUMNS[] = {STORED_ANY, STORED_ENROLLMENT_CERTIFICATE};
static const int LOCATIONS_COLUMNS[] = {STORED_ANY, STORED_LOCATION_ID, STORED_LOCATION_STORE};
static const int STORES_COLUMNS[] = {STORED_ANY, STORED_STORE_ID, STORED_STORE_CONTAINER,
    STORED_STORE_APPROVED, STORED_TYPE_ADD | STORED_OR_NULL, STORED_ANY,
    STORED_TYPE_PASSWORD | STORED_OR_NULL, STORED_TYPE_KEY | STORED_OR_NULL,
    STORED_STORE_INVENTORIED, STORED_STORE_GUID, STORED_STORE_TYPE};

static void
key_value(sqlite3_context *context, const void *closure, size_t row, int column)
{
	const struct lookup_key *key = (const struct lookup_key *)closure + row;

	sqlite3_result_int64(context, column == 0 ? key->id : (int64_t)key->slot);
}

static void
begin(struct query *q, struct database *db, const struct statement *statement,
    const struct lookup_key *keys, size_t count)
{
	const struct rowset_rows rows = {count, key_value, keys};

	rowset_begin(q, db, ROWSET_KEY, &rows, statement);
}

/* An integer and whether there is one: its type is asked only where it could be null. */
static int64_t
integer(const struct query *q, int column, bool *present)
{
	int64_t value = query_get_integer(q, column);

	*present = value != 0 || !query_get_null(q, column);
	return value;
}

static bool
is_time(int64_t value)
{
	return value >= STORED_FIRST_TIME && value <= STORED_LAST_TIME;
}

/* A column's text kept in the arena, NULL for null; *failed when out of memory. */
static const char *
keep(struct arena *texts, const struct query *q, int column, bool *failed)
{
	const char *text = query_get_text(q, column), *copy;

	if (text == NULL) {
		*failed |= !query_get_null(q, column);
		return NULL;
	}
	copy = arena_copy(texts, text, query_get_length(q, column));
	*failed |= copy == NULL;
	return copy;
}

static int
read_certificate(
    const struct query *q, struct certificate_facts *facts, struct arena *texts, struct error *err)
{
	bool failed = false, has_key;
	int64_t key;

	facts->id = query_get_integer(q, 1);
	facts->not_before = integer(q, 2, &facts->has_not_before);
	facts->not_after = integer(q, 3, &facts->has_not_after);
	facts->revoked = query_get_integer(q, 4) != 0;
	key = integer(q, 5, &has_key);
	facts->has_private_key = !has_key ? FACT_UNKNOWN : key != 0 ? FACT_YES : FACT_NO;
	facts->key_size = query_get_integer(q, 6);
	if ((key < 0 || key > 1 || !is_time(facts->not_before) || !is_time(facts->not_after) ||
		facts->key_size < 0 || facts->key_size > INT32_MAX) &&
	    query_verify(q, QUERY_COLUMNS(CERTIFICATES_COLUMNS), err) == -1)
		return -1;
	facts->key_type = keep(texts, q, 7, &failed);
	facts->issued_dn = keep(texts, q, 8, &failed);
	facts->issuer_dn = keep(texts, q, 9, &failed);
	return failed ? error_memory(err) : 0;
}

int
db_certificates(struct database *db, const struct lookup_key *keys, size_t count,
    struct certificate_facts *facts, struct arena *texts, struct error *err)
{
	struct query q;
	int rc;

	begin(&q, db, &CERTIFICATES, keys, count);
	while ((rc = query_next(&q, err)) == 1)
		if (read_certificate(&q, &facts[query_get_integer(&q, 0)], texts, err) == -1) {
			rc = -1;
			break;
		}
	query_end(&q);
	return rc;
}

int
db_enrollments(struct database *db, const struct lookup_key *keys, size_t count,
    struct request_facts *facts, struct error *err)
{
	struct query q;
	int rc;

	begin(&q, db, &ENROLLMENTS, keys, count);
	while ((rc = query_next(&q, err)) == 1) {
		int64_t certificate = query_get_integer(&q, 1);

		if ((certificate < 1 || certificate > INT32_MAX) &&
		    query_verify(&q, QUERY_COLUMNS(ENROLLMENTS_COLUMNS), err) == -1) {
			rc = -1;
			break;
		}
		facts[query_get_integer(&q, 0)] = (struct request_facts){
		    .known = true,
		    .certificate = certificate,
		    .issued = certificate != 0 && query_get_integer(&q, 2) != 0,
		};
	}
	query_end(&q);
	return rc;
}

int
db_locations(struct database *db, const struct lookup_key *keys, size_t count,
    int (*take)(void *closure, size_t slot, int64_t location, int64_t store), void *closure,
    struct error *err)
{
	struct query q;
	int rc;

	begin(&q, db, &LOCATIONS, keys, count);
	while ((rc = query_next(&q, err)) == 1) {
		int64_t location = query_get_integer(&q, 1), store = query_get_integer(&q, 2);

		if ((location < 1 || location > STORED_LAST_LOCATION || store < 1 ||
			store > STORED_MOST) &&
		    query_verify(&q, QUERY_COLUMNS(LOCATIONS_COLUMNS), err) == -1) {
			rc = -1;
			break;
		}
		if (take(closure, (size_t)query_get_integer(&q, 0), location, store) == -1) {
			rc = error_memory(err);
			break;
		}
	}
	query_end(&q);
	return rc;
}

static void
read_store(const struct query *q, struct store_facts *facts)
{
	const char *guid = query_get_text(q, 9);

	*facts = (struct store_facts){
	    .id = query_get_integer(q, 1),
	    .container = query_get_null(q, 2) ? -1 : query_get_integer(q, 2),
	    .approved = query_get_integer(q, 3) != 0,
	    .add_supported = query_get_integer(q, 4) != 0,
	    .agent_available = query_get_integer(q, 5) != 0,
	    .entry_password = (enum need)query_get_integer(q, 6),
	    .private_key = (enum need)query_get_integer(q, 7),
	};
	facts->inventoried_at = integer(q, 8, &facts->inventoried);
	snprintf(facts->guid, sizeof(facts->guid), "%s", guid);
}

int
db_stores(struct database *db, const struct lookup_key *keys, size_t count,
    void (*take)(void *closure, size_t slot, const struct store_facts *), void *closure,
    struct error *err)
{
	struct query q;
	int rc;

	begin(&q, db, &STORES, keys, count);
	while ((rc = query_row(&q, QUERY_COLUMNS(STORES_COLUMNS), err)) == 1) {
		struct store_facts facts;

		read_store(&q, &facts);
		take(closure, (size_t)query_get_integer(&q, 0), &facts);
	}
	query_end(&q);
	return rc;
}
