/* The harness itself, on programs whose behaviour is known: a test that cannot fail proves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"
#include "escapes.h"
#include "term.h"

static struct term *shell(const char *script)
{
	const char *argv[] = { "/bin/sh", "-c", script, NULL };

	return term_start(5, 20, argv, NULL);
}

static void test_screen(void **state)
{
	static const char *const lines[] = { "a", "b\xc3\xa9", "\xe6\x97\xa5x", NULL };
	struct term *t = shell(
		"stty -onlcr; printf 'a\\r\\n\\033[31mb\\303\\251\\033[m\\r\\n\\346\\227\\245x'; exec cat");

	(void)state;
	assert_true(term_shows(t, lines));
	assert_int_equal(vscreen_look(term_screen(t), 1, 0).color, 1);
	assert_int_equal(vscreen_look(term_screen(t), 0, 0).color, -1);
	assert_int_equal(vscreen_find(term_screen(t), "b"), 1);
	term_free(t);
}

static void test_resize(void **state)
{
	struct term *t = shell("trap 'stty size' WINCH; echo on; while :; do sleep 0.01; done");

	(void)state;
	assert_true(term_await(t, "on"));
	term_resize(t, 7, 33);
	assert_true(term_await(t, "7 33"));
	term_free(t);
}

static void test_environment(void **state)
{
	const char *argv[] = { "/bin/sh", "-c", "echo \"$TERM,$LANG,$NO_COLOR,$TMUX\"", NULL };
	const char *env[] = { "NO_COLOR=1", "LANG", NULL };
	struct term *t = term_start(3, 40, argv, env);

	(void)state;
	assert_true(term_await(t, "xterm-256color,,1,"));
	assert_true(term_await_end(t, 2000));
	assert_int_equal(term_status(t), 0);
	term_free(t);
}

struct whole_case {
	const char *script;
	bool is_whole;
};

static const struct whole_case whole_cases[] = {
	{ "exit 3", true },
	{ "printf "
	  "'\\033[?1049h\\033[?25l\\033[?1000h\\033[?1h\\033=\\033[?1049l\\033[?25h\\033[?1000l\\033[?"
	  "1l\\033>'; exit 3",
	  true },
	{ "printf '\\033[?1049h'; exit 3", false },
	{ "printf '\\033[?25l'; exit 3", false },
	{ "printf '\\033[?1000;1006h\\033[?1000l'; exit 3", false },
	{ "printf '\\033='; exit 3", false },
	{ "stty -echo; exit 3", false },
	{ "stty -echo; stty echo; exit 3", true },
};

static void test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof whole_cases / sizeof *whole_cases; i++) {
		struct term *t = shell(whole_cases[i].script);
		assert_true(term_await_end(t, 2000));
		assert_int_equal(term_status(t), 3);
		assert_int_equal(term_is_whole(t), whole_cases[i].is_whole);
		term_free(t);
	}
}

static void test_stop(void **state)
{
	struct term *t = shell("kill -STOP $$; echo again");

	(void)state;
	assert_true(term_await_stop(t));
	term_continue(t);
	assert_true(term_await(t, "again"));
	assert_true(term_await_end(t, 2000));
	term_free(t);
}

static void test_vanish(void **state)
{
	struct term *t = shell("echo on; exec cat");

	(void)state;
	assert_true(term_await(t, "on"));
	term_vanish(t);
	assert_true(term_await_end(t, 2000));
	assert_in_range(term_status(t), 0, 1);
	term_free(t);
}

static void test_clipboard(void **state)
{
	struct term *t = shell("printf '\\033]52;c;%s\\033\\\\\\033]52;c;%s\\007' $(printf old | base64) "
			       "$(printf a:1 | base64)");

	(void)state;
	assert_true(term_await_end(t, 2000));
	assert_string_equal(term_clipboard(t), "a:1");
	term_free(t);
}

struct foreign_case {
	const char *bytes, *found;   /* "" = nothing */
};

static const struct foreign_case foreign_cases[] = {
	{ "plain \xc3\xa9 \033[1;31mx\033[m\033(B\033[?1049h\r\n", "" },
	{ "ab\033]0;title\007", "string at byte 2" },
	{ "\033P1$r\033\\", "string at byte 0" },
	{ "x\007", "control at byte 1" },
	{ "x\xc2\x9b""31m", "c1 at byte 1" },
	{ "\033[6n", "csi at byte 0" },
	{ "\033Z", "escape at byte 0" },
};

static void test_foreign(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof foreign_cases / sizeof *foreign_cases; i++) {
		struct buf out = { 0 };
		const char *wanted = foreign_cases[i].found;
		escapes_foreign(slice_of(foreign_cases[i].bytes), &out);
		assert_int_equal(strncmp(buf_string(&out), wanted, strlen(wanted)), 0);
		assert_int_equal(!*wanted, !out.len);
		buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screen),      cmocka_unit_test(test_resize),
		cmocka_unit_test(test_environment), cmocka_unit_test(test_whole),
		cmocka_unit_test(test_stop),        cmocka_unit_test(test_vanish),
		cmocka_unit_test(test_clipboard),   cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
