#include "report/page_private.h"

#include "timestamp.h"
#include "write/html.h"

#include <string.h>

/*
 * Bars as inline SVG. Places along the time are percentages, so that texts and lines keep their
 * size on a screen of any width; heights are in pixels. Fractions are made of integers, for a
 * locale would put a comma into them.
 */

#define TOP 24              /* pixels above the highest bar */
#define HEIGHT 200          /* of the highest bar */
#define BASE (TOP + HEIGHT) /* where bars begin */
#define LEAST 30            /* tenths of a pixel of a series that has any job in a bin */
#define LINES_MOST 4        /* across the chart */
#define TICKS_MOST 8        /* intervals between the times below it */
#define BAR_MOST 8000       /* thousandths of a percent that a bar is wide */

#define DAY INT64_C(86400)

struct page_chart {
	const struct timeline *timeline;
	int64_t end;                     /* of the last bin, milliseconds */
	uint64_t line;                   /* jobs between two lines across */
	uint64_t top;                    /* jobs of a bar as high as the chart */
	size_t pattern[TIMELINE_SERIES]; /* of each series */
	uint64_t jobs[TIMELINE_SERIES];  /* of each series; 0: it is left out */
	uint64_t all;                    /* of all series */
	size_t fullest;                  /* the bin with the most jobs, the first of them */
};

/* ---- numbers and times ----------------------------------------------------------------- */

/* Thousandths of a percent. */
static void
page_add_percent(struct buffer *out, int64_t thousandths)
{
	buffer_addf(
	    out, "%lld.%03lld%%", (long long)(thousandths / 1000), (long long)(thousandths % 1000));
}

/* Tenths of a pixel. */
static void
page_add_pixels(struct buffer *out, unsigned tenths)
{
	buffer_addf(out, "%u.%u", tenths / 10, tenths % 10);
}

/* Where a time within the bins is, in thousandths of a percent. */
static int64_t
page_chart_place(const struct page_chart *chart, int64_t time)
{
	double part = (double)(time - chart->timeline->begin);
	double whole = (double)(chart->end - chart->timeline->begin);

	return (int64_t)(part / whole * 100000 + 0.5);
}

/* 2026-11-27 02:15Z, or its date alone. */
static void
page_add_time(struct buffer *out, int64_t time, bool clock)
{
	char text[TIMESTAMP_SIZE];
	const char *middle = strchr(timestamp_format(time, text), 'T');

	buffer_add(out, text, (size_t)(middle - text));
	if (clock)
		buffer_addf(out, " %.5sZ", middle + 1);
}

/* From when to when a bin is. Whole days are named from the first to the last. */
static void
page_add_range(struct buffer *out, const struct timeline *timeline, size_t bin)
{
	int64_t begin = timeline_bin(timeline, bin), end = timeline_bin(timeline, bin + 1);
	bool clock = timeline->span % DAY != 0;
	bool one_day = timeline_floor(begin, DAY) == timeline_floor(end - (clock ? 0 : 1), DAY);

	page_add_time(out, begin, clock);
	if (clock && one_day) {
		char text[TIMESTAMP_SIZE];

		buffer_addf(out, " to %.5sZ", strchr(timestamp_format(end, text), 'T') + 1);
	} else if (!one_day) {
		buffer_add_string(out, " to ");
		page_add_time(out, clock ? end : end - 1, clock);
	}
}

/* A length of time in words: 15 minutes. */
static void
page_add_span(struct buffer *out, int64_t seconds)
{
	int64_t unit = seconds % DAY == 0 ? DAY : seconds % 3600 == 0 ? 3600 : 60;
	const char *word = unit == DAY ? "day" : unit == 3600 ? "hour" : "minute";

	buffer_addf(
	    out, "%lld %s%s", (long long)(seconds / unit), word, seconds == unit ? "" : "s");
}

/* A number beside the chart, where there is little room: 20k, 1.5M. */
static void
page_add_short(struct buffer *out, uint64_t count)
{
	if (count >= 1000000)
		buffer_addf(out, count % 1000000 == 0 ? "%juM" : "%ju.%juM",
		    (uintmax_t)(count / 1000000), (uintmax_t)(count / 100000 % 10));
	else if (count >= 10000)
		buffer_addf(out, "%juk", (uintmax_t)(count / 1000));
	else
		html_add_count(out, count);
}

