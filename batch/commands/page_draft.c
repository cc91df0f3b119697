#include "commands/page_draft.h"

#include "arena.h"
#include "database/list.h"
#include "memory.h"
#include "model/job.h"
#include "program/output.h"
#include "reconcile/groups.h"
#include "reconcile/reasons.h"
#include "report/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_SHOWN 20
#define REASONS_SHOWN 30
#define SERIES_ACKNOWLEDGED VERDICT_COUNT
#define SERIES_COUNT (VERDICT_COUNT + 1)
_Static_assert(SERIES_COUNT <= TIMELINE_SERIES, "a series for each verdict");

enum {
	JOB_VERDICT,
	JOB_ID,
	JOB_STORE,
	JOB_ALIAS,
	JOB_CERTIFICATES,
	JOB_DUE,
	JOB_TEXT,
	JOB_COLUMNS
};

/* A job or a finding that is not well. */
struct draft_row {
	const char *verdict, *store, *alias, *text;
	enum tone tone;
	int64_t job, due;              /* 0: a finding */
	int64_t existing, certificate; /* 0: none */
};

struct page_draft {
	const char *title, *sentence;
	bool act;
	int64_t now;
	struct reconcile_words accepted;
	struct arena texts;
	bool failed; /* there was no memory for a fact */
	struct page_fact facts[PAGE_FACTS];
	size_t fact_count;
	uint64_t verdicts[VERDICT_COUNT], acknowledged, findings[FINDING_COUNT], jobs;
	uint64_t changes[CHANGE_COUNT], codes[CODE_COUNT];
	const char *since;
	bool has_codes;
	struct timeline_series series[SERIES_COUNT];
	struct timeline timeline;
	struct groups *containers, *machines;
	struct reasons reasons;
	struct draft_row rows[PAGE_JOBS];
	size_t row_count;
	uint64_t row_total;
};

/* ---- begun and ended ---------------------------------------------------------------------- */

/* From the lowest of a bar: what is done, what is on its way, what is not well. */
static const enum verdict draft_order[VERDICT_COUNT] = {VERDICT_DEPLOYED, VERDICT_REPLACED,
    VERDICT_SCHEDULED, VERDICT_WAITING, VERDICT_OVERDUE, VERDICT_UNVERIFIED, VERDICT_LEFTOVER,
    VERDICT_FAILED, VERDICT_NOT_DEPLOYED, VERDICT_OVERWRITTEN, VERDICT_MISSING, VERDICT_STORE_GONE};

static enum tone
draft_tone(enum verdict verdict)
{
	if (verdict == VERDICT_DEPLOYED || verdict == VERDICT_REPLACED)
		return TONE_WELL;
	return verdict_is_well(verdict) ? TONE_PENDING : TONE_BAD;
}

static size_t
draft_series(enum verdict verdict)
{
	size_t i = 0;

	while (i < VERDICT_COUNT - 1 && draft_order[i] != verdict)
		i++;
	return i;
}

struct page_draft *
page_draft_new(const char *title, int64_t now, const struct reconcile_words *accepted)
{
	static const struct reconcile_words none = {{false}, {false}};
	struct page_draft *draft = calloc(1, sizeof(*draft));

	if (draft == NULL)
		return NULL;
	draft->now = now;
	draft->accepted = accepted == NULL ? none : *accepted;
	draft->containers = groups_new(GROUP_CONTAINER, &draft->accepted);
	draft->machines = groups_new(GROUP_MACHINE, &draft->accepted);
	draft->title = arena_copy(&draft->texts, title, strlen(title));
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		draft->series[i] = (struct timeline_series){
		    verdict_word(draft_order[i]), draft_tone(draft_order[i])};
	draft->series[SERIES_ACKNOWLEDGED] = (struct timeline_series){"acknowledged", TONE_SETTLED};
	draft->timeline = (struct timeline){
	    .series = draft->series, .series_count = SERIES_COUNT, .now = now};
	if (draft->containers != NULL && draft->machines != NULL && draft->title != NULL)
		return draft;
	page_draft_free(draft);
	return NULL;
}

