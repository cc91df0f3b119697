#include "report/page_private.h"

#include "write/html.h"

void
page_add_mark(struct buffer *out, enum tone tone)
{
	buffer_addf(out,
	    "<svg class=\"mark %s\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
	    "<path d=\"%s\"/></svg>",
	    tone_word(tone), tone_mark(tone));
}

void
page_begin_section(struct buffer *out, const char *id, const char *title, bool wide)
{
	buffer_addf(out, "<section id=\"%s\"%s aria-labelledby=\"%s-title\">\n", id,
	    wide ? " class=\"wide\"" : "", id);
	buffer_addf(out, "<h2 id=\"%s-title\">", id);
	html_add_text(out, title, PAGE_LABEL);
	buffer_add_string(out, "</h2>\n");
}

void
page_end_section(struct buffer *out)
{
	buffer_add_string(out, "</section>\n");
}

void
page_begin_scroll(struct buffer *out, const char *label)
{
	buffer_add_string(
	    out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
	html_add_text(out, label, PAGE_TEXT);
	buffer_add_string(out, "\">\n");
}

void
page_end_scroll(struct buffer *out)
{
	buffer_add_string(out, "</div>\n");
}

/* Most cells are names: these have no class, for a page has thousands of them. */
static const char *const page_column_classes[] = {[PAGE_NAME] = "",
    [PAGE_WORD] = " class=\"word\"",
    [PAGE_TONED] = " class=\"word\"",
    [PAGE_COUNT] = " class=\"count\""};

const char *
page_column_class(enum page_column_kind kind)
{
	return page_column_classes[kind];
}

void
page_add_column(struct buffer *out, const char *label, enum page_column_kind kind)
{
	buffer_addf(out, "<th scope=\"col\"%s>", page_column_class(kind));
	html_add_text(out, label, PAGE_LABEL);
	buffer_add_string(out, "</th>");
}