/* ---- the chart as a whole -------------------------------------------------------------- */

/* The tones have the patterns in their order, so that the first series that is well is plain. */
static size_t
page_chart_pattern(const struct timeline *timeline, size_t series)
{
	size_t before = 0;

	for (size_t i = 0; i < timeline->series_count; i++) {
		enum tone tone = timeline->series[i].tone, own = timeline->series[series].tone;

		before += tone < own || (tone == own && i < series);
	}
	return before;
}

/* 1, 2 or 5 with zeros, so that few lines reach to `most` jobs. */
static uint64_t
page_chart_line(uint64_t most)
{
	static const uint64_t factors[] = {1, 2, 5};
	uint64_t zeros = 1;

	for (size_t i = 0;; i = (i + 1) % 3) {
		uint64_t line = factors[i] * zeros;

		if (line >= most / LINES_MOST + (most % LINES_MOST != 0))
			return line;
		if (i == 2)
			zeros *= 10;
	}
}

static void
page_chart_init(struct page_chart *chart, const struct timeline *timeline)
{
	uint64_t most = 0;

	*chart = (struct page_chart){
	    .timeline = timeline, .end = timeline_bin(timeline, timeline->bins)};
	for (size_t bin = 0; bin < timeline->bins; bin++) {
		uint64_t jobs = timeline_bin_jobs(timeline, bin);

		if (jobs > most) {
			most = jobs;
			chart->fullest = bin;
		}
	}
	for (size_t i = 0; i < timeline->series_count; i++) {
		chart->jobs[i] = timeline_series_jobs(timeline, i);
		chart->all += chart->jobs[i];
		chart->pattern[i] = page_chart_pattern(timeline, i);
	}
	chart->line = page_chart_line(most);
	chart->top = (most / chart->line + (most % chart->line != 0)) * chart->line;
}

/* ---- patterns -------------------------------------------------------------------------- */

/* A pattern is a line of great width: its dashes are stripes. The first is no line. */
#define DOWN "M0-999V999"
#define ALONG "M-999 0H999"
#define FALLING "M-999-999L999 999"
#define RISING "M-999 999L999-999"
static const struct {
	const char *path;
	const char *dashes;
} page_patterns[TIMELINE_SERIES] = {{"", ""}, {FALLING, "2 5"}, {DOWN, "2 4"},
    {FALLING RISING, "1.5 6"}, {RISING, "2 5"}, {ALONG, "2 4"}, {DOWN ALONG, "1.5 5"},
    {FALLING, "1 2"}, {DOWN, "1 2"}, {RISING, "1 2"}, {ALONG, "1 2"}, {FALLING RISING, "1 3"},
    {DOWN ALONG, "1 3"}, {FALLING, "4 9"}, {DOWN, "4 7"}, {RISING, "4 9"}};

/* The colour and the pattern of each series, once: bars and the legend use them. The edge is above
 * the pattern, so that bars of a few pixels have their colour. */
static void
page_add_fill(struct buffer *out, const struct page_chart *chart, size_t series)
{
	static const char whole[] = "width=\"100%\" height=\"100%\"";
	const char *word = tone_word(chart->timeline->series[series].tone);
	size_t pattern = chart->pattern[series];

	buffer_addf(
	    out, "<symbol id=\"series-%zu\"><rect class=\"fill %s\" %s/>", series, word, whole);
	if (page_patterns[pattern].path[0] != '\0')
		buffer_addf(out,
		    "<path class=\"pattern\" d=\"%s\" stroke-dasharray=\"%s\"/>"
		    "<rect class=\"edge %s\" %s/>",
		    page_patterns[pattern].path, page_patterns[pattern].dashes, word, whole);
	buffer_add_string(out, "</symbol>\n");
}

static void
page_add_legend(struct buffer *out, const struct page_chart *chart)
{
	buffer_add_string(out, "<ul class=\"legend\">\n");
	for (size_t i = chart->timeline->series_count; i-- > 0;) {
		if (chart->jobs[i] == 0)
			continue;
		buffer_addf(
		    out, "<li><svg aria-hidden=\"true\"><use href=\"#series-%zu\"/></svg>", i);
		html_add_text(out, chart->timeline->series[i].label, PAGE_LABEL);
		buffer_add_string(out, ": ");
		html_add_count(out, chart->jobs[i]);
		buffer_add_string(out, "</li>\n");
	}
	buffer_add_string(out, "</ul>\n");
}

