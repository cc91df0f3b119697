#include "commands/apply_options.h"
#include "commands/jobs_session.h"
#include "commands/listing.h"
#include "commands/outputs.h"
#include "database/facts.h"
#include "import/scan.h"
#include "import/scan_pool.h"
#include "jobs/deploy.h"
#include "model/store_name.h"
#include "program/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPLOY_SHOWN 20 /* jobs that did not succeed and are named without -v */

/* The options of a call, and what was printed. */
struct deploy_command {
	const char *pfx_dir, *pfx_passphrase_file, *passphrase_file;
	const char *hook, *root;
	bool hook_once, probe, create, legacy, dry_run, restore;
	int on_hook_failure;
	int64_t limit, backups; /* -1: not given */
	int progress;
	struct listing_options listing;

	const struct command *command;
	const struct context *context;
	struct deploy_options options;
	struct passphrase pfx_passphrase;
	struct ready_jobs jobs; /* of --restore */
	char host[256];
	uint64_t told;   /* jobs that did not succeed */
	uint64_t doubts; /* of --dry-run: jobs that would not succeed */
	struct writer *writer;
};

enum { ON_FAILURE_RESTORE, ON_FAILURE_KEEP };
static const char *const deploy_on_failures[] = {"restore", "keep", NULL};

static const struct option_spec deploy_specs[] = {
    {"pfx-dir", "DIR",
	"the new certificates with their keys: THUMBPRINT.pfx, .p12 or .pem, or by Id", OPTION_TEXT,
	offsetof(struct deploy_command, pfx_dir), 0, NULL},
    {"pfx-passphrase-file", "FILE", "its first line: of those without a THUMBPRINT.pass",
	OPTION_TEXT, offsetof(struct deploy_command, pfx_passphrase_file), 0, NULL},
    {"passphrase-file", "FILE", "its first line: of stores whose own password is not known",
	OPTION_TEXT, offsetof(struct deploy_command, passphrase_file), 0, NULL},
    {"hook", "PROGRAM", "run it when a store is replaced; it makes the service read it",
	OPTION_TEXT, offsetof(struct deploy_command, hook), 0, NULL},
    {"hook-once", NULL, "run it once, after the last store", OPTION_FLAG,
	offsetof(struct deploy_command, hook_once), 0, NULL},
    {"on-hook-failure", "restore|keep", "what becomes of the new file (restore)", OPTION_CHOICE,
	offsetof(struct deploy_command, on_hook_failure), 0, deploy_on_failures},
    {"probe", NULL, "ask the store's Endpoint whether it shows the new certificate", OPTION_FLAG,
	offsetof(struct deploy_command, probe), 0, NULL},
    {"root", "DIR", "open nothing outside of this folder", OPTION_TEXT,
	offsetof(struct deploy_command, root), 0, NULL},
    {"limit", "N", "this many jobs at most", OPTION_NUMBER, offsetof(struct deploy_command, limit),
	1, NULL},
    {"keep-backups", "N", "this many old files of a store stay beside it (3)", OPTION_NUMBER,
	offsetof(struct deploy_command, backups), 0, NULL},
    {"create", NULL, "also where no certificate is any more", OPTION_FLAG,
	offsetof(struct deploy_command, create), 0, NULL},
    {"legacy", NULL, "leave RC2 and 3DES in files that have them", OPTION_FLAG,
	offsetof(struct deploy_command, legacy), 0, NULL},
    {"restore", NULL, "put the files back as they were before the jobs JOBID...", OPTION_FLAG,
	offsetof(struct deploy_command, restore), 0, NULL},
    {"dry-run", NULL, "print what would be done with each job, and do nothing", OPTION_FLAG,
	offsetof(struct deploy_command, dry_run), 0, NULL},
    {"format", "csv|jsonl|table", "of --dry-run", OPTION_CHOICE,
	offsetof(struct deploy_command, listing.format), 0, listing_formats},
    LISTING_VIEW_OPTIONS(struct deploy_command, listing),
    {"progress", "auto|always|never", "on standard error (auto: when it is a terminal)",
	OPTION_CHOICE, offsetof(struct deploy_command, progress), 0, apply_progresses},
};

