/* Owns which of the two tables is sorted, and by what. Refuses to sort (model/rows.c, links.c). */
#include "ui/sorting.h"

#include "ui/refresh.h"

static bool is_links(const struct app *app)
{
	return app->view == VIEW_CONNECTIONS;
}

static void offer_columns(struct app *app)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);

	for (unsigned i = 0; i < count; i++)
		if (!all[i]->is_sign)
			menu_add(&app->menu, 0, all[i]->place, all[i]->title, all[i]->help);
	menu_choose(&app->menu, app->sort->place);
}

static void offer_link_columns(struct app *app)
{
	for (unsigned id = 0; id < LINK_COLUMN_COUNT; id++)
		menu_add(&app->menu, 0, (int)id, link_column_get(id)->title, link_column_get(id)->help);
	menu_choose(&app->menu, (int)app->links.sort);
}

void sorting_open(struct app *app)
{
	menu_start(&app->menu, "Sort by");
	if (is_links(app))
		offer_link_columns(app);
	else
		offer_columns(app);
	menu_move(&app->menu, COMMAND_NONE, geometry_menu_area(&app->layout).height);
	app->overlay = OVERLAY_SORT;
}

void sorting_rows(struct app *app, const struct column *by)
{
	app->is_reversed = by == app->sort && !app->is_reversed;
	app->sort = by;
	refresh_arranged(app);
}

void sorting_links(struct app *app, enum link_column_id by)
{
	app->links.is_reversed = by == app->links.sort && !app->links.is_reversed;
	app->links.sort = by;
	refresh_all(app);
}

void sorting_picked(struct app *app, const struct menu_item *item)
{
	if (is_links(app))
		sorting_links(app, (enum link_column_id)item->value);
	else
		sorting_rows(app, column_at((unsigned)item->value));
}

void sorting_reverse(struct app *app)
{
	bool *is_reversed = is_links(app) ? &app->links.is_reversed : &app->is_reversed;

	*is_reversed = !*is_reversed;
	refresh_arranged(app);
}
