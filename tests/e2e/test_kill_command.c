/* lotop kill on real processes: what it says must be what happened, and who was not meant must live. */
#include <errno.h>
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
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/process.h"
#include "../live/run.h"
#include "../live/scene.h"
#include "../live/sockets.h"
#include "shot.h"
#include "term.h"

enum { PORT = 25000, BACKLOG = 8 };

struct world {
	bool may_enter;
	struct scene scene;
};

/* The situation at its port, listening. */
static void make(struct world *w, const char *name, unsigned port)
{
	const char *const names[] = { name, NULL };
	char arguments[64];

	if (!w->may_enter)
		skip();
	scene_add(&w->scene, names, port, NULL);
	snprintf(arguments, sizeof arguments, "wait %u --timeout 5s", port);
	struct run r = run_lotop(arguments, NULL);
	assert_int_equal(r.status, SHOT_DONE);
	run_done(&r);
}

static int end(void **state)
{
	struct world *w = *state;

	scene_end(&w->scene);
	return 0;
}

static bool says(json_t *kill, const char *part)
{
	return strstr(scene_text(kill, "text"), part);
}

static void test_term_is_obeyed(void **state)
{
	make(*state, "server", PORT);
	json_t *answer = shot_fire("-y 25000", NULL, SHOT_DONE), *kill = shot_kill(answer, 0);

	assert_string_equal(scene_text(kill, "outcome"), "released");
	assert_true(says(kill, "exited after") && says(kill, "port 25000 is free"));
	assert_false(process_is_alive(scene_number(kill, "pid")));
	assert_int_equal(scene_count_listeners(PORT), 0);
	json_decref(answer);
}

static void test_nothing_is_there(void **state)
{
	struct world *w = *state;

	if (!w->may_enter)
		skip();
	json_decref(shot_fire("-y 25000", NULL, SHOT_NOTHING));
}

static void test_term_is_ignored(void **state)
{
	make(*state, "ignores_term", PORT);
	json_t *answer = shot_fire("-y 25000 --wait 300ms", NULL, SHOT_HELD), *kill = shot_kill(answer, 0);
	int pid = scene_number(kill, "pid");

	assert_string_equal(scene_text(kill, "outcome"), "running");
	assert_string_equal(scene_text(kill, "effect"), "ignores TERM");
	assert_true(process_is_alive(pid));
	json_decref(answer);
	answer = shot_fire("-y 25000 --force-after 300ms", NULL, SHOT_DONE);
	kill = shot_kill(answer, 0);
	assert_string_equal(scene_text(kill, "outcome"), "released");
	assert_string_equal(scene_text(kill, "signal"), "KILL");
	assert_int_equal(scene_number(kill, "pid"), pid);
	assert_false(process_is_alive(pid));
	json_decref(answer);
}

static void test_supervisor_starts_it_again(void **state)
{
	make(*state, "supervised", PORT);
	json_t *answer = shot_fire("-y 25000", NULL, SHOT_HELD), *kill = shot_kill(answer, 0);

	assert_string_equal(scene_text(kill, "outcome"), "came-back");
	assert_true(scene_number(kill, "new_pid") > 0);
	assert_int_not_equal(scene_number(kill, "new_pid"), scene_number(kill, "pid"));
	assert_true(process_is_alive(scene_number(kill, "new_pid")));
	assert_false(process_is_alive(scene_number(kill, "pid")));
	json_decref(answer);
}

