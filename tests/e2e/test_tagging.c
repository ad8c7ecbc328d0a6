/* Tagging on a recording: the marks, what is copied, and the one dialog for all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "replay.h"

static const char *const tagged[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	"   PORT ADDRESS   STATE  RANGE      PROCESS   PID OWNER AGE NOTE    SERVICE",
	" * 3000 127.0.0.1 LISTEN registered node     4211 alice 11m         next.js",
	" * 6006 127.0.0.1 LISTEN registered node     3999 alice 19m         storybook",
	"   9229 ::1       LISTEN registered node     4211 alice 11m         node-debug",
	"  62893 127.0.0.1 LISTEN dynamic    node     5120 alice  4m         node",
	"",
	"        ┌ Kill the tagged ─────────────────────────────────────────────┐",
	"        │ node 4211  alice  127.0.0.1:3000 · no signal: this is a      │",
	"        │ recording: nothing is signalled                              │",
	"        │ node 3999  alice  127.0.0.1:6006 · no signal: this is a      │",
	"        │ recording: nothing is signalled                              │",
	"        │ none of them can be signalled                                │",
	"        │                                                              │",
	"        │ Esc close                                                    │",
	"        └──────────────────────────────────────────────────────────────┘",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"── sent 127.0.0.1:3000 127.0.0.1:6006 to the clipboard ──────── 2 tagged  3/4 ──",
	" [::1]:9229 tcp · node 4211 · node /home/alice/shop/node_modules/.bin/next dev",
	" /home/alice/shop · next.js · 0 clients · queue 0/511 · parent node 4200 · pts/3",
	" localhost reaches this over IPv6 only; 127.0.0.1:9229 has no listener",
	NULL
};

static void test_tagged_rows(void **state)
{
	struct term *t = replay_start(24, 80, "desk", NULL);
	const char *copied;

	(void)state;
	term_type(t, "/proc:node");
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "1/4"));
	term_type(t, "  ");
	assert_true(term_await(t, "2 tagged"));
	term_type(t, "c");
	copied = term_await_clipboard(t);
	assert_non_null(copied);
	assert_string_equal(copied, "127.0.0.1:3000 127.0.0.1:6006");
	term_type(t, "k");
	assert_true(term_await(t, "none of them can be signalled"));
	term_settle(t);
	assert_true(term_shows(t, tagged));
	term_type(t, KEY_ESCAPE);
	assert_true(term_await_gone(t, "none of them"));
	term_type(t, "U");
	assert_true(term_await_gone(t, "2 tagged"));
	term_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tagged_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
