/* ui/app and what it leads to: keys, frames and replies in, jobs and state out; no terminal. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "dashboard.h"
#include "ui/focus.h"

static const char desk[] =
	"process 4211 node alice command next dev\n"
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp [::]:8080 cookie 3 v6only no by 5001 python3 alice\n"
	"udp 127.0.0.1:5353 cookie 4 by 6000 avahi alice\n"
	"tcp 192.168.1.7:22 cookie 5 by 800 sshd root\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n";

static struct reply plan_for(const struct job *begin, const char *confirm_twice)
{
	struct reply reply = { .kind = REPLY_KILL_PLAN };

	reply.plan.key = begin->key;
	reply.plan.id.pid = 4211;
	snprintf(reply.plan.confirm_twice, sizeof reply.plan.confirm_twice, "%s", confirm_twice);
	return reply;
}

static struct reply status_of(enum kill_phase phase, bool is_final, const char *text)
{
	struct reply reply = { .kind = REPLY_KILL_STATUS };

	reply.status.phase = phase;
	reply.status.is_final = is_final;
	snprintf(reply.status.text, sizeof reply.status.text, "%s", text);
	return reply;
}

static void moving_stays_in_the_table(void **state)
{
	static const struct {
		uint32_t key;
		size_t index;
	} steps[] = {
		{ INPUT_UP, 0 }, { INPUT_DOWN, 1 }, { 'G', 4 }, { INPUT_DOWN, 4 }, { INPUT_PAGE_UP, 0 },
		{ INPUT_PAGE_DOWN, 4 }, { 'g', 0 }, { INPUT_END, 4 }, { INPUT_HOME, 0 },
	};
	struct app *app = *state;

	assert_int_equal(app->rows.count, 5);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		assert_int_equal(dashboard_press(app, steps[i].key).kind, JOB_NONE);
		assert_int_equal(app->rows.selected_index, steps[i].index);
	}
}

static void the_selection_follows_its_row(void **state)
{
	struct app *app = *state;

	dashboard_select(app, 5432);
	dashboard_frame(app, 1001000, "tcp 127.0.0.1:80 cookie 9 by 1 x root\n"
	      "tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n");
	assert_int_equal(dashboard_port(app), 5432);
	dashboard_press(app, 'r');
	assert_int_equal(dashboard_port(app), 5432);
	assert_true(app->is_reversed);
}

static void the_selected_line_stays_where_it_is(void **state)
{
	struct app *app = *state;
	struct facts *many = build_facts(1001000, desk), *more = build_facts(1002000, desk);
	const struct snapshot *first, *second;
	size_t line;

	for (unsigned i = 0; i < 100; i++) {
		build_add(many, "tcp 127.0.0.1:%u cookie %u\n", 20000 + i, 1000 + i);
		build_add(more, "tcp 127.0.0.1:%u cookie %u\n", 20000 + i, 1000 + i);
	}
	for (unsigned i = 0; i < 7; i++)
		build_add(more, "tcp 127.0.0.1:%u cookie %u\n", 10000 + i, 2000 + i);
	first = snapshot_build(many);
	second = snapshot_build(more);
	app_frame(app, first);
	dashboard_select(app, 20030);
	line = app->rows.selected_index - app->top;
	app_frame(app, second);
	assert_int_equal(dashboard_port(app), 20030);
	assert_int_equal(app->rows.selected_index - app->top, line);
	snapshot_unref(first);
	snapshot_unref(second);
}

static void the_filter_works_while_it_is_typed(void **state)
{
	struct app *app = *state;

	dashboard_press(app, '/');
	dashboard_type(app, "node");
	assert_int_equal(app->rows.count, 1);
	dashboard_type(app, " prt:1");
	assert_true(app->prompt.has_error);
	assert_string_equal(app->prompt.text, "node prt:1");
	assert_int_equal(app->prompt.error.position, 5);
	dashboard_press(app, INPUT_ENTER);
	assert_int_equal(app->overlay, OVERLAY_FILTER);
	dashboard_press(app, INPUT_CTRL('W'));
	assert_false(app->prompt.has_error);
	dashboard_press(app, INPUT_ENTER);
	assert_int_equal(app->overlay, OVERLAY_NONE);
	assert_int_equal(app->rows.count, 1);
	dashboard_press(app, INPUT_ESCAPE);
	assert_int_equal(app->rows.count, 5);
	assert_string_equal(app->filter, "");
}

static void letters_in_the_prompt_are_no_commands(void **state)
{
	struct app *app = *state;

	dashboard_press(app, '/');
	dashboard_type(app, "qkKc");
	assert_false(app->is_done);
	assert_string_equal(app->prompt.text, "qkKc");
	dashboard_press(app, INPUT_ESCAPE);
	assert_int_equal(app->overlay, OVERLAY_NONE);
	assert_int_equal(app->rows.count, 5);
}

static void pasted_text_is_never_a_command(void **state)
{
	const char *text = "k\nq";
	struct app *app = *state;

	for (const char *p = text; *p; p++) {
		const struct input input = { .kind = INPUT_PASTE, .key = (unsigned char)*p };

		assert_int_equal(app_apply(app, &input).kind, JOB_NONE);
	}
	assert_int_equal(app->overlay, OVERLAY_NONE);
	assert_false(app->is_done);
	dashboard_press(app, '/');
	for (const char *p = text; *p; p++)
		app_apply(app, &(struct input){ .kind = INPUT_PASTE, .key = (unsigned char)*p });
	assert_string_equal(app->prompt.text, "k q");
}

static void copying_goes_to_the_terminal_or_a_helper(void **state)
{
	struct app *app = *state;
	struct reply failed = { .kind = REPLY_MESSAGE, .is_error = true, .message = "xclip: not found" };
	struct job job;

	dashboard_select(app, 3000);
	job = dashboard_press(app, 'c');
	assert_int_equal(job.kind, JOB_COPY);
	assert_string_equal(job.text, "127.0.0.1:3000");
	assert_string_equal(job.helper, "");
	assert_string_equal(app->status, "sent 127.0.0.1:3000 to the clipboard");
	app->clipboard = "xclip";
	job = dashboard_press(app, 'c');
	assert_string_equal(job.helper, "xclip");
	assert_string_equal(app->status, "sending 127.0.0.1:3000 to xclip ...");
	job = app_reply(app, &failed);
	assert_int_equal(job.kind, JOB_COPY);
	assert_string_equal(job.helper, "");
	assert_string_equal(job.text, "127.0.0.1:3000");
	assert_int_equal(app_reply(app, &failed).kind, JOB_NONE);
	assert_string_equal(app->status, "xclip: not found");
}

static void the_copy_menu_copies_what_it_showed(void **state)
{
	struct app *app = *state;

	dashboard_select(app, 3000);
	dashboard_press(app, 'y');
	assert_int_equal(app->overlay, OVERLAY_COPY);
	dashboard_frame(app, 1001000, "tcp 127.0.0.1:3000 cookie 77 by 9999 other alice\n");
	assert_string_equal(dashboard_press(app, 'p').text, "4211");
	assert_int_equal(app->overlay, OVERLAY_NONE);
	dashboard_press(app, 'y');
	dashboard_press(app, INPUT_DOWN);
	assert_string_equal(dashboard_press(app, INPUT_ENTER).text, "http://localhost:3000");
}

static void only_tcp_listeners_are_opened(void **state)
{
	struct app *app = *state;

	dashboard_select(app, 3000);
	assert_int_equal(dashboard_press(app, 'o').kind, JOB_OPEN);
	dashboard_select(app, 5353);
	assert_int_equal(dashboard_press(app, 'o').kind, JOB_NONE);
	assert_string_equal(app->status, "only a TCP listener can be opened");
}

static void a_kill_is_asked_seen_and_sent(void **state)
{
	struct app *app = *state;
	struct reply reply;
	struct job job;

	dashboard_select(app, 3000);
	job = dashboard_press(app, 'k');
	assert_int_equal(job.kind, JOB_KILL_BEGIN);
	assert_int_equal(job.key.endpoint.port, 3000);
	assert_int_equal(dashboard_press(app, INPUT_ENTER).kind, JOB_NONE);
	reply = plan_for(&job, "");
	app_reply(app, &reply);
	assert_int_equal(dashboard_press(app, INPUT_ENTER).kind, JOB_NONE);
	app_shown(app);
	job = dashboard_press(app, INPUT_ENTER);
	assert_int_equal(job.kind, JOB_KILL_SEND);
	assert_int_equal(job.signal, SIGTERM);
	assert_int_equal(app->overlay, OVERLAY_NONE);
	reply = status_of(KILL_RELEASED, true, "exited after 120 ms, port 3000 is free");
	app_reply(app, &reply);
	assert_string_equal(app->status, "exited after 120 ms, port 3000 is free");
	assert_string_equal(tracker_event(app->tracker, 0)->text, app->status);
}

static void a_process_that_goes_on_is_killed_under_the_same_sights(void **state)
{
	struct app *app = *state;
	struct reply reply;
	struct job job;

	dashboard_select(app, 3000);
	job = dashboard_press(app, 'k');
	reply = plan_for(&job, "");
	app_reply(app, &reply);
	app_shown(app);
	dashboard_press(app, INPUT_ENTER);
	reply = status_of(KILL_STILL_RUNNING, false, "still running after 5 s: K to kill");
	app_reply(app, &reply);
	assert_int_equal(dashboard_press(app, 'K').kind, JOB_NONE);
	assert_int_equal(app->dialog.state, DIALOG_CHOOSING);
	app_shown(app);
	job = dashboard_press(app, INPUT_ENTER);
	assert_int_equal(job.kind, JOB_KILL_SEND);
	assert_int_equal(job.signal, SIGKILL);
	reply = status_of(KILL_STILL_RUNNING, false, "still running");
	app_reply(app, &reply);
	dashboard_select(app, 5432);
	assert_int_equal(dashboard_press(app, 'K').kind, JOB_KILL_BEGIN);
}

static void a_cancelled_or_foreign_plan_opens_nothing(void **state)
{
	struct app *app = *state;
	struct reply reply;
	struct job first, second;

	dashboard_select(app, 3000);
	first = dashboard_press(app, 'k');
	assert_int_equal(dashboard_press(app, INPUT_ESCAPE).kind, JOB_KILL_CANCEL);
	reply = plan_for(&first, "");
	app_reply(app, &reply);
	assert_int_equal(app->overlay, OVERLAY_NONE);
	dashboard_select(app, 5432);
	second = dashboard_press(app, 'k');
	app_reply(app, &reply);
	assert_int_equal(app->dialog.state, DIALOG_ASKED);
	reply = plan_for(&second, "it is a service");
	app_reply(app, &reply);
	app_shown(app);
	assert_int_equal(dashboard_press(app, INPUT_ENTER).kind, JOB_NONE);
	app_shown(app);
	assert_int_equal(dashboard_press(app, INPUT_ENTER).kind, JOB_NONE);
	assert_int_equal(dashboard_press(app, 'y').kind, JOB_KILL_SEND);
}

static void details_stay_with_their_socket(void **state)
{
	struct app *app = *state;
	size_t lines;

	dashboard_select(app, 3000);
	dashboard_press(app, INPUT_ENTER);
	assert_int_equal(app->view, VIEW_DETAILS);
	lines = app->page.count;
	assert_true(lines > 10);
	dashboard_frame(app, 1001000, "tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n");
	dashboard_frame(app, 1009000, "tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n");
	assert_true(focus_row(app)->is_gone);
	assert_true(app->page.count > 10);
	assert_int_equal(dashboard_press(app, 'k').kind, JOB_NONE);
	assert_string_equal(app->status, "this socket is gone already");
	dashboard_press(app, 'q');
	assert_int_equal(app->view, VIEW_LISTENERS);
	assert_false(app->is_done);
}

static void views_lead_back_to_where_one_came_from(void **state)
{
	struct app *app = *state;

	dashboard_press(app, INPUT_TAB);
	assert_int_equal(app->view, VIEW_CONNECTIONS);
	dashboard_press(app, INPUT_TAB);
	assert_int_equal(app->view, VIEW_EVENTS);
	dashboard_press(app, '?');
	assert_int_equal(app->view, VIEW_HELP);
	assert_true(app->page.count > 30);
	dashboard_press(app, INPUT_END);
	assert_int_equal(app->page.top + focus_height(app), app->page.count);
	dashboard_press(app, INPUT_ESCAPE);
	assert_int_equal(app->view, VIEW_EVENTS);
	dashboard_press(app, INPUT_TAB);
	assert_int_equal(app->view, VIEW_LISTENERS);
	dashboard_press(app, INPUT_BACK_TAB);
	assert_int_equal(app->view, VIEW_EVENTS);
	dashboard_press(app, INPUT_ESCAPE);
	dashboard_press(app, INPUT_ENTER);
	dashboard_press(app, '?');
	dashboard_press(app, '?');
	assert_int_equal(app->view, VIEW_DETAILS);
	dashboard_press(app, INPUT_ESCAPE);
	assert_int_equal(app->view, VIEW_LISTENERS);
}

static void sorting_by_menu_click_and_again(void **state)
{
	struct app *app = *state;
	struct input click = { .kind = INPUT_CLICK, .y = app->layout.regions[REGION_HEAD].y };

	dashboard_press(app, 's');
	assert_int_equal(app->overlay, OVERLAY_SORT);
	dashboard_press(app, INPUT_DOWN);
	dashboard_press(app, INPUT_ENTER);
	assert_ptr_not_equal(app->sort, column_named("port"));
	click.x = app->column_widths[0] + 2u;
	app_apply(app, &click);
	assert_ptr_equal(app->sort, column_named("port"));
	assert_false(app->is_reversed);
	app_apply(app, &click);
	assert_true(app->is_reversed);
}

static void clicks_select_and_the_wheel_scrolls(void **state)
{
	struct app *app = *state;
	struct facts *many = build_facts(1001000, "");
	const struct snapshot *s;
	unsigned y = app->layout.regions[REGION_TABLE].y;

	app_apply(app, &(struct input){ .kind = INPUT_CLICK, .x = 5, .y = y + 2 });
	assert_int_equal(app->rows.selected_index, 2);
	app_apply(app, &(struct input){ .kind = INPUT_CLICK, .x = 5, .y = y + 12 });
	assert_int_equal(app->rows.selected_index, 2);
	for (unsigned i = 0; i < 100; i++)
		build_add(many, "tcp 127.0.0.1:%u cookie %u\n", 20000 + i, 1000 + i);
	s = snapshot_build(many);
	app_frame(app, s);
	dashboard_press(app, INPUT_HOME);
	app_apply(app, &(struct input){ .kind = INPUT_WHEEL, .x = 5, .y = y, .scroll = 3 });
	assert_int_equal(app->top, 3);
	assert_int_equal(app->rows.selected_index, 3);
	app_apply(app, &(struct input){ .kind = INPUT_WHEEL, .x = 5, .y = y, .scroll = -3 });
	assert_int_equal(app->top, 0);
	assert_int_equal(app->rows.selected_index, 3);
	snapshot_unref(s);
}

static void scope_is_chosen_by_keys(void **state)
{
	struct app *app = *state;

	assert_int_equal(app->out_of_scope, 1);
	dashboard_press(app, 'a');
	assert_int_equal(app->rows.count, 6);
	assert_int_equal(app->out_of_scope, 0);
	dashboard_press(app, 'l');
	assert_int_equal(app->rows.count, 5);
	dashboard_press(app, 'a');
	assert_int_equal(app->rows.count, 4);
}

static void the_pace_is_chosen_by_keys(void **state)
{
	struct app *app = *state;
	struct job job = dashboard_press(app, '+');

	assert_int_equal(job.kind, JOB_INTERVAL);
	assert_int_equal(job.interval_ms, 2000);
	for (unsigned i = 0; i < 20; i++)
		job = dashboard_press(app, '-');
	assert_int_equal(job.interval_ms, 250);
	for (unsigned i = 0; i < 20; i++)
		job = dashboard_press(app, '+');
	assert_int_equal(job.interval_ms, 60000);
	assert_int_equal(dashboard_press(app, 'R').kind, JOB_SCAN);
	assert_int_equal(dashboard_press(app, INPUT_F0 + 5).kind, JOB_SCAN);
}

static void counts_are_of_rows_in_scope(void **state)
{
	struct app *app = *state;

	assert_int_equal(app->counts.listening, 4);
	assert_int_equal(app->counts.marked[MARK_EXPOSED], 1);
	assert_int_equal(app->counts.marked[MARK_LEFTOVER], 1);
	dashboard_press(app, '/');
	dashboard_type(app, "node");
	assert_int_equal(app->counts.listening, 4);
}

/* Nobody listens, somebody does, at the other address; what is gone is not there. */
static void what_a_project_misses_is_counted(void **state)
{
	static const char text[] = "[web]\nport = 3000\n[web6]\nport = 3000\naddress = ::1\n[dns]\nport = 5353\n"
				   "protocol = udp\n[api]\nport = 4000\n";
	static const struct {
		const char *scene;
		size_t missing;
	} cases[] = {
		{ desk, 2 }, { "tcp [::]:3000 v6only no\n", 2 }, { "", 4 },
		{ "tcp [::1]:3000\nudp 127.0.0.1:5353\n", 1 }, { "tcp 127.0.0.1:4000\n", 3 },
	};
	struct expect_error error;
	struct expect file;
	const struct app_options options = { .clipboard = "", .interval_ms = 1000, .expect = &file };
	struct app *app;

	(void)state;
	assert_int_equal(expect_parse(slice_of(text), &file, &error), 0);
	app = app_new(&options);
	app_resize(app, 80, 24);
	assert_int_equal(app->missing, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		dashboard_frame(app, 1000000 + (int64_t)i * 60000, cases[i].scene);
		if (app->missing != cases[i].missing)
			fail_msg("%s: %zu missing", cases[i].scene, app->missing);
		assert_int_equal(app->layout.regions[REGION_GAPS].height, 1);
	}
	app_free(app);
	expect_done(&file);
}

