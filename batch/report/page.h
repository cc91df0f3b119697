#ifndef BATCH_REPORT_PAGE_H
#define BATCH_REPORT_PAGE_H

#include "buffer.h"
#include "report/timeline.h"

/*
 * A report as one page of HTML, for people who were not there: it needs no other file, no network
 * and no script. It is written from this struct alone; nothing here reads a database or a clock.
 *
 * All texts are NUL-terminated and may hold anything (write/html.h). They and the arrays belong to
 * the caller and are needed for the call alone. A text that may be missing is NULL. Words and
 * labels are those of the program, in English; names, values and cells are of the data.
 */

/* A page is shorter than this, whatever the data: rows are left out where there is no room. */
#define PAGE_BYTES 1000000
/* The characters of a text, and of a label or word, that are written: longer ones are cut and end
 * in U+2026. */
#define PAGE_TEXT 300
#define PAGE_LABEL 60
/* The rows of the table of jobs that are written. */
#define PAGE_JOBS 1000

/* Of a page, each of these at most; more are left out. */
#define PAGE_FACTS 24
#define PAGE_NUMBERS 32
#define PAGE_CHANGES 16
#define PAGE_TABLES 12
#define PAGE_COLUMNS 16

/* What the page is about: `Database`, `Made`, and of a run `Reference`, `Operator`, ... */
struct page_fact {
	const char *label;
	const char *value; /* NULL: the fact is left out */
};

struct page_number {
	const char *label;
	uint64_t count; /* 0 has no tone: that no job failed is no bad news */
	enum tone tone;
};

struct page_change {
	const char *word; /* new, worse, ... */
	uint64_t count;
};

/* How the cells of a column are written, and which members of a cell it has. */
enum page_column_kind {
	PAGE_NAME,  /* text: a name or a sentence, of any length */
	PAGE_WORD,  /* text: a word or a time, on one line */
	PAGE_TONED, /* text and tone: a word with the mark of its tone, on one line */
	PAGE_COUNT, /* count: on the right */
};

struct page_column {
	const char *label;
	enum page_column_kind kind;
};

struct page_cell {
	const char *text; /* NULL: empty */
	uint64_t count;
	enum tone tone;
};

struct page_table {
	const char *title;   /* the heading of its section */
	const char *caption; /* a sentence about what is counted, and in which order */
	const char *none; /* a sentence in place of a table without rows; NULL: "There are none." */

	const struct page_column *columns;
	size_t column_count;           /* from 1 */
	size_t row_header;             /* the index of the column whose cells name the rows */
	const struct page_cell *cells; /* row by row */
	size_t row_count;              /* rows of cells */
	uint64_t total;                /* rows that there are; less than row_count: as many */
	bool wide;                     /* it needs the whole width of a page; else half */
};

struct page {
	const char *title;
	const struct page_fact *facts;
	size_t fact_count;

	enum tone tone;       /* TONE_BAD: somebody must act now */
	const char *sentence; /* whether somebody must act, and on what */

	/* Each is left out where there is none of it. */
	const struct page_number *numbers;
	size_t number_count;
	const struct page_change *changes;
	size_t change_count;
	const char *changed_since; /* what the changes are measured against: a file, a time */
	const struct timeline *timeline;
	const struct page_table *tables; /* causes, containers, machines */
	size_t table_count;

	/* The last table, of at most PAGE_JOBS rows; NULL: left out. `total` says how many there
	 * are. */
	const struct page_table *jobs;
	const char *report; /* the file that has the whole report */
};

/*
 * Adds the page to a buffer that is empty. -1 and err: ERROR_STORAGE, there is no memory; the
 * buffer then holds a part. It takes memory for three times PAGE_BYTES at
 * most.
 */
int page_write(const struct page *, struct buffer *, struct error *);

#endif
