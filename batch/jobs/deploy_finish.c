#include "jobs/deploy_private.h"

#include "jobs/complete.h"
#include "program/process.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the stores hold ----------------------------------------------------------------- */

static void
deploy_seen_free(struct deploy_seen *seen)
{
	if (seen == NULL)
		return;
	entries_release(&seen->source.entries);
	free(seen);
}

/* Reads the store of the item as a scan does. NULL and err. */
static struct deploy_seen *
deploy_see(struct deploy *deploy, const struct deploy_item *item, struct error *err)
{
	const struct deploy_options *options = deploy->options;
	struct deploy_seen *seen = calloc(1, sizeof(*seen));
	bool own = item->store_password != NULL;
	const struct store_file file = {
	    .format = item->format,
	    .path = item->path,
	    .key_path = item->key_path,
	    .trust_store = item->trust_store,
	    .root = &options->root,
	    .ticks = process_ticks,
	    .deadline = process_ticks() + STORE_READ_MILLISECONDS,
	};

	if (seen == NULL) {
		error_memory(err);
		return NULL;
	}
	*seen = (struct deploy_seen){.store = item->job.store,
	    .guid = item->guid,
	    .machine = item->machine,
	    .path = item->path,
	    .key_path = item->key_path,
	    .format = item->format,
	    .trust_store = item->trust_store,
	    .at = deploy->context->now()};
	seen->source.password = own ? item->store_password : options->passphrase.text;
	seen->source.password_length = own ? item->store_password_length
					   : options->passphrase.length;
	seen->readable = store_file_read(&file, &seen->source) == 0;
	if (seen->readable || seen->source.reason.why != READABLE)
		return seen;
	*err = seen->source.err;
	deploy_seen_free(seen);
	return NULL;
}

static int
deploy_compare_seen(const void *a, const void *b)
{
	const struct deploy_seen *one = *(struct deploy_seen *const *)a;
	const struct deploy_seen *other = *(struct deploy_seen *const *)b;

	return one->store < other->store ? -1 : one->store > other->store;
}

/* Each store once, in the order of their ids. */
struct deploy_sights {
	struct deploy_seen **items;
	size_t count;
};

static void
deploy_sights_release(struct deploy_sights *sights)
{
	for (size_t i = 0; i < sights->count; i++)
		deploy_seen_free(sights->items[i]);
	free(sights->items);
}

/* The items of one store follow each other. -1 and err; to be released in any case. */
static int
deploy_look(struct deploy *deploy, const struct deploy_item *items, size_t count,
    struct deploy_sights *sights, struct error *err)
{
	*sights = (struct deploy_sights){.items = calloc(count, sizeof(struct deploy_seen *))};
	if (sights->items == NULL)
		return error_memory(err);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && items[i].job.store == items[i - 1].job.store)
			continue;
		sights->items[sights->count] = deploy_see(deploy, &items[i], err);
		if (sights->items[sights->count] == NULL)
			return -1;
		sights->count++;
	}
	qsort(sights->items, sights->count, sizeof(struct deploy_seen *), deploy_compare_seen);
	return 0;
}

/* ---- the jobs ----------------------------------------------------------------------------- */

static enum life_event
deploy_event(enum deploy_outcome outcome)
{
	return outcome == DEPLOY_REPLACED || outcome == DEPLOY_ALREADY ? LIFE_EVENT_SUCCESS
	       : outcome == DEPLOY_WARNED                              ? LIFE_EVENT_WARNING
	       : outcome == DEPLOY_PUT_BACK                            ? LIFE_EVENT_RESTORE
								       : LIFE_EVENT_FAILURE;
}

/* What somebody else has made of the job meanwhile is not undone. */
static void
deploy_lose(struct deploy_item *item, enum life_refusal refusal)
{
	item->outcome = DEPLOY_LOST;
	item->word = life_refusal_word(refusal);
	buffer_clear(&item->message);
	buffer_addf(&item->message, "%s: %s", item->word, life_refusal_text(refusal));
}

