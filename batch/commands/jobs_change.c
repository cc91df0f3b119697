#include "commands/jobs_change.h"

#include "commands/jobs_session.h"
#include "database/facts.h"
#include "program/ask.h"
#include "program/progress.h"
#include "stop.h"
#include "timestamp.h"

#include <string.h>
#include <strings.h>

#define AT_ONCE 1000 /* jobs of a transaction */
#define SHOWN 20     /* refused jobs that are printed one by one, without -v */

struct jobs_changing {
	const struct jobs_change_verb *verb;
	const struct context *context;
	struct jobs_change_options options;
	struct change_wish wish;
	char message[HAND_MESSAGE_SIZE]; /* of the history; "": none */
	struct jobs_choice choice;
	uint64_t done, unchanged, refused;
	uint64_t hidden[REFUSALS]; /* refused ones that were not printed */
};

/* ---- what it prints ----------------------------------------------------------------------- */

static void
jobs_say(const struct jobs_changing *changing, const struct buffer *text)
{
	if (!text->failed)
		message_print(changing->context->err,
		    (struct error_place){.field = changing->verb->command->name}, "%s",
		    text->bytes);
}

/* "1 job", "2 jobs" */
static void
jobs_add_number(struct buffer *text, uint64_t count)
{
	buffer_addf(text, "%llu job%s", (unsigned long long)count, count == 1 ? "" : "s");
}

/* "12 jobs to reschedule to 2026-08-01T00:00:00Z" */
static void
jobs_add_plan(const struct jobs_changing *changing, struct buffer *text)
{
	char time[TIMESTAMP_SIZE];

	jobs_add_number(text, changing->choice.count);
	buffer_addf(text, " to %s", command_word(changing->verb->command));
	if (changing->wish.due_at != 0)
		buffer_addf(text, " to %s", timestamp_format(changing->wish.due_at, time));
}

static void
jobs_print_plan(const struct jobs_changing *changing)
{
	struct buffer text = {0};

	jobs_add_plan(changing, &text);
	if (!changing->context->quiet)
		jobs_say(changing, &text);
	buffer_release(&text);
}

static void
jobs_note_refused(struct jobs_changing *changing, int64_t job, enum life_refusal refusal)
{
	if (changing->refused++ < SHOWN || changing->context->verbose)
		jobs_print_refused(changing->context, job, refusal);
	else
		changing->hidden[refusal]++;
}

/* "11 jobs unscheduled, 1 refused, 3 unchanged" */
static void
jobs_print_outcome(const struct jobs_changing *changing, int status)
{
	const char *field = changing->verb->command->name;
	struct buffer text = {0};

	if (changing->context->quiet && status == 0)
		return;
	jobs_print_reasons(changing->context, field, changing->hidden, "more refused");
	jobs_print_reasons(changing->context, field, changing->choice.left, "left");
	jobs_add_number(&text, changing->done);
	buffer_addf(
	    &text, "%s %s", changing->options.dry_run ? " would be" : "", changing->verb->done);
	if (changing->refused > 0)
		buffer_addf(&text, ", %llu refused", (unsigned long long)changing->refused);
	if (changing->unchanged > 0)
		buffer_addf(&text, ", %llu unchanged", (unsigned long long)changing->unchanged);
	jobs_say(changing, &text);
	buffer_release(&text);
}

/* ---- the change --------------------------------------------------------------------------- */

/* What became of a job of a transaction. */
struct jobs_fate {
	enum change_outcome outcome;
	enum life_refusal refusal;
};

static void
jobs_take_fate(struct jobs_changing *changing, int64_t job, const struct jobs_fate *fate)
{
	switch (fate->outcome) {
	case CHANGE_DONE:
		changing->done++;
		break;
	case CHANGE_UNCHANGED:
		changing->unchanged++;
		break;
	case CHANGE_LEFT:
		changing->choice.left[fate->refusal]++;
		break;
	case CHANGE_REFUSED:
		jobs_note_refused(changing, job, fate->refusal);
		break;
	}
}

/* A transaction of the jobs from `first` on; their answers count when it is on disk. */
static int
jobs_change_some(struct jobs_changing *changing, const struct hand *hand, size_t first,
    size_t count, struct error *err)
{
	const int64_t *ids = changing->choice.ids + first;
	struct jobs_fate fates[AT_ONCE];
	struct change_answer answer;
	struct change change;
	int rc = change_begin(&change, hand, &changing->wish, changing->context->now, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = change_job(&change, ids[i], &answer, err);
		fates[i] = (struct jobs_fate){answer.outcome, answer.refusal};
	}
	if (rc == 0)
		rc = change_commit(&change, err);
	change_release(&change);
	for (size_t i = 0; rc == 0 && i < count; i++)
		jobs_take_fate(changing, ids[i], &fates[i]);
	progress_add(count);
	return rc;
}

