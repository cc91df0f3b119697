#include "database/load_private.h"

#include "database/statement_private.h"

#include <stdio.h>
#include <string.h>

/*
 * An Id keeps its thumbprint, and a thumbprint its Id. A placeholder, seen in a store or a file
 * before its certificate had an Id, gets that Id and keeps what was read of it. With
 * load_renumber() a certificate moves to the Id that its thumbprint comes with. Where another one
 * has that Id, this one is put aside, under an id below 0, until a record gives it a new Id too.
 * What refers to certificates that moved is turned round by load_settle(), all at once: until then
 * it has the ids that were there before the load.
 */

static const int IDENTITY_COLUMNS[] = {STORED_CERTIFICATE_ID, STORED_CERTIFICATE_PRINT};
static const int IDENTITY_LEAST[] = {STORED_CERTIFICATE_ID | STORED_OR_NULL};
static const int IDENTITY_GREATEST[] = {STORED_ANY};
static const int IDENTITY_PRINT[] = {STORED_ANY, STORED_ANY, STORED_ANY, STORED_CERTIFICATE_PRINT};

/* What is known of the Id and the thumbprint of a record. */
struct identity {
	int64_t id;
	const struct load_value *thumbprint; /* NULL: none is given */
	bool there;                          /* a certificate has the Id */
	bool differs;                        /* and another thumbprint */
	char known[THUMBPRINT_SIZE];         /* its thumbprint; "": none is known */
	int64_t owner;                       /* another one has the thumbprint; 0: none */
};

void
load_renumber(struct load *load)
{
	load->renumber = true;
}

void
load_place(struct load *load, size_t file, uint64_t line)
{
	load->file = file;
	load->line = line;
}

const struct load_conflict *
load_conflict(const struct load *load)
{
	return &load->conflict;
}

static void
identity_read(struct identity *identity, const struct query *q)
{
	const struct load_value *given = identity->thumbprint;
	const char *known = query_get_text(q, 1);
	int64_t id = query_get_integer(q, 0);

	if (id != identity->id) {
		identity->owner = id;
		return;
	}
	identity->there = true;
	if (known == NULL)
		return;
	snprintf(identity->known, sizeof(identity->known), "%s", known);
	identity->differs = given != NULL && (query_get_length(q, 1) != given->length ||
						 memcmp(known, given->text, given->length) != 0);
}

static int
identity_find(struct load *load, struct identity *identity, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, load->db, SQL_IDENTITY_KNOWN);
	query_integer(&q, identity->id);
	if (identity->thumbprint != NULL)
		query_text(&q, identity->thumbprint->text, identity->thumbprint->length);
	else
		query_null(&q);
	while ((rc = query_row(&q, QUERY_COLUMNS(IDENTITY_COLUMNS), err)) == 1)
		identity_read(identity, &q);
	query_end(&q);
	return rc;
}

int
load_find_print(struct load *load, const char *thumbprint, int64_t *id, struct error *err)
{
	const struct load_value value = {LOAD_TEXT, 0, thumbprint, strlen(thumbprint)};
	struct identity identity = {.thumbprint = &value}; /* no certificate has the id 0 */

	if (identity_find(load, &identity, err) == -1)
		return -1;
	*id = identity.owner;
	return 0;
}

int
load_next_id(struct load *load, int64_t *id, struct error *err)
{
	struct query q;
	int rc = 0;

	if (load->given == 0) {
		query_begin(&q, load->db, SQL_IDENTITY_GREATEST);
		rc = query_row(&q, QUERY_COLUMNS(IDENTITY_GREATEST), err);
		if (rc == 1)
			load->given = query_get_integer(&q, 0);
		query_end(&q);
	}
	*id = load->given < INT32_MAX ? ++load->given : 0;
	return rc == -1 ? -1 : 0;
}

static int
identity_run(struct load *load, enum sql statement, int64_t id, struct error *err)
{
	struct query q;

	query_begin(&q, load->db, statement);
	query_integer(&q, id);
	return query_run(&q, err);
}

