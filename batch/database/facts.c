#include "database/facts.h"

#include "database/statement_private.h"
#include "database/stored_private.h"
#include "model/store_name.h"

#include <string.h>

#define PAGE_KEYS ((size_t)500) /* of one read: so long a commit may wait for it */

/*
 * What the columns of the statements are. The slots are our own. Where an array says so, a row is
 * looked at by a comparison a value, and as a whole only where one is not as it should be.
 */
static const int CERTIFICATES_COLUMNS[] = {STORED_ANY, STORED_CERTIFICATE_ID,
    STORED_CERTIFICATE_BEFORE, STORED_CERTIFICATE_AFTER, STORED_ANY, STORED_CERTIFICATE_HAS_KEY,
    STORED_CERTIFICATE_KEY_SIZE, STORED_CERTIFICATE_KEY_TYPE, STORED_CERTIFICATE_SUBJECT,
    STORED_CERTIFICATE_ISSUER, STORED_CERTIFICATE_NAMES, STORED_CERTIFICATE_USAGE,
    STORED_CERTIFICATE_USAGES, STORED_CERTIFICATE_SIGNATURE, STORED_CERTIFICATE_IS_CA, STORED_ANY};
static const int RENUMBERED_IDS_COLUMNS[] = {STORED_ANY, STORED_RENUMBERED_CERTIFICATE};
static const int RENUMBERED_COLUMNS[] = {STORED_RENUMBERED_CERTIFICATE};
static const int ENROLLMENTS_COLUMNS[] = {STORED_ANY, STORED_ENROLLMENT_CERTIFICATE};
static const int LOCATIONS_COLUMNS[] = {STORED_ANY, STORED_LOCATION_ID, STORED_LOCATION_STORE};
static const int STORES_COLUMNS[] = {STORED_ANY, STORED_STORE_ID, STORED_STORE_CONTAINER,
    STORED_STORE_APPROVED, STORED_TYPE_ADD | STORED_OR_NULL, STORED_ANY,
    STORED_TYPE_PASSWORD | STORED_OR_NULL, STORED_TYPE_KEY | STORED_OR_NULL,
    STORED_STORE_INVENTORIED, STORED_STORE_GUID, STORED_STORE_TYPE};
static const int ENROLLMENT_COLUMNS[] = {STORED_ENROLLMENT_CERTIFICATE};
static const int PLACE_COLUMNS[] = {STORED_JOB_LOCATION, STORED_JOB_ID};
static const int JOB_COLUMNS[] = {
    STORED_JOB_ID, STORED_JOB_REQUEST, STORED_JOB_STATUS, STORED_REQUEST_CERTIFICATE};
static const int LOCATION_NAME_COLUMNS[] = {STORED_STORE_GUID, STORED_LOCATION_ALIAS};
static const int LOCATION_PLACE_COLUMNS[] = {
    STORED_STORE_MACHINE, STORED_STORE_PATH, STORED_STORE_GUID};
static const int CONTAINER_COLUMNS[] = {STORED_CONTAINER_NAME, STORED_CONTAINER_ID};
static const int PERMISSIONS_COLUMNS[] = {STORED_ROLE_PERMISSION};

/* ---- of many ids at once ----------------------------------------------------------------- */

/* An integer and whether there is one: its type is asked only where it could be null. */
static int64_t
facts_integer(const struct query *q, int column, bool *present)
{
	int64_t value = query_get_integer(q, column);

	*present = value != 0 || !query_get_null(q, column);
	return value;
}

static bool
facts_is_time(int64_t value)
{
	return value >= STORED_FIRST_TIME && value <= STORED_LAST_TIME;
}

/* A column's text kept in the arena, NULL for null; *failed when out of memory. */
static const char *
facts_keep(struct arena *texts, const struct query *q, int column, bool *failed)
{
	const char *text = query_get_text(q, column), *copy;

	if (text == NULL) {
		*failed |= !query_get_null(q, column);
		return NULL;
	}
	copy = arena_copy(texts, text, strlen(text)); /* cheaper than to ask for its length */
	*failed |= copy == NULL;
	return copy;
}

