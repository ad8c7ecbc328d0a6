/* ui/clipboard: the order of ways, what may be copied, and the bytes of OSC 52. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/base64.h"
#include "ui/clipboard.h"

static void tmux_comes_before_displays_and_the_terminal_last(void **state)
{
	static const struct {
		struct clipboard_env env;
		const char *helper;
	} cases[] = {
		{ { "/tmp/tmux-0/default,1,0", "wayland-0", ":0" }, "tmux" },
		{ { NULL, "wayland-0", ":0" }, "wl-copy" },
		{ { NULL, NULL, ":0" }, "xclip" },
		{ { "", "", "" }, "" },
		{ { NULL, NULL, NULL }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(clipboard_helper(&cases[i].env), cases[i].helper);
}

static void controls_and_broken_text_are_not_copied(void **state)
{
	static const struct {
		const char *text;
		bool is_valid;
	} cases[] = {
		{ "127.0.0.1:62893", true }, { "", true }, { "caf\xc3\xa9", true },
		{ "a\nb", false }, { "a\033]52;c;!\a", false }, { "\x7f", false },
		{ "\xc2\x9b" "1m", false }, { "\xff", false }, { "cut\xe4\xb8", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(clipboard_is_valid(slice_of(cases[i].text)), cases[i].is_valid);
}

static void osc52_carries_the_text(void **state)
{
	static const char *const texts[] = { "127.0.0.1:62893", "http://[::1]:3000", "a", "ab", "abc", "" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf bytes = { 0 }, text = { 0 };
		struct slice payload;

		clipboard_add_osc52(&bytes, slice_of(texts[i]));
		assert_true(slice_starts(buf_slice(&bytes), "\033]52;c;"));
		assert_true(slice_ends(buf_slice(&bytes), "\a"));
		payload = slice_from(buf_slice(&bytes), strlen("\033]52;c;"));
		payload.len--;
		assert_true(base64_decode(&text, payload));
		assert_string_equal(buf_string(&text), texts[i]);
		buf_done(&bytes);
		buf_done(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tmux_comes_before_displays_and_the_terminal_last),
		cmocka_unit_test(controls_and_broken_text_are_not_copied),
		cmocka_unit_test(osc52_carries_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
