#include "commands/outputs.h"
#include "commands/settled.h"
#include "program/command.h"
#include "import/import.h"
#include "database/lock.h"
#include "timestamp.h"

#include <string.h>

struct import_given {
	int format; /* the index in import_formats, or -1 */
	const char *delimiter;
	int encoding; /* the index in import_encodings, or -1 */
	bool complete;
	int64_t id; /* 0: not given */
	bool assign;
	const char *passphrase_file;
	int64_t passphrase_fd; /* -1: not given */
	bool renumber;
	bool clear_passwords;
	bool locations;
	const char *store;
	const char *as_of;
	int64_t wait;
};

static const char *const import_formats[] = {"csv", "jsonl", "json", "pem", "der", "pkcs12", NULL};

static const char *const import_encodings[] = {"utf-8", "utf-16", "windows-1252", "latin1", NULL};

static const struct option_spec import_specs[] = {
    {.name = "format",
	.argument = "csv|jsonl|json|pem|der|pkcs12",
	.help = "of the files, where neither name nor first bytes tell",
	.kind = OPTION_CHOICE,
	.offset = offsetof(struct import_given, format),
	.choices = import_formats},
    {.name = "delimiter",
	.argument = "CHARACTER",
	.help = "of CSV: , ; | or tab; else found from the header",
	.kind = OPTION_TEXT,
	.offset = offsetof(struct import_given, delimiter)},
    {.name = "encoding",
	.argument = "NAME",
	.help = "utf-8, utf-16, windows-1252 or latin1; else UTF-8, or by its mark",
	.kind = OPTION_CHOICE,
	.offset = offsetof(struct import_given, encoding),
	.choices = import_encodings},
    {.name = "complete",
	.help = "stores, roles: what is not named is removed, or taken back",
	.kind = OPTION_FLAG,
	.offset = offsetof(struct import_given, complete)},
    {.name = "clear-passwords",
	.help = "stores: without a password the known one is removed",
	.kind = OPTION_FLAG,
	.offset = offsetof(struct import_given, clear_passwords)},
    {.name = "id",
	.argument = "N",
	.help = "certificate files: the Id of their end-entity certificate",
	.kind = OPTION_NUMBER,
	.least = 1,
	.offset = offsetof(struct import_given, id)},
    {.name = "assign",
	.help = "certificate files: what is not known gets the next free Ids",
	.kind = OPTION_FLAG,
	.offset = offsetof(struct import_given, assign)},
    {.name = "passphrase-file",
	.argument = "FILE",
	.help = "certificate files: the passphrase of PKCS#12, its first line",
	.kind = OPTION_TEXT,
	.offset = offsetof(struct import_given, passphrase_file)},
    {.name = "passphrase-fd",
	.argument = "N",
	.help = "likewise, from an open descriptor",
	.kind = OPTION_NUMBER,
	.offset = offsetof(struct import_given, passphrase_fd)},
    {.name = "renumber",
	.help = "certificates: a known thumbprint may come with another Id",
	.kind = OPTION_FLAG,
	.offset = offsetof(struct import_given, renumber)},
    {.name = "locations",
	.help = "certificates: their Locations are an inventory",
	.kind = OPTION_FLAG,
	.offset = offsetof(struct import_given, locations)},
    {.name = "store",
	.argument = "STORE",
	.help = "inventory: the store of all its records",
	.kind = OPTION_TEXT,
	.offset = offsetof(struct import_given, store)},
    {.name = "as-of",
	.argument = "TIME|now",
	.help = "when items were found that do not say it",
	.kind = OPTION_TEXT,
	.offset = offsetof(struct import_given, as_of)},
    {.name = "wait",
	.argument = "SECONDS",
	.help = "for another writer to end, 10 unless given",
	.kind = OPTION_NUMBER,
	.offset = offsetof(struct import_given, wait)},
};
#define SPECS (sizeof(import_specs) / sizeof(import_specs[0]))

