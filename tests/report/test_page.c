#include "report/page.h"
#include "report/palette.h"
#include "report/page_private.h"

#include "utf8.h"

#include "certificates/short_memory.h"
#include "report/page_fixture.h"

#include <ctype.h>
#include <math.h>

/*
 * Pages to the letter, and what holds for every page. Linked with --wrap for allocations that
 * fail. Called with a folder, it writes pages there: tests/cli/page.sh gives them to others who
 * read HTML.
 */

#define MARK_WELL                                                              \
	"<svg class=\"mark well\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">" \
	"<path d=\"M3 8.5l3.5 3.5L13 4.5\"/></svg>"
#define MARK_BAD                                                              \
	"<svg class=\"mark bad\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">" \
	"<path d=\"M4 4l8 8M12 4l-8 8\"/></svg>"

static struct buffer written;

/* The page, until the next call. */
static const char *
page_of(const struct page *page)
{
	struct error err = {0};

	buffer_release(&written);
	ck_assert_int_eq(page_write(page, &written, &err), 0);
	ck_assert_uint_eq(strlen(written.bytes), written.length);
	return written.bytes;
}

/* Its part between two marks, until the next call. NULL: to the end. */
static const char *
part_of(const struct page *page, const char *from, const char *to)
{
	char *begin = strstr(page_of(page), from), *end;

	ck_assert_msg(begin != NULL, "there is no %s", from);
	end = to == NULL ? NULL : strstr(begin, to);
	if (end != NULL)
		*end = '\0';
	return begin;
}

/* Check has no room for two pages in a message: where they begin to differ is enough. */
static void
assert_html(const char *found, const char *expected)
{
	size_t same = 0;

	while (found[same] != '\0' && found[same] == expected[same])
		same++;
	ck_assert_msg(found[same] == expected[same], "after %zu bytes: %.160s, expected %.160s",
	    same, found + same, expected + same);
}

/* ---- to the letter ---------------------------------------------------------------------- */

START_TEST(writes_the_least_page)
{
	const struct page page = {
	    .title = "Reconciliation", .tone = TONE_WELL, .sentence = "3 jobs are deployed."};
	const char *text = page_of(&page), *style = strstr(text, "<style>\n");
	static const char head[] =
	    "<!DOCTYPE html>\n"
	    "<html lang=\"en\">\n"
	    "<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<title>All is well. Reconciliation</title>\n";

	ck_assert_ptr_nonnull(style);
	ck_assert_uint_eq((size_t)(style - text), sizeof(head) - 1);
	ck_assert_int_eq(strncmp(text, head, sizeof(head) - 1), 0);
	assert_html(strstr(style, "</style>"),
	    "</style>\n"
	    "</head>\n"
	    "<body>\n"
	    "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n"
	    "<header>\n"
	    "<h1><bdi>Reconciliation</bdi></h1>\n"
	    "<nav aria-label=\"On this page\">\n"
	    "<ul>\n"
	    "</ul>\n"
	    "</nav>\n"
	    "</header>\n"
	    "<main id=\"main\" tabindex=\"-1\">\n"
	    "<div class=\"state well\">" MARK_WELL
	    "<p><strong>All is well.</strong> 3 jobs are deployed.</p></div>\n"
	    "</main>\n"
	    "<footer>\n"
	    "<p>All times are in UTC. This page is one file: it runs no script and loads "
	    "nothing.</p>\n"
	    "</footer>\n"
	    "</body>\n"
	    "</html>\n");
}
END_TEST

START_TEST(writes_facts_numbers_and_changes)
{
	static const struct page_fact facts[] = {
	    {"Database", "/a/b.db"}, {"Reference", NULL}, {"Operator", "<root>"}};
	static const struct page_number numbers[] = {
	    {"deployed", 1234, TONE_WELL}, {"failed", 0, TONE_BAD}, {"missing", 1, TONE_BAD}};
	static const struct page_change changes[] = {{"new", 1000}, {"gone", 0}};
	const struct page page = {.title = "a",
	    .sentence = "b",
	    .tone = TONE_BAD,
	    .facts = facts,
	    .fact_count = 3,
	    .numbers = numbers,
	    .number_count = 3,
	    .changes = changes,
	    .change_count = 2,
	    .changed_since = "old & older.csv"};

	assert_html(part_of(&page, "<nav", "</header>"),
	    "<nav aria-label=\"On this page\">\n"
	    "<ul>\n"
	    "<li><a href=\"#numbers\">Numbers</a></li>\n"
	    "<li><a href=\"#changes\">What changed</a></li>\n"
	    "</ul>\n"
	    "</nav>\n");
	assert_html(part_of(&page, "<div class=\"state", "</main>"),
	    "<div class=\"state bad\">" MARK_BAD "<p><strong>Act now.</strong> b</p></div>\n"
	    "<dl class=\"facts\">\n"
	    "<dt>Database</dt><dd><bdi>/<wbr>a/<wbr>b.<wbr>db</bdi></dd>\n"
	    "<dt>Operator</dt><dd><bdi>&lt;root&gt;</bdi></dd>\n"
	    "</dl>\n"
	    "<section id=\"numbers\" class=\"wide\" aria-labelledby=\"numbers-title\">\n"
	    "<h2 id=\"numbers-title\">Numbers</h2>\n"
	    "<ul class=\"numbers\">\n"
	    "<li class=\"well\"><strong>1,234" MARK_WELL "</strong> deployed"
	    "<span class=\"hidden\"> (well)</span></li>\n"
	    "<li class=\"none\"><strong>0</strong> failed</li>\n"
	    "<li class=\"bad\"><strong>1" MARK_BAD "</strong> missing"
	    "<span class=\"hidden\"> (not well)</span></li>\n"
	    "</ul>\n"
	    "</section>\n"
	    "<section id=\"changes\" class=\"wide\" aria-labelledby=\"changes-title\">\n"
	    "<h2 id=\"changes-title\">What changed</h2>\n"
	    "<p class=\"note\">Since <bdi>old &amp; older.<wbr>csv</bdi></p>\n"
	    "<ul class=\"numbers\">\n"
	    "<li><strong>1,000</strong> new</li>\n"
	    "<li class=\"none\"><strong>0</strong> gone</li>\n"
	    "</ul>\n"
	    "</section>\n");
}
END_TEST