/* What a user writes in five minutes: no scan shows the shell, for it holds no socket. */
static void test_a_script_starts_it_again(void **state)
{
	struct world *w = *state;
	static const char script[] =
		"while :; do python3 -c 'import socket, time\n"
		"s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
		"s.bind((\"127.0.0.1\", 25000)); s.listen(); time.sleep(60)'; done";
	pid_t shell;

	if (!w->may_enter || system("python3 -c 0"))
		skip();
	shell = fork();
	if (!shell) {
		setpgid(0, 0);
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(127);
	}
	for (int tries = 0; tries < 1000 && !scene_count_listeners(PORT); tries++)
		poll(NULL, 0, 20);
	json_t *answer = shot_fire("-y 25000", NULL, SHOT_HELD), *kill_of = shot_kill(answer, 0);
	char title[64];

	snprintf(title, sizeof title, "a shell loop %d", (int)shell);
	assert_string_equal(scene_text(kill_of, "outcome"), "came-back");
	assert_int_equal(scene_number(kill_of, "restarter_pid"), shell);
	assert_string_equal(scene_text(kill_of, "restarted_by"), title);
	assert_int_not_equal(scene_number(kill_of, "new_pid"), scene_number(kill_of, "pid"));
	assert_true(process_is_alive(scene_number(kill_of, "new_pid")));
	json_decref(answer);
	kill(-shell, SIGKILL);
	waitpid(shell, NULL, 0);
	for (int tries = 0; tries < 500 && scene_count_listeners(PORT); tries++)
		poll(NULL, 0, 20);
}

/* Wrapper and server hold the socket: the wrapper alone does not free it. */
static void test_wrapper_alone(void **state)
{
	make(*state, "wrapped_shared", PORT);
	json_t *answer = shot_fire("-y 25000", NULL, SHOT_HELD), *kill = shot_kill(answer, 0);

	assert_string_equal(scene_text(kill, "outcome"), "still-held");
	assert_int_equal(scene_number(kill, "other_holders"), 1);
	assert_true(process_is_alive(scene_number(kill, "new_pid")));
	assert_int_equal(scene_count_listeners(PORT), 1);
	json_decref(answer);
}

static void check_whole(const char *arguments, size_t others)
{
	json_t *answer = shot_fire(arguments, NULL, SHOT_DONE), *kill = shot_kill(answer, 0), *with, *other;
	size_t i;

	assert_string_equal(scene_text(kill, "outcome"), "released");
	with = json_object_get(kill, "with");
	assert_int_equal(json_array_size(with), others);
	json_array_foreach(with, i, other) {
		assert_true(json_is_true(json_object_get(other, "exited")));
		assert_false(process_is_alive(scene_number(other, "pid")));
	}
	assert_int_equal(scene_count_listeners(PORT), 0);
	json_decref(answer);
}

static void test_group(void **state)
{
	make(*state, "wrapped", PORT);
	check_whole("-y 25000 --group", 1);
}

static void test_tree(void **state)
{
	make(*state, "wrapped_shared", PORT);
	check_whole("-y 25000 --tree", 1);
}

static void test_all_holders(void **state)
{
	make(*state, "wrapped_shared", PORT);
	json_t *answer = shot_fire("-y 25000 --all-holders", NULL, SHOT_DONE);

	assert_int_equal(json_array_size(json_object_get(answer, "kills")), 2);
	for (size_t i = 0; i < 2; i++)
		assert_false(process_is_alive(scene_number(shot_kill(answer, i), "pid")));
	json_decref(answer);
}

/* The servers of this test are in its own process group, and so is lotop: nobody is signalled. */
static void test_group_with_lotop_in_it(void **state)
{
	make(*state, "server", PORT);
	json_t *answer = shot_fire("-y 25000 --group", NULL, SHOT_REFUSED), *kill = shot_kill(answer, 0);

	assert_string_equal(scene_text(kill, "outcome"), "refused");
	assert_true(says(kill, "is lotop itself"));
	assert_true(process_is_alive(scene_number(kill, "pid")));
	json_decref(answer);
}

static void test_prefork(void **state)
{
	make(*state, "prefork", PORT);
	json_t *answer = shot_fire("-y -n 25000", NULL, SHOT_DONE), *kill = shot_kill(answer, 0);

	assert_string_equal(scene_text(kill, "outcome"), "planned");
	assert_int_equal(scene_number(kill, "other_holders"), 3);
	assert_true(process_is_alive(scene_number(kill, "pid")));
	json_decref(answer);
	json_decref(shot_fire("-y 25000 --all-holders", NULL, SHOT_DONE));
	assert_int_equal(scene_count_listeners(PORT), 0);
}

