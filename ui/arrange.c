/* Owns the menu of columns: what is in it, and what its end means for the view. Refuses to lay columns out
 * (model/column_layout, linktable.c). */
#include "ui/arrange.h"

#include <assert.h>
#include "ui/refresh.h"

static bool is_links(const struct app *app)
{
	return app->view == VIEW_CONNECTIONS;
}

/* Values of menu items: the places of the listeners' columns, or enum link_column_id. */
struct choice {
	int values[MENU_MAX];
	unsigned count;
};

static_assert(MENU_MAX >= (int)COLUMN_MAX && MENU_MAX >= (int)LINK_COLUMN_COUNT, "each is in the menu");

static void take(struct choice *choice, const struct column *const *columns, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!columns[i]->is_sign)
			choice->values[choice->count++] = columns[i]->place;
}

static struct choice choose_all(const struct app *app)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);
	struct choice choice = { .count = 0 };

	if (!is_links(app))
		take(&choice, all, count);
	else
		for (; choice.count < LINK_COLUMN_COUNT; choice.count++)
			choice.values[choice.count] = (int)choice.count;
	return choice;
}

/* The ones that the table has by itself. */
static struct choice choose_usual(const struct app *app)
{
	const struct column *columns[COLUMN_MAX];
	uint16_t widths[COLUMN_MAX];
	struct column_memory memory = app->column_memory;
	const struct column_space space = {
		.width = app->layout.regions[REGION_TABLE].width, .all.memory = &memory,
	};
	unsigned count = column_layout(&space, columns, widths);
	struct choice choice = { .count = 0 };

	if (is_links(app))
		return choose_all(app);
	take(&choice, columns, count);
	return choice;
}

static struct choice choose_chosen(const struct app *app)
{
	struct choice choice = { .count = 0 };

	if (!is_links(app))
		take(&choice, app->columns, app->chosen_columns);
	else
		for (; choice.count < app->link_column_count; choice.count++)
			choice.values[choice.count] = app->link_columns[choice.count];
	return choice;
}

static bool has(const struct choice *choice, int value)
{
	for (unsigned i = 0; i < choice->count; i++)
		if (choice->values[i] == value)
			return true;
	return false;
}

static void add(struct app *app, int value)
{
	const struct column *c = is_links(app) ? NULL : column_at((unsigned)value);
	const struct link_column *link = c ? NULL : link_column_get((enum link_column_id)value);

	menu_add(&app->menu, 0, value, c ? c->title : link->title, c ? c->help : link->help);
}

/* The shown ones first, in their order; behind them the others. */
static void fill(struct app *app, const struct choice *shown)
{
	const struct choice all = choose_all(app);

	menu_start(&app->menu, is_links(app) ? "Columns of connections" : "Columns of listeners");
	app->menu.has_checks = true;
	for (unsigned i = 0; i < shown->count; i++) {
		add(app, shown->values[i]);
		menu_check(&app->menu, shown->values[i], true);
	}
	for (unsigned i = 0; i < all.count; i++)
		if (!has(shown, all.values[i]))
			add(app, all.values[i]);
}

static void fill_usual(struct app *app)
{
	const struct choice usual = choose_usual(app);

	fill(app, &usual);
	app->is_menu_usual = true;
}

void arrange_open(struct app *app)
{
	const struct choice chosen = choose_chosen(app);

	app->is_menu_usual = false;
	if (chosen.count)
		fill(app, &chosen);
	else
		fill_usual(app);
	app->overlay = OVERLAY_COLUMNS;
}

/* Nothing checked, or nothing changed: the usual ones. */
static void accept(struct app *app)
{
	unsigned count = 0;

	for (size_t i = 0; !app->is_menu_usual && i < app->menu.count; i++) {
		const struct menu_item *item = &app->menu.items[i];

		if (item->is_checked && is_links(app))
			app->link_columns[count++] = (uint8_t)item->value;
		else if (item->is_checked)
			app->columns[count++] = column_at((unsigned)item->value);
	}
	*(is_links(app) ? &app->link_column_count : &app->chosen_columns) = count;
	app->overlay = OVERLAY_NONE;
	refresh_arranged(app);
}

void arrange_command(struct app *app, enum command command)
{
	unsigned height = geometry_menu_area(&app->layout).height;
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