static const struct page_column every_column[] = {
    {"Verdict", PAGE_TONED}, {"Store", PAGE_NAME}, {"Due", PAGE_WORD}, {"Jobs", PAGE_COUNT}};
static const struct page_cell every_cell[] = {
    {.text = "missing", .tone = TONE_BAD},
    {.text = "\xd7\xa9:<b>"},
    {.text = "2026-11-27"},
    {.count = 1000},
    {.text = NULL, .tone = TONE_BAD},
    {.text = ""},
    {.text = NULL},
    {.count = 0},
};
static const struct page_table every_kind = {.title = "Stores & more",
    .caption = "By \"name\".",
    .columns = every_column,
    .column_count = 4,
    .row_header = 1,
    .cells = every_cell,
    .row_count = 2};

START_TEST(writes_tables)
{
	struct page_table two[] = {every_kind, every_kind};
	struct page page = {.title = "a", .sentence = "b", .tables = two, .table_count = 2};

	two[1] = (struct page_table){.title = "None", .caption = "c", .wide = true};
	assert_html(part_of(&page, "<div class=\"tables", "</main>"),
	    "<div class=\"tables\">\n"
	    "<section id=\"table-1\" aria-labelledby=\"table-1-title\">\n"
	    "<h2 id=\"table-1-title\">Stores &amp; more</h2>\n"
	    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Stores &amp; "
	    "more\">\n"
	    "<table>\n"
	    "<caption>By &quot;name&quot;.</caption>\n"
	    "<thead><tr><th scope=\"col\" class=\"word\">Verdict</th>"
	    "<th scope=\"col\">Store</th><th scope=\"col\" class=\"word\">Due</th>"
	    "<th scope=\"col\" class=\"count\">Jobs</th></tr></thead>\n"
	    "<tbody>\n"
	    "<tr><td class=\"word\">" MARK_BAD " <bdi>missing</bdi></td>"
	    "<th scope=\"row\"><bdi>\xd7\xa9:&lt;b&gt;</bdi></th>"
	    "<td class=\"word\"><bdi>2026-11-27</bdi></td><td class=\"count\">1,000</td></tr>\n"
	    "<tr><td class=\"word\"></td><th scope=\"row\"><bdi></bdi></th>"
	    "<td class=\"word\"></td><td class=\"count zero\">0</td></tr>\n"
	    "</tbody>\n"
	    "</table>\n"
	    "</div>\n"
	    "</section>\n"
	    "<section id=\"table-2\" class=\"wide\" aria-labelledby=\"table-2-title\">\n"
	    "<h2 id=\"table-2-title\">None</h2>\n"
	    "<p>There are none.</p>\n"
	    "</section>\n"
	    "</div>\n");
}
END_TEST

/* What is said of rows that are not listed, and of the file that has them. */
START_TEST(says_what_is_not_listed)
{
	struct page_table jobs = every_kind;
	struct page page = {.title = "a", .sentence = "b", .jobs = &jobs};

	assert_html(part_of(&page, "</h2>\n", "<table>"),
	    "</h2>\n"
	    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Stores &amp; more\">\n");
	page.report = "r&d.csv";
	assert_html(part_of(&page, "</h2>\n", "<div class=\"scroll"),
	    "</h2>\n<p>The whole report is in <bdi>r&amp;d.<wbr>csv</bdi>.</p>\n");
	jobs.total = 2000000;
	assert_html(part_of(&page, "</h2>\n", "<div class=\"scroll"),
	    "</h2>\n<p>The first 2 of 2,000,000 are listed. "
	    "The whole report is in <bdi>r&amp;d.<wbr>csv</bdi>.</p>\n");
	page.report = NULL;
	assert_html(part_of(&page, "</h2>\n", "<div class=\"scroll"),
	    "</h2>\n<p class=\"note\">The first 2 of 2,000,000 are listed.</p>\n");
	jobs.row_count = 0; /* none could be listed, for one reason or other */
	assert_html(part_of(&page, "</h2>\n", "</section>"),
	    "</h2>\n<p class=\"note\">The first 0 of 2,000,000 are listed.</p>\n");
	jobs.total = 0;
	jobs.none = "Every job is <well>.";
	page.report = "r.csv";
	assert_html(part_of(&page, "</h2>\n", "</section>"),
	    "</h2>\n<p>Every job is &lt;well&gt;.</p>\n"
	    "<p>The whole report is in <bdi>r.<wbr>csv</bdi>.</p>\n");
}
END_TEST

/* ---- the timeline ------------------------------------------------------------------------ */

#define EDGE(word) "<rect class=\"edge " word "\" width=\"100%\" height=\"100%\"/>"