static int
jobs_change_all(struct jobs_changing *changing, const struct hand *hand, struct error *err)
{
	const struct context *context = changing->context;
	size_t all = changing->choice.count;

	progress_begin(changing->verb->command->name, "jobs", 0, all);
	for (size_t i = 0, count; i < all; i += count) {
		count = all - i < AT_ONCE ? all - i : AT_ONCE;
		if (stop_asked(context->stop, err, NULL,
			"interrupted after %zu of %zu jobs; the same command does the rest", i,
			all) == -1 ||
		    jobs_change_some(changing, hand, i, count, err) == -1)
			return -1;
	}
	return 0;
}

/* ---- the question ------------------------------------------------------------------------- */

/* Says how many jobs are meant, and asks where they are many: -1 to go on, or the exit status. */
static int
jobs_ask(const struct jobs_changing *changing)
{
	const struct context *context = changing->context;
	bool agreed = changing->choice.count <= JOBS_ASK_ABOVE || changing->options.yes;
	struct buffer question = {0};
	enum answer answer;

	if (agreed || !ask_can())
		jobs_print_plan(changing);
	if (agreed)
		return -1;
	if (!ask_can())
		return command_usage(changing->verb->command, context,
		    "more than %d jobs: expected --yes, or a terminal to ask on", JOBS_ASK_ABOVE);
	buffer_addf(&question, "%s: ", changing->verb->command->name);
	jobs_add_plan(changing, &question);
	buffer_add_string(&question, ": do it?");
	answer = question.failed ? ANSWER_NO : ask(context, question.bytes);
	buffer_clear(&question);
	buffer_add_string(&question, "nothing was changed");
	if (answer != ANSWER_YES)
		jobs_say(changing, &question);
	buffer_release(&question);
	if (answer == ANSWER_STOPPED)
		return 128 + (int)*context->stop;
	return answer == ANSWER_YES ? -1 : 1;
}

/* ---- for real ----------------------------------------------------------------------------- */

/* The exit status, with all that was changed on disk. */
static int
jobs_change_with(struct jobs_changing *changing, struct jobs_session *session)
{
	struct error err = {0};
	int status = -1, rc;

	rc = jobs_session_open(session, changing->context, &err);
	if (rc == 0 && changing->choice.many)
		rc = jobs_choice_read(&changing->choice, &changing->options.choice,
		    session->hand.db, changing->wish.event, &err);
	if (rc == 0) {
		status = jobs_ask(changing);
		if (status != -1)
			return status;
		rc = jobs_change_all(changing, &session->hand, &err);
	}
	if (rc == 0) {
		status = changing->refused > 0 ? 1 : 0;
		jobs_print_outcome(changing, status);
		return status;
	}
	status = command_failed(changing->context, &err);
	if (changing->done + changing->refused > 0)
		jobs_print_outcome(changing, status);
	return status;
}

static int
jobs_change_now(struct jobs_changing *changing)
{
	struct jobs_session session;
	int status = jobs_change_with(changing, &session);

	jobs_session_release(&session);
	return status;
}

/* ---- as it would be ----------------------------------------------------------------------- */

/* X(name, its place in the narrow set) */
#define JOBS_CHANGE_COLUMN_LIST(X)  \
	X(JobId, FIT_ALWAYS)        \
	X(Run, FIT_OFTEN)           \
	X(Line, FIT_ROOM)           \
	X(CertStoreId, FIT_WIDE)    \
	X(StorePath, FIT_ALWAYS)    \
	X(ClientMachine, FIT_OFTEN) \
	X(Alias, FIT_ROOM)          \
	X(DueAt, FIT_ROOM)          \
	X(Status, FIT_WORD)         \
	X(Result, FIT_WORD)         \
	X(Code, FIT_WORD)

#define JOBS_CHANGE_NAME(name, fit) #name,
static const char *const jobs_change_columns[] = {JOBS_CHANGE_COLUMN_LIST(JOBS_CHANGE_NAME)};
#define JOBS_CHANGE_FIT(name, fit) fit,
static const enum column_fit jobs_change_fits[] = {JOBS_CHANGE_COLUMN_LIST(JOBS_CHANGE_FIT)};
#define JOBS_CHANGE_COLUMNS (sizeof(jobs_change_columns) / sizeof(jobs_change_columns[0]))

struct jobs_foreseen {
	struct writer *writer;
	const struct change_answer *answer;
};

static int
jobs_write_foreseen(void *closure, const struct job_order *order, struct error *err)
{
	const struct jobs_foreseen *foreseen = closure;
	const struct job_record *job = &foreseen->answer->job;
	struct writer *writer = foreseen->writer;

	writer_integer(writer, job->id);
	writer_integer(writer, job->run);
	writer_integer(writer, job->line);
	writer_string(writer, order->guid);
	writer_string(writer, order->path);
	writer_string(writer, order->machine);
	writer_string(writer, order->alias);
	writer_time(writer, job->is.due_at);
	writer_string(writer, job_status_word((int64_t)job->is.status));
	writer_string(writer, job_result_word((int64_t)job->is.result));
	writer_string(writer, foreseen->answer->outcome == CHANGE_REFUSED
				  ? life_refusal_word(foreseen->answer->refusal)
				  : NULL);
	return writer_row(writer, err);
}

