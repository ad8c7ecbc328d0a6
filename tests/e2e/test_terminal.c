/* The terminal is whole again on every way out, and is not touched where it cannot be used. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../live/run.h"
#include "replay.h"

enum { SOON_MS = 2000, STORM = 200 };

static struct term *desk(void)
{
	return replay_start(24, 80, "desk", NULL);
}

struct quit_case {
	const char *key;
	int status;
};

static const struct quit_case quits[] = { { "q", 0 }, { KEY_F10, 0 }, { "\003", 128 + SIGINT } };

static void test_quit_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof quits / sizeof *quits; i++) {
		struct term *t = desk();
		term_type(t, quits[i].key);
		assert_true(term_await_end(t, SOON_MS));
		assert_int_equal(term_status(t), quits[i].status);
		assert_true(term_is_whole(t));
		term_free(t);
	}
}

/* The handler raises its signal again: whoever waits for lotop sees the truth. */
static void test_signals(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS, SIGFPE };

	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct term *t = desk();
		term_signal(t, signals[i]);
		assert_true(term_await_end(t, SOON_MS));
		assert_int_equal(term_status(t), 128 + signals[i]);
		assert_true(term_is_whole(t));
		term_free(t);
	}
}

static void test_signal_in_dialog_and_prompt(void **state)
{
	static const char *const keys[] = { "/nod", "k", "?", "s", "\r" };

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct term *t = desk();
		term_type(t, keys[i]);
		term_settle(t);
		term_signal(t, SIGTERM);
		assert_true(term_await_end(t, SOON_MS));
		assert_true(term_is_whole(t));
		term_free(t);
	}
}

/* Also while the terminal is being taken or given back. */
static void test_signal_at_any_moment(void **state)
{
	enum { MOMENTS_MS = 40 };

	(void)state;
	for (int ms = 0; ms < MOMENTS_MS; ms += 2) {
		struct term *t = term_lotop(24, 80, "--replay " LOTOP_FIXTURES "/desk.ndjson", NULL);
		poll(NULL, 0, ms);
		term_signal(t, SIGTERM);
		assert_true(term_await_end(t, SOON_MS));
		assert_true(term_is_whole(t));
		term_free(t);
		t = desk();
		term_type(t, "q");
		poll(NULL, 0, ms / 10);
		term_signal(t, SIGTERM);
		assert_true(term_await_end(t, SOON_MS));
		assert_true(term_is_whole(t));
		term_free(t);
	}
}

/* Ctrl-S holds all output back: what was shown cannot be undone, but the process must not hang in its own
 * handler. */
static void test_signal_while_output_is_stopped(void **state)
{
	struct term *t = desk();

	(void)state;
	term_type(t, "\023");
	poll(NULL, 0, 20);
	term_resize(t, 40, 140);
	poll(NULL, 0, 50);
	term_signal(t, SIGTERM);
	assert_true(term_await_end(t, SOON_MS));
	assert_int_equal(term_status(t), 128 + SIGTERM);
	term_free(t);
}

