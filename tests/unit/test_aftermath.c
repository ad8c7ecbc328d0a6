/* Behind the signal: every story that is told is the one that happened, and nothing more is sent. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "tests/fake/machine.h"

/* node, signalled, goes on. */
static void outlive(struct fake_machine *m, const char *after, int signal)
{
	machine_aim(m, machine_node, "127.0.0.1:3000", 0);
	m->exits = false;
	m->after_signal = after;
	machine_send(m, signal);
}

struct ending {
	const char *before, *after, *text;
};

/* TERM turns `before` into `after`, and the next scan says the rest; who came back is the last word. */
static void check_endings(const struct ending *cases, size_t count, enum kill_phase phase)
{
	for (size_t i = 0; i < count; i++) {
		struct fake_machine m;

		machine_shoot(&m, cases[i].before, "127.0.0.1:3000", cases[i].after, SIGTERM);
		assert_true(machine_step(&m, 30, true));
		machine_expect(&m, phase, phase == KILL_CAME_BACK, cases[i].text);
		machine_stop(&m);
	}
}

static void exited_and_free(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_shoot(&m, machine_node, "127.0.0.1:3000", "", SIGTERM);
	machine_expect(&m, KILL_SENT, false, "TERM sent to node 4211");
	assert_true(machine_step(&m, 120, false));
	machine_expect(&m, KILL_RELEASED, false, "node 4211 exited after 120 ms, port 3000 is free");
	assert_int_equal(m.status.elapsed_ms, 120);
	assert_false(machine_step(&m, 20, false));
	assert_false(machine_step(&m, 20, true));
	assert_false(machine_step(&m, KILL_WATCH_MS - 41, true));
	assert_true(machine_step(&m, 1, false));
	machine_expect(&m, KILL_RELEASED, true, "node 4211 exited after 120 ms, port 3000 is free");
	assert_false(machine_step(&m, 20, true));
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 1);
	machine_stop(&m);
}

static void leftovers_are_told_once(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_shoot(&m, machine_node, "127.0.0.1:3000",
	      "time-wait tcp 127.0.0.1:3000 peer 127.0.0.1:50000 expires 40500\n"
	      "time-wait tcp 127.0.0.1:3000 peer 127.0.0.1:50001 expires 30000\n"
	      "time-wait tcp 127.0.0.1:3001 peer 127.0.0.1:50002 expires 50000", SIGTERM);
	assert_true(machine_step(&m, 1500, false));
	machine_expect(&m, KILL_RELEASED, false, "node 4211 exited after 1.5 s, port 3000 is free");
	assert_true(machine_step(&m, 20, true));
	machine_expect(&m, KILL_RELEASED, false,
	       "node 4211 exited after 1.5 s, port 3000 is free; 2 TIME-WAIT leftovers for 41 s");
	m.scene = "time-wait tcp 127.0.0.1:3000 peer 127.0.0.1:50000 expires 39500";
	assert_false(machine_step(&m, 1000, true));
	machine_stop(&m);
}

static void other_leftovers_count_too(void **state)
{
	static const struct ending cases[] = {
		{ machine_node, "fin-wait-2 tcp 127.0.0.1:3000 inode 0 peer 127.0.0.1:50000 expires 59001\n"
		  "close-wait tcp 127.0.0.1:50000 peer 127.0.0.1:3000 by 5 curl alice",
		  "node 4211 exited after 30 ms, port 3000 is free; 1 FIN-WAIT-2 leftover for 60 s" },
		{ machine_node, "last-ack tcp 127.0.0.1:3000 inode 0 peer 127.0.0.1:50000",
		  "node 4211 exited after 30 ms, port 3000 is free; 1 LAST-ACK leftover" },
		/* somebody's: no leftover that goes by itself */
		{ machine_node, "close-wait tcp 127.0.0.1:3000 peer 127.0.0.1:50000 by 5 worker alice",
		  "node 4211 exited after 30 ms, port 3000 is free" },
	};

	(void)state;
	check_endings(cases, sizeof cases / sizeof *cases, KILL_RELEASED);
}

