/* Owns the header line: host and counts on the left, interval and clock on the right; what does not fit is
 * left out from the right of the counts. Refuses to count (state.c). */
#include "ui/header.h"

#include "base/clock.h"
#include "base/text.h"
#include "ui/describe.h"

enum { CLOCK_FROM_WIDTH = 40, INTERVAL_FROM_WIDTH = 60, BETWEEN = 3 };

/* In the order in which they are worth knowing. */
static const struct {
	enum mark mark;
	enum style style;
	const char *word;
} shown[] = {
	{ MARK_EXPOSED, STYLE_WARNING, "exposed" },
	{ MARK_STOPPED, STYLE_WARNING, "stopped" },
	{ MARK_FROZEN, STYLE_WARNING, "frozen" },
	{ MARK_FULL, STYLE_WARNING, "full" },
	{ MARK_BOUND, STYLE_WARNING, "bound" },
	{ MARK_DELETED, STYLE_NORMAL, "deleted" },
	{ MARK_LEFTOVER, STYLE_NORMAL, "leftover" },
};

static unsigned draw_right(const struct app *app, struct canvas *c, struct rect area)
{
	enum style style = app->is_paused ? STYLE_WARNING : STYLE_NORMAL;
	struct buf text = { 0 };
	unsigned width;

	if (app->is_replay)
		buf_add_string(&text, "replay  ");
	if (app->is_read_only)
		buf_add_string(&text, "read-only  ");
	if (app->is_paused)
		buf_add_string(&text, "paused");
	if (app->is_paused && app->missed)
		buf_printf(&text, ": %zu change%s since", app->missed, app->missed == 1 ? "" : "s");
	if (app->is_paused)
		buf_add_string(&text, "  ");
	else if (area.width >= INTERVAL_FROM_WIDTH)
		buf_printf(&text, "%gs  ", app->interval_ms / 1000.0);
	if (app->now_ms)
		clock_add_time(&text, app->now_ms);
	width = text_width(buf_string(&text));
	if (area.width < CLOCK_FROM_WIDTH || width > area.width)
		width = 0;
	else
		draw_text(c, area, area.width - width, 0, style, buf_string(&text));
	buf_done(&text);
	return width;
}

/* One count, whole or not at all. */
static unsigned draw_count(struct canvas *c, struct rect area, unsigned x, enum style style, unsigned count,
			   const char *word, const char *before)
{
	struct buf text = { 0 };
	unsigned width;

	buf_printf(&text, "%u %s", count, word);
	width = text_width(before) + text_width(buf_string(&text));
	if (x + width > area.width) {
		buf_done(&text);
		return area.width;
	}
	x += draw_text(c, area, x, 0, STYLE_NORMAL, before);
	x += draw_text(c, area, x, 0, style, buf_string(&text));
	buf_done(&text);
	return x;
}

/* How many machines there are, and how many of them are not heard. */
static unsigned draw_hosts(const struct app *app, struct canvas *c, struct rect area, unsigned x)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);
	unsigned silent = 0;

	if (!s || !s->host_count)
		return x;
	for (size_t i = 0; i < s->host_count; i++)
		silent += s->hosts[i].trouble != NULL;
	x = draw_count(c, area, x, STYLE_NORMAL, (unsigned)s->host_count, "machines", DOT);
	return silent ? draw_count(c, area, x, STYLE_WARNING, silent, "not heard", DOT) : x;
}

void header_draw(const struct app *app, struct canvas *c, struct rect area)
{
	unsigned x;
	unsigned right = draw_right(app, c, area);

	area.width -= right ? right + 1 : 0;
	x = draw_text(c, area, 0, 0, STYLE_STRONG, "lotop") + 2;
	x += draw_text(c, area, x, 0, STYLE_NORMAL, app->host) + BETWEEN;
	if (!app->now_ms)
		return;
	x = draw_count(c, area, x, STYLE_NORMAL, app->counts.listening, "listening", "");
	if (app->counts.elsewhere)
		x = draw_count(c, area, x, STYLE_NORMAL, app->counts.elsewhere, "in other namespaces", DOT);
	x = draw_hosts(app, c, area, x);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		unsigned count = app->counts.marked[shown[i].mark];

		if (count)
			x = draw_count(c, area, x, shown[i].style, count, shown[i].word, DOT);
	}
}