static int
deploy_complete_put_back(
    struct deploy *deploy, struct deploy_item *item, const char *message, struct error *err)
{
	const struct hand *hand = deploy->hand;
	const struct life_given given = {
	    .now = deploy->context->now(), .is_final = deploy->by_hand};
	const struct hand_event event = {.event = LIFE_EVENT_RESTORE,
	    .claim = item->claimed ? item->claim : NULL,
	    .message = message};
	enum life_refusal refusal;
	struct job_record job;
	struct job_state after;
	struct life_cell cell;

	if (hand_find(hand, item->job.id, &job, &refusal, err) == -1)
		return -1;
	if (refusal == REFUSAL_NONE && item->claimed && !job_claim_is(&job.is, item->claim))
		refusal = REFUSAL_LEASE_LOST;
	if (refusal == REFUSAL_NONE) {
		if (hand_carry_out(hand, &job, &event, &given, &cell, err) == -1)
			return -1;
		refusal = cell.refusal;
		after = life_after(&job, cell.action, &given);
		item->will_retry = after.status == JOB_WILL_RETRY;
	}
	if (refusal != REFUSAL_NONE)
		deploy_lose(item, refusal);
	return 0;
}

static int
deploy_complete(struct deploy *deploy, struct deploy_item *item, struct error *err)
{
	struct complete_report report = {
	    .job = item->job.id, .event = deploy_event(item->outcome), .has_claim = true};
	struct complete_answer answer;

	complete_set_message(&report, item->message.bytes);
	if (report.event == LIFE_EVENT_RESTORE)
		return deploy_complete_put_back(deploy, item, report.message, err);
	memcpy(report.claim, item->claim, JOB_CLAIM_SIZE);
	if (complete_job(deploy->hand, &report, deploy->context->now(), &answer, err) == -1)
		return -1;
	item->will_retry = answer.outcome == COMPLETE_RETRY;
	if (answer.outcome == COMPLETE_REFUSED)
		deploy_lose(item, answer.refusal);
	return 0;
}

/* ---- both in one transaction -------------------------------------------------------------- */

static int
deploy_write_finish(struct deploy *deploy, struct deploy_item *items, size_t count,
    const struct deploy_sights *sights, struct error *err)
{
	const struct deploy_options *options = deploy->options;
	struct database *db = deploy->hand->db;
	int rc = db_begin(db, err);

	/* The inventory first: it proves jobs while they are InProcess. */
	if (rc == 0)
		rc = options->record(options->closure, db, sights->items, sights->count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = deploy_complete(deploy, &items[i], err);
	if (rc == 0)
		rc = db_commit(db, err);
	if (rc == -1)
		db_rollback(db);
	return rc;
}

void
deploy_tell(struct deploy *deploy, const struct deploy_item *item)
{
	const struct deploy_options *options = deploy->options;
	char message[HAND_MESSAGE_SIZE];
	const struct deploy_told told = {.job = &item->job,
	    .guid = item->guid,
	    .machine = item->machine,
	    .path = item->path,
	    .alias = item->alias,
	    .outcome = item->outcome,
	    .will_retry = item->will_retry,
	    .word = item->word,
	    .message = message};

	hand_keep_message(message, item->message.bytes);
	deploy->counts->outcomes[item->outcome]++;
	deploy->counts->will_retry += item->will_retry;
	options->tell(options->closure, &told);
}

/* Old backups go when the job is on disk. That one cannot be removed changes nothing for it. */
static void
deploy_trim(struct deploy *deploy, struct deploy_item *item)
{
	struct install_reason reason = {0};

	if (item->outcome != DEPLOY_REPLACED)
		return;
	if (!item->swap_is_open && deploy_item_open(deploy, item, false, &reason) == -1)
		return;
	(void)store_swap_trim(&item->swap, deploy->options->backups, &reason);
}

int
deploy_finish(struct deploy *deploy, struct deploy_item *items, size_t count, struct error *err)
{
	struct deploy_sights sights;
	int rc = deploy_look(deploy, items, count, &sights, err);

	if (rc == 0)
		rc = deploy_write_finish(deploy, items, count, &sights, err);
	deploy_sights_release(&sights);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		deploy_trim(deploy, &items[i]);
		deploy_item_close(&items[i]);
		deploy_tell(deploy, &items[i]);
	}
	return rc;
}
