#include "jobs/deploy_private.h"

#include "certificates/pkcs12.h"
#include "database/lock.h"
#include "program/progress.h"
#include "stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- begun and ended ---------------------------------------------------------------------- */

static int
deploy_take_claim(void *closure, const struct claim_taken *taken, struct error *err)
{
	struct deploy *deploy = closure;

	for (size_t i = 0; i < deploy->items.count; i++)
		if (deploy->items.items[i].job.id == taken->job->id)
			return deploy_item_claim(deploy, &deploy->items.items[i], taken, err);
	return 0; /* claim_these() gives those that it was asked for */
}

/* Nobody who is under way has one. */
static void
deploy_forget_credentials(struct deploy *deploy)
{
	while (deploy->credentials.count > 0)
		credential_free(deploy->credentials.items[--deploy->credentials.count]);
}

int
deploy_begin(struct deploy *deploy, struct error *err)
{
	*deploy->counts = (struct deploy_counts){0};
	snprintf(deploy->mark, sizeof(deploy->mark), "deploy on %s", deploy->options->host);
	deploy->wish = (struct claim_wish){.host = deploy->options->host,
	    .limit = SIZE_MAX / 4,
	    .lease = DEPLOY_LEASE,
	    .changed = true, /* it looks itself */
	    .message = deploy->mark,
	    .take = deploy_take_claim,
	    .closure = deploy};
	deploy->folders = store_folders_new();
	return deploy->folders == NULL ? error_memory(err) : pkcs12_begin(err);
}

void
deploy_end(struct deploy *deploy)
{
	deploy_items_release(&deploy->items);
	arena_release(&deploy->texts);
	claim_list_release(&deploy->list);
	deploy_forget_credentials(deploy);
	store_folders_free(deploy->folders);
	keyring_close(deploy->keyring);
}

/* ---- what is due -------------------------------------------------------------------------- */

/* A job of the list, and the place of the first job of its store. */
struct deploy_place {
	struct claim_listed listed;
	size_t own, first;
};

static int
deploy_by_store(const void *a, const void *b)
{
	const struct deploy_place *one = a, *other = b;

	if (one->listed.store != other->listed.store)
		return one->listed.store < other->listed.store ? -1 : 1;
	return one->own < other->own ? -1 : one->own > other->own;
}

static int
deploy_by_first(const void *a, const void *b)
{
	const struct deploy_place *one = a, *other = b;

	if (one->first != other->first)
		return one->first < other->first ? -1 : 1;
	return one->own < other->own ? -1 : one->own > other->own;
}

/* The jobs of one store follow the first of them, so that it gets one hook. */
static int
deploy_group_stores(struct claim_list *list, struct error *err)
{
	struct deploy_place *places = calloc(list->count + 1, sizeof(*places));

	if (places == NULL)
		return error_memory(err);
	for (size_t i = 0; i < list->count; i++)
		places[i] = (struct deploy_place){.listed = list->items[i], .own = i};
	qsort(places, list->count, sizeof(*places), deploy_by_store);
	for (size_t i = 0; i < list->count; i++)
		places[i].first = i > 0 && places[i].listed.store == places[i - 1].listed.store
				      ? places[i - 1].first
				      : places[i].own;
	qsort(places, list->count, sizeof(*places), deploy_by_first);
	for (size_t i = 0; i < list->count; i++)
		list->items[i] = places[i].listed;
	free(places);
	return 0;
}

int
deploy_list(struct deploy *deploy, bool keep, struct error *err)
{
	const struct claim_looking looking = {deploy->hand, &deploy->wish, keep};
	struct claim_counts counts;

	if (claim_look(&looking, deploy->context->now, &deploy->list, &counts, err) == -1)
		return -1;
	deploy->counts->settled = counts.settled;
	deploy->counts->given_up = counts.given_up;
	return deploy_group_stores(&deploy->list, err);
}

/* ---- the next stores ---------------------------------------------------------------------- */

/* As credential_open(), of each certificate once. */
static const struct credential *
deploy_credential(
    struct deploy *deploy, const struct deploy_item *item, struct install_reason *reason)
{
	struct deploy_credentials *known = &deploy->credentials;

	for (size_t i = 0; i < known->count; i++)
		if (strcmp(known->thumbprints[i], item->thumbprint) == 0)
			return known->items[i];
	if (known->count == DEPLOY_CREDENTIALS) /* the item is the only one */
		deploy_forget_credentials(deploy);
	known->items[known->count] = credential_open(
	    &deploy->options->folder, item->thumbprint, item->job.certificate, reason);
	if (known->items[known->count] == NULL)
		return NULL;
	snprintf(known->thumbprints[known->count], THUMBPRINT_SIZE, "%s", item->thumbprint);
	return known->items[known->count++];
}

