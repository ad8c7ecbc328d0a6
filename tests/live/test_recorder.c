/* lotop record, log, check and metrics on real sockets: what was opened and closed is told, by whom, once. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "netns.h"
#include "run.h"
#include "sockets.h"

enum { PORT = 25100, TRIES = 100 };

static char directory[64];
static bool is_ready;

static pid_t start_recorder(const char *option)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);        /* a test that fails leaves nobody behind */
		execl(LOTOP_BINARY, LOTOP_BINARY, "record", "-i", "0.1", option, (char *)NULL);
		_exit(127);
	}
	return pid;
}

/* A server that does nothing else: whoever starts programs, as this test does, has its sockets in two
 * processes for a moment each time, and the recorder may well see it. */
static pid_t serve(const char *address, uint16_t port)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		socket_listening(address, port, 0, 1);
		for (;;)
			pause();
	}
	return pid;
}

/* The same in a network namespace of its own, below this one. */
static pid_t serve_elsewhere(const char *address, uint16_t port)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (netns_enter())
			_exit(1);
		socket_listening(address, port, 0, 1);
		for (;;)
			pause();
	}
	return pid;
}

static void stop(pid_t pid, int signal_number)
{
	kill(pid, signal_number);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, part)); at++)
		count++;
	return count;
}

/* Until lotop ARGUMENTS says `part` as often; ends the test when it never does. */
static void await(const char *arguments, const char *part, unsigned times)
{
	const struct timespec moment = { 0, 50000000 };
	struct run r = run_lotop(arguments, NULL);

	for (unsigned i = 0; i < TRIES && count_of(r.output, part) < times; i++) {
		nanosleep(&moment, NULL);
		run_done(&r);
		r = run_lotop(arguments, NULL);
	}
	if (count_of(r.output, part) != times)
		fail_msg("lotop %s says \"%s\" %u times, not %u: %s", arguments, part,
			 count_of(r.output, part), times, r.output);
	run_done(&r);
}

static void test_who_had_the_port(void **state)
{
	char own[64];
	(void)state;

	if (!is_ready)
		skip();
	pid_t early = serve("127.0.0.1", PORT);
	await("list 25100", "25100", 1);
	pid_t recorder = start_recorder(NULL);
	await("log 25100", "present 127.0.0.1:25100 tcp", 1);
	pid_t server = serve("::1", PORT + 1);
	snprintf(own, sizeof own, "opened [::1]:25101 tcp live_recorder %d", (int)server);
	await("log 25101", own, 1);
	stop(server, SIGKILL);
	snprintf(own, sizeof own, "closed [::1]:25101 tcp live_recorder %d", (int)server);
	await("log 25101", own, 1);

	struct run second = run_lotop("record", NULL);
	assert_int_equal(second.status, 3);
	run_done(&second);

	stop(recorder, SIGKILL);
	recorder = start_recorder(NULL);
	await("log", " began: ", 2);
	await("log 25100", "present 127.0.0.1:25100 tcp", 2);
	struct run r = run_lotop("log 25101 --json", NULL);
	assert_int_equal(count_of(r.output, "\"event\":\"opened\""), 1);
	assert_int_equal(count_of(r.output, "\"event\":\"closed\""), 1);
	run_done(&r);
	r = run_lotop("log 25102", NULL);
	assert_int_equal(r.status, 1);
	run_done(&r);
	stop(recorder, SIGTERM);
	stop(early, SIGKILL);
}

static void test_the_window_begins_with_who_was_there(void **state)
{
	const struct timespec beyond = { 1, 200000000 };
	(void)state;

	if (!is_ready)
		skip();
	pid_t server = serve("127.0.0.1", PORT + 3);
	await("list 25103", "25103", 1);
	pid_t recorder = start_recorder(NULL);
	await("log 25103", "present ", 1);
	nanosleep(&beyond, NULL);
	await("log 25103 --since 1s", "present 127.0.0.1:25103 tcp", 1);
	stop(server, SIGKILL);
	await("log 25103", "closed 127.0.0.1:25103 tcp", 1);
	nanosleep(&beyond, NULL);
	struct run r = run_lotop("log 25103 --since 1s", NULL);
	assert_int_equal(r.status, 1);
	run_done(&r);
	stop(recorder, SIGTERM);
}

