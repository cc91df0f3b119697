#ifndef TESTS_REPORT_PAGE_FIXTURE_H
#define TESTS_REPORT_PAGE_FIXTURE_H

#include "report/page.h"

#include "scratch.h"

/* Pages as `reconcile`, `check` and `apply` give them, made without a database. */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define AT(day, hour, minute) \
	((INT64_C(1795737600) + ((day)*24 + (hour)) * INT64_C(3600) + (minute)*60) * 1000)

/* Text that breaks a page which does not escape it, or turns the order of others round. */
#define HOSTILE                                                                               \
	"</td><script>alert('x')</script>&amp;\" onmouseover=\"x\x01\x1b[31m\xff\xe2\x80\xae" \
	"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"

static const struct timeline_series fixture_series[] = {
    {"failed", TONE_BAD},
    {"not-deployed", TONE_BAD},
    {"overdue", TONE_BAD},
    {"unverified", TONE_PENDING},
    {"scheduled", TONE_PENDING},
    {"acknowledged", TONE_SETTLED},
    {"deployed", TONE_WELL},
};

/* A window of four hours, in which most goes well. */
static inline struct timeline *
fixture_window(void)
{
	static struct timeline timeline;

	timeline = (struct timeline){
	    .series = fixture_series, .series_count = LENGTH(fixture_series), .now = AT(0, 3, 40)};
	for (int minute = 0; minute < 240; minute += 5) {
		int64_t due = AT(0, 1, minute);
		uint64_t jobs = (uint64_t)(90 + (minute * 37) % 61);

		timeline_add(&timeline, minute < 160 ? 6 : 4, due, jobs);
		if (minute % 35 == 0 && minute < 160)
			timeline_add(&timeline, 0, due, 1 + (uint64_t)minute / 20);
		if (minute > 60 && minute < 100)
			timeline_add(&timeline, 1, due, 31);
		if (minute > 130 && minute < 160)
			timeline_add(&timeline, 2, due, 12);
		if (minute > 80 && minute < 160)
			timeline_add(&timeline, 3, due, 22);
		if (minute % 50 == 0 && minute < 160)
			timeline_add(&timeline, 5, due, 9);
	}
	return &timeline;
}