static void suspend_and_resume(struct term *t)
{
	assert_true(term_await_stop(t));
	assert_true(term_is_whole(t));
	term_resize(t, 30, 100);
	term_continue(t);
	assert_true(term_await(t, "12:03:17"));
	term_settle(t);
	assert_int_equal(vscreen_column(term_screen(t), 0, "12:03:17"), 100 - 8);
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_suspend(void **state)
{
	struct term *t = desk();

	(void)state;
	term_signal(t, SIGTSTP);
	suspend_and_resume(t);
	t = desk();
	term_type(t, "\032");
	suspend_and_resume(t);
}

static void test_stop_that_cannot_be_caught(void **state)
{
	struct term *t = desk();

	(void)state;
	term_signal(t, SIGSTOP);
	assert_true(term_await_stop(t));
	term_continue(t);
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_terminal_vanishes(void **state)
{
	struct term *t = desk();

	(void)state;
	term_vanish(t);
	assert_true(term_await_end(t, SOON_MS));
	term_free(t);
}

static void test_resize_storm(void **state)
{
	struct term *t = desk();
	uint32_t random = 12345;

	(void)state;
	for (int i = 0; i < STORM; i++) {
		random = random * 1103515245u + 12345;
		int rows = i % 10 ? 1 + (int)(random >> 16) % 60 : 1,
		    cols = i % 10 ? 1 + (int)(random >> 8) % 200 : 1;
		term_resize(t, rows, cols);
		term_pump(t, 2);
	}
	term_resize(t, 24, 80);
	assert_true(term_await(t, "12:03:17"));
	term_settle(t);
	assert_int_equal(vscreen_column(term_screen(t), 0, "12:03:17"), 80 - 8);
	term_quit(t, SOON_MS);
	term_free(t);
}

/* Both changes come as one: the size is what it was, but the window has lost what stood in it. */
static void test_resized_and_back(void **state)
{
	struct term *t = desk();
	char *before = strdup(vscreen_text(term_screen(t)));

	(void)state;
	term_resize(t, 10, 30);
	term_resize(t, 24, 80);
	assert_true(term_shows_text(t, before));
	free(before);
	term_quit(t, SOON_MS);
	term_free(t);
}

/* Other terminals of Debian's ncurses-base: with and without colour, keypad, alternate screen. */
static void test_other_terminals(void **state)
{
	static const char *const terms[] = {
		"TERM=xterm",         "TERM=xterm-mono", "TERM=linux", "TERM=screen",
		"TERM=tmux-256color", "TERM=vt100",      "TERM=vt220", "TERM=rxvt",
	};

	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		const char *env[] = { terms[i], NULL };
		struct term *t = replay_start(24, 80, "desk", env);
		assert_true(vscreen_find(term_screen(t), "3000 127.0.0.1") >= 0);
		term_signal(t, i % 2 ? SIGTERM : SIGHUP);
		assert_true(term_await_end(t, SOON_MS));
		assert_true(term_is_whole(t));
		term_free(t);
	}
}

/* A message that says what works instead, and not one byte to steer a terminal. */
static void check_refusal(struct term *t)
{
	assert_true(term_await_end(t, SOON_MS));
	assert_in_range(term_status(t), 2, 3);
	assert_true(vscreen_find(term_screen(t), "lotop list") >= 0);
	assert_null(memchr(term_raw(t).ptr, '\033', term_raw(t).len));
	assert_true(term_is_whole(t));
	term_free(t);
}

static void test_useless_terminal(void **state)
{
	static const char *const terms[] = { "TERM", "TERM=", "TERM=dumb", "TERM=no-such-terminal",
					     "TERM=../../etc/passwd" };

	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		const char *env[] = { terms[i], NULL };
		check_refusal(term_lotop(24, 100, "--replay " LOTOP_FIXTURES "/desk.ndjson", env));
	}
}

static void test_no_terminal(void **state)
{
	static const char *const scripts[] = {
		LOTOP_BINARY " </dev/null", LOTOP_BINARY " 2>&1 | cat; exit 3", LOTOP_BINARY " <&-",
	};
	struct run r = run_lotop("", NULL);

	(void)state;
	assert_in_range(r.status, 2, 3);
	assert_int_equal(r.output_len, 0);
	assert_non_null(strstr(r.errors, "lotop list"));
	run_done(&r);
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		const char *argv[] = { "/bin/sh", "-c", scripts[i], NULL };
		check_refusal(term_start(24, 100, argv, NULL));
	}
}

/* On a terminal no word is cut at the edge; what goes on stands further in. */
static void test_answer_is_wrapped(void **state)
{
	static const char *const lines[] = {
		"127.0.0.1:4000 is held by ruby 7001 (alice),",
		"    which is stopped: it keeps the port and",
		"    answers nobody",
		"  ruby 7001: stopped by a signal",
		"  ruby 7001 runs: puma 6.4.0",
		"    (tcp://localhost:4000) [blog]",
		"  it works in /home/alice/blog",
		"  127.0.0.1 reaches ruby 7001 (alice) at",
		"    127.0.0.1:4000",
		"  ::1 reaches nobody",
		"  judged from a scan alone: nothing could be",
		"    tried",
		"  -> continue it (fg in its terminal, or kill",
		"    -CONT), or kill it",
		NULL
	};
	struct term *t = term_lotop(24, 46, "why --replay " LOTOP_FIXTURES "/desk.ndjson 4000", NULL);

	(void)state;
	assert_true(term_await_end(t, SOON_MS));
	assert_int_equal(term_status(t), 0);
	assert_true(term_shows(t, lines));
	term_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quit_keys),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_signal_in_dialog_and_prompt),
		cmocka_unit_test(test_signal_at_any_moment),
		cmocka_unit_test(test_signal_while_output_is_stopped),
		cmocka_unit_test(test_suspend),
		cmocka_unit_test(test_stop_that_cannot_be_caught),
		cmocka_unit_test(test_terminal_vanishes),
		cmocka_unit_test(test_resize_storm),
		cmocka_unit_test(test_resized_and_back),
		cmocka_unit_test(test_useless_terminal),
		cmocka_unit_test(test_answer_is_wrapped),
		cmocka_unit_test(test_no_terminal), cmocka_unit_test(test_other_terminals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
