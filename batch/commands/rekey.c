#include "buffer.h"
#include "commands/outputs.h"
#include "database/lock.h"
#include "input/rekey.h"
#include "program/command.h"

#include <stddef.h>

#define WAIT_SECONDS 10

struct rekey_options {
	int64_t wait;
};

static const struct option_spec rekey_specs[] = {
    {"wait", "SECONDS", "how long it waits for another writer (10)", OPTION_NUMBER,
	offsetof(struct rekey_options, wait), 0, NULL},
};

static void
rekey_print(const struct context *context, const struct rekey_outcome *outcome)
{
	const struct error_place place = {.file = context->key_file};

	if (outcome->has_other_names)
		message_print(context->err, place,
		    "the old key had other names: it is still there under them");
	if (context->quiet)
		return;
	if (outcome->finished) {
		message_print(
		    context->err, place, "the new key of a rekey that was cut off is in its place");
		return;
	}
	message_print(context->err, place,
	    "a new key: it opens %llu data key%s%s, and not the copies from before",
	    (unsigned long long)outcome->data_keys, outcome->data_keys == 1 ? "" : "s",
	    outcome->passwords > 0 ? " (passwords of earlier versions have one now)" : "");
}

static int
rekey_open(const struct context *context, struct rekey_outcome *outcome, struct error *err)
{
	struct database *db = db_open(context->database, DB_WRITE, err);
	int rc = -1;

	if (db != NULL) {
		db_set_stop(db, context->stop);
		rc = rekey_database(context, db, outcome, err);
	}
	db_close(db);
	return rc;
}

static int
rekey_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct rekey_options options = {.wait = WAIT_SECONDS};
	struct rekey_outcome outcome;
	struct error err = {0};
	struct lock *lock;
	int status, rc;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(command, context, "%s: expected no operand", argv[first]);
	if (context->key_is_credential)
		return command_usage(command, context,
		    "%s is a copy: expected --key-file with the file that it was made from",
		    context->key_file);
	outputs_warn_network(context);
	lock = lock_take(context->database, "rekey", options.wait, context->stop, &err);
	if (lock == NULL)
		return command_failed(context, &err);
	rc = rekey_open(context, &outcome, &err);
	lock_release(lock);
	if (rc == -1)
		return command_failed(context, &err);
	rekey_print(context, &outcome);
	return 0;
}

const struct command command_rekey = {
    .name = "rekey",
    .synopsis = "[OPTION...]",
    .summary = "make a new key for the sealed passwords",
    .run = rekey_run,
    .options = rekey_specs,
    .option_count = sizeof(rekey_specs) / sizeof(rekey_specs[0]),
};
