/* lotop wait, next and watch as scripts use them: how soon they answer, and that they are right. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "run.h"
#include "scene.h"

enum { PORT = 26000, TRIES = 5, SOON_MS = 50, TIMEOUT = 7 };

struct world {
	bool may_enter;
	struct scene scene;
};

static void need_namespace(const struct world *w)
{
	if (!w->may_enter)
		skip();
}

/* -1 and errno when it cannot be bound; without any option set. */
static int bind_to(const char *address, uint16_t port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!is_v4)
		inet_pton(AF_INET6, address, &v6.sin6_addr);
	if (bind(fd, is_v4 ? (void *)&v4 : (void *)&v6, is_v4 ? sizeof v4 : sizeof v6)) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* The lotop that waits may still have a look at the one before. */
static int listen_at(const char *address, uint16_t port)
{
	int fd = bind_to(address, port);

	for (int tries = 0; fd < 0 && errno == EADDRINUSE && tries < 1000; tries++) {
		poll(NULL, 0, 1);
		fd = bind_to(address, port);
	}
	assert_true(fd >= 0 && listen(fd, 4) == 0);
	return fd;
}

/* Runs beside the test; its stdout goes to `output` (-1: nowhere). */
static pid_t start_lotop(const char *arguments, int output)
{
	const char *argv[RUN_WORDS];
	char *words = run_split(arguments, argv);
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (output >= 0)
			dup2(output, STDOUT_FILENO);
		run_exec(argv, NULL);
	}
	free(words);
	return pid;
}

static int64_t await_end(pid_t pid, int expected)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), expected);
	return clock_monotonic_ms();
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int64_t median(int64_t took_ms[TRIES])
{
	qsort(took_ms, TRIES, sizeof *took_ms, compare);
	return took_ms[TRIES / 2];
}

/* What this machine takes just now to start a program and to see its end. */
static int64_t busy_ms(void)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int64_t took_ms[TRIES];

	for (int i = 0; i < TRIES; i++) {
		int64_t began_ms = clock_monotonic_ms();

		took_ms[i] = await_end(start_lotop("--version", nowhere), 0) - began_ms;
	}
	close(nowhere);
	return median(took_ms);
}

static void check_soon(int64_t took_ms[TRIES])
{
	int64_t soon_ms = median(took_ms), more_ms = busy_ms();

	print_message("median %d ms, at most %d ms; to start and end: %d ms\n", (int)soon_ms,
		      (int)took_ms[TRIES - 1], (int)more_ms);
	assert_in_range(soon_ms, 0, SOON_MS + 2 * more_ms);
}

static void test_wait_listening(void **state)
{
	int64_t took_ms[TRIES];

	need_namespace(*state);
	for (int i = 0; i < TRIES; i++) {
		pid_t pid = start_lotop("wait 26000 --listening", -1);
		poll(NULL, 0, 200);
		assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
		int64_t began_ms = clock_monotonic_ms();
		int fd = listen_at("127.0.0.1", PORT);
		took_ms[i] = await_end(pid, 0) - began_ms;
		close(fd);
	}
	check_soon(took_ms);
}

static void test_wait_free(void **state)
{
	int64_t took_ms[TRIES];

	need_namespace(*state);
	for (int i = 0; i < TRIES; i++) {
		int fd = listen_at(i % 2 ? "::1" : "127.0.0.1", PORT);
		pid_t pid = start_lotop("wait 26000 --free", -1);
		poll(NULL, 0, 200);
		assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
		int64_t began_ms = clock_monotonic_ms();
		close(fd);
		took_ms[i] = await_end(pid, 0) - began_ms;
	}
	check_soon(took_ms);
}

/* Bound is not listening, and not free. */
static void test_wait_bound(void **state)
{
	need_namespace(*state);
	int fd = bind_to("127.0.0.1", PORT);
	await_end(start_lotop("wait 26000 --timeout 200ms", -1), TIMEOUT);
	struct run r = run_lotop("wait 26000 --free --timeout 200ms", NULL);
	assert_int_equal(r.status, TIMEOUT);
	assert_non_null(strstr(r.errors, "127.0.0.1:26000 is held by"));
	run_done(&r);
	close(fd);
	await_end(start_lotop("wait 26000 --free --timeout 2s", -1), 0);
}

