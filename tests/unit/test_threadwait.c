/* platform/linux/threadwait: what the kernel writes of a thread that waits, taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <cmocka.h>
#include "platform/linux/threadwait.h"

static struct slice call_of(long number, const char *rest, char text[128])
{
	snprintf(text, 128, "%ld %s", number, rest);
	return slice_of(text);
}

static void calls_tell_what_is_waited_for(void **state)
{
	static const struct {
		long number;
		const char *rest;
		uint8_t kind;
		bool is_timed;
		const char *call;
		uint64_t first, second;
	} cases[] = {
		{ SYS_accept4, "0x3 0x7ffc 0x7ffd 0x80000 0x0 0x0 0x7ffc 0x7f\n",
		  WAIT_CONNECTION, false, "accept4", 3, 0x7ffc },
		{ SYS_epoll_pwait, "0x5 0x7ffc 0x1 0xffffffff 0x0 0x0 0x7ffc 0x7f\n",
		  WAIT_EVENTS, false, "epoll_pwait", 5, 0x7ffc },
		{ SYS_ppoll, "0x55 0x0 0x7 0x0 0x0 0x0 0x7ffc 0x7f\n",
		  WAIT_PERHAPS, true, "ppoll", 0x55, 0 },
		{ SYS_clock_nanosleep, "0x1 0x1 0x7 0x0 0x0 0x0 0x7ffc 0x7f",
		  WAIT_SLEEP, true, "clock_nanosleep", 1, 1 },
		{ SYS_wait4, "0xffffffffffffffff 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f\n",
		  WAIT_CHILD, false, "wait4", UINT64_MAX, 0 },
		{ SYS_mprotect, "0x1 0x2 0x0 0x0 0x0 0x0 0x7ffc 0x7f\n",
		  WAIT_UNKNOWN, false, NULL, 1, 2 },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct thread_wait w = { 0 };

		assert_true(threadwait_parse_syscall(call_of(cases[i].number, cases[i].rest, text), &w));
		assert_int_equal(w.kind, cases[i].kind);
		assert_int_equal(w.is_timed, cases[i].is_timed);
		assert_true(w.has_arguments);
		assert_int_equal(w.arguments[0], cases[i].first);
		assert_int_equal(w.arguments[1], cases[i].second);
		assert_true(w.call == cases[i].call || !strcmp(w.call, cases[i].call));
	}
}

static void what_is_no_call_is_none(void **state)
{
	static const char *const texts[] = {
		"", "\n", "-1 0x7ffd 0x7f\n", "43\n", "43 5\n", "43 0x\n", "43 0x5 5\n", "43 0x5\n",
		"0x5 0x5 0x5\n", "99999999999999999999 0x1 0x1\n", "43 0x1g 0x1\n", "walking\n",
	};
	struct thread_wait w = { .kind = WAIT_DISK };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_false(threadwait_parse_syscall(slice_of(texts[i]), &w));
	assert_int_equal(w.kind, WAIT_DISK);
	assert_true(threadwait_parse_syscall(slice_of("running\n"), &w));
	assert_int_equal(w.kind, WAIT_RUNS);
}

static void functions_tell_less(void **state)
{
	static const struct {
		const char *text;
		bool is_known;
		uint8_t kind;
	} cases[] = {
		{ "hrtimer_nanosleep", true, WAIT_SLEEP }, { "do_sigtimedwait.isra.0", true, WAIT_SIGNAL },
		{ "poll_schedule_timeout.constprop.0", true, WAIT_PERHAPS },
		{ "do_epoll_wait", true, WAIT_EVENTS },
		{ "inet_csk_accept", true, WAIT_PERHAPS }, { "anon_pipe_read", true, WAIT_READ },
		{ "0", false, 0 }, { "", false, 0 }, { "do_signal_stop", false, 0 }, { "hrtimer", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct thread_wait w = { 0 };

		assert_int_equal(threadwait_parse_function(slice_of(cases[i].text), &w), cases[i].is_known);
		assert_int_equal(w.kind, cases[i].kind);
		assert_false(w.has_arguments);
		assert_int_equal(w.call != NULL, cases[i].is_known);
	}
}

static void switches_are_counted(void **state)
{
	uint64_t count = 77;

	(void)state;
	assert_true(threadwait_parse_switches(slice_of("Name:\tx\nvoluntary_ctxt_switches:\t12\n"
						       "nonvoluntary_ctxt_switches:\t3\n"), &count));
	assert_int_equal(count, 12);
	assert_false(threadwait_parse_switches(slice_of("nonvoluntary_ctxt_switches:\t3\n"), &count));
	assert_false(threadwait_parse_switches(slice_of("voluntary_ctxt_switches:\tx\n"), &count));
	assert_false(threadwait_parse_switches(slice_of(""), &count));
	assert_int_equal(count, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_tell_what_is_waited_for),
		cmocka_unit_test(what_is_no_call_is_none),
		cmocka_unit_test(functions_tell_less),
		cmocka_unit_test(switches_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
