/* ui/menu: the choice stays in the list and in sight, whatever the height of the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/menu.h"

static void fill(struct menu *m, unsigned count)
{
	menu_start(m, "Test");
	for (unsigned i = 0; i < count; i++)
		menu_add(m, 'a' + i, (int)i * 10, "title", "text");
}

static void moving_stays_inside_and_in_sight(void **state)
{
	static const enum command commands[] = {
		COMMAND_UP, COMMAND_DOWN, COMMAND_DOWN, COMMAND_PAGE_DOWN, COMMAND_DOWN, COMMAND_END,
		COMMAND_DOWN, COMMAND_PAGE_DOWN, COMMAND_UP, COMMAND_PAGE_UP, COMMAND_PAGE_UP, COMMAND_HOME,
		COMMAND_UP,
	};
	struct menu m = { 0 };

	(void)state;
	for (unsigned height = 1; height < 12; height++) {
		for (unsigned count = 0; count <= 9; count += 3) {
			size_t lines = height > 2 ? height - 2 : 1;

			fill(&m, count);
			for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
				menu_move(&m, commands[i], height);
				assert_true(m.chosen < count || (!count && !m.chosen));
				assert_true(m.top <= m.chosen && m.chosen < m.top + lines);
			}
		}
	}
	menu_done(&m);
}

static void items_are_picked_by_key_or_by_choice(void **state)
{
	struct menu m = { 0 };

	(void)state;
	fill(&m, 0);
	assert_null(menu_chosen(&m));
	fill(&m, 3);
	assert_int_equal(menu_pick(&m, 'c')->value, 20);
	assert_null(menu_pick(&m, 'x'));
	assert_null(menu_pick(&m, 0));
	menu_choose(&m, 10);
	assert_int_equal(menu_chosen(&m)->value, 10);
	menu_choose(&m, 11);
	assert_int_equal(menu_chosen(&m)->value, 10);
	menu_done(&m);
}

static void a_full_menu_takes_no_more(void **state)
{
	struct menu m = { 0 };

	(void)state;
	fill(&m, MENU_MAX + 5);
	assert_int_equal(m.count, MENU_MAX);
	menu_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moving_stays_inside_and_in_sight),
		cmocka_unit_test(items_are_picked_by_key_or_by_choice),
		cmocka_unit_test(a_full_menu_takes_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
