/* ui/pausing, and the cursor over time: a pause keeps the picture and counts what it hides; a row that closes under
 * the cursor stays until it is left; nothing that comes or goes moves the cursor */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dashboard.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n";
static const char less[] = "tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n";

static struct app *new_app(bool is_replay)
{
	const struct app_options options = { .clipboard = "", .interval_ms = 1000, .is_replay = is_replay };
	struct app *app = app_new(&options);

	app_resize(app, 80, 24);
	dashboard_frame(app, 1000000, desk);
	return app;
}

static void the_picture_stays_and_events_are_collected(void **state)
{
	struct app *app = new_app(false);

	(void)state;
	dashboard_frame(app, 1001000, desk);
	assert_int_equal(dashboard_press(app, 'p').kind, JOB_NONE);        /* the collector goes on */
	assert_true(app->is_paused);
	app_shown(app);
	dashboard_frame(app, 1002000, desk);
	assert_false(app->is_dirty);
	dashboard_frame(app, 1003000, less);
	assert_true(app->is_dirty);
	assert_int_equal(app->missed, 2);
	dashboard_frame(app, 1010000, desk);
	dashboard_frame(app, 1020000, less);
	assert_int_equal(app->missed, 6);
	assert_int_equal(app->rows.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(app->rows.items[i]->change == CHANGE_NONE && !app->rows.items[i]->is_gone);
	assert_int_equal(app->now_ms, 1001000);
	dashboard_press(app, 'r');                                 /* it can be looked at in other ways */
	assert_int_equal(app->rows.items[0]->listener->key.endpoint.port, 8080);
	dashboard_press(app, INPUT_TAB);
	dashboard_press(app, INPUT_TAB);
	assert_int_equal(app->view, VIEW_EVENTS);
	assert_int_equal(app->eventlog.count, 0);
	dashboard_press(app, 'p');
	assert_false(app->is_paused);
	assert_int_equal(app->eventlog.count, 6);
	assert_int_equal(app->now_ms, 1020000);
	assert_int_equal(app->rows.count, 3);                    /* two of them gone */
	dashboard_frame(app, 1030000, less);
	assert_int_equal(app->rows.count, 2);                    /* the cursor is on one */
	app_free(app);
}

/* What happens to a kill is told in a pause, too, at its own time and for as long as ever. */
static void a_status_in_a_pause(void **state)
{
	const struct reply reply = {
		.kind = REPLY_KILL_STATUS,
		.status = { .phase = KILL_RELEASED, .is_final = true, .text = "exited, the port is free" },
	};
	struct app *app = new_app(false);

	(void)state;
	dashboard_press(app, 'p');
	dashboard_frame(app, 1060000, desk);
	app_reply(app, &reply);
	dashboard_frame(app, 1061000, desk);
	assert_string_equal(app->status, "exited, the port is free");
	dashboard_frame(app, 1080000, desk);
	assert_string_equal(app->status, "");
	dashboard_press(app, 'p');
	assert_int_equal(tracker_event(app->tracker, 0)->wall_ms, 1060000);
	app_free(app);
}

static void one_look_in_a_pause(void **state)
{
	struct app *app = new_app(false);

	(void)state;
	dashboard_press(app, 'p');
	dashboard_frame(app, 1002000, less);
	assert_int_equal(app->missed, 2);
	assert_int_equal(dashboard_press(app, 'R').kind, JOB_SCAN);
	dashboard_frame(app, 1003000, less);
	assert_int_equal(app->missed, 0);
	assert_int_equal(app->now_ms, 1003000);
	assert_true(app->rows.items[0]->is_gone);
	dashboard_frame(app, 1004000, desk);
	assert_int_equal(app->missed, 2);
	assert_true(app->rows.items[0]->is_gone);
	assert_true(app->is_paused);
	app_free(app);                                   /* in a pause: everything is freed */
}

static void connections_are_shown_in_a_pause(void **state)
{
	struct app *app = new_app(false);

	(void)state;
	dashboard_press(app, 'p');
	assert_int_equal(dashboard_press(app, INPUT_TAB).kind, JOB_CONNECTIONS);
	dashboard_frame(app, 1001000, "tcp 127.0.0.1:3000 cookie 1\nconnections\n");
	dashboard_frame(app, 1002000, "tcp 127.0.0.1:3000 cookie 1\nconnections\n"
	      "established tcp 127.0.0.1:3000 peer 127.0.0.1:40000 cookie 8\n"
	      "established tcp 127.0.0.1:40000 peer 127.0.0.1:3000 cookie 9\n");
	assert_int_equal(app->links.count, 1);
	dashboard_frame(app, 1003000, "tcp 127.0.0.1:3000 cookie 1\nconnections\n");
	assert_int_equal(app->links.count, 1);
	app_free(app);
}

/* The others go with the next frame, though it may be no news. */
static void the_rows_of_a_pause_are_its_own(void **state)
{
	struct app *app = new_app(false);
	const struct row *rows;
	size_t count;

	(void)state;
	dashboard_press(app, 'p');
	rows = tracker_rows(app->tracker, &count);
	assert_int_equal(count, 3);
	assert_int_equal(app->rows.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_ptr_equal(app->rows.items[i], &rows[i]);
	app_free(app);
}

/* Nothing is lost of a recording while one looks at it. */
static void a_recording_stands_still(void **state)
{
	struct app *app = new_app(true);
	struct job job = dashboard_press(app, 'p');

	(void)state;
	assert_int_equal(job.kind, JOB_PAUSE);
	assert_true(job.is_paused);
	job = dashboard_press(app, 'p');
	assert_int_equal(job.kind, JOB_PAUSE);
	assert_false(job.is_paused);
	app_free(app);
}

static void a_row_that_closes_under_the_cursor_stays_until_it_is_left(void **state)
{
	struct app *app = new_app(false);

	(void)state;
	dashboard_press(app, INPUT_DOWN);
	assert_int_equal(dashboard_port(app), 5432);
	for (int i = 1; i < 100; i++)
		dashboard_frame(app, 1000000 + i * 1000, less);
	assert_int_equal(dashboard_port(app), 5432);
	assert_true(rows_selected(&app->rows)->is_gone);
	assert_int_equal(app->rows.count, 2);
	dashboard_press(app, INPUT_DOWN);
	assert_int_equal(dashboard_port(app), 8080);
	dashboard_frame(app, 1100000, less);
	assert_int_equal(app->rows.count, 1);
	assert_int_equal(dashboard_port(app), 8080);
	app_free(app);
}

/* Rows come and go above, below and under the cursor, in a table that is longer than the screen: it stays on its
 * row, and the row on its line, as far as there are rows enough. */
static void the_cursor_never_jumps(void **state)
{
	struct app *app = new_app(false);
	bool is_there[400] = { false };
	unsigned port;

	(void)state;
	srand(3);
	for (unsigned i = 0; i < 400; i++)
		is_there[i] = i % 2;
	for (int step = 0; step < 300; step++) {
		struct facts *f = build_facts(2000000 + step * 1000, "");
		const struct snapshot *s;
		size_t line;

		for (unsigned i = 0; i < 400; i++)
			if (is_there[i])
				build_add(f, "tcp 127.0.0.1:%u cookie %u\n", 2000 + i, 1 + i);
		s = snapshot_build(f);
		port = dashboard_port(app);
		line = app->rows.selected_index - app->top;
		app_frame(app, s);
		snapshot_unref(s);
		if (step > 1) {
			assert_int_equal(dashboard_port(app), port);
			assert_int_equal(app->rows.selected_index - app->top, line);
		}
		if (step == 1)
			dashboard_press(app, INPUT_HOME);
		for (int i = 0; step == 1 && i < 100; i++)
			dashboard_press(app, INPUT_DOWN);
		for (int i = 0; i < 5; i++)
			is_there[rand() % 400] ^= true;
		if (step % 20 == 19)
			is_there[dashboard_port(app) - 2000] = false;
		if (step % 20 == 10)
			dashboard_press(app, step % 40 == 10 ? INPUT_UP : INPUT_DOWN);
	}
	app_free(app);
}

/* The group that the cursor is on stays when its rows close, folded or not. */
static void a_group_that_closes_under_the_cursor_stays(void **state)
{
	(void)state;
	for (int folded = 0; folded < 2; folded++) {
		struct app *app = new_app(false);
		const struct group *group;

		dashboard_press(app, 't');
		dashboard_press(app, INPUT_HOME);
		dashboard_press(app, INPUT_DOWN);
		dashboard_press(app, INPUT_DOWN);
		if (folded)
			dashboard_press(app, INPUT_LEFT);
		group = tree_header(&app->tree);
		assert_string_equal(group->name, "postgres 911");
		for (int i = 1; i < 60; i++)
			dashboard_frame(app, 1000000 + i * 1000, less);
		group = tree_header(&app->tree);
		assert_non_null(group);
		assert_string_equal(group->name, "postgres 911");
		dashboard_press(app, INPUT_END);
		dashboard_frame(app, 1060000, less);
		assert_int_equal(app->tree.group_count, 1);
		app_free(app);
	}
}

/* A row that the filter matches no more stays while the cursor is on it; a new filter is another matter. */
static void what_the_filter_loses_stays_under_the_cursor(void **state)
{
	static const char both[] = "tcp 127.0.0.1:3000 cookie 1 by 1 node alice\ntcp 127.0.0.1:4000 cookie 2 by 2 node alice\n";
	static const char one[] = "tcp 127.0.0.1:3000 cookie 1 by 9 ruby alice\ntcp 127.0.0.1:4000 cookie 2 by 2 node alice\n";
	struct app *app = new_app(false);

	(void)state;
	dashboard_frame(app, 1010000, both);
	dashboard_frame(app, 1020000, both);
	for (const char *c = "/node\r"; *c; c++)
		dashboard_press(app, (unsigned char)*c);
	dashboard_press(app, INPUT_HOME);
	assert_int_equal(dashboard_port(app), 3000);
	dashboard_frame(app, 1030000, one);
	assert_int_equal(app->rows.count, 2);
	assert_int_equal(dashboard_port(app), 3000);
	dashboard_press(app, INPUT_DOWN);
	dashboard_frame(app, 1031000, one);
	assert_int_equal(app->rows.count, 1);
	assert_int_equal(dashboard_port(app), 4000);
	for (const char *c = "/ruby\r"; *c; c++)
		dashboard_press(app, (unsigned char)*c);
	assert_int_equal(app->rows.count, 0);
	app_free(app);
}

static void enter_on_an_event_goes_to_its_row(void **state)
{
	struct app *app = new_app(false);

	(void)state;
	dashboard_frame(app, 1001000, less);
	dashboard_frame(app, 1020000, desk);
	dashboard_press(app, INPUT_BACK_TAB);
	assert_int_equal(app->view, VIEW_EVENTS);
	assert_int_equal(app->eventlog.count, 4);
	dashboard_press(app, INPUT_DOWN);
	dashboard_press(app, INPUT_ENTER);
	assert_int_equal(app->view, VIEW_LISTENERS);
	assert_int_equal(dashboard_port(app), 3000);
	dashboard_frame(app, 1021000, less);
	dashboard_press(app, INPUT_UP);
	dashboard_frame(app, 1030000, "");
	dashboard_press(app, INPUT_BACK_TAB);
	dashboard_press(app, INPUT_END);
	dashboard_press(app, INPUT_UP);
	dashboard_press(app, INPUT_ENTER);
	assert_int_equal(app->view, VIEW_EVENTS);
	assert_non_null(strstr(app->status, "closed"));
	app_free(app);
}

static void events_are_filtered_by_the_same_text(void **state)
{
	struct app *app = new_app(false);

	(void)state;
	dashboard_frame(app, 1001000, less);
	dashboard_press(app, INPUT_BACK_TAB);
	dashboard_press(app, '/');
	for (const char *c = "postgres"; *c; c++)
		dashboard_press(app, (unsigned char)*c);
	dashboard_press(app, INPUT_ENTER);
	assert_int_equal(app->eventlog.count, 1);
	assert_int_equal(app->eventlog.hidden, 1);
	assert_string_equal(app->filter, "postgres");
	app_free(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_picture_stays_and_events_are_collected),
		cmocka_unit_test(a_status_in_a_pause),
		cmocka_unit_test(one_look_in_a_pause),
		cmocka_unit_test(connections_are_shown_in_a_pause),
		cmocka_unit_test(the_rows_of_a_pause_are_its_own),
		cmocka_unit_test(a_recording_stands_still),
		cmocka_unit_test(a_row_that_closes_under_the_cursor_stays_until_it_is_left),
		cmocka_unit_test(the_cursor_never_jumps),
		cmocka_unit_test(a_group_that_closes_under_the_cursor_stays),
		cmocka_unit_test(what_the_filter_loses_stays_under_the_cursor),
		cmocka_unit_test(enter_on_an_event_goes_to_its_row),
		cmocka_unit_test(events_are_filtered_by_the_same_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
