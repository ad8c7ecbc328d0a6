/* How long a key waits, beside processes that are hard to look at, at ten scans a second: stopped ones,
 * servers with command lines of a megabyte, one that sits in a file system that hangs, one that cannot be
 * woken, one whose .git is a FIFO, one with a command line of 2 GiB, one with as many threads as can be. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "model/fact.h"
#include "../live/huge.h"
#include "../live/netns.h"
#include "../live/run.h"
#include "../live/sockets.h"
#include "../live/stuck.h"
#include "term.h"

enum { SERVERS = 12, FIRST_PORT = 22000, WORDS = 8, WORD_BYTES = 120 * 1024, KEYS = 398, WORST_MS = 50,
       LATE_MS = 1000, ROUNDS = 5, STUCK_PORT = 23000, HUGE_PORT = 24000, THREADS = 100000 };

static const size_t huge_bytes = (size_t)2 << 30;

/* `tail` waits for ever, whatever it thinks of the other names. */
static pid_t serve(uint16_t port)
{
	char *argv[WORDS + 4] = { "tail", "-f", "/dev/null" };
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fcntl(socket_listening("127.0.0.1", port, 0, 1), F_SETFD, 0);
	for (int i = 0; i < WORDS; i++) {
		argv[3 + i] = calloc(1, WORD_BYTES);
		memset(argv[3 + i], 'a' + i, WORD_BYTES - 1);
	}
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

/* Source: Documentation/scheduler/sched-stats.rst. */
static int64_t starved_thread_us(int task, const char *tid)
{
	char path[64], text[96] = "";
	unsigned long long ran_ns, starved_ns = 0;
	int fd;

	snprintf(path, sizeof path, "%.20s/schedstat", tid);
	fd = openat(task, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof text - 1) > 0)
		sscanf(text, "%llu %llu", &ran_ns, &starved_ns);
	if (fd >= 0)
		close(fd);
	return (int64_t)starved_ns / 1000;
}

/* How long the threads of a process could have run and were given no processor, since they exist: what others
 * do on this machine. Of all of them: one may have a lock that another wants. */
static int64_t starved_us(pid_t pid)
{
	char path[32];
	struct dirent *entry;
	int64_t sum_us = 0;
	DIR *tasks;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)))
		sum_us += entry->d_name[0] == '.' ? 0 : starved_thread_us(dirfd(tasks), entry->d_name);
	if (tasks)
		closedir(tasks);
	return sum_us;
}

struct delay {
	int64_t us;                  /* until the first byte that the key made */
	int64_t own_us;              /* ... without what lotop, and this test, waited for a processor */
};

static struct delay press(struct term *t, const char *key)
{
	int64_t starved = starved_us(term_pid(t)) + starved_us(getpid()), began_us = clock_monotonic_us();
	struct delay d = { .us = LATE_MS * 2000 };

	term_type(t, key);
	if (term_pump(t, LATE_MS * 2))
		d.us = clock_monotonic_us() - began_us;
	d.own_us = d.us - (starved_us(term_pid(t)) + starved_us(getpid()) - starved);
	return d;
}

static int by_length(const void *a, const void *b)
{
	const int64_t *us = a, *other = b;

	return (*us > *other) - (*us < *other);
}