/* ---- what it records ---------------------------------------------------------------------- */

/* As a scan would have read it; the entries stay where they are. NULL: no memory. */
static struct scan_read *
deploy_read_new(const struct deploy_seen *seen)
{
	struct scan_read *read = calloc(1, sizeof(*read));

	if (read == NULL)
		return NULL;
	read->store = seen->store;
	read->machine = strdup(seen->machine == NULL ? "" : seen->machine);
	read->path = strdup(seen->path);
	read->key_path = seen->key_path == NULL ? NULL : strdup(seen->key_path);
	read->format = seen->format;
	read->trust_store = seen->trust_store;
	read->at = seen->at;
	read->readable = seen->readable;
	read->source = seen->source;
	snprintf(read->guid, sizeof(read->guid), "%s", seen->guid);
	return read;
}

static void
deploy_read_free(struct scan_read *read)
{
	if (read != NULL)
		read->source = (struct entries_source){0};
	scan_read_free(read);
}

static int
deploy_record(void *closure, struct database *db, struct deploy_seen *const *seen, size_t count,
    struct error *err)
{
	const struct deploy_command *deploy = closure;
	struct scan_read **reads = calloc(count + 1, sizeof(*reads));
	int rc = 0;

	if (reads == NULL)
		return error_memory(err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		reads[i] = deploy_read_new(seen[i]);
		if (reads[i] == NULL || reads[i]->machine == NULL || reads[i]->path == NULL ||
		    (seen[i]->key_path != NULL && reads[i]->key_path == NULL))
			rc = error_memory(err);
	}
	if (rc == 0)
		rc = scan_keep(deploy->context, db, reads, count, err);
	for (size_t i = 0; i < count; i++)
		deploy_read_free(reads[i]);
	free(reads);
	return rc;
}

/* ---- what it prints ----------------------------------------------------------------------- */

static bool
deploy_is_good(enum deploy_outcome outcome, bool restore)
{
	return outcome == DEPLOY_REPLACED || outcome == DEPLOY_ALREADY ||
	       (restore && outcome == DEPLOY_PUT_BACK);
}

/* "job 12: web01:/etc/ssl/web.pem (GUID): failed, to be tried again: changed: ..." */
static void
deploy_tell_job(void *closure, const struct deploy_told *told)
{
	struct deploy_command *deploy = closure;
	const struct context *context = deploy->context;
	bool good = deploy_is_good(told->outcome, deploy->restore);
	bool worded = told->outcome == DEPLOY_ALREADY || told->message[0] == '\0';
	struct buffer text = {0};

	if (good ? !context->verbose : deploy->told++ >= DEPLOY_SHOWN && !context->verbose)
		return;
	buffer_addf(&text, "job %lld: ", (long long)told->job->id);
	if (told->guid != NULL) {
		store_name_add(&text, told->machine, told->path, told->guid);
		buffer_add_string(&text, ": ");
	}
	buffer_addf(&text, "%s%s%s%s", deploy_outcome_word(told->outcome),
	    told->will_retry ? ", to be tried again" : "", worded ? "" : ": ",
	    worded ? "" : told->message);
	if (!good)
		command_begin_failure(context);
	if (!text.failed)
		message_print(
		    context->err, (struct error_place){.field = "deploy"}, "%s", text.bytes);
	if (!good)
		command_end_failure(context);
	buffer_release(&text);
}

