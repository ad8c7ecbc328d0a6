/* The connections view on a recording, as literal screens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "replay.h"

static const char *const connections_80x24[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	"CLIENT              SERVER                      STATE        AGE >SERVER >CLIENT",
	"firefox 3100 :51234 127.0.0.1:3000 node 4211    ESTABLISHED    -       0       0",
	"firefox 3100 :51240 127.0.0.1:3000 node 4211    ESTABLISHED    -       0       0",
	"firefox 3100 :51246 127.0.0.1:3000 node 4211    ESTABLISHED    -       0       0",
	"(not here) :52002   127.0.0.1:7450 python3 5005 CLOSE-WAIT     -       1       0",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"───────────────────────────────────────────────────────────────────────── 1/4 ──",
	" client 127.0.0.1:51234 · firefox 3100 · /usr/lib/firefox/firefox",
	" server 127.0.0.1:3000 · node 4211 · node /home/alice/shop/node_modules/.bin/ne…",
	" ESTABLISHED",
	" w why  Enter details  / filter  Tab view  ? help  q quit",
	NULL
};

static void test_connections(void **state)
{
	struct term *t = replay_start(24, 80, "desk", NULL);

	(void)state;
	term_type(t, KEY_TAB);
	assert_true(term_await(t, "SERVER"));
	term_settle(t);
	assert_true(term_shows(t, connections_80x24));
	term_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