/* Every single key is answered in time, but for what the machine was busy with; that is told as well. */
static void check_delays(struct term *t, const char *what)
{
	int64_t us[KEYS], own_us[KEYS];

	for (int i = 0; i < KEYS; i++) {
		struct delay d = press(t, i % 2 ? KEY_UP : KEY_DOWN);

		us[i] = d.us;
		own_us[i] = d.own_us;
		while (term_pump(t, 5))
			;
	}
	qsort(us, KEYS, sizeof *us, by_length);
	qsort(own_us, KEYS, sizeof *own_us, by_length);
	printf("latency: %s: %d keys, half within %.1f ms, the worst %.1f ms; "
	       "without waits for a processor %.1f ms\n", what, KEYS, (double)us[KEYS / 2] / 1000,
	       (double)us[KEYS - 1] / 1000, (double)own_us[KEYS - 1] / 1000);
	assert_in_range(us[KEYS / 2], 0, WORST_MS * 1000);
	assert_true(own_us[KEYS - 1] < WORST_MS * 1000);
	assert_in_range(us[KEYS - 1], 0, LATE_MS * 1000);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_keys(void **state)
{
	pid_t pids[SERVERS];
	struct term *t;

	(void)state;
	if (netns_enter())
		skip();
	for (int i = 0; i < SERVERS; i++)
		pids[i] = serve((uint16_t)(FIRST_PORT + i));
	t = term_lotop(40, 120, "-i 0.1", NULL);
	assert_true(term_await(t, "22011 127.0.0.1"));
	for (int i = 0; i < SERVERS; i += 2)
		kill(pids[i], SIGSTOP);
	assert_true(term_await(t, "stopped"));
	check_delays(t, "stopped servers, long command lines");
	term_quit(t, 5000);
	term_free(t);
	for (int i = 0; i < SERVERS; i++)
		end(pids[i]);
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

static int sit_there(const char *directory)
{
	if (chdir(directory))
		_exit(1);
	return 0;
}

/* Who waits for the child of vfork(2) cannot be interrupted: state D. */
static int sleep_deeply(const char *nothing)
{
	(void)nothing;
	if (vfork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		wait_for_ever();
	}
	return 0;
}

static int sit_at_fifo(const char *directory)
{
	char own[64];

	snprintf(own, sizeof own, "%s-fifo", directory);
	if (mkdir(own, 0700) || chdir(own) || mkfifo(".git", 0600))
		_exit(1);
	return 0;
}

static int have_long_command(const char *nothing)
{
	(void)nothing;
	return huge_command(huge_bytes);
}

static int have_threads(const char *wanted)
{
	return huge_threads((int)strtol(wanted, NULL, 10));
}

static void tell(int fd, int told)
{
	if (write(fd, &told, sizeof told) != sizeof told)
		_exit(1);
}

static pid_t start(int (*behave)(const char *argument), const char *argument, uint16_t port, int *told)
{
	int ready[2];
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		socket_listening("127.0.0.1", port, 0, 1);
		if (behave == sleep_deeply)      /* it does not come back */
			tell(ready[1], 0);
		tell(ready[1], behave(argument));
		wait_for_ever();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], told, sizeof *told), sizeof *told);
	close(ready[0]);
	return pid;
}

static void assert_hangs(const char *path)
{
	pid_t pid = fork();
	struct stat st;

	if (pid == 0)
		_exit(stat(path, &st) != 0);
	poll(NULL, 0, 200);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	end(pid);
}

static void test_stuck(void **state)
{
	static int (*const behaviours[])(const char *directory) = { sit_there, sleep_deeply, sit_at_fifo };
	enum { COUNT = sizeof behaviours / sizeof *behaviours };
	char place[] = "/tmp/lotop-stuck-XXXXXX", path[64];
	pid_t pids[COUNT];
	struct stuck stuck;
	struct term *t;
	int error, told;

	(void)state;
	assert_non_null(mkdtemp(place));
	if (netns_enter() || unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    (error = stuck_begin(&stuck, place))) {
		printf("skipped: no file system that hangs here\n");
		rmdir(place);
		skip();
	}
	snprintf(path, sizeof path, "%s/file", place);
	for (int i = 0; i < COUNT; i++)
		pids[i] = start(behaviours[i], place, (uint16_t)(STUCK_PORT + i), &told);
	stuck_stop(&stuck);
	assert_hangs(path);
	t = term_lotop(40, 120, "-i 0.1", NULL);
	assert_true(term_await(t, "23002 127.0.0.1"));
	check_delays(t, "a hanging directory, state D, a FIFO");
	for (int i = 0; i < COUNT; i++) {
		char row[24];

		snprintf(row, sizeof row, "%d 127.0.0.1", STUCK_PORT + i);
		assert_true(term_await(t, row));
	}
	term_quit(t, 5000);
	term_free(t);
	for (int i = 0; i < COUNT; i++)
		end(pids[i]);
	stuck_end(&stuck, place);
	rmdir(place);
	snprintf(path, sizeof path, "%s-fifo/.git", place);
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
}

