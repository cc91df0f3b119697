#include "commands/apply_options.h"
#include "commands/outputs.h"
#include "commands/settled.h"
#include "buffer.h"
#include "program/command.h"
#include "program/progress.h"
#include "import/scan.h"
#include "database/lock.h"

#include <string.h>
#include <unistd.h>

#define SCAN_SHOWN 20 /* stores that are named without -v, of each sort of message */

/* The options of a call, and what was printed. */
struct scan_command {
	const char *machine;
	const char *store;
	const char *root;
	const char *passphrase_file;
	int progress;
	int64_t wait;
	const struct context *context;
	uint64_t told[SCAN_UNVERIFIED + 1];
	char host[256];
};

static const struct option_spec scan_specs[] = {
    {"machine", "NAME", "the stores of this ClientMachine, not of this host", OPTION_TEXT,
	offsetof(struct scan_command, machine), 0, NULL},
    {"store", "STORE", "this store alone", OPTION_TEXT, offsetof(struct scan_command, store), 0,
	NULL},
    {"root", "DIR", "open nothing outside of this folder", OPTION_TEXT,
	offsetof(struct scan_command, root), 0, NULL},
    {"passphrase-file", "FILE", "its first line: of stores whose own password is not known",
	OPTION_TEXT, offsetof(struct scan_command, passphrase_file), 0, NULL},
    {"progress", "auto|always|never", "on standard error (auto: when it is a terminal)",
	OPTION_CHOICE, offsetof(struct scan_command, progress), 0, apply_progresses},
    {"wait", "SECONDS", "for another writer to end (default 10)", OPTION_NUMBER,
	offsetof(struct scan_command, wait), 0, NULL},
};
#define SPEC_COUNT (sizeof(scan_specs) / sizeof(scan_specs[0]))

