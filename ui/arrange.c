/* Owns the menu of columns: what is in it, and what its end means for the view. Refuses to lay columns out
 * (model/column_layout, linktable.c). */
#include "ui/arrange.h"

#include <string.h>

static bool is_links(const struct app *app)
{
	return app->view == VIEW_CONNECTIONS;
}

static void add(struct app *app, unsigned id)
{
	if (is_links(app))
		menu_add(&app->menu, 0, (int)id, link_column_get(id)->title, link_column_get(id)->help);
	else
		menu_add(&app->menu, 0, (int)id, column_get(id)->title, column_get(id)->help);
}

/* The shown ones first, in their order; behind them the others. */
static void fill(struct app *app, const uint8_t *shown, unsigned count)
{
	unsigned first = is_links(app) ? 0 : COLUMN_SIGN + 1;
	unsigned all = is_links(app) ? (unsigned)LINK_COLUMN_COUNT : (unsigned)COLUMN_COUNT;

	menu_start(&app->menu, is_links(app) ? "Columns of connections" : "Columns of listeners");
	app->menu.has_checks = true;
	for (unsigned i = 0; i < count; i++) {
		if (shown[i] < first)
			continue;
		add(app, shown[i]);
		menu_check(&app->menu, shown[i], true);
	}
	for (unsigned id = first; id < all; id++)
		if (!memchr(shown, (int)id, count))
			add(app, id);
}

static void fill_usual(struct app *app)
{
	static const uint8_t links[] = {
		LINK_CLIENT, LINK_SERVER, LINK_STATE, LINK_AGE, LINK_TO_SERVER, LINK_TO_CLIENT,
	};
	uint8_t ids[COLUMN_COUNT] = { 0 };
	uint16_t widths[COLUMN_COUNT];
	unsigned count = column_layout(NULL, 0, app->layout.regions[REGION_TABLE].width, 0, ids, widths);

	if (is_links(app))
		fill(app, links, sizeof links);
	else
		fill(app, ids, count);
	app->is_menu_usual = true;
}

void arrange_open(struct app *app)
{
	app->is_menu_usual = false;
	if (is_links(app) && app->link_column_count)
		fill(app, app->link_columns, app->link_column_count);
	else if (!is_links(app) && app->chosen_columns)
		fill(app, app->columns, app->chosen_columns);
	else
		fill_usual(app);
	app->overlay = OVERLAY_COLUMNS;
}

/* Nothing checked, or nothing changed: the usual ones. */
static void accept(struct app *app)
{
	uint8_t *ids = is_links(app) ? app->link_columns : app->columns;
	unsigned count = 0;

	for (size_t i = 0; !app->is_menu_usual && i < app->menu.count; i++)
		if (app->menu.items[i].is_checked)
			ids[count++] = (uint8_t)app->menu.items[i].value;
	*(is_links(app) ? &app->link_column_count : &app->chosen_columns) = count;
	app->overlay = OVERLAY_NONE;
	state_refresh(app);
}

void arrange_command(struct app *app, enum command command)
{
	unsigned height = state_menu_area(app).height;
	const struct menu_item *item = menu_chosen(&app->menu);

	switch (command) {
	case COMMAND_ACCEPT:
		accept(app);
		break;
	case COMMAND_CANCEL:
		app->overlay = OVERLAY_NONE;
		break;
	case COMMAND_USUAL:
		fill_usual(app);
		break;
	case COMMAND_CHECK:
		menu_check(&app->menu, item->value, !item->is_checked);
		app->is_menu_usual = false;
		break;
	case COMMAND_EARLIER:
	case COMMAND_LATER:
		menu_shift(&app->menu, command == COMMAND_EARLIER ? -1 : 1, height);
		app->is_menu_usual = false;
		break;
	default:
		menu_move(&app->menu, command, height);
	}
}