static void still_running_until_it_is_killed(void **state)
{
	struct fake_target target;
	struct fake_machine m;

	(void)state;
	outlive(&m, NULL, SIGTERM);
	assert_false(machine_step(&m, KILL_GRACE_MS - 1, true));
	assert_true(machine_step(&m, 1, true));
	machine_expect(&m, KILL_STILL_RUNNING, false, "node 4211 is still running after 5 s: K to kill");
	assert_false(machine_step(&m, 60000, true));
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 1);        /* nothing is escalated by itself */

	/* It has closed its socket by now and hangs: still the same verified process. */
	fake_get_target(m.fake, &target);
	target.status.holds_socket = target.status.socket_exists = false;
	fake_set_target(m.fake, &target);
	m.scene = "";
	assert_true(machine_step(&m, 20, true));
	machine_expect(&m, KILL_STILL_RUNNING, false,
		       "node 4211 is still running after 5 s, it has released port 3000: K to kill");
	assert_true(m.status.has_released);
	m.exits = true;
	machine_send(&m, SIGKILL);
	machine_expect(&m, KILL_SENT, false, "KILL sent to node 4211");
	assert_int_equal(fake_last_signal(m.fake), SIGKILL);
	assert_true(machine_step(&m, 20, false));
	machine_expect(&m, KILL_RELEASED, false, "node 4211 exited after 20 ms, port 3000 is free");
	machine_stop(&m);
}

static void an_escalation_that_comes_too_late_sends_nothing(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_shoot(&m, machine_node, "127.0.0.1:3000", "", SIGTERM);
	m.now_ms += 5100;
	machine_send(&m, SIGKILL);
	machine_expect(&m, KILL_RELEASED, false, "node 4211 exited after 5.1 s, port 3000 is free");
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 1);
	machine_stop(&m);
}

static void an_escalation_still_needs_the_same_process(void **state)
{
	struct fake_target target;
	struct fake_machine m;

	(void)state;
	outlive(&m, NULL, SIGTERM);
	fake_get_target(m.fake, &target);
	target.status.is_same_process = false;
	fake_set_target(m.fake, &target);
	machine_send(&m, SIGKILL);
	assert_int_equal(m.status.phase, KILL_CHANGED);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 1);
	machine_stop(&m);
}