void
page_draft_free(struct page_draft *draft)
{
	if (draft == NULL)
		return;
	groups_free(draft->containers);
	groups_free(draft->machines);
	reasons_release(&draft->reasons);
	arena_release(&draft->texts);
	free(draft);
}

/* ---- what it is about --------------------------------------------------------------------- */

/* A copy that lives as long as the draft; NULL for NULL, and where there is no memory. */
static const char *
draft_copy(struct page_draft *draft, const char *text)
{
	const char *copy = text == NULL ? NULL : arena_copy(&draft->texts, text, strlen(text));

	draft->failed |= text != NULL && copy == NULL;
	return copy;
}

void
page_draft_fact(struct page_draft *draft, const char *label, const char *value)
{
	if (value == NULL || value[0] == '\0' || draft->fact_count == PAGE_FACTS)
		return;
	draft->facts[draft->fact_count++] = (struct page_fact){label, draft_copy(draft, value)};
}

void
page_draft_fact_time(struct page_draft *draft, const char *label, int64_t time)
{
	char text[TIMESTAMP_SIZE];

	if (time != 0)
		page_draft_fact(draft, label, timestamp_format(time, text));
}

void
page_draft_run(struct page_draft *draft, const struct run *run)
{
	char digest[2 * RUN_DIGEST_SIZE + 1], id[24];

	for (size_t i = 0; i < RUN_DIGEST_SIZE; i++)
		snprintf(digest + 2 * i, 3, "%02x", run->digest[i]);
	snprintf(id, sizeof(id), "%lld", (long long)run->id);
	page_draft_fact(draft, "Run", run->id == 0 ? NULL : id);
	page_draft_fact(draft, "Reference", run->reference);
	page_draft_fact(draft, "Operator", run->operator_name);
	page_draft_fact_time(draft, "Started", run->id == 0 ? 0 : run->started_at);
	page_draft_fact_time(draft, "Finished", run->finished_at);
	page_draft_fact_time(draft, "Window ends", run->has_window ? run->window_end : 0);
	page_draft_fact(draft, "Manifest", run->manifest);
	page_draft_fact(draft, "Manifest SHA-256", digest);
}

void
page_draft_codes(struct page_draft *draft, const uint64_t codes[CODE_COUNT])
{
	memcpy(draft->codes, codes, sizeof(draft->codes));
	draft->has_codes = true;
}

void
page_draft_changes(
    struct page_draft *draft, const uint64_t changes[CHANGE_COUNT], const char *since)
{
	memcpy(draft->changes, changes, sizeof(draft->changes));
	draft->since = draft_copy(draft, since);
}

void
page_draft_sentence(struct page_draft *draft, bool act, const char *sentence)
{
	draft->act = act;
	draft->sentence = draft_copy(draft, sentence);
}

/* ---- jobs and findings -------------------------------------------------------------------- */

static int
draft_keep(struct page_draft *draft, const struct draft_row *row,
    const struct reconcile_place *place, struct error *err)
{
	struct draft_row *kept;
	char *store;

	draft->row_total++;
	if (draft->row_count == PAGE_JOBS)
		return 0;
	kept = &draft->rows[draft->row_count++];
	*kept = *row;
	kept->verdict = draft_copy(draft, row->verdict);
	kept->alias = draft_copy(draft, place->alias);
	kept->text = draft_copy(draft, row->text);
	if (asprintf(&store, "%s%s%s", place->machine == NULL ? "" : place->machine,
		place->machine == NULL ? "" : ":",
		place->path == NULL ? "(not known)" : place->path) == -1)
		return error_memory(err);
	kept->store = draft_copy(draft, store);
	free(store);
	return draft->failed ? error_memory(err) : 0;
}

static int
draft_count_job(struct page_draft *draft, const struct reconcile_job *job, enum verdict verdict)
{
	bool settled = job->status == JOB_ACKNOWLEDGED && !verdict_is_well(verdict);

	draft->jobs++;
	draft->verdicts[verdict] += !settled;
	draft->acknowledged += settled;
	timeline_add(&draft->timeline, settled ? SERIES_ACKNOWLEDGED : draft_series(verdict),
	    job->due_at, 1);
	if (groups_add_job(draft->containers, job, verdict) == -1 ||
	    groups_add_job(draft->machines, job, verdict) == -1)
		return -1;
	return verdict_is_well(verdict) ? 0 : reasons_add_job(&draft->reasons, job, verdict);
}