static void test_several_targets(void **state)
{
	make(*state, "server", PORT);
	make(*state, "ignores_term", PORT + 10);
	json_t *answer = shot_fire("-y 25000 25010 --wait 300ms", NULL, SHOT_PARTLY);

	assert_string_equal(scene_text(shot_kill(answer, 0), "outcome"), "released");
	assert_string_equal(scene_text(shot_kill(answer, 1), "outcome"), "running");
	json_decref(answer);
}

static void test_stop_and_continue(void **state)
{
	make(*state, "server", PORT);
	json_decref(shot_fire("-y 25000 -s STOP", NULL, SHOT_DONE));
	json_t *answer = shot_fire("-y 25000 --wait 300ms", NULL, SHOT_HELD);
	assert_string_equal(scene_text(shot_kill(answer, 0), "outcome"), "pending");
	assert_true(says(shot_kill(answer, 0), "stopped"));
	json_decref(answer);
	json_decref(shot_fire("-y 25000 -s CONT", NULL, SHOT_DONE));
}

static void test_permission(void **state)
{
	if (geteuid())
		skip();
	make(*state, "server", PORT);
	json_t *answer = shot_fire("-y 25000", run_as_nobody, SHOT_REFUSED), *kill = shot_kill(answer, 0);

	assert_string_equal(scene_text(kill, "outcome"), "refused");
	assert_true(says(kill, "sudo"));
	assert_int_equal(scene_count_listeners(PORT), 1);
	json_decref(answer);
}

