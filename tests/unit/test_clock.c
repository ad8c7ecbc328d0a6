/* base/clock: the clocks advance, and times are written as they always are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "base/clock.h"

typedef void add_time(struct buf *out, int64_t ms);

static void assert_written(add_time *add, int64_t ms, const char *expected)
{
	struct buf out = { 0 };

	add(&out, ms);
	assert_string_equal(buf_string(&out), expected);
	buf_done(&out);
}

static void writes_rfc3339(void **state)
{
	(void)state;
	assert_written(clock_add_rfc3339, 0, "1970-01-01T00:00:00.000Z");
	assert_written(clock_add_rfc3339, 1795262602123, "2026-11-21T12:03:22.123Z");
	assert_written(clock_add_rfc3339, 951782400009, "2000-02-29T00:00:00.009Z");
	assert_written(clock_add_rfc3339, -1, "1970-01-01T00:00:00.000Z");
	assert_written(clock_add_rfc3339, INT64_MAX, "9999-12-31T23:59:59.999Z");
}

static void writes_local_time(void **state)
{
	(void)state;
	setenv("TZ", "XYZ-02:30", 1);
	tzset();
	assert_written(clock_add_time, 1795262602123, "14:33:22");
	setenv("TZ", "UTC", 1);
	tzset();
	assert_written(clock_add_time, 1795262602123, "12:03:22");
}

static void writes_durations_in_four_columns(void **state)
{
	static const struct {
		int64_t seconds;
		const char *expected;
	} cases[] = {
		{ -5, "0s" },	      { 0, "0s" },	    { 59, "59s" },	   { 60, "1m" },
		{ 3599, "59m" },      { 3600, "1h" },	    { 86399, "23h" },	   { 86400, "1d" },
		{ 120 * 86400, "120d" }, { 86400000 - 1, "999d" }, { 86400000, "2y" }, { INT64_MAX / 1000, "999y" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_written(clock_add_duration, cases[i].seconds * 1000, cases[i].expected);
	assert_written(clock_add_duration, 59999, "59s");
	assert_written(clock_add_duration, INT64_MIN, "0s");
}

static void clocks_advance_together(void **state)
{
	const struct timespec nap = { .tv_nsec = 20 * 1000 * 1000 };
	int64_t us = clock_monotonic_us(), ms = clock_monotonic_ms();

	(void)state;
	nanosleep(&nap, NULL);
	assert_in_range(clock_monotonic_us() - us, 19000, 5000000);
	assert_in_range(clock_monotonic_ms() - ms, 19, 5000);
	assert_in_range(clock_wall_ms() / 1000 - (int64_t)time(NULL) + 10, 9, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_rfc3339),
		cmocka_unit_test(writes_local_time),
		cmocka_unit_test(writes_durations_in_four_columns),
		cmocka_unit_test(clocks_advance_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
