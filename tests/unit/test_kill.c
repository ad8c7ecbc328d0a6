/* Before the signal: whom a kill would hit and why not, what is told about it, and that nothing is sent
 * when anything has changed since. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fake/machine.h"

static void the_plan_tells_everything(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_aim(&m, "process 4200 node alice start 42000 since 1000 command node /home/.bin/nodemon\n"
		    "process 4211 node alice start 42110 since 5000 parent 4200 cwd /home/alice/shop command next dev\n"
		    "tcp 127.0.0.1:3000 cookie 7 inode 70 by 4211 node alice\n"
		    "tcp [::1]:9229 v6only yes by 4211 node alice\n"
		    "udp 127.0.0.1:8125 by 4211 node alice\n"
		    "tcp 127.0.0.1:80 by 9 other alice\n"
		    "established tcp 127.0.0.1:3000 peer 127.0.0.1:50000\n"
		    "connections\n",
		    "127.0.0.1:3000", 0);
	assert_int_equal(m.plan.id.pid, 4211);
	assert_int_equal(m.plan.id.start_time, 42110);
	assert_int_equal(m.plan.id.cookie, 7);
	assert_int_equal(m.plan.id.inode, 70);
	assert_int_equal(m.plan.id.state, SOCKET_LISTEN);
	assert_string_equal(m.plan.name, "node");
	assert_string_equal(m.plan.user, "alice");
	assert_string_equal(m.plan.command, "/home/alice/shop: next dev");
	assert_string_equal(m.plan.address, "127.0.0.1:3000");
	assert_string_equal(m.plan.parent, "node 4200");
	assert_string_equal(m.plan.supervisor, "nodemon 4200 may restart it");
	assert_string_equal(m.plan.effect, "");
	assert_int_equal(m.plan.held_count, 2);
	assert_string_equal(m.plan.held[0], "udp 127.0.0.1:8125");
	assert_string_equal(m.plan.held[1], "[::1]:9229");
	assert_string_equal(m.plan.confirm_twice, "it holds 2 other ports");
	assert_int_equal(m.plan.clients, 1);
	assert_int_equal(m.plan.up_ms, 720000);
	assert_int_equal(m.plan.other_holders, 0);
	machine_stop(&m);
}

static void the_parent_is_told_as_far_as_it_is_known(void **state)
{
	static const struct { const char *scene, *parent; } cases[] = {
		{ "process 4 npm alice\nprocess 5 a alice parent 4\ntcp 127.0.0.1:80 by 5", "npm 4" },
		{ "process 5 a alice parent 4\ntcp 127.0.0.1:80 by 5", "4" },
		{ "process 5 a alice parent 1\ntcp 127.0.0.1:80 by 5", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake_machine m;

		machine_aim(&m, cases[i].scene, "127.0.0.1:80", 0);
		assert_string_equal(m.plan.parent, cases[i].parent);
		machine_stop(&m);
	}
}

/* A server that forked, and what it started besides. */
#define FORKED "process 5 web alice start 1\nprocess 6 web alice start 2 parent 5\n" \
	       "process 7 web alice start 2 parent 5\nprocess 8 sleep alice start 3 parent 5\n"

