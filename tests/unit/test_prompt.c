/* ui/prompt: one line is edited by whole characters; nothing gets in that the sanitiser would change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/prompt.h"

enum { CJK = 0x4e2d, ACUTE = 0x301, RIGHT_TO_LEFT = 0x202e };

static void type(struct prompt *p, const char *text)
{
	for (; *text; text++)
		assert_true(prompt_insert(p, (unsigned char)*text));
}

static void typing_and_erasing(void **state)
{
	static const struct {
		enum command command;
		const char *text;
		size_t cursor;
		bool changed;
	} steps[] = {
		{ COMMAND_ERASE, "port:3000 nod", 13, true },
		{ COMMAND_ERASE_WORD, "port:3000 ", 10, true },
		{ COMMAND_LEFT, "port:3000 ", 9, false },
		{ COMMAND_DELETE, "port:3000", 9, true },
		{ COMMAND_DELETE, "port:3000", 9, false },
		{ COMMAND_LINE_HOME, "port:3000", 0, false },
		{ COMMAND_ERASE, "port:3000", 0, false },
		{ COMMAND_LEFT, "port:3000", 0, false },
		{ COMMAND_RIGHT, "port:3000", 1, false },
		{ COMMAND_ERASE, "ort:3000", 0, true },
		{ COMMAND_LINE_END, "ort:3000", 8, false },
		{ COMMAND_RIGHT, "ort:3000", 8, false },
		{ COMMAND_ERASE_ALL, "", 0, true },
		{ COMMAND_ERASE_WORD, "", 0, false },
		{ COMMAND_KILL, "", 0, false },
	};
	struct prompt p;

	(void)state;
	prompt_set(&p, "");
	type(&p, "port:3000 node");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		assert_int_equal(prompt_edit(&p, steps[i].command), steps[i].changed);
		assert_string_equal(p.text, steps[i].text);
		assert_int_equal(p.cursor, steps[i].cursor);
		assert_int_equal(p.len, strlen(p.text));
	}
}

static void characters_are_whole(void **state)
{
	struct prompt p;

	(void)state;
	prompt_set(&p, "ab");
	assert_true(prompt_insert(&p, CJK));
	assert_true(prompt_insert(&p, 'e'));
	assert_true(prompt_insert(&p, ACUTE));
	prompt_edit(&p, COMMAND_LEFT);
	assert_int_equal(p.cursor, 5);
	prompt_edit(&p, COMMAND_LEFT);
	assert_int_equal(p.cursor, 2);
	assert_true(prompt_edit(&p, COMMAND_DELETE));
	assert_string_equal(p.text, "abe\xcc\x81");
	prompt_edit(&p, COMMAND_LINE_END);
	assert_true(prompt_edit(&p, COMMAND_ERASE));
	assert_string_equal(p.text, "ab");
}

static void unsafe_characters_are_refused(void **state)
{
	static const uint32_t codes[] = {
		0, 1, '\n', 27, 127, 0x9b, RIGHT_TO_LEFT, 0xd800, 0xfeff, 0x110000, UINT32_MAX,
	};
	struct prompt p;

	(void)state;
	prompt_set(&p, "");
	assert_false(prompt_insert(&p, ACUTE));
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		assert_false(prompt_insert(&p, codes[i]));
	assert_string_equal(p.text, "");
}

static void a_full_line_takes_no_more(void **state)
{
	struct prompt p;
	unsigned count = 0;

	(void)state;
	prompt_set(&p, "");
	while (count < 1000 && prompt_insert(&p, 'x'))
		count++;
	assert_int_equal(count, PROMPT_MAX - 1);
	assert_int_equal(strlen(p.text), PROMPT_MAX - 1);
	assert_true(prompt_edit(&p, COMMAND_ERASE));
	assert_false(prompt_insert(&p, CJK));
	assert_true(prompt_insert(&p, 'y'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_and_erasing),
		cmocka_unit_test(characters_are_whole),
		cmocka_unit_test(unsafe_characters_are_refused),
		cmocka_unit_test(a_full_line_takes_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