START_TEST(draws_a_timeline)
{
	static const struct timeline_series series[] = {
	    {"<failed>", TONE_BAD}, {"never", TONE_SETTLED}, {"deployed", TONE_WELL}};
	struct timeline timeline = {
	    .series = series, .series_count = 3, .now = AT(0, 1, 1) + 30000};
	const struct page page = {.title = "a", .sentence = "b", .timeline = &timeline};

	timeline_add(&timeline, 2, AT(0, 1, 0), 1200);
	timeline_add(&timeline, 0, AT(0, 1, 0), 1);
	timeline_add(&timeline, 2, AT(0, 1, 1), 600);
	assert_html(part_of(&page, "<section", "</main>"),
	    "<section id=\"timeline\" class=\"wide\" aria-labelledby=\"timeline-title\">\n"
	    "<h2 id=\"timeline-title\">Jobs by due time</h2>\n"
	    "<p class=\"note\">1,801 jobs. Each bar is 1 minute. The fullest is 2026-11-27 "
	    "01:00Z to 01:01Z, with 1,201 jobs.</p>\n"
	    "<ul class=\"legend\">\n"
	    "<li><svg aria-hidden=\"true\"><use href=\"#series-2\"/></svg>deployed: 1,800</li>\n"
	    "<li><svg aria-hidden=\"true\"><use href=\"#series-0\"/></svg>&lt;failed&gt;: 1</li>\n"
	    "</ul>\n"
	    "<svg class=\"chart\" role=\"img\">\n"
	    "<title>Jobs by due time</title>\n"
	    "<desc>1,801 jobs. Each bar is 1 minute. The fullest is 2026-11-27 01:00Z to 01:01Z, "
	    "with 1,201 jobs.</desc>\n"
	    "<symbol id=\"series-0\"><rect class=\"fill bad\" width=\"100%\" height=\"100%\"/>"
	    "<path class=\"pattern\" d=\"M-999-999L999 999\" stroke-dasharray=\"2 5\"/>" EDGE(
		"bad") "</symbol>\n"
		       "<symbol id=\"series-2\"><rect class=\"fill well\" width=\"100%\" "
		       "height=\"100%\"/>"
		       "</symbol>\n"
		       "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"224.0\" y2=\"224.0\"/>"
		       "<text class=\"right\" x=\"-8\" y=\"228.0\">0</text>\n"
		       "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"157.3\" y2=\"157.3\"/>"
		       "<text class=\"right\" x=\"-8\" y=\"161.3\">500</text>\n"
		       "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"90.7\" y2=\"90.7\"/>"
		       "<text class=\"right\" x=\"-8\" y=\"94.7\">1,000</text>\n"
		       "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"24.0\" y2=\"24.0\"/>"
		       "<text class=\"right\" x=\"-8\" y=\"28.0\">1,500</text>\n"
		       "<g><title>2026-11-27 01:00Z to 01:01Z: 1 &lt;failed&gt;</title>"
		       "<use href=\"#series-0\" x=\"21.000%\" y=\"221.9\" width=\"8.000%\" "
		       "height=\"2.1\"/></g>\n"
		       "<g><title>2026-11-27 01:00Z to 01:01Z: 1,200 deployed</title>"
		       "<use href=\"#series-2\" x=\"21.000%\" y=\"64.9\" width=\"8.000%\" "
		       "height=\"156.0\"/></g>\n"
		       "<g><title>2026-11-27 01:01Z to 01:02Z: 600 deployed</title>"
		       "<use href=\"#series-2\" x=\"71.000%\" y=\"145.0\" width=\"8.000%\" "
		       "height=\"79.0\"/></g>\n"
		       "<line class=\"axis\" x1=\"0.000%\" x2=\"0.000%\" y1=\"224\" y2=\"229\"/>"
		       "<text class=\"middle\" x=\"0.000%\" y=\"243\">01:00</text>\n"
		       "<text class=\"middle\" x=\"0.000%\" y=\"258\">27 Nov</text>\n"
		       "<line class=\"axis\" x1=\"50.000%\" x2=\"50.000%\" y1=\"224\" y2=\"229\"/>"
		       "<text class=\"middle roomy\" x=\"50.000%\" y=\"243\">01:01</text>\n"
		       "<line class=\"axis\" x1=\"100.000%\" x2=\"100.000%\" y1=\"224\" "
		       "y2=\"229\"/>"
		       "<text class=\"right\" x=\"100.000%\" y=\"243\">01:02</text>\n"
		       "<g><title>Now: 2026-11-27 01:01Z</title><line class=\"now\" x1=\"75.000%\" "
		       "x2=\"75.000%\" y1=\"16\" y2=\"224\"/><text class=\"middle now\" "
		       "x=\"75.000%\" "
		       "y=\"12\">now</text>\n"
		       "</g>\n"
		       "</svg>\n"
		       "<details>\n"
		       "<summary>The same as a table</summary>\n"
		       "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Jobs by "
		       "due time, as a "
		       "table\">\n"
		       "<table>\n"
		       "<caption>Jobs by due time. Times without jobs are left out.</caption>\n"
		       "<thead><tr><th scope=\"col\" class=\"word\">Due</th>"
		       "<th scope=\"col\" class=\"count\">deployed</th>"
		       "<th scope=\"col\" class=\"count\">&lt;failed&gt;</th></tr></thead>\n"
		       "<tbody>\n"
		       "<tr><th scope=\"row\" class=\"word\">2026-11-27 01:00Z to 01:01Z</th>"
		       "<td class=\"count\">1,200</td><td class=\"count\">1</td></tr>\n"
		       "<tr><th scope=\"row\" class=\"word\">2026-11-27 01:01Z to 01:02Z</th>"
		       "<td class=\"count\">600</td><td class=\"count zero\">0</td></tr>\n"
		       "</tbody>\n"
		       "</table>\n"
		       "</div>\n"
		       "</details>\n"
		       "</section>\n");
}
END_TEST

/* The texts below the chart of jobs at these times, and its sentence. */
static const struct {
	int64_t first, last;
	const char *outline;
	const char *texts; /* in their order; a / before those of the lower line */
} scales[] = {
    {AT(0, 1, 0), AT(0, 1, 0),
	"2 jobs. Each bar is 1 minute. The fullest is 2026-11-27 01:00Z to "
	"01:01Z, with 2 jobs.",
	"01:00 /27 Nov 01:01"},
    /* The next text would be beside that of the first day. */
    {AT(-1, 23, 0), AT(0, 2, 55),
	"2 jobs. Each bar is 5 minutes. The fullest is 2026-11-26 23:00Z "
	"to 23:05Z, with 1 job.",
	"23:00 /26 Nov 23:30 00:00 /27 Nov 00:30 01:00 01:30 02:00 02:30 03:00"},
    {AT(-1, 23, 0), AT(0, 7, 0),
	"2 jobs. Each bar is 15 minutes. The fullest is 2026-11-26 23:00Z "
	"to 23:15Z, with 1 job.",
	"23:00 00:00 /27 Nov 01:00 02:00 03:00 04:00 05:00 06:00 07:00"},
    {AT(-1, 22, 0), AT(0, 13, 0),
	"2 jobs. Each bar is 15 minutes. The fullest is 2026-11-26 22:00Z "
	"to 22:15Z, with 1 job.",
	"22:00 00:00 /27 Nov 02:00 04:00 06:00 08:00 10:00 12:00"},
    {AT(0, 23, 0), AT(3, 0, 0),
	"2 jobs. Each bar is 1 hour. The fullest is 2026-11-27 23:00Z to "
	"2026-11-28 00:00Z, with 1 job.",
	"00:00 /28 Nov 06:00 12:00 18:00 00:00 /29 Nov 06:00 12:00 18:00 00:00 /30 Nov"},
    {AT(0, 1, 0), AT(50, 0, 0), "2 jobs. Each bar is 1 day. The fullest is 2026-11-27, with 1 job.",
	"30 Nov /2026 7 Dec 14 Dec 21 Dec 28 Dec 4 Jan /2027 11 Jan"},
    {AT(0, 1, 0), AT(360, 0, 0),
	"2 jobs. Each bar is 7 days. The fullest is 2026-11-23 to "
	"2026-11-29, with 1 job.",
	"23 Nov 18 Jan /2027 15 Mar 10 May 5 Jul 30 Aug 25 Oct"},
};

