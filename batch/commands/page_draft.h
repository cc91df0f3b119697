#ifndef BATCH_COMMANDS_PAGE_DRAFT_H
#define BATCH_COMMANDS_PAGE_DRAFT_H

#include "model/run.h"
#include "program/context.h"
#include "reconcile/report.h"

/*
 * The page of `reconcile`, `check` and `apply`, filled while they go through jobs and findings, and
 * then written. Its memory does not grow with the jobs, but with machines and containers.
 */
struct page_draft;

struct page_draft *page_draft_new(
    const char *title, int64_t now, const struct reconcile_words *accepted); /* NULL: no memory */
void page_draft_free(struct page_draft *);                                   /* NULL is fine */

/* What the page is about. NULL for the value: it is left out. */
void page_draft_fact(struct page_draft *, const char *label, const char *value);
void page_draft_fact_time(struct page_draft *, const char *label, int64_t time);
/* Those of a run: its reference, operator, window and manifest. */
void page_draft_run(struct page_draft *, const struct run *);

/* `text` is the sentence about a job that is not well, or about a finding. -1 and err. */
int page_draft_job(struct page_draft *, const struct reconcile_job *, enum verdict,
    const char *text, struct error *);
int page_draft_finding(struct page_draft *, const struct reconcile_finding *, enum finding,
    const char *text, struct error *);

/* A location that was refused a job. -1 and err. */
struct page_refusal {
	const char *code;
	const char *text; /* NULL: none */
	struct reconcile_place place;
	int64_t existing, certificate; /* 0: none */
};
int page_draft_refusal(struct page_draft *, const struct page_refusal *, struct error *);

/* What is refused and why, by the codes of rows and stores. */
void page_draft_codes(struct page_draft *, const uint64_t codes[CODE_COUNT]);

/* How it compares with an earlier report. */
void page_draft_changes(
    struct page_draft *, const uint64_t changes[CHANGE_COUNT], const char *since);

/* What is at the top instead of what became of the jobs. */
void page_draft_sentence(struct page_draft *, bool act, const char *sentence);

struct page_draft_end {
	const char *path;                  /* of the page */
	const char *report;                /* of the whole report; NULL: there is none */
	const volatile sig_atomic_t *stop; /* may be NULL */
};
/* Reads the names from the database, and publishes the page. -1 and err. */
int page_draft_publish(
    struct page_draft *, struct database *, const struct page_draft_end *, struct error *);

#endif
