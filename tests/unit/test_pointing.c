/* ui/pointing, ui/keyline: the mouse does what the key of the same place does, and nothing anywhere else. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "dashboard.h"
#include "ui/cursor.h"
#include "ui/dialogbox.h"
#include "ui/keyline.h"

static const char desk[] =
	"process 4211 node alice command next dev\n"
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n";

/* Where the hint of that key stands. */
static unsigned hint_at(const struct app *app, uint32_t key)
{
	for (unsigned x = 0; x < app->layout.screen.width; x++)
		if (keyline_key_at(app, app->layout.screen.width, x) == key)
			return x;
	fail_msg("no hint of key %u", key);
	return 0;
}

static struct job click_hint(struct app *app, uint32_t key)
{
	return dashboard_click(app, hint_at(app, key), app->layout.regions[REGION_KEYS].y, 0);
}

static void hints_are_their_keys(void **state)
{
	struct app *app = *state;

	click_hint(app, INPUT_TAB);
	assert_int_equal(app->view, VIEW_CONNECTIONS);
	click_hint(app, 's');
	assert_int_equal(app->overlay, OVERLAY_SORT);
	click_hint(app, INPUT_ESCAPE);
	assert_int_equal(app->overlay, OVERLAY_NONE);
	click_hint(app, '?');
	assert_int_equal(app->view, VIEW_HELP);
	click_hint(app, INPUT_ESCAPE);
	assert_int_equal(app->view, VIEW_CONNECTIONS);
	click_hint(app, 'q');
	assert_true(app->is_done);
}

/* Between two hints, and behind the last, there is nothing. */
static void beside_a_hint_nothing_happens(void **state)
{
	struct app *app = *state;
	unsigned y = app->layout.regions[REGION_KEYS].y, end = hint_at(app, 'c') - 1;

	assert_int_equal(keyline_key_at(app, 80, 0), 0);
	assert_int_equal(keyline_key_at(app, 80, end), 0);
	assert_int_equal(keyline_key_at(app, 80, 79), 0);
	assert_int_equal(dashboard_click(app, end, y, 0).kind, JOB_NONE);
	assert_int_equal(app->overlay, OVERLAY_NONE);
}

/* On a screen of a few lines the status takes the place of the keys: nothing is hit that is not seen. */
static void below_a_status_there_are_no_keys(void **state)
{
	struct app *app = *state;

	app_resize(app, 40, 5);
	assert_int_not_equal(keyline_key_at(app, 40, hint_at(app, 'q')), 0);
	dashboard_press(app, 'a');
	assert_string_not_equal(app->status, "");
	for (unsigned x = 0; x < 40; x++)
		assert_int_equal(keyline_key_at(app, 40, x), 0);
}

static void lines_of_a_menu_are_picked_and_beside_it_closes(void **state)
{
	struct app *app = *state;

	size_t before;

	dashboard_press(app, 's');
	before = app->menu.chosen;
	dashboard_turn(app, 40, 5, 3);
	assert_int_equal(app->menu.chosen, before + 1);
	dashboard_click(app, 40, 0, 0);                  /* the frame */
	assert_int_equal(app->overlay, OVERLAY_SORT);
	dashboard_click(app, 40, 5, 0);
	assert_int_equal(app->overlay, OVERLAY_NONE);
	assert_int_equal(app->sort->place, app->menu.items[4].value);
	dashboard_press(app, 's');
	dashboard_click(app, 0, 7, 0);
	assert_int_equal(app->overlay, OVERLAY_NONE);
	assert_int_equal(app->sort->place, app->menu.items[4].value);
	dashboard_press(app, 'C');
	dashboard_click(app, 40, 2, 0);                  /* a check, and the menu stays */
	assert_int_equal(app->overlay, OVERLAY_COLUMNS);
	assert_false(app->menu.items[1].is_checked);
	click_hint(app, INPUT_ENTER);
	assert_ptr_equal(app->columns[1], column_named("state"));
}

static void plan(struct app *app, const struct job *begin)
{
	struct reply reply = { .kind = REPLY_KILL_PLAN };

	assert_int_equal(begin->kind, JOB_KILL_BEGIN);
	reply.plan.key = begin->key;
	reply.plan.id.pid = 4211;
	snprintf(reply.plan.name, sizeof reply.plan.name, "node");
	app_reply(app, &reply);
	app_shown(app);
}

/* Searched for: a click on a button is what its key is, and only there. */
static struct job click_button(struct app *app, uint32_t key, enum dialog_state state)
{
	for (unsigned y = 0; y < 24; y++) {
		for (unsigned x = 0; x < 80; x++) {
			struct dialog copy = app->dialog;

			assert_int_equal(copy.state, state);
			if (dialogbox_click(&copy, app->layout.screen, x, y) == key)
				return dashboard_click(app, x, y, 0);
		}
	}
	fail_msg("no button of key %u", key);
	return (struct job){ 0 };
}

