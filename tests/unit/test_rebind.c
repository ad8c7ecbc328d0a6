/* ui/rebind, and the key names of ui/keymap: what users wish for is what they get, or they are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/input.h"
#include "ui/rebind.h"

static struct buf told;

static void tell(void *context, unsigned line, const char *why)
{
	(void)context;
	buf_printf(&told, "%u: %s\n", line, why);
}

static int wish(struct rebind *r, const char *command, const char *keys, unsigned line)
{
	buf_clear(&told);
	return rebind_wish(r, slice_of(command), slice_of(keys), line, &told);
}

static void make(struct rebind *r)
{
	buf_clear(&told);
	rebind_make(r, tell, NULL);
}

static enum command command_of(const struct rebind *r, enum context context, uint32_t key)
{
	return keymap_command(&r->keymap, context, key);
}

static void check_no_key_twice(const struct keymap *k)
{
	for (size_t i = 0; i < k->count; i++)
		for (size_t j = i + 1; j < k->count; j++)
			assert_false(k->bindings[i].key == k->bindings[j].key
				     && k->bindings[i].contexts & k->bindings[j].contexts);
}

static void key_names_and_keys_are_the_same(void **state)
{
	static const char *const wrong[] = {
		"", "F0", "F13", "F01", "F1x", "Ctrl-", "Ctrl-1", "Ctrl-LL", "kk", "space", "\t", "\xc3\xa4", "^L",
	};
	const struct keymap *k = keymap_default();
	uint32_t key;

	(void)state;
	for (size_t i = 0; i < k->count; i++) {
		struct buf name = { 0 };

		keymap_add_key_name(&name, k->bindings[i].key);
		assert_true(keymap_parse_key(buf_slice(&name), &key));
		assert_int_equal(key, k->bindings[i].key);
		buf_done(&name);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(keymap_parse_key(slice_of(wrong[i]), &key));
	assert_true(keymap_parse_key(slice_of("Ctrl-l"), &key));
	assert_int_equal(key, INPUT_CTRL('L'));
}

static void without_wishes_nothing_changes(void **state)
{
	struct rebind r = { 0 };
	const struct keymap *base = keymap_default();

	(void)state;
	make(&r);
	assert_int_equal(told.len, 0);
	assert_int_equal(r.keymap.count, base->count);
	for (size_t i = 0; i < base->count; i++) {
		assert_int_equal(r.keymap.bindings[i].key, base->bindings[i].key);
		assert_int_equal(r.keymap.bindings[i].contexts, base->bindings[i].contexts);
		assert_int_equal(r.keymap.bindings[i].command, base->bindings[i].command);
	}
}

static void vim_moves_by_j_and_k_and_kills_by_x(void **state)
{
	struct rebind r = { 0 };

	(void)state;
	rebind_add_vim(&r);
	make(&r);
	assert_string_equal(buf_string(&told), "");
	check_no_key_twice(&r.keymap);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'j'), COMMAND_DOWN);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'k'), COMMAND_UP);
	assert_int_equal(command_of(&r, CONTEXT_HELP, 'k'), COMMAND_UP);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, INPUT_DOWN), COMMAND_DOWN);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'x'), COMMAND_KILL);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'X'), COMMAND_KILL_HARD);
	assert_int_equal(command_of(&r, CONTEXT_PROMPT, 'j'), COMMAND_NONE);
	assert_int_equal(command_of(&r, CONTEXT_PROMPT, INPUT_CTRL('U')), COMMAND_ERASE_ALL);
	assert_int_equal(command_of(&r, CONTEXT_CONFIRM, 'x'), COMMAND_NONE);
}

static void a_wish_replaces_the_keys_of_its_command(void **state)
{
	struct rebind r = { 0 };

	(void)state;
	assert_int_equal(wish(&r, "kill", "e F8", 3), 0);
	assert_int_equal(wish(&r, "up", "z", 4), 0);
	assert_int_equal(wish(&r, "quit", "Q", 5), 0);
	make(&r);
	assert_int_equal(told.len, 0);
	check_no_key_twice(&r.keymap);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'e'), COMMAND_KILL);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, INPUT_F0 + 8), COMMAND_KILL);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'k'), COMMAND_NONE);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'z'), COMMAND_UP);
	assert_int_equal(command_of(&r, CONTEXT_PROMPT, INPUT_UP), COMMAND_UP);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'Q'), COMMAND_QUIT);
	assert_int_equal(command_of(&r, CONTEXT_LISTENERS, 'q'), COMMAND_NONE);
	assert_int_equal(command_of(&r, CONTEXT_CONFIRM, 'Q'), COMMAND_NONE);
	for (unsigned context = 1; context <= CONTEXT_CONFIRM; context <<= 1)
		assert_int_equal(command_of(&r, context, INPUT_CTRL('C')), COMMAND_QUIT);
}

static void a_conflict_names_both_and_the_later_line_loses(void **state)
{
	static const struct {
		const char *sort, *kill;                 /* wished for in lines 2 and 3; NULL = not */
		const char *told;
		struct {
			uint32_t key;
			enum command command;
		} keys[2];
	} cases[] = {
		{ "k", NULL, "2: k is a key of both sort and kill (choose another one for sort, or free it in kill)\n",
		  { { 'k', COMMAND_KILL }, { 's', COMMAND_SORT } } },
		{ "Z", "Z", "3: Z is a key of both kill and sort (choose another one for kill, or free it in sort)\n",
		  { { 'Z', COMMAND_SORT }, { 'k', COMMAND_KILL } } },
		{ "k", "s", "", { { 'k', COMMAND_SORT }, { 's', COMMAND_KILL } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rebind r = { 0 };

		wish(&r, "sort", cases[i].sort, 2);
		if (cases[i].kill)
			wish(&r, "kill", cases[i].kill, 3);
		make(&r);
		assert_string_equal(buf_string(&told), cases[i].told);
		for (unsigned k = 0; k < 2; k++)
			assert_int_equal(command_of(&r, CONTEXT_LISTENERS, cases[i].keys[k].key),
					 cases[i].keys[k].command);
	}
}

static void what_cannot_be_wished_for_is_said(void **state)
{
	static const struct {
		const char *command, *keys, *why;
	} cases[] = {
		{ "kil", "x", "no command that keys can be chosen for (did you mean kill?)" },
		{ "confirm", "x", "no command that keys can be chosen for (" },
		{ "zzzzz", "x", "no command that keys can be chosen for (all of them: lotop --print-config)" },
		{ "kill", "k F99", "F99: no such key (as in: k F9 Ctrl-L Space Enter PgUp Shift-Tab)" },
		{ "kill", "", "no key (as in: k F9)" },
		{ "kill", "Ctrl-C", "Ctrl-C always quits (choose another key)" },
		{ "kill", "a b c d e f g h i", "more than 8 keys" },
	};
	struct rebind r = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(wish(&r, cases[i].command, cases[i].keys, 1) < 0);
		assert_int_equal(strncmp(buf_string(&told), cases[i].why, strlen(cases[i].why)), 0);
	}
	make(&r);
	assert_int_equal(r.keymap.count, keymap_default()->count);
}

static int forget(void **state)
{
	(void)state;
	buf_done(&told);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_names_and_keys_are_the_same),
		cmocka_unit_test(without_wishes_nothing_changes),
		cmocka_unit_test(vim_moves_by_j_and_k_and_kills_by_x),
		cmocka_unit_test(a_wish_replaces_the_keys_of_its_command),
		cmocka_unit_test(a_conflict_names_both_and_the_later_line_loses),
		cmocka_unit_test(what_cannot_be_wished_for_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