int
deploy_open_credential(struct deploy *deploy, struct deploy_item *item, struct error *err)
{
	struct install_reason reason = {0};

	if (item->thumbprint == NULL)
		(void)install_refuse(&reason, INSTALL_PFX_MISSING,
		    "certificate %lld has no known thumbprint", (long long)item->job.certificate);
	else
		item->credential = deploy_credential(deploy, item, &reason);
	if (item->credential != NULL) {
		item->key_type = credential_key_type(item->credential);
		return 1;
	}
	if (reason.why == INSTALL_GOOD) {
		*err = reason.err;
		return -1;
	}
	deploy_item_refuse(
	    item, reason.why == INSTALL_PFX_MISMATCH ? DEPLOY_FAILED : DEPLOY_LEFT, &reason);
	return item->message.failed ? error_memory(err) : reason.why == INSTALL_PFX_MISMATCH;
}

/* Takes the next job of the list where it can be carried out: 1, 0 where it is left, -1 and err. */
static int
deploy_consider(struct deploy *deploy, const struct claim_listed *listed, struct error *err)
{
	struct deploy_item *item;
	int rc;

	if (listed->is_settled)
		return 0;
	item = deploy_items_add(deploy, listed->job, err);
	if (item == NULL) {
		deploy->counts->others += err->code == ERROR_NONE;
		return err->code == ERROR_NONE ? 0 : -1;
	}
	if (listed->refusal != REFUSAL_NONE) {
		deploy->counts->passed[listed->refusal]++;
		deploy_items_drop_last(&deploy->items);
		return 0;
	}
	rc = deploy_open_credential(deploy, item, err);
	if (rc != 0)
		return rc;
	deploy_tell(deploy, item);
	deploy_items_drop_last(&deploy->items);
	return 0;
}

/* How many stores are taken at once: where a hook or a probe may take its time, one. */
static size_t
deploy_stores_at_once(const struct deploy_options *options)
{
	bool slow = (options->hook != NULL && !options->hook_once) ||
		    (options->probe && !options->hook_once);

	return slow ? 1 : DEPLOY_STORES_AT_ONCE;
}

/* Adds the jobs of the next stores, from the items' `first` on. */
static int
deploy_choose(struct deploy *deploy, size_t first, struct error *err)
{
	const struct claim_list *list = &deploy->list;
	size_t stores = 0, most = deploy_stores_at_once(deploy->options);

	if (deploy->credentials.count > DEPLOY_CREDENTIALS / 2)
		deploy_forget_credentials(deploy);

	for (; deploy->next < list->count; deploy->next++) {
		const struct claim_listed *listed = &list->items[deploy->next];
		const struct deploy_items *items = &deploy->items;
		bool same = items->count > first &&
			    items->items[items->count - 1].job.store == listed->store;
		int rc;

		if ((!same && stores == most) || deploy->credentials.count == DEPLOY_CREDENTIALS ||
		    (deploy->options->limit <= deploy->counts->claimed + (items->count - first)))
			break;
		rc = deploy_consider(deploy, listed, err);
		if (rc == -1)
			return -1;
		stores += rc == 1 && !same;
		progress_add(1);
	}
	return 0;
}

/* Claims them; one that another executor has taken meanwhile is left out. */
static int
deploy_claim(struct deploy *deploy, size_t first, struct error *err)
{
	const struct claim_looking looking = {deploy->hand, &deploy->wish, true};
	struct deploy_items *items = &deploy->items;
	struct ready_jobs jobs = {0};
	struct claim_counts counts = {0};
	size_t kept = first;
	int rc = 0;

	jobs.ids = calloc(items->count - first + 1, sizeof(*jobs.ids));
	if (jobs.ids == NULL)
		return error_memory(err);
	for (size_t i = first; i < items->count; i++)
		jobs.ids[jobs.count++] = items->items[i].job.id;
	rc = claim_these(&looking, deploy->context->now, &jobs, &counts, err);
	ready_jobs_release(&jobs);
	if (rc == -1)
		return -1;
	deploy->counts->claimed += counts.claimed;
	for (size_t i = first; i < items->count; i++)
		if (items->items[i].claimed) {
			struct deploy_item item = items->items[kept];

			items->items[kept++] = items->items[i];
			items->items[i] = item;
		}
	while (items->count > kept)
		deploy_items_drop_last(items);
	return 0;
}