static void
import_print(const void *closure, enum import_message sort, const struct error *message)
{
	const struct context *context = closure;

	if (sort == IMPORT_FAULT)
		(void)command_failed(context, message);
	else if (!context->quiet)
		error_print(context->err, message);
}

static void
import_print_untold(const struct context *context, const struct import_counts *counts)
{
	if (counts->untold[IMPORT_FAULT] > 0)
		message_print(context->err, (struct error_place){.file = NULL},
		    "... and %llu faults more", (unsigned long long)counts->untold[IMPORT_FAULT]);
	if (counts->untold[IMPORT_WARNING] > 0 && !context->quiet)
		message_print(context->err, (struct error_place){.file = NULL},
		    "... and %llu warnings more",
		    (unsigned long long)counts->untold[IMPORT_WARNING]);
}

static const char *
import_plural(uint64_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

static void
import_print_items(const struct context *context, const struct import_options *options,
    const struct import_counts *counts)
{
	const struct inventory_counts *items = &counts->items;
	uint64_t read = options->locations ? counts->locations : counts->records;
	char older[64] = "";

	if (items->older > 0)
		snprintf(older, sizeof(older), "; %llu older %s not taken",
		    (unsigned long long)items->older,
		    import_plural(items->older, "store", "stores"));
	message_print(context->err,
	    (struct error_place){.field = options->locations ? "locations" : "inventory"},
	    "%llu %s of %llu %s: %llu new, %llu changed, %llu unchanged, %llu gone%s",
	    (unsigned long long)read,
	    options->locations ? import_plural(read, "location", "locations")
			       : import_plural(read, "record", "records"),
	    (unsigned long long)items->stores, import_plural(items->stores, "store", "stores"),
	    (unsigned long long)items->fresh, (unsigned long long)items->changed,
	    (unsigned long long)items->unchanged, (unsigned long long)items->removed, older);
}

static void
import_print_counts(const struct context *context, const struct import_options *options,
    const struct import_counts *counts)
{
	char more[128] = "";

	if (counts->renumbered > 0)
		snprintf(more, sizeof(more), ", %llu renumbered",
		    (unsigned long long)counts->renumbered);
	if (options->complete && !options->locations)
		snprintf(more, sizeof(more), ", %lld %s", (long long)counts->removed,
		    options->kind->load == LOAD_STORES ? "removed" : "taken back");
	if (counts->unknown > 0)
		snprintf(more + strlen(more), sizeof(more) - strlen(more),
		    "; %llu without an Id, not known to the server",
		    (unsigned long long)counts->unknown);
	message_print(context->err, (struct error_place){.field = options->kind->name},
	    "%llu %s: %llu new, %llu changed, %llu unchanged%s",
	    (unsigned long long)counts->records,
	    import_plural(counts->records, "record", "records"), (unsigned long long)counts->fresh,
	    (unsigned long long)counts->changed, (unsigned long long)counts->unchanged, more);
}

/*
 * Stores were named, and a later time was known of each: whoever waits for this inventory must
 * know that there is nothing new.
 */
static bool
import_took_none(const struct import_counts *counts)
{
	return counts->items.stores == 0 && counts->items.older > 0;
}

/* Prints what was loaded, under -q only if no store was taken. The exit status. */
static int
import_end(const struct context *context, const struct import_options *options,
    const struct import_counts *counts)
{
	bool none = import_took_none(counts);

	if (!options->kind->is_inventory && !context->quiet)
		import_print_counts(context, options, counts);
	if ((options->kind->is_inventory || options->locations) && (none || !context->quiet))
		import_print_items(context, options, counts);
	if (!context->quiet)
		settled_print(
		    context, options->locations ? "locations" : "inventory", &counts->settled);
	return none ? 1 : 0;
}

static int
import_failed(const struct context *context, const struct import_options *options,
    const struct import_counts *counts, const struct error *err)
{
	command_failed(context, err);
	if (err->code == ERROR_STORAGE && counts->begun)
		message_print(context->err, (struct error_place){.field = options->kind->name},
		    "%s",
		    counts->committing ? "loaded whole or not at all: to load it again does no harm"
				       : "nothing was loaded");
	return (int)err->code;
}

/* Under the writer's lock, because opening may bring the schema up to date. */
static int
import_load(const struct context *context, const struct import_options *options, int64_t wait,
    struct import_counts *counts, struct error *err)
{
	char what[64];
	struct lock *lock;
	struct database *db;
	int rc = -1;

	snprintf(what, sizeof(what), "import %s", options->kind->name);
	outputs_warn_network(context);
	lock = lock_take(context->database, what, wait, context->stop, err);
	if (lock == NULL)
		return -1;
	db = db_open(context->database, DB_WRITE, err);
	if (db != NULL)
		rc = import_files(options, context, db, counts, err);
	db_close(db);
	lock_release(lock);
	return rc;
}

/* When items were found. 0, or the exit status of a usage error. */
static int
import_choose_date(const struct command *command, const struct context *context,
    const struct import_given *given, struct import_options *options)
{
	const char *wrong = NULL;

	if (given->as_of == NULL)
		return 0;
	if (!options->kind->is_inventory && !given->locations)
		return command_usage(command, context,
		    "--as-of: expected inventory, or certificates with --locations");
	options->has_as_of = true;
	if (strcmp(given->as_of, "now") == 0)
		options->as_of = context->now();
	else
		wrong = timestamp_parse_server(given->as_of, strlen(given->as_of), &options->as_of);
	return wrong == NULL
		   ? 0
		   : command_usage(command, context, "--as-of %s: %s, or now", given->as_of, wrong);
}

/* The options about items and about what is complete. 0, or the exit status of a usage error. */
static int
import_choose_items(const struct command *command, const struct context *context,
    const struct import_given *given, struct import_options *options)
{
	bool certificates = !options->kind->is_inventory &&
			    options->kind->load == LOAD_CERTIFICATES;

	if (given->locations && !certificates)
		return command_usage(command, context, "--locations: expected certificates");
	if (given->locations && !given->complete)
		return command_usage(command, context,
		    "--locations: expected --complete too, which says that the export left no "
		    "certificate out: one that was filtered would empty stores");
	if (given->locations && given->format != -1 &&
	    format_parse(import_formats[given->format]) == FORMAT_CSV)
		return command_usage(
		    command, context, "--locations: CSV has no Locations: expected JSON");
	if (given->complete && !options->kind->completes && !given->locations)
		return command_usage(command, context,
		    "--complete: expected stores or roles, or certificates with --locations");
	if (given->store != NULL && !options->kind->is_inventory)
		return command_usage(command, context, "--store: expected inventory");
	options->complete = given->complete;
	options->locations = given->locations;
	options->store = given->store;
	return import_choose_date(command, context, given, options);
}

/* The options about certificate files. 0, or the exit status of a usage error. */
static int
import_choose_files(const struct command *command, const struct context *context,
    const struct import_given *given, struct import_options *options)
{
	const char *name = given->id != 0                   ? "--id"
			   : given->assign                  ? "--assign"
			   : given->passphrase_file != NULL ? "--passphrase-file"
			   : given->passphrase_fd != -1     ? "--passphrase-fd"
							    : NULL;
	bool certificates = !options->kind->is_inventory &&
			    options->kind->load == LOAD_CERTIFICATES;

	if (name != NULL && !certificates)
		return command_usage(command, context, "%s: expected certificates", name);
	if (given->format != -1 && !certificates &&
	    import_form_parse(import_formats[given->format]) != FORM_RECORDS)
		return command_usage(command, context, "--format %s: expected certificates",
		    import_formats[given->format]);
	if (given->id > INT32_MAX)
		return command_usage(command, context, "--id: expected 1 to 2147483647");
	if (given->passphrase_fd > INT32_MAX)
		return command_usage(command, context, "--passphrase-fd: expected a descriptor");
	if (given->passphrase_file != NULL && given->passphrase_fd != -1)
		return command_usage(
		    command, context, "--passphrase-fd: expected either it or --passphrase-file");
	options->id = given->id;
	options->assign = given->assign;
	return 0;
}

/* What is to be loaded, from the words of the command line. 0, or the exit status of a usage error.
 */
static int
import_choose(const struct command *command, const struct context *context,
    const struct import_given *given, char **words, struct import_options *options)
{
	int status;

	options->kind = import_kind_find(words[0]);
	status = import_choose_items(command, context, given, options);
	if (status == 0)
		status = import_choose_files(command, context, given, options);
	if (status != 0)
		return status;
	if (given->renumber &&
	    (options->kind->is_inventory || options->kind->load != LOAD_CERTIFICATES))
		return command_usage(command, context, "--renumber: expected certificates");
	if (given->clear_passwords &&
	    (options->kind->is_inventory || options->kind->load != LOAD_STORES))
		return command_usage(command, context, "--clear-passwords: expected stores");
	if (given->delimiter != NULL)
		options->delimiter = delimiter_parse(given->delimiter);
	if (given->delimiter != NULL && options->delimiter == '\0')
		return command_usage(command, context,
		    "--delimiter %s: expected one of , ; | or tab", given->delimiter);
	if (given->format != -1) {
		options->format = format_parse(import_formats[given->format]);
		options->form = import_form_parse(import_formats[given->format]);
	}
	if (given->encoding != -1)
		options->encoding = import_encodings[given->encoding];
	options->renumber = given->renumber;
	options->clear_passwords = given->clear_passwords;
	options->paths = (const char *const *)words + 1;
	return 0;
}

/* The passphrase that the options name. 0; -1 and err. */
static int
import_read_passphrase(
    const struct import_given *given, struct passphrase *passphrase, struct error *err)
{
	if (given->passphrase_file != NULL)
		return passphrase_read_file(passphrase, given->passphrase_file, err);
	if (given->passphrase_fd != -1)
		return passphrase_read_fd(passphrase, (int)given->passphrase_fd, err);
	return 0;
}

static int
import_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct import_given given = {.format = -1, .encoding = -1, .passphrase_fd = -1, .wait = 10};
	struct passphrase passphrase = {0};
	struct import_options options = {.tell = import_print, .closure = context};
	struct import_counts counts = {0};
	struct error err = {0};
	int first, status, rc;

	first = command_options(
	    command, context, &(struct command_line){argc, argv, &given}, &status);
	if (first == -1)
		return status;
	if (first < argc && import_kind_find(argv[first]) == NULL)
		return command_no_operand(command, context, argv[first], "kind");
	if (argc - first < 2)
		return command_usage(command, context, "expected a kind of records and a file");
	options.path_count = (size_t)(argc - first - 1);
	status = import_choose(command, context, &given, argv + first, &options);
	if (status != 0)
		return status;
	options.passphrase = &passphrase;
	if (import_read_passphrase(&given, &passphrase, &err) == -1)
		return command_failed(context, &err);
	rc = import_load(context, &options, given.wait, &counts, &err);
	passphrase_release(&passphrase);
	import_print_untold(context, &counts);
	if (rc == -1)
		return import_failed(context, &options, &counts, &err);
	return import_end(context, &options, &counts);
}

const struct command command_import = {
    .name = "import",
    .synopsis = "[OPTION...] KIND FILE...",
    .summary = "load records of one KIND into the inventory",
    .run = import_run,
    .options = import_specs,
    .option_count = SPECS,
    .operand = "KIND",
    .operand_word = import_kind_word,
};
