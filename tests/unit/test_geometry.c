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

			geometry_layout(&layout, view, 1, height, LAYOUT_GAPS);
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
	geometry_layout(&layout, VIEW_LISTENERS, 80, 24, 0);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		assert_int_equal(layout.regions[expected[i].region].y, expected[i].y);
		assert_int_equal(layout.regions[expected[i].region].height, expected[i].height);
	}
	assert_int_equal(layout.regions[REGION_GAPS].height, 0);
	geometry_layout(&layout, VIEW_LISTENERS, 80, 24, LAYOUT_GAPS);
	assert_int_equal(layout.regions[REGION_GAPS].y, 18);
	assert_int_equal(layout.regions[REGION_TABLE].height, 16);
}

static bool overlap(const struct rect *a, const struct rect *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
	       b->y < a->y + a->height;
}

/* Beside the table or below it: no region lies on another one or beyond the screen, every line of the screen
 * has one, and the table keeps what it needs. */
static void details_have_a_place_of_their_own(void **state)
{
	static const struct rect sizes[] = {
		{ 0, 0, 140, 8 }, { 0, 0, 140, 40 }, { 0, 0, 200, 24 }, { 0, 0, 400, 90 }, { 0, 0, 80, 36 },
		{ 0, 0, 40, 50 }, { 0, 0, 139, 120 }, { 0, 0, 140, 1 },
	};
	struct layout l;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const struct rect *aside = &l.regions[REGION_ASIDE], *table = &l.regions[REGION_TABLE];
		unsigned cells = 0;

		geometry_layout(&l, VIEW_LISTENERS, sizes[i].width, sizes[i].height,
				LAYOUT_GAPS | LAYOUT_SPLIT);
		assert_true(aside->height > 0 && table->height > 0);
		assert_true(table->width >= 80 || table->width == sizes[i].width);
		assert_int_equal(l.regions[REGION_STRIP].height, 0);
		for (unsigned a = 0; a < REGION_COUNT; a++) {
			const struct rect *area = &l.regions[a];

			if (!area->height)
				continue;
			cells += area->width * area->height;
			assert_true(area->x + area->width <= sizes[i].width);
			assert_true(area->y + area->height <= sizes[i].height);
			for (unsigned b = a + 1; b < REGION_COUNT; b++)
				assert_false(l.regions[b].height && overlap(area, &l.regions[b]));
		}
		if (sizes[i].width >= GEOMETRY_BESIDE_FROM)
			cells += aside->height;                  /* the line between */
		assert_int_equal(cells, sizes[i].width * sizes[i].height);
	}
}

static void without_room_there_are_no_details_beside(void **state)
{
	struct layout with, without;

	(void)state;
	assert_false(geometry_can_split(VIEW_LISTENERS, GEOMETRY_BESIDE_FROM - 1, GEOMETRY_BELOW_FROM - 1));
	assert_false(geometry_can_split(VIEW_EVENTS, 200, 100));
	geometry_layout(&with, VIEW_LISTENERS, 139, 35, LAYOUT_SPLIT);
	geometry_layout(&without, VIEW_LISTENERS, 139, 35, 0);
	assert_memory_equal(&with, &without, sizeof with);
	geometry_layout(&with, VIEW_DETAILS, 200, 50, LAYOUT_SPLIT);
	assert_int_equal(with.regions[REGION_ASIDE].height, 0);
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
		cmocka_unit_test(details_have_a_place_of_their_own),
		cmocka_unit_test(without_room_there_are_no_details_beside),
		cmocka_unit_test(boxes_stay_in_their_area),
		cmocka_unit_test(a_cell_is_inside_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