/* ---- bars ------------------------------------------------------------------------------ */

/* The heights of the series of a bin, in tenths of a pixel. One that has any job is seen, however
 * many the others have: a few failures among a million jobs are what people look for. */
static void
page_chart_heights(const struct page_chart *chart, size_t bin, unsigned heights[TIMELINE_SERIES])
{
	const struct timeline *timeline = chart->timeline;
	double jobs = (double)timeline_bin_jobs(timeline, bin);
	double height = jobs / (double)chart->top * HEIGHT * 10, least = 0;

	for (size_t i = 0; i < timeline->series_count; i++)
		least += timeline->counts[bin][i] == 0 ? 0 : LEAST;
	for (size_t i = 0; i < timeline->series_count; i++) {
		double share = (double)timeline->counts[bin][i] / jobs;
		double rest = height > least ? (height - least) * share : 0;

		heights[i] = share == 0 ? 0 : LEAST + (unsigned)(rest + 0.5);
	}
}

/* A series of a bin, and where it is in tenths of a pixel. */
struct page_bar {
	size_t bin, series;
	unsigned top, height;
};

static void
page_add_bar_title(struct buffer *out, const struct timeline *timeline, const struct page_bar *bar)
{
	buffer_add_string(out, "<title>");
	page_add_range(out, timeline, bar->bin);
	buffer_add_string(out, ": ");
	html_add_count(out, timeline->counts[bar->bin][bar->series]);
	buffer_add_string(out, " ");
	html_add_text(out, timeline->series[bar->series].label, PAGE_LABEL);
	buffer_add_string(out, "</title>");
}

static void
page_add_bar(struct buffer *out, const struct page_chart *chart, const struct page_bar *bar)
{
	const struct timeline *timeline = chart->timeline;
	int64_t left = page_chart_place(chart, timeline_bin(timeline, bar->bin));
	int64_t slot = page_chart_place(chart, timeline_bin(timeline, bar->bin + 1)) - left;
	int64_t width = slot * 7 / 8 < BAR_MOST ? slot * 7 / 8 : BAR_MOST;

	buffer_add_string(out, "<g>");
	page_add_bar_title(out, timeline, bar);
	buffer_addf(out, "<use href=\"#series-%zu\" x=\"", bar->series);
	page_add_percent(out, left + (slot - width) / 2);
	buffer_add_string(out, "\" y=\"");
	page_add_pixels(out, bar->top);
	buffer_add_string(out, "\" width=\"");
	page_add_percent(out, width);
	buffer_add_string(out, "\" height=\"");
	page_add_pixels(out, bar->height);
	buffer_add_string(out, "\"/></g>\n");
}

/* Each bar has a gap of a pixel above it. */
static void
page_add_bars(struct buffer *out, const struct page_chart *chart)
{
	for (size_t bin = 0; bin < chart->timeline->bins; bin++) {
		unsigned heights[TIMELINE_SERIES], top = BASE * 10;

		if (timeline_bin_jobs(chart->timeline, bin) == 0)
			continue;
		page_chart_heights(chart, bin, heights);
		for (size_t i = 0; i < chart->timeline->series_count; i++) {
			if (heights[i] == 0)
				continue;
			top -= heights[i];
			page_add_bar(out, chart,
			    &(struct page_bar){.bin = bin,
				.series = i,
				.top = top + 10,
				.height = heights[i] - 10});
		}
	}
}

/* ---- lines and texts ------------------------------------------------------------------- */

