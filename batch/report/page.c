#include "report/page_private.h"

#include "write/html.h"

/* Bytes that a page may have after the rows of all tables but that of jobs, and after those of
 * jobs. Then come headings and the end of the page alone. */
#define PAGE_TABLES_LIMIT 600000
#define PAGE_JOBS_LIMIT (PAGE_BYTES - 16384)

#define PAGE_ID_SIZE sizeof("table-99")

static const char page_head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n";

static const char page_foot[] =
    "</main>\n"
    "<footer>\n"
    "<p>All times are in UTC. This page is one file: it runs no script and loads nothing.</p>\n"
    "</footer>\n"
    "</body>\n"
    "</html>\n";

/* ---- what there is --------------------------------------------------------------------- */

/* How many of them are written. */
static size_t
page_least(size_t count, size_t most)
{
	return count < most ? count : most;
}

static const char *
page_table_id(size_t index, char id[PAGE_ID_SIZE])
{
	snprintf(id, PAGE_ID_SIZE, "table-%u", (unsigned)(index % 99) + 1);
	return id;
}

static bool
page_has_timeline(const struct page *page)
{
	return page->timeline != NULL && page->timeline->bins > 0;
}

static void
page_add_link(struct buffer *out, const char *id, const char *title)
{
	buffer_addf(out, "<li><a href=\"#%s\">", id);
	html_add_text(out, title, PAGE_LABEL);
	buffer_add_string(out, "</a></li>\n");
}

/* Links to the sections, in their order. */
static void
page_add_contents(struct buffer *out, const struct page *page)
{
	char id[PAGE_ID_SIZE];

	buffer_add_string(out, "<nav aria-label=\"On this page\">\n<ul>\n");
	if (page->number_count > 0)
		page_add_link(out, "numbers", PAGE_NUMBERS_TITLE);
	if (page->change_count > 0)
		page_add_link(out, "changes", PAGE_CHANGES_TITLE);
	if (page_has_timeline(page))
		page_add_link(out, "timeline", PAGE_TIMELINE_TITLE);
	for (size_t i = 0; i < page_least(page->table_count, PAGE_TABLES); i++)
		page_add_link(out, page_table_id(i, id), page->tables[i].title);
	if (page->jobs != NULL)
		page_add_link(out, "jobs", page->jobs->title);
	buffer_add_string(out, "</ul>\n</nav>\n");
}

/* ---- sections -------------------------------------------------------------------------- */

static void
page_add_facts(struct buffer *out, const struct page *page)
{
	if (page->fact_count == 0)
		return;
	buffer_add_string(out, "<dl class=\"facts\">\n");
	for (size_t i = 0; i < page_least(page->fact_count, PAGE_FACTS); i++) {
		if (page->facts[i].value == NULL)
			continue;
		buffer_add_string(out, "<dt>");
		html_add_text(out, page->facts[i].label, PAGE_LABEL);
		buffer_add_string(out, "</dt><dd>");
		html_add_name(out, page->facts[i].value, PAGE_TEXT);
		buffer_add_string(out, "</dd>\n");
	}
	buffer_add_string(out, "</dl>\n");
}

static void
page_add_state(struct buffer *out, const struct page *page)
{
	buffer_addf(out, "<div class=\"state %s\">", tone_word(page->tone));
	page_add_mark(out, page->tone);
	buffer_addf(out, "<p><strong>%s</strong> ", tone_call(page->tone));
	html_add_text(out, page->sentence, PAGE_TEXT);
	buffer_add_string(out, "</p></div>\n");
}

/* What is 0 has no tone. */
static void
page_add_number(struct buffer *out, const struct page_number *number)
{
	bool none = number->count == 0;

	buffer_addf(out, "<li class=\"%s\"><strong>", none ? "none" : tone_word(number->tone));
	html_add_count(out, number->count);
	if (!none)
		page_add_mark(out, number->tone);
	buffer_add_string(out, "</strong> ");
	html_add_text(out, number->label, PAGE_LABEL);
	if (!none)
		buffer_addf(out, "<span class=\"hidden\"> (%s)</span>", tone_text(number->tone));
	buffer_add_string(out, "</li>\n");
}

