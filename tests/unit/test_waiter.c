/* platform/linux/waiter, on real processes that hold a listening socket and do one thing or another:
 * whoever may serve is not said to be deaf, and who surely does not is. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <netinet/in.h>
#include <cmocka.h>
#include "platform/linux/waiter.h"

enum { TRIES = 1000, TRY_MS = 10, LONG_S = 1000 };

static void accepts(int fd)
{
	close(accept(fd, NULL, NULL));
}

static void *accept_in_thread(void *fd)
{
	accepts(*(int *)fd);
	return NULL;
}

static void accepts_elsewhere(int fd)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, accept_in_thread, &fd))
		sleep(LONG_S);
}

static int watching(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	return epoll;
}

static void waits_for_events(int fd)
{
	struct epoll_event event;

	epoll_wait(watching(fd), &event, 1, -1);
}

static void watches_and_sleeps(int fd)
{
	watching(fd);
	sleep(LONG_S);
}

static void waits_for_other_events(int fd)
{
	struct epoll_event event;
	int ends[2];

	(void)fd;
	if (!pipe(ends))
		epoll_wait(watching(ends[0]), &event, 1, -1);
}

static void polls(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	poll(&one, 1, -1);
}

static void polls_nothing(int fd)
{
	(void)fd;
	poll(NULL, 0, LONG_S * 1000);
}

static void selects(int fd)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	select(fd + 1, &set, NULL, NULL, NULL);
}

static void selects_below(int fd)
{
	struct timeval timeout = { .tv_sec = LONG_S };

	select(fd, NULL, NULL, NULL, &timeout);
}

static void sleeps(int fd)
{
	(void)fd;
	sleep(LONG_S);
}

static void sleeps_and_does_not_block(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	sleep(LONG_S);
}

static void is_woken_by_a_signal(int fd)
{
	signal(SIGIO, SIG_IGN);
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETFL, O_ASYNC);
	pause();
}

static void pauses(int fd)
{
	(void)fd;
	pause();
}

static void waits_for_a_child(int fd)
{
	pid_t child = fork();

	(void)fd;
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
	}
	waitpid(child, NULL, 0);
}

static void reads(int fd)
{
	int ends[2];
	char byte;

	(void)fd;
	if (!pipe(ends))
		_exit(read(ends[0], &byte, 1) != 1);
}

static void locks(int fd)
{
	int word = 0;

	(void)fd;
	syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void is_busy(int fd)
{
	(void)fd;
	for (volatile unsigned i = 0;; i++)
		continue;
}

static void one_is_busy(int fd)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, (void *(*)(void *))(void (*)(void))is_busy, &fd))
		sleep(LONG_S);
}

static void stays_open(int fd)
{
	fcntl(fd, F_SETFD, 0);
	pause();
}

static const struct {
	const char *name;
	void (*does)(int fd);
	int8_t is_waiting;
	uint8_t kind;
	int8_t is_inheritable;
} cases[] = {
	{ "accept", accepts, TRISTATE_TRUE, WAIT_CONNECTION, TRISTATE_FALSE },
	{ "accept in a thread", accepts_elsewhere, TRISTATE_TRUE, WAIT_CONNECTION, TRISTATE_FALSE },
	{ "epoll", waits_for_events, TRISTATE_TRUE, WAIT_CONNECTION, TRISTATE_FALSE },
	{ "epoll, asleep", watches_and_sleeps, TRISTATE_UNKNOWN, WAIT_PERHAPS, TRISTATE_FALSE },
	{ "poll", polls, TRISTATE_UNKNOWN, WAIT_PERHAPS, TRISTATE_FALSE },
	{ "select", selects, TRISTATE_UNKNOWN, WAIT_PERHAPS, TRISTATE_FALSE },
	{ "sleep without blocking", sleeps_and_does_not_block, TRISTATE_UNKNOWN, WAIT_SLEEP, TRISTATE_FALSE },
	{ "signals", is_woken_by_a_signal, TRISTATE_UNKNOWN, WAIT_PERHAPS, TRISTATE_FALSE },
	{ "busy", is_busy, TRISTATE_UNKNOWN, WAIT_RUNS, TRISTATE_FALSE },
	{ "a busy thread", one_is_busy, TRISTATE_UNKNOWN, WAIT_RUNS, TRISTATE_FALSE },

	{ "another epoll", waits_for_other_events, TRISTATE_FALSE, WAIT_EVENTS, TRISTATE_FALSE },
	{ "poll of nothing", polls_nothing, TRISTATE_FALSE, WAIT_SLEEP, TRISTATE_FALSE },
	{ "select of nothing", selects_below, TRISTATE_FALSE, WAIT_SLEEP, TRISTATE_FALSE },
	{ "sleep", sleeps, TRISTATE_FALSE, WAIT_SLEEP, TRISTATE_FALSE },
	{ "pause", pauses, TRISTATE_FALSE, WAIT_SIGNAL, TRISTATE_FALSE },
	{ "wait", waits_for_a_child, TRISTATE_FALSE, WAIT_CHILD, TRISTATE_FALSE },
	{ "read", reads, TRISTATE_FALSE, WAIT_READ, TRISTATE_FALSE },
	{ "futex", locks, TRISTATE_FALSE, WAIT_LOCK, TRISTATE_FALSE },
	{ "inheritable", stays_open, TRISTATE_FALSE, WAIT_SIGNAL, TRISTATE_TRUE },
};

static int listening(uint32_t *inode)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;

	assert_true(fd >= 0 && !bind(fd, (struct sockaddr *)&at, sizeof at));
	assert_true(!listen(fd, 1) && !fstat(fd, &st));
	*inode = (uint32_t)st.st_ino;
	return fd;
}

static pid_t start(int fd, void (*does)(int fd))
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		does(fd);
		_exit(1);
	}
	return pid;
}

/* The child needs a moment until it does what it is to do: looks again until it is as wanted. */
static bool comes_to(pid_t pid, uint32_t inode, size_t i, struct wait_fact *seen)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_so = false;

	for (int tries = 0; tries < TRIES && !is_so; tries++) {
		waiter_read(proc, pid, inode, seen);
		is_so = seen->is_waiting == cases[i].is_waiting && seen->kind == cases[i].kind &&
			seen->is_inheritable == cases[i].is_inheritable;
		poll(NULL, 0, is_so ? 0 : TRY_MS);
	}
	close(proc);
	return is_so;
}

