#include "jobs/deploy_private.h"

#include "stop.h"

#include <string.h>

/* Who is told what would be done. */
struct deploy_foreseeing {
	int (*take)(void *closure, const struct deploy_foreseen *, struct error *);
	void *closure;
};

static int
deploy_take_foreseen(const struct deploy_foreseeing *foreseeing, const struct deploy_item *item,
    const char *text, struct error *err)
{
	const struct deploy_told told = {.job = &item->job,
	    .guid = item->guid,
	    .machine = item->machine,
	    .path = item->path,
	    .alias = item->alias,
	    .outcome = item->outcome,
	    .word = item->word,
	    .message = ""};
	const struct deploy_foreseen foreseen = {&told, text};

	return foreseeing->take(foreseeing->closure, &foreseen, err);
}

/* Looks at the job of the last item. */
static int
deploy_foresee_item(struct deploy *deploy, struct buffer *text, struct error *err)
{
	struct deploy_item *item = &deploy->items.items[deploy->items.count - 1];
	int rc = deploy_open_credential(deploy, item, err);

	if (rc == -1)
		return -1;
	if (item->credential == NULL) { /* its message is WORD: TEXT */
		buffer_add_string(text, item->message.bytes + strlen(item->word) + 2);
		return text->failed ? error_memory(err) : 0;
	}
	if (deploy_last_passwords(deploy, err) == -1)
		return -1;
	return deploy_item_foresee(deploy, item, text, err);
}

static int
deploy_foresee_one(struct deploy *deploy, const struct deploy_foreseeing *foreseeing,
    const struct claim_listed *listed, struct error *err)
{
	struct deploy_item *item = deploy_items_add(deploy, listed->job, err);
	struct buffer text = {0};
	int rc = 0;

	if (item == NULL)
		return err->code == ERROR_NONE ? 0 : -1;
	if (listed->refusal != REFUSAL_NONE) {
		item->word = life_refusal_word(listed->refusal);
		buffer_add_string(&text, life_refusal_text(listed->refusal));
	} else if (listed->is_settled) {
		item->word = "settle";
		buffer_add_string(&text, "an inventory shows the new certificate there");
	} else {
		rc = deploy_foresee_item(deploy, &text, err);
	}
	if (rc == 0 && text.failed)
		rc = error_memory(err);
	if (rc == 0)
		rc = deploy_take_foreseen(foreseeing, item, text.bytes, err);
	buffer_release(&text);
	deploy_items_drop_last(&deploy->items);
	return rc;
}

int
deploy_foresee(const struct deploy_options *options, const struct context *context,
    const struct hand *hand, int (*take)(void *, const struct deploy_foreseen *, struct error *),
    struct error *err)
{
	const struct deploy_foreseeing foreseeing = {take, options->closure};
	struct deploy_counts counts;
	struct deploy deploy = {
	    .options = options, .context = context, .hand = hand, .counts = &counts};
	int rc = deploy_begin(&deploy, err);

	if (rc == 0)
		rc = deploy_list(&deploy, false, err);
	for (size_t i = 0; rc == 0 && i < deploy.list.count; i++) {
		rc = stop_asked(context->stop, err, NULL, "interrupted");
		if (rc == 0)
			rc = deploy_foresee_one(&deploy, &foreseeing, &deploy.list.items[i], err);
	}
	deploy_end(&deploy);
	return rc;
}