/* The jobs that would be changed or refused. One that is not there has no line: it is refused on
 * standard error. */
static int
jobs_foresee_all(
    struct jobs_changing *changing, struct change *change, struct writer *writer, struct error *err)
{
	struct change_answer answer;
	struct jobs_foreseen foreseen = {writer, &answer};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < changing->choice.count; i++) {
		int64_t id = changing->choice.ids[i];

		rc = stop_asked(changing->context->stop, err, NULL, "interrupted");
		if (rc == 0)
			rc = change_foresee(change, id, &answer, err);
		if (rc == 0 && answer.job.id != 0 &&
		    (answer.outcome == CHANGE_DONE || answer.outcome == CHANGE_REFUSED))
			rc = db_job_order(
			    change->hand->db, id, jobs_write_foreseen, &foreseen, err);
		if (rc == 0)
			jobs_take_fate(
			    changing, id, &(struct jobs_fate){answer.outcome, answer.refusal});
	}
	return rc;
}

static int
jobs_fill_foreseen(
    struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct jobs_changing *changing = listing->closure;
	struct permissions permissions = {0};
	const struct hand hand = {db, changing->context->operator_name, &permissions};
	struct change change;
	int rc;

	change_look(&change, &hand, &changing->wish, changing->context->now());
	db_set_stop(db, changing->context->stop);
	rc = db_permissions(db, hand.operator_name, &permissions, err);
	if (rc == 0 && changing->choice.many)
		rc = jobs_choice_read(
		    &changing->choice, &changing->options.choice, db, changing->wish.event, err);
	if (rc == 0)
		rc = jobs_foresee_all(changing, &change, writer, err);
	change_release(&change);
	permissions_release(&permissions);
	return rc;
}

static int
jobs_change_dry(struct jobs_changing *changing)
{
	struct listing listing = {
	    .command = changing->verb->command,
	    .options = changing->options.listing,
	    .columns = jobs_change_columns,
	    .fits = jobs_change_fits,
	    .count = JOBS_CHANGE_COLUMNS,
	    .fill = jobs_fill_foreseen,
	    .closure = changing,
	};
	int status = listing_run(changing->context, &listing);

	if (status != 0)
		return status;
	status = changing->refused > 0 ? 1 : 0;
	jobs_print_outcome(changing, status);
	return status;
}

/* ---- the command -------------------------------------------------------------------------- */

/* --time and what goes only with another option: 0, or the exit status of a usage error. */
static int
jobs_change_take(struct jobs_changing *changing)
{
	const struct jobs_change_options *options = &changing->options;
	const struct command *command = changing->verb->command;
	const char *wrong;

	if (!options->dry_run && (options->listing.format != LISTING_UNSET ||
				     options->listing.wide || options->listing.columns != NULL))
		return command_usage(command, changing->context,
		    "--format, --wide and --columns: expected with --dry-run only");
	if (changing->wish.event != LIFE_EVENT_RESCHEDULE)
		return 0;
	if (options->time == NULL)
		return command_usage(command, changing->context,
		    "expected --time TIME, as 2026-01-31T22:00:00Z, or --time now");
	if (strcasecmp(options->time, "now") == 0)
		return 0;
	wrong = timestamp_parse(options->time, strlen(options->time), &changing->wish.due_at);
	return wrong == NULL ? 0
			     : command_usage(command, changing->context, "--time %s: %s, or now",
				   options->time, wrong);
}

/* What the history keeps: the new time of a job, and why. */
static int
jobs_change_note(struct jobs_changing *changing)
{
	const char *why = changing->options.message;
	struct buffer note = {0};
	char time[TIMESTAMP_SIZE];

	if (changing->wish.due_at != 0)
		buffer_addf(&note, "to %s%s", timestamp_format(changing->wish.due_at, time),
		    why == NULL ? "" : ": ");
	if (why != NULL)
		buffer_add_string(&note, why);
	if (note.failed)
		return command_no_memory(changing->context);
	hand_keep_message(changing->message, note.bytes);
	if (changing->message[0] != '\0')
		changing->wish.message = changing->message;
	buffer_release(&note);
	return 0;
}

int
jobs_run_change(
    const struct jobs_change_verb *verb, const struct context *context, int argc, char **argv)
{
	struct jobs_changing changing = {
	    .verb = verb,
	    .context = context,
	    .options = {.listing = {.format = LISTING_UNSET}},
	    .wish = {.event = verb->event},
	};
	int status;
	int first = command_options(
	    verb->command, context, &(struct command_line){argc, argv, &changing.options}, &status);

	if (first == -1)
		return status;
	status = jobs_change_take(&changing);
	if (status == 0)
		status = jobs_change_note(&changing);
	if (status == 0)
		status = jobs_choice_take(verb->command, context, &changing.options.choice,
		    argv + first, &changing.choice);
	changing.wish.many = changing.choice.many;
	if (status == 0)
		status = changing.options.dry_run ? jobs_change_dry(&changing)
						  : jobs_change_now(&changing);
	jobs_choice_release(&changing.choice);
	return status;
}