/* A connection whose own port has the same number, to a server elsewhere. */
static pid_t start_client(uint16_t port, uint16_t to)
{
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		int fd = socket_bound("127.0.0.2", port, SOCK_REUSE_ADDRESS);
		if (socket_connect_from(fd, "127.0.0.1", to) >= 0 && write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void test_client_survives(void **state)
{
	make(*state, "server", PORT);
	make(*state, "server", PORT + 10);
	pid_t client = start_client(PORT, PORT + 10);

	json_t *answer = shot_fire("-y 25000 --all-holders --force-after 1s", NULL, SHOT_DONE);
	assert_int_equal(json_array_size(json_object_get(answer, "kills")), 1);
	assert_true(process_is_alive(client));
	json_decref(answer);
	json_decref(shot_fire("-y 25000", NULL, SHOT_NOTHING));
	assert_true(process_is_alive(client));
	kill(client, SIGKILL);
	waitpid(client, NULL, 0);
}

static void test_no_terminal_needs_yes(void **state)
{
	make(*state, "server", PORT);
	struct run r = run_lotop("kill 25000", NULL);

	assert_int_equal(r.status, SHOT_REFUSED);
	assert_non_null(strstr(r.errors, "--yes"));
	assert_int_equal(scene_count_listeners(PORT), 1);
	run_done(&r);
}

static void answer_with(struct world *w, const char *keys, int status, size_t listeners)
{
	make(w, "server", PORT);
	struct term *t = term_lotop(24, 100, "kill 25000", NULL);

	assert_true(term_await(t, "Send TERM to helper_socket"));
	assert_int_equal(scene_count_listeners(PORT), 1);
	term_type(t, keys);
	assert_true(term_await_end(t, 8000));
	assert_int_equal(term_status(t), status);
	assert_int_equal(scene_count_listeners(PORT), listeners);
	term_free(t);
	scene_end(&w->scene);
}

static void test_asks_on_a_terminal(void **state)
{
	answer_with(*state, "n\r", SHOT_REFUSED, 1);
	answer_with(*state, "\r", SHOT_REFUSED, 1);
	answer_with(*state, "\004", SHOT_REFUSED, 1);
	answer_with(*state, "y\r", SHOT_DONE, 0);
}

/* What goes wrong in the namespace below, as an exit status. */
enum { FINE, NO_NAMESPACE = 77, NOT_ASKED = 10, NOT_REUSED, NOT_ENDED, NOT_REFUSED, KILLED };

static pid_t start_listener(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	socket_listening("127.0.0.1", PORT, SOCK_REUSE_ADDRESS, BACKLOG);
	for (;;)
		pause();
}

static void set_next_pid(pid_t pid)
{
	FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "w");

	if (!file)
		return;
	fprintf(file, "%d", pid - 1);
	fclose(file);
}

/* Another server with the same pid and port, as often as it takes: the terminal's processes use up pids. */
static bool start_double(pid_t pid)
{
	for (int tries = 0; tries < 200; tries++) {
		set_next_pid(pid);
		pid_t child = start_listener();
		if (child == pid)
			return true;
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	return false;
}

static int reuse_pid(void)
{
	int status;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("proc", "/proc", "proc", 0, NULL))
		return NO_NAMESPACE;
	pid_t pid = start_listener();
	struct run r = run_lotop("wait 25000 --timeout 5s", NULL);
	run_done(&r);
	struct term *t = term_lotop(24, 100, "kill 25000", NULL);
	if (!term_await(t, "Send TERM to"))
		return NOT_ASKED;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (!start_double(pid))
		return NOT_REUSED;
	term_type(t, "y\r");
	if (!term_await_end(t, 8000))
		return NOT_ENDED;
	if (!term_await(t, "changed since you looked") || term_status(t) != SHOT_REFUSED)
		return NOT_REFUSED;
	bool is_killed = waitpid(pid, &status, WNOHANG) != 0;
	kill(pid, SIGKILL);          /* it has inherited what keeps the terminal */
	waitpid(pid, NULL, 0);
	term_free(t);
	return is_killed ? KILLED : FINE;
}

static void test_reused_pid_is_not_signalled(void **state)
{
	struct world *w = *state;
	int status = 0;

	if (!w->may_enter || geteuid())
		skip();
	pid_t outer = fork();
	if (!outer) {
		if (unshare(CLONE_NEWPID | CLONE_NEWNS))
			_exit(NO_NAMESPACE);
		pid_t inner = fork();
		if (!inner)
			_exit(reuse_pid());
		waitpid(inner, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	waitpid(outer, &status, 0);
	if (WEXITSTATUS(status) == NO_NAMESPACE)
		skip();
	assert_int_equal(WEXITSTATUS(status), FINE);
}

int main(void)
{
	struct world world = { .may_enter = scene_enter() };
	const struct CMUnitTest tests[] = {
		{ "term_is_obeyed", test_term_is_obeyed, NULL, end, &world },
		{ "nothing_is_there", test_nothing_is_there, NULL, end, &world },
		{ "term_is_ignored", test_term_is_ignored, NULL, end, &world },
		{ "supervisor_starts_it_again", test_supervisor_starts_it_again, NULL, end, &world },
		{ "a_script_starts_it_again", test_a_script_starts_it_again, NULL, end, &world },
		{ "wrapper_alone", test_wrapper_alone, NULL, end, &world },
		{ "group", test_group, NULL, end, &world },
		{ "tree", test_tree, NULL, end, &world },
		{ "all_holders", test_all_holders, NULL, end, &world },
		{ "group_with_lotop_in_it", test_group_with_lotop_in_it, NULL, end, &world },
		{ "prefork", test_prefork, NULL, end, &world },
		{ "several_targets", test_several_targets, NULL, end, &world },
		{ "stop_and_continue", test_stop_and_continue, NULL, end, &world },
		{ "permission", test_permission, NULL, end, &world },
		{ "client_survives", test_client_survives, NULL, end, &world },
		{ "no_terminal_needs_yes", test_no_terminal_needs_yes, NULL, end, &world },
		{ "asks_on_a_terminal", test_asks_on_a_terminal, NULL, end, &world },
		{ "reused_pid_is_not_signalled", test_reused_pid_is_not_signalled, NULL, end, &world },
	};

	return cmocka_run_group_tests_name("kill_command", tests, NULL, NULL);
}
