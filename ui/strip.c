/* Owns how the sentences about the selected row are laid over few or many lines: one each while there is
 * room, what is left shares the last line. Refuses to word them (describe.c). */
#include "ui/strip.h"

#include "base/text.h"
#include "ui/describe.h"
#include "ui/focus.h"

enum { SENTENCES_MAX = 8 };

/* Goes on in the next line while there are spare ones; returns the lines that were used. */
static unsigned draw_wrapped(struct canvas *c, struct rect area, unsigned y, enum style style,
			     const char *text, unsigned spare)
{
	unsigned first = y, columns = area.width > 1 ? area.width - 1 : 1;

	for (; spare && text_width(text) > columns; spare--) {
		struct buf line = { 0 };
		size_t len = text_wrap(text, columns);

		buf_add(&line, text, len);
		draw_text(c, area, 1, y++, style, buf_string(&line));
		buf_done(&line);
		text += len;
		while (*text == ' ')
			text++;
	}
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
	const struct subject about = focus_subject(app);
	struct buf lines[SENTENCES_MAX] = { 0 };
	unsigned count, y = 0;

	if (!about.row || !about.snapshot || !area.height)
		return;
	count = collect(lines, area.height, &about);
	for (unsigned i = 0; i < count; i++)
		y += draw_wrapped(c, area, y, i ? STYLE_NORMAL : STYLE_STRONG, buf_string(&lines[i]),
				  area.height - y - (count - i));
	for (unsigned i = 0; i < SENTENCES_MAX; i++)
		buf_done(&lines[i]);
}