static void a_status_fades(void **state)
{
	struct app *app = *state;

	dashboard_press(app, 'p');
	assert_string_not_equal(app->status, "");
	dashboard_frame(app, 1000000 + STATUS_SHOWN_MS, desk);
	assert_string_not_equal(app->status, "");
	dashboard_frame(app, 1000001 + STATUS_SHOWN_MS, desk);
	assert_string_equal(app->status, "");
}

static void a_failed_scan_is_said(void **state)
{
	struct app *app = *state;
	const struct reply failed = { .kind = REPLY_SCAN_FAILED, .error = 13 };

	app_reply(app, &failed);
	assert_string_equal(app->status, "could not look: Permission denied");
	assert_int_equal(app->scan_error, 13);
	dashboard_frame(app, 1001000, desk);
	assert_int_equal(app->scan_error, 0);
}

static void every_way_out_quits(void **state)
{
	static const uint32_t keys[] = { 'q', INPUT_F0 + 10, INPUT_CTRL('C') };

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct app *app = dashboard_open(desk);

		dashboard_press(app, keys[i]);
		assert_true(app->is_done);
		app_free(app);
	}
}

int main(void)
{
#define CASE(test) DASHBOARD_TEST(test, desk)
	const struct CMUnitTest tests[] = {
		CASE(moving_stays_in_the_table),
		CASE(the_selection_follows_its_row),
		CASE(the_selected_line_stays_where_it_is),
		CASE(the_filter_works_while_it_is_typed),
		CASE(letters_in_the_prompt_are_no_commands),
		CASE(pasted_text_is_never_a_command),
		CASE(copying_goes_to_the_terminal_or_a_helper),
		CASE(the_copy_menu_copies_what_it_showed),
		CASE(only_tcp_listeners_are_opened),
		CASE(a_kill_is_asked_seen_and_sent),
		CASE(a_process_that_goes_on_is_killed_under_the_same_sights),
		CASE(a_cancelled_or_foreign_plan_opens_nothing),
		CASE(details_stay_with_their_socket),
		CASE(views_lead_back_to_where_one_came_from),
		CASE(sorting_by_menu_click_and_again),
		CASE(clicks_select_and_the_wheel_scrolls),
		CASE(scope_is_chosen_by_keys),
		CASE(the_pace_is_chosen_by_keys),
		CASE(counts_are_of_rows_in_scope),
		cmocka_unit_test(what_a_project_misses_is_counted),
		CASE(a_status_fades),
		CASE(a_failed_scan_is_said),
		cmocka_unit_test(every_way_out_quits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