static int
deploy_install(struct deploy *deploy, size_t first, struct error *err)
{
	struct deploy_items *items = &deploy->items;

	for (size_t i = first; i < items->count; i++) {
		struct deploy_item *item = &items->items[i];

		if (item->outcome == DEPLOY_LEFT && deploy_item_install(deploy, item, err) == -1)
			return -1;
		item->credential = NULL;
		if (deploy->options->hook_once)
			deploy_item_close(item);
	}
	return 0;
}

/* ---- the hook, and the end of it ---------------------------------------------------------- */

/* How many items from `first` on are of its store. */
static size_t
deploy_count_of_store(const struct deploy_items *items, size_t first)
{
	size_t end = first + 1;

	while (end < items->count && items->items[end].job.store == items->items[first].job.store)
		end++;
	return end - first;
}

/* The hook once a store. */
static int
deploy_hook_each(struct deploy *deploy, struct error *err)
{
	struct deploy_items *items = &deploy->items;

	for (size_t i = 0, count; i < items->count; i += count) {
		count = deploy_count_of_store(items, i);
		if (deploy_hook(deploy, &items->items[i], count, err) == -1)
			return -1;
	}
	return 0;
}

int
deploy_finish_all(struct deploy *deploy, struct error *err)
{
	struct deploy_items *items = &deploy->items;

	for (size_t i = 0, count; i < items->count; i += count) {
		count = 0;
		for (int stores = 0; stores < DEPLOY_STORES_AT_ONCE && i + count < items->count;
		     stores++)
			count += deploy_count_of_store(items, i + count);
		if (deploy_finish(deploy, &items->items[i], count, err) == -1)
			return -1;
	}
	while (items->count > 0)
		deploy_items_drop_last(items);
	arena_clear(&deploy->texts);
	return 0;
}

/* ---- under the lock ----------------------------------------------------------------------- */

static int
deploy_some(struct deploy *deploy, struct error *err)
{
	size_t first = deploy->items.count;

	if (deploy_choose(deploy, first, err) == -1 || deploy_claim(deploy, first, err) == -1 ||
	    deploy_install(deploy, first, err) == -1)
		return -1;
	if (deploy->options->hook_once)
		return 0;
	return deploy_hook_each(deploy, err) == -1 ? -1 : deploy_finish_all(deploy, err);
}

/* With --hook-once: the hook is for all that was done, also where a signal has ended it. */
static int
deploy_end_all(struct deploy *deploy, struct error *err)
{
	if (!deploy->options->hook_once)
		return 0;
	if (deploy_hook(deploy, deploy->items.items, deploy->items.count, err) == -1)
		return -1;
	return deploy_finish_all(deploy, err);
}

/* Whether more is to be done. */
static bool
deploy_has_more(const struct deploy *deploy)
{
	return deploy->next < deploy->list.count &&
	       deploy->counts->claimed < deploy->options->limit;
}

struct lock *
deploy_lock(const struct deploy *deploy, struct error *err)
{
	return lock_take_deploy(deploy->context->database, deploy->context->stop, err);
}

/* What is begun is finished: from here on a signal ends no wait for the database. */
static int
deploy_all(struct deploy *deploy, struct error *err)
{
	const volatile sig_atomic_t *stop = deploy->context->stop;
	bool once = deploy->options->hook_once;
	struct lock *lock = NULL;
	struct error stopped = {0};
	int rc = 0;

	db_set_stop(deploy->hand->db, NULL);
	while (rc == 0 && stopped.code == ERROR_NONE && deploy_has_more(deploy)) {
		if (lock == NULL)
			lock = deploy_lock(deploy, err);
		rc = lock == NULL ? -1 : deploy_some(deploy, err);
		if (!once) {
			lock_release(lock);
			lock = NULL;
		}
		(void)stop_asked(stop, &stopped, NULL, "interrupted: the same command goes on");
	}
	if (rc == 0)
		rc = deploy_end_all(deploy, err);
	lock_release(lock);
	if (rc == 0 && stopped.code != ERROR_NONE && deploy_has_more(deploy)) {
		*err = stopped;
		return -1;
	}
	return rc;
}

int
deploy_run(const struct deploy_options *options, const struct context *context,
    const struct hand *hand, struct deploy_counts *counts, struct error *err)
{
	struct deploy deploy = {
	    .options = options, .context = context, .hand = hand, .counts = counts};
	struct lock *lock = NULL;
	int rc = deploy_begin(&deploy, err);

	if (rc == 0) {
		lock = deploy_lock(&deploy, err);
		rc = lock == NULL ? -1 : deploy_list(&deploy, true, err);
	}
	lock_release(lock);
	if (rc == 0) {
		progress_begin("deploy", "jobs", 0, deploy.list.count);
		rc = deploy_all(&deploy, err);
	}
	deploy_end(&deploy);
	return rc;
}
