/* Owns how the sentences about the selected row are laid over few or many lines: one each while there is
 * room, what is left shares the last line. Refuses to word them (describe.c). */
#include "ui/strip.h"

#include <string.h>
#include "base/text.h"
#include "ui/describe.h"
#include "ui/focus.h"

#define MARK_CUT " \u2026"

enum { SENTENCES_MAX = 8, MARK_WIDTH = 2 };

/* How many bytes stand on the first line: up to a dot between two things, where that leaves no gap of half a
 * line, else as many words as fit. */
static size_t first_line(const char *text, unsigned columns)
{
	size_t len = text_wrap(text, columns), found = 0, least = text_fit(text, columns / 2, NULL);

	for (const char *dot = strstr(text, DOT); dot && (size_t)(dot - text) <= len;
	     dot = strstr(dot + 1, DOT))
		found = (size_t)(dot - text);
	return found > least ? found : len;
}

static void draw_part(struct canvas *c, struct rect area, unsigned y, enum style style, const char *text,
		      size_t len, const char *end)
{
	struct buf line = { 0 };

	buf_add(&line, text, len);
	buf_add_string(&line, end);
	draw_text(c, area, 1, y, style, buf_string(&line));
	buf_done(&line);
}

/* Goes on in the next line while there are spare ones; returns the lines that were used. */
static unsigned draw_wrapped(struct canvas *c, struct rect area, unsigned y, enum style style,
			     const char *text, unsigned spare)
{
	unsigned first = y, columns = area.width > MARK_WIDTH + 1 ? area.width - 1 : MARK_WIDTH + 1;

	for (; spare && text_width(text) > columns; spare--) {
		size_t len = first_line(text, columns);

		draw_part(c, area, y++, style, text, len, "");
		text += len;
		text += strncmp(text, DOT, strlen(DOT)) ? strspn(text, " ") : strlen(DOT);
	}
	if (text_width(text) > columns)
		draw_part(c, area, y++, style, text, first_line(text, columns - MARK_WIDTH), MARK_CUT);
	else
		draw_text(c, area, 1, y++, style, text);
	return y - first;
}

/* The sentences that say something, at most one for each line. */
static unsigned collect(struct buf lines[SENTENCES_MAX], unsigned height, const struct subject *about)
{
	unsigned count = 0;

	struct buf sentence = { 0 };

	if (height > SENTENCES_MAX)
		height = SENTENCES_MAX;
	for (unsigned i = 0; describe_sentence(&sentence, about, i); i++) {
		struct buf *line = &lines[count < height ? count : height - 1];

		if (!sentence.len)
			continue;
		if (line->len)
			buf_add_string(line, DOT);
		buf_add_slice(line, buf_slice(&sentence));
		count += count < height;
		buf_clear(&sentence);
	}
	buf_done(&sentence);
	return count;
}

void strip_draw(const struct app *app, struct canvas *c, struct rect area)
{
	struct subject about = focus_subject(app);
	struct buf lines[SENTENCES_MAX] = { 0 };
	unsigned count, y = 0;

	if (!about.row || !about.snapshot || !area.height)
		return;
	about.columns = area.width > 1 ? area.width - 1 : 1;
	count = collect(lines, area.height, &about);
	for (unsigned i = 0; i < count; i++)
		y += draw_wrapped(c, area, y, i ? STYLE_NORMAL : STYLE_STRONG, buf_string(&lines[i]),
				  area.height - y - (count - i));
	for (unsigned i = 0; i < SENTENCES_MAX; i++)
		buf_done(&lines[i]);
}
