/* Each key of the key table is pressed where it means something, and does it on the screen. A key that is
 * added to the table and not pressed here fails the last test. */
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/scene.h"
#include "replay.h"
#include "ui/input.h"
#include "ui/keymap.h"

enum { BEFORE_MAX = 5, PORT = 24000, SOON_MS = 3000 };

enum stage {
	DESK,            /* a recording at 80x24 */
	WIDE,            /* at 140x14, with details beside the table */
	TINY,            /* at 40x8: a short page scrolls */
	LIVE             /* this test listens; the kill dialog is open */
};

/* What the key does: a text that was not there is, "-text" is there no more, or one of these. */
#define ENDS "ends"
#define INTERRUPTED "ends, by SIGINT"      /* as a shell wants it: 128 + 2 */
#define REDRAWS "redraws"

static const struct key_case {
	enum context context;
	uint32_t key;
	const char *effect;
	const char *before[BEFORE_MAX];  /* typed one after the other, each when the screen has come to rest */
	const char *after;               /* typed after the key, to see what it did; NULL = nothing */
	enum stage stage;
} cases[] = {
	{ CONTEXT_LISTENERS, INPUT_DOWN, " 2/25 ", .before = { NULL } },
	{ CONTEXT_LISTENERS, INPUT_UP, " 1/25 ", .before = { KEY_DOWN } },
	{ CONTEXT_LISTENERS, INPUT_PAGE_DOWN, " 16/25 ", .before = { NULL } },
	{ CONTEXT_HELP, ' ', "leftovers of closed connections", .before = { "?" } },
	{ CONTEXT_LISTENERS, INPUT_PAGE_UP, " 10/25 ", .before = { KEY_END } },
	{ CONTEXT_LISTENERS, INPUT_HOME, " 1/25 ", .before = { KEY_END } },
	{ CONTEXT_LISTENERS, 'g', " 1/25 ", .before = { KEY_END } },
	{ CONTEXT_LISTENERS, INPUT_END, " 25/25 ", .before = { NULL } },
	{ CONTEXT_LISTENERS, 'G', " 25/25 ", .before = { NULL } },

	{ CONTEXT_LISTENERS, INPUT_ENTER, " Details  0.0.0.0:22", .before = { NULL } },
	{ CONTEXT_LISTENERS, 'k', "nothing is signalled", .before = { NULL } },
	{ CONTEXT_DETAILS, INPUT_F0 + 9, "nothing is signalled", .before = { KEY_ENTER } },
	{ CONTEXT_LISTENERS, 'K', "nothing is signalled", .before = { NULL } },
	{ CONTEXT_LISTENERS, 'c', "sent 127.0.0.1:3000 to", .before = { "/port:3000" KEY_ENTER } },
	{ CONTEXT_LISTENERS, 'u', "sent http://localhost:3000 to", .before = { "/port:3000" KEY_ENTER } },
	{ CONTEXT_LISTENERS, 'y', "Copy", .before = { NULL } },
	{ CONTEXT_LISTENERS, 'o', "a recording runs no programs", .before = { "/port:3000" KEY_ENTER } },
	{ CONTEXT_LISTENERS, 'w', " Why", .before = { NULL } },
	{ CONTEXT_WHY, 'C', " 1-4/", .before = { "/port:4000" KEY_ENTER, "w", KEY_DOWN }, .stage = TINY },
	{ CONTEXT_LISTENERS, ' ', " 1 tagged ", .before = { NULL } },
	{ CONTEXT_LISTENERS, 'U', "- 1 tagged ", .before = { " " } },
	{ CONTEXT_LISTENERS, 't', "[-] owner not visible", .before = { NULL } },
	{ CONTEXT_LISTENERS, INPUT_LEFT, "[+] owner not visible", .before = { "t" } },
	{ CONTEXT_LISTENERS, INPUT_RIGHT, "[-] owner not visible", .before = { "t", KEY_LEFT } },

	{ CONTEXT_EVENTS, INPUT_ENTER, "PORT ADDRESS", .before = { "R", "R", KEY_BACK_TAB } },
	{ CONTEXT_LISTENERS, '/', "/xyz", .before = { NULL }, .after = "xyz" },
	{ CONTEXT_CONNECTIONS, '/', "/xyz", .before = { KEY_TAB }, .after = "xyz" },
	{ CONTEXT_LISTENERS, INPUT_ESCAPE, "-filter: port:3000", .before = { "/port:3000" KEY_ENTER } },
	{ CONTEXT_LISTENERS, 's', "Sort by", .before = { NULL } },
	{ CONTEXT_LISTENERS, 'r', "by port, reversed", .before = { NULL } },
	{ CONTEXT_LISTENERS, 'C', "Columns of listeners", .before = { NULL } },
	{ CONTEXT_CONNECTIONS, INPUT_F0 + 2, "Columns of connections", .before = { KEY_TAB } },
	{ CONTEXT_LISTENERS, 'a', "all addresses", .before = { NULL } },
	{ CONTEXT_EVENTS, 'a', "all addresses", .before = { KEY_BACK_TAB } },
	{ CONTEXT_LISTENERS, 'l', "leftovers hidden", .before = { NULL } },
	{ CONTEXT_CONNECTIONS, 'a', "of 0.0.0.0:22", .before = { KEY_TAB } },
	{ CONTEXT_LISTENERS, 'd', "-Details", .before = { NULL }, .stage = WIDE },
	{ CONTEXT_LISTENERS, ']', " 5-", .before = { NULL }, .stage = WIDE },
	{ CONTEXT_LISTENERS, '[', " 1-", .before = { "]" }, .stage = WIDE },

	{ CONTEXT_LISTENERS, INPUT_TAB, "CLIENT ", .before = { NULL } },
	{ CONTEXT_LISTENERS, INPUT_BACK_TAB, " Events", .before = { NULL } },
	{ CONTEXT_DETAILS, INPUT_ESCAPE, "PORT ADDRESS", .before = { KEY_ENTER } },
	{ CONTEXT_EVENTS, INPUT_ESCAPE, "PORT ADDRESS", .before = { KEY_BACK_TAB } },
	{ CONTEXT_WHY, 'q', "PORT ADDRESS", .before = { "w" } },
	{ CONTEXT_HELP, INPUT_ENTER, "PORT ADDRESS", .before = { "?" } },

	{ CONTEXT_LISTENERS, 'p', "paused", .before = { NULL } },
	{ CONTEXT_LISTENERS, '+', "looks every 60 s", .before = { NULL } },
	{ CONTEXT_LISTENERS, '-', "looks every 30 s", .before = { NULL } },
	{ CONTEXT_LISTENERS, 'R', "12:03:18", .before = { NULL } },
	{ CONTEXT_DETAILS, INPUT_F0 + 5, "12:03:18", .before = { KEY_ENTER } },
	{ CONTEXT_LISTENERS, INPUT_CTRL('L'), REDRAWS, .before = { NULL } },
	{ CONTEXT_LISTENERS, '?', " Help", .before = { NULL } },
	{ CONTEXT_DETAILS, INPUT_F0 + 1, " Help", .before = { KEY_ENTER } },
	{ CONTEXT_HELP, '?', "PORT ADDRESS", .before = { "?" } },
	{ CONTEXT_HELP, INPUT_F0 + 1, "PORT ADDRESS", .before = { "?" } },
	{ CONTEXT_LISTENERS, 'q', ENDS, .before = { NULL } },
	{ CONTEXT_PROMPT, INPUT_F0 + 10, ENDS, .before = { "/" } },
	{ CONTEXT_MENU, INPUT_CTRL('C'), INTERRUPTED, .before = { "s" } },

	{ CONTEXT_PROMPT, INPUT_ENTER, "-/xyz", .before = { "/xyz" } },
	{ CONTEXT_PROMPT, INPUT_ESCAPE, "-filter: node", .before = { "/node" } },
	{ CONTEXT_PROMPT, INPUT_DOWN, " 2/25 ", .before = { "/" } },
	{ CONTEXT_PROMPT, INPUT_UP, " 1/25 ", .before = { "/", KEY_DOWN } },
	{ CONTEXT_PROMPT, INPUT_TAB, "project:", .before = { "/pro" } },
	{ CONTEXT_PROMPT, INPUT_LEFT, "/axb", .before = { "/ab" }, .after = "x" },
	{ CONTEXT_PROMPT, INPUT_RIGHT, "/axb", .before = { "/ab", KEY_LEFT, KEY_LEFT }, .after = "x" },
	{ CONTEXT_PROMPT, INPUT_HOME, "/xab", .before = { "/ab" }, .after = "x" },
	{ CONTEXT_PROMPT, INPUT_CTRL('A'), "/xab", .before = { "/ab" }, .after = "x" },
	{ CONTEXT_PROMPT, INPUT_END, "/abx", .before = { "/ab", KEY_HOME }, .after = "x" },
	{ CONTEXT_PROMPT, INPUT_CTRL('E'), "/abx", .before = { "/ab", KEY_HOME }, .after = "x" },
	{ CONTEXT_PROMPT, INPUT_BACKSPACE, "/abx", .before = { "/abc" }, .after = "x" },
	{ CONTEXT_PROMPT, INPUT_DELETE, "/bc", .before = { "/abc", KEY_HOME } },
	{ CONTEXT_PROMPT, INPUT_CTRL('W'), "/ab x", .before = { "/ab cd" }, .after = "x" },
	{ CONTEXT_PROMPT, INPUT_CTRL('U'), "/x", .before = { "/abc" }, .after = "x" },

	{ CONTEXT_MENU, INPUT_DOWN, "> u URL", .before = { "/port:3000" KEY_ENTER, "y" } },
	{ CONTEXT_MENU, INPUT_UP, "> c address", .before = { "/port:3000" KEY_ENTER, "y", KEY_DOWN } },
	{ CONTEXT_MENU, INPUT_END, "> j JSON", .before = { "/port:3000" KEY_ENTER, "y" } },
	{ CONTEXT_MENU, INPUT_HOME, "> c address", .before = { "/port:3000" KEY_ENTER, "y", KEY_END } },
	{ CONTEXT_MENU, INPUT_PAGE_DOWN, "> j JSON", .before = { "/port:3000" KEY_ENTER, "y" } },
	{ CONTEXT_MENU, INPUT_PAGE_UP, "> c address", .before = { "/port:3000" KEY_ENTER, "y", KEY_END } },
	{ CONTEXT_MENU, INPUT_ENTER, "sent 4211 to",
	  .before = { "/port:3000" KEY_ENTER, "y", KEY_DOWN, KEY_DOWN, KEY_DOWN } },
	{ CONTEXT_MENU, INPUT_ESCAPE, "-Sort by", .before = { "s" } },
	{ CONTEXT_MENU, 'q', "-Sort by", .before = { "s" } },

	{ CONTEXT_COLUMNS, ' ', "[ ] CLIENT", .before = { KEY_TAB, "C" } },
	{ CONTEXT_COLUMNS, ']', "> [x] CLIENT        who connected, and the port it did so from           │\n"
				"  │   [x] STATE", .before = { KEY_TAB, "C" } },
	{ CONTEXT_COLUMNS, INPUT_F0 + 8, "SERVER                      CLIENT", .before = { KEY_TAB, "C" },
	  .after = KEY_ENTER },
	{ CONTEXT_COLUMNS, INPUT_RIGHT, "SERVER                      CLIENT", .before = { KEY_TAB, "C" },
	  .after = KEY_ENTER },
	{ CONTEXT_COLUMNS, '[', "SERVER                      CLIENT", .before = { KEY_TAB, "C", KEY_DOWN },
	  .after = KEY_ENTER },
	{ CONTEXT_COLUMNS, INPUT_F0 + 7, "SERVER                      CLIENT", .before = { KEY_TAB, "C", KEY_DOWN },
	  .after = KEY_ENTER },
	{ CONTEXT_COLUMNS, INPUT_LEFT, "SERVER                      CLIENT", .before = { KEY_TAB, "C", KEY_DOWN },
	  .after = KEY_ENTER },
	{ CONTEXT_COLUMNS, 'u', "[x] CLIENT", .before = { KEY_TAB, "C", " " } },
	{ CONTEXT_COLUMNS, INPUT_ENTER, "-CLIENT ", .before = { KEY_TAB, "C", " ", KEY_DOWN } },
	{ CONTEXT_COLUMNS, INPUT_ESCAPE, "-Columns of", .before = { "C" } },

	{ CONTEXT_DIALOG, INPUT_TAB, "> INT", .stage = LIVE },
	{ CONTEXT_DIALOG, INPUT_RIGHT, "> INT", .stage = LIVE },
	{ CONTEXT_DIALOG, INPUT_DOWN, "> INT", .stage = LIVE },
	{ CONTEXT_DIALOG, INPUT_BACK_TAB, "> group", .stage = LIVE },
	{ CONTEXT_DIALOG, INPUT_LEFT, "> group", .stage = LIVE },
	{ CONTEXT_DIALOG, INPUT_UP, "> group", .stage = LIVE },
	{ CONTEXT_DIALOG, INPUT_ESCAPE, "-Enter send", .stage = LIVE },
	{ CONTEXT_DIALOG, 'q', "-Enter send", .stage = LIVE },
	{ CONTEXT_DIALOG, INPUT_ENTER, "y really send TERM", .stage = LIVE },
	{ CONTEXT_CONFIRM, 'n', "-really send", .before = { KEY_ENTER }, .stage = LIVE },
	{ CONTEXT_CONFIRM, INPUT_ESCAPE, "-really send", .before = { KEY_ENTER }, .stage = LIVE },
	{ CONTEXT_DIALOG, INPUT_ENTER, "TERM to 2 processes", .before = { KEY_BACK_TAB }, .stage = LIVE },
	{ CONTEXT_CONFIRM, 'n', "-TERM to 2 processes", .before = { KEY_BACK_TAB, KEY_ENTER }, .stage = LIVE },
	{ CONTEXT_CONFIRM, 'y', "TERM sent to", .before = { KEY_ENTER }, .stage = LIVE },
};