static void
page_add_lines(struct buffer *out, const struct page_chart *chart)
{
	for (uint64_t jobs = 0; jobs <= chart->top; jobs += chart->line) {
		double part = (double)jobs / (double)chart->top;
		unsigned y = BASE * 10 - (unsigned)(part * HEIGHT * 10 + 0.5);

		buffer_addf(out, "<line class=\"%s\" x1=\"0\" x2=\"100%%\" y1=\"",
		    jobs == 0 ? "axis" : "grid");
		page_add_pixels(out, y);
		buffer_add_string(out, "\" y2=\"");
		page_add_pixels(out, y);
		buffer_add_string(out, "\"/><text class=\"right\" x=\"-8\" y=\"");
		page_add_pixels(out, y + 40);
		buffer_add_string(out, "\">");
		page_add_short(out, jobs);
		buffer_add_string(out, "</text>\n");
	}
}

/* The texts below the chart: clock and date, or date and year. */
struct page_tick {
	char upper[TIMESTAMP_SIZE];
	char lower[TIMESTAMP_SIZE];
};

static struct page_tick
page_tick_of(int64_t time, int64_t step)
{
	static const char *const tick_months[] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	char text[TIMESTAMP_SIZE];
	char *middle = strchr(timestamp_format(time, text), 'T');
	const char *month = tick_months[(middle[-5] - '0') * 10 + middle[-4] - '0' - 1];
	const char *day = middle[-2] == '0' ? middle - 1 : middle - 2;
	struct page_tick tick;

	*middle = '\0';
	if (step < DAY) {
		snprintf(tick.upper, sizeof(tick.upper), "%.5s", middle + 1);
		snprintf(tick.lower, sizeof(tick.lower), "%s %s", day, month);
	} else {
		snprintf(tick.upper, sizeof(tick.upper), "%s %s", day, month);
		snprintf(tick.lower, sizeof(tick.lower), "%.*s", (int)(middle - text) - 6, text);
	}
	return tick;
}

/* Seconds between two texts, so that there are few of them. */
static int64_t
page_chart_step(const struct page_chart *chart)
{
	static const int64_t steps[] = {60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
	    43200, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY};
	int64_t seconds = (chart->end - chart->timeline->begin) / 1000, step = 0;

	for (size_t i = 0;; i++) {
		step = i < sizeof(steps) / sizeof(steps[0]) ? steps[i] : step * 2;
		if (step % chart->timeline->span == 0 && seconds / step <= TICKS_MOST)
			return step;
	}
}

static void
page_add_tick_text(
    struct buffer *out, int64_t place, const char *class, unsigned y, const char *text)
{
	buffer_addf(out, "<text class=\"%s%s\" x=\"", place > 97000 ? "right" : "middle", class);
	page_add_percent(out, place);
	buffer_addf(out, "\" y=\"%u\">%s</text>\n", y, text);
}

/* Every other text is left out on a narrow screen. The lower one is added where it changes; at the
 * first place it would be beside that of the second. */
static void
page_add_ticks(struct buffer *out, const struct page_chart *chart)
{
	int64_t step = page_chart_step(chart);
	int64_t time = timeline_floor(chart->timeline->begin + step * 1000 - 1, step);
	struct page_tick before = {0};

	for (size_t i = 0; time <= chart->end; i++, time += step * 1000) {
		struct page_tick tick = page_tick_of(time, step);
		struct page_tick next = page_tick_of(time + step * 1000, step);
		int64_t place = page_chart_place(chart, time);
		bool alone = i > 0 || strcmp(tick.lower, next.lower) == 0 ||
			     time + step * 1000 > chart->end;

		buffer_add_string(out, "<line class=\"axis\" x1=\"");
		page_add_percent(out, place);
		buffer_add_string(out, "\" x2=\"");
		page_add_percent(out, place);
		buffer_addf(out, "\" y1=\"%d\" y2=\"%d\"/>", BASE, BASE + 5);
		page_add_tick_text(out, place, i % 2 == 1 ? " roomy" : "", BASE + 19, tick.upper);
		if (strcmp(tick.lower, before.lower) != 0 && alone)
			page_add_tick_text(out, place, "", BASE + 34, tick.lower);
		before = tick;
	}
}

static void
page_add_now(struct buffer *out, const struct page_chart *chart)
{
	int64_t now = chart->timeline->now, place;

	if (now == 0 || now < chart->timeline->begin || now > chart->end)
		return;
	place = page_chart_place(chart, now);
	buffer_add_string(out, "<g><title>Now: ");
	page_add_time(out, now, true);
	buffer_add_string(out, "</title><line class=\"now\" x1=\"");
	page_add_percent(out, place);
	buffer_add_string(out, "\" x2=\"");
	page_add_percent(out, place);
	buffer_addf(out, "\" y1=\"%d\" y2=\"%d\"/>", TOP - 8, BASE);
	page_add_tick_text(out, place, " now", TOP - 12, "now");
	buffer_add_string(out, "</g>\n");
}

