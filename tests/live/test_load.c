/* lotop list beside ss on a laptop's load (bench_load S): the same sockets, holders and descriptors, with BPF and
 * without, and no more system calls than the work has need of: these hardly vary from run to run, as times do. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fatal.h"
#include "run.h"
#include "scene.h"
#include "set.h"

enum { OWNERS = 40, RUNS = 5 };       /* processes of the load that hold sockets */

/* What may be spent, in system calls. */
enum {
	FIXED = 650,                 /* libraries, tables of sockets, names, the project of one directory */
	EACH_PROCESS = 9,            /* open, fstat, close of its table; three holes, and a listing behind them */
	EACH_OWNER = 18,             /* 8 facts: open, read and close for half of them */
	EACH_OWNER_SEEN = 8          /* by BPF: what is left is program, directory and command line */
};

struct load {
	pid_t pid;
	int input, output;
};

static bool start_load(struct load *l)
{
	static const char *const argv[] = { BENCH_LOAD, "S", NULL };
	int in[2], out[2];
	char answer[16] = "";

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		fatal("load: no pipe");
	l->pid = fork();
	if (!l->pid) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		run_exec(argv, NULL);
	}
	close(in[0]);
	close(out[1]);
	l->input = in[1];
	l->output = out[0];
	return read(l->output, answer, sizeof answer) > 0 && !strcmp(answer, "ready\n");
}

static void end_load(struct load *l)
{
	close(l->input);
	waitpid(l->pid, NULL, 0);
	close(l->output);
}

static void add(struct set *s, const char *protocol, int port, int pid, int fd)
{
	set_add(s, "%s %d %d %d", protocol, port, pid, fd);
}

/* tcp LISTEN 0 512 127.0.0.1:3000 0.0.0.0:* users:(("node",pid=4211,fd=5),("node",pid=4212,fd=5)) */
static void add_ss_line(struct set *s, char *line)
{
	char *rest = NULL, *protocol = strtok_r(line, " ", &rest), *word = NULL, *user;

	for (int i = 0; i < 4; i++)
		word = strtok_r(NULL, " ", &rest);
	assert_non_null(word);
	for (user = strstr(rest, "pid="); user; user = strstr(user + 1, "pid="))
		add(s, protocol, atoi(strrchr(word, ':') + 1), atoi(user + 4), atoi(strstr(user, "fd=") + 3));
}

static void add_row(struct set *s, json_t *row)
{
	const char *protocol = json_string_value(json_object_get(row, "protocol"));
	int port = (int)json_integer_value(json_object_get(row, "port"));
	json_t *holder, *fd;
	size_t i, k;

	json_array_foreach(json_object_get(row, "holders"), i, holder)
		json_array_foreach(json_object_get(holder, "fds"), k, fd)
			add(s, protocol, port, (int)json_integer_value(json_object_get(holder, "pid")),
			    (int)json_integer_value(fd));
}

static void check_same(const struct set *ss, const char *arguments)
{
	struct set lotop = { 0 };

	set_read_lotop(&lotop, arguments, add_row);
	set_check_same(ss, &lotop);
	set_done(&lotop);
}

static void test_same_sets(void **state)
{
	const bool *is_ready = *state;
	struct set ss = { 0 };

	if (!*is_ready)
		skip();
	set_read_ss(&ss, add_ss_line);
	assert_true(ss.count >= 60);         /* 40 listeners and 20 UDP sockets of the load */
	check_same(&ss, "list --json --all");
	check_same(&ss, "--no-bpf list --json --all");
	printf("equal: %zu of (protocol, port, pid, fd)\n", ss.count);
	set_done(&ss);
}

struct work {                        /* what there is to look at */
	long processes, descriptors; /* of all whose descriptors may be counted */
};

static struct work measure_work(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	struct work w = { 0 };
	struct stat st;

	while ((entry = readdir(dir))) {
		char path[64];

		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof path, "/proc/%.20s/fd", entry->d_name);
		if (stat(path, &st))
			continue;
		w.processes++;
		w.descriptors += st.st_size;
	}
	closedir(dir);
	return w;
}

static _Noreturn void run_traced(const char *const argv[])
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) || raise(SIGSTOP))
		_exit(126);
	run_exec(argv, NULL);
}

/* The signal to be passed on; a stop of the tracer's own making is none. */
static int signal_of(int status)
{
	int signal = WSTOPSIG(status);

	return status >> 16 || signal == (SIGTRAP | 0x80) || signal == SIGSTOP || signal == SIGTRAP ? 0 : signal;
}

/* Of lotop and all that it starts; -1 when nobody may be traced here. */
static long count_calls(const char *arguments)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	const char *argv[RUN_WORDS];
	char *words = run_split(arguments, argv);
	long stops = 0;
	int status;
	pid_t pid = fork(), who;

	if (!pid)
		run_traced(argv);
	free(words);
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, options))
		return -1;
	ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	while ((who = waitpid(-1, &status, __WALL)) > 0) {
		if (who == pid && !WIFSTOPPED(status))
			break;
		if (!WIFSTOPPED(status))
			continue;
		stops += WSTOPSIG(status) == (SIGTRAP | 0x80);
		ptrace(PTRACE_SYSCALL, who, NULL, (long)signal_of(status));
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return stops / 2;
}

/* Others may start processes on this machine while lotop looks: what there is before and after counts, and one run
 * of several has to do. */
static void check_budget(const char *arguments, long (*allow)(const struct work *w))
{
	long calls = 0, budget = 0;

	for (int run = 0; run < RUNS && (!run || calls > budget); run++) {
		struct work before = measure_work(), after;

		calls = count_calls(arguments);
		if (calls < 0)
			skip();
		after = measure_work();
		budget = allow(before.descriptors > after.descriptors ? &before : &after);
	}
	printf("lotop %s: %ld system calls of %ld\n", arguments, calls, budget);
	assert_in_range(calls, 100, budget);
}

static long allow_walk(const struct work *w)
{
	return FIXED + w->descriptors + EACH_PROCESS * w->processes + EACH_OWNER * OWNERS;
}

static long allow_pass(const struct work *w)
{
	(void)w;
	return FIXED + EACH_OWNER_SEEN * OWNERS;
}

/* With BPF neither the number of processes nor that of descriptors counts, where it is permitted and built in. */
static void test_budget(void **state)
{
	static const char sanitizer[] = SANITIZER;
	const bool *is_ready = *state;
	struct work w = measure_work();

	/* Before Linux 6.2 descriptors are not counted; a sanitizer makes calls of its own, and looks for no leaks in a
	 * program that is traced. */
	if (!*is_ready || !w.descriptors || geteuid() || sanitizer[0])
		skip();
	check_budget("--no-bpf list", allow_walk);
	if (count_calls("list") < w.descriptors)
		check_budget("list", allow_pass);
	else
		printf("no BPF here\n");
}

int main(void)
{
	bool is_ready = scene_enter();
	struct load load = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_same_sets, &is_ready),
		cmocka_unit_test_prestate(test_budget, &is_ready),
	};
	int failed;

	is_ready = is_ready && start_load(&load);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (load.pid)
		end_load(&load);
	return failed;
}