int
page_draft_job(struct page_draft *draft, const struct reconcile_job *job, enum verdict verdict,
    const char *text, struct error *err)
{
	const struct draft_row row = {.verdict = verdict_word(verdict),
	    .text = text,
	    .tone = TONE_BAD,
	    .job = job->id,
	    .due = job->due_at,
	    .existing = job->existing,
	    .certificate = job->certificate};

	if (draft_count_job(draft, job, verdict) == -1)
		return error_memory(err);
	if (verdict_is_well(verdict) || job->status == JOB_ACKNOWLEDGED)
		return 0;
	return draft_keep(draft, &row, &job->place, err);
}

int
page_draft_finding(struct page_draft *draft, const struct reconcile_finding *found,
    enum finding finding, const char *text, struct error *err)
{
	bool accepted = draft->accepted.finding[finding];
	const struct draft_row row = {.verdict = finding_word(finding),
	    .text = text,
	    .tone = accepted ? TONE_SETTLED : TONE_BAD,
	    .existing = found->certificate};

	draft->findings[finding]++;
	if (groups_add_finding(draft->containers, found, finding) == -1 ||
	    groups_add_finding(draft->machines, found, finding) == -1 ||
	    reasons_add_finding(&draft->reasons, found, finding, accepted) == -1)
		return error_memory(err);
	return draft_keep(draft, &row, &found->place, err);
}

int
page_draft_refusal(struct page_draft *draft, const struct page_refusal *refusal, struct error *err)
{
	const struct draft_row row = {.verdict = refusal->code,
	    .text = refusal->text,
	    .tone = TONE_BAD,
	    .existing = refusal->existing,
	    .certificate = refusal->certificate};

	return draft_keep(draft, &row, &refusal->place, err);
}

/* ---- the tables --------------------------------------------------------------------------- */

static struct page_cell *
draft_cells(size_t rows, size_t columns)
{
	return calloc(rows * columns + 1, sizeof(struct page_cell));
}

static int
draft_groups(struct groups *groups, const char *one, struct page_table *table, struct database *db,
    struct error *err)
{
	static const struct page_column columns[] = {{NULL, PAGE_NAME}, {"Open", PAGE_COUNT},
	    {"Findings", PAGE_COUNT}, {"Pending", PAGE_COUNT}, {"Well", PAGE_COUNT},
	    {"Acknowledged", PAGE_COUNT}, {"Jobs", PAGE_COUNT}};
	enum { COUNT = sizeof(columns) / sizeof(columns[0]) };
	struct page_column *own;
	struct page_cell *cells;

	if (groups_end(groups, db, err) == -1)
		return -1;
	table->total = groups_count(groups);
	table->row_count = table->total < GROUPS_SHOWN ? (size_t)table->total : GROUPS_SHOWN;
	cells = draft_cells(table->row_count, COUNT);
	own = calloc(COUNT, sizeof(*own));
	table->cells = cells;
	table->columns = own;
	if (cells == NULL || own == NULL)
		return error_memory(err);
	memcpy(own, columns, sizeof(columns));
	own[0].label = one;
	table->column_count = COUNT;
	for (size_t i = 0; i < table->row_count; i++) {
		const struct group *group = groups_get(groups, i);
		struct page_cell *row = cells + i * COUNT;

		row[0].text = group->name == NULL ? "(none)" : group->name;
		row[1].count = group->open;
		row[2].count = group->findings;
		row[3].count = group->pending;
		row[4].count = group->well;
		row[5].count = group->acknowledged;
		row[6].count = group->jobs;
	}
	return 0;
}

/* The places of a reason: "a:/b, c:/d". */
static const char *
draft_examples(struct page_draft *draft, const struct reason *reason)
{
	struct buffer text = {0};
	const char *copy = NULL;

	for (size_t i = 0; i < REASON_EXAMPLES && reason->examples[i] != NULL; i++)
		buffer_addf(&text, "%s%s", i == 0 ? "" : ", ", reason->examples[i]);
	if (!text.failed && text.length > 0)
		copy = draft_copy(draft, text.bytes);
	draft->failed |= text.failed;
	buffer_release(&text);
	return copy;
}

