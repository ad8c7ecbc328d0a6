/* base/words: the documented rule, and that nothing else is special */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/words.h"

static const struct {
	const char *text;
	const char *words[8];
} cases[] = {
	{ "ssh devbox lotop stream", { "ssh", "devbox", "lotop", "stream" } },
	{ "  ssh\tdevbox\n lotop  ", { "ssh", "devbox", "lotop" } },
	{ "ssh -o 'ProxyCommand nc %h 22' box", { "ssh", "-o", "ProxyCommand nc %h 22", "box" } },
	{ "a 'it is \\ \"so\"' b", { "a", "it is \\ \"so\"", "b" } },
	{ "a \"say \\\"hi\\\" \\\\ \\n '\" b", { "a", "say \"hi\" \\ \\n '", "b" } },
	{ "a\\ b c\\'d \\\\", { "a b", "c'd", "\\" } },
	{ "one'two'\"three\"four", { "onetwothreefour" } },
	{ "a '' \"\" b", { "a", "", "", "b" } },
	{ "echo $HOME `id` $(id) ~ *.c | sh; rm & > x", {
		"echo", "$HOME", "`id`", "$(id)", "~", "*.c", "|", "sh;" } },
	{ "end\\", { "end\\" } },
};

static void as_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *problem = NULL;
		char **words;

		assert_int_equal(words_split(cases[i].text, &words, &problem), 0);
		for (size_t k = 0; k < 8 && cases[i].words[k]; k++) {
			assert_non_null(words[k]);
			assert_string_equal(words[k], cases[i].words[k]);
			if (k < 7 && !cases[i].words[k + 1])
				assert_null(words[k + 1]);
		}
		words_free(words);
	}
}

static void what_is_no_command_is_refused(void **state)
{
	static const char *const bad[] = { "", "  \t", "ssh 'box", "ssh \"box", "ssh \"box\\\"", "'' lotop" };
	char **words = (char **)1;
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *problem = NULL;

		assert_int_equal(words_split(bad[i], &words, &problem), -EINVAL);
		assert_ptr_equal(words, (char **)1);
		assert_true(problem && *problem);
	}
	words_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_documented),
		cmocka_unit_test(what_is_no_command_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
