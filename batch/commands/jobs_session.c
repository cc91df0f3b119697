#include "commands/jobs_session.h"

#include "database/facts.h"
#include "decimal.h"
#include "jobs/complete.h"
#include "write_all.h"

#include <errno.h>
#include <unistd.h>

int
jobs_session_open(struct jobs_session *session, const struct context *context, struct error *err)
{
	struct database *db;

	*session = (struct jobs_session){.hand.operator_name = context->operator_name};
	session->hand.permissions = &session->permissions;
	db = db_open(context->database, DB_WRITE, err);
	session->hand.db = db;
	if (db == NULL)
		return -1;
	db_set_stop(db, context->stop);
	return db_permissions(db, context->operator_name, &session->permissions, err);
}

void
jobs_session_release(struct jobs_session *session)
{
	permissions_release(&session->permissions);
	db_close(session->hand.db);
	session->hand.db = NULL;
}

int
jobs_check_lease(const struct command *command, const struct context *context, int64_t seconds)
{
	if (seconds <= JOBS_LEASE_MOST)
		return 0;
	return command_usage(
	    command, context, "--lease: expected seconds, %d (a year) at most", JOBS_LEASE_MOST);
}

int64_t
jobs_id(const struct command *command, const struct context *context, const char *word)
{
	int64_t id = decimal_parse(word, COMPLETE_LAST_JOB);

	if (id >= 1)
		return id;
	command_usage(command, context,
	    "%s: expected the id of a job, as `pfxreplace jobs list` shows it", word);
	return 0;
}

void
jobs_print_refused(const struct context *context, int64_t job, enum life_refusal refusal)
{
	command_begin_failure(context);
	message_print(context->err, (struct error_place){.field = "jobs"}, "job %lld: %s [%s]",
	    (long long)job, life_refusal_text(refusal), life_refusal_word(refusal));
	command_end_failure(context);
}

void
jobs_print_reasons(const struct context *context, const char *field,
    const uint64_t counts[REFUSALS], const char *verb)
{
	for (int i = 1; i < REFUSALS; i++)
		if (counts[i] > 0)
			message_print(context->err, (struct error_place){.field = field},
			    "%llu %s: %s [%s]", (unsigned long long)counts[i], verb,
			    life_refusal_text((enum life_refusal)i),
			    life_refusal_word((enum life_refusal)i));
}

int
jobs_write(const struct context *context, const char *bytes, size_t length, struct error *err)
{
	if (length == 0 || write_waiting(STDOUT_FILENO, bytes, length, context->stop) == 0)
		return 0;
	return error_errno(err, NULL, "standard output");
}
