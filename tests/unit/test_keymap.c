/* ui/keymap, ui/command: the key table has no key twice in one place, and everything in it can be shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/input.h"
#include "ui/keymap.h"

static void keys_mean_what_users_expect(void **state)
{
	static const struct {
		enum context context;
		uint32_t key;
		enum command command;
	} cases[] = {
		{ CONTEXT_LISTENERS, 'k', COMMAND_KILL }, { CONTEXT_LISTENERS, INPUT_F0 + 9, COMMAND_KILL },
		{ CONTEXT_DETAILS, 'K', COMMAND_KILL_HARD }, { CONTEXT_EVENTS, 'k', COMMAND_NONE },
		{ CONTEXT_LISTENERS, 'q', COMMAND_QUIT }, { CONTEXT_DETAILS, 'q', COMMAND_BACK },
		{ CONTEXT_HELP, INPUT_ESCAPE, COMMAND_BACK },
		{ CONTEXT_LISTENERS, INPUT_ESCAPE, COMMAND_CLEAR },
		{ CONTEXT_PROMPT, 'q', COMMAND_NONE }, { CONTEXT_PROMPT, 'y', COMMAND_NONE },
		{ CONTEXT_PROMPT, INPUT_UP, COMMAND_UP }, { CONTEXT_DIALOG, INPUT_UP, COMMAND_PREVIOUS },
		{ CONTEXT_DIALOG, 'y', COMMAND_NONE }, { CONTEXT_CONFIRM, 'y', COMMAND_CONFIRM },
		{ CONTEXT_CONFIRM, INPUT_ENTER, COMMAND_NONE }, { CONTEXT_MENU, INPUT_ENTER, COMMAND_ACCEPT },
		{ CONTEXT_LISTENERS, 0, COMMAND_NONE }, { CONTEXT_LISTENERS, 0x10ffff, COMMAND_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(keymap_command(keymap_default(), cases[i].context, cases[i].key), cases[i].command);
}

static void no_key_stands_twice_in_a_context(void **state)
{
	size_t count = keymap_default()->count;
	const struct binding *bindings = keymap_default()->bindings;

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			if (bindings[i].key == bindings[j].key)
				assert_int_equal(bindings[i].contexts & bindings[j].contexts, 0);
}

static void one_always_gets_out(void **state)
{
	(void)state;
	for (unsigned context = 1; context <= CONTEXT_CONFIRM; context <<= 1) {
		enum command escape = keymap_command(keymap_default(), context, INPUT_ESCAPE);

		assert_int_equal(keymap_command(keymap_default(), context, INPUT_CTRL('C')), COMMAND_QUIT);
		assert_true(escape == COMMAND_CLEAR || escape == COMMAND_BACK || escape == COMMAND_CANCEL);
	}
}

static void every_bound_command_has_words(void **state)
{
	size_t count = keymap_default()->count;
	const struct binding *bindings = keymap_default()->bindings;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_true(strlen(command_info(bindings[i].command)->name) > 1);
		assert_true(strlen(command_info(bindings[i].command)->help) > 1);
	}
}

static void every_command_has_a_key(void **state)
{
	(void)state;
	for (unsigned command = COMMAND_NONE + 1; command < COMMAND_COUNT; command++) {
		struct buf keys = { 0 };

		keymap_add_keys(&keys, keymap_default(), 0xffff, command);
		assert_true(keys.len > 0);
		buf_done(&keys);
	}
}

static void keys_have_the_names_on_their_caps(void **state)
{
	static const struct {
		enum command command;
		const char *keys;
	} cases[] = {
		{ COMMAND_KILL, "k F9" }, { COMMAND_DETAILS, "Enter" }, { COMMAND_REDRAW, "Ctrl-L" },
		{ COMMAND_HELP, "? F1" }, { COMMAND_PREVIOUS_VIEW, "Shift-Tab" }, { COMMAND_HOME, "Home g" },
		{ COMMAND_QUIT, "q F10 Ctrl-C" }, { COMMAND_CONFIRM, "" },
	};
	struct buf keys = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&keys);
		keymap_add_keys(&keys, keymap_default(), CONTEXT_LISTENERS, cases[i].command);
		assert_string_equal(buf_string(&keys), cases[i].keys);
	}
	buf_done(&keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_mean_what_users_expect),
		cmocka_unit_test(no_key_stands_twice_in_a_context),
		cmocka_unit_test(one_always_gets_out),
		cmocka_unit_test(every_bound_command_has_words),
		cmocka_unit_test(every_command_has_a_key),
		cmocka_unit_test(keys_have_the_names_on_their_caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
