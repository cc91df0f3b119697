#include "jobs/deploy_private.h"

#include "certificates/served.h"
#include "program/child.h"
#include "program/process.h"
#include "utf8.h"

#include <string.h>

/* Items that one call of the hook is for. */
struct deploy_group {
	struct deploy *deploy;
	struct deploy_item *items;
	size_t count;
};

/* ---- the environment ---------------------------------------------------------------------- */

#define HOOK_VARIABLES 8

enum hook_variable {
	HOOK_STORE_PATH,
	HOOK_KEY_PATH,
	HOOK_ALIAS,
	HOOK_STORE_ID,
	HOOK_JOB_ID,
	HOOK_THUMBPRINT,
	HOOK_OLD_THUMBPRINT,
	HOOK_REFERENCE
};
static const char *const hook_names[HOOK_VARIABLES] = {"STORE_PATH", "KEY_PATH", "ALIAS",
    "STORE_ID", "JOB_ID", "THUMBPRINT", "OLD_THUMBPRINT", "REFERENCE"};

static const char *
hook_value(const struct deploy_item *item, enum hook_variable variable)
{
	switch (variable) {
	case HOOK_STORE_PATH:
		return item->path;
	case HOOK_KEY_PATH:
		return item->key_path;
	case HOOK_ALIAS:
		return item->alias;
	case HOOK_STORE_ID:
		return item->guid;
	case HOOK_THUMBPRINT:
		return item->thumbprint;
	case HOOK_OLD_THUMBPRINT:
		return item->old_thumbprint;
	case HOOK_REFERENCE:
		return item->reference;
	case HOOK_JOB_ID: /* a number */
		break;
	}
	return NULL;
}

/* Whether the variable is the store's and not the job's. */
static bool
hook_is_of_store(enum hook_variable variable)
{
	return variable == HOOK_STORE_PATH || variable == HOOK_KEY_PATH ||
	       variable == HOOK_STORE_ID;
}

/* PFXREPLACE_NAME=VALUE; the values of several jobs of one store are a line each. */
static void
hook_add_variable(
    struct buffer *text, const struct deploy_group *group, enum hook_variable variable)
{
	bool any = false;

	buffer_addf(text, "PFXREPLACE_%s=", hook_names[variable]);
	for (size_t i = 0; i < group->count && (!any || !hook_is_of_store(variable)); i++) {
		const struct deploy_item *item = &group->items[i];
		const char *value = hook_value(item, variable);

		if (!item->installed)
			continue;
		buffer_add_string(text, any ? "\n" : "");
		any = true;
		if (variable == HOOK_JOB_ID)
			buffer_addf(text, "%lld", (long long)item->job.id);
		else if (value != NULL)
			buffer_add_string(text, value);
	}
}

/* With --hook-once it is for all stores, and gets no variables of one. */
static int
hook_run(const struct deploy_group *group, struct child_answer *answer, struct error *err)
{
	const struct deploy_options *options = group->deploy->options;
	struct buffer texts[HOOK_VARIABLES] = {{0}};
	const char *environment[HOOK_VARIABLES + 1] = {NULL};
	const struct child_wish wish = {
	    .program = options->hook, .environment = environment, .milliseconds = DEPLOY_HOOK_TIME};
	bool failed = false;
	int rc;

	for (int i = 0; !options->hook_once && i < HOOK_VARIABLES; i++) {
		hook_add_variable(&texts[i], group, (enum hook_variable)i);
		failed |= texts[i].failed;
		environment[i] = texts[i].bytes;
	}
	rc = failed ? error_memory(err) : child_run(&wish, answer, err);
	for (int i = 0; i < HOOK_VARIABLES; i++)
		buffer_release(&texts[i]);
	return rc;
}

/* ---- its answer in messages --------------------------------------------------------------- */

/* Adds the output, its lines parted by " | "; of a long one the last `most` bytes. */
static void
hook_add_output(struct buffer *text, const struct child_answer *answer, size_t most)
{
	const char *output = answer->output;
	size_t length = answer->length;

	while (length > 0 && (output[length - 1] == '\n' || output[length - 1] == ' '))
		length--;
	if (length > most) {
		output += length - most;
		length = most;
	}
	while (length > 0 && ((unsigned char)output[0] & 0xc0) == 0x80) { /* cut in a character */
		output++;
		length--;
	}
	while (length > 0) {
		char escape[UTF8_ESCAPE_SIZE];
		size_t size = utf8_escape(output, length, escape);

		if (output[0] == '\n')
			buffer_add_string(text, " | ");
		else if (escape[0] != '\0')
			buffer_add_string(text, escape);
		else
			buffer_add(text, output, size);
		output += size;
		length -= size;
	}
}

/* Adds "exit status 1: OUTPUT". */
static void
hook_add_answer(struct buffer *text, const struct child_answer *answer, size_t most)
{
	const struct child_wish wish = {.milliseconds = DEPLOY_HOOK_TIME};
	char described[CHILD_TEXT_SIZE];

	buffer_add_string(text, child_describe(&wish, answer, described));
	if (answer->length > 0)
		buffer_add_string(text, ": ");
	hook_add_output(text, answer, most);
}

static bool
hook_is_well(const struct child_answer *answer)
{
	return answer->end == CHILD_EXITED && answer->number == 0;
}

/* ---- the probe ---------------------------------------------------------------------------- */