static int
draft_reasons(struct page_draft *draft, struct page_table *table, struct error *err)
{
	static const struct page_column columns[] = {{"What", PAGE_TONED}, {"How many", PAGE_COUNT},
	    {"Why", PAGE_NAME}, {"For example", PAGE_NAME}};
	enum { COUNT = sizeof(columns) / sizeof(columns[0]) };
	struct reasons *reasons = &draft->reasons;
	struct page_cell *cells;

	reasons_sort(reasons);
	table->total = reasons->count;
	table->row_count = reasons->count < REASONS_SHOWN ? reasons->count : REASONS_SHOWN;
	cells = draft_cells(table->row_count, COUNT);
	table->cells = cells;
	if (cells == NULL)
		return error_memory(err);
	table->columns = columns;
	table->column_count = COUNT;
	for (size_t i = 0; i < table->row_count; i++) {
		const struct reason *reason = &reasons->items[i];
		struct page_cell *row = cells + i * COUNT;

		row[0].text = reason->word;
		row[0].tone = reason->settled ? TONE_SETTLED : TONE_BAD;
		row[1].count = reason->count;
		row[2].text = reason->particular[0] == '\0' ? reason->text : reason->particular;
		row[3].text = draft_examples(draft, reason);
	}
	return draft->failed ? error_memory(err) : 0;
}

static int
draft_codes(const struct page_draft *draft, struct page_table *table, struct error *err)
{
	static const struct page_column columns[] = {
	    {"Code", PAGE_WORD}, {"How often", PAGE_COUNT}, {"What it means", PAGE_NAME}};
	enum { COUNT = sizeof(columns) / sizeof(columns[0]) };
	struct page_cell *cells = draft_cells(CODE_COUNT, COUNT), *row = cells;

	table->cells = cells;
	if (cells == NULL)
		return error_memory(err);
	table->columns = columns;
	table->column_count = COUNT;
	for (int i = 0; i < CODE_COUNT; i++) {
		if (draft->codes[i] == 0)
			continue;
		row[0].text = code_word((enum code)i);
		row[1].count = draft->codes[i];
		row[2].text = code_text((enum code)i);
		row += COUNT;
		table->row_count++;
	}
	return 0;
}

/* ---- the jobs ----------------------------------------------------------------------------- */

/* The subject of a certificate and its Id; NULL where there is none. -1 and err. */
static int
draft_name(
    struct page_draft *draft, struct database *db, int64_t id, const char **name, struct error *err)
{
	struct list_value filters[LIST_FILTERS] = {{NULL, 0, false}};
	struct buffer text = {0};
	struct list *list;
	int rc;

	*name = NULL;
	if (id == 0)
		return 0;
	filters[LIST_BY_CERTIFICATE] = list_value_integer(true, id);
	list = list_open(db, LIST_CERTIFICATE, filters, NULL, err);
	rc = list == NULL ? -1 : list_next(list, err);
	if (rc == 1 && list_there(list, 3))
		buffer_addf(&text, "%s%s", list_text(list, 3), id > 0 ? " " : "");
	else if (rc == 1 && list_there(list, 1))
		buffer_addf(&text, "%s%s", list_text(list, 1), id > 0 ? " " : "");
	if (rc != -1 && id > 0)
		buffer_addf(&text, "(%lld)", (long long)id);
	if (rc != -1 && text.length > 0 && !text.failed)
		*name = draft_copy(draft, text.bytes);
	draft->failed |= text.failed;
	buffer_release(&text);
	list_close(list);
	if (rc == -1)
		return -1;
	return draft->failed ? error_memory(err) : 0;
}

/* "CN=old (1) to CN=new (2)" */
static int
draft_names(struct page_draft *draft, struct database *db, const struct draft_row *row,
    const char **names, struct error *err)
{
	const char *existing, *certificate;
	char *both;

	if (draft_name(draft, db, row->existing, &existing, err) == -1 ||
	    draft_name(draft, db, row->certificate, &certificate, err) == -1)
		return -1;
	*names = existing;
	if (certificate == NULL)
		return 0;
	if (asprintf(&both, "%s to %s", existing == NULL ? "?" : existing, certificate) == -1)
		return error_memory(err);
	*names = draft_copy(draft, both);
	free(both);
	return draft->failed ? error_memory(err) : 0;
}

