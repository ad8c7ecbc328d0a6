/* cli/duration: how a time is written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <cmocka.h>

#include "cli/duration.h"

static void times(void **state)
{
	static const struct { const char *text; int ms; } cases[] = {
		{ "0", 0 }, { "5", 5000 }, { "5s", 5000 }, { "0.25", 250 }, { "1.125s", 1125 }, { "500ms", 500 },
		{ "2m", 120000 }, { "0.5m", 30000 }, { "1h", 3600000 }, { "1.5h", 5400000 }, { "24h", 86400000 },
		{ "25h", -1 }, { "86401", -1 }, { "", -1 }, { "s", -1 }, { "ms", -1 }, { "-1", -1 }, { "1,5", -1 },
		{ "1.5ms", -1 }, { "1.0005", -1 }, { "1 s", -1 }, { "1d", -1 }, { "1e1", -1 }, { ".5", -1 },
		{ "99999999999999999999h", -1 }, { "5sm", -1 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int ms = -1, error = duration_parse(slice_of(cases[i].text), 0, 86400000, &ms);

		assert_int_equal(ms, cases[i].ms);
		assert_int_equal(error, cases[i].ms < 0 ? -EINVAL : 0);
	}
}

static void limits(void **state)
{
	int ms = 7;
	(void)state;

	assert_int_equal(duration_parse(slice_of("99ms"), 100, 200, &ms), -EINVAL);
	assert_int_equal(duration_parse(slice_of("201ms"), 100, 200, &ms), -EINVAL);
	assert_int_equal(ms, 7);
	assert_int_equal(duration_parse(slice_of("0.2"), 100, 200, &ms), 0);
	assert_int_equal(ms, 200);
	assert_int_equal(duration_parse(slice_of("596h"), 0, INT_MAX, &ms), 0);
	assert_int_equal(duration_parse(slice_of("597h"), 0, INT_MAX, &ms), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(times), cmocka_unit_test(limits) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
