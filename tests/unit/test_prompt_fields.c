/* ui/prompt: Tab completes the names of fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/prompt.h"

static void tab_completes_the_word_before_the_cursor(void **state)
{
	static const struct {
		const char *typed, *text;
		bool has_hint;
	} cases[] = {
		{ "serv", "service:", false },
		{ "not serv", "not service:", false },
		{ "(serv", "(service:", false },
		{ "p", "p", true },                      /* port, proto, proc, pid ... */
		{ "pr", "pro", true },                   /* as far as they agree */
		{ "zzz", "zzz", false },
		{ "port:3", "port:3", false },           /* a value is no field */
		{ "", "", true },                        /* all of them */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct prompt p;

		prompt_set(&p, cases[i].typed);
		assert_int_equal(prompt_complete(&p), strcmp(cases[i].typed, cases[i].text) != 0);
		assert_string_equal(p.text, cases[i].text);
		assert_int_equal(p.cursor, strlen(cases[i].text));
		assert_int_equal(*p.hint != 0, cases[i].has_hint);
	}
}

static void what_stands_behind_the_cursor_stays(void **state)
{
	struct prompt p;

	(void)state;
	prompt_set(&p, "serv node");
	for (int i = 0; i < 5; i++)
		prompt_edit(&p, COMMAND_LEFT);
	assert_true(prompt_complete(&p));
	assert_string_equal(p.text, "service: node");
}

static void a_full_line_is_not_overrun(void **state)
{
	char text[PROMPT_MAX];
	struct prompt p;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text + sizeof text - 7, " servi", 7);
	prompt_set(&p, text);
	prompt_complete(&p);
	assert_true(p.len < PROMPT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tab_completes_the_word_before_the_cursor),
		cmocka_unit_test(what_stands_behind_the_cursor_stays),
		cmocka_unit_test(a_full_line_is_not_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
