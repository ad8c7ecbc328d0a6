/* The real thing: real servers in a private network namespace, killed with the keys that a user would
 * press; what the status line says must be what happened. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "../live/process.h"
#include "../live/scene.h"
#include "replay.h"

enum { PORT = 24000 };

struct world {
	bool may_enter;
	struct scene scene, later;
	struct term *term;
};

static bool await_death(int pid)
{
	for (int tries = 0; tries < 200 && process_is_alive(pid); tries++)
		poll(NULL, 0, 10);
	return !process_is_alive(pid);
}

/* The only holder of the port, as lotop lists it. */
static int holder_of_port(void)
{
	json_t *list = scene_list("list --json port:24000", NULL);
	json_t *row = json_array_get(json_object_get(list, "listeners"), 0);
	int pid = (int)json_integer_value(
		json_object_get(json_array_get(json_object_get(row, "holders"), 0), "pid"));

	json_decref(list);
	return pid;
}

static void make(struct scene *scene, const char *name)
{
	const char *const names[] = { name, NULL };

	scene_add(scene, names, PORT, NULL);
}

/* One situation at the port, and the dashboard on it with its owner found. */
static struct term *begin(struct world *w, const char *name)
{
	if (!w->may_enter)
		skip();
	make(&w->scene, name);
	w->term = term_lotop(24, 120, "-i 0.2", NULL);
	assert_true(term_await(w->term, "LISTEN registered helper_socket"));
	term_type(w->term, "/port:24000" KEY_ENTER);
	assert_true(term_await(w->term, "filter: port:24000"));
	return w->term;
}

static int end(void **state)
{
	struct world *w = *state;

	term_free(w->term);
	w->term = NULL;
	scene_end(&w->scene);
	scene_end(&w->later);
	return 0;
}

static void open_dialog(struct term *t, const char *key, int pid)
{
	char text[64];

	snprintf(text, sizeof text, "helper_socket %d  ", pid);
	term_type(t, key);
	assert_true(term_await(t, "Enter send"));
	assert_true(term_await(t, text));
}

static const char *line_with(struct term *t, const char *text)
{
	return vscreen_line(term_screen(t), vscreen_find(term_screen(t), text));
}

static void test_term(void **state)
{
	struct term *t = begin(*state, "server");
	int pid = holder_of_port();

	open_dialog(t, "k", pid);
	assert_true(process_is_alive(pid));
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "port 24000 is free"));
	assert_non_null(strstr(line_with(t, "port 24000 is free"), "exited"));
	assert_false(process_is_alive(pid));
	term_quit(t, 2000);
}

/* Who, what, and what decides stand there on every size that a process may be ended on; below it, none does. */
static void test_sizes(void **state)
{
	static const char *const parts[] = {
		"┌ Kill ─", "> TERM", "INT", "HUP", "KILL", "Enter send   Tab choose   Esc cancel", "└──",
	};
	static const struct {
		int rows, cols;
	} sizes[] = { { 24, 80 }, { 40, 140 }, { 8, 40 } };
	struct term *t = begin(*state, "server");
	int pid = holder_of_port();

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		term_resize(t, sizes[i].rows, sizes[i].cols);
		term_settle(t);
		open_dialog(t, "k", pid);
		term_settle(t);
		for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
			if (vscreen_find(term_screen(t), parts[k]) < 0)
				fail_msg("no %s at %dx%d:\n%s", parts[k], sizes[i].cols, sizes[i].rows,
					 vscreen_text(term_screen(t)));
		term_type(t, KEY_ESCAPE);
		assert_true(term_await_gone(t, "Enter send"));
	}
	term_resize(t, 5, 30);
	term_settle(t);
	term_type(t, "k");
	assert_true(term_await(t, "Too small a screen"));
	term_type(t, KEY_ENTER);
	term_settle(t);
	term_type(t, KEY_ESCAPE);
	assert_true(term_await_gone(t, "Too small"));
	assert_true(process_is_alive(pid));
}

static void test_cancel(void **state)
{
	struct term *t = begin(*state, "server");
	int pid = holder_of_port();

	open_dialog(t, "k", pid);
	term_type(t, KEY_ESCAPE);
	assert_true(term_await_gone(t, "Enter send"));
	assert_true(process_is_alive(pid));
	assert_int_equal(holder_of_port(), pid);
}

static void test_ignores_term(void **state)
{
	struct term *t = begin(*state, "ignores_term");
	int pid = holder_of_port();

	open_dialog(t, "k", pid);
	assert_true(term_await(t, "ignores TERM"));
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "TERM sent to helper_socket"));
	while (vscreen_find(term_screen(t), "still running") < 0)
		assert_true(term_pump(t, 7000));
	assert_true(process_is_alive(pid));
	assert_int_equal(holder_of_port(), pid);
	open_dialog(t, "K", pid);
	assert_true(term_await(t, "> KILL"));
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "port 24000 is free"));
	assert_false(process_is_alive(pid));
}

static void test_supervised(void **state)
{
	struct term *t = begin(*state, "supervised");
	char text[32];
	int old = holder_of_port();

	open_dialog(t, "k", old);
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "port 24000 is back"));
	int new = holder_of_port();
	assert_int_not_equal(new, old);
	snprintf(text, sizeof text, "%d", new);
	assert_non_null(strstr(line_with(t, "port 24000 is back"), text));
	snprintf(text, sizeof text, "restarted by helper_socket %d", (int)process_parent(new));
	assert_non_null(strstr(line_with(t, "port 24000 is back"), text));
	term_type(t, KEY_BACK_TAB);
	snprintf(text, sizeof text, "helper_socket %d", old);
	assert_true(term_await(t, text));
}

/* The server went away between the dialog and Enter, and somebody else has the port now: no signal. */
static void test_changed_since_looked(void **state)
{
	struct world *w = *state;
	struct term *t = begin(w, "server");
	int old = holder_of_port();

	open_dialog(t, "k", old);
	scene_end(&w->scene);
	assert_true(await_death(old));
	make(&w->later, "server");
	int new = holder_of_port();
	assert_int_not_equal(new, old);
	term_type(t, KEY_ENTER);
	assert_true(term_await_gone(t, "Enter send"));
	assert_true(term_await(t, "changed since you looked, nothing was sent"));
	assert_true(term_await(t, "rebound"));
	assert_true(process_is_alive(new));
	assert_int_equal(holder_of_port(), new);
}

/* What opens and closes while one looks shows within one interval. */
static void test_live_changes(void **state)
{
	struct world *w = *state;
	struct term *t = begin(w, "server");

	scene_end(&w->scene);
	assert_true(term_await(t, "gone"));
	make(&w->later, "ignores_term");
	assert_true(term_await_gone(t, "gone"));
	assert_true(term_await(t, "LISTEN"));
}

int main(void)
{
	struct world world = { .may_enter = scene_enter() };
	const struct CMUnitTest tests[] = {
		{ "term", test_term, NULL, end, &world },
		{ "sizes", test_sizes, NULL, end, &world },
		{ "cancel", test_cancel, NULL, end, &world },
		{ "ignores_term", test_ignores_term, NULL, end, &world },
		{ "supervised", test_supervised, NULL, end, &world },
		{ "changed_since_looked", test_changed_since_looked, NULL, end, &world },
		{ "live_changes", test_live_changes, NULL, end, &world },
	};

	return cmocka_run_group_tests_name("live_kill", tests, NULL, NULL);
}