struct facts_question {
	enum sql sql;
	/* Takes the row that the query is on. 0, or -1 and err. */
	int (*take)(const struct query *, void *closure, struct error *);
};

static int
facts_ask_page(struct database *db, const struct facts_question *question, struct db_keys keys,
    void *closure, struct error *err)
{
	const struct rowset rows = {ROWSET_KEY, keys.keys, keys.count};
	struct query q;
	int rc;

	if (db_begin_read(db, err) == -1)
		return -1;
	query_begin(&q, db, question->sql);
	query_rows(&q, &rows);
	while ((rc = query_next(&q, err)) == 1)
		if (question->take(&q, closure, err) == -1) {
			rc = -1;
			break;
		}
	query_end(&q);
	db_rollback(db);
	return rc;
}

static int
facts_ask(struct database *db, const struct facts_question *question, struct db_keys keys,
    void *closure, struct error *err)
{
	for (size_t at = 0; at < keys.count; at += PAGE_KEYS) {
		size_t left = keys.count - at;
		const struct db_keys page = {keys.keys + at, left < PAGE_KEYS ? left : PAGE_KEYS};

		if (facts_ask_page(db, question, page, closure, err) == -1)
			return -1;
	}
	return 0;
}

struct facts_certificates {
	struct certificate_facts *facts;
	struct arena *texts;
};

static int
facts_take_certificate(const struct query *q, void *closure, struct error *err)
{
	const struct facts_certificates *certificates = closure;
	struct certificate_facts *facts = &certificates->facts[query_get_integer(q, 0)];
	struct arena *texts = certificates->texts;
	bool failed = false, has_key, has_ca;
	int64_t key, usage, ca;

	facts->id = query_get_integer(q, 1);
	facts->not_before = facts_integer(q, 2, &facts->has_not_before);
	facts->not_after = facts_integer(q, 3, &facts->has_not_after);
	facts->revoked = query_get_integer(q, 4) != 0;
	key = facts_integer(q, 5, &has_key);
	facts->has_private_key = !has_key ? FACT_UNKNOWN : key != 0 ? FACT_YES : FACT_NO;
	facts->key_size = query_get_integer(q, 6);
	usage = facts_integer(q, 11, &facts->has_key_usage);
	ca = facts_integer(q, 14, &has_ca);
	if ((key < 0 || key > 1 || usage < 0 || usage > UINT16_MAX || ca < 0 || ca > 1 ||
		!facts_is_time(facts->not_before) || !facts_is_time(facts->not_after) ||
		facts->key_size < 0 || facts->key_size > INT32_MAX) &&
	    query_verify(q, QUERY_COLUMNS(CERTIFICATES_COLUMNS), err) == -1)
		return -1;
	facts->key_type = facts_keep(texts, q, 7, &failed);
	facts->issued_dn = facts_keep(texts, q, 8, &failed);
	facts->issuer_dn = facts_keep(texts, q, 9, &failed);
	facts->names = facts_keep(texts, q, 10, &failed);
	facts->key_usage = (int)usage;
	facts->extended_usages = facts_keep(texts, q, 12, &failed);
	facts->signature = facts_keep(texts, q, 13, &failed);
	facts->is_issuer = ca == 1 || query_get_integer(q, 15) != 0 ? FACT_YES
			   : has_ca                                 ? FACT_NO
								    : FACT_UNKNOWN;
	return failed ? error_memory(err) : 0;
}

int
db_certificates(struct database *db, struct db_keys keys, struct certificate_facts *facts,
    struct arena *texts, struct error *err)
{
	static const struct facts_question question = {SQL_CERTIFICATES, facts_take_certificate};
	struct facts_certificates certificates = {facts, texts};