/* A server that comes and goes is not stable; one that stays is, after that time. */
static void test_wait_stable(void **state)
{
	need_namespace(*state);
	pid_t pid = start_lotop("wait 26000 --stable 400ms", -1);
	for (int i = 0; i < 5; i++) {
		int fd = listen_at("127.0.0.1", PORT);
		poll(NULL, 0, 150);
		close(fd);
	}
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	int fd = listen_at("127.0.0.1", PORT);
	int64_t began_ms = clock_monotonic_ms();
	assert_true(await_end(pid, 0) - began_ms >= 400);
	close(fd);
}

static void check_bindable(uint16_t port)
{
	static const char *const addresses[] = { "0.0.0.0", "127.0.0.1", "::", "::1" };

	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		int fd = bind_to(addresses[i], port);

		if (fd < 0)
			fail_msg("%s:%u cannot be bound: %s", addresses[i], port, strerror(errno));
		close(fd);
	}
}

static void test_next(void **state)
{
	static const char *const obstacles[] = {
		"listen_v4_other", "listen_v6", "bound", "udp_v4", "time_wait_server", "fin_wait_2", NULL,
	};
	struct world *w = *state;
	int64_t best_ms = INT64_MAX;
	char *rest;

	need_namespace(w);
	scene_add(&w->scene, obstacles, 3000, NULL);
	for (int i = 0; i < 3; i++) {
		int64_t began_ms = clock_monotonic_ms(), took_ms;
		struct run r = run_lotop("next --count 100 --from 3000", NULL);
		took_ms = clock_monotonic_ms() - began_ms;
		best_ms = took_ms < best_ms ? took_ms : best_ms;
		assert_int_equal(r.status, 0);
		rest = r.output;
		for (int k = 0; k < 100; k++) {
			long port = strtol(rest, &rest, 10);
			assert_in_range(port, 3000, 3200);
			assert_true(port % 10 || port >= 3060);      /* the obstacles */
			check_bindable((uint16_t)port);
		}
		run_done(&r);
	}
	print_message("%d ms\n", (int)best_ms);
	assert_true(best_ms < 200);
	scene_end(&w->scene);
}

static void test_next_ranges(void **state)
{
	need_namespace(*state);
	struct run r = run_lotop("next --from 32760 --count 20", NULL);     /* ephemeral from 32768 on */
	assert_int_equal(r.status, 1);
	assert_string_equal(r.output, "32760\n32761\n32762\n32763\n32764\n32765\n32766\n32767\n");
	run_done(&r);
	r = run_lotop("next --range dynamic", NULL);
	assert_string_equal(r.output, "49152\n");
	run_done(&r);
	r = run_lotop("next --from 80 --range any --json", NULL);
	assert_string_equal(r.output, "{\"schema\":1,\"range\":\"any\",\"ports\":[80]}\n");
	run_done(&r);
}

/* Its reader went away: it ends by itself, though nothing happens. */
static void test_watch_ends_with_its_reader(void **state)
{
	int ends[2];

	need_namespace(*state);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t pid = start_lotop("watch -i 60", ends[1]);
	close(ends[1]);
	poll(NULL, 0, 300);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	int64_t began_ms = clock_monotonic_ms();
	close(ends[0]);
	assert_true(await_end(pid, 0) - began_ms < 1000);
}

static void test_a_pipe_is_no_recording(void **state)
{
	struct run r = run_lotop("list --replay /dev/null", NULL);
	(void)state;

	assert_int_equal(r.status, 3);
	assert_int_equal(r.output_len, 0);
	assert_string_equal(r.errors, "lotop: /dev/null: is no file, and a recording is read more than once "
				      "(it plays what lotop --record FILE wrote)\n");
	run_done(&r);
}

int main(void)
{
	struct world world = { .may_enter = scene_enter() };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_wait_listening, &world),
		cmocka_unit_test_prestate(test_wait_free, &world),
		cmocka_unit_test_prestate(test_wait_bound, &world),
		cmocka_unit_test_prestate(test_wait_stable, &world),
		cmocka_unit_test_prestate(test_next, &world),
		cmocka_unit_test_prestate(test_next_ranges, &world),
		cmocka_unit_test_prestate(test_watch_ends_with_its_reader, &world),
		cmocka_unit_test(test_a_pipe_is_no_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
