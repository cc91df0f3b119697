#include "commands/jobs_choice.h"

#include "commands/jobs_session.h"
#include "database/list.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

void
jobs_choice_release(struct jobs_choice *choice)
{
	free(choice->ids);
	*choice = (struct jobs_choice){0};
}

static int
jobs_choice_add(struct jobs_choice *choice, int64_t id)
{
	int64_t *ids = memory_grow(choice->ids, choice->count, &choice->capacity, sizeof(*ids));

	if (ids == NULL)
		return -1;
	choice->ids = ids;
	ids[choice->count++] = id;
	return 0;
}

/* ---- by their ids ------------------------------------------------------------------------- */

static int
jobs_choice_compare(const void *a, const void *b)
{
	const int64_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

/* In their order, each once. */
static void
jobs_choice_sort(struct jobs_choice *choice)
{
	size_t count = 0;

	qsort(choice->ids, choice->count, sizeof(*choice->ids), jobs_choice_compare);
	for (size_t i = 0; i < choice->count; i++)
		if (i == 0 || choice->ids[i] != choice->ids[count - 1])
			choice->ids[count++] = choice->ids[i];
	choice->count = count;
}

static bool
jobs_choice_describes(const struct jobs_choice_options *options)
{
	return options->run != 0 || options->store != NULL || options->container != NULL ||
	       options->machine != NULL || options->reference != NULL || options->failed;
}

int
jobs_choice_take(const struct command *command, const struct context *context,
    const struct jobs_choice_options *options, char **words, struct jobs_choice *choice)
{
	*choice = (struct jobs_choice){
	    .many = jobs_choice_describes(options), .stop = context->stop};
	if (choice->many && words[0] != NULL)
		return command_usage(command, context,
		    "%s: expected ids of jobs, or options that describe them, and not both",
		    words[0]);
	if (!choice->many && words[0] == NULL)
		return command_usage(command, context,
		    "expected ids of jobs, or --run, --store, --container, --machine, --reference "
		    "or --failed");
	for (size_t i = 0; words[i] != NULL; i++) {
		int64_t id = jobs_id(command, context, words[i]);

		if (id == 0)
			return ERROR_USAGE;
		if (jobs_choice_add(choice, id) == -1)
			return command_no_memory(context);
	}
	if (choice->count > 0)
		jobs_choice_sort(choice);
	return 0;
}

/* ---- by what they are --------------------------------------------------------------------- */

/* The columns of LIST_JOBS that decide. */
struct jobs_columns {
	size_t id, status, result;
};

static size_t
jobs_column(const char *name)
{
	size_t count, at = 0;
	const struct list_column *columns = list_columns(LIST_JOBS, &count);

	while (strcmp(columns[at].name, name) != 0)
		at++;
	return at;
}

/* Whether the event concerns a job does not depend on times. */
static int
jobs_choice_offer(struct jobs_choice *choice, const struct list *list,
    const struct jobs_columns *columns, enum life_event event)
{
	const struct job_state is = {
	    .status = (enum job_status)list_integer(list, columns->status),
	    .result = (enum job_result)list_integer(list, columns->result),
	    .lease_until = 1,
	};
	enum life_state state = life_state_of(&is, 0);

	if (life_concerns(state, event))
		return jobs_choice_add(choice, list_integer(list, columns->id));
	choice->left[life_cell(state, event).refusal]++;
	return 0;
}

int
jobs_choice_read(struct jobs_choice *choice, const struct jobs_choice_options *options,
    struct database *db, enum life_event event, struct error *err)
{
	const struct jobs_columns columns = {
	    jobs_column("JobId"), jobs_column("Status"), jobs_column("Result")};
	struct list_value filters[LIST_FILTERS] = {{NULL, 0, false}};
	struct list *list;
	int rc;

	filters[LIST_BY_RUN] = list_value_integer(options->run != 0, options->run);
	filters[LIST_BY_STORE] = list_value_text(options->store);
	filters[LIST_BY_CONTAINER] = list_value_text(options->container);
	filters[LIST_BY_MACHINE] = list_value_text(options->machine);
	filters[LIST_BY_REFERENCE] = list_value_text(options->reference);
	filters[LIST_FAILED] = list_value_integer(options->failed, 1);
	list = list_open(db, LIST_JOBS, filters, choice->stop, err);
	if (list == NULL)
		return -1;
	while ((rc = list_next(list, err)) == 1)
		if (jobs_choice_offer(choice, list, &columns, event) == -1) {
			rc = error_memory(err);
			break;
		}
	list_close(list);
	return rc;
}
