/* base/nearest: what counts as a typing mistake, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/nearest.h"

static const char *const names[] = { "all", "interval", "json", "no-leftovers", "record", "replay", NULL };

static void finds_what_was_meant(void **state)
{
	static const struct { const char *typed, *meant; } cases[] = {
		{ "json", "json" }, { "jsno", "json" }, { "jso", "json" }, { "JSON", "json" }, { "xjson", "json" },
		{ "intervall", "interval" }, { "intreval", "interval" }, { "int", "interval" },
		{ "noleftovers", "no-leftovers" }, { "no-leftover", "no-leftovers" }, { "rec", "record" },
		{ "re", "record" /* the first of equals */ }, { "repaly", "replay" }, { "al", "all" }, { "lal", "all" },
		{ "", NULL }, { "a", NULL }, { "x", NULL }, { "3000", NULL }, { "colour", NULL }, { "jjssoonn", NULL },
		{ "an option that is longer than every name that there is", NULL },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *near = nearest_name(slice_of(cases[i].typed), names);

		if (cases[i].meant)
			assert_string_equal(near ? near : "(none)", cases[i].meant);
		else
			assert_null(near);
	}
}

static void an_empty_list_has_none(void **state)
{
	static const char *const none[] = { NULL };
	(void)state;

	assert_null(nearest_name(slice_of("json"), none));
}

static void a_hint_says_what_to_try(void **state)
{
	static const char *const themes[] = { "default", "light", NULL };
	static const struct {
		const char *typed, *otherwise, *hint;
	} cases[] = {
		{ "lihgt", NULL, "did you mean --light?" }, { "lihgt", "see the manual", "did you mean --light?" },
		{ "", NULL, "there is: default, light" }, { "qqqqqq", "see the manual", "see the manual" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf hint = { 0 };

		nearest_add_hint(&hint, slice_of(cases[i].typed), themes, "--", cases[i].otherwise);
		assert_string_equal(buf_string(&hint), cases[i].hint);
		buf_done(&hint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_meant),
		cmocka_unit_test(an_empty_list_has_none),
		cmocka_unit_test(a_hint_says_what_to_try),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
