/* Lines of safe text that scroll: details, events, help. Built by pure functions, wrapped to a width,
 * drawn as it is. */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include <stddef.h>
#include "base/arena.h"
#include "ui/draw.h"

enum { PAGE_LABEL = 15 };        /* columns of the label, with the blanks behind it */

struct page_line {               /* texts belong to the page */
	enum style style;        /* of the text */
	const char *label;       /* in front of the text, or "" */
	const char *text;
	const char *note;        /* at the right edge: where it was read; or "" */
};

struct page {                    /* a zeroed struct is an empty page; page_done frees */
	struct arena arena;
	struct page_line *lines; /* every line fits in `width` */
	size_t count, cap;
	size_t top;              /* the first visible line */
	unsigned width;
};

void page_done(struct page *p);
void page_clear(struct page *p, unsigned width);         /* empties it, keeps `top` */

void page_add_blank(struct page *p);
void page_add_title(struct page *p, const char *text);
void page_add_text(struct page *p, enum style style, const char *text);
/* Label, text (wrapped beside the label) and note. Nothing when `text` is NULL or "". */
void page_add_fact(struct page *p, enum style style, const char *label, const char *text, const char *note);

void page_scroll(struct page *p, long lines, unsigned height);   /* clamped: the last screen is full */
void page_draw(const struct page *p, struct canvas *c, struct rect area);

#endif