static int
draft_row_cells(struct page_draft *draft, struct database *db, const struct draft_row *from,
    struct page_cell *row, struct error *err)
{
	char due[TIMESTAMP_SIZE], id[24];

	row[JOB_VERDICT].text = from->verdict;
	row[JOB_VERDICT].tone = from->tone;
	if (from->job != 0) {
		snprintf(id, sizeof(id), "%lld", (long long)from->job);
		row[JOB_ID].text = draft_copy(draft, id);
		row[JOB_DUE].text = draft_copy(draft, timestamp_format(from->due, due));
	}
	row[JOB_STORE].text = from->store;
	row[JOB_ALIAS].text = from->alias;
	row[JOB_TEXT].text = from->text;
	return draft_names(draft, db, from, &row[JOB_CERTIFICATES].text, err);
}

static int
draft_rows(
    struct page_draft *draft, struct page_table *table, struct database *db, struct error *err)
{
	static const struct page_column columns[JOB_COLUMNS] = {
	    [JOB_VERDICT] = {"Verdict", PAGE_TONED},
	    [JOB_ID] = {"Job", PAGE_WORD},
	    [JOB_STORE] = {"Store", PAGE_NAME},
	    [JOB_ALIAS] = {"Alias", PAGE_NAME},
	    [JOB_CERTIFICATES] = {"Certificates", PAGE_NAME},
	    [JOB_DUE] = {"Due", PAGE_WORD},
	    [JOB_TEXT] = {"What is so", PAGE_NAME},
	};
	struct page_cell *cells = draft_cells(draft->row_count, JOB_COLUMNS);

	table->cells = cells;
	if (cells == NULL)
		return error_memory(err);
	table->columns = columns;
	table->column_count = JOB_COLUMNS;
	table->row_header = JOB_STORE;
	table->row_count = draft->row_count;
	table->total = draft->row_total;
	for (size_t i = 0; i < draft->row_count; i++)
		if (draft_row_cells(draft, db, &draft->rows[i], cells + i * JOB_COLUMNS, err) == -1)
			return -1;
	return 0;
}

/* ---- the top ------------------------------------------------------------------------------ */

static size_t
draft_numbers(const struct page_draft *draft, struct page_number numbers[PAGE_NUMBERS])
{
	size_t count = 0;

	numbers[count++] = (struct page_number){"jobs", draft->jobs, TONE_SETTLED};
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		if (draft->verdicts[draft_order[i]] > 0)
			numbers[count++] = (struct page_number){verdict_word(draft_order[i]),
			    draft->verdicts[draft_order[i]], draft_tone(draft_order[i])};
	if (draft->acknowledged > 0)
		numbers[count++] = (struct page_number){
		    "acknowledged", draft->acknowledged, TONE_SETTLED};
	for (int i = 0; i < FINDING_COUNT; i++)
		if (draft->findings[i] > 0)
			numbers[count++] = (struct page_number){finding_word((enum finding)i),
			    draft->findings[i],
			    draft->accepted.finding[i] ? TONE_SETTLED : TONE_BAD};
	return count;
}

static size_t
draft_change_list(const struct page_draft *draft, struct page_change changes[CHANGE_COUNT])
{
	for (int i = 0; draft->since != NULL && i < CHANGE_COUNT; i++)
		changes[i] = (struct page_change){change_word((enum change)i), draft->changes[i]};
	return draft->since == NULL ? 0 : CHANGE_COUNT;
}

/* "3 failed, 1 stale-inventory"; whether there is any. */
static bool
draft_add_bad(const struct page_draft *draft, struct buffer *text)
{
	struct page_number numbers[PAGE_NUMBERS];
	size_t count = draft_numbers(draft, numbers);
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (numbers[i].tone != TONE_BAD || numbers[i].count == 0)
			continue;
		buffer_addf(text, "%s%llu %s", any ? ", " : "",
		    (unsigned long long)numbers[i].count, numbers[i].label);
		any = true;
	}
	return any;
}