/* All ids of a machine may be taken by others, or by a limit that nobody tells: then lotop needs some too. */
static pid_t start_threads(int *count)
{
	for (int wanted = huge_threads_borne(THREADS);; wanted = *count / 4 * 3) {
		char argument[16];
		pid_t pid;

		snprintf(argument, sizeof argument, "%d", wanted);
		pid = start(have_threads, argument, HUGE_PORT + 1, count);
		if (*count >= wanted)
			return pid;
		end(pid);
	}
}

static void assert_command_length(pid_t pid, size_t len)
{
	char path[32], last[2];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY);
	assert_int_equal(pread(fd, last, sizeof last, (off_t)len - 1), 1);
	close(fd);
}

/* `json`: from the beginning of the command line, which is cut where lotop reads no further, and says so. */
static void check_command(const char *json)
{
	static const char begin[] = HUGE_NAME " aaa", end[] = "aaa\\u2026\"";
	const char *quote;

	assert_non_null(json);
	json += strlen("\"command\":\"");
	quote = strchr(json, '"');
	assert_non_null(quote);
	assert_int_equal(quote - json, PROCESS_COMMAND_MAX + strlen("\\u2026"));
	assert_memory_equal(json, begin, sizeof begin - 1);
	assert_memory_equal(quote + 2 - sizeof end, end, sizeof end - 1);
}

static void check_list(void)
{
	int64_t best_us = INT64_MAX;

	for (int round = 0; round < ROUNDS && best_us >= LATE_MS * 1000; round++) {
		int64_t began_us = clock_monotonic_us(), us;
		struct run r = run_lotop("list --json port:24000", NULL);

		us = clock_monotonic_us() - began_us;
		best_us = us < best_us ? us : best_us;
		printf("latency: lotop list --json of them: %.0f ms, %zu bytes\n", (double)us / 1000, r.output_len);
		assert_int_equal(r.status, 0);
		check_command(strstr(r.output, "\"command\":"));
		run_done(&r);
	}
	assert_in_range(best_us, 0, LATE_MS * 1000);
}

#ifdef __SANITIZE_THREAD__
static const bool can_have_huge = false;     /* it cannot live with threads that it has not seen made */
#else
static const bool can_have_huge = true;
#endif

static void test_huge(void **state)
{
	pid_t long_command, threads;
	int error, count;
	struct term *t;

	(void)state;
	if (!can_have_huge || netns_enter())
		skip();
	long_command = start(have_long_command, NULL, HUGE_PORT, &error);
	threads = start_threads(&count);
	printf("latency: %d threads of %d\n", count, THREADS);
	assert_true(count > 0);
	if (error)
		printf("skipped: a command line of 2 GiB: %s\n", strerror(-error));
	else
		assert_command_length(long_command, huge_bytes);
	t = term_lotop(40, 120, "-i 0.1", NULL);
	assert_true(term_await(t, "24001 127.0.0.1"));
	assert_true(term_await(t, error ? "24000 127.0.0.1" : "aaaaaaaa\xe2\x80\xa6"));
	check_delays(t, "a command line of 2 GiB, very many threads");
	term_quit(t, 5000);
	term_free(t);
	if (!error)
		check_list();
	end(threads);
	end(long_command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys), cmocka_unit_test(test_stuck), cmocka_unit_test(test_huge),
	};

	return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
