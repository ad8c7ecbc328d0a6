/* choice: the word that is there is found, and of the one that is not it is said what was meant. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "choice.h"

static const char *const names[] = { "auto", "16", "none", NULL };

static void a_word_of_the_list_is_its_index(void **state)
{
	static const struct {
		const char *value;
		int index;
		const char *why;
	} cases[] = {
		{ "auto", 0, "" }, { "none", 2, "" },
		{ "Auto", -EINVAL, "no such value (did you mean auto?)" },
		{ "", -EINVAL, "no such value (there is: auto, 16, none)" },
		{ "purple", -EINVAL, "no such value (there is: auto, 16, none)" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf why = { 0 };

		assert_int_equal(choice_find(slice_of(cases[i].value), names, "no such value", &why),
				 cases[i].index);
		assert_string_equal(buf_string(&why), cases[i].why);
		buf_done(&why);
	}
}

static void truth_has_many_words(void **state)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };
	struct buf why = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		bool is_yes = false, is_no = true;

		assert_int_equal(choice_find_truth(slice_of(yes[i]), &is_yes, &why), 0);
		assert_int_equal(choice_find_truth(slice_of(no[i]), &is_no, &why), 0);
		assert_true(is_yes && !is_no);
	}
	assert_int_equal(why.len, 0);
}

static void what_is_neither_changes_nothing(void **state)
{
	struct buf why = { 0 };
	bool is_on = true;
	(void)state;

	assert_int_equal(choice_find_truth(slice_of("perhaps"), &is_on, &why), -EINVAL);
	assert_true(is_on);
	assert_string_equal(buf_string(&why), "neither yes nor no (there is: yes, no)");
	buf_done(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_of_the_list_is_its_index),
		cmocka_unit_test(truth_has_many_words),
		cmocka_unit_test(what_is_neither_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