static bool is_readable(void)
{
	char text[64];
	int fd = open("/proc/self/syscall", O_RDONLY | O_CLOEXEC);
	bool is_readable = fd >= 0 && read(fd, text, sizeof text) > 0;

	if (fd >= 0)
		close(fd);
	return is_readable;
}

static void holders_are_told_apart(void **state)
{
	(void)state;
	if (!is_readable())
		skip();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wait_fact seen;
		uint32_t inode;
		int fd = listening(&inode);
		pid_t pid = start(fd, cases[i].does);

		if (!comes_to(pid, inode, i, &seen))
			fail_msg("%s: is_waiting %d, kind %d, is_inheritable %d, error %d", cases[i].name,
				 seen.is_waiting, seen.kind, seen.is_inheritable, seen.error);
		assert_int_equal(seen.pid, pid);
		assert_int_equal(seen.error, 0);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(fd);
	}
}

static void put(const char *proc, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", proc, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_directory(const char *proc, const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", proc, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void put_link(const char *proc, const char *name, const char *target)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", proc, name);
	assert_int_equal(symlink(target, path), 0);
}

/* Process 7 with socket 70 and an epoll, as somebody sees it who may not trace it. */
static void put_process(const char *proc, const char *function, const char *epoll)
{
	put_directory(proc, "7");
	put_directory(proc, "7/fd");
	put_directory(proc, "7/fdinfo");
	put_directory(proc, "7/task");
	put_directory(proc, "7/task/7");
	put_link(proc, "7/fd/0", "socket:[70]");
	put(proc, "7/fdinfo/0", "pos:\t0\nflags:\t02\n");
	put_link(proc, "7/fd/1", "anon_inode:[eventpoll]");
	put(proc, "7/fdinfo/1", epoll);
	if (*function)
		put(proc, "7/task/7/wchan", function);
}

static void remove_process(const char *proc)
{
	static const char *const names[] = {
		"7/fd/0", "7/fd/1", "7/fdinfo/0", "7/fdinfo/1", "7/task/7/wchan", "7/fd", "7/fdinfo",
		"7/task/7", "7/task", "7",
	};
	char path[128];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", proc, names[i]);
		remove(path);
	}
}

#define OTHERS "pos:\t0\ntfd: 4 events: 1 data: 4  pos:0 ino:47 sdev:9\n"
#define IT "pos:\t0\ntfd: 4 events: 1 data: 4  pos:0 ino:46 sdev:9\n"

