/* Pids that are used again: in a pid namespace of its own, the process under the sights is replaced, a
 * thousand times, by another one with the same pid at the same port. It must never get the signal. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "action/kill.h"
#include "base/clock.h"
#include "collector/collector.h"
#include "netns.h"
#include "sockets.h"

enum { TRIES = 1000, PORT = 3000, SPOILT = 2 };

/* Ends with 1 when TERM came, with 0 at SIGWINCH: of two that wait, the lower number is taken first. */
static void listen_and_wait(int ready)
{
	sigset_t set;
	int number;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	socket_listening("127.0.0.1", PORT, SOCK_REUSE_ADDRESS, 4);
	if (write(ready, "", 1) != 1)
		_exit(SPOILT);
	sigwait(&set, &number);
	_exit(number == SIGTERM);
}

/* A server; with the pid `wanted`, unless that is 0. */
static pid_t start(pid_t wanted)
{
	int ends[2], last = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	if (wanted && dprintf(last, "%d", wanted - 1) < 0)
		fail_msg("ns_last_pid: %s", strerror(errno));
	pid = fork();
	if (!pid)
		listen_and_wait(ends[1]);
	close(last);
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		fail_msg("no server");
	close(ends[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* The end of the other one: true when it had got the signal. */
static bool was_hit(pid_t pid)
{
	int status;

	kill(pid, SIGWINCH);
	waitpid(pid, &status, 0);
	return !WIFEXITED(status) || WEXITSTATUS(status);
}

static struct row_key key_of_port(void)
{
	struct row_key key = { .kind = ROW_LISTENER };

	endpoint_parse_address(slice_of("127.0.0.1"), &key.endpoint);
	key.endpoint.protocol = PROTOCOL_TCP;
	key.endpoint.port = PORT;
	return key;
}

struct tally {
	unsigned armed, sent, hit;
};

/* Looks, is deceived before or after it takes aim, and fires. */
static void try(struct platform *p, bool before, struct tally *tally)
{
	const struct scan_request request = { .owners = true };
	const struct row_key key = key_of_port();
	const struct snapshot *s;
	struct kill_plan plan;
	struct kill_status status;
	struct kill *shot;
	pid_t pid = start(0), other;

	assert_int_equal(collector_scan_once(p, &request, &s), 0);
	if (before) {
		end(pid);
		other = start(pid);
		kill_begin(p, s, &key, pid, &plan, &shot);
	} else {
		kill_begin(p, s, &key, pid, &plan, &shot);
		if (!shot)
			fail_msg("not armed: %s", plan.refusal_text);
		end(pid);
		other = start(pid);
	}
	assert_int_equal(other, pid);
	if (shot) {
		tally->armed++;
		kill_send(shot, SIGTERM, clock_monotonic_ms(), &status);
		tally->sent += status.phase == KILL_SENT;
	}
	kill_free(shot);
	tally->hit += was_hit(other);
	snapshot_unref(s);
}

static void test_reuse(void **state)
{
	struct tally tally = { 0 };
	struct platform *p;

	(void)state;
	assert_int_equal(platform_linux_new(&p), 0);
	for (int i = 0; i < TRIES; i++)
		try(p, i % 2, &tally);
	platform_free(p);
	printf("reuse: %u wrong signals in %u tries, %u of them armed before\n", tally.hit, TRIES, tally.armed);
	assert_int_equal(tally.hit, 0);
	assert_int_equal(tally.sent, 0);
}

static bool enter(void)
{
	return !netns_enter() && !unshare(CLONE_NEWPID | CLONE_NEWNS);
}

static bool mount_proc(void)
{
	return !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) &&
	       !access("/proc/sys/kernel/ns_last_pid", W_OK);
}

/* The first process of the new namespace; its children's pids are its own to choose. */
static int run_inside(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_reuse) };

	if (!mount_proc()) {
		printf("skipped: pids cannot be chosen here: %s\n", strerror(errno));
		return 77;
	}
	return cmocka_run_group_tests_name("reuse", tests, NULL, NULL);
}

int main(void)
{
	int status;
	pid_t pid;

	if (!enter()) {
		printf("skipped: no pid namespace here: %s\n", strerror(errno));
		return 77;
	}
	fflush(stdout);
	pid = fork();
	if (!pid) {
		int failed = run_inside();
		fflush(stdout);
		_exit(failed);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
