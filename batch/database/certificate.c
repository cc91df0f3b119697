#include "database/certificate.h"

#include "buffer.h"
#include "database/facts.h"
#include "database/statement_private.h"
#include "model/integer.h"
#include "model/thumbprint.h"

#include <string.h>

#define ANSWERS_NAMED 5 /* the statement gives one more, to see that there are more */

/* The certificates that answer to a text. */
struct certificate_answers {
	struct buffer names;
	unsigned count;
	int64_t id; /* of the first */
};

static void
certificate_answer(struct certificate_answers *answers, const struct query *q)
{
	int64_t id = query_get_integer(q, 0);
	const char *thumbprint = query_get_text(q, 1);

	if (answers->count++ == 0)
		answers->id = id;
	buffer_add_string(&answers->names, answers->count == 1 ? "" : ", ");
	if (answers->count > ANSWERS_NAMED)
		buffer_add_string(&answers->names, "...");
	else if (id < 0 && thumbprint != NULL)
		buffer_add_string(&answers->names, thumbprint);
	else
		buffer_addf(&answers->names, "%lld", (long long)id);
}

/* Runs the query that was begun, and takes its answers. */
static int
certificate_ask(struct query *q, struct certificate_answers *answers, struct error *err)
{
	static const int columns[] = {STORED_CERTIFICATE_ID, STORED_CERTIFICATE_PRINT};
	int rc;

	while ((rc = query_row(q, QUERY_COLUMNS(columns), err)) == 1)
		certificate_answer(answers, q);
	query_end(q);
	if (rc == 0 && answers->names.failed)
		rc = error_memory(err);
	return rc;
}

static int
certificate_collect(
    struct database *db, const char *text, struct certificate_answers *answers, struct error *err)
{
	size_t length = strlen(text);
	int64_t id = integer_parse(text, length);
	char thumbprint[THUMBPRINT_SIZE];
	struct query q;

	if (id != 0) {
		query_begin(&q, db, SQL_CERTIFICATE_BY_ID);
		query_integer(&q, id);
	} else if (thumbprint_parse(text, length, thumbprint) > 0) {
		query_begin(&q, db, SQL_CERTIFICATE_BY_PRINT);
		query_string(&q, thumbprint);
	} else {
		query_begin(&q, db, SQL_CERTIFICATES_BY_NAME);
		query_string(&q, text);
	}
	return certificate_ask(&q, answers, err);
}

/* None answers; a certificate that had the Id may have another one now. */
static int
certificate_miss(struct database *db, const char *text, struct error *err)
{
	int64_t id = integer_parse(text, strlen(text)), id_now = 0;

	if (id != 0 && db_renumbered(db, id, &id_now, err) == -1)
		return -1;
	if (id_now != 0)
		return error_set(err, ERROR_INPUT, db->path, "certificate %s has the Id %lld now",
		    text, (long long)id_now);
	return error_set(err, ERROR_INPUT, db->path,
	    "no certificate %s: expected an Id, a thumbprint, a subject, a common name or a DNS "
	    "name, as `pfxreplace list certificates` has them",
	    text);
}

int
db_certificate_find(struct database *db, const char *text, int64_t *id, struct error *err)
{
	struct certificate_answers answers = {.count = 0};
	int rc = certificate_collect(db, text, &answers, err);

	*id = answers.id;
	if (rc == 0 && answers.count == 0)
		rc = certificate_miss(db, text, err);
	else if (rc == 0 && answers.count > 1)
		rc = error_set(err, ERROR_INPUT, db->path,
		    "several certificates answer to %s: expected one of %s", text,
		    answers.names.bytes);
	buffer_release(&answers.names);
	return rc;
}