static void the_dialog_is_decided_by_its_buttons(void **state)
{
	struct app *app = *state;
	struct job job = dashboard_press(app, 'k');

	plan(app, &job);
	click_button(app, INPUT_TAB, DIALOG_CHOOSING);
	assert_int_equal(dialog_signal(&app->dialog), SIGINT);
	app_shown(app);
	job = click_button(app, INPUT_ENTER, DIALOG_CHOOSING);
	assert_int_equal(job.kind, JOB_KILL_SEND);
	assert_int_equal(job.signal, SIGINT);
}

static void a_signal_is_chosen_by_a_click(void **state)
{
	struct app *app = *state;
	struct job job = dashboard_press(app, 'k');
	unsigned chosen = 0;

	plan(app, &job);
	for (unsigned y = 0; y < 24; y++)
		for (unsigned x = 0; x < 80; x++) {
			struct dialog copy = app->dialog;

			if (dialogbox_click(&copy, app->layout.screen, x, y))
				continue;
			chosen |= 1u << dialog_signal(&copy);
		}
	assert_int_equal(chosen, 1u << SIGTERM | 1u << SIGINT | 1u << SIGHUP | 1u << SIGKILL);
	dashboard_turn(app, 40, 12, 1);
	assert_int_equal(dialog_signal(&app->dialog), SIGINT);
	dashboard_turn(app, 40, 12, -1);
	assert_int_equal(dialog_signal(&app->dialog), SIGTERM);
	dashboard_click(app, 0, 0, 0);                   /* beside it: nothing is decided */
	assert_int_equal(app->overlay, OVERLAY_KILL);
	click_button(app, INPUT_ESCAPE, DIALOG_CHOOSING);
	assert_int_equal(app->overlay, OVERLAY_NONE);
}

/* A dialog that nobody has seen yet decides nothing. */
static void an_unseen_button_does_nothing(void **state)
{
	struct app *app = *state;
	struct job job = dashboard_press(app, 'k');
	struct reply reply = { .kind = REPLY_KILL_PLAN };

	reply.plan.key = job.key;
	reply.plan.id.pid = 4211;
	app_reply(app, &reply);
	assert_int_equal(click_button(app, INPUT_ENTER, DIALOG_CHOOSING).kind, JOB_NONE);
	assert_int_equal(app->overlay, OVERLAY_KILL);
}

static void the_wheel_scrolls_what_is_under_it(void **state)
{
	struct app *app = *state;
	struct rect aside;

	app_resize(app, 140, 12);
	dashboard_press(app, 'd');
	aside = app->layout.regions[REGION_ASIDE];
	dashboard_turn(app, aside.x + 3, aside.y + 3, 3);
	assert_int_equal(app->aside.top, 3);
	assert_int_equal(cursor_line(app), 0);
	dashboard_press(app, ']');
	assert_int_equal(app->aside.top, 7);
	dashboard_press(app, '[');
	assert_int_equal(app->aside.top, 3);
	dashboard_press(app, INPUT_DOWN);                /* another row: from its top */
	assert_int_equal(app->aside.top, 0);
	dashboard_press(app, '?');
	dashboard_turn(app, 3, 5, 3);
	assert_int_equal(app->page.top, 3);
}

static void details_beside_follow_the_cursor(void **state)
{
	struct app *app = *state;
	struct tui_view view = { 0 };

	app_resize(app, 140, 40);
	assert_int_equal(app->layout.regions[REGION_ASIDE].height, 0);
	dashboard_press(app, 'd');
	assert_non_null(strstr(app->aside.lines[0].text, "127.0.0.1:3000"));
	dashboard_press(app, INPUT_DOWN);
	assert_non_null(strstr(app->aside.lines[0].text, "127.0.0.1:5432"));
	app_view(app, &view);
	assert_true(view.is_split);
	app_resize(app, 80, 24);                         /* no room: as without */
	assert_int_equal(app->layout.regions[REGION_ASIDE].height, 0);
	dashboard_press(app, 'd');
	app_view(app, &view);
	assert_false(view.is_split);
	dashboard_press(app, 'd');
	assert_non_null(strstr(app->status, "140 columns"));
	app_view(app, &view);
	assert_false(view.is_split);
}

static void a_title_of_connections_sorts_them(void **state)
{
	struct app *app = *state;

	dashboard_press(app, INPUT_TAB);
	dashboard_click(app, 1, app->layout.regions[REGION_HEAD].y, 0);
	assert_int_equal(app->links.sort, LINK_CLIENT);
	assert_false(app->links.is_reversed);
	dashboard_click(app, 1, app->layout.regions[REGION_HEAD].y, 0);
	assert_true(app->links.is_reversed);
}

#define CASE(name) DASHBOARD_TEST(name, desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(hints_are_their_keys),
		CASE(beside_a_hint_nothing_happens),
		CASE(below_a_status_there_are_no_keys),
		CASE(lines_of_a_menu_are_picked_and_beside_it_closes),
		CASE(the_dialog_is_decided_by_its_buttons),
		CASE(a_signal_is_chosen_by_a_click),
		CASE(an_unseen_button_does_nothing),
		CASE(the_wheel_scrolls_what_is_under_it),
		CASE(details_beside_follow_the_cursor),
		CASE(a_title_of_connections_sorts_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
