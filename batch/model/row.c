#include "model/row.h"

#include "memory.h"
#include "model/outcome_text.h"

#include <stdlib.h>
#include <string.h>

static const char *const outcome_words[OUTCOME_COUNT] = {
#define OUTCOME_WORD(name, word, number) [number] = word,
    OUTCOME_LIST(OUTCOME_WORD)
#undef OUTCOME_WORD
};

static const struct {
	const char *text, *why, *remedy;
} outcome_texts[OUTCOME_COUNT] = {
#define OUTCOME_TEXT(name, text, why, remedy) [OUTCOME_##name] = {text, why, remedy},
    OUTCOME_TEXT_LIST(OUTCOME_TEXT)
#undef OUTCOME_TEXT
};

const char *
outcome_word(enum outcome outcome)
{
	return (unsigned int)outcome < OUTCOME_COUNT ? outcome_words[outcome] : NULL;
}

const char *
outcome_text(enum outcome outcome)
{
	return (unsigned int)outcome < OUTCOME_COUNT ? outcome_texts[outcome].text : NULL;
}

const char *
outcome_why(enum outcome outcome)
{
	return (unsigned int)outcome < OUTCOME_COUNT ? outcome_texts[outcome].why : NULL;
}

const char *
outcome_remedy(enum outcome outcome)
{
	return (unsigned int)outcome < OUTCOME_COUNT ? outcome_texts[outcome].remedy : NULL;
}

void
row_clear(struct row *row)
{
	struct row kept = {
	    .locations = row->locations,
	    .location_capacity = row->location_capacity,
	    .messages = row->messages,
	};

	messages_clear(&kept.messages);
	*row = kept;
}

void
row_release(struct row *row)
{
	free(row->locations);
	messages_release(&row->messages);
	*row = (struct row){0};
}

struct row_location *
row_add_location(struct row *row, int64_t location, int64_t store)
{
	struct row_location *added = memory_grow(
	    row->locations, row->location_count, &row->location_capacity, sizeof(*added));

	if (added == NULL)
		return NULL;
	row->locations = added;
	added += row->location_count++;
	*added = (struct row_location){.location = location, .store = store};
	return added;
}

size_t
row_count(const struct row *row, int fate)
{
	size_t count = 0;

	for (size_t i = 0; i < row->location_count; i++)
		count += (int)row->locations[i].fate == fate;
	return count;
}

bool
row_is_faulty(const struct row *row)
{
	return row->outcome == OUTCOME_REJECTED || row->outcome == OUTCOME_FAILED;
}

bool
row_needs_mending(const struct row *row)
{
	return row_is_faulty(row) || row->outcome == OUTCOME_PARTIAL;
}

void
row_settle(struct row *row)
{
	/* A store with one refused location is not served. A row with refusals is partial when a
	 * store is served, else failed. Locations are grouped by store. */
	bool any_served = false, any_refused = false;

	for (size_t i = 0, next; i < row->location_count; i = next) {
		bool refused = false;

		for (next = i; next < row->location_count &&
			       row->locations[next].store == row->locations[i].store;
		     next++)
			refused |= row->locations[next].fate == ROW_REFUSED;
		any_served |= !refused;
		any_refused |= refused;
	}
	if (!any_refused)
		row->outcome = OUTCOME_SUCCEEDED;
	else
		row->outcome = any_served ? OUTCOME_PARTIAL : OUTCOME_FAILED;
}

void
store_list_release(struct store_list *list)
{
	free(list->sorted);
	free(list->served);
	free(list->others);
	*list = (struct store_list){0};
}

static int
store_list_reserve(struct store_list *list, size_t count)
{
	size_t capacity = list->capacity == 0 ? 16 : list->capacity;

	if (count <= list->capacity)
		return 0;
	while (capacity < count)
		capacity *= 2;
	store_list_release(list);
	list->sorted = calloc(capacity, sizeof(*list->sorted));
	list->served = calloc(capacity, sizeof(*list->served));
	list->others = calloc(capacity, sizeof(*list->others));
	if (list->sorted == NULL || list->served == NULL || list->others == NULL) {
		store_list_release(list);
		return -1;
	}
	list->capacity = capacity;
	return 0;
}

static int
row_compare_guids(const void *left, const void *right)
{
	const struct row_location *const *a = left, *const *b = right;

	return memcmp((*a)->guid, (*b)->guid, GUID_SIZE);
}

int
row_list_stores(const struct row *row, struct store_list *list)
{
	const struct row_location **sorted;
	size_t count = row->location_count;

	list->served_count = list->other_count = 0;
	if (store_list_reserve(list, count) == -1)
		return -1;
	sorted = list->sorted;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &row->locations[i];
	if (count > 1)
		qsort(sorted, count, sizeof(*sorted), row_compare_guids);
	for (size_t i = 0, next; i < count; i = next) {
		bool refused = false;

		for (next = i; next < count && row_compare_guids(&sorted[next], &sorted[i]) == 0;
		     next++)
			refused |= sorted[next]->fate == ROW_REFUSED;
		if (refused)
			list->others[list->other_count++] = sorted[i]->guid;
		else
			list->served[list->served_count++] = sorted[i]->guid;
	}
	return 0;
}