/* "5 replaced, 1 already there, 2 failed (1 to be tried again)" */
static void
deploy_print_summary(const struct deploy_command *deploy, const struct deploy_counts *counts)
{
	const struct error_place place = {.field = "deploy"};
	struct buffer text = {0};
	bool any = false;

	for (int i = 0; i < DEPLOY_OUTCOMES; i++) {
		if (counts->outcomes[i] == 0)
			continue;
		buffer_addf(&text, "%s%llu %s", any ? ", " : "",
		    (unsigned long long)counts->outcomes[i],
		    deploy_outcome_word((enum deploy_outcome)i));
		any = true;
	}
	if (counts->will_retry > 0)
		buffer_addf(
		    &text, " (%llu to be tried again)", (unsigned long long)counts->will_retry);
	if (!text.failed)
		message_print(deploy->context->err, place, "%s",
		    any ? text.bytes : "no job is due for a file store of this machine");
	buffer_release(&text);
}

static void
deploy_print_counts(
    const struct deploy_command *deploy, const struct deploy_counts *counts, int status)
{
	const struct context *context = deploy->context;
	const struct error_place place = {.field = "deploy"};

	if (deploy->told > DEPLOY_SHOWN && !context->verbose)
		message_print(context->err, place, "... and %llu more (-v names all)",
		    (unsigned long long)deploy->told - DEPLOY_SHOWN);
	if (context->quiet && status == 0)
		return;
	if (!context->quiet && counts->settled > 0)
		message_print(context->err, place,
		    "%llu completed: an inventory shows the new certificate there",
		    (unsigned long long)counts->settled);
	if (counts->given_up > 0)
		message_print(context->err, place, "%llu failed: %s",
		    (unsigned long long)counts->given_up, LIFE_NO_REPORT);
	if (!context->quiet && counts->others > 0)
		message_print(context->err, place, "%llu of other store types left to others",
		    (unsigned long long)counts->others);
	if (!context->quiet)
		jobs_print_reasons(context, place.field, counts->passed, "passed over");
	deploy_print_summary(deploy, counts);
}

/* ---- as it would be ----------------------------------------------------------------------- */

/* X(name, its place in the narrow set) */
#define DEPLOY_COLUMN_LIST(X)      \
	X(JobId, FIT_ALWAYS)       \
	X(Run, FIT_WIDE)           \
	X(Line, FIT_WIDE)          \
	X(CertStoreId, FIT_WIDE)   \
	X(StorePath, FIT_OFTEN)    \
	X(ClientMachine, FIT_WIDE) \
	X(Alias, FIT_WIDE)         \
	X(Action, FIT_WORD)        \
	X(Text, FIT_ALWAYS)

#define DEPLOY_COLUMN_NAME(name, fit) #name,
static const char *const deploy_columns[] = {DEPLOY_COLUMN_LIST(DEPLOY_COLUMN_NAME)};
#define DEPLOY_COLUMN_FIT(name, fit) fit,
static const enum column_fit deploy_fits[] = {DEPLOY_COLUMN_LIST(DEPLOY_COLUMN_FIT)};
#define DEPLOY_COLUMNS (sizeof(deploy_columns) / sizeof(deploy_columns[0]))

static int
deploy_write_foreseen(void *closure, const struct deploy_foreseen *foreseen, struct error *err)
{
	struct deploy_command *deploy = closure;
	const struct deploy_told *told = foreseen->told;
	struct writer *writer = deploy->writer;

	deploy->doubts += told->outcome == DEPLOY_FAILED || told->outcome == DEPLOY_LEFT;
	writer_integer(writer, told->job->id);
	writer_integer(writer, told->job->run);
	writer_integer(writer, told->job->line);
	writer_string(writer, told->guid);
	writer_string(writer, told->path);
	writer_string(writer, told->machine);
	writer_string(writer, told->alias);
	writer_string(writer, told->word);
	writer_string(writer, foreseen->text);
	return writer_row(writer, err);
}

static int
deploy_fill(struct listing *listing, struct database *db, struct writer *writer, struct error *err)
{
	struct deploy_command *deploy = listing->closure;
	struct permissions permissions = {0};
	const struct hand hand = {db, deploy->context->operator_name, &permissions};
	int rc;

	deploy->writer = writer;
	db_set_stop(db, deploy->context->stop);
	rc = db_permissions(db, hand.operator_name, &permissions, err);
	if (rc == 0)
		rc = deploy_foresee(
		    &deploy->options, deploy->context, &hand, deploy_write_foreseen, err);
	permissions_release(&permissions);
	return rc;
}