static int
identity_run_both(
    struct load *load, enum sql statement, int64_t one, int64_t other, struct error *err)
{
	struct query q;

	query_begin(&q, load->db, statement);
	query_integer(&q, one);
	query_integer(&q, other);
	return query_run(&q, err);
}

/* Whether a record of this load names the Id: 1 or 0, -1 and err. */
static int
identity_is_settled(struct load *load, int64_t id, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, load->db, SQL_IDENTITY_SETTLED);
	query_integer(&q, id);
	rc = query_next(&q, err);
	query_end(&q);
	return rc;
}

static void
identity_conflict(struct load *load, int64_t id, const char *thumbprint)
{
	load->conflict = (struct load_conflict){.id = id};
	snprintf(load->conflict.thumbprint, sizeof(load->conflict.thumbprint), "%s", thumbprint);
}

/* ---- another Id ---------------------------------------------------------------------------- */

int
load_next_unknown(struct load *load, int64_t *id, struct error *err)
{
	struct query q;
	int rc = 0;

	if (load->aside == 0) {
		query_begin(&q, load->db, SQL_LEAST_CERTIFICATE);
		rc = query_row(&q, QUERY_COLUMNS(IDENTITY_LEAST), err);
		if (rc == 1 && query_get_integer(&q, 0) < 0)
			load->aside = query_get_integer(&q, 0);
		query_end(&q);
	}
	*id = --load->aside;
	return rc == -1 ? -1 : 0;
}

/* The certificate that has the Id of this one is put aside. */
static int
identity_put_aside(struct load *load, const struct identity *identity, struct error *err)
{
	struct query q;
	int64_t aside;

	if (load_next_unknown(load, &aside, err) == -1 ||
	    identity_run_both(load, SQL_CERTIFICATE_MOVE, identity->id, aside, err) == -1)
		return -1;
	load->has_aside = true;
	query_begin(&q, load->db, SQL_IDENTITY_ASIDE);
	query_integer(&q, aside);
	query_integer(&q, identity->id);
	query_integer(&q, (int64_t)load->file);
	query_integer(&q, (int64_t)load->line);
	return query_run(&q, err);
}

/* The Id that a certificate had before the load, which is `owner` unless it was put aside. 0 for a
 * placeholder. */