	return facts_ask(db, &question, keys, &certificates, err);
}

static int
facts_take_renumbered(const struct query *q, void *closure, struct error *err)
{
	struct certificate_facts *facts = closure;

	if (query_verify(q, QUERY_COLUMNS(RENUMBERED_IDS_COLUMNS), err) == -1)
		return -1;
	facts[query_get_integer(q, 0)].id_now = query_get_integer(q, 1);
	return 0;
}

int
db_renumbered_ids(
    struct database *db, struct db_keys keys, struct certificate_facts *facts, struct error *err)
{
	static const struct facts_question question = {SQL_IDS_RENUMBERED, facts_take_renumbered};

	return facts_ask(db, &question, keys, facts, err);
}

static int
facts_take_enrollment(const struct query *q, void *closure, struct error *err)
{
	struct request_facts *facts = closure;
	int64_t certificate = query_get_integer(q, 1);

	if ((certificate < 1 || certificate > INT32_MAX) &&
	    query_verify(q, QUERY_COLUMNS(ENROLLMENTS_COLUMNS), err) == -1)
		return -1;
	facts[query_get_integer(q, 0)] = (struct request_facts){
	    .known = true,
	    .certificate = certificate,
	    .issued = certificate != 0 && query_get_integer(q, 2) != 0,
	};
	return 0;
}

int
db_enrollments(
    struct database *db, struct db_keys keys, struct request_facts *facts, struct error *err)
{
	static const struct facts_question question = {
	    SQL_ENROLLMENT_REQUESTS, facts_take_enrollment};

	return facts_ask(db, &question, keys, facts, err);
}

struct facts_locations {
	int (*take)(void *, size_t slot, int64_t location, int64_t store);
	void *closure;
};

static int
facts_take_location(const struct query *q, void *closure, struct error *err)
{
	const struct facts_locations *locations = closure;
	int64_t location = query_get_integer(q, 1), store = query_get_integer(q, 2);

	if ((location < 1 || location > STORED_LAST_LOCATION || store < 1 || store > STORED_MOST) &&
	    query_verify(q, QUERY_COLUMNS(LOCATIONS_COLUMNS), err) == -1)
		return -1;
	if (locations->take(locations->closure, (size_t)query_get_integer(q, 0), location, store) ==
	    -1)
		return error_memory(err);
	return 0;
}

int
db_locations(struct database *db, struct db_keys keys,
    int (*take)(void *, size_t slot, int64_t location, int64_t store), void *closure,
    struct error *err)
{
	static const struct facts_question question = {
	    SQL_LOCATIONS_OF_CERTIFICATES, facts_take_location};
	struct facts_locations locations = {take, closure};

	return facts_ask(db, &question, keys, &locations, err);
}

struct facts_stores {
	void (*take)(void *, size_t slot, const struct store_facts *);
	void *closure;
};

static int
facts_take_store(const struct query *q, void *closure, struct error *err)
{
	const struct facts_stores *stores = closure;
	struct store_facts facts;

	if (query_verify(q, QUERY_COLUMNS(STORES_COLUMNS), err) == -1)
		return -1;
	facts = (struct store_facts){
	    .id = query_get_integer(q, 1),
	    .container = query_get_null(q, 2) ? -1 : query_get_integer(q, 2),
	    .approved = query_get_integer(q, 3) != 0,
	    .add_supported = query_get_integer(q, 4) != 0,
	    .agent_available = query_get_integer(q, 5) != 0,
	    .entry_password = (enum need)query_get_integer(q, 6),
	    .private_key = (enum need)query_get_integer(q, 7),
	};
	facts.inventoried_at = facts_integer(q, 8, &facts.inventoried);
	snprintf(facts.guid, sizeof(facts.guid), "%s", query_get_text(q, 9));
	stores->take(stores->closure, (size_t)query_get_integer(q, 0), &facts);
	return 0;
}

