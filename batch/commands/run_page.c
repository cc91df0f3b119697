#include "commands/run_page.h"

#include "database/list.h"
#include "database/store.h"
#include "model/job.h"

#include <stdlib.h>
#include <string.h>

struct run_page {
	struct database *db;
	int64_t now;
	struct page_draft *draft;
	struct location_place place; /* of the location that was met last */
};

struct run_page *
run_page_new(struct database *db, int64_t now)
{
	struct run_page *page = calloc(1, sizeof(*page));

	if (page == NULL)
		return NULL;
	page->db = db;
	page->now = now;
	page->draft = page_draft_new("Manifest: the jobs, and what is refused", now, NULL);
	if (page->draft != NULL)
		return page;
	free(page);
	return NULL;
}

void
run_page_free(struct run_page *page)
{
	if (page == NULL)
		return;
	page_draft_free(page->draft);
	location_place_release(&page->place);
	free(page);
}

/* ---- what apply would do ------------------------------------------------------------------ */

static const char *
run_page_text(const struct buffer *text)
{
	return text->length == 0 ? NULL : text->bytes;
}

static int
run_page_take_refused(struct run_page *page, const struct check_place *place,
    const struct page_refusal *refusal, struct error *err)
{
	const struct messages *messages = &place->row->messages;
	struct page_refusal one = *refusal;

	for (size_t i = 0; i < messages->count; i++) {
		const struct message *message = &messages->items[i];

		if (message->location != place->location->location || !message_is_fault(message))
			continue;
		one.code = code_word(message->code);
		one.text = messages_text(messages, message);
		return page_draft_refusal(page->draft, &one, err);
	}
	return 0;
}

int
run_page_take(void *closure, const struct check_place *place, struct error *err)
{
	struct run_page *page = closure;
	const struct row *row = place->row;
	struct page_refusal refusal = {.existing = row->existing, .certificate = row->certificate};
	struct reconcile_job job = {.existing = row->existing,
	    .certificate = row->certificate,
	    .due_at = row->due == 0 ? page->now : row->due,
	    .status = JOB_WAITING};

	if (db_location_place(page->db, place->location->location, &page->place, err) == -1)
		return -1;
	job.place = (struct reconcile_place){.machine = run_page_text(&page->place.machine),
	    .path = run_page_text(&page->place.path),
	    .alias = run_page_text(&page->place.alias),
	    .has_container = place->container != -1,
	    .container = place->container};
	refusal.place = job.place;
	if (place->location->fate != ROW_JOB)
		return run_page_take_refused(page, place, &refusal, err);
	return page_draft_job(page->draft, &job,
	    job.due_at > page->now ? VERDICT_SCHEDULED : VERDICT_WAITING, NULL, err);
}

/* ---- what it has done --------------------------------------------------------------------- */

static int
run_page_job(void *closure, const struct reconcile_job *job, enum verdict verdict, const char *text,
    struct error *err)
{
	const struct run_page *page = closure;

	return page_draft_job(page->draft, job, verdict, text, err);
}

/* The refused locations come from the run itself. */
static int
run_page_finding(void *closure, const struct reconcile_finding *found, enum finding finding,
    const char *text, struct error *err)
{
	(void)closure;
	(void)found;
	(void)finding;
	(void)text;
	(void)err;
	return 0;
}

static int
run_page_read_jobs(struct run_page *page, const struct run_page_end *end, struct error *err)
{
	const struct reconcile_watch watch = {run_page_job, run_page_finding, page};
	const struct reconcile_options options = {
	    .choice = {.runs = &end->run->id, .run_count = 1, .stop = end->page.stop},
	    .no_rows = true,
	    .now = page->now,
	    .grace = 3600,
	    .watch = &watch,
	};
	struct reconcile_counts counts;

	return reconcile_report(page->db, &options, NULL, &counts, err);
}

/* The columns of LIST_REFUSALS. */
static size_t
run_page_column(const char *name)
{
	size_t count, at = 0;
	const struct list_column *columns = list_columns(LIST_REFUSALS, &count);

	while (strcmp(columns[at].name, name) != 0)
		at++;
	return at;
}

static int
run_page_read_refusals(struct run_page *page, const struct run_page_end *end, struct error *err)
{
	const size_t code = run_page_column("Code"), text = run_page_column("Text"),
		     path = run_page_column("StorePath"),
		     machine = run_page_column("ClientMachine"), alias = run_page_column("Alias"),
		     existing = run_page_column("ExistingCertificateId"),
		     certificate = run_page_column("CertificateId");
	struct list_value filters[LIST_FILTERS] = {{NULL, 0, false}};
	struct list *list;
	int rc;

	filters[LIST_BY_RUN] = list_value_integer(true, end->run->id);
	list = list_open(page->db, LIST_REFUSALS, filters, end->page.stop, err);
	rc = list == NULL ? -1 : 0;
	while (rc == 0 && (rc = list_next(list, err)) == 1) {
		const struct page_refusal refusal = {.code = list_text(list, code),
		    .text = list_text(list, text),
		    .place = {.machine = list_text(list, machine),
			.path = list_text(list, path),
			.alias = list_text(list, alias)},
		    .existing = list_integer(list, existing),
		    .certificate = list_integer(list, certificate)};

		rc = page_draft_refusal(page->draft, &refusal, err);
	}
	list_close(list);
	return rc;
}

/* ---- the page ----------------------------------------------------------------------------- */

static void
run_page_say(struct run_page *page, const struct run *run)
{
	struct buffer text = {0};
	char rows[RUN_TEXT_SIZE];

	buffer_addf(&text, "%s; %llu job%s %s", run_describe(run, rows),
	    (unsigned long long)run->jobs_created, run->jobs_created == 1 ? "" : "s",
	    run->id == 0 ? "to create" : "created");
	if (run->jobs_refused > 0)
		buffer_addf(&text, ", %llu refused", (unsigned long long)run->jobs_refused);
	buffer_add_string(&text, ".");
	page_draft_sentence(page->draft, run_status(run) != 0, text.failed ? "" : text.bytes);
	buffer_release(&text);
}

int
run_page_publish(struct run_page *page, const struct run_page_end *end, struct error *err)
{
	const struct run *run = end->run;

	if (run->id != 0 && (run_page_read_jobs(page, end, err) == -1 ||
				run_page_read_refusals(page, end, err) == -1))
		return -1;
	page_draft_run(page->draft, run);
	page_draft_fact(page->draft, "Database", end->database);
	page_draft_fact_time(page->draft, "Made", page->now);
	page_draft_codes(page->draft, end->tally->codes);
	run_page_say(page, run);
	return page_draft_publish(page->draft, page->db, &end->page, err);
}
