/* Owns servers that are there to be killed: each is a process of its own, so that the helper survives it. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
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