static const char *
scan_plural(uint64_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

/* ---- messages ---------------------------------------------------------------------------- */

/* Under -q only what makes the status another one than 0. */
static void
scan_tell(void *closure, enum scan_message sort, const struct error *message)
{
	struct scan_command *scan = closure;
	const struct context *context = scan->context;

	if ((sort != SCAN_UNREADABLE && context->quiet) ||
	    (sort == SCAN_UNVERIFIED && !context->verbose))
		return;
	if (scan->told[sort]++ >= SCAN_SHOWN && !context->verbose)
		return;
	if (sort == SCAN_UNREADABLE)
		(void)command_failed(context, message);
	else
		error_print(context->err, message);
}

static void
scan_print_untold(const struct scan_command *scan, const struct scan_counts *counts)
{
	const struct context *context = scan->context;
	struct error_place place = {.field = "scan"};
	bool all = context->verbose;

	if (scan->told[SCAN_UNREADABLE] > SCAN_SHOWN && !all)
		message_print(context->err, place,
		    "... and %llu more that cannot be read (-v names all)",
		    (unsigned long long)scan->told[SCAN_UNREADABLE] - SCAN_SHOWN);
	if (scan->told[SCAN_WARNING] > SCAN_SHOWN && !all)
		message_print(context->err, place, "... and %llu warnings more (-v prints all)",
		    (unsigned long long)scan->told[SCAN_WARNING] - SCAN_SHOWN);
	if (counts->unverified > 0 && !all && !context->quiet)
		message_print(context->err, place,
		    "%llu %s without %s password: the digest is not checked (-v names %s)",
		    (unsigned long long)counts->unverified,
		    scan_plural(counts->unverified, "store", "stores"),
		    scan_plural(counts->unverified, "its", "their"),
		    scan_plural(counts->unverified, "it", "them"));
}

/* "stores passed over: 3 of other machines, 1 of no file format, 2 not approved" */
static void
scan_print_passed(const struct context *context, const struct scan_counts *counts)
{
	const struct {
		uint64_t count;
		const char *text;
	} passed[] = {{counts->elsewhere, "of other machines"},
	    {counts->no_format, "of no file format"}, {counts->not_approved, "not approved"}};
	struct buffer text = {0};

	buffer_add_string(&text, "stores passed over:");
	for (size_t i = 0, any = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (passed[i].count > 0)
			buffer_addf(&text, "%s %llu %s", any++ == 0 ? "" : ",",
			    (unsigned long long)passed[i].count, passed[i].text);
	if (!text.failed && counts->elsewhere + counts->no_format + counts->not_approved > 0)
		message_print(
		    context->err, (struct error_place){.field = "scan"}, "%s", text.bytes);
	buffer_release(&text);
}

/* What was read; what that changed; what the server will be asked for. */
static void
scan_print_counts(const struct context *context, const struct scan_counts *counts)
{
	const struct inventory_counts *items = &counts->items;
	const struct error_place place = {.field = "scan"};
	char unreadable[64] = "", older[64] = "";

	if (counts->unreadable > 0)
		snprintf(unreadable, sizeof(unreadable), ", %llu not readable",
		    (unsigned long long)counts->unreadable);
	if (items->older > 0)
		snprintf(older, sizeof(older), "; %llu older %s not taken",
		    (unsigned long long)items->older, scan_plural(items->older, "store", "stores"));
	message_print(context->err, place, "%llu of %llu %s read%s%s",
	    (unsigned long long)counts->read, (unsigned long long)counts->stores,
	    scan_plural(counts->stores, "store", "stores"), unreadable, older);
	message_print(context->err, place,
	    "locations: %llu new, %llu changed, %llu unchanged, %llu gone",
	    (unsigned long long)items->fresh, (unsigned long long)items->changed,
	    (unsigned long long)items->unchanged, (unsigned long long)items->removed);
	settled_print(context, "scan", &counts->settled);
	if (counts->unknown > 0)
		message_print(context->err, place, "%llu %s not known to the server",
		    (unsigned long long)counts->unknown,
		    scan_plural(counts->unknown, "certificate", "certificates"));
}

/* ---- the call ---------------------------------------------------------------------------- */

/* Under the writer's lock, because opening may bring the schema up to date. */
static int
scan_under_lock(struct scan_command *scan, const struct scan_options *options,
    struct scan_counts *counts, struct error *err)
{
	const struct context *context = scan->context;
	struct lock *lock;
	struct database *db;
	int rc = -1;

	outputs_warn_network(context);
	lock = lock_take(context->database, "scan", scan->wait, context->stop, err);
	if (lock == NULL)
		return -1;
	db = db_open(context->database, DB_WRITE, err);
	if (db != NULL)
		rc = scan_take(options, context, db, counts, err);
	db_close(db);
	lock_release(lock);
	return rc;
}

static int
scan_find_host(struct scan_command *scan, struct scan_options *options, struct error *err)
{
	options->machine_given = scan->machine != NULL;
	options->machine = scan->machine;
	if (options->machine_given)
		return 0;
	if (gethostname(scan->host, sizeof(scan->host) - 1) == -1)
		return error_errno(err, NULL, "the name of this host cannot be found");
	options->machine = scan->host;
	return 0;
}

static int
scan_prepare(struct scan_command *scan, struct scan_options *options, struct error *err)
{
	if (scan_find_host(scan, options, err) == -1)
		return -1;
	if (scan->root != NULL && file_root_open(&options->root, scan->root, err) == -1)
		return -1;
	return scan->passphrase_file == NULL
		   ? 0
		   : passphrase_read_file(&options->passphrase, scan->passphrase_file, err);
}

/* Prints what came of it. The exit status. */
static int
scan_end(const struct scan_command *scan, const struct scan_counts *counts, const struct error *err)
{
	const struct context *context = scan->context;
	bool none = counts->items.stores == 0 && counts->items.older > 0; /* as of an import */
	int status = counts->unreadable > 0 || none;
	bool begun = counts->read + counts->unreadable > 0;

	scan_print_untold(scan, counts);
	if (err->code != ERROR_NONE)
		status = command_failed(context, err);
	if (err->code == ERROR_NONE ? !context->quiet || status != 0 : begun)
		scan_print_counts(context, counts);
	if (err->code == ERROR_NONE && !context->quiet && scan->store == NULL)
		scan_print_passed(context, counts);
	return status;
}

static int
scan_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct scan_command scan = {.wait = 10, .context = context};
	struct scan_options options = {.root = FILE_ROOT_NONE, .tell = scan_tell, .closure = &scan};
	struct scan_counts counts = {0};
	struct error err = {0};
	int first, status;

	first = command_options(
	    command, context, &(struct command_line){argc, argv, &scan}, &status);
	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(command, context, "%s: expected options alone", argv[first]);
	if (scan.progress != PROGRESS_AUTO)
		progress_draw(scan.progress == PROGRESS_ALWAYS ? STDERR_FILENO : -1, 0);
	options.store = scan.store;
	if (scan_prepare(&scan, &options, &err) == 0)
		(void)scan_under_lock(&scan, &options, &counts, &err);
	passphrase_release(&options.passphrase);
	file_root_close(&options.root);
	return scan_end(&scan, &counts, &err);
}

const struct command command_scan = {
    .name = "scan",
    .synopsis = "[OPTION...]",
    .summary = "take inventory of the stores that are files of this machine",
    .run = scan_run,
    .options = scan_specs,
    .option_count = SPEC_COUNT,
};
