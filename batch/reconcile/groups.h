#ifndef BATCH_RECONCILE_GROUPS_H
#define BATCH_RECONCILE_GROUPS_H

#include "reconcile/report.h"

/* The jobs and findings of a report, counted by what they have in common. */

enum group_by { GROUP_CONTAINER, GROUP_STORE_TYPE, GROUP_MACHINE, GROUP_RUN, GROUP_VERDICT };
/* "container", "store-type" and so on, in that order, NULL-terminated. */
extern const char *const group_by_words[];
/* The column that names a group. */
const char *group_by_column(enum group_by);

struct group {
	char *name; /* owned; NULL: jobs and findings that have none */
	int64_t id; /* of a container, a store type or a run; 0 elsewhere */
	uint64_t jobs;
	uint64_t well;         /* deployed, replaced */
	uint64_t pending;      /* scheduled, waiting */
	uint64_t acknowledged; /* of the others */
	uint64_t open;         /* the rest: somebody has to act */
	uint64_t findings;     /* but for those that were accepted */
};

/* Adds the counts of the second to the first. */
void group_add(struct group *, const struct group *);

/* After so many groups, further ones are counted together, as the last of them. */
#define GROUPS_MOST 100000

struct groups;

struct groups *groups_new(enum group_by, const struct reconcile_words *accepted); /* NULL: none */
void groups_free(struct groups *);                                                /* NULL: fine */

/* -1: no memory. */
int groups_add_job(struct groups *, const struct reconcile_job *, enum verdict);
int groups_add_finding(struct groups *, const struct reconcile_finding *, enum finding);

/*
 * Gives containers and store types their names, and sorts: most open jobs and findings first, then
 * most pending jobs, then most jobs, then by name. -1 and err.
 */
int groups_end(struct groups *, struct database *, struct error *);
size_t groups_count(const struct groups *);
const struct group *groups_get(const struct groups *, size_t);

#endif