START_TEST(draws_times)
{
	static const struct timeline_series series[] = {{"due", TONE_PENDING}};
	struct timeline timeline = {.series = series, .series_count = 1};
	const struct page page = {.title = "a", .sentence = "b", .timeline = &timeline};
	struct buffer texts = {0};
	const char *text;

	timeline_add(&timeline, 0, scales[_i].last, 1);
	timeline_add(&timeline, 0, scales[_i].first, 1);
	text = page_of(&page);
	for (text = strstr(text, "</symbol>"); (text = strstr(text, "<text class=\"")) != NULL;) {
		const char *y = strstr(text, "y=\""), *end = strstr(text, "</text>");

		text = strchr(text, '>') + 1;
		if (strncmp(y, "y=\"243", 6) != 0 && strncmp(y, "y=\"258", 6) != 0)
			continue;
		buffer_addf(&texts, "%s%s%.*s", texts.length == 0 ? "" : " ",
		    y[4] == '5' ? "/" : "", (int)(end - text), text);
	}
	ck_assert_str_eq(texts.bytes, scales[_i].texts);
	text = strstr(written.bytes, "<desc>");
	ck_assert_int_eq(strncmp(text + 6, scales[_i].outline, strlen(scales[_i].outline)), 0);
	buffer_release(&texts);
}
END_TEST

static const struct {
	uint64_t jobs;
	const char *lines; /* beside the chart, from its foot */
} heights[] = {
    {1, "0 1"},
    {3, "0 1 2 3"},
    {5, "0 2 4 6"},
    {100, "0 50 100"},
    {4001, "0 2,000 4,000 6,000"},
    {39999, "0 10k 20k 30k 40k"},
    {2000000, "0 500k 1M 1.5M 2M"},
    {UINT64_C(1) << 40, "0 500000M 1000000M 1500000M"},
};

START_TEST(draws_lines)
{
	static const struct timeline_series series[] = {{"due", TONE_PENDING}};
	struct timeline timeline = {.series = series, .series_count = 1};
	const struct page page = {.title = "a", .sentence = "b", .timeline = &timeline};
	struct buffer lines = {0};
	const char *text;

	timeline_add(&timeline, 0, AT(0, 0, 0), heights[_i].jobs);
	text = page_of(&page);
	while ((text = strstr(text, "x=\"-8\"")) != NULL) {
		text = strchr(text, '>') + 1;
		buffer_addf(&lines, "%s%.*s", lines.length == 0 ? "" : " ",
		    (int)(strchr(text, '<') - text), text);
	}
	ck_assert_str_eq(lines.bytes, heights[_i].lines);
	buffer_release(&lines);
}
END_TEST

/* No two series look alike, also without colours: each pattern is of one series. */
START_TEST(patterns_are_of_one_series)
{
	static struct timeline_series series[TIMELINE_SERIES];
	struct timeline timeline = {.series = series, .series_count = TIMELINE_SERIES};
	const struct page page = {.title = "a", .sentence = "b", .timeline = &timeline};
	char patterns[TIMELINE_SERIES][128];
	char *text;

	for (size_t i = 0; i < TIMELINE_SERIES; i++) {
		series[i] = (struct timeline_series){"x", (enum tone)(i % TONE_COUNT)};
		timeline_add(&timeline, i, AT(0, 0, 0), 1000);
	}
	text = strstr(page_of(&page), "<symbol");
	for (size_t i = 0; i < TIMELINE_SERIES; i++, text = strstr(text + 1, "<symbol")) {
		char *path = strstr(text, " d=\""), *end = strstr(text, "</symbol>");

		snprintf(patterns[i], sizeof(patterns[i]), "%.*s",
		    path < end ? (int)(strstr(path, "/>") - path) : 0, path);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(patterns[i], patterns[j]);
	}
	ck_assert_str_eq(patterns[0], ""); /* the first that is well is plain */
}
END_TEST

/* A job among a million is seen, and no bar is higher than the chart. */
START_TEST(few_among_many_are_seen)
{
	struct timeline timeline = {.series = fixture_series, .series_count = 7};
	const struct page page = {.title = "a", .sentence = "b", .timeline = &timeline};
	const char *text;
	unsigned bars = 0;

	for (size_t i = 0; i < 7; i++)
		timeline_add(&timeline, i, AT(0, 0, 0), i == 6 ? 2000000 : 1);
	timeline_add(&timeline, 0, AT(0, 0, 1), 1);
	text = page_of(&page);
	while ((text = strstr(text, "<use href=\"#series-")) != NULL && ++bars) {
		const char *y = strstr(text, "y=\""), *height = strstr(text, "height=\"");

		text++;
		if (height == NULL || y > strstr(text, "/>"))
			continue; /* of the legend */
		ck_assert_double_ge(strtod(height + 8, NULL), 1.9);
		ck_assert_double_ge(strtod(y + 3, NULL), 24);
		ck_assert_double_le(strtod(y + 3, NULL) + strtod(height + 8, NULL), 224.01);
	}
	ck_assert_uint_eq(bars, 7 + 7 + 1);
}
END_TEST

START_TEST(now_is_marked_within_the_bins)
{
	struct timeline timeline = {.series = fixture_series, .series_count = 7};
	const struct page page = {.title = "a", .sentence = "b", .timeline = &timeline};

	timeline_add(&timeline, 0, AT(0, 0, 0), 1);
	for (int minute = -1; minute < 3; minute++) {
		timeline.now = AT(0, 0, minute);
		ck_assert_int_eq(
		    strstr(page_of(&page), "<title>Now: ") != NULL, minute == 0 || minute == 1);
	}
	timeline.now = 0;
	ck_assert_ptr_null(strstr(page_of(&page), "<title>Now: "));
}
END_TEST

