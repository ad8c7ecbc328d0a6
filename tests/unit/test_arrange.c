/* ui/arrange: which columns a view has, in which order, and that the view at the end knows them. */
#include <string.h>
#include "dashboard.h"
#include "ui/focus.h"

static const char desk[] =
	"process 4211 node alice command next dev\n"
	"connections\n"
	"ephemeral 32768 60999\n"
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"established tcp 127.0.0.1:3000 peer 127.0.0.1:40000 by 4211 node alice\n"
	"established tcp 127.0.0.1:40000 peer 127.0.0.1:3000 by 4300 curl alice\n"
	"established tcp 127.0.0.1:5432 peer 127.0.0.1:40001 queue 7 0 by 911 postgres postgres\n"
	"established tcp 127.0.0.1:40001 peer 127.0.0.1:5432 by 4211 node alice\n";

static void assert_columns(const struct app *app, const char *expected)
{
	struct tui_view view = { 0 };
	struct buf text = { 0 };

	app_view(app, &view);
	for (unsigned i = 0; i < view.column_count; i++)
		buf_printf(&text, "%s%s", i ? "," : "", view.columns[i]->name);
	assert_string_equal(buf_string(&text), expected);
	for (unsigned i = 0; i < view.column_count && i + 1 < app->column_count; i++)
		assert_ptr_equal(app->shown_columns[i + 1], view.columns[i]);
	buf_done(&text);
}

/* The menus are as long as the table of columns: no screen has them as text. */
static void menus_have_every_column(void **state)
{
	struct app *app = *state;
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all), checked = 0;

	dashboard_press(app, 's');
	assert_int_equal(app->menu.count, count - 1);    /* without the sign */
	for (unsigned i = 1; i < count; i++) {
		assert_string_equal(app->menu.items[i - 1].title, all[i]->title);
		assert_string_equal(app->menu.items[i - 1].text, all[i]->help);
	}
	assert_string_equal(menu_chosen(&app->menu)->title, "PORT");
	dashboard_press(app, INPUT_ESCAPE);
	dashboard_press(app, 'C');
	assert_int_equal(app->menu.count, count - 1);
	while (app->menu.items[checked].is_checked)
		checked++;
	assert_int_equal(checked, app->column_count - 1);
	for (unsigned i = 0; i < count - 1; i++) {
		const struct menu_item *item = &app->menu.items[i];

		assert_string_equal(item->text, column_at((unsigned)item->value)->help);
		assert_int_equal(item->is_checked, i < checked);
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(app->menu.items[k].value, item->value);
	}
}

static void columns_are_hidden_moved_and_added(void **state)
{
	struct app *app = *state;

	assert_columns(app, "");
	dashboard_press(app, 'C');
	assert_int_equal(focus_context(app), CONTEXT_COLUMNS);
	dashboard_press(app, ']');                       /* the port behind the address */
	dashboard_press(app, INPUT_DOWN);
	dashboard_press(app, ' ');                       /* no state */
	menu_choose(&app->menu, column_named("command")->place);
	dashboard_press(app, ' ');
	dashboard_press(app, INPUT_ENTER);
	assert_int_equal(app->overlay, OVERLAY_NONE);
	assert_columns(app, "address,port,range,process,pid,owner,age,note,service,command");
	dashboard_press(app, INPUT_F0 + 2);
	dashboard_press(app, INPUT_END);
	dashboard_press(app, '[');
	dashboard_press(app, INPUT_F0 + 7);
	dashboard_press(app, INPUT_LEFT);
	dashboard_press(app, INPUT_F0 + 8);
	dashboard_press(app, INPUT_RIGHT);
	dashboard_press(app, INPUT_ESCAPE);
	assert_columns(app, "address,port,range,process,pid,owner,age,note,service,command");
}

static void what_is_not_touched_stays_usual(void **state)
{
	struct app *app = *state;

	dashboard_press(app, 'C');
	dashboard_press(app, INPUT_DOWN);
	dashboard_press(app, INPUT_ENTER);
	assert_columns(app, "");
	dashboard_press(app, 'C');
	dashboard_press(app, ' ');
	dashboard_press(app, INPUT_ENTER);
	assert_columns(app, "address,state,range,process,pid,owner,age,note,service");
	dashboard_press(app, 'C');
	dashboard_press(app, 'u');
	dashboard_press(app, INPUT_ENTER);
	assert_columns(app, "");
}

static void a_view_without_a_column_is_the_usual_one(void **state)
{
	struct app *app = *state;

	dashboard_press(app, 'C');
	for (size_t i = 0; i < app->menu.count; i++) {
		if (app->menu.items[app->menu.chosen].is_checked)
			dashboard_press(app, ' ');
		dashboard_press(app, INPUT_DOWN);
	}
	dashboard_press(app, INPUT_ENTER);
	assert_columns(app, "");
	assert_true(app->column_count > 4);
}

/* Each view has its own columns and its own order. */
static void connections_have_their_own(void **state)
{
	struct app *app = *state;
	struct tui_view view = { 0 };

	dashboard_press(app, INPUT_TAB);
	dashboard_press(app, 'C');
	assert_int_equal(app->menu.count, LINK_COLUMN_COUNT);
	dashboard_press(app, ']');
	dashboard_press(app, INPUT_END);
	dashboard_press(app, ' ');
	dashboard_press(app, INPUT_ENTER);
	app_view(app, &view);
	assert_int_equal(view.link_column_count, 5);
	assert_int_equal(view.link_columns[0], LINK_SERVER);
	assert_int_equal(view.link_columns[1], LINK_CLIENT);
	assert_int_equal(view.column_count, 0);
}

static void connections_are_sorted_by_any_column(void **state)
{
	static const struct {
		enum link_column_id by;
		uint16_t first, reversed;        /* the server's port of the first connection */
	} cases[] = {
		{ LINK_SERVER, 3000, 5432 }, { LINK_CLIENT, 3000, 5432 }, { LINK_TO_SERVER, 3000, 5432 },
		{ LINK_STATE, 3000, 5432 },
	};
	struct app *app = *state;

	dashboard_press(app, INPUT_TAB);
	assert_int_equal(app->links.count, 2);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		dashboard_press(app, 's');
		dashboard_press(app, INPUT_HOME);
		for (unsigned step = 0; step < cases[i].by; step++)
			dashboard_press(app, INPUT_DOWN);
		dashboard_press(app, INPUT_ENTER);
		assert_int_equal(app->links.sort, cases[i].by);
		if (app->links.is_reversed)
			dashboard_press(app, 'r');
		assert_int_equal(app->links.items[0]->server.at.port, cases[i].first);
		dashboard_press(app, 'r');
		assert_int_equal(app->links.items[0]->server.at.port, cases[i].reversed);
	}
	assert_ptr_equal(app->sort, column_named("port"));        /* the listeners' order is another one */
}

#define CASE(name) DASHBOARD_TEST(name, desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(menus_have_every_column),
		CASE(columns_are_hidden_moved_and_added),
		CASE(what_is_not_touched_stays_usual),
		CASE(a_view_without_a_column_is_the_usual_one),
		CASE(connections_have_their_own),
		CASE(connections_are_sorted_by_any_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
