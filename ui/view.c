/* Owns the table of regions. Refuses to know where they lie (geometry.c) and what they show. */
#include "ui/view.h"

#include "ui/describe.h"
#include "ui/dialogbox.h"
#include "ui/eventlog.h"
#include "ui/focus.h"
#include "ui/header.h"
#include "ui/linktable.h"
#include "ui/statusbar.h"
#include "ui/strip.h"
#include "ui/table.h"

static void draw_page(const struct app *app, struct canvas *c, struct rect area)
{
	if (app->view == VIEW_EVENTS)
		eventlog_draw(&app->eventlog, c, area);
	else
		page_draw(&app->page, c, area);
}

static void draw_subject(const struct app *app, struct canvas *c, struct rect area, unsigned x)
{
	const struct row *row = focus_row(app);
	struct buf text = { 0 };

	describe_key(&text, &app->details, row ? row->listener->device : NULL);
	buf_printf(&text, " %s", protocol_name(app->details.endpoint.protocol));
	if (!row || row->is_gone)
		buf_add_string(&text, DOT "it is gone");
	draw_text(c, area, x, 0, STYLE_HEAD, buf_string(&text));
	buf_done(&text);
}

static void draw_head(const struct app *app, struct canvas *c, struct rect area)
{
	static const char *const titles[VIEW_COUNT] = {
		[VIEW_EVENTS] = "Events", [VIEW_DETAILS] = "Details", [VIEW_WHY] = "Why",
		[VIEW_HELP] = "Help",
	};

	unsigned x;

	if (focus_is_table(app)) {
		(app->view == VIEW_LISTENERS ? table_draw_head : linktable_draw_head)(app, c, area);
		return;
	}
	draw_blank(c, area, STYLE_HEAD);
	x = 1 + draw_text(c, area, 1, 0, STYLE_HEAD, titles[app->view]);
	if (app->view == VIEW_DETAILS)
		draw_subject(app, c, area, x + 2);
}

/* In the blank column to the left of details beside the table there is a line; below the table there is the
 * rule. */
static void draw_aside(const struct app *app, struct canvas *c, struct rect area)
{
	struct rect body = { area.x + 1, area.y + 1, area.width - 1, area.height - 1 };
	size_t end = app->aside.top + body.height, count = app->aside.count;
	struct buf where = { 0 };

	if (area.x)
		draw_side(c, (struct rect){ area.x - 1, area.y, 1, area.height }, 0, STYLE_DIM);
	draw_blank(c, (struct rect){ area.x, area.y, area.width, 1 }, STYLE_HEAD);
	draw_text(c, area, 1, 0, STYLE_HEAD, "Details");
	if (count > body.height)
		buf_printf(&where, "%zu-%zu/%zu", app->aside.top + 1, end < count ? end : count, count);
	draw_text(c, area, area.width - (unsigned)where.len - 1, 0, STYLE_HEAD, buf_string(&where));
	page_draw(&app->aside, c, body);
	buf_done(&where);
}

static void draw_table(const struct app *app, struct canvas *c, struct rect area)
{
	(app->view == VIEW_LISTENERS ? table_draw : linktable_draw)(app, c, area);
}

static void draw_strip(const struct app *app, struct canvas *c, struct rect area)
{
	(app->view == VIEW_LISTENERS ? strip_draw : linktable_draw_strip)(app, c, area);
}

static void (*const regions[REGION_COUNT])(const struct app *, struct canvas *, struct rect) = {
	[REGION_HEADER] = header_draw,
	[REGION_HEAD] = draw_head,
	[REGION_TABLE] = draw_table,
	[REGION_PAGE] = draw_page,
	[REGION_GAPS] = statusbar_draw_gaps,
	[REGION_RULE] = statusbar_draw_rule,
	[REGION_STRIP] = draw_strip,
	[REGION_ASIDE] = draw_aside,
	[REGION_KEYS] = statusbar_draw_keys,
};

/* The prompt takes the last line of the screen, however small that is. */
static void draw_overlay(const struct app *app, struct canvas *c)
{
	struct rect screen = app->layout.screen;

	if (app->overlay == OVERLAY_FILTER)
		prompt_draw(&app->prompt, c, (struct rect){ 0, screen.height - 1, screen.width, 1 });
	else if (app->overlay == OVERLAY_KILL)
		dialogbox_draw(&app->dialog, c, screen);
	else if (app->overlay != OVERLAY_NONE)
		menu_draw(&app->menu, c, geometry_menu_area(&app->layout));
}

void view_draw(const struct app *app, struct canvas *c)
{
	for (unsigned i = 0; i < REGION_COUNT; i++)
		if (app->layout.regions[i].height && app->layout.regions[i].width)
			regions[i](app, c, app->layout.regions[i]);
	draw_overlay(app, c);
}
