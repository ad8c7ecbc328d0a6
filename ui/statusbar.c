/* Owns the lower lines. A status stands in the rule, so that the key line stays; on a screen without a
 * rule it takes the key line's place. Refuses to know which keys there are (keyline.c). */
#include "ui/statusbar.h"

#include "base/text.h"
#include "ui/cursor.h"
#include "ui/describe.h"
#include "ui/focus.h"
#include "ui/keyline.h"

enum { MARGIN = 2 };

/* Of the project's ports; returns the columns that were used. */
static unsigned draw_missing(const struct app *app, struct canvas *c, struct rect area)
{
	const char *between = "not there: ";
	struct buf text = { 0 };
	unsigned used;

	for (size_t i = 0; app->missing && i < app->expect->count; i++) {
		if (app->is_there[i])
			continue;
		buf_printf(&text, "%s%s :%u", between, app->expect->items[i].name, app->expect->items[i].port);
		between = ", ";
	}
	used = draw_text(c, area, 1, 0, STYLE_WARNING, buf_string(&text));
	buf_done(&text);
	return used;
}

void statusbar_draw_gaps(const struct app *app, struct canvas *c, struct rect area)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);
	struct buf text = { 0 };
	size_t shown = 0;
	unsigned used;

	for (size_t i = 0; s && i < s->facts->gap_count; i++) {
		const struct gap_fact *gap = &s->facts->gaps[i];
		const char *remedy = gap_text(gap->kind)->remedy;

		if (gap->kind == GAP_OWNERS_PENDING)
			continue;
		if (shown++)
			buf_add_string(&text, DOT);
		gap_add(&text, gap);
		if (remedy)
			buf_printf(&text, "; %s", remedy);
	}
	used = draw_missing(app, c, area);
	if (used && shown)
		used += draw_text(c, area, 1 + used, 0, STYLE_DIM, DOT);
	draw_text(c, area, 1 + used, 0, STYLE_DIM, buf_string(&text));
	buf_done(&text);
}

static bool is_pending(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);

	return s && !s->facts->owners_complete;
}

/* What the table shows less or otherwise than everything by port. */
static void add_choices(struct buf *out, const struct app *app)
{
	const char *reversed = app->is_reversed ? ", reversed" : "";

	if (!column_is_natural(app->sort) || app->is_reversed)
		buf_printf(out, " by %s%s ", app->sort->name, reversed);
	if (app->show_all)
		buf_add_string(out, " all ");
	if (!app->show_leftovers)
		buf_add_string(out, " no leftovers ");
	if (app->tags.count)
		buf_printf(out, " %zu tagged ", app->tags.count);
	if (app->tree.by != GROUP_OFF)
		buf_printf(out, " grouped by %s ", grouping_name(app->tree.by));
	if (app->rows.count)
		buf_printf(out, " %zu/%zu ", cursor_line(app) + 1, app->tree.count);
}

static void add_links(struct buf *out, const struct app *app)
{
	const char *reversed = app->links.is_reversed ? ", reversed" : "";

	if (app->links.sort != LINK_SERVER || app->links.is_reversed)
		buf_printf(out, " by %s%s ", link_column_get(app->links.sort)->name, reversed);
	if (app->links.is_narrowed) {
		buf_add_string(out, " of ");
		endpoint_add(out, &app->links.listener.endpoint, NULL);
		buf_add_char(out, ' ');
	}
	if (app->links.count)
		buf_printf(out, " %zu/%zu ", app->links.window.index + 1, app->links.count);
}

static void add_events(struct buf *out, const struct app *app)
{
	if (app->show_all)
		buf_add_string(out, " all ");
	if (app->eventlog.count)
		buf_printf(out, " %zu/%zu ", app->eventlog.window.index + 1, app->eventlog.count);
}

static void add_position(struct buf *out, const struct app *app)
{
	unsigned height = focus_height(app);
	size_t last = app->page.top + height < app->page.count ? app->page.top + height : app->page.count;

	if (app->page.count > height)
		buf_printf(out, " %zu-%zu/%zu ", app->page.top + 1, last, app->page.count);
}

static size_t hidden(const struct app *app)
{
	if (app->view == VIEW_EVENTS)
		return app->eventlog.hidden;
	return app->view == VIEW_LISTENERS ? app->rows.hidden_by_query : app->links.hidden;
}

static enum style add_status(struct buf *out, const struct app *app)
{
	if (*app->status) {
		buf_printf(out, " %s ", app->status);
		return app->status_style;
	}
	if (focus_has_cursor(app) && *app->filter)
		buf_printf(out, " filter: %s" DOT "%zu hidden ", app->filter, hidden(app));
	else if (is_pending(app))
		buf_add_string(out, " looking for owners ... ");
	return STYLE_STRONG;
}

void statusbar_draw_rule(const struct app *app, struct canvas *c, struct rect area)
{
	struct buf left = { 0 }, right = { 0 };
	enum style style = add_status(&left, app);
	unsigned width;

	draw_rule(c, area, 0, STYLE_DIM);
	if (app->view == VIEW_LISTENERS)
		add_choices(&right, app);
	else if (app->view == VIEW_CONNECTIONS)
		add_links(&right, app);
	else if (app->view == VIEW_EVENTS)
		add_events(&right, app);
	else
		add_position(&right, app);
	width = text_width(buf_string(&right));
	if (right.len && text_width(buf_string(&left)) + width + 3 * MARGIN <= area.width) {
		draw_text(c, area, area.width - MARGIN - width, 0, STYLE_NORMAL, buf_string(&right));
		area.width -= MARGIN + width;
	}
	if (left.len)
		draw_text(c, area, MARGIN, 0, style, buf_string(&left));
	buf_done(&left);
	buf_done(&right);
}

void statusbar_draw_keys(const struct app *app, struct canvas *c, struct rect area)
{
	if (*app->status && !app->layout.regions[REGION_RULE].height)
		draw_text(c, area, 0, 0, app->status_style, app->status);
	else
		keyline_draw(app, c, area);
}