int
db_stores(struct database *db, struct db_keys keys,
    void (*take)(void *, size_t slot, const struct store_facts *), void *closure, struct error *err)
{
	static const struct facts_question question = {SQL_STORES, facts_take_store};
	struct facts_stores stores = {take, closure};

	return facts_ask(db, &question, keys, &stores, err);
}

/* ---- of one ------------------------------------------------------------------------------ */

int
db_renumbered(struct database *db, int64_t id, int64_t *id_now, struct error *err)
{
	struct query q;
	int rc;

	*id_now = 0;
	query_begin(&q, db, SQL_ID_RENUMBERED);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(RENUMBERED_COLUMNS), err);
	if (rc == 1)
		*id_now = query_get_integer(&q, 0);
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
db_enrollment(struct database *db, int64_t id, struct request_facts *facts, struct error *err)
{
	struct query q;
	int rc;

	*facts = (struct request_facts){0};
	query_begin(&q, db, SQL_ENROLLMENT_REQUEST);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(ENROLLMENT_COLUMNS), err);
	if (rc == 1) {
		facts->known = true;
		facts->certificate = query_get_integer(&q, 0);
		facts->issued = facts->certificate != 0 && query_get_integer(&q, 1) != 0;
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

static int
facts_add_locations(struct database *db, enum sql statement, struct bitmap *set, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, statement);
	while ((rc = query_next(&q, err)) == 1) {
		int64_t location = query_get_integer(&q, 0);

		if ((location < 1 || location > STORED_LAST_LOCATION) &&
		    query_verify(&q, QUERY_COLUMNS(PLACE_COLUMNS), err) == -1) {
			rc = -1;
			break;
		}
		if (bitmap_set(set, (uint64_t)location) == -1) {
			rc = error_memory(err);
			break;
		}
	}
	query_end(&q);
	return rc;
}

int
db_busy(struct database *db, struct bitmap *busy, struct error *err)
{
	if (facts_add_locations(db, SQL_ACTIVE_JOBS, busy, err) == -1)
		return -1;
	return db->planned ? facts_add_locations(db, SQL_PLANNED_JOBS, busy, err) : 0;
}

int
db_plan(struct database *db, int64_t location, const struct job_facts *job, struct error *err)
{
	struct query q;

	if (!db->planned && statement_run(db, SQL_PLANNED_MAKE, err) == -1)
		return -1;
	db->planned = true;
	query_begin(&q, db, SQL_PLAN_JOB);
	query_integer(&q, location);
	query_integer(&q, job->id);
	query_integer(&q, job->run);
	query_integer(&q, job->status);
	query_integer(&q, job->certificate);
	return query_run(&q, err);
}

static void
facts_read_job(const struct query *q, struct job_facts *job)
{
	*job = (struct job_facts){
	    .id = query_get_integer(q, 0),
	    .run = query_get_integer(q, 1) >> 32,
	    .status = (enum job_status)query_get_integer(q, 2),
	    .certificate = query_get_integer(q, 3),
	};
}

static int
facts_find_job(struct database *db, enum sql statement, int64_t location, struct job_facts *job,
    struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, statement);
	query_integer(&q, location);
	rc = query_row(&q, QUERY_COLUMNS(JOB_COLUMNS), err);
	if (rc == 1)
		facts_read_job(&q, job);
	query_end(&q);
	return rc;
}

static int
facts_fill_busy(struct database *db, struct error *err)
{
	if (db->busy_filled)
		return 0;
	if (statement_run(db, SQL_BUSY_MAKE, err) == -1 ||
	    statement_run(db, SQL_BUSY_FILL, err) == -1)
		return -1;
	db->busy_filled = true;
	return 0;
}

