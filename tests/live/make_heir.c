/* Owns the situations in which somebody has a socket who did not open it, or has outlived whoever started
 * it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "make.h"
#include "sockets.h"

enum { BACKLOG = 4, PATH_BYTES = 64, LINK_BYTES = 256, TRIES = 200, TRY_MS = 10 };

static int listen_on(uint16_t port)
{
	return socket_listening("127.0.0.1", port, 0, BACKLOG);
}

static void become_sleep(int fd)
{
	fcntl(fd, F_SETFD, 0);
	execlp("sleep", "sleep", "1000", (char *)NULL);
	_exit(127);
}

/* A program that no table knows: sleep under another name. */
static void become_stranger(int fd)
{
	char *const argv[] = { "transcoder", "1000", NULL };
	int copy = memfd_create("transcoder", 0), program = open("/bin/sleep", O_RDONLY | O_CLOEXEC);

	while (program >= 0 && sendfile(copy, program, NULL, 1 << 20) > 0)
		continue;
	fcntl(fd, F_SETFD, 0);
	fexecve(copy, argv, environ);
	_exit(127);
}

static pid_t first_child(pid_t pid)
{
	char path[PATH_BYTES];
	int child = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
	FILE *file = fopen(path, "r");
	if (file && fscanf(file, "%d", &child) != 1)
		child = 0;
	if (file)
		fclose(file);
	return child;
}

/* Waits until `pid` runs another program than this one. */
static void await_exec(pid_t pid)
{
	char path[PATH_BYTES], own[LINK_BYTES], its[LINK_BYTES];
	ssize_t length = readlink("/proc/self/exe", own, sizeof own);

	snprintf(path, sizeof path, "/proc/%d/exe", pid);
	for (int tries = 0; tries < TRIES; tries++) {
		ssize_t other = readlink(path, its, sizeof its);

		if (other > 0 && (other != length || memcmp(own, its, (size_t)length) != 0))
			return;
		poll(NULL, 0, TRY_MS);
	}
	errno = ETIMEDOUT;
	cannot("exec");
}

static void start_child(int fd, void (*become)(int fd))
{
	setsid();
	if (!fork())
		become(fd);
}

static void start_sleep(int fd)
{
	start_child(fd, become_sleep);
}

static void start_stranger(int fd)
{
	start_child(fd, become_stranger);
}

/* The child of `server`, once it runs its own program. */
static pid_t await_heir(pid_t server)
{
	pid_t heir = 0;

	for (int tries = 0; !heir && tries < TRIES; tries++) {
		heir = first_child(server);
		poll(NULL, 0, heir ? 0 : TRY_MS);
	}
	if (!heir)
		cannot("a child of the server");
	await_exec(heir);
	return heir;
}

/* A server is killed, and what it had started for something else still has the descriptor. */
static void leave_heir(struct made *m, uint16_t port, void (*serve)(int fd))
{
	int fd = listen_on(port);
	struct made_row *row = made_socket(m, fd, "LISTEN");
	pid_t server = holder_start(fd, serve), heir = await_heir(server);

	close(fd);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	made_holder(row, heir, fd);
}

void make_inherited(struct made *m, uint16_t port)
{
	leave_heir(m, port, start_sleep);
}

void make_inherited_other(struct made *m, uint16_t port)
{
	leave_heir(m, port, start_stranger);
}

/* The same while the server lives. */
void make_leaked(struct made *m, uint16_t port)
{
	int fd = listen_on(port);
	struct made_row *row = made_socket(m, fd, "LISTEN");
	pid_t server = holder_start(fd, start_sleep);

	made_holder(row, server, fd);
	made_holder(row, await_heir(server), fd);
	close(fd);
}

static void take_terminal(const char *name)
{
	int terminal = open(name, O_RDWR);

	if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0))
		_exit(1);
	close(terminal);
}

/* A shell in a terminal starts a server in the background, and is gone. */
static _Noreturn void shell(const char *terminal, int fd, int answer)
{
	setsid();
	take_terminal(terminal);
	signal(SIGHUP, SIG_IGN);
	pid_t server = fork();
	if (!server) {
		close_range(0, (unsigned)fd - 1, 0);
		close_range((unsigned)fd + 1, ~0u, 0);
		for (;;)
			pause();
	}
	_exit(write(answer, &server, sizeof server) == sizeof server ? 0 : 1);
}

void make_orphan(struct made *m, uint16_t port)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), ends[2], fd = listen_on(port);
	char terminal[PATH_BYTES];
	pid_t server = 0, started;

	if (master < 0 || grantpt(master) || unlockpt(master) || ptsname_r(master, terminal,
									   sizeof terminal) ||
	    pipe2(ends, O_CLOEXEC))
		cannot("a terminal");
	started = fork();
	if (!started)
		shell(terminal, fd, ends[1]);
	waitpid(started, NULL, 0);
	if (read(ends[0], &server, sizeof server) != sizeof server)
		cannot("a server in a terminal");
	close(ends[0]);
	close(ends[1]);
	close(master);
	made_holder(made_socket(m, fd, "LISTEN"), server, fd);
	close(fd);
}

/* As daemons do: a session of its own, and a parent that has ended. */
void make_daemon(struct made *m, uint16_t port)
{
	int ends[2], fd = listen_on(port);
	pid_t server = 0;

	if (pipe2(ends, O_CLOEXEC))
		cannot("pipe");
	pid_t starter = fork();
	if (!starter) {
		server = fork();
		if (!server) {
			setsid();
			close_range(0, (unsigned)fd - 1, 0);
			close_range((unsigned)fd + 1, ~0u, 0);
			for (;;)
				pause();
		}
		_exit(write(ends[1], &server, sizeof server) == sizeof server ? 0 : 1);
	}
	waitpid(starter, NULL, 0);
	if (read(ends[0], &server, sizeof server) != sizeof server)
		cannot("a daemon");
	close(ends[0]);
	close(ends[1]);
	made_holder(made_socket(m, fd, "LISTEN"), server, fd);
	close(fd);
}