static void
page_add_numbers(struct buffer *out, const struct page *page)
{
	if (page->number_count == 0)
		return;
	page_begin_section(out, "numbers", PAGE_NUMBERS_TITLE, true);
	buffer_add_string(out, "<ul class=\"numbers\">\n");
	for (size_t i = 0; i < page_least(page->number_count, PAGE_NUMBERS); i++)
		page_add_number(out, &page->numbers[i]);
	buffer_add_string(out, "</ul>\n");
	page_end_section(out);
}

static void
page_add_changes(struct buffer *out, const struct page *page)
{
	if (page->change_count == 0)
		return;
	page_begin_section(out, "changes", PAGE_CHANGES_TITLE, true);
	if (page->changed_since != NULL) {
		buffer_add_string(out, "<p class=\"note\">Since ");
		html_add_name(out, page->changed_since, PAGE_TEXT);
		buffer_add_string(out, "</p>\n");
	}
	buffer_add_string(out, "<ul class=\"numbers\">\n");
	for (size_t i = 0; i < page_least(page->change_count, PAGE_CHANGES); i++) {
		const struct page_change *change = &page->changes[i];

		buffer_addf(out, "<li%s><strong>", change->count == 0 ? " class=\"none\"" : "");
		html_add_count(out, change->count);
		buffer_add_string(out, "</strong> ");
		html_add_text(out, change->word, PAGE_LABEL);
		buffer_add_string(out, "</li>\n");
	}
	buffer_add_string(out, "</ul>\n");
	page_end_section(out);
}

static void
page_add_tables(struct buffer *out, const struct page *page)
{
	char id[PAGE_ID_SIZE];

	if (page->table_count == 0)
		return;
	buffer_add_string(out, "<div class=\"tables\">\n");
	for (size_t i = 0; i < page_least(page->table_count, PAGE_TABLES); i++)
		page_add_table(out, &page->tables[i],
		    &(struct page_table_place){
			.id = page_table_id(i, id), .most = SIZE_MAX, .limit = PAGE_TABLES_LIMIT});
	buffer_add_string(out, "</div>\n");
}

static void
page_add_jobs(struct buffer *out, const struct page *page)
{
	if (page->jobs == NULL)
		return;
	page_add_table(out, page->jobs,
	    &(struct page_table_place){
		.id = "jobs", .most = PAGE_JOBS, .limit = PAGE_JOBS_LIMIT, .report = page->report});
}

/* ---- the page -------------------------------------------------------------------------- */

static void
page_begin(struct buffer *out, const struct page *page)
{
	buffer_add_string(out, page_head);
	buffer_addf(out, "<title>%s ", tone_call(page->tone));
	html_add_text(out, page->title, PAGE_TEXT);
	buffer_add_string(out, "</title>\n<style>\n");
	page_add_style(out);
	buffer_add_string(out, "</style>\n</head>\n<body>\n"
			       "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n"
			       "<header>\n<h1>");
	html_add_name(out, page->title, PAGE_TEXT);
	buffer_add_string(out, "</h1>\n");
	page_add_contents(out, page);
	buffer_add_string(out, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

int
page_write(const struct page *page, struct buffer *out, struct error *err)
{
	page_begin(out, page);
	page_add_state(out, page);
	page_add_facts(out, page);
	page_add_numbers(out, page);
	page_add_changes(out, page);
	if (page_has_timeline(page))
		page_add_timeline(out, page->timeline);
	page_add_tables(out, page);
	page_add_jobs(out, page);
	buffer_add_string(out, page_foot);
	return out->failed ? error_memory(err) : 0;
}