enum { CASES = sizeof cases / sizeof *cases };

static const struct {
	uint32_t key;
	const char *bytes;
} special[] = {
	{ INPUT_UP, KEY_UP }, { INPUT_DOWN, KEY_DOWN }, { INPUT_LEFT, KEY_LEFT }, { INPUT_RIGHT, KEY_RIGHT },
	{ INPUT_PAGE_UP, KEY_PAGE_UP }, { INPUT_PAGE_DOWN, KEY_PAGE_DOWN }, { INPUT_HOME, KEY_HOME },
	{ INPUT_END, KEY_END }, { INPUT_DELETE, KEY_DELETE }, { INPUT_BACK_TAB, KEY_BACK_TAB },
	{ INPUT_F0 + 1, KEY_F1 }, { INPUT_F0 + 2, KEY_F2 }, { INPUT_F0 + 5, KEY_F5 }, { INPUT_F0 + 7, KEY_F7 },
	{ INPUT_F0 + 8, KEY_F8 }, { INPUT_F0 + 9, KEY_F9 }, { INPUT_F0 + 10, KEY_F10 },
};

static void press(struct term *t, uint32_t key)
{
	char character[2] = { (char)key, 0 };

	for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
		if (special[i].key == key) {
			term_type(t, special[i].bytes);
			return;
		}
	}
	assert_true(key < 0x80);
	term_type(t, character);
}

