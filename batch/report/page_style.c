#include "report/page_private.h"
#include "report/palette.h"

static const char page_light[] =
#define PAGE_LIGHT(name, light, dark) "--" #name ":" light ";"
    PALETTE_LIST(PAGE_LIGHT);
#undef PAGE_LIGHT

static const char page_dark[] =
#define PAGE_DARK(name, light, dark) "--" #name ":" dark ";"
    PALETTE_LIST(PAGE_DARK);
#undef PAGE_DARK

/* The rules: page.css, without its comments. */
static const char page_rules[] =
#include "page.inc"
    ;

/* Paper is light, whatever the screen is. */
void
page_add_style(struct buffer *out)
{
	buffer_addf(out, ":root{color-scheme:light dark;%s}\n", page_light);
	buffer_addf(out, "@media screen and (prefers-color-scheme:dark){:root{%s}}\n", page_dark);
	buffer_add_string(out, page_rules);
}
