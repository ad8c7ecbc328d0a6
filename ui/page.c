/* Owns wrapping and scrolling of lines. Refuses to know what they say. */
#include "ui/page.h"

#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "base/text.h"

void page_done(struct page *p)
{
	arena_done(&p->arena);
	free(p->lines);
	*p = (struct page){ 0 };
}

void page_clear(struct page *p, unsigned width)
{
	arena_reset(&p->arena);
	p->count = 0;
	p->width = width;
}

static void add_line(struct page *p, enum style style, const char *label, struct slice text, const char *note)
{
	ARRAY_PUSH(p->lines, p->count, p->cap) = (struct page_line){
		.style = style,
		.label = label,
		.text = arena_string(&p->arena, text),
		.note = note,
	};
}

void page_add_blank(struct page *p)
{
	add_line(p, STYLE_NORMAL, "", slice_of(""), "");
}

void page_add_title(struct page *p, const char *text)
{
	if (p->count)
		page_add_blank(p);
	add_line(p, STYLE_STRONG, "", slice_of(text), "");
}

/* The note stands behind the last line of the text, or on a line of its own where there is no room. */
static void add_wrapped(struct page *p, enum style style, const char *label, const char *text,
			const char *note)
{
	unsigned before = *label ? PAGE_LABEL : 0;
	unsigned columns = p->width > before + 1 ? p->width - before : 1;

	label = arena_string(&p->arena, slice_of(label));
	note = arena_string(&p->arena, slice_of(note));
	for (;;) {
		size_t len = text_wrap(text, columns);
		bool is_last = !text[len];
		bool fits = text_width(text) + text_width(note) + 2 <= columns;

		add_line(p, style, label, (struct slice){ text, len }, is_last && fits ? note : "");
		if (is_last && !fits && *note)
			add_line(p, style, before ? " " : "", slice_of(""), note);
		if (is_last)
			return;
		text += len;
		while (*text == ' ')
			text++;
		label = before ? " " : "";
	}
}

void page_add_text(struct page *p, enum style style, const char *text)
{
	add_wrapped(p, style, "", text, "");
}

void page_add_fact(struct page *p, enum style style, const char *label, const char *text, const char *note)
{
	if (text && *text)
		add_wrapped(p, style, label, text, note);
}

void page_scroll(struct page *p, long lines, unsigned height)
{
	size_t last = p->count > height ? p->count - height : 0;

	if (lines < 0)
		p->top -= p->top < (size_t)-lines ? p->top : (size_t)-lines;
	else
		p->top += (size_t)lines;
	if (p->top > last)
		p->top = last;
}

void page_draw(const struct page *p, struct canvas *c, struct rect area)
{
	for (unsigned y = 0; y < area.height && p->top + y < p->count; y++) {
		const struct page_line *line = &p->lines[p->top + y];
		unsigned note = text_width(line->note);

		draw_text(c, area, 0, y, STYLE_DIM, line->label);
		draw_text(c, area, *line->label ? PAGE_LABEL : 0, y, line->style, line->text);
		if (note < area.width)
			draw_text(c, area, area.width - note, y, STYLE_DIM, line->note);
	}
}
