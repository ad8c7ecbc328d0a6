/* ui/links: the connections view: what is in it, where its cursor stands, and when it is asked for. */
#include "dashboard.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n";

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
	struct job job = dashboard_press(app, INPUT_TAB);

	assert_int_equal(job.kind, JOB_CONNECTIONS);
	assert_true(job.wants_connections);
	assert_int_equal(app->links.count, 0);
	dashboard_frame(app, 1001000, linked);
	assert_int_equal(app->links.count, 2);
	assert_int_equal(dashboard_press(app, INPUT_ENTER).kind, JOB_NONE);        /* details lead back to them */
	assert_int_equal(app->view, VIEW_DETAILS);
	assert_int_equal(app->details.endpoint.port, 3000);
	dashboard_press(app, INPUT_ESCAPE);
	job = dashboard_press(app, INPUT_TAB);
	assert_int_equal(job.kind, JOB_CONNECTIONS);
	assert_false(job.wants_connections);
	assert_int_equal(app->links.count, 0);
}

static void connections_of_all_or_of_one_listener(void **state)
{
	struct app *app = *state;

	dashboard_frame(app, 1001000, linked);
	dashboard_press(app, INPUT_DOWN);
	dashboard_press(app, INPUT_TAB);
	assert_int_equal(app->links.count, 2);
	dashboard_press(app, INPUT_END);
	assert_int_equal(links_selected(&app->links)->server.at.port, 5432);
	dashboard_press(app, 'a');
	assert_int_equal(app->links.count, 1);
	assert_int_equal(links_selected(&app->links)->client.process->fact->pid, 4211);
	dashboard_press(app, 'a');
	dashboard_press(app, '/');
	dashboard_type(app, "port:3000");
	dashboard_press(app, INPUT_ENTER);
	assert_int_equal(app->links.count, 1);
	assert_int_equal(app->links.hidden, 1);
	assert_int_equal(links_selected(&app->links)->client.process->fact->pid, 4300);
}

static void the_cursor_stays_on_its_connection(void **state)
{
	struct app *app = *state;

	dashboard_frame(app, 1001000, linked);
	dashboard_press(app, INPUT_TAB);
	dashboard_press(app, INPUT_DOWN);
	assert_int_equal(links_selected(&app->links)->server.at.port, 5432);
	dashboard_frame(app, 1002000, "tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	      "established tcp 127.0.0.1:22 peer 127.0.0.1:40007\nestablished tcp 127.0.0.1:22 peer 127.0.0.1:40008\n"
	      "established tcp 127.0.0.1:5432 peer 127.0.0.1:40001 by 911 postgres postgres\n");
	assert_int_equal(app->links.count, 3);
	assert_int_equal(links_selected(&app->links)->server.at.port, 5432);
	assert_null(links_selected(&app->links)->client.socket);
	dashboard_press(app, INPUT_HOME);
	dashboard_press(app, INPUT_ENTER);                         /* nobody listens on port 22: there are no details */
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

#define CASE(name) DASHBOARD_TEST(name, desk)

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
