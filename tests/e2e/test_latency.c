/* How long a key waits, beside processes that are hard to look at: stopped ones, and servers with command
 * lines of a megabyte, at ten scans a second. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "../live/netns.h"
#include "../live/sockets.h"
#include "term.h"

enum { SERVERS = 12, FIRST_PORT = 22000, WORDS = 8, WORD_BYTES = 120 * 1024, KEYS = 200, WORST_MS = 50 };

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

/* Until the first byte that the key made; in microseconds. */
static int64_t press(struct term *t, const char *key)
{
	int64_t began_us = clock_monotonic_us();

	term_type(t, key);
	if (!term_pump(t, 2000))
		return 2000000;
	return clock_monotonic_us() - began_us;
}

static void test_keys(void **state)
{
	pid_t pids[SERVERS];
	int64_t worst_us = 0, sum_us = 0;
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
	for (int i = 0; i < KEYS; i++) {
		int64_t us = press(t, i % 8 < 4 ? KEY_DOWN : KEY_UP);

		worst_us = us > worst_us ? us : worst_us;
		sum_us += us;
		while (term_pump(t, 5))
			;
	}
	printf("latency: %d keys, %.1f ms at worst, %.2f ms on average\n", KEYS, (double)worst_us / 1000,
	       (double)sum_us / 1000 / KEYS);
	term_type(t, "q");
	assert_true(term_await_end(t, 2000));
	term_free(t);
	for (int i = 0; i < SERVERS; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	assert_in_range(worst_us, 0, WORST_MS * 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_keys) };

	return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
