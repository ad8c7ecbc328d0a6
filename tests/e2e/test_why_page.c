/* The why page on a recording, which cannot be probed: the answer comes from the recorded tables and says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "replay.h"

static const char *const stopped[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	" Why",
	"localhost:4000 tcp",
	"answer         127.0.0.1:4000 is held by ruby 7001 (alice), which is stopped: it",
	"               keeps the port and answers nobody",
	"because        ruby 7001: stopped by a signal",
	"               127.0.0.1 reaches ruby 7001 (alice) at 127.0.0.1:4000",
	"               ::1 reaches nobody",
	"               judged from a scan alone: nothing could be tried",
	"what to do     continue it (fg in its terminal, or kill -CONT), or kill it",
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
	"────────────────────────────────────────────────────────────────────────────────",
	" w why  C try  Esc back  ? help  F10 quit",
	NULL
};

static void test_why(void **state)
{
	struct term *t = replay_start(24, 80, "desk", NULL);

	(void)state;
	term_type(t, "/port:4000");
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "1/1"));
	term_type(t, "w");
	assert_true(term_await(t, "what to do"));
	term_settle(t);
	assert_true(term_shows(t, stopped));
	term_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
