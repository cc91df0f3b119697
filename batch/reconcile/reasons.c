#include "reconcile/reasons.h"

#include "decimal.h"
#include "model/job.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text with # for each number in it, cut at a character. */
static void
reason_generalize(const char *text, char particular[REASON_TEXT + 1])
{
	size_t length = 0;

	while (text != NULL && *text != '\0' && length < REASON_TEXT) {
		bool number = decimal_is_digit(*text);

		particular[length++] = number ? '#' : *text;
		text++;
		while (number && decimal_is_digit(*text))
			text++;
	}
	if (text != NULL && *text != '\0')
		length = utf8_valid(particular, length);
	particular[length] = '\0';
}

/* NULL: there is none yet. */
static struct reason *
reasons_find(struct reasons *reasons, const struct reason *wanted)
{
	for (size_t i = 0; i < reasons->count; i++) {
		struct reason *one = &reasons->items[i];

		if (one->word == wanted->word && one->settled == wanted->settled &&
		    strcmp(one->particular, wanted->particular) == 0)
			return one;
	}
	return NULL;
}

static struct reason *
reasons_append(struct reasons *reasons, const struct reason *one)
{
	reasons->items[reasons->count] = *one;
	return &reasons->items[reasons->count++];
}

static int
reasons_add(
    struct reasons *reasons, const struct reason *wanted, const struct reconcile_place *place)
{
	struct reason *one = reasons_find(reasons, wanted);
	struct reason general = *wanted;
	size_t at = 0;

	general.particular[0] = '\0';
	if (one == NULL && reasons->count < REASONS_MOST)
		one = reasons_append(reasons, wanted);
	if (one == NULL)
		one = reasons_find(reasons, &general);
	if (one == NULL) /* there is room for each word */
		one = reasons_append(reasons, &general);
	one->count++;
	while (at < REASON_EXAMPLES && one->examples[at] != NULL)
		at++;
	if (at == REASON_EXAMPLES || place->path == NULL)
		return 0;
	if (asprintf(&one->examples[at], "%s%s%s", place->machine == NULL ? "" : place->machine,
		place->machine == NULL ? "" : ":", place->path) == -1) {
		one->examples[at] = NULL;
		return -1;
	}
	return 0;
}

int
reasons_add_job(struct reasons *reasons, const struct reconcile_job *job, enum verdict verdict)
{
	struct reason wanted = {.word = verdict_word(verdict),
	    .text = verdict_text(verdict),
	    .settled = job->status == JOB_ACKNOWLEDGED,
	    .is_job = true};

	if (verdict == VERDICT_FAILED)
		reason_generalize(job->message, wanted.particular);
	return reasons_add(reasons, &wanted, &job->place);
}

int
reasons_add_finding(struct reasons *reasons, const struct reconcile_finding *found,
    enum finding finding, bool accepted)
{
	struct reason wanted = {
	    .word = finding_word(finding), .text = finding_text(finding), .settled = accepted};

	if (found->refusal.run != 0)
		snprintf(wanted.particular, sizeof(wanted.particular), "refused: %s",
		    code_word(found->refusal.code));
	else if (finding == FINDING_NOT_READABLE)
		snprintf(wanted.particular, sizeof(wanted.particular), "%s",
		    unreadable_word(found->why));
	return reasons_add(reasons, &wanted, &found->place);
}

static int
reasons_compare(const void *a, const void *b)
{
	const struct reason *first = a, *second = b;
	int order = strcmp(first->word, second->word);

	if (first->settled != second->settled)
		return first->settled - second->settled;
	if (first->count != second->count)
		return first->count < second->count ? 1 : -1;
	return order != 0 ? order : strcmp(first->particular, second->particular);
}

void
reasons_sort(struct reasons *reasons)
{
	qsort(reasons->items, reasons->count, sizeof(reasons->items[0]), reasons_compare);
}

void
reasons_release(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++)
		for (size_t at = 0; at < REASON_EXAMPLES; at++)
			free(reasons->items[i].examples[at]);
	reasons->count = 0;
}