START_TEST(no_jobs_no_timeline)
{
	struct timeline timeline = {.series = fixture_series, .series_count = 7};
	const struct page page = {.title = "a", .sentence = "b", .timeline = &timeline};

	ck_assert_ptr_null(strstr(page_of(&page), "id=\"timeline\""));
	ck_assert_ptr_null(strstr(page_of(&page), "#timeline\""));
}
END_TEST

/* ---- every page -------------------------------------------------------------------------- */

static const char *const allowed_elements[] = {"html", "head", "meta", "title", "style", "body",
    "a", "header", "h1", "h2", "bdi", "wbr", "nav", "ul", "li", "main", "div", "svg", "path", "p",
    "strong", "span", "dl", "dt", "dd", "section", "table", "caption", "thead", "tbody", "tr", "th",
    "td", "desc", "symbol", "rect", "use", "g", "line", "text", "details", "summary", "footer"};
static const char *const allowed_attributes[] = {"lang", "charset", "http-equiv", "content", "name",
    "class", "id", "href", "tabindex", "viewBox", "aria-hidden", "aria-label", "aria-labelledby",
    "role", "d", "scope", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "stroke-dasharray"};

static bool
is_allowed(const char *const *words, size_t count, const char *word, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == length && strncmp(words[i], word, length) == 0)
			return true;
	return false;
}

/* Check keeps a record of every assertion: too many for each byte of a page. */
static void
must(bool good, const char *what, const char *at)
{
	if (!good)
		ck_abort_msg("%s: %.60s", what, at);
}

/* An id or a target of the page: there must be exactly one such id. */
static void
assert_one_id(const char *html, const char *id, size_t length)
{
	char wanted[64];
	const char *first;

	snprintf(wanted, sizeof(wanted), " id=\"%.*s\"", (int)length, id);
	first = strstr(html, wanted);
	must(first != NULL && strstr(first + 1, wanted) == NULL, "id", wanted);
}

/* The attributes of a tag; returns its end. */
static const char *
check_attributes(const char *html, const char *at)
{
	while (*at == ' ') {
		const char *name = ++at, *value;
		size_t length = strcspn(name, "=> ");

		must(is_allowed(allowed_attributes, LENGTH(allowed_attributes), name, length),
		    "attribute", name);
		must(strncmp(name + length, "=\"", 2) == 0, "attribute", name);
		value = name + length + 2;
		at = value + strcspn(value, "\"<>");
		must(*at == '"', "value", name);
		if (strncmp(name, "href=", 5) == 0) {
			must(*value == '#', "link", name);
			assert_one_id(html, value + 1, (size_t)(at - value) - 1);
		}
		if (strncmp(name, "id=", 3) == 0 || strncmp(name, "aria-labelledby=", 16) == 0)
			assert_one_id(html, value, (size_t)(at - value));
		at++;
	}
	return at;
}

static bool
is_reference(const char *at)
{
	return strncmp(at, "&lt;", 4) == 0 || strncmp(at, "&gt;", 4) == 0 ||
	       strncmp(at, "&amp;", 5) == 0 || strncmp(at, "&quot;", 6) == 0 ||
	       strncmp(at, "&#39;", 5) == 0;
}

/*
 * Reads a page strictly: every tag is of an allowed element, has allowed attributes in double
 * quotes, and is closed in order; a reference is one of those that html_add_text() writes; links
 * lead to a part of the page.
 */
static void
assert_well_formed(const char *html)
{
	const char *open[32], *at = html + sizeof("<!DOCTYPE html>");
	size_t depth = 0;

	must(strncmp(html, "<!DOCTYPE html>\n", 16) == 0, "beginning", html);
	for (; *at != '\0'; at++) {
		const char *name = at + 1;
		size_t length;
		bool end = *name == '/';

		must(*at != '&' || is_reference(at), "reference", at);
		must(
		    *at != '>' && (isprint((unsigned char)*at) || (*at & 0x80) != 0 || *at == '\n'),
		    "character", at);
		if (*at != '<')
			continue;
		name += end;
		length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");
		must(is_allowed(allowed_elements, LENGTH(allowed_elements), name, length),
		    "element", name);
		if (end) {
			must(depth > 0 && strncmp(open[depth - 1], name, length) == 0 &&
				 name[length] == '>',
			    "end", name);
			depth--;
			at = name + length;
			continue;
		}
		at = check_attributes(html, name + length);
		if (*at == '/')
			at++;
		else if (strncmp(name, "meta", 4) != 0 && strncmp(name, "wbr", 3) != 0) {
			must(depth < LENGTH(open), "depth", name);
			open[depth++] = name;
		}
		must(*at == '>', "tag", name);
		if (strncmp(name, "style", 5) == 0)
			at = strstr(at, "</style>") - 1;
	}
	must(depth == 0, "not closed", open[0]);
}

static size_t
count_of(const char *text, const char *word)
{
	size_t count = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		count++;
	return count;
}

/* Nothing is loaded, nothing runs; the headings and tables are what a screen reader needs. */
static void
assert_good(const char *html)
{
	static const char *const never[] = {"http:", "https:", "//", "url(", "@import", "<script",
	    "<link", "<img", "<iframe", "javascript", "src=", "style=\"", " on"};
	const char *body = strstr(html, "<body>"), *style = strstr(html, "<style>");

	assert_well_formed(html);
	for (size_t i = 0; i < 4; i++)
		ck_assert_msg(strstr(style, never[i]) == NULL || strstr(style, never[i]) > body,
		    "style has %s", never[i]);
	for (size_t i = 4; i < LENGTH(never) - 1; i++)
		ck_assert_msg(strstr(html, never[i]) == NULL, "page has %s", never[i]);
	ck_assert_uint_eq(count_of(html, "<h1"), 1);
	ck_assert_uint_eq(count_of(html, "<h2"), count_of(html, "<section"));
	ck_assert_uint_eq(count_of(html, "<main"), 1);
	ck_assert_uint_eq(count_of(html, "<table>\n<caption>"), count_of(html, "<table"));
	ck_assert_uint_eq(count_of(html, "<th "), count_of(html, "<th scope=\""));
	ck_assert_uint_eq(count_of(html, "<th scope=\"row\""),
	    count_of(html, "<tr><t") - count_of(html, "<thead>"));
	ck_assert_uint_eq(
	    count_of(html, "class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label"),
	    count_of(html, "<table"));
	ck_assert_uint_lt(strlen(html), PAGE_BYTES);
}

