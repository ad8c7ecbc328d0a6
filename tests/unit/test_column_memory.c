/* model/column_memory, and a table that is laid out with one: wider at once, narrower after a while. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/column_memory.h"
#include "model/tracker.h"
#include "tests/fake/build.h"

static void it_grows_at_once_and_shrinks_after_a_while(void **state)
{
	static const struct {
		int64_t at_ms;
		uint16_t width, expected;
	} looks[] = {
		{ 1000, 5, 5 },
		{ 2000, 9, 9 },
		{ 3000, 7, 9 },
		{ 2000 + COLUMN_CALM_MS - 1, 6, 9 },
		{ 2000 + COLUMN_CALM_MS, 6, 7 },          /* 7 was there meanwhile */
		{ 2000 + 2 * COLUMN_CALM_MS, 7, 7 },
		{ 2000 + 3 * COLUMN_CALM_MS - 1, 0, 7 },
		{ 2000 + 3 * COLUMN_CALM_MS, 0, 0 },
		{ 2001 + 3 * COLUMN_CALM_MS, 1, 1 },
	};
	const struct column *c = column_named("process"), *other = column_named("note");
	struct column_memory m = { .count = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
		m.now_ms = looks[i].at_ms;
		assert_int_equal(column_memory_keep(&m, c, looks[i].width), looks[i].expected);
		assert_int_equal(column_memory_get(&m, c), looks[i].expected);
		assert_int_equal(column_memory_get(&m, other), 0);
	}
	assert_int_equal(column_memory_keep(&m, other, 3), 3);
	assert_int_equal(column_memory_get(&m, c), 1);
}

/* The width of that column for the rows of a scene, 0 = it is not there. */
static unsigned width_in(const char *scene, struct column_memory *memory, const char *name)
{
	struct column_space space = { .width = 140, .all.memory = memory };
	const struct column *columns[COLUMN_MAX];
	uint16_t widths[COLUMN_MAX];
	const struct snapshot *s = build_snapshot(1000, scene);
	struct tracker *t = tracker_new();
	const struct row *rows[8], *all;
	size_t row_count;
	unsigned count, found = 0;

	tracker_update(t, s);
	all = tracker_rows(t, &row_count);
	for (size_t i = 0; i < row_count; i++)
		rows[i] = &all[i];
	space.all.items = space.shown.items = rows;
	space.all.count = space.shown.count = (unsigned)row_count;
	count = column_layout(&space, columns, widths);
	for (unsigned i = 0; i < count; i++)
		if (columns[i] == column_named(name))
			found = widths[i];
	tracker_free(t);
	snapshot_unref(s);
	return found;
}

static void columns_stay_while_rows_come_and_go(void **state)
{
	static const char with[] = "process 7 a-long-name alice command go\ntcp 127.0.0.1:1 by 7 a-long-name alice";
	static const char without[] = "tcp 127.0.0.1:1";
	struct column_memory m = { .now_ms = 1000 };

	(void)state;
	assert_int_equal(width_in(without, NULL, "command"), 0);
	assert_int_equal(width_in(without, NULL, "process"), 8);
	assert_true(width_in(with, &m, "command") > 7);
	assert_int_equal(width_in(with, &m, "process"), 11);
	m.now_ms += COLUMN_CALM_MS - 1;
	assert_int_equal(width_in(without, &m, "process"), 11);
	assert_true(width_in(without, &m, "command") > 7);
	m.now_ms++;
	assert_int_equal(width_in(without, &m, "process"), 8);
	assert_int_equal(width_in(without, &m, "command"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_grows_at_once_and_shrinks_after_a_while),
		cmocka_unit_test(columns_stay_while_rows_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
