/* ui/links: the connections view: what is in it, where its cursor stands, and when it is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/fake/build.h"
#include "ui/app.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n";

static void frame(struct app *app, int64_t wall_ms, const char *scene)
{
	const struct snapshot *s = build_snapshot(wall_ms, scene);

	app_frame(app, s);
	snapshot_unref(s);
}

static int set_up(void **state)
{
	const struct app_options options = { .clipboard = "", .home = "/home/alice", .interval_ms = 1000 };
	struct app *app = app_new(&options);

	app_resize(app, 80, 24);
	frame(app, 1000000, desk);
	*state = app;
	return 0;
}

static int tear_down(void **state)
{
	app_free(*state);
	return 0;
}

static struct job press(struct app *app, uint32_t key)
{
	const struct input input = { .kind = INPUT_KEY, .key = key };

	return app_apply(app, &input);
}

static void type(struct app *app, const char *text)
{
	for (; *text; text++)
		press(app, (unsigned char)*text);
}

static const char linked[] =
	"ephemeral 32768 60999\nconnections\n"
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"established tcp 127.0.0.1:3000 peer 127.0.0.1:40000 by 4211 node alice\n"
	"established tcp 127.0.0.1:40000 peer 127.0.0.1:3000 by 4300 curl alice\n"
	"established tcp 127.0.0.1:5432 peer 127.0.0.1:40001 by 911 postgres postgres\n"
	"established tcp 127.0.0.1:40001 peer 127.0.0.1:5432 by 4211 node alice\n";

static void connections_are_asked_for_while_they_are_looked_at(void **state)
{
	struct app *app = *state;
	struct job job = press(app, INPUT_TAB);

	assert_int_equal(job.kind, JOB_CONNECTIONS);
	assert_true(job.wants_connections);
	assert_int_equal(app->links.count, 0);
	frame(app, 1001000, linked);
	assert_int_equal(app->links.count, 2);
	assert_int_equal(press(app, INPUT_ENTER).kind, JOB_NONE);        /* details lead back to them */
	assert_int_equal(app->view, VIEW_DETAILS);
	assert_int_equal(app->details.endpoint.port, 3000);
	press(app, INPUT_ESCAPE);
	job = press(app, INPUT_TAB);
	assert_int_equal(job.kind, JOB_CONNECTIONS);
	assert_false(job.wants_connections);
	assert_int_equal(app->links.count, 0);
}

static void connections_of_all_or_of_one_listener(void **state)
{
	struct app *app = *state;

	frame(app, 1001000, linked);
	press(app, INPUT_DOWN);
	press(app, INPUT_TAB);
	assert_int_equal(app->links.count, 2);
	press(app, INPUT_END);
	assert_int_equal(links_selected(&app->links)->server.at.port, 5432);
	press(app, 'a');
	assert_int_equal(app->links.count, 1);
	assert_int_equal(links_selected(&app->links)->client.process->fact->pid, 4211);
	press(app, 'a');
	press(app, '/');
	type(app, "port:3000");
	press(app, INPUT_ENTER);
	assert_int_equal(app->links.count, 1);
	assert_int_equal(app->links.hidden, 1);
	assert_int_equal(links_selected(&app->links)->client.process->fact->pid, 4300);
}

static void the_cursor_stays_on_its_connection(void **state)
{
	struct app *app = *state;

	frame(app, 1001000, linked);
	press(app, INPUT_TAB);
	press(app, INPUT_DOWN);
	assert_int_equal(links_selected(&app->links)->server.at.port, 5432);
	frame(app, 1002000, "tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	      "established tcp 127.0.0.1:22 peer 127.0.0.1:40007\nestablished tcp 127.0.0.1:22 peer 127.0.0.1:40008\n"
	      "established tcp 127.0.0.1:5432 peer 127.0.0.1:40001 by 911 postgres postgres\n");
	assert_int_equal(app->links.count, 3);
	assert_int_equal(links_selected(&app->links)->server.at.port, 5432);
	assert_null(links_selected(&app->links)->client.socket);
	press(app, INPUT_HOME);
	press(app, INPUT_ENTER);                         /* nobody listens on port 22: there are no details */
	assert_int_equal(app->view, VIEW_CONNECTIONS);
}

static void two_clicks_on_a_row_open_it(void **state)
{
	struct app *app = *state;
	struct input click = { .kind = INPUT_CLICK, .y = app->layout.regions[REGION_TABLE].y + 1, .at_ms = 5000 };

	app_apply(app, &click);
	assert_int_equal(app->rows.selected_index, 1);
	click.at_ms += 2000;                             /* too late for a second one */
	app_apply(app, &click);
	assert_int_equal(app->view, VIEW_LISTENERS);
	click.at_ms += 200;
	app_apply(app, &click);
	assert_int_equal(app->view, VIEW_DETAILS);
	assert_int_equal(app->details.endpoint.port, 5432);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(connections_are_asked_for_while_they_are_looked_at),
		CASE(connections_of_all_or_of_one_listener),
		CASE(the_cursor_stays_on_its_connection),
		CASE(two_clicks_on_a_row_open_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
