/* ui/geometry: regions of every view on every size of screen: inside, in order, not overlapping, nothing
 * wasted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/geometry.h"

static void every_line_belongs_to_one_region(void **state)
{
	struct layout layout;

	(void)state;
	for (unsigned view = 0; view < VIEW_COUNT; view++) {
		for (unsigned height = 1; height <= 60; height++) {
			for (unsigned gaps = 0; gaps < 2; gaps++) {
				unsigned y = 0;

				geometry_layout(&layout, view, 80, height, gaps);
				for (unsigned i = 0; i < REGION_COUNT; i++) {
					if (!layout.regions[i].height)
						continue;
					assert_int_equal(layout.regions[i].y, y);
					assert_int_equal(layout.regions[i].width, 80);
					y += layout.regions[i].height;
				}
				assert_int_equal(y, height);
			}
		}
	}
}

static void the_body_is_never_without_a_line(void **state)
{
	struct layout layout;

	(void)state;
	for (unsigned view = 0; view < VIEW_COUNT; view++) {
		for (unsigned height = 1; height <= 60; height++) {
			enum region body = view <= VIEW_CONNECTIONS ? REGION_TABLE : REGION_PAGE;

			geometry_layout(&layout, view, 1, height, true);
			assert_true(layout.regions[body].height > 0);
		}
	}
}

static void a_screen_of_80x24_looks_as_promised(void **state)
{
	static const struct {
		enum region region;
		unsigned y, height;
	} expected[] = {
		{ REGION_HEADER, 0, 1 }, { REGION_HEAD, 1, 1 }, { REGION_TABLE, 2, 17 },
		{ REGION_RULE, 19, 1 }, { REGION_STRIP, 20, 3 }, { REGION_KEYS, 23, 1 },
	};
	struct layout layout;

	(void)state;
	geometry_layout(&layout, VIEW_LISTENERS, 80, 24, false);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		assert_int_equal(layout.regions[expected[i].region].y, expected[i].y);
		assert_int_equal(layout.regions[expected[i].region].height, expected[i].height);
	}
	assert_int_equal(layout.regions[REGION_GAPS].height, 0);
	geometry_layout(&layout, VIEW_LISTENERS, 80, 24, true);
	assert_int_equal(layout.regions[REGION_GAPS].y, 18);
	assert_int_equal(layout.regions[REGION_TABLE].height, 16);
}

static void boxes_stay_in_their_area(void **state)
{
	const struct rect screen = { 0, 0, 40, 8 };
	struct rect box = geometry_center(screen, 20, 4);

	(void)state;
	assert_int_equal(box.x, 10);
	assert_int_equal(box.y, 2);
	assert_int_equal(box.width, 20);
	assert_int_equal(box.height, 4);
	box = geometry_center(screen, 64, 12);
	assert_memory_equal(&box, &screen, sizeof box);
}

static void a_cell_is_inside_or_not(void **state)
{
	const struct rect area = { 2, 3, 4, 1 };

	(void)state;
	assert_true(geometry_contains(area, 2, 3));
	assert_true(geometry_contains(area, 5, 3));
	assert_false(geometry_contains(area, 6, 3));
	assert_false(geometry_contains(area, 1, 3));
	assert_false(geometry_contains(area, 2, 4));
	assert_false(geometry_contains((struct rect){ 0 }, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_belongs_to_one_region),
		cmocka_unit_test(the_body_is_never_without_a_line),
		cmocka_unit_test(a_screen_of_80x24_looks_as_promised),
		cmocka_unit_test(boxes_stay_in_their_area),
		cmocka_unit_test(a_cell_is_inside_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