static int
deploy_dry(struct deploy_command *deploy)
{
	struct listing listing = {
	    .command = deploy->command,
	    .options = deploy->listing,
	    .columns = deploy_columns,
	    .fits = deploy_fits,
	    .count = DEPLOY_COLUMNS,
	    .mode = DB_WRITE, /* what is looked at in a transaction that is rolled back */
	    .rows_only = deploy->context->quiet,
	    .fill = deploy_fill,
	    .closure = deploy,
	};
	int status = listing_run(deploy->context, &listing);

	return status == 0 && deploy->doubts > 0 ? 1 : status;
}

/* ---- for real ----------------------------------------------------------------------------- */

static int
deploy_now(struct deploy_command *deploy)
{
	struct deploy_counts counts = {0};
	struct jobs_session session;
	struct error err = {0};
	int status, rc;

	outputs_warn_network(deploy->context);
	rc = jobs_session_open(&session, deploy->context, &err);
	if (rc == 0 && deploy->restore)
		rc = deploy_restore(
		    &deploy->options, deploy->context, &session.hand, &deploy->jobs, &counts, &err);
	else if (rc == 0)
		rc = deploy_run(&deploy->options, deploy->context, &session.hand, &counts, &err);
	jobs_session_release(&session);
	progress_draw(-1, 0);
	status = deploy_is_well(&counts, deploy->restore) ? 0 : 1;
	if (rc == -1)
		status = command_failed(deploy->context, &err);
	deploy_print_counts(deploy, &counts, status);
	return status;
}

/* ---- the call ----------------------------------------------------------------------------- */

/* What goes together: 0, or the exit status of a usage error. */
static int
deploy_check_options(const struct deploy_command *deploy, int operands)
{
	const struct command *command = deploy->command;
	const struct context *context = deploy->context;
	bool keys = deploy->pfx_dir != NULL || deploy->pfx_passphrase_file != NULL;

	if (deploy->restore && operands == 0)
		return command_usage(command, context, "--restore: expected JOBID...");
	if (deploy->restore && (keys || deploy->dry_run || deploy->create || deploy->legacy ||
				   deploy->probe || deploy->limit != -1 || deploy->backups != -1))
		return command_usage(command, context,
		    "--restore: expected no other options than --hook, --hook-once, --root and "
		    "--passphrase-file");
	if (!deploy->restore && operands > 0)
		return command_usage(
		    command, context, "expected no operand, or --restore with JOBID...");
	if (!deploy->restore && deploy->pfx_dir == NULL)
		return command_usage(command, context,
		    "expected --pfx-dir DIR, the folder of the new certificates and their keys");
	if (deploy->hook_once && deploy->hook == NULL)
		return command_usage(command, context, "--hook-once: expected --hook PROGRAM");
	if (deploy->on_hook_failure == ON_FAILURE_KEEP && deploy->hook == NULL && !deploy->probe)
		return command_usage(
		    command, context, "--on-hook-failure: expected --hook PROGRAM or --probe");
	if (!deploy->dry_run && (deploy->listing.format != LISTING_UNSET || deploy->listing.wide ||
				    deploy->listing.columns != NULL))
		return command_usage(command, context,
		    "--format, --wide and --columns: expected with --dry-run only");
	return 0;
}

static int
deploy_check_hook(const struct deploy_command *deploy)
{
	struct stat status;

	if (deploy->hook == NULL || (stat(deploy->hook, &status) == 0 && S_ISREG(status.st_mode) &&
					access(deploy->hook, X_OK) == 0))
		return 0;
	return command_usage(deploy->command, deploy->context,
	    "--hook %s: expected the path of a program that can be run", deploy->hook);
}

