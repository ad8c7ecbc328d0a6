/* Owns where clicks and turns of the wheel go. Refuses to do what a key does: it says which key it would
 * be. */
#include "ui/pointing.h"

#include "ui/cursor.h"
#include "ui/dialogbox.h"
#include "ui/focus.h"
#include "ui/keyline.h"
#include "ui/linktable.h"
#include "ui/sorting.h"

enum { DOUBLE_CLICK_MS = 400 };

static bool is_in(const struct app *app, enum region region, const struct input *input)
{
	return geometry_contains(app->layout.regions[region], input->x, input->y);
}

static uint32_t click_hint(const struct app *app, const struct input *input)
{
	return is_in(app, REGION_KEYS, input) ? keyline_key_at(app, app->layout.screen.width, input->x) : 0;
}

/* Beside a menu a click means that nothing of it was wanted. */
static uint32_t click_menu(struct app *app, const struct input *input)
{
	size_t index = 0;

	if (is_in(app, REGION_KEYS, input))
		return click_hint(app, input);
	switch (menu_at(&app->menu, geometry_menu_area(&app->layout), input->x, input->y, &index)) {
	case MENU_OUTSIDE:
		return INPUT_ESCAPE;
	case MENU_ITEM:
		app->menu.chosen = index;
		return app->menu.has_checks ? ' ' : INPUT_ENTER;
	default:
		return 0;
	}
}

static void click_title(struct app *app, unsigned at)
{
	enum link_column_id link;

	if (app->view == VIEW_CONNECTIONS) {
		if (linktable_column_at(app, app->layout.regions[REGION_HEAD].width, at, &link))
			sorting_links(app, link);
		return;
	}
	for (unsigned i = 0, x = 0; i < app->column_count; x += app->column_widths[i++] + 1u) {
		if (at < x || at >= x + app->column_widths[i] || app->shown_columns[i]->is_sign)
			continue;
		sorting_rows(app, app->shown_columns[i]);
		return;
	}
}

struct list {
	size_t top, count;
};

static struct list list_of(const struct app *app)
{
	if (app->view == VIEW_EVENTS)
		return (struct list){ app->eventlog.window.top, app->eventlog.count };
	if (app->view == VIEW_CONNECTIONS)
		return (struct list){ app->links.window.top, app->links.count };
	return (struct list){ app->top, app->tree.count };
}

/* The second click on a row, soon after the first, is Enter. */
static uint32_t click_row(struct app *app, unsigned y, int64_t at_ms)
{
	int64_t since_ms = at_ms - app->clicked_ms;
	size_t before = cursor_line(app);
	struct list list = list_of(app);
	size_t index = list.top + y;

	if (index >= list.count)
		return 0;
	cursor_select(app, index);
	app->clicked_ms = at_ms;
	if (index != before || since_ms > DOUBLE_CLICK_MS)
		return 0;
	app->clicked_ms = 0;
	return keymap_key(app->keys, focus_context(app),
			  app->view == VIEW_EVENTS ? COMMAND_JUMP : COMMAND_DETAILS);
}

static uint32_t click_view(struct app *app, const struct input *input)
{
	enum region body = focus_is_table(app) ? REGION_TABLE : REGION_PAGE;

	if (focus_is_table(app) && is_in(app, REGION_HEAD, input))
		click_title(app, input->x);
	else if (focus_has_cursor(app) && is_in(app, body, input))
		return click_row(app, input->y - app->layout.regions[body].y, input->at_ms);
	return click_hint(app, input);
}

static void turn(struct app *app, const struct input *input)
{
	enum command step = input->scroll < 0 ? COMMAND_UP : COMMAND_DOWN;

	switch (app->overlay) {
	case OVERLAY_NONE:
	case OVERLAY_FILTER:
		if (is_in(app, REGION_ASIDE, input))
			cursor_scroll_aside(app, input->scroll);
		else
			cursor_scroll(app, input->scroll);
		break;
	case OVERLAY_KILL:
		dialog_command(&app->dialog, input->scroll < 0 ? COMMAND_PREVIOUS : COMMAND_NEXT);
		break;
	default:
		menu_move(&app->menu, step, geometry_menu_area(&app->layout).height);
	}
}

uint32_t pointing_apply(struct app *app, const struct input *input)
{
	app->is_dirty = true;
	if (input->kind == INPUT_WHEEL) {
		turn(app, input);
		return 0;
	}
	switch (app->overlay) {
	case OVERLAY_NONE:
		return click_view(app, input);
	case OVERLAY_FILTER:
		return 0;
	case OVERLAY_KILL:
		return dialogbox_click(&app->dialog, app->layout.screen, input->x, input->y);
	default:
		return click_menu(app, input);
	}
}
