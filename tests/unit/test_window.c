/* ui/window: for every list, height and movement the cursor is in the list and visible, and no line is wasted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ui/window.h"

static void assert_sound(const struct window *w, size_t count, size_t height)
{
	assert_true(w->index < count || !w->index);
	if (!height || !count)
		return;
	assert_true(w->index >= w->top && w->index < w->top + height);
	assert_true(w->top + height <= count || !w->top);
}

static void the_cursor_is_always_visible(void **state)
{
	(void)state;
	for (size_t count = 0; count < 8; count++) {
		for (size_t height = 0; height < 6; height++) {
			for (size_t start = 0; start < 100; start++) {
				struct window w = { start / 10, start % 10 };

				window_keep(&w, count, height);
				assert_sound(&w, count, height);
				for (long lines = -9; lines < 10; lines++) {
					struct window moved = w;

					window_scroll(&moved, lines, count, height);
					assert_sound(&moved, count, height);
				}
			}
		}
	}
}

static void scrolling_moves_the_window_first(void **state)
{
	static const struct {
		struct window before;
		long lines;
		struct window after;
	} cases[] = {
		{ { 0, 3 }, 2, { 2, 3 } }, { { 2, 3 }, 2, { 4, 4 } }, { { 4, 4 }, 100, { 15, 15 } },
		{ { 15, 19 }, -3, { 12, 16 } }, { { 3, 5 }, -100, { 0, 4 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct window w = cases[i].before;

		window_scroll(&w, cases[i].lines, 20, 5);
		assert_int_equal(w.top, cases[i].after.top);
		assert_int_equal(w.index, cases[i].after.index);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cursor_is_always_visible),
		cmocka_unit_test(scrolling_moves_the_window_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