static void
draft_make_sentence(struct page_draft *draft)
{
	uint64_t done = draft->verdicts[VERDICT_DEPLOYED] + draft->verdicts[VERDICT_REPLACED];
	uint64_t pending = draft->verdicts[VERDICT_SCHEDULED] + draft->verdicts[VERDICT_WAITING];
	struct buffer text = {0};

	buffer_add_string(&text, "Somebody has to see to ");
	draft->act = draft_add_bad(draft, &text);
	if (draft->act) {
		buffer_add_string(&text, ".");
	} else {
		buffer_clear(&text);
		buffer_addf(&text,
		    "Nobody has to act: of %llu job%s, %llu %s done and %llu pending.",
		    (unsigned long long)draft->jobs, draft->jobs == 1 ? "" : "s",
		    (unsigned long long)done, done == 1 ? "is" : "are",
		    (unsigned long long)pending);
	}
	draft->failed |= text.failed;
	if (!text.failed)
		draft->sentence = draft_copy(draft, text.bytes);
	buffer_release(&text);
}

/* ---- the page ----------------------------------------------------------------------------- */

static int
draft_write(const struct page *page, const struct page_draft_end *end, struct error *err)
{
	struct buffer html = {0};
	struct outfile *file = NULL;
	int rc = page_write(page, &html, err);

	if (rc == 0)
		file = output_open(end->path, err);
	if (file == NULL || outfile_write(file, html.bytes, html.length, err) == -1 ||
	    outfile_publish(&file, err) == -1)
		rc = -1;
	outfile_discard(file);
	buffer_release(&html);
	return rc;
}

static int
draft_publish_with(struct page_draft *draft, struct database *db, const struct page_draft_end *end,
    struct page_table tables[5], struct error *err)
{
	struct page_number numbers[PAGE_NUMBERS];
	struct page_change changes[CHANGE_COUNT];
	struct page page = {.title = draft->title,
	    .facts = draft->facts,
	    .fact_count = draft->fact_count,
	    .numbers = numbers,
	    .changes = changes,
	    .changed_since = draft->since,
	    .timeline = &draft->timeline,
	    .tables = draft->has_codes ? tables + 1 : tables,
	    .table_count = 3,
	    .jobs = &tables[4],
	    .report = end->report};

	if (draft_reasons(draft, &tables[0], err) == -1 ||
	    draft_groups(draft->containers, "Container", &tables[1], db, err) == -1 ||
	    draft_groups(draft->machines, "Machine", &tables[2], db, err) == -1 ||
	    draft_codes(draft, &tables[3], err) == -1 ||
	    draft_rows(draft, &tables[4], db, err) == -1)
		return -1;
	if (draft->sentence == NULL)
		draft_make_sentence(draft);
	if (draft->failed)
		return error_memory(err);
	page.number_count = draft_numbers(draft, numbers);
	page.change_count = draft_change_list(draft, changes);
	page.tone = draft->act ? TONE_BAD : TONE_WELL;
	page.sentence = draft->sentence;
	return draft_write(&page, end, err);
}

int
page_draft_publish(struct page_draft *draft, struct database *db, const struct page_draft_end *end,
    struct error *err)
{
	struct page_table tables[5] = {
	    {.title = "Causes",
		.caption = "What is not well, and why, the most frequent first.",
		.none = "Nothing is wrong.",
		.wide = true},
	    {.title = "Containers",
		.caption = "The jobs and findings of each container, those to act on first."},
	    {.title = "Machines",
		.caption = "The jobs and findings of each machine, those to act on first."},
	    {.title = "Refused",
		.caption = "How often rows or stores were refused, by the code of the refusal.",
		.none = "Nothing was refused.",
		.wide = true},
	    {.title = draft->has_codes ? "Refused stores" : "Jobs and places that are not well",
		.caption = draft->has_codes ? "In the order of the manifest."
					    : "By job, then the findings about the inventory.",
		.none = "There are none.",
		.wide = true},
	};
	int rc = draft_publish_with(draft, db, end, tables, err);

	free((void *)tables[1].columns);
	free((void *)tables[2].columns);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		free((void *)tables[i].cells);
	return rc;
}