static void test_other_namespaces_are_recorded_where_asked(void **state)
{
	(void)state;

	if (!is_ready)
		skip();
	pid_t here = serve("127.0.0.1", PORT + 4), there = serve_elsewhere("127.0.0.1", PORT + 4);
	await("list --all-netns 25104", "25104 127.0.0.1", 2);
	pid_t recorder = start_recorder(NULL);
	await("log 25104", "present 127.0.0.1:25104 tcp", 1);
	stop(recorder, SIGTERM);
	recorder = start_recorder("--all-netns");
	await("log 25104", "present 127.0.0.1:25104 tcp in ", 1);
	await("log 25104", "present 127.0.0.1:25104 tcp live_recorder ", 2);
	stop(recorder, SIGTERM);
	stop(here, SIGKILL);
	stop(there, SIGKILL);
}

static void enter_project(void)
{
	if (chdir(directory))
		_exit(127);
}

static void write_project(const char *text)
{
	char path[96];

	snprintf(path, sizeof path, "%s/.lotop", directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
}

static void assert_check(const char *project, int status, const char *part)
{
	write_project(project);
	struct run r = run_lotop("check", enter_project);
	if (r.status != status || !strstr(r.status == 2 ? r.errors : r.output, part))
		fail_msg("status %d, not %d; %s%s", r.status, status, r.output, r.errors);
	run_done(&r);
}

static void test_a_project_is_checked(void **state)
{
	(void)state;
	if (!is_ready)
		skip();
	struct run none = run_lotop("check", enter_project);
	assert_int_equal(none.status, 3);
	run_done(&none);
	int fd = socket_listening("127.0.0.1", PORT + 5, 0, 1), open_fd = socket_listening("0.0.0.0", PORT + 6, 0, 1);
	assert_check("[web]\nport = 25105\nprocess = live_*\n", 0, "ok       web");
	assert_check("[web]\nport = 25105\nprocess = node\n", 8, "wrong    web");
	assert_check("[web]\nport = 25107\n", 8, "missing  web");
	assert_check("[web]\nport = 25106\n", 8, "exposed  web");
	assert_check("[web]\nport = 25106\naddress = *\n", 0, "ok       web");
	assert_check("[web]\nport = many\n", 2, "/.lotop:2: ");
	close(fd);
	close(open_fd);
}

static void test_metrics_count_what_is_there(void **state)
{
	(void)state;
	if (!is_ready)
		skip();
	int fd = socket_listening("127.0.0.1", PORT + 8, 0, 1), bound = socket_bound("::1", PORT + 9, 0);
	struct run r = run_lotop("metrics", NULL);
	assert_int_equal(r.status, 0);
	assert_int_equal(count_of(r.output, "\nlotop_sockets{state=\"LISTEN\"} 1\n"), 1);
	assert_int_equal(count_of(r.output, "\nlotop_marked{mark=\"exposed\"} 0\n"), 1);
	assert_string_equal(r.output + r.output_len - 6, "# EOF\n");
	run_done(&r);
	close(fd);
	close(bound);
}

static void remove_all(void)
{
	static const char *const names[] = { "lotop/events.ndjson", "lotop/lock", "lotop", ".lotop", "" };
	char path[128];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", directory, names[i]);
		remove(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_had_the_port),
		cmocka_unit_test(test_the_window_begins_with_who_was_there),
		cmocka_unit_test(test_other_namespaces_are_recorded_where_asked),
		cmocka_unit_test(test_a_project_is_checked),
		cmocka_unit_test(test_metrics_count_what_is_there),
	};

	snprintf(directory, sizeof directory, "/tmp/lotop-recorder-XXXXXX");
	is_ready = netns_enter() == 0 && mkdtemp(directory) && setenv("XDG_STATE_HOME", directory, 1) == 0;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (is_ready)
		remove_all();
	return failed;
}
