#include "jobs/deploy_private.h"

#include "database/lock.h"

#include "stop.h"

/* Why the job has nothing to put back, as it is now. */
static enum life_refusal
deploy_restore_refusal(const struct deploy *deploy, const struct job_record *job)
{
	return life_cell(life_state_of(&job->is, deploy->context->now()), LIFE_EVENT_RESTORE)
	    .refusal;
}

static void
deploy_refuse_restore(struct deploy *deploy, int64_t id, enum life_refusal refusal)
{
	struct deploy_item item = {.job = {.id = id}, .outcome = DEPLOY_FAILED};

	item.word = life_refusal_word(refusal);
	buffer_addf(&item.message, "%s: %s", item.word, life_refusal_text(refusal));
	deploy_tell(deploy, &item);
	buffer_release(&item.message);
}

/* Puts the file of one job back: its item stays, to be completed. */
static int
deploy_restore_one(struct deploy *deploy, int64_t id, struct error *err)
{
	struct install_reason reason = {0};
	enum life_refusal refusal;
	struct deploy_item *item;
	struct job_record job;

	if (hand_find(deploy->hand, id, &job, &refusal, err) == -1)
		return -1;
	if (refusal == REFUSAL_NONE)
		refusal = deploy_restore_refusal(deploy, &job);
	item = refusal == REFUSAL_NONE ? deploy_items_add(deploy, id, err) : NULL;
	if (item == NULL && err->code != ERROR_NONE)
		return -1;
	if (item == NULL) {
		deploy_refuse_restore(
		    deploy, id, refusal == REFUSAL_NONE ? REFUSAL_NOT_BEGUN : refusal);
		return 0;
	}
	/* Passwords are needed to look into the file before it is taken away. */
	if (deploy_last_passwords(deploy, err) == -1)
		return -1;
	if (deploy_item_put_back(deploy, item, true, &reason) == 0) {
		item->installed = true;
		item->outcome = DEPLOY_PUT_BACK;
		buffer_add_string(&item->message, "put back by deploy --restore");
		return 0;
	}
	if (reason.why == INSTALL_GOOD) {
		*err = reason.err;
		return -1;
	}
	deploy_item_refuse(item, DEPLOY_FAILED, &reason);
	deploy_tell(deploy, item);
	deploy_items_drop_last(&deploy->items);
	return 0;
}

/* The hook after the files that were put back, and the end of their jobs. */
static int
deploy_restore_end(struct deploy *deploy, struct error *err)
{
	if (deploy_hook_after(deploy, deploy->items.items, deploy->items.count, err) == -1)
		return -1;
	return deploy_finish_all(deploy, err);
}

static int
deploy_restore_all(struct deploy *deploy, const struct ready_jobs *jobs, struct error *err)
{
	bool once = deploy->options->hook_once;

	db_set_stop(deploy->hand->db, NULL);
	for (size_t i = 0; i < jobs->count; i++) {
		if (stop_asked(deploy->context->stop, err, NULL,
			"interrupted after %zu of %zu jobs", i, jobs->count) == -1)
			break;
		if (deploy_restore_one(deploy, jobs->ids[i], err) == -1)
			return -1;
		if (!once && deploy_restore_end(deploy, err) == -1)
			return -1;
	}
	if (once && deploy_restore_end(deploy, err) == -1)
		return -1;
	return err->code == ERROR_NONE ? 0 : -1;
}

int
deploy_restore(const struct deploy_options *options, const struct context *context,
    const struct hand *hand, const struct ready_jobs *jobs, struct deploy_counts *counts,
    struct error *err)
{
	struct deploy deploy = {.options = options,
	    .context = context,
	    .hand = hand,
	    .counts = counts,
	    .by_hand = true};
	struct lock *lock = NULL;
	int rc = deploy_begin(&deploy, err);

	if (rc == 0) {
		lock = deploy_lock(&deploy, err);
		rc = lock == NULL ? -1 : deploy_restore_all(&deploy, jobs, err);
	}
	lock_release(lock);
	deploy_end(&deploy);
	return rc;
}