static int
deploy_take_jobs(struct deploy_command *deploy, char **words, int count)
{
	deploy->jobs.ids = calloc((size_t)count + 1, sizeof(*deploy->jobs.ids));
	if (deploy->jobs.ids == NULL)
		return command_no_memory(deploy->context);
	for (int i = 0; i < count; i++) {
		int64_t id = jobs_id(deploy->command, deploy->context, words[i]);

		if (id == 0)
			return ERROR_USAGE;
		deploy->jobs.ids[deploy->jobs.count++] = id;
	}
	return 0;
}

/* Opens the folders and reads the passphrases. 0, or -1 and err. */
static int
deploy_open(struct deploy_command *deploy, struct error *err)
{
	struct deploy_options *options = &deploy->options;

	if (gethostname(deploy->host, sizeof(deploy->host) - 1) == -1)
		return error_errno(err, NULL, "the name of this host cannot be found");
	if (deploy->root != NULL && file_root_open(&options->root, deploy->root, err) == -1)
		return -1;
	if (deploy->pfx_dir != NULL &&
	    credential_folder_open(&options->folder, deploy->pfx_dir, err) == -1)
		return -1;
	if (deploy->pfx_passphrase_file != NULL &&
	    passphrase_read_file(&deploy->pfx_passphrase, deploy->pfx_passphrase_file, err) == -1)
		return -1;
	options->folder.passphrase = &deploy->pfx_passphrase;
	return deploy->passphrase_file == NULL
		   ? 0
		   : passphrase_read_file(&options->passphrase, deploy->passphrase_file, err);
}

static void
deploy_close(struct deploy_command *deploy)
{
	passphrase_release(&deploy->pfx_passphrase);
	passphrase_release(&deploy->options.passphrase);
	credential_folder_close(&deploy->options.folder);
	file_root_close(&deploy->options.root);
	ready_jobs_release(&deploy->jobs);
}

static void
deploy_set(struct deploy_command *deploy)
{
	struct deploy_options *options = &deploy->options;

	options->host = deploy->host;
	options->hook = deploy->hook;
	options->hook_once = deploy->hook_once;
	options->keep = deploy->on_hook_failure == ON_FAILURE_KEEP;
	options->probe = deploy->probe;
	options->limit = deploy->limit == -1 ? SIZE_MAX : (size_t)deploy->limit;
	options->backups = deploy->backups == -1 ? DEPLOY_BACKUPS : (size_t)deploy->backups;
	options->create = deploy->create;
	options->legacy = deploy->legacy;
	options->record = deploy_record;
	options->tell = deploy_tell_job;
	options->closure = deploy;
	if (deploy->progress != PROGRESS_AUTO)
		progress_draw(deploy->progress == PROGRESS_ALWAYS ? STDERR_FILENO : -1, 0);
}

static int
deploy_run_command(
    const struct command *command, const struct context *context, int argc, char **argv)
{
	struct deploy_command deploy = {.command = command,
	    .context = context,
	    .limit = -1,
	    .backups = -1,
	    .listing = {.format = LISTING_UNSET},
	    .options = {.folder = CREDENTIAL_FOLDER_NONE, .root = FILE_ROOT_NONE}};
	struct error err = {0};
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &deploy}, &status);

	if (first == -1)
		return status;
	status = deploy_check_options(&deploy, argc - first);
	if (status == 0)
		status = deploy_check_hook(&deploy);
	if (status == 0)
		status = deploy_take_jobs(&deploy, argv + first, argc - first);
	if (status == 0 && deploy_open(&deploy, &err) == -1)
		status = command_failed(context, &err);
	if (status == 0) {
		deploy_set(&deploy);
		status = deploy.dry_run ? deploy_dry(&deploy) : deploy_now(&deploy);
	}
	deploy_close(&deploy);
	return status;
}

const struct command command_deploy = {
    .name = "deploy",
    .synopsis = "--pfx-dir DIR [OPTION...] | --restore [OPTION...] JOBID...",
    .summary = "carry out the due jobs of the stores that are files of this machine",
    .run = deploy_run_command,
    .options = deploy_specs,
    .option_count = sizeof(deploy_specs) / sizeof(deploy_specs[0]),
};