/* Whatever the names are, they change nothing but their text. */
static struct page
hostile_page(const char *name)
{
	static struct page_fact facts[2];
	static struct page_number numbers[2];
	static struct page_change changes[1];
	static struct page_column columns[4];
	static struct page_cell cells[8];
	static struct page_table table;
	static struct timeline_series series[1];
	static struct timeline timeline;

	facts[0] = facts[1] = (struct page_fact){name, name};
	numbers[0] = numbers[1] = (struct page_number){name, UINT64_MAX, TONE_COUNT};
	changes[0] = (struct page_change){name, UINT64_MAX};
	for (size_t i = 0; i < 4; i++)
		columns[i] = (struct page_column){name, (enum page_column_kind)i};
	for (size_t i = 0; i < 8; i++)
		cells[i] = (struct page_cell){name, UINT64_MAX, (enum tone)(i + 1)};
	table = (struct page_table){.title = name,
	    .caption = name,
	    .none = name,
	    .columns = columns,
	    .column_count = 4,
	    .cells = cells,
	    .row_count = 2};
	series[0] = (struct timeline_series){name, TONE_COUNT};
	timeline = (struct timeline){.series = series, .series_count = 1};
	timeline_add(&timeline, 0, 0, 1);
	return (struct page){.title = name,
	    .facts = facts,
	    .fact_count = 2,
	    .tone = TONE_COUNT,
	    .sentence = name,
	    .numbers = numbers,
	    .number_count = 2,
	    .changes = changes,
	    .change_count = 1,
	    .changed_since = name,
	    .timeline = &timeline,
	    .tables = &table,
	    .table_count = 1,
	    .jobs = &table,
	    .report = name};
}

static const char *const hostile_names[] = {
    "",
    HOSTILE,
    "</style></title><script>alert(1)</script>",
    "\"><img/src=x/onerror=alert(1)>",
    "' onfocus='alert(1)' autofocus='",
    "--><!--",
    "]]><![CDATA[",
    "&lt;script&gt;",
    "\xe2\x80\xae\xe2\x81\xa7\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d\xe2\x80\xac",
    "\xff\xfe\xc0\xbc\xed\xa0\x80\xf4\x90\x80\x80",
    "\x01\x02\x08\x0b\x0c\x0e\x1b[2J\x7f\xc2\x85",
};

START_TEST(names_change_nothing)
{
	const struct page plain = hostile_page("name");
	size_t tags = count_of(page_of(&plain), "<") - count_of(written.bytes, "<wbr>");
	const struct page page = hostile_page(hostile_names[_i]);
	const char *html = page_of(&page);

	assert_well_formed(html);
	ck_assert_uint_eq(count_of(html, "<") - count_of(html, "<wbr>"), tags);
	ck_assert_uint_eq(utf8_valid(html, written.length), written.length);
}
END_TEST

START_TEST(fixtures_are_good)
{
	struct page page = fixture_night();

	assert_good(page_of(&page));
	page.jobs = fixture_jobs(0);
	page.tables = NULL;
	page.table_count = 0;
	page.timeline = NULL;
	page.changes = NULL;
	page.change_count = 0;
	assert_good(page_of(&page));
}
END_TEST

/* ---- limits ------------------------------------------------------------------------------ */

/* So many rows are listed in a table: its rows without that of its header. */
static size_t
rows_of(const char *html, const char *id)
{
	const char *begin = strstr(html, id), *end = strstr(begin, "</section>");
	char *part = strndup(begin, (size_t)(end - begin));
	size_t rows = count_of(part, "<tr>") - count_of(part, "<thead>");

	free(part);
	return rows;
}

START_TEST(a_thousand_jobs_are_listed)
{
	struct page page = fixture_night();
	struct page_table jobs = *page.jobs;
	static struct page_cell cells[1001][LENGTH(job_columns)];

	for (size_t i = 0; i < LENGTH(cells); i++)
		memcpy(cells[i], fixture_jobs_cells[i % FIXTURE_JOBS], sizeof(cells[i]));
	jobs.cells = cells[0];
	jobs.row_count = 1000;
	jobs.total = 1000;
	page.jobs = &jobs;
	ck_assert_uint_eq(rows_of(page_of(&page), " id=\"jobs\""), 1000);
	ck_assert_ptr_null(strstr(written.bytes, "The first 1,000 of"));
	jobs.row_count = 1001;
	ck_assert_uint_eq(rows_of(page_of(&page), " id=\"jobs\""), 1000);
	ck_assert_ptr_nonnull(strstr(
	    written.bytes, "<p>The first 1,000 of 1,001 are listed. The whole report is in <bdi>"));
	ck_assert_uint_lt(written.length, PAGE_BYTES);
}
END_TEST

/* Names of any length and of any characters leave the page under its limit: rows are left out, and
 * the page says how many are there. */
