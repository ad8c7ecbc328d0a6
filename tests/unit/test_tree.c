/* ui/tree: groups hold their rows in the table's order, fold, and keep the cursor where one left it. */
#include <string.h>
#include "dashboard.h"
#include "ui/cursor.h"
#include "ui/focus.h"

static const char desk[] =
	"process 4211 node alice cwd /home/alice/shop\n"
	"process 5001 python3 alice cwd /home/alice/shop\n"
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n"
	"tcp 127.0.0.1:9229 cookie 4 by 4211 node alice\n"
	"tcp 127.0.0.1:9999 cookie 5\n";

/* "[node 4211] 3000 9229 ..."; the cursor's line begins with ">". */
static void assert_lines(const struct app *app, const char *expected)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < app->tree.count; i++) {
		const struct line *line = &app->tree.lines[i];

		buf_add_string(&text, i ? " " : "");
		buf_add_string(&text, i == cursor_line(app) ? ">" : "");
		if (line->is_group)
			buf_printf(&text, app->tree.groups[line->group].is_folded ? "+%s" : "-%s",
				   app->tree.groups[line->group].name);
		else
			buf_printf(&text, "%u", app->rows.items[line->row]->listener->key.endpoint.port);
	}
	assert_string_equal(buf_string(&text), expected);
	buf_done(&text);
}

static void t_goes_through_the_groupings(void **state)
{
	struct app *app = *state;

	assert_lines(app, ">3000 5432 8080 9229 9999");
	dashboard_press(app, 't');
	assert_lines(app, "-node 4211 >3000 9229 -postgres 911 5432 -python3 5001 8080 -owner not visible 9999");
	dashboard_press(app, 't');
	assert_lines(app, "-/home/alice/shop >3000 8080 9229 -no project 5432 -owner not visible 9999");
	dashboard_press(app, 't');
	assert_lines(app, ">3000 5432 8080 9229 9999");
}

/* Only where there is more than one. */
static void places_are_groups_too(void **state)
{
	struct app *app = *state;

	dashboard_frame(app, 1010000,
		"netns 77 blue\nnetns 78 - /system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef"
		"0123456789abcdef.scope\n"
		"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
		"tcp 127.0.0.1:3000 cookie 7 inode 7 netns 77 by 70 nginx root\n"
		"tcp 127.0.0.1:80 cookie 8 inode 8 netns 78 by 71 nginx root\n");
	dashboard_press(app, 't');
	dashboard_press(app, 't');
	dashboard_press(app, 't');
	assert_int_equal(app->tree.by, GROUP_PLACE);
	assert_int_equal(app->tree.group_count, 3);
	assert_string_equal(app->tree.groups[0].name, "here");
	assert_string_equal(app->tree.groups[1].name, "namespace blue");
	assert_string_equal(app->tree.groups[2].name, "container 0123456789ab");
	dashboard_press(app, 't');
	assert_int_equal(app->tree.by, GROUP_OFF);
}

/* Whoever left lotop grouped by places, and starts it where there is one place only, has them again where
 * there are more. */
static void places_are_remembered_where_there_is_one_only(void **state)
{
	struct app *app = *state;
	struct tui_view view;

	app->group = GROUP_PLACE;
	dashboard_frame(app, DASHBOARD_START_MS, desk);
	assert_int_equal(app->tree.by, GROUP_OFF);
	app_view(app, &view);
	assert_int_equal(view.group, GROUP_PLACE);
	dashboard_press(app, 't');
	assert_int_equal(app->tree.by, GROUP_PROCESS);
	app_view(app, &view);
	assert_int_equal(view.group, GROUP_PROCESS);
}

static void a_group_folds_to_one_line(void **state)
{
	struct app *app = *state;

	dashboard_press(app, 't');
	dashboard_press(app, INPUT_DOWN);
	dashboard_press(app, INPUT_LEFT);
	assert_lines(app, ">+node 4211 -postgres 911 5432 -python3 5001 8080 -owner not visible 9999");
	assert_null(focus_row(app));
	assert_int_equal(dashboard_press(app, 'k').kind, JOB_NONE);        /* a group is nobody to end */
	dashboard_frame(app, 1001000, desk);
	assert_lines(app, ">+node 4211 -postgres 911 5432 -python3 5001 8080 -owner not visible 9999");
	dashboard_press(app, INPUT_DOWN);
	dashboard_press(app, INPUT_ENTER);
	assert_lines(app, "+node 4211 >+postgres 911 -python3 5001 8080 -owner not visible 9999");
	dashboard_press(app, INPUT_UP);
	dashboard_press(app, INPUT_RIGHT);
	assert_lines(app, ">-node 4211 3000 9229 +postgres 911 -python3 5001 8080 -owner not visible 9999");
}

static void the_cursor_stays_on_its_group(void **state)
{
	struct app *app = *state;

	dashboard_press(app, 't');
	dashboard_press(app, INPUT_END);
	dashboard_press(app, INPUT_UP);
	dashboard_press(app, INPUT_UP);
	dashboard_press(app, INPUT_LEFT);
	assert_lines(app, "-node 4211 3000 9229 -postgres 911 5432 >+python3 5001 -owner not visible 9999");
	dashboard_frame(app, 1001000, "tcp 127.0.0.1:80 cookie 9 by 70 nginx root\n"
	      "tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n");
	dashboard_frame(app, 1010000, "tcp 127.0.0.1:80 cookie 9 by 70 nginx root\n"
	      "tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n");
	assert_lines(app, "-nginx 70 80 >+python3 5001");
	dashboard_frame(app, 1011000, "tcp 127.0.0.1:80 cookie 9 by 70 nginx root\n");
	dashboard_frame(app, 1020000, "tcp 127.0.0.1:80 cookie 9 by 70 nginx root\n");
	assert_lines(app, "-nginx 70 80 >+python3 5001");        /* gone, but the cursor is there */
	dashboard_press(app, INPUT_UP);
	dashboard_frame(app, 1021000, "tcp 127.0.0.1:80 cookie 9 by 70 nginx root\n");
	assert_lines(app, "-nginx 70 >80");
}

static void an_empty_table_has_no_groups(void **state)
{
	struct app *app = *state;

	dashboard_press(app, 't');
	dashboard_type(app, "/nobody");
	dashboard_press(app, INPUT_ENTER);
	assert_lines(app, "");
	dashboard_press(app, INPUT_LEFT);
	dashboard_press(app, INPUT_RIGHT);
	dashboard_press(app, INPUT_ENTER);
	dashboard_press(app, INPUT_END);
	dashboard_press(app, INPUT_ESCAPE);
	assert_int_equal(app->tree.count, 9);
}

#define CASE(name) DASHBOARD_TEST(name, desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(t_goes_through_the_groupings),
		CASE(places_are_groups_too),
		CASE(places_are_remembered_where_there_is_one_only),
		CASE(a_group_folds_to_one_line),
		CASE(the_cursor_stays_on_its_group),
		CASE(an_empty_table_has_no_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
