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
#include "../live/scene.h"
#include "replay.h"

enum { PORT = 24000 };

static struct term *watch(void)
{
	struct term *t = term_lotop(24, 120, "-i 0.2", NULL);

	assert_true(term_await(t, "24000 127.0.0.1"));
	term_type(t, "/port:24000" KEY_ENTER);
	term_settle(t);
	return t;
}

/* Neither gone nor a zombie that nobody has reaped yet. */
static bool is_alive(int pid)
{
	char path[32], text[512] = "";

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	const char *end = strrchr(text, ')');
	return end && strncmp(end, ") Z", 3) && strncmp(end, ") X", 3);
}

static bool await_death(int pid)
{
	for (int tries = 0; tries < 200 && is_alive(pid); tries++)
		poll(NULL, 0, 10);
	return !is_alive(pid);
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

static void begin(void **state, struct scene *s, const char *name)
{
	const char *const names[] = { name, NULL };
	const bool *may_enter = *state;

	if (!*may_enter)
		skip();
	scene_add(s, names, PORT, NULL);
}

static void test_term(void **state)
{
	struct scene s = { 0 };
	char text[64];

	begin(state, &s, "server");
	int pid = holder_of_port();
	struct term *t = watch();
	term_type(t, "k");
	snprintf(text, sizeof text, "helper_socket %d", pid);
	assert_true(term_await(t, "Enter send"));
	assert_true(vscreen_find(term_screen(t), text) >= 0);
	assert_true(is_alive(pid));
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "port 24000 is free"));
	int row = vscreen_find(term_screen(t), "port 24000 is free");
	assert_non_null(strstr(vscreen_line(term_screen(t), row), "exited"));
	term_type(t, "q");
	assert_true(term_await_end(t, 2000));
	assert_true(term_is_whole(t));
	term_free(t);
	scene_end(&s);
}

static void test_cancel(void **state)
{
	struct scene s = { 0 };

	begin(state, &s, "server");
	int pid = holder_of_port();
	struct term *t = watch();
	term_type(t, "k");
	assert_true(term_await(t, "Enter send"));
	term_type(t, KEY_ESCAPE);
	assert_true(term_await_gone(t, "Enter send"));
	assert_true(is_alive(pid));
	assert_int_equal(holder_of_port(), pid);
	term_free(t);
	scene_end(&s);
}

static void test_ignores_term(void **state)
{
	struct scene s = { 0 };

	begin(state, &s, "ignores_term");
	int pid = holder_of_port();
	struct term *t = watch();
	term_type(t, "k");
	assert_true(term_await(t, "ignores TERM"));
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "TERM sent to helper_socket"));
	while (vscreen_find(term_screen(t), "still running") < 0)
		assert_true(term_pump(t, 7000));
	assert_true(is_alive(pid));
	assert_int_equal(holder_of_port(), pid);
	term_type(t, "K");
	assert_true(term_await(t, "> KILL"));
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "port 24000 is free"));
	term_free(t);
	scene_end(&s);
}

static void test_supervised(void **state)
{
	struct scene s = { 0 };
	char text[32];

	begin(state, &s, "supervised");
	struct term *t = watch();
	int old = holder_of_port();
	term_type(t, "k");
	assert_true(term_await(t, "Enter send"));
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "port 24000 is back"));
	int new = holder_of_port(), row = vscreen_find(term_screen(t), "port 24000 is back");
	assert_int_not_equal(new, old);
	snprintf(text, sizeof text, "%d", new);
	assert_non_null(strstr(vscreen_line(term_screen(t), row), text));
	term_type(t, KEY_TAB);
	snprintf(text, sizeof text, "helper_socket %d", old);
	assert_true(term_await(t, text));
	term_free(t);
	scene_end(&s);
}

/* The server went away between the dialog and Enter, and somebody else has the port now: no signal. */
static void test_changed_since_looked(void **state)
{
	struct scene first = { 0 }, second = { 0 };

	begin(state, &first, "server");
	int old = holder_of_port();
	struct term *t = watch();
	term_type(t, "k");
	assert_true(term_await(t, "Enter send"));
	scene_end(&first);
	assert_true(await_death(old));
	begin(state, &second, "server");
	int new = holder_of_port();
	assert_int_not_equal(new, old);
	term_type(t, KEY_ENTER);
	term_settle(t);
	assert_true(is_alive(new));
	assert_int_equal(holder_of_port(), new);
	term_free(t);
	scene_end(&second);
}

/* What opens, closes and is taken over while one looks shows within one interval. */
static void test_live_changes(void **state)
{
	struct scene s = { 0 };

	begin(state, &s, "server");
	struct term *t = watch();
	scene_end(&s);
	assert_true(term_await(t, "gone"));
	begin(state, &s, "ignores_term");
	assert_true(term_await_gone(t, "gone"));
	assert_true(term_await(t, "LISTEN"));
	assert_true(vscreen_find(term_screen(t), "new") >= 0 || vscreen_find(term_screen(t), "rebound") >= 0);
	term_free(t);
	scene_end(&s);
}

int main(void)
{
	bool may_enter = scene_enter();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_term, &may_enter),
		cmocka_unit_test_prestate(test_cancel, &may_enter),
		cmocka_unit_test_prestate(test_ignores_term, &may_enter),
		cmocka_unit_test_prestate(test_supervised, &may_enter),
		cmocka_unit_test_prestate(test_changed_since_looked, &may_enter),
		cmocka_unit_test_prestate(test_live_changes, &may_enter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