/* ---- the section ----------------------------------------------------------------------- */

/* What the chart shows, in a sentence. */
static void
page_add_outline(struct buffer *out, const struct page_chart *chart)
{
	uint64_t most = timeline_bin_jobs(chart->timeline, chart->fullest);

	html_add_count(out, chart->all);
	buffer_add_string(out, chart->all == 1 ? " job. Each bar is " : " jobs. Each bar is ");
	page_add_span(out, chart->timeline->span);
	buffer_add_string(out, ". The fullest is ");
	page_add_range(out, chart->timeline, chart->fullest);
	buffer_add_string(out, ", with ");
	html_add_count(out, most);
	buffer_add_string(out, most == 1 ? " job." : " jobs.");
}

static void
page_add_chart(struct buffer *out, const struct page_chart *chart)
{
	buffer_add_string(out,
	    "<svg class=\"chart\" role=\"img\">\n<title>" PAGE_TIMELINE_TITLE "</title>\n<desc>");
	page_add_outline(out, chart);
	buffer_add_string(out, "</desc>\n");
	for (size_t i = 0; i < chart->timeline->series_count; i++)
		if (chart->jobs[i] > 0)
			page_add_fill(out, chart, i);
	page_add_lines(out, chart);
	page_add_bars(out, chart);
	page_add_ticks(out, chart);
	page_add_now(out, chart);
	buffer_add_string(out, "</svg>\n");
}

static void
page_add_bin_row(struct buffer *out, const struct page_chart *chart, size_t bin)
{
	buffer_add_string(out, "<tr><th scope=\"row\" class=\"word\">");
	page_add_range(out, chart->timeline, bin);
	buffer_add_string(out, "</th>");
	for (size_t i = chart->timeline->series_count; i-- > 0;) {
		uint64_t jobs = chart->timeline->counts[bin][i];

		if (chart->jobs[i] == 0)
			continue;
		buffer_addf(out, "<td class=\"count%s\">", jobs == 0 ? " zero" : "");
		html_add_count(out, jobs);
		buffer_add_string(out, "</td>");
	}
	buffer_add_string(out, "</tr>\n");
}

/* The same for people who do not see the chart, and for those who want its numbers. */
static void
page_add_bins(struct buffer *out, const struct page_chart *chart)
{
	buffer_add_string(out, "<details>\n<summary>The same as a table</summary>\n");
	page_begin_scroll(out, PAGE_TIMELINE_TITLE ", as a table");
	buffer_add_string(out,
	    "<table>\n<caption>Jobs by due time. Times without jobs are left out."
	    "</caption>\n<thead><tr>");
	page_add_column(out, "Due", PAGE_WORD);
	for (size_t i = chart->timeline->series_count; i-- > 0;)
		if (chart->jobs[i] > 0)
			page_add_column(out, chart->timeline->series[i].label, PAGE_COUNT);
	buffer_add_string(out, "</tr></thead>\n<tbody>\n");
	for (size_t bin = 0; bin < chart->timeline->bins; bin++)
		if (timeline_bin_jobs(chart->timeline, bin) > 0)
			page_add_bin_row(out, chart, bin);
	buffer_add_string(out, "</tbody>\n</table>\n");
	page_end_scroll(out);
	buffer_add_string(out, "</details>\n");
}

void
page_add_timeline(struct buffer *out, const struct timeline *timeline)
{
	struct page_chart chart;

	page_chart_init(&chart, timeline);
	if (chart.all == 0)
		return;
	page_begin_section(out, "timeline", PAGE_TIMELINE_TITLE, true);
	buffer_add_string(out, "<p class=\"note\">");
	page_add_outline(out, &chart);
	buffer_add_string(out, "</p>\n");
	page_add_legend(out, &chart);
	page_add_chart(out, &chart);
	page_add_bins(out, &chart);
	page_end_section(out);
}