static void whom_it_hits(void **state)
{
	static const struct {
		const char *scene;
		int32_t asked, expected;
		uint32_t others;
		const char *say;
	} cases[] = {
		{ "tcp 127.0.0.1:80 by 5 a alice", 0, 5, 0, "" },
		{ "tcp 127.0.0.1:80 by 5 a alice", 5, 5, 0, "" },
		/* a pre-fork server: the oldest of the name that most have */
		{ "tcp 127.0.0.1:80 by 70 worker alice by 60 worker alice by 50 shell alice", 0, 60, 2,
		  "2 other processes hold the same socket: the port stays taken" },
		{ "tcp 127.0.0.1:80 by 70 worker alice by 60 worker alice by 50 shell alice", 50, 50, 2,
		  "2 other processes hold the same socket: the port stays taken" },
		/* the oldest, not the one with the lowest pid */
		{ "process 60 web alice start 900\nprocess 70 web alice start 800\n"
		  "tcp 127.0.0.1:80 by 60 web alice by 70 web alice", 0, 70, 1,
		  "web 60 holds the same socket, too: the port stays taken" },
		{ FORKED "tcp 127.0.0.1:80 by 5 web alice by 6 web alice by 7 web alice", 0, 5, 2,
		  "its 2 workers hold the same socket: they should end with it" },
		{ FORKED "tcp 127.0.0.1:80 by 5 web alice by 6 web alice by 8 sleep alice", 0, 5, 2,
		  "sleep 8 holds the same socket, too: the port stays taken" },
		/* only the worker is meant: the server is not its worker */
		{ FORKED "tcp 127.0.0.1:80 by 5 web alice by 6 web alice", 6, 6, 1,
		  "web 5 holds the same socket, too: the port stays taken" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake_machine m;

		machine_aim(&m, cases[i].scene, "127.0.0.1:80", cases[i].asked);
		assert_int_equal(m.plan.id.pid, cases[i].expected);
		assert_int_equal(m.plan.other_holders, cases[i].others);
		assert_string_equal(m.plan.others, cases[i].say);
		assert_int_equal(fake_last_id(m.fake).pid, cases[i].expected);
		machine_stop(&m);
	}
}

static void of_a_shared_port_its_own_socket_is_checked(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_aim(&m, "tcp 127.0.0.1:80 cookie 1 inode 11 by 5 a alice\n"
		    "tcp 127.0.0.1:80 cookie 2 inode 22 by 6 a alice", "127.0.0.1:80", 6);
	assert_int_equal(fake_last_id(m.fake).inode, 22);
	assert_int_equal(fake_last_id(m.fake).cookie, 2);
	machine_stop(&m);
}

static void refusals_of_the_snapshot(void **state)
{
	static const struct {
		const char *scene, *endpoint;
		enum row_kind kind;
		int32_t pid;
		enum kill_refusal refusal;
		const char *text;
	} cases[] = {
		{ "tcp 127.0.0.1:80 user root", "127.0.0.1:80", ROW_LISTENER, 0, KILL_NO_HOLDER,
		  "its owner cannot be seen (a process of root?): run lotop with sudo" },
		{ "pending\ntcp 127.0.0.1:80 user alice", "127.0.0.1:80", ROW_LISTENER, 0, KILL_NO_HOLDER,
		  "its owner is still being looked for: try again in a moment" },
		{ "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:50000 expires 40100", "127.0.0.1:80", ROW_LEFTOVER, 0,
		  KILL_NO_HOLDER, "no process holds it: the kernel frees it by itself in 41 s" },
		{ "last-ack tcp 127.0.0.1:80 inode 0 peer 127.0.0.1:50000", "127.0.0.1:80", ROW_LEFTOVER, 0, KILL_NO_HOLDER,
		  "no process holds it: it is a connection that the kernel is closing" },
		{ "ephemeral 32768 60999\nclose-wait tcp 127.0.0.1:50000 peer 127.0.0.1:80 by 5 curl alice",
		  "127.0.0.1:80", ROW_CLIENT_LEFTOVER, 0, KILL_NO_HOLDER,
		  "curl 5 is a client here: only who holds the port itself can be ended" },
		{ "tcp 127.0.0.1:80 by 5 a alice", "127.0.0.1:80", ROW_LISTENER, 6, KILL_IS_OTHER,
		  "pid 6 does not hold 127.0.0.1:80 any more: look again" },
		{ "tcp 127.0.0.1:80 by 1 systemd root", "127.0.0.1:80", ROW_LISTENER, 0, KILL_IS_INIT,
		  "systemd 1 is the system's first process: its sockets belong to units, stop the unit instead" },
		{ "tcp 127.0.0.1:80 by 1000 lotop alice", "127.0.0.1:80", ROW_LISTENER, 0, KILL_IS_SELF,
		  "this is lotop itself: q quits it" },
		{ "source replay\ntcp 127.0.0.1:80 by 5 a alice", "127.0.0.1:80", ROW_LISTENER, 0, KILL_REPLAY,
		  "this is a recording: nothing is signalled" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake_machine m;

		machine_start(&m, cases[i].scene);
		machine_begin(&m, cases[i].kind, cases[i].endpoint, cases[i].pid);
		assert_string_equal(m.plan.refusal_text, cases[i].text);
		assert_int_equal(m.plan.refusal, cases[i].refusal);
		assert_int_equal(fake_count(m.fake, FAKE_OPEN), 0);
		machine_stop(&m);
	}
}

static void a_row_that_is_gone(void **state)
{
	struct row_key key = { .kind = ROW_LISTENER };
	struct fake_machine m;

	(void)state;
	machine_start(&m, machine_node);
	kill_begin(m.platform, m.snapshot, &key, 0, &m.plan, &m.kill);
	assert_int_equal(m.plan.refusal, KILL_GONE);
	assert_string_equal(m.plan.refusal_text, "nothing is there any more");
	assert_null(m.kill);
	machine_stop(&m);
}

static void fail_target(struct fake_machine *m, int open_error, int check_error, int signal_error)
{
	struct fake_target target;

	fake_get_target(m->fake, &target);
	target.open_error = open_error;
	target.check_error = check_error;
	target.signal_error = signal_error;
	fake_set_target(m->fake, &target);
}

static void refusals_of_the_platform(void **state)
{
	static const struct {
		int open_error, check_error;
		enum kill_refusal refusal;
		const char *text;
	} cases[] = {
		{ -ESRCH, 0, KILL_GONE, "node 4211 has exited already" },
		{ -ESTALE, 0, KILL_IS_OTHER, "pid 4211 is another process by now: look again" },
		{ -EPERM, 0, KILL_NOT_PERMITTED, "node 4211 belongs to alice: run lotop with sudo to signal it" },
		{ -ENOSYS, 0, KILL_NO_PIDFD, "this kernel or sandbox has no pidfd: lotop does not signal a bare pid" },
		{ -EOPNOTSUPP, 0, KILL_REPLAY, "this is a recording: nothing is signalled" },
		{ -EMFILE, 0, KILL_NO_PIDFD, "node 4211 could not be pinned: Too many open files" },
		{ 0, -ESRCH, KILL_GONE, "node 4211 has exited already" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake_machine m;

		machine_start(&m, machine_node);
		fail_target(&m, cases[i].open_error, cases[i].check_error, 0);
		machine_begin(&m, ROW_LISTENER, "127.0.0.1:3000", 0);
		assert_string_equal(m.plan.refusal_text, cases[i].text);
		assert_int_equal(m.plan.refusal, cases[i].refusal);
		machine_stop(&m);
	}
}

/* What the armed process turns out to be: at the begin a refusal, between begin and send a change. */
static const struct {
	struct target_status status;
	enum kill_refusal refusal;
	enum kill_phase phase;
	const char *text;
} turns[] = {
	{ { .has_exited = true }, KILL_GONE, KILL_CHANGED, "node 4211 has exited already" },
	{ { .is_kernel_thread = true, .is_same_process = true }, KILL_IS_KERNEL, KILL_CHANGED,
	  "node 4211 is a thread of the kernel" },
	{ { .holds_socket = true, .socket_exists = true, .may_signal = true }, KILL_IS_OTHER, KILL_CHANGED,
	  "pid 4211 is another process by now: look again" },
	{ { .is_same_process = true, .socket_exists = true, .may_signal = true }, KILL_IS_OTHER, KILL_CHANGED,
	  "node 4211 does not hold 127.0.0.1:3000 any more: look again" },
	{ { .is_same_process = true, .holds_socket = true, .may_signal = true }, KILL_GONE, KILL_CHANGED,
	  "127.0.0.1:3000 has been closed already" },
	{ { .is_same_process = true, .holds_socket = true, .socket_exists = true }, KILL_NOT_PERMITTED, KILL_FAILED,
	  "node 4211 belongs to alice: run lotop with sudo to signal it" },
};

static void refusals_of_the_armed_process(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
		struct fake_machine m;

		machine_start(&m, machine_node);
		machine_turn(&m, turns[i].status);
		machine_begin(&m, ROW_LISTENER, "127.0.0.1:3000", 0);
		assert_string_equal(m.plan.refusal_text, turns[i].text);
		assert_int_equal(m.plan.refusal, turns[i].refusal);
		machine_stop(&m);
	}
}

static void nothing_is_sent_after_a_change(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
		struct fake_machine m;

		machine_aim(&m, machine_node, "127.0.0.1:3000", 0);
		machine_turn(&m, turns[i].status);
		machine_send(&m, SIGTERM);
		assert_int_equal(m.status.phase, turns[i].phase);
		assert_true(m.status.is_final);
		assert_non_null(strstr(m.status.text, turns[i].text));
		assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 0);
		assert_false(machine_step(&m, 20, true));
		machine_stop(&m);
	}
}

