/* A pause on a real machine: in a network namespace of its own this test opens and closes ports while the dashboard
 * stands still; they are counted, and all there when it goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/netns.h"
#include "../live/sockets.h"
#include "term.h"

static const struct { int rows, cols; } sizes[] = { { 24, 80 }, { 40, 140 } };

static void test_pause(void **state)
{
	(void)state;
	if (netns_enter())
		skip();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int stays = socket_listening("127.0.0.1", 3000, 0, 8), goes = socket_listening("127.0.0.1", 4000, 0, 8);
		struct term *t = term_lotop(sizes[i].rows, sizes[i].cols, "-i 0.25", NULL);
		int comes;

		assert_true(term_await(t, " 4000 127.0.0.1"));
		term_type(t, "p");
		assert_true(term_await(t, "paused"));
		close(goes);
		assert_true(term_await(t, "paused: 1 change since"));
		comes = socket_listening("127.0.0.1", 5000, 0, 8);
		assert_true(term_await(t, "paused: 2 changes since"));
		assert_true(vscreen_find(term_screen(t), " 4000 127.0.0.1") >= 0);
		assert_int_equal(vscreen_find(term_screen(t), "gone"), -1);
		assert_int_equal(vscreen_find(term_screen(t), " 5000 127.0.0.1"), -1);
		term_type(t, "p");
		assert_true(term_await(t, " 5000 127.0.0.1"));
		assert_int_equal(vscreen_column(term_screen(t), 0, "paused"), -1);
		term_type(t, KEY_BACK_TAB);
		assert_true(term_await(t, "opened 127.0.0.1:5000"));
		assert_true(term_await(t, "closed 127.0.0.1:4000"));
		term_free(t);
		close(stays);
		close(comes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