START_TEST(long_names_do_not_make_it_longer)
{
	static char name[65536];
	static struct page_cell cells[PAGE_JOBS][PAGE_COLUMNS];
	static struct page_column columns[PAGE_COLUMNS];
	struct page page;
	struct page_table tables[PAGE_TABLES], jobs;
	size_t listed;
	char expected[64];

	memset(name, _i == 0 ? '"' : _i == 1 ? 'x' : '\x01', sizeof(name) - 1);
	for (size_t i = 0; i < PAGE_COLUMNS; i++)
		columns[i] = (struct page_column){"A column", PAGE_NAME};
	for (size_t i = 0; i < PAGE_JOBS * PAGE_COLUMNS; i++)
		cells[i / PAGE_COLUMNS][i % PAGE_COLUMNS].text = name;
	page = hostile_page(name);
	jobs = (struct page_table){.title = "Jobs",
	    .caption = name,
	    .columns = columns,
	    .column_count = PAGE_COLUMNS,
	    .cells = cells[0],
	    .row_count = PAGE_JOBS};
	for (size_t i = 0; i < PAGE_TABLES; i++)
		tables[i] = jobs;
	page.jobs = &jobs;
	page.tables = tables;
	page.table_count = PAGE_TABLES;
	assert_well_formed(page_of(&page));
	ck_assert_uint_lt(written.length, PAGE_BYTES);
	ck_assert_uint_gt(written.length, PAGE_BYTES * 9 / 10);
	listed = rows_of(written.bytes, " id=\"jobs\"");
	ck_assert_uint_gt(listed, 10);
	snprintf(expected, sizeof(expected), "The first %zu of 1,000 are listed.", listed);
	ck_assert_ptr_nonnull(strstr(written.bytes, expected));
	ck_assert_uint_gt(rows_of(written.bytes, " id=\"table-1\""), 10);
}
END_TEST