static void nothing_is_sent_to_what_has_become_another_program(void **state)
{
	struct fake_target target;
	struct fake_machine m;

	(void)state;
	machine_start(&m, machine_node);
	fake_get_target(m.fake, &target);
	strcpy(target.status.comm, "node");
	fake_set_target(m.fake, &target);
	machine_begin(&m, ROW_LISTENER, "127.0.0.1:3000", 0);
	strcpy(target.status.comm, "bash");
	fake_set_target(m.fake, &target);
	machine_send(&m, SIGTERM);
	machine_expect(&m, KILL_CHANGED, true,
		       "changed since you looked, nothing was sent: pid 4211 has become another program");
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 0);
	machine_stop(&m);
}

static void nothing_is_sent_to_what_cannot_be_checked(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_aim(&m, machine_node, "127.0.0.1:3000", 0);
	fail_target(&m, 0, -EMFILE, 0);
	machine_send(&m, SIGTERM);
	machine_expect(&m, KILL_FAILED, true, "nothing was sent to node 4211: Too many open files");
	assert_int_equal(m.status.error, EMFILE);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 0);
	machine_stop(&m);
}

static void a_signal_that_the_kernel_refuses(void **state)
{
	struct fake_machine m;

	(void)state;
	machine_aim(&m, machine_node, "127.0.0.1:3000", 0);
	fail_target(&m, 0, 0, -EPERM);
	machine_send(&m, SIGTERM);
	machine_expect(&m, KILL_FAILED, true, "TERM could not be sent to node 4211: Operation not permitted");
	assert_int_equal(m.status.error, EPERM);
	machine_stop(&m);
}