static void settle_with(struct term *t, const char *keys)
{
	term_type(t, keys);
	term_settle(t);
}

static struct term *start_live(bool may_enter)
{
	struct term *t;

	if (!may_enter)
		skip();
	t = term_lotop(24, 120, "-i 0.2", NULL);
	assert_true(term_await(t, "LISTEN registered e2e_keys"));
	settle_with(t, "/port:24000" KEY_ENTER);
	term_type(t, "k");
	assert_true(term_await(t, "Enter send"));
	term_settle(t);
	return t;
}

static struct term *start(enum stage stage, bool may_enter)
{
	struct term *t;

	switch (stage) {
	case WIDE:
		t = replay_start(14, 140, "desk", NULL);
		settle_with(t, "d");
		return t;
	case TINY:
		return replay_start(8, 40, "desk", NULL);
	case LIVE:
		return start_live(may_enter);
	default:
		return replay_start(24, 80, "desk", NULL);
	}
}

static bool is_shown(struct term *t, const char *text)
{
	return strstr(vscreen_text(term_screen(t)), text) != NULL;
}

/* True when it is as wanted before the deadline. */
static bool await(struct term *t, const char *text, bool is_wanted)
{
	for (int left = SOON_MS / 20; left > 0; left--) {
		if (is_shown(t, text) == is_wanted)
			return true;
		term_pump(t, 20);
	}
	fprintf(stderr, "%s: %s\n%s", is_wanted ? "not shown" : "still shown", text,
		vscreen_text(term_screen(t)));
	return false;
}