/* More than a page has room for is left out, and nothing after it is read. */
START_TEST(more_is_left_out)
{
	static const struct page_fact facts[PAGE_FACTS + 1];
	static struct page_number numbers[PAGE_NUMBERS + 1];
	static struct page_change changes[PAGE_CHANGES + 1];
	static struct page_table tables[PAGE_TABLES + 1];
	static struct page_fact named[PAGE_FACTS + 1];
	struct page page = {.title = "a", .sentence = "b"};

	for (size_t i = 0; i <= PAGE_FACTS; i++)
		named[i] = (struct page_fact){"f", "v"};
	for (size_t i = 0; i <= PAGE_NUMBERS; i++)
		numbers[i].label = i < PAGE_NUMBERS ? "n" : NULL;
	for (size_t i = 0; i <= PAGE_CHANGES; i++)
		changes[i].word = i < PAGE_CHANGES ? "c" : NULL;
	for (size_t i = 0; i <= PAGE_TABLES; i++)
		tables[i].title = i < PAGE_TABLES ? "t" : NULL;
	page.facts = named;
	page.fact_count = PAGE_FACTS + 1;
	page.numbers = numbers;
	page.number_count = PAGE_NUMBERS + 1;
	page.changes = changes;
	page.change_count = PAGE_CHANGES + 1;
	page.tables = tables;
	page.table_count = PAGE_TABLES + 1;
	assert_well_formed(page_of(&page));
	ck_assert_uint_eq(count_of(written.bytes, "<dt>"), PAGE_FACTS);
	ck_assert_uint_eq(count_of(written.bytes, "</strong> n"), PAGE_NUMBERS);
	ck_assert_uint_eq(count_of(written.bytes, "</strong> c"), PAGE_CHANGES);
	ck_assert_uint_eq(count_of(written.bytes, ">t</h2>"), PAGE_TABLES);
	page.facts = facts; /* facts without a value alone */
	ck_assert_uint_eq(count_of(page_of(&page), "<dt>"), 0);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------ */

START_TEST(fails_without_memory)
{
	const struct page page = fixture_night();
	struct buffer whole = {0};
	struct error err = {0};
	long number = 1;
	int rc;

	ck_assert_int_eq(page_write(&page, &whole, &err), 0);
	do {
		struct buffer out = {0};

		memory_arm(number, _i == 1);
		number += memory_step(1);
		err = (struct error){0};
		rc = page_write(&page, &out, &err);
		memory.armed = false;
		if (rc == -1) {
			ck_assert(memory.failed);
			ck_assert_int_eq(err.code, ERROR_STORAGE);
			ck_assert_str_eq(err.text, "out of memory");
		} else {
			ck_assert(!memory.failed);
			ck_assert_uint_eq(out.length, whole.length);
		}
		buffer_release(&out);
	} while (rc == -1 && number < 1000);
	ck_assert_int_eq(rc, 0);
	ck_assert_int_gt(number, 10);
	buffer_release(&whole);
}
END_TEST

/* ---- colours ----------------------------------------------------------------------------- */

/* The value of a colour in a scheme, from the style of the page. */
static const char *
colour_of(const char *scheme, const char *name)
{
	static char value[8];
	char wanted[32];
	const char *at;

	snprintf(wanted, sizeof(wanted), "--%s:#", name);
	at = strstr(scheme, wanted);
	ck_assert_msg(at != NULL && at < strchr(scheme, '}'), "no colour %s", name);
	snprintf(value, sizeof(value), "%.7s", at + strlen(wanted) - 1);
	ck_assert_uint_eq(strspn(value + 1, "0123456789abcdef"), 6);
	return value;
}

/* WCAG 2.2: relative luminance. */
static double
luminance(const char *colour)
{
	static const double weights[] = {0.2126, 0.7152, 0.0722};
	unsigned long value = strtoul(colour + 1, NULL, 16);
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double part = (double)(value >> (16 - 8 * i) & 0xff) / 255;

		sum += weights[i] *
		       (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double
contrast(const char *scheme, const char *over, const char *below)
{
	double a = luminance(colour_of(scheme, over)), b = luminance(colour_of(scheme, below));

	return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

static const struct {
	const char *over, *below;
	unsigned least;
} contrasts[] = {
#define CONTRAST_PAIR(over, below, least) {#over, #below, least},
    CONTRAST_LIST(CONTRAST_PAIR)
#undef CONTRAST_PAIR
};

START_TEST(contrasts_are_enough)
{
	const struct page page = {.title = "a", .sentence = "b"};
	const char *light = strstr(page_of(&page), ":root{");
	const char *dark = strstr(light, "@media screen and (prefers-color-scheme:dark){:root{");

	ck_assert_ptr_nonnull(dark);
	ck_assert_double_eq_tol(luminance("#ffffff"), 1, 1e-9);
	ck_assert_double_eq_tol(luminance("#777777"), 0.18448, 1e-4); /* 4.48 on white */
	for (size_t i = 0; i < LENGTH(contrasts); i++)
		for (int scheme = 0; scheme < 2; scheme++) {
			double ratio = contrast(
			    scheme == 0 ? light : dark, contrasts[i].over, contrasts[i].below);

			ck_assert_msg(ratio * 10 >= contrasts[i].least, "%s on %s, %s: %.2f",
			    contrasts[i].over, contrasts[i].below, scheme == 0 ? "light" : "dark",
			    ratio);
		}
}
END_TEST

/* Whether the list of contrasts has the colour, over or below others, with so much. */
static bool
has_contrast(const char *name, size_t length, bool over, unsigned least)
{
	for (size_t i = 0; i < LENGTH(contrasts); i++) {
		const char *other = over ? contrasts[i].over : contrasts[i].below;

		if (strlen(other) == length && strncmp(other, name, length) == 0 &&
		    contrasts[i].least >= least)
			return true;
	}
	return false;
}

/* The rules have no colour but those of the palette, and what they use of it is in the list. */
START_TEST(contrasts_are_all_listed)
{
	static const struct {
		const char *property;
		bool over;
		unsigned least;
	} uses[] = {{"color:", true, 45}, {"background:", false, 30}, {"fill:", true, 30},
	    {"stroke:", true, 30}, {"border-color:", true, 30}};
	const struct page page = {.title = "a", .sentence = "b"};
	const char *rules = strstr(part_of(&page, "<style>", "</style>"), "*{box-sizing");
	size_t found = 0;

	ck_assert_ptr_nonnull(rules);
	ck_assert_ptr_null(strstr(rules, "rgb"));
	ck_assert_ptr_null(strstr(rules, "hsl"));
	for (const char *at = rules; (at = strchr(at, '#')) != NULL; at++)
		ck_assert_uint_lt(strspn(at + 1, "0123456789abcdefABCDEF"), 3);
	for (const char *at = rules; (at = strstr(at, "var(--")) != NULL; at++) {
		const char *name = at + 6;
		size_t length = strcspn(name, ")");

		for (size_t i = 0; i < LENGTH(uses); i++) {
			size_t before = strlen(uses[i].property);

			if (strncmp(at - before, uses[i].property, before) != 0 ||
			    strchr("{;", at[-(ptrdiff_t)before - 1]) == NULL ||
			    strncmp(name, "rule)", 5) == 0)
				continue;
			found++;
			ck_assert_msg(has_contrast(name, length, uses[i].over, uses[i].least),
			    "%s%.20s", uses[i].property, name);
		}
	}
	ck_assert_uint_gt(found, 30);
}
END_TEST

/* The style has a rule for each tone wherever it has one for any. */
START_TEST(tones_have_all_they_need)
{
	const struct page page = {.title = "a", .sentence = "b"};
	static const char *const rules[] = {
	    ".state.%s{", ".mark.%s,", "rect.%s{", ".fill.%s{", ".numbers .%s{"};
	const char *style = part_of(&page, "<style>", "</style>");

	for (int i = 0; i < TONE_COUNT; i++) {
		enum tone tone = (enum tone)i;

		for (size_t j = 0; j < LENGTH(rules); j++) {
			char rule[64];

			snprintf(rule, sizeof(rule), rules[j], tone_word(tone));
			ck_assert_msg(strstr(style, rule) != NULL, "no rule %s", rule);
		}
		ck_assert_uint_gt(strlen(tone_text(tone)), 0);
		ck_assert_uint_gt(strlen(tone_call(tone)), 0);
		ck_assert_uint_gt(strlen(tone_mark(tone)), 0);
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(tone_mark(tone), tone_mark((enum tone)j));
	}
	ck_assert_str_eq(tone_word(TONE_COUNT), "settled");
	ck_assert_str_eq(tone_mark((enum tone) - 1), tone_mark(TONE_SETTLED));
}
END_TEST

/* ---- main -------------------------------------------------------------------------------- */

/* No test: Check's assertions are for tests alone. */
static bool
save(const char *folder, const char *name, const struct page *page)
{
	struct buffer html = {0};
	char path[512];
	FILE *stream;
	bool good;

	snprintf(path, sizeof(path), "%s/%s.html", folder, name);
	stream = fopen(path, "w");
	good = stream != NULL && page_write(page, &html, NULL) == 0 &&
	       fwrite(html.bytes, 1, html.length, stream) == html.length;
	good &= stream != NULL && fclose(stream) == 0;
	buffer_release(&html);
	return good;
}

static int
save_all(const char *folder)
{
	struct page page = fixture_night();
	const struct page hostile = hostile_page(HOSTILE);
	bool good = save(folder, "night", &page) && save(folder, "hostile", &hostile);

	page.jobs = fixture_jobs(0);
	page.tables = NULL;
	page.table_count = 0;
	page.tone = TONE_WELL;
	return good && save(folder, "well", &page) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	Suite *suite;
	TCase *tests;

	if (argc == 2)
		return save_all(argv[1]);
	suite = suite_create("page");
	tests = tcase_create("page");
	tcase_add_test(tests, writes_the_least_page);
	tcase_add_test(tests, writes_facts_numbers_and_changes);
	tcase_add_test(tests, writes_tables);
	tcase_add_test(tests, says_what_is_not_listed);
	tcase_add_test(tests, draws_a_timeline);
	tcase_add_loop_test(tests, draws_times, 0, (int)LENGTH(scales));
	tcase_add_loop_test(tests, draws_lines, 0, (int)LENGTH(heights));
	tcase_add_test(tests, patterns_are_of_one_series);
	tcase_add_test(tests, few_among_many_are_seen);
	tcase_add_test(tests, now_is_marked_within_the_bins);
	tcase_add_test(tests, no_jobs_no_timeline);
	tcase_add_loop_test(tests, names_change_nothing, 0, (int)LENGTH(hostile_names));
	tcase_add_test(tests, fixtures_are_good);
	tcase_add_test(tests, a_thousand_jobs_are_listed);
	tcase_add_loop_test(tests, long_names_do_not_make_it_longer, 0, 3);
	tcase_add_test(tests, more_is_left_out);
	tcase_add_loop_test(tests, fails_without_memory, 0, 2);
	tcase_add_test(tests, contrasts_are_enough);
	tcase_add_test(tests, contrasts_are_all_listed);
	tcase_add_test(tests, tones_have_all_they_need);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