static void asks_twice(void **state)
{
	static const struct {
		const char *scene, *expected;
	} cases[] = {
		{ "tcp 127.0.0.1:80 by 5 a alice", "" },
		{ "tcp 127.0.0.1:80 by 77 bash alice", "lotop itself runs under it" },
		{ "tcp 127.0.0.1:80 by 5 sshd alice", "sessions or services run under it" },
		{ "process 4 b alice\ntcp 127.0.0.1:80 by 5 a postgres", "it runs as postgres, not as you" },
		{ "tcp 127.0.0.1:80 by 5 a alice by 6 a alice", "1 other process holds this socket" },
		{ "tcp 127.0.0.1:80 by 5 a alice by 6 a alice by 7 a alice", "2 other processes hold this socket" },
		{ "tcp 127.0.0.1:80 by 5 a alice\nbound tcp 127.0.0.1:81 by 5 a alice", "it holds 1 other port" },
		{ "tcp 127.0.0.1:80 by 5 a alice\nclose-wait tcp 127.0.0.1:81 peer 127.0.0.1:1 by 5 a alice", "" },
		{ "process 4 b alice\ntcp 127.0.0.1:80 by 5 a postgres by 6 a postgres",
		  "it runs as postgres, not as you; 1 other process holds this socket" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake_machine m;

		machine_aim(&m, cases[i].scene, "127.0.0.1:80", 0);
		assert_string_equal(m.plan.confirm_twice, cases[i].expected);
		machine_stop(&m);
	}
}

static void the_effect_of_term_is_foretold(void **state)
{
	static const struct {
		struct target_status status;
		const char *expected;
	} cases[] = {
		{ { .state = 'S' }, "" },
		{ { .state = 'S', .caught = 1u << (SIGTERM - 1), .blocked = 1u << (SIGTERM - 1) }, "" },
		{ { .state = 'T' }, "is stopped: TERM waits until it continues" },
		{ { .state = 't' }, "is held by a debugger: TERM waits until that lets it go" },
		{ { .state = 'S', .ignored = 1u << (SIGTERM - 1) }, "ignores TERM" },
		{ { .state = 'S', .is_namespace_init = true, .caught = 1u << (SIGTERM - 1) }, "" },
		{ { .state = 'S', .is_namespace_init = true },
		  "is the first process of a container and does not handle TERM: the kernel drops it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake_machine m;

		machine_start(&m, machine_node);
		machine_turn_as_holder(&m, cases[i].status);
		machine_begin(&m, ROW_LISTENER, "127.0.0.1:3000", 0);
		assert_string_equal(m.plan.effect, cases[i].expected);
		assert_int_equal(*m.plan.confirm_twice != 0, cases[i].status.is_namespace_init);
		machine_stop(&m);
	}
}

static void long_and_wide_texts_are_cut_whole(void **state)
{
	struct fake_machine m;
	char scene[700];
	int len = snprintf(scene, sizeof scene, "process 5 web alice cwd /");

	(void)state;
	for (int i = 0; i < 150; i++)
		len += snprintf(scene + len, sizeof scene - (size_t)len, "\xe6\xbc\xa2");
	snprintf(scene + len, sizeof scene - (size_t)len, "\ntcp 127.0.0.1:80 by 5 web alice");
	machine_aim(&m, scene, "127.0.0.1:80", 0);
	assert_true(strlen(m.plan.command) < KILL_TEXT);
	assert_true(strlen(m.plan.command) > KILL_TEXT - 8);
	assert_string_equal(m.plan.command + strlen(m.plan.command) - 6, "\xe6\xbc\xa2...");
	machine_stop(&m);
}

static void signal_names(void **state)
{
	static const struct {
		const char *text;
		int signal;
	} cases[] = {
		{ "TERM", SIGTERM }, { "SIGTERM", SIGTERM }, { "term", SIGTERM }, { "sigKill", SIGKILL }, { "15", SIGTERM },
		{ "9", SIGKILL }, { "STOP", SIGSTOP }, { "", -EINVAL }, { "SIG", -EINVAL }, { "TER", -EINVAL },
		{ "TERMS", -EINVAL }, { "0", -EINVAL }, { "-9", -EINVAL }, { "99999999999999999999", -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(kill_signal_parse(slice_of(cases[i].text)), cases[i].signal);
	for (int signal = 1; signal < 32; signal++)
		if (*kill_signal_name(signal) != '?')
			assert_int_equal(kill_signal_parse(slice_of(kill_signal_name(signal))), signal);
	assert_string_equal(kill_signal_name(SIGTERM), "TERM");
	assert_string_equal(kill_signal_name(12345), "?");
}

static void a_unit_is_stopped_by_its_command(void **state)
{
	static const struct { const char *cgroup, *ran; enum remedy_kind kind; } cases[] = {
		{ "/system.slice/nginx.service", "systemctl stop nginx.service", REMEDY_UNIT },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/web.service",
		  "systemctl --user stop web.service", REMEDY_USER_UNIT },
		{ "/system.slice/a\\x2db.service", "systemctl stop a\\x2db.service", REMEDY_UNIT },
		{ "/machine.slice/libpod-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
		  "podman stop 0123456789ab", REMEDY_CONTAINER },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf argv = { 0 }, input = { 0 };
		struct fake_machine m;
		char scene[400];

		snprintf(scene, sizeof scene, "process 5 web alice cgroup %s\ntcp 127.0.0.1:80 by 5 web alice",
			 cases[i].cgroup);
		machine_aim(&m, scene, "127.0.0.1:80", 0);
		assert_int_equal(m.plan.remedy_kind, cases[i].kind);
		assert_int_equal(fake_count(m.fake, FAKE_RUN), 0);
		machine_send(&m, KILL_BY_REMEDY);
		fake_last_run(m.fake, &argv, &input);
		assert_string_equal(buf_string(&argv), cases[i].ran);
		assert_int_equal(fake_last_signal(m.fake), 0);
		assert_int_equal(m.status.phase, KILL_SENT);
		assert_false(m.status.is_final);
		buf_done(&argv);
		buf_done(&input);
		machine_stop(&m);
	}
}

static void a_command_that_fails_is_told_and_over(void **state)
{
	struct fake_machine m;
	(void)state;

	machine_aim(&m, "process 5 web alice cgroup /system.slice/nginx.service\ntcp 127.0.0.1:80 by 5 web alice",
		    "127.0.0.1:80", 0);
	fake_set_run(m.fake, -ENOENT);
	machine_send(&m, KILL_BY_REMEDY);
	machine_expect(&m, KILL_FAILED, true, "systemctl stop nginx.service: no such program here");
	machine_stop(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_is_stopped_by_its_command),
		cmocka_unit_test(a_command_that_fails_is_told_and_over),
		cmocka_unit_test(the_plan_tells_everything),
		cmocka_unit_test(the_parent_is_told_as_far_as_it_is_known),
		cmocka_unit_test(whom_it_hits),
		cmocka_unit_test(of_a_shared_port_its_own_socket_is_checked),
		cmocka_unit_test(refusals_of_the_snapshot),
		cmocka_unit_test(a_row_that_is_gone),
		cmocka_unit_test(refusals_of_the_platform),
		cmocka_unit_test(refusals_of_the_armed_process),
		cmocka_unit_test(nothing_is_sent_after_a_change),
		cmocka_unit_test(nothing_is_sent_to_what_has_become_another_program),
		cmocka_unit_test(nothing_is_sent_to_what_cannot_be_checked),
		cmocka_unit_test(a_signal_that_the_kernel_refuses),
		cmocka_unit_test(asks_twice),
		cmocka_unit_test(the_effect_of_term_is_foretold),
		cmocka_unit_test(long_and_wide_texts_are_cut_whole),
		cmocka_unit_test(signal_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