/* Yama lets nobody trace others (ptrace_scope 1): the functions of the kernel have to do. */
static void who_may_not_be_traced_is_told_by_the_kernels_function(void **state)
{
	static const struct {
		const char *function, *epoll;
		int8_t is_waiting;
		uint8_t kind;
		bool is_refused;
	} seen[] = {
		{ "hrtimer_nanosleep", OTHERS, TRISTATE_FALSE, WAIT_SLEEP, false },
		{ "do_epoll_wait", OTHERS, TRISTATE_FALSE, WAIT_EVENTS, false },
		{ "do_epoll_wait", IT, TRISTATE_UNKNOWN, WAIT_PERHAPS, false },
		{ "hrtimer_nanosleep", IT, TRISTATE_UNKNOWN, WAIT_PERHAPS, false },
		{ "inet_csk_accept", OTHERS, TRISTATE_UNKNOWN, WAIT_PERHAPS, false },
		{ "poll_schedule_timeout.constprop.0", OTHERS, TRISTATE_UNKNOWN, WAIT_PERHAPS, false },
		{ "0", OTHERS, TRISTATE_UNKNOWN, WAIT_UNKNOWN, true },
		{ "", OTHERS, TRISTATE_UNKNOWN, WAIT_UNKNOWN, true },
	};
	char root[] = "/tmp/lotop-waiter-XXXXXX";
	int proc;

	(void)state;
	assert_non_null(mkdtemp(root));
	proc = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
		struct wait_fact wait;

		put_process(root, seen[i].function, seen[i].epoll);
		waiter_read(proc, 7, 70, &wait);
		remove_process(root);
		assert_int_equal(wait.is_waiting, seen[i].is_waiting);
		assert_int_equal(wait.kind, seen[i].kind);
		assert_int_equal(wait.error != 0, seen[i].is_refused);
		assert_int_equal(wait.is_inheritable, TRISTATE_TRUE);
	}
	close(proc);
	assert_int_equal(rmdir(root), 0);
}

static void who_is_gone_is_not_judged(void **state)
{
	struct wait_fact seen;
	uint32_t inode;
	int fd = listening(&inode), proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t pid = start(fd, pauses);

	(void)state;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	waiter_read(proc, pid, inode, &seen);
	assert_int_equal(seen.is_waiting, TRISTATE_UNKNOWN);
	assert_int_equal(seen.is_inheritable, TRISTATE_UNKNOWN);
	assert_int_not_equal(seen.error, 0);
	close(proc);
	close(fd);
}

static void ignore(int number)
{
	(void)number;
}

static void pauses_again(int fd)
{
	(void)fd;
	signal(SIGUSR1, ignore);
	for (;;)
		pause();
}

/* Until it stays: at most as long as a child may take to begin. */
static uint64_t settled_count(int proc, pid_t pid)
{
	uint64_t before = 0, now = 1;

	for (int tries = 0; tries < TRIES && before != now; tries++) {
		before = now;
		poll(NULL, 0, TRY_MS);
		assert_true(waiter_count(proc, pid, &now));
	}
	return now;
}

/* Whoever has run in between and waits again has waited once more. */
static void who_runs_in_between_is_found_out(void **state)
{
	struct wait_fact seen;
	uint32_t inode;
	int fd = listening(&inode), proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t pid = start(fd, pauses_again);
	uint64_t before, now;

	(void)state;
	for (int tries = 0; tries < TRIES; tries++) {
		waiter_read(proc, pid, inode, &seen);
		if (seen.kind == WAIT_SIGNAL)
			break;
		poll(NULL, 0, TRY_MS);
	}
	before = now = settled_count(proc, pid);
	kill(pid, SIGUSR1);
	for (int tries = 0; tries < TRIES && now == before; tries++) {
		poll(NULL, 0, TRY_MS);
		assert_true(waiter_count(proc, pid, &now));
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(now > before);
	assert_false(waiter_count(proc, pid, &now));
	close(proc);
	close(fd);
}

static void an_epoll_tells_what_it_watches(void **state)
{
	static const char text[] = "pos:\t0\nflags:\t02000002\nino:\tc9d675\n"
				   "tfd:        4 events:       1f data:         4  pos:0 "
				   "ino:c9d675 sdev:9\n";

	(void)state;
	assert_true(waiter_parse_epoll(slice_of(text), 0xc9d675));
	assert_false(waiter_parse_epoll(slice_of(text), 0xc9d67));
	assert_false(waiter_parse_epoll(slice_of("ino:c9d675\n"), 0xc9d675));
}

static void a_descriptor_tells_its_flags(void **state)
{
	(void)state;
	assert_int_equal(waiter_parse_flags(slice_of("pos:\t0\nflags:\t02000002\n")), 0);
	assert_int_equal(waiter_parse_flags(slice_of("pos:\t0\nflags:\t02\n")), WAITER_INHERITABLE);
	assert_int_equal(waiter_parse_flags(slice_of("flags:\t02004002\n")), WAITER_NONBLOCKING);
	assert_int_equal(waiter_parse_flags(slice_of("flags:\t02020002\n")), WAITER_SIGNALLED);
	assert_int_equal(waiter_parse_flags(slice_of("flags:\t8\n")), -1);
	assert_int_equal(waiter_parse_flags(slice_of("")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holders_are_told_apart),
		cmocka_unit_test(who_may_not_be_traced_is_told_by_the_kernels_function),
		cmocka_unit_test(who_is_gone_is_not_judged),
		cmocka_unit_test(who_runs_in_between_is_found_out),
		cmocka_unit_test(an_epoll_tells_what_it_watches),
		cmocka_unit_test(a_descriptor_tells_its_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
