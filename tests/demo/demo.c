/* lotop-demo COMMAND...: runs the command (the dashboard) beside labelled sample sockets, in a private
 * network namespace where it may make one, and takes the samples away when the command ends.
 * Each sample is a process of its own (this program again, under the label as its name) that holds
 * one socket. Signals nothing but these: they are its children, and die with it. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/live/netns.h"

enum kind { LISTENING, STOPPED, BOUND_ONLY, DATAGRAM, TIME_WAIT };

struct sample {
	const char *label;
	enum kind kind;
	const char *address;
	uint16_t port;
};

static const struct sample samples[] = {
	{ "demo-web", LISTENING, "127.0.0.1", 3000 },
	{ "demo-api", LISTENING, "::1", 8000 },
	{ "demo-db", LISTENING, "127.0.0.1", 5432 },
	{ "demo-pool", LISTENING, "127.0.0.1", 6000 },
	{ "demo-pool", LISTENING, "127.0.0.1", 6000 },
	{ "demo-open", LISTENING, "0.0.0.0", 8080 },
	{ "demo-dual", LISTENING, "::", 9000 },
	{ "demo-random", LISTENING, "127.0.0.1", 62893 },
	{ "demo-dns", DATAGRAM, "127.0.0.1", 5353 },
	{ "demo-stopped", STOPPED, "127.0.0.1", 4000 },
	{ "demo-bound", BOUND_ONLY, "127.0.0.1", 7000 },
	{ "demo-left", TIME_WAIT, "127.0.0.1", 5000 },
};

enum { SAMPLES = sizeof samples / sizeof *samples, SOCKET_FD = 3, WAITING_CLIENTS = 3 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t parse_address(const struct sample *s, union address *out)
{
	*out = (union address){ 0 };
	if (inet_pton(AF_INET, s->address, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(s->port);
		return sizeof out->v4;
	}
	inet_pton(AF_INET6, s->address, &out->v6.sin6_addr);
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons(s->port);
	return sizeof out->v6;
}

/* TIME-WAIT stays with the side that closes first: here the server's, after which nobody listens. */
static void leave_time_wait(int listener, const union address *address, socklen_t len)
{
	int client = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int server = connect(client, &address->any, len) ? -1 : accept(listener, NULL, NULL);

	close(server);
	close(client);
}

/* Connections that a stopped server does not accept: its queue fills up. They stay open. */
static void wait_in_queue(const union address *address, socklen_t len)
{
	for (int i = 0; i < WAITING_CLIENTS; i++)
		if (connect(socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), &address->any, len))
			perror("lotop-demo: connect");
}

static int open_socket(const struct sample *s)
{
	union address address;
	socklen_t len = parse_address(s, &address);
	int type = s->kind == DATAGRAM ? SOCK_DGRAM : SOCK_STREAM;
	int fd = socket(address.any.sa_family, type | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (!strcmp(s->label, "demo-pool"))
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
	if (bind(fd, &address.any, len) ||
	    (s->kind != DATAGRAM && s->kind != BOUND_ONLY && listen(fd, 16))) {
		int error = -errno;

		close(fd);
		return error;
	}
	if (s->kind == TIME_WAIT)
		leave_time_wait(fd, &address, len);
	if (s->kind == STOPPED)
		wait_in_queue(&address, len);
	return fd;
}

/* The sample's process: holds what it inherited until it is killed. */
_Noreturn static void hold(const char *label)
{
	prctl(PR_SET_NAME, label);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!strcmp(label, "demo-stopped"))
		raise(SIGSTOP);
	for (;;)
		pause();
}

static pid_t start_holder(const struct sample *s, int fd)
{
	pid_t child = fork();

	if (child)
		return child;
	if (fd == SOCKET_FD)
		fcntl(fd, F_SETFD, 0);
	else
		dup2(fd, SOCKET_FD);
	setpgid(0, 0);    /* Ctrl-C and Ctrl-Z are for the dashboard */
	execl("/proc/self/exe", s->label, "--hold", (char *)NULL);
	_exit(127);
}

/* The holder's pid, or 0 where the sample needs none or cannot be: its port is taken. */
static pid_t start_sample(const struct sample *s)
{
	int fd = open_socket(s);
	pid_t holder = 0;

	if (fd < 0) {
		fprintf(stderr, "lotop-demo: no sample %s on %s port %u: %s\n", s->label, s->address,
			(unsigned)s->port, strerror(-fd));
		return 0;
	}
	if (s->kind != TIME_WAIT)
		holder = start_holder(s, fd);
	close(fd);
	return holder > 0 ? holder : 0;
}

/* When the dashboard stops itself (Ctrl-Z) the shell has to see this process stop, too. */
static int run_command(char **command)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	while (waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status)) {
		raise(SIGSTOP);
		kill(child, SIGCONT);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Not one was waited for before: a pid in this list cannot have become somebody else's. */
static void end_holders(const pid_t *holders)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		if (!holders[i])
			continue;
		kill(holders[i], SIGKILL);
		waitpid(holders[i], NULL, 0);
	}
}

int main(int argc, char **argv)
{
	pid_t holders[SAMPLES];
	int error, status;

	if (argc == 2 && !strcmp(argv[1], "--hold"))
		hold(argv[0]);
	if (argc < 2) {
		fprintf(stderr, "usage: lotop-demo COMMAND [ARGUMENT...]\n");
		return 2;
	}
	error = netns_enter_as_oneself();
	if (error)
		fprintf(stderr, "lotop-demo: no private network (%s): the samples use this one's loopback\n",
			strerror(-error));
	for (size_t i = 0; i < SAMPLES; i++)
		holders[i] = start_sample(&samples[i]);
	usleep(100 * 1000);    /* until the holders have their names */
	status = run_command(argv + 1);
	end_holders(holders);
	return status;
}