static bool is_redrawn(struct term *t)
{
	struct slice raw;

	term_settle(t);
	raw = term_raw(t);
	return memmem(raw.ptr, raw.len, "devbox", 6) != NULL;
}

static bool takes_effect(struct term *t, const char *effect)
{
	if (!strcmp(effect, ENDS))
		return term_await_end(t, SOON_MS) && term_status(t) == 0;
	if (!strcmp(effect, INTERRUPTED))
		return term_await_end(t, SOON_MS) && term_status(t) == 128 + SIGINT;
	if (!strcmp(effect, REDRAWS))
		return is_redrawn(t);
	return *effect == '-' ? await(t, effect + 1, false) : await(t, effect, true);
}

struct world {
	bool may_enter;
	const struct key_case *now;
};

static void test_key(void **state)
{
	const struct world *w = *state;
	const struct key_case *c = w->now;
	struct term *t = start(c->stage, w->may_enter);

	for (int i = 0; i < BEFORE_MAX && c->before[i]; i++)
		settle_with(t, c->before[i]);
	assert_int_equal(is_shown(t, *c->effect == '-' ? c->effect + 1 : c->effect), *c->effect == '-');
	term_forget(t);
	press(t, c->key);
	if (c->after) {
		term_settle(t);
		term_type(t, c->after);
	}
	assert_true(takes_effect(t, c->effect));
	term_free(t);
}

