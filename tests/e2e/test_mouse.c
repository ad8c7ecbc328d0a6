/* The mouse, as an xterm tells of it (SGR, mode 1006): on titles, rows, keys, menus and dialogs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "replay.h"

enum { BEFORE_MAX = 4, LEFT = 0, WHEEL_UP = 64, WHEEL_DOWN = 65 };

static const struct mouse_case {
	const char *name;
	const char *before[BEFORE_MAX];  /* typed */
	const char *under;               /* the text on the screen that is under the mouse */
	int button, times;
	const char *effect;              /* appears; "-text": is there no more */
} cases[] = {
	{ "a title sorts", { NULL }, "PROCESS", LEFT, 1, " by process " },
	{ "and once more reverses", { NULL }, "PROCESS", LEFT, 2, " by process, reversed " },
	{ "a title of connections", { KEY_TAB }, "CLIENT ", LEFT, 1, " by client " },
	{ "a row is selected", { NULL }, "4000 127.0.0.1", LEFT, 1, " 8/25 " },
	{ "two clicks open it", { NULL }, "4000 127.0.0.1", LEFT, 2, " Details  127.0.0.1:4000" },
	{ "two clicks fold a group", { "t" }, "[-] node 4211", LEFT, 2, "[+] node 4211" },
	{ "two clicks on a connection", { KEY_TAB }, "7450 python3", LEFT, 2, " Details  127.0.0.1:7450" },
	{ "two clicks on an event", { "R", "R", KEY_BACK_TAB }, "opened", LEFT, 2, "PORT ADDRESS" },
	{ "a key of the last line", { NULL }, "/ filter", LEFT, 1, "/  text, or field:value" },
	{ "back from a page", { "?" }, "Esc back", LEFT, 1, "PORT ADDRESS" },
	{ "a line of a menu", { "s" }, "STATE", LEFT, 1, " by state " },
	{ "beside a menu", { "y" }, "devbox", LEFT, 1, "-Copy" },
	{ "a key of a menu", { "s" }, "Esc cancel", LEFT, 1, "-Sort by" },
	{ "a check", { "C" }, "[x] PORT", LEFT, 1, "[ ] PORT" },
	{ "the button of a dialog", { "k" }, "Esc close", LEFT, 1, "-Esc close" },
	{ "the wheel on rows", { NULL }, "4000 127.0.0.1", WHEEL_DOWN, 1, " 4/25 " },
	{ "many turns of the wheel at once", { NULL }, "4000 127.0.0.1", WHEEL_DOWN, 2, " 7/25 " },
	{ "the wheel back", { KEY_END }, "9000 127.0.0.1", WHEEL_UP, 3, " 16/25 " },
	{ "the wheel on a page", { "?" }, "one line up", WHEEL_DOWN, 1, " 4-23/" },
	{ "the wheel on details", { KEY_ENTER }, "Socket", WHEEL_DOWN, 1, " 4-23/" },
	{ "the wheel on a menu", { "/port:3000" KEY_ENTER, "y" }, "u URL", WHEEL_DOWN, 1, "> u URL" },
};

enum { CASES = sizeof cases / sizeof *cases };

static void settle_with(struct term *t, const char *keys)
{
	term_type(t, keys);
	term_settle(t);
}

static void point(struct term *t, int button, int row, int column)
{
	char bytes[64];

	snprintf(bytes, sizeof bytes, "\033[<%d;%d;%dM", button, column + 1, row + 1);
	term_type(t, bytes);
	if (button != LEFT)
		return;
	snprintf(bytes, sizeof bytes, "\033[<%d;%d;%dm", button, column + 1, row + 1);
	term_type(t, bytes);
}

static void test_mouse(void **state)
{
	const struct mouse_case *c = *state;
	struct term *t = replay_start(24, 80, "desk", NULL);
	bool vanishes = *c->effect == '-';
	int row;

	for (int i = 0; i < BEFORE_MAX && c->before[i]; i++)
		settle_with(t, c->before[i]);
	row = vscreen_find(term_screen(t), c->under);
	assert_true(row >= 0);
	assert_int_equal(vscreen_find(term_screen(t), c->effect + vanishes) >= 0, vanishes);
	for (int i = 0, column = vscreen_column(term_screen(t), row, c->under); i < c->times; i++)
		point(t, c->button, row, column);
	assert_true(vanishes ? term_await_gone(t, c->effect + 1) : term_await(t, c->effect));
	term_free(t);
}

/* Esc twice, as fast as a terminal can tell it, is twice Esc. */
static void test_escape_twice(void **state)
{
	struct term *t = replay_start(24, 80, "desk", NULL);

	(void)state;
	settle_with(t, "/port:3000" KEY_ENTER);
	settle_with(t, KEY_ENTER);
	assert_true(term_await(t, " Details"));
	term_type(t, KEY_ESCAPE KEY_ESCAPE);
	assert_true(term_await_gone(t, " Details"));
	assert_true(term_await_gone(t, "filter: port:3000"));
	term_free(t);
}

int main(void)
{
	static struct CMUnitTest tests[CASES + 1];

	for (size_t i = 0; i < CASES; i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, test_mouse, NULL, NULL, (void *)(uintptr_t)&cases[i] };
	tests[CASES] = (struct CMUnitTest)cmocka_unit_test(test_escape_twice);
	return _cmocka_run_group_tests("mouse", tests, CASES + 1, NULL, NULL);
}
