/* Owns starting a program, collecting both of its outputs, and its deadline. Refuses to know what the
 * output means. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "run.h"

enum { DEADLINE_MS = 20000 };

struct pipes {
	int output[2], errors[2];
};

void run_exec(const char *const argv[], void (*prepare)(void))
{
	int program = strchr(argv[0], '/') ? open(argv[0], O_PATH | O_CLOEXEC) : -1;

	if (prepare)
		prepare();
	if (program >= 0)
		execveat(program, "", (char *const *)argv, environ, AT_EMPTY_PATH);
	else
		execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static _Noreturn void child(const char *const argv[], const struct pipes *p, void (*prepare)(void))
{
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(p->output[1], STDOUT_FILENO);
	dup2(p->errors[1], STDERR_FILENO);
	run_exec(argv, prepare);
}

/* False at the end of file. */
static bool collect(int fd, struct buf *out)
{
	char bytes[16384];
	ssize_t length = read(fd, bytes, sizeof bytes);

	if (length > 0)
		buf_add(out, bytes, (size_t)length);
	return length > 0 || (length < 0 && errno == EINTR);
}

/* Until both ends are closed; false when the deadline came first. */
static bool collect_both(const struct pipes *p, struct buf *output, struct buf *errors)
{
	int64_t deadline_ms = clock_monotonic_ms() + DEADLINE_MS, left_ms;
	struct pollfd ends[2] = { { p->output[0], POLLIN, 0 }, { p->errors[0], POLLIN, 0 } };

	while (ends[0].fd >= 0 || ends[1].fd >= 0) {
		left_ms = deadline_ms - clock_monotonic_ms();
		if (left_ms <= 0)
			return false;
		poll(ends, 2, (int)left_ms);
		if (ends[0].revents && !collect(ends[0].fd, output))
			ends[0].fd = -1;
		if (ends[1].revents && !collect(ends[1].fd, errors))
			ends[1].fd = -1;
	}
	return true;
}

struct run run_program(const char *const argv[], void (*prepare)(void))
{
	struct buf output = { 0 }, errors = { 0 };
	struct pipes p;
	int status;

	if (pipe2(p.output, O_CLOEXEC) || pipe2(p.errors, O_CLOEXEC))
		fatal("run: no pipe");
	fflush(stdout);              /* what waits there is not the child's: TSan's _exit() would write it */
	pid_t pid = fork();
	if (pid < 0)
		fatal("run: no process");
	if (!pid)
		child(argv, &p, prepare);
	close(p.output[1]);
	close(p.errors[1]);
	if (!collect_both(&p, &output, &errors))
		kill(pid, SIGKILL);
	close(p.output[0]);
	close(p.errors[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	buf_add_char(&output, '\0');          /* so that there is memory to hand over */
	buf_add_char(&errors, '\0');
	return (struct run){ .output = output.data,
			     .errors = errors.data,
			     .output_len = output.len - 1,
			     .errors_len = errors.len - 1,
			     .status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status) };
}

char *run_split(const char *arguments, const char *argv[RUN_WORDS])
{
	char *words = fatal_strdup(arguments), *rest = NULL, *word = strtok_r(words, " ", &rest);
	int count = 1;

	argv[0] = LOTOP_BINARY;
	for (; word && count < RUN_WORDS - 1; word = strtok_r(NULL, " ", &rest))
		argv[count++] = word;
	argv[count] = NULL;
	return words;
}

struct run run_lotop(const char *arguments, void (*prepare)(void))
{
	const char *argv[RUN_WORDS];
	char *words = run_split(arguments, argv);
	struct run r = run_program(argv, prepare);

	free(words);
	return r;
}

int64_t run_children_cpu_ms(void)
{
	struct rusage used;

	getrusage(RUSAGE_CHILDREN, &used);
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

void run_done(struct run *r)
{
	free(r->output);
	free(r->errors);
	*r = (struct run){ 0 };
}