static bool is_pressed(const struct binding *binding)
{
	for (size_t i = 0; i < CASES; i++)
		if (cases[i].key == binding->key && cases[i].context & binding->contexts)
			return true;
	return false;
}

static void test_no_key_is_missing(void **state)
{
	const struct keymap *k = keymap_default();
	bool is_well = true;

	(void)state;
	for (size_t i = 0; i < CASES; i++)
		assert_int_not_equal(keymap_command(k, cases[i].context, cases[i].key), COMMAND_NONE);
	for (size_t i = 0; i < k->count; i++) {
		struct buf name = { 0 };

		if (is_pressed(&k->bindings[i]))
			continue;
		keymap_add_key_name(&name, k->bindings[i].key);
		fprintf(stderr, "no test presses %s (%s)\n", buf_string(&name),
			command_info(k->bindings[i].command)->name);
		buf_done(&name);
		is_well = false;
	}
	assert_true(is_well);
}

/* This process is what the dialog is about: lotop runs under it, so it asks once more; and TERM does not end
 * it. Its process group has one more in it, and nobody of whoever runs the tests. */
static void listen_here(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) || listen(s, 8))
		perror("listen");
	signal(SIGTERM, SIG_IGN);
	setpgid(0, 0);
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
}

int main(void)
{
	static struct world worlds[CASES];
	static struct CMUnitTest tests[CASES + 1];
	static char names[CASES][64];
	bool may_enter = scene_enter();

	if (may_enter)
		listen_here();
	for (size_t i = 0; i < CASES; i++) {
		struct buf name = { 0 };

		keymap_add_key_name(&name, cases[i].key);
		snprintf(names[i], sizeof names[i], "%s in %#x", buf_string(&name), (unsigned)cases[i].context);
		buf_done(&name);
		worlds[i] = (struct world){ may_enter, &cases[i] };
		tests[i] = (struct CMUnitTest){ names[i], test_key, NULL, NULL, &worlds[i] };
	}
	tests[CASES] = (struct CMUnitTest)cmocka_unit_test(test_no_key_is_missing);
	return _cmocka_run_group_tests("keys", tests, CASES + 1, NULL, NULL);
}
