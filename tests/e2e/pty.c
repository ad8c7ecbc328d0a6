/* Owns the pseudo terminal, the keeper that leads its session, and the program in its foreground. Refuses to
 * know what is written there. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fatal.h"
#include "pty.h"

enum { KEEP = 500 };             /* above every descriptor of a test */

static _Noreturn void program(int slave, const char *const argv[], const char *const env[])
{
	setpgid(0, 0);
	tcsetpgrp(slave, getpid());
	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		dup2(slave, fd);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	execve(argv[0], (char *const *)argv, (char *const *)env);
	_exit(127);
}

/* Tells the program's pid, then each state that waitpid sees, until the program has ended. */
static void tell(int news, pid_t pid)
{
	int status;

	if (write(news, &pid, sizeof pid) != sizeof pid)
		return;
	while (waitpid(pid, &status, WUNTRACED) == pid) {
		if (write(news, &status, sizeof status) != sizeof status || !WIFSTOPPED(status))
			return;
	}
}

static void close_between(int first, int last)
{
	if (first + 1 < last)
		close_range((unsigned)first + 1, (unsigned)last - 1, 0);
}

/* Keeps just these three, at numbers that ascend: what else the test has open must end when the test closes it. */
static void keep_only(int *slave, int *news, int *hold)
{
	*slave = fcntl(*slave, F_DUPFD_CLOEXEC, KEEP);
	*news = fcntl(*news, F_DUPFD_CLOEXEC, *slave);
	*hold = fcntl(*hold, F_DUPFD_CLOEXEC, *news);
	close_between(STDERR_FILENO, *slave);
	close_between(*slave, *news);
	close_between(*news, *hold);
	close_between(*hold, INT_MAX);
}

static _Noreturn void keeper(int slave, int news, int hold, const char *const argv[], const char *const env[])
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	keep_only(&slave, &news, &hold);
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	pid_t pid = fork();
	if (!pid)
		program(slave, argv, env);
	setpgid(pid, pid);
	tcsetpgrp(slave, pid);
	close(slave);
	tell(news, pid);
	while (read(hold, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

void pty_start(struct pty *p, int rows, int cols, const char *const argv[], const char *const env[])
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };
	int news[2], hold[2];

	*p = (struct pty){ .master = -1 };
	if (openpty(&p->master, &p->slave, NULL, NULL, &size) || pipe2(news, O_CLOEXEC) ||
	    pipe2(hold, O_CLOEXEC))
		fatal("pty: none to be had");
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	fcntl(p->master, F_SETFL, O_RDWR | O_NONBLOCK);
	fcntl(p->slave, F_SETFD, FD_CLOEXEC);
	tcgetattr(p->slave, &p->before);
	p->keeper = fork();
	if (p->keeper < 0)
		fatal("pty: no process");
	if (!p->keeper)
		keeper(p->slave, news[1], hold[0], argv, env);
	close(news[1]);
	close(hold[0]);
	p->news = news[0];
	p->hold = hold[1];
	if (read(p->news, &p->program, sizeof p->program) != sizeof p->program)
		fatal("pty: the keeper ended");
}

void pty_read_news(struct pty *p)
{
	int status;

	if (read(p->news, &status, sizeof status) != sizeof status) {
		p->has_ended = true;
		return;
	}
	p->is_stopped = WIFSTOPPED(status);
	p->has_ended = !p->is_stopped;
	p->status = status;
}

void pty_continue(struct pty *p)
{
	p->is_stopped = false;
	kill(p->program, SIGCONT);
}

void pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	ioctl(p->master, TIOCSWINSZ, &size);
}

void pty_vanish(struct pty *p)
{
	close(p->slave);
	close(p->master);
	p->master = p->slave = -1;
}

void pty_end(struct pty *p)
{
	if (!p->has_ended)
		kill(p->program, SIGKILL);
	if (p->master >= 0)
		pty_vanish(p);
	close(p->hold);
	while (waitpid(p->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	close(p->news);
}
