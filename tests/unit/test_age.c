/* model/age, as the column of ages shows it: calm, never too high, and soon right */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "model/column.h"

enum { ROWS = 50, SECOND = 1000 };

static const int64_t start_ms = INT64_C(1795262597000);

static const char *shown(const struct row *row)
{
	static struct buf text;

	buf_clear(&text);
	column_format(&text, column_named("age"), row);
	return buf_string(&text);
}

/* What it says at least. */
static int64_t ms_of(const char *age)
{
	char *unit;
	long number = strtol(age + (*age == '<'), &unit, 10);

	if (*age == '<')
		return 0;
	return number * SECOND * (*unit == 's' ? 1 : *unit == 'm' ? 60 : *unit == 'h' ? 3600 : 86400);
}

static void news_are_exact_and_so_is_a_list(void **state)
{
	struct listener l = { .key.endpoint.port = 3000 };
	struct row row = { .listener = &l, .since_ms = start_ms, .now_ms = start_ms + 17 * SECOND };

	(void)state;
	assert_string_equal(shown(&row), "17s");
	row.is_calm = true;
	assert_string_equal(shown(&row), "10s");
	row.change = CHANGE_REBOUND;
	assert_string_equal(shown(&row), "17s");
	row.is_gone = true;                              /* what is gone does not grow older */
	row.changed_ms = start_ms + 12 * SECOND;
	assert_string_equal(shown(&row), "12s");
	row.is_gone = false;
	row.since_ms = 0;
	row.change = CHANGE_NONE;
	assert_string_equal(shown(&row), "-");
}

static void the_first_steps_say_what_they_are(void **state)
{
	static const struct {
		int64_t age_ms;
		const char *shown;
	} cases[] = {
		{ 0, "<5s" }, { 999, "<5s" }, { 4999, "<5s" }, { 5000, "5s" }, { 9999, "5s" }, { 20000, "10s" },
		{ 59000, "50s" }, { 70000, "1m" },
	};
	struct listener l = { .key.endpoint.port = 3000 };
	struct row row = { .listener = &l, .is_calm = true };
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		row.since_ms = start_ms;
		row.now_ms = start_ms + cases[i].age_ms;
		assert_string_equal(shown(&row), cases[i].shown);
	}
}

/* Second by second for an hour and a half, with frames that are not quite a second apart. */
static void ages_only_grow_and_are_nearly_right(void **state)
{
	struct listener l = { 0 };
	struct row row = { .listener = &l, .since_ms = start_ms, .is_calm = true };

	(void)state;
	srand(5);
	for (uint16_t port = 3000; port < 3020; port++) {
		int64_t before = 0;

		l.key.endpoint.port = port;
		for (int64_t age = 0; age < 5400 * SECOND; age += 980 + rand() % 50) {
			struct buf exact = { 0 };
			int64_t now;

			row.now_ms = start_ms + age;
			now = ms_of(shown(&row));
			clock_add_duration(&exact, age);
			assert_true(now >= before && now <= age);
			if (age < 60 * SECOND)
				assert_true(age - now < 20 * SECOND);
			else if (ms_of(buf_string(&exact)) != now)       /* a turn late, at most */
				assert_true(age - now < 3600 * SECOND + 10 * SECOND &&
					    age % (60 * SECOND) < 10 * SECOND);
			before = now;
			buf_done(&exact);
		}
	}
}

static void few_change_at_once(void **state)
{
	static char before[ROWS][8];
	struct listener l[ROWS] = { 0 };
	struct row rows[ROWS];

	(void)state;
	for (int second = 5; second < 400; second++) {
		unsigned changed = 0;

		for (unsigned i = 0; i < ROWS; i++) {
			l[i].key.endpoint.port = (uint16_t)(20000 + i);
			rows[i] = (struct row){ .listener = &l[i], .since_ms = start_ms, .is_calm = true,
						.now_ms = start_ms + second * SECOND + 400 };
			changed += strcmp(before[i], shown(&rows[i])) != 0;
			strcpy(before[i], shown(&rows[i]));
		}
		assert_true(second == 5 || changed <= ROWS / 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(news_are_exact_and_so_is_a_list),
		cmocka_unit_test(the_first_steps_say_what_they_are),
		cmocka_unit_test(ages_only_grow_and_are_nearly_right),
		cmocka_unit_test(few_change_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
