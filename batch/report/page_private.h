#ifndef BATCH_REPORT_PAGE_PRIVATE_H
#define BATCH_REPORT_PAGE_PRIVATE_H

#include "report/page.h"

/* For page*.c alone: the parts of a page. Each adds its HTML; the buffer keeps a failure. */

/* The content of the style element. */
void page_add_style(struct buffer *);

/* The mark of a tone, in its colour. It says nothing to a screen reader. */
void page_add_mark(struct buffer *, enum tone);

/* Begins a section with its heading. The id is a word of the program's. Among tables a section that
 * is not wide is beside another one. */
void page_begin_section(struct buffer *, const char *id, const char *title, bool wide);
void page_end_section(struct buffer *);

/* Begins a part that is scrolled sideways where it is too wide, also by the keyboard. */
void page_begin_scroll(struct buffer *, const char *label);
void page_end_scroll(struct buffer *);

/* The attribute of the cells of a column, with a blank before it, or ""; and a cell of a header of
 * columns. */
const char *page_column_class(enum page_column_kind);
void page_add_column(struct buffer *, const char *label, enum page_column_kind);

/* A section with a table. Rows are added up to `limit` bytes of the buffer, and to `most`. The
 * file with the whole report is NULL where the section does not name it. */
struct page_table_place {
	const char *id;
	size_t most;
	size_t limit;
	const char *report;
};
void page_add_table(struct buffer *, const struct page_table *, const struct page_table_place *);

/* The section of a timeline in which jobs were counted. */
void page_add_timeline(struct buffer *, const struct timeline *);

#define PAGE_NUMBERS_TITLE "Numbers"
#define PAGE_CHANGES_TITLE "What changed"
#define PAGE_TIMELINE_TITLE "Jobs by due time"

#endif