/* Whether the server of the item shows its certificate: 1; 0 and the text; -1 and err. */
static int
probe_run(const struct deploy_item *item, char text[SERVED_TEXT_SIZE], struct error *err)
{
	struct endpoint endpoint;
	const struct served_wish wish = {
	    .endpoint = &endpoint,
	    .thumbprint = item->thumbprint,
	    .key_type = item->key_type,
	    .ticks = process_ticks,
	    .deadline = process_ticks() + DEPLOY_PROBE_TIME,
	};

	if (item->endpoint == NULL)
		return 1;
	if (endpoint_parse(item->endpoint, strlen(item->endpoint), &endpoint))
		return served_wait(&wish, text, err);
	snprintf(text, SERVED_TEXT_SIZE, "its Endpoint is not " ENDPOINT_EXPECTED);
	return 0;
}

/* ---- when it fails ------------------------------------------------------------------------ */

/* A line of the answers of a group: all its items get it. */
static int
hook_add_to_all(const struct deploy_group *group, const char *before, const struct buffer *text,
    struct error *err)
{
	for (size_t i = 0; i < group->count; i++) {
		struct deploy_item *item = &group->items[i];

		if (!item->installed)
			continue;
		if (item->message.length > 0)
			buffer_add_string(&item->message, "; ");
		buffer_add_string(&item->message, before);
		if (text->length > 0)
			buffer_add(&item->message, text->bytes, text->length);
		if (item->message.failed)
			return error_memory(err);
	}
	return text->failed ? error_memory(err) : 0;
}

/* Puts the files back, those that were replaced last first. */
static int
hook_put_back(const struct deploy_group *group, struct error *err)
{
	for (size_t i = group->count; i-- > 0;) {
		struct deploy_item *item = &group->items[i];
		struct install_reason reason = {0};

		if (!item->installed)
			continue;
		item->outcome = DEPLOY_PUT_BACK;
		if (deploy_item_put_back(group->deploy, item, false, &reason) == 0) {
			buffer_add_string(&item->message, "; the old file was put back");
		} else if (reason.why == INSTALL_GOOD) {
			*err = reason.err;
			return -1;
		} else {
			item->outcome = DEPLOY_FAILED;
			item->word = install_word(INSTALL_RESTORE);
			buffer_addf(&item->message, "; %s: %s", item->word, reason.text);
		}
	}
	return 0;
}

#define HOOK_OF_TWO 400 /* bytes of each output, where a message has two */

/* The hook again, now that the old files are in place: the service reads them. */
static int
hook_run_again(const struct deploy_group *group, struct error *err)
{
	struct child_answer answer;
	struct buffer text = {0};
	int rc;

	if (group->deploy->options->hook == NULL)
		return 0;
	rc = hook_run(group, &answer, err);
	if (rc == 0) {
		hook_add_answer(&text, &answer, HOOK_OF_TWO);
		rc = hook_add_to_all(group, "the hook after that: ", &text, err);
	}
	buffer_release(&text);
	return rc;
}

/* The hook or the probe has failed, as the items' messages say. */
static int
hook_give_up(const struct deploy_group *group, enum install_fault why, struct error *err)
{
	bool keep = group->deploy->options->keep;

	for (size_t i = 0; i < group->count; i++)
		if (group->items[i].installed) {
			group->items[i].word = install_word(why);
			group->items[i].outcome = keep ? DEPLOY_WARNED : DEPLOY_PUT_BACK;
		}
	if (keep)
		return 0;
	if (hook_put_back(group, err) == -1)
		return -1;
	return hook_run_again(group, err);
}

/* ---- the group ---------------------------------------------------------------------------- */

/* Runs the hook: 1 where it is well, 0 where it is not, -1 and err; the messages have its answer.
 */
static int
hook_first(const struct deploy_group *group, struct error *err)
{
	bool keep = group->deploy->options->keep;
	struct child_answer answer;
	struct buffer text = {0};
	bool well;
	int rc = hook_run(group, &answer, err);

	if (rc == -1)
		return -1;
	well = hook_is_well(&answer);
	if (well)
		hook_add_output(&text, &answer, sizeof(answer.output));
	else
		hook_add_answer(&text, &answer, keep ? sizeof(answer.output) : HOOK_OF_TWO);
	if (!well)
		rc = hook_add_to_all(group, "hook-failed: ", &text, err);
	else if (answer.length > 0)
		rc = hook_add_to_all(group, "hook: ", &text, err);
	buffer_release(&text);
	return rc == -1 ? -1 : well;
}

/* Asks the servers: 1 where all show the new certificate, 0 where one does not, -1 and err. */
static int
hook_probe(const struct deploy_group *group, struct error *err)
{
	char answer[SERVED_TEXT_SIZE];
	struct buffer text = {0};
	int rc = 1;

	for (size_t i = 0; rc == 1 && i < group->count; i++)
		if (group->items[i].installed)
			rc = probe_run(&group->items[i], answer, err);
	if (rc == 0) {
		buffer_add_string(&text, answer);
		rc = hook_add_to_all(group, "probe-failed: ", &text, err);
	}
	buffer_release(&text);
	return rc;
}

static bool
hook_is_wanted(const struct deploy_group *group)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->items[i].installed)
			return true;
	return false;
}

int
deploy_hook(struct deploy *deploy, struct deploy_item *items, size_t count, struct error *err)
{
	const struct deploy_group group = {deploy, items, count};
	const struct deploy_options *options = deploy->options;
	int rc = 1;

	if (!hook_is_wanted(&group))
		return 0;
	if (options->hook != NULL)
		rc = hook_first(&group, err);
	if (rc == 0)
		return hook_give_up(&group, INSTALL_HOOK, err);
	if (rc == 1 && options->probe)
		rc = hook_probe(&group, err);
	if (rc == 0)
		return hook_give_up(&group, INSTALL_PROBE, err);
	return rc == -1 ? -1 : 0;
}

int
deploy_hook_after(struct deploy *deploy, struct deploy_item *items, size_t count, struct error *err)
{
	const struct deploy_group group = {deploy, items, count};

	return hook_is_wanted(&group) ? hook_run_again(&group, err) : 0;
}