static void why_it_goes_on(void **state)
{
	static const struct {
		struct target_status status;
		int signal;
		enum kill_phase phase;
		const char *text;
	} cases[] = {
		{ { .state = 'S', .ignored = 1u << (SIGTERM - 1) }, SIGTERM, KILL_STILL_RUNNING,
		  "node 4211 is still running after 5 s, it ignores TERM: K to kill" },
		{ { .state = 'T' }, SIGTERM, KILL_PENDING,
		  "TERM sent to node 4211, but it is stopped: TERM waits until it continues" },
		{ { .state = 'D' }, SIGKILL, KILL_STILL_RUNNING,
		  "node 4211 is still there 5 s after KILL: the kernel has not let it go (state D)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake_machine m;

		machine_start(&m, machine_node);
		m.exits = false;
		machine_turn_as_holder(&m, cases[i].status);
		machine_begin(&m, ROW_LISTENER, "127.0.0.1:3000", 0);
		machine_send(&m, cases[i].signal);
		assert_true(machine_step(&m, KILL_GRACE_MS, false));
		machine_expect(&m, cases[i].phase, false, cases[i].text);
		machine_stop(&m);
	}
}

static void a_stopped_one_ends_when_it_continues(void **state)
{
	struct fake_target target;
	struct fake_machine m;

	(void)state;
	machine_start(&m, machine_node);
	m.exits = false;
	fake_get_target(m.fake, &target);
	target.status.state = 'T';
	fake_set_target(m.fake, &target);
	machine_begin(&m, ROW_LISTENER, "127.0.0.1:3000", 0);
	machine_send(&m, SIGTERM);
	assert_true(machine_step(&m, 20, false));
	assert_int_equal(m.status.phase, KILL_PENDING);
	m.exits = true;
	m.after_signal = "";
	machine_send(&m, SIGCONT);
	machine_expect(&m, KILL_SENT, false, "CONT sent to node 4211");      /* the story of TERM goes on */
	assert_true(machine_step(&m, 20, false));
	assert_int_equal(m.status.phase, KILL_RELEASED);
	machine_stop(&m);
}

static void signals_that_end_nothing_are_over_at_once(void **state)
{
	struct fake_machine m;

	(void)state;
	outlive(&m, NULL, SIGSTOP);
	machine_expect(&m, KILL_SENT, true, "STOP sent to node 4211");
	assert_false(machine_step(&m, 20, true));
	machine_stop(&m);
}

static void it_released_the_port_but_goes_on(void **state)
{
	struct fake_machine m;

	(void)state;
	outlive(&m, "", SIGTERM);
	assert_true(machine_step(&m, 20, false));
	machine_expect(&m, KILL_SENT, false, "TERM sent to node 4211, it has released port 3000");
	machine_stop(&m);
}

static void a_sibling_holds_the_port(void **state)
{
	static const char before[] = "process 4211 node alice start 1\nprocess 4212 node alice start 2\n"
				     "tcp 127.0.0.1:3000 cookie 7 inode 70 by 4211 node alice by 4212 node alice";
	struct fake_machine m;

	(void)state;
	machine_shoot(&m, before, "127.0.0.1:3000",
		      "tcp 127.0.0.1:3000 cookie 7 inode 70 by 4212 node alice", SIGTERM);
	assert_true(machine_step(&m, 40, false));
	machine_expect(&m, KILL_EXITED, false, "node 4211 exited after 40 ms");  /* a scan has to say who */
	assert_true(machine_step(&m, 60, true));
	machine_expect(&m, KILL_STILL_HELD, false,
		       "node 4211 exited after 40 ms, but port 3000 is still held by node 4212");
	assert_int_equal(m.status.new_pid, 4212);
	assert_false(machine_step(&m, 20, false));
	m.scene = "";                            /* a pre-fork server's workers follow */
	assert_true(machine_step(&m, 20, false));
	machine_expect(&m, KILL_RELEASED, false, "node 4211 exited after 40 ms, port 3000 is free");
	machine_stop(&m);

	machine_shoot(&m, before, "127.0.0.1:3000", "tcp 127.0.0.1:3000 cookie 7 inode 70 user root", SIGTERM);
	machine_step(&m, 40, true);
	assert_true(machine_step(&m, KILL_WATCH_MS, true));
	machine_expect(&m, KILL_STILL_HELD, true,
	       "node 4211 exited after 40 ms, but port 3000 is still held by a process that cannot be seen");
	machine_stop(&m);
}

static void an_old_scan_does_not_blame_the_dead(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_shoot(&m, machine_node, "127.0.0.1:3000", "", SIGTERM);
	m.now_ms += 20;
	assert_true(kill_step(m.kill, m.snapshot, m.now_ms, &m.status));     /* the scan of before the signal */
	machine_expect(&m, KILL_RELEASED, false, "node 4211 exited after 20 ms, port 3000 is free");
	machine_stop(&m);

	machine_shoot(&m, "tcp 127.0.0.1:3000 cookie 7 inode 70 by 4211 node alice by 4300 sh alice",
		      "127.0.0.1:3000", "tcp 127.0.0.1:3000 cookie 7 inode 70 by 4300 sh alice", SIGTERM);
	m.now_ms += 20;
	assert_true(kill_step(m.kill, m.snapshot, m.now_ms, &m.status));
	machine_expect(&m, KILL_STILL_HELD, false,
		       "node 4211 exited after 20 ms, but port 3000 is still held by sh 4300");
	machine_stop(&m);
}

static void a_supervisor_binds_it_again(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_shoot(&m, machine_node, "127.0.0.1:3000", "", SIGTERM);
	assert_true(machine_step(&m, 100, false));
	assert_int_equal(m.status.phase, KILL_RELEASED);
	m.scene = "process 4200 node alice start 42000 command node /home/alice/.bin/nodemon --exec next dev\n"
		  "process 5300 node alice start 60000 parent 4200\n"
		  "tcp 127.0.0.1:3000 cookie 9 inode 90 by 5300 node alice";
	assert_true(machine_step(&m, 1000, false));
	assert_int_equal(m.status.phase, KILL_EXITED);       /* taken again; a scan has to say by whom */
	assert_true(machine_step(&m, 20, true));
	machine_expect(&m, KILL_CAME_BACK, true, "port 3000 is back: node 5300, restarted by nodemon 4200");
	assert_int_equal(m.status.new_pid, 5300);
	assert_false(machine_step(&m, 20, true));
	machine_stop(&m);
}

/* Whoever is above them both and nearest has done it, whatever those further up are known for. */
static void the_nearest_of_both_has_done_it(void **state)
{
	static const char above[] = "process 20 air alice command air\nprocess 30 watcher alice session 20 parent 20\n";
	char before[300], after[300];
	struct fake_machine m;

	(void)state;
	snprintf(before, sizeof before, "%sprocess 4211 node alice parent 30\n"
		 "tcp 127.0.0.1:3000 cookie 7 inode 70 by 4211 node alice", above);
	snprintf(after, sizeof after, "%sprocess 5300 node alice parent 30\n"
		 "tcp 127.0.0.1:3000 cookie 9 inode 90 by 5300 node alice", above);
	machine_shoot(&m, before, "127.0.0.1:3000", after, SIGTERM);
	assert_true(machine_step(&m, 20, true));
	machine_expect(&m, KILL_CAME_BACK, true, "port 3000 is back: node 5300, restarted by watcher 30");
	machine_stop(&m);
}

static void somebody_else_takes_it(void **state)
{
	static const struct ending cases[] = {
		{ machine_node, "process 80 make alice\nprocess 5300 ruby alice parent 80\n"
		  "tcp 127.0.0.1:3000 cookie 9 inode 90 by 5300 ruby alice",
		  "port 3000 is back: ruby 5300, started by make 80" },
		{ machine_node, "tcp 127.0.0.1:3000 cookie 9 inode 90 by 5300 ruby alice",
		  "port 3000 is back: ruby 5300" },
		/* the number of the one that was killed, given anew */
		{ machine_node, "process 4211 ruby bob start 99000\ntcp 127.0.0.1:3000 cookie 9 inode 90 by 4211 ruby bob",
		  "port 3000 is back: ruby 4211" },
		{ machine_node, "process 5300 web alice cgroup /system.slice/web.service\n"
		  "tcp 127.0.0.1:3000 cookie 9 inode 90 by 5300 web alice",
		  "port 3000 is back: web 5300, restarted by web.service" },
		{ machine_node, "tcp 127.0.0.1:3000 cookie 9 inode 90 user root",
		  "port 3000 is back, held by a process that cannot be seen" },
	};

	(void)state;
	check_endings(cases, sizeof cases / sizeof *cases, KILL_CAME_BACK);
}

static void the_same_port_elsewhere_is_not_claimed_free(void **state)
{
	static const struct ending cases[] = {
		{ "tcp 127.0.0.1:3000 by 5 a alice\ntcp [::1]:3000 v6only yes by 6 b alice",
		  "tcp [::1]:3000 v6only yes by 6 b alice", "a 5 exited after 30 ms, 127.0.0.1:3000 is free" },
		/* a wildcard that answers now is no new holder */
		{ "tcp 127.0.0.1:3000 by 5 a alice\ntcp 0.0.0.0:3000 by 6 b alice",
		  "tcp 0.0.0.0:3000 by 6 b alice", "a 5 exited after 30 ms, 127.0.0.1:3000 is free" },
	};

	(void)state;
	check_endings(cases, sizeof cases / sizeof *cases, KILL_RELEASED);
}

/* /proc/net alone: no lookup finds the row, so scans decide, and only those that began after the exit. */
static void without_a_lookup_scans_decide(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_start(&m, machine_node);
	m.after_signal = "";
	m.scene = "";                        /* nothing to be found while it is armed */
	machine_begin(&m, ROW_LISTENER, "127.0.0.1:3000", 0);
	m.scene = machine_node;
	machine_send(&m, SIGTERM);
	assert_true(machine_step(&m, 30, false));
	machine_expect(&m, KILL_EXITED, false, "node 4211 exited after 30 ms");
	assert_false(machine_step(&m, 30, true));
	assert_true(machine_step(&m, 30, true));
	machine_expect(&m, KILL_RELEASED, false, "node 4211 exited after 30 ms, port 3000 is free");
	machine_stop(&m);
}

static void what_could_not_be_learned_is_said(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_start(&m, machine_node);
	m.scene = "";
	machine_begin(&m, ROW_LISTENER, "127.0.0.1:3000", 0);
	machine_send(&m, SIGTERM);
	machine_step(&m, 30, false);
	assert_true(machine_step(&m, KILL_WATCH_MS, false));
	machine_expect(&m, KILL_EXITED, true,
		       "node 4211 exited after 30 ms; whether port 3000 is free could not be seen");
	machine_stop(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exited_and_free),
		cmocka_unit_test(leftovers_are_told_once),
		cmocka_unit_test(other_leftovers_count_too),
		cmocka_unit_test(still_running_until_it_is_killed),
		cmocka_unit_test(an_escalation_that_comes_too_late_sends_nothing),
		cmocka_unit_test(an_escalation_still_needs_the_same_process),
		cmocka_unit_test(why_it_goes_on),
		cmocka_unit_test(a_stopped_one_ends_when_it_continues),
		cmocka_unit_test(signals_that_end_nothing_are_over_at_once),
		cmocka_unit_test(it_released_the_port_but_goes_on),
		cmocka_unit_test(a_sibling_holds_the_port),
		cmocka_unit_test(an_old_scan_does_not_blame_the_dead),
		cmocka_unit_test(a_supervisor_binds_it_again),
		cmocka_unit_test(the_nearest_of_both_has_done_it),
		cmocka_unit_test(somebody_else_takes_it),
		cmocka_unit_test(the_same_port_elsewhere_is_not_claimed_free),
		cmocka_unit_test(without_a_lookup_scans_decide),
		cmocka_unit_test(what_could_not_be_learned_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