static const struct page_fact fixture_facts[] = {
    {"Database", "/var/lib/pfxreplace/inventory.db"},
    {"Made", "2026-11-27T06:00:12Z"},
    {"Run", "17"},
    {"Reference", "CHG-20413"},
    {"Operator", "m.keller"},
    {"Window", "2026-11-27T01:00:00Z to 2026-11-27T05:00:00Z"},
    {"Started", "2026-11-26T16:02:31Z"},
    {"Manifest", "renewals-2026-11.csv"},
    {"SHA-256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    {"Missing", NULL},
};

static const struct page_number fixture_numbers[] = {
    {"deployed", 2003614, TONE_WELL},
    {"replaced", 0, TONE_WELL},
    {"scheduled", 1896, TONE_PENDING},
    {"unverified", 330, TONE_PENDING},
    {"failed", 34, TONE_BAD},
    {"not-deployed", 217, TONE_BAD},
    {"overdue", 60, TONE_BAD},
    {"missing", 0, TONE_BAD},
    {"acknowledged", 36, TONE_SETTLED},
    {"expired-in-use", 2, TONE_BAD},
};

static const struct page_change fixture_changes[] = {
    {"new", 41}, {"worse", 7}, {"better", 112}, {"same", 263}, {"gone", 0}};

static const struct page_column cause_columns[] = {{"Cause", PAGE_NAME}, {"Verdict", PAGE_TONED},
    {"Jobs", PAGE_COUNT}, {"For example", PAGE_NAME}};
static const struct page_cell cause_cells[] = {
    {.text = "The old certificate is still there."},
    {.text = "not-deployed", .tone = TONE_BAD},
    {.count = 217},
    {.text = "web-011:/etc/nginx/tls/shop.pem, web-012:/etc/nginx/tls/shop.pem, "
	     "web-013:/etc/nginx/tls/shop.pem"},
    {.text = "The agent has reported nothing since the job was due."},
    {.text = "overdue", .tone = TONE_BAD},
    {.count = 60},
    {.text = "mail-2:/etc/postfix/tls, mail-3:/etc/postfix/tls"},
    {.text = "The agent reported: access to the key file is denied."},
    {.text = "failed", .tone = TONE_BAD},
    {.count = 31},
    {.text = "iis-04:My, iis-07:My, iis-09:WebHosting"},
    {.text = "No inventory is newer than the end of the job."},
    {.text = "unverified", .tone = TONE_PENDING},
    {.count = 330},
    {.text = "lb-1:/config/ssl/ssl.crt, lb-2:/config/ssl/ssl.crt"},
};

static const struct page_column place_columns[] = {{"Container", PAGE_NAME}, {"Jobs", PAGE_COUNT},
    {"Well", PAGE_COUNT}, {"Under way", PAGE_COUNT}, {"Not well", PAGE_COUNT}};
static const struct page_cell container_cells[] = {
    {.text = "Web shop, production"},
    {.count = 2410},
    {.count = 1502},
    {.count = 691},
    {.count = 217},
    {.text = "Mail"},
    {.count = 1204},
    {.count = 802},
    {.count = 342},
    {.count = 60},
    {.text = "Windows servers"},
    {.count = 1770},
    {.count = 1002},
    {.count = 734},
    {.count = 34},
    {.text = "\xd7\xa9\xd7\xa8\xd7\xaa\xd7\x99 \xd7\x91\xd7\x93\xd7\x99\xd7\xa7\xd7\x94 (test)"},
    {.count = 803},
    {.count = 344},
    {.count = 459},
    {.count = 0},
};
static const struct page_column machine_columns[] = {{"Machine", PAGE_NAME}, {"Jobs", PAGE_COUNT},
    {"Well", PAGE_COUNT}, {"Under way", PAGE_COUNT}, {"Not well", PAGE_COUNT}};
static const struct page_cell machine_cells[] = {
    {.text = "web-011.shop.example.net"},
    {.count = 120},
    {.count = 48},
    {.count = 0},
    {.count = 72},
    {.text = "web-012.shop.example.net"},
    {.count = 120},
    {.count = 50},
    {.count = 0},
    {.count = 70},
    {.text = "mail-2.example.net"},
    {.count = 64},
    {.count = 20},
    {.count = 4},
    {.count = 40},
    {.text = "iis-04.corp.example.net"},
    {.count = 12},
    {.count = 1},
    {.count = 0},
    {.count = 11},
    {.text = "lb-1.dmz.example.net"},
    {.count = 9},
    {.count = 3},
    {.count = 6},
    {.count = 0},
};

static const struct page_table fixture_tables[] = {
    {.title = "Causes",
	.caption = "Why jobs are not well, the most frequent first.",
	.columns = cause_columns,
	.column_count = LENGTH(cause_columns),
	.cells = cause_cells,
	.row_count = LENGTH(cause_cells) / LENGTH(cause_columns),
	.wide = true},
    {.title = "Containers",
	.caption = "Those with the most jobs that are not well first.",
	.columns = place_columns,
	.column_count = LENGTH(place_columns),
	.cells = container_cells,
	.row_count = LENGTH(container_cells) / LENGTH(place_columns)},
    {.title = "Machines",
	.caption = "Those with the most jobs that are not well first.",
	.columns = machine_columns,
	.column_count = LENGTH(machine_columns),
	.cells = machine_cells,
	.row_count = LENGTH(machine_cells) / LENGTH(machine_columns),
	.total = 212},
};

static const struct page_column job_columns[] = {{"Verdict", PAGE_TONED}, {"Store", PAGE_NAME},
    {"Machine", PAGE_NAME}, {"Alias", PAGE_NAME}, {"Container", PAGE_NAME},
    {"New certificate", PAGE_NAME}, {"Due", PAGE_WORD}, {"Run", PAGE_COUNT},
    {"What was seen", PAGE_NAME}};

#define FIXTURE_JOBS 1000
static struct page_cell fixture_jobs_cells[FIXTURE_JOBS][LENGTH(job_columns)];
static char fixture_jobs_texts[FIXTURE_JOBS][2][96];

static inline const struct page_table *
fixture_jobs(size_t rows)
{
	static const struct page_table table = {.title = "Jobs that are not well",
	    .caption = "By verdict, then by due time, the oldest first.",
	    .columns = job_columns,
	    .column_count = LENGTH(job_columns),
	    .row_header = 1,
	    .cells = fixture_jobs_cells[0],
	    .total = 2641,
	    .wide = true};
	static struct page_table jobs;

	for (size_t i = 0; i < rows && i < FIXTURE_JOBS; i++) {
		char(*texts)[96] = fixture_jobs_texts[i];
		struct page_cell *cells = fixture_jobs_cells[i];

		snprintf(texts[0], sizeof(texts[0]),
		    "/etc/nginx/tls/customers/shop-%03zu/production/fullchain.pem", i);
		snprintf(texts[1], sizeof(texts[1]), "web-%03zu.shop.example.net", i % 97);
		cells[0] = (struct page_cell){.text = "not-deployed", .tone = TONE_BAD};
		cells[1] = (struct page_cell){.text = texts[0]};
		cells[2] = (struct page_cell){.text = texts[1]};
		cells[3] = (struct page_cell){.text = "4A7D1ED414474E4033AC29CCB8653D9B1F2C3D4E"};
		cells[4] = (struct page_cell){.text = "Web shop, production"};
		cells[5] = (struct page_cell){.text = "CN=shop.example.net,O=Example AG,C=CH"};
		cells[6] = (struct page_cell){.text = "2026-11-27T02:15:00Z"};
		cells[7] = (struct page_cell){.count = 17};
		cells[8] = (struct page_cell){
		    .text =
			"the old certificate is still there: inventory of 2026-11-27T04:10:00Z"};
	}
	jobs = table;
	jobs.row_count = rows;
	return &jobs;
}

/* A night after which somebody must act. */
static inline struct page
fixture_night(void)
{
	return (struct page){
	    .title = "Reconciliation of run 17, CHG-20413",
	    .facts = fixture_facts,
	    .fact_count = LENGTH(fixture_facts),
	    .tone = TONE_BAD,
	    .sentence = "311 jobs are not well: 217 not-deployed, 60 overdue, 34 failed.",
	    .numbers = fixture_numbers,
	    .number_count = LENGTH(fixture_numbers),
	    .changes = fixture_changes,
	    .change_count = LENGTH(fixture_changes),
	    .changed_since = "reports/2026-11-26.csv",
	    .timeline = fixture_window(),
	    .tables = fixture_tables,
	    .table_count = LENGTH(fixture_tables),
	    .jobs = fixture_jobs(FIXTURE_JOBS),
	    .report = "/var/lib/pfxreplace/reports/2026-11-27.csv",
	};
}

#endif