int
db_active_job(struct database *db, int64_t location, struct job_facts *job, struct error *err)
{
	*job = (struct job_facts){0};
	if (db->planned && facts_find_job(db, SQL_PLANNED_JOB, location, job, err) == -1)
		return -1;
	if (job->id != 0)
		return 0;
	if (facts_fill_busy(db, err) == -1)
		return -1;
	return facts_find_job(db, SQL_ACTIVE_JOB, location, job, err) == -1 ? -1 : 0;
}

int
db_busy_forget(struct database *db, struct error *err)
{
	if (!db->busy_filled)
		return 0;
	db->busy_filled = false;
	return statement_run(db, SQL_BUSY_FORGET, err);
}

int
db_succeeded(struct database *db, struct bitmap *succeeded, struct error *err)
{
	return facts_add_locations(db, SQL_SUCCEEDED_JOBS, succeeded, err);
}

int
db_succeeded_job(struct database *db, const struct job_question *question, struct job_facts *job,
    struct error *err)
{
	struct query q;
	int rc;

	*job = (struct job_facts){0};
	query_begin(&q, db, SQL_SUCCEEDED_JOB);
	query_integer(&q, question->location);
	query_integer(&q, question->certificate);
	query_integer(&q, question->since);
	rc = query_row(&q, QUERY_COLUMNS(JOB_COLUMNS), err);
	if (rc == 1)
		facts_read_job(&q, job);
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

static int
facts_name_message(struct database *db, struct messages *messages, size_t i, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_LOCATION_NAME);
	query_integer(&q, messages->items[i].location);
	rc = query_row(&q, QUERY_COLUMNS(LOCATION_NAME_COLUMNS), err);
	if (rc == 1)
		messages_place(messages, i, query_get_text(&q, 0), query_get_text(&q, 1));
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
db_row_names(struct database *db, struct row *row, struct error *err)
{
	for (size_t i = 0; i < row->messages.count; i++)
		if (row->messages.items[i].location != 0 &&
		    messages_store(&row->messages, &row->messages.items[i]) == NULL &&
		    facts_name_message(db, &row->messages, i, err) == -1)
			return -1;
	messages_sort(&row->messages);
	return row->messages.failed ? error_memory(err) : 0;
}

int
db_store_name(
    struct database *db, int64_t location, const char *guid, struct buffer *name, struct error *err)
{
	const char *machine = NULL, *path = NULL;
	struct query q;
	int rc;

	query_begin(&q, db, SQL_LOCATION_PLACE);
	query_integer(&q, location);
	rc = query_row(&q, QUERY_COLUMNS(LOCATION_PLACE_COLUMNS), err);
	if (rc == 1) {
		machine = query_get_text(&q, 0);
		path = query_get_text(&q, 1);
	}
	if (rc != -1)
		store_name_add(name, machine, path, guid);
	query_end(&q);
	if (rc != -1 && name->failed)
		rc = error_memory(err);
	return rc == -1 ? -1 : 0;
}

int
db_container(struct database *db, int64_t id, struct buffer *name, struct error *err)
{
	struct query q;
	int rc;

	buffer_clear(name);
	query_begin(&q, db, SQL_CONTAINER);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(CONTAINER_COLUMNS), err);
	if (rc == 1 && !query_get_null(&q, 0))
		buffer_add_string(name, query_get_text(&q, 0));
	query_end(&q);
	if (rc != -1 && name->failed)
		rc = error_memory(err);
	return rc == -1 ? -1 : 0;
}

int
db_permissions(struct database *db, const char *operator_name, struct permissions *permissions,
    struct error *err)
{
	struct query q;
	int rc;

	*permissions = (struct permissions){0};
	query_begin(&q, db, SQL_PERMISSIONS_OF_OPERATOR);
	query_string(&q, operator_name);
	while ((rc = query_row(&q, QUERY_COLUMNS(PERMISSIONS_COLUMNS), err)) == 1)
		permissions_add(permissions, query_get_text(&q, 0));
	query_end(&q);
	if (rc == 0 && permissions->failed)
		rc = error_memory(err);
	return rc;
}
