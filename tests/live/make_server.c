/* Owns servers that are there to be killed: each is a process of its own, so that the helper survives it. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "make.h"
#include "sockets.h"

enum { BACKLOG = 16 };

static int listen_on(uint16_t port)
{
	return socket_listening("127.0.0.1", port, SOCK_REUSE_ADDRESS, BACKLOG);
}

void make_server(struct made *m, uint16_t port)
{
	int fd = listen_on(port);

	holder_give(made_socket(m, fd, "LISTEN"), fd, NULL);
}

static void ignore_term(int fd)
{
	(void)fd;
	signal(SIGTERM, SIG_IGN);
}

void make_ignores_term(struct made *m, uint16_t port)
{
	int fd = listen_on(port);

	holder_give(made_socket(m, fd, "LISTEN"), fd, ignore_term);
}

/* Starts a new server as soon as the old one has ended. `fd` only tells the port. */
static void supervise(int fd)
{
	uint16_t port = socket_port(fd);

	close(fd);
	for (;;) {
		pid_t server = fork();
		if (!server) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			listen_on(port);
			for (;;)
				pause();
		}
		while (waitpid(server, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

/* Is ready when the first server listens: its holder is known only to the supervisor. */
void make_supervised(struct made *m, uint16_t port)
{
	int fd = socket_bound("127.0.0.1", port, SOCK_REUSE_ADDRESS);

	holder_start(fd, supervise);
	close(fd);
	made_bare(m, "127.0.0.1", port, "LISTEN");
}

/* What npm and sh do: a process group of its own, and in it the program that serves. */
static void wrap(int fd)
{
	setpgid(0, 0);
	if (fork())
		return;
	listen(fd, BACKLOG);
	for (;;)
		pause();
}

/* The wrapper gives the socket away; as with supervised, who holds it is for the test to find. */
static void wrap_and_forget(int fd)
{
	wrap(fd);
	close(fd);
}

static void make_wrapper(struct made *m, uint16_t port, void (*body)(int fd))
{
	int fd = socket_bound("127.0.0.1", port, SOCK_REUSE_ADDRESS);

	holder_start(fd, body);
	close(fd);
	made_bare(m, "127.0.0.1", port, "LISTEN");
}

void make_wrapped(struct made *m, uint16_t port)
{
	make_wrapper(m, port, wrap_and_forget);
}

void make_wrapped_shared(struct made *m, uint16_t port)
{
	make_wrapper(m, port, wrap);
}
