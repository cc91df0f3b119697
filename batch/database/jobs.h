#ifndef BATCH_DATABASE_JOBS_H
#define BATCH_DATABASE_JOBS_H

#include "database/database.h"

#include <signal.h>

/* The jobs of a database, filtered, in the order of their ids. */

struct job_filter {
	int64_t run;         /* 0: of every run */
	const char *store;   /* a GUID in lower case; NULL: of every store */
	const char *machine; /* a ClientMachine, without regard to case; NULL: of every one */
	bool has_status;
	int64_t status;
	bool has_due_before, has_due_after;
	int64_t due_before; /* milliseconds since 1970: due times before it */
	int64_t due_after;  /* due times from it on */
};

struct job_entry {
	int64_t id;
	int64_t run;
	int64_t line;
	const char *store; /* GUID; this and the next three NULL where it is not known */
	const char *path;
	const char *machine;
	const char *alias;
	int64_t existing;
	int64_t certificate;
	const char *job_time; /* as given; NULL: none */
	int64_t due_at;
	int64_t status;
	int64_t result;
	const char *cancelled_by; /* NULL: not cancelled */
};

/*
 * The filter's texts must outlive the list; stop may be NULL. NULL and err: ERROR_INPUT when
 * there is no such run or store.
 */
struct jobs_list *jobs_list_open(struct database *, const struct job_filter *,
    const volatile sig_atomic_t *stop, struct error *);
/* 1, 0 at the end, -1 and err. The texts live until the next call. */
int jobs_list_next(struct jobs_list *, struct job_entry *, struct error *);
void jobs_list_close(struct jobs_list *); /* NULL is fine */

#endif
