#ifndef BATCH_COMMANDS_RUN_PAGE_H
#define BATCH_COMMANDS_RUN_PAGE_H

#include "commands/page_draft.h"
#include "run/check_sink.h"

/*
 * The page of a manifest, before and after it is applied: when its jobs are due, in which
 * containers and on which machines, and what is refused and why.
 */
struct run_page;

struct run_page *run_page_new(struct database *, int64_t now); /* NULL: no memory */
void run_page_free(struct run_page *);                         /* NULL is fine */

/* What apply would do: for struct check, whose closure is the page. */
int run_page_take(void *closure, const struct check_place *, struct error *);

struct run_page_end {
	const struct run *run; /* its jobs and refusals are read, where it has an id */
	const struct tally *tally;
	const char *database;
	struct page_draft_end page;
};
/* -1 and err. */
int run_page_publish(struct run_page *, const struct run_page_end *, struct error *);

#endif