static int
identity_find_old(struct load *load, int64_t owner, int64_t *old, struct error *err)
{
	struct query q;
	int rc;

	*old = owner;
	if (owner > 0)
		return 0;
	query_begin(&q, load->db, SQL_IDENTITY_OF_ASIDE);
	query_integer(&q, owner);
	rc = query_next(&q, err);
	*old = rc == 1 ? query_get_integer(&q, 0) : 0;
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

/* The certificate that has the thumbprint, and had the Id `old`, gets the Id. One that was known by
 * the Id alone is the same. */
static int
identity_move(struct load *load, const struct identity *identity, int64_t old, struct error *err)
{
	if (identity->there && !identity->differs &&
	    (identity_run_both(load, SQL_CERTIFICATE_FILL, identity->owner, identity->id, err) ==
		    -1 ||
		identity_run(load, SQL_CERTIFICATE_DROP, identity->id, err) == -1))
		return -1;
	if (identity->owner != old &&
	    identity_run(load, SQL_IDENTITY_BACK, identity->owner, err) == -1)
		return -1;
	if (identity_run_both(load, SQL_IDENTITY_MOVED, old, identity->id, err) == -1)
		return -1;
	return identity_run_both(load, SQL_CERTIFICATE_MOVE, identity->owner, identity->id, err);
}

/* A placeholder gets the Id: to the user the certificate is new. */
static int
identity_adopt(struct load *load, const struct identity *identity, struct error *err)
{
	load->adopting = load->adopted = true;
	return identity_move(load, identity, identity->owner, err);
}

/* Whether the certificate that has the Id keeps it: 1 or 0, -1 and err. */
static int
identity_keeps(struct load *load, int64_t id, struct error *err)
{
	return load->renumber ? identity_is_settled(load, id, err) : 1;
}

static int
identity_make_room(
    struct load *load, const struct identity *identity, enum load_result *result, struct error *err)
{
	int rc;

	if (!identity->differs)
		return 0;
	rc = identity_keeps(load, identity->id, err);
	if (rc != 1)
		return rc == -1 ? -1 : identity_put_aside(load, identity, err);
	identity_conflict(load, identity->id, identity->known);
	*result = LOAD_OTHER_PRINT;
	return 0;
}

static int
identity_take(
    struct load *load, const struct identity *identity, enum load_result *result, struct error *err)
{
	int64_t old;
	int rc = 0;

	if (identity_find_old(load, identity->owner, &old, err) == -1)
		return -1;
	if (old == 0)
		return identity_adopt(load, identity, err);
	if (old == identity->owner)
		rc = identity_keeps(load, identity->owner, err);
	if (rc == -1)
		return -1;
	if (rc == 1) {
		*result = LOAD_TAKEN;
		identity_conflict(load, identity->owner, "");
		return 0;
	}
	*result = LOAD_RENUMBERED;
	load->moving = true;
	return identity_move(load, identity, old, err);
}

int
load_identify(struct load *load, int64_t id, const struct load_value *thumbprint,
    enum load_result *result, struct error *err)
{
	struct identity identity = {
	    .id = id, .thumbprint = thumbprint->type == LOAD_TEXT ? thumbprint : NULL};

	*result = LOAD_NEW;
	load->adopted = false;
	if ((identity.thumbprint != NULL && identity_find(load, &identity, err) == -1) ||
	    identity_make_room(load, &identity, result, err) == -1)
		return -1;
	if (*result == LOAD_NEW && identity.owner != 0 &&
	    identity_take(load, &identity, result, err) == -1)
		return -1;
	return load->renumber ? identity_run(load, SQL_IDENTITY_SETTLE, id, err) : 0;
}

/* ---- what refers to them ------------------------------------------------------------------- */

static int
identity_tell_aside(struct load *load, void (*tell)(void *, const struct load_conflict *),
    void *closure, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, load->db, SQL_IDENTITIES_ASIDE);
	while ((rc = query_row(&q, QUERY_COLUMNS(IDENTITY_PRINT), err)) == 1) {
		identity_conflict(load, query_get_integer(&q, 0), query_get_text(&q, 3));
		load->conflict.file = (size_t)query_get_integer(&q, 1);
		load->conflict.line = (uint64_t)query_get_integer(&q, 2);
		tell(closure, &load->conflict);
	}
	query_end(&q);
	return rc;
}

static int
identity_run_all(struct load *load, const enum sql *statements, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (statement_run(load->db, statements[i], err) == -1)
			return -1;
	return 0;
}

int
load_settle(struct load *load, void (*tell)(void *, const struct load_conflict *), void *closure,
    struct error *err)
{
	static const enum sql inventory[] = {SQL_LOCATIONS_MOVE, SQL_CHAINS_MOVE};
	static const enum sql others[] = {SQL_ENROLLMENTS_MOVE, SQL_REQUESTS_GIVEN,
	    SQL_REQUESTS_MOVE, SQL_RENUMBERED_MOVE, SQL_RENUMBERED_ADD, SQL_RENUMBERED_DROP};

	if (load->has_aside && identity_tell_aside(load, tell, closure, err) == -1)
		return -1;
	if ((load->adopting || load->moving) &&
	    identity_run_all(load, inventory, sizeof(inventory) / sizeof(inventory[0]), err) == -1)
		return -1;
	if (load->moving &&
	    identity_run_all(load, others, sizeof(others) / sizeof(others[0]), err) == -1)
		return -1;
	load->adopting = load->moving = false;
	return 0;
}
