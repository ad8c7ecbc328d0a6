/* Owns the situations in which a port is taken and nobody listens: bound only, and what connections leave
 * behind. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "make.h"
#include "sockets.h"

enum { BACKLOG = 4 };

struct pair {
	int client, server;
};

/* A connection to address:port whose listener is closed again. The windows are small, so that stuffing one
 * end is quick. */
static struct pair pair_open(const char *address, uint16_t port)
{
	int listener = socket_listening(address, port, SOCK_REUSE_ADDRESS, BACKLOG);
	int small = 4096;

	setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	struct pair p = { .client = socket_connected(address, port, 0) };
	p.server = socket_accepted(listener);
	close(listener);
	return p;
}

static void hold_here(struct made *m, int fd, const char *state)
{
	made_holder(made_socket(m, fd, state), getpid(), fd);
}

void make_bound(struct made *m, uint16_t port)
{
	hold_here(m, socket_bound("127.0.0.1", port, 0), "BOUND");
}

void make_bound_v6(struct made *m, uint16_t port)
{
	hold_here(m, socket_bound("::1", port, SOCK_V6_ONLY), "BOUND");
}

void make_shutdown(struct made *m, uint16_t port)
{
	int fd = socket_listening("127.0.0.1", port, 0, BACKLOG);

	if (shutdown(fd, SHUT_RDWR))
		cannot("shutdown");
	hold_here(m, fd, "BOUND");
}

void make_destroyed(struct made *m, uint16_t port)
{
	int fd = socket_listening("127.0.0.1", port, 0, BACKLOG);
	char command[96];

	snprintf(command, sizeof command, "ss -K state listening src 127.0.0.1 sport = :%u >/dev/null 2>&1",
		 port);
	if (system(command))
		cannot("ss -K");
	socket_await_state(fd, TCP_CLOSE);
	hold_here(m, fd, "BOUND");
}

void make_bound_beside_listener(struct made *m, uint16_t port)
{
	int bound = socket_bound("127.0.0.1", port, SOCK_REUSE_ADDRESS);

	hold_here(m, socket_listening("127.0.0.1", port, SOCK_REUSE_ADDRESS, BACKLOG), "LISTEN");
	hold_here(m, bound, "BOUND");
}

/* Who closes first keeps the TIME-WAIT: here the server's end. */
static void leave_time_wait(struct made *m, const char *address, uint16_t port)
{
	struct pair p = pair_open(address, port);

	close(p.server);
	socket_await_state(p.client, TCP_CLOSE_WAIT);
	close(p.client);
	made_bare(m, address, port, "TIME-WAIT");
}

void make_time_wait_server(struct made *m, uint16_t port)
{
	leave_time_wait(m, "127.0.0.1", port);
}

void make_time_wait_v6(struct made *m, uint16_t port)
{
	leave_time_wait(m, "::1", port);
}

void make_time_wait_client(struct made *m, uint16_t port)
{
	int listener = socket_listening("127.0.0.1", (uint16_t)(port + 1), 0, BACKLOG);
	int client =
		socket_connect_from(socket_bound("127.0.0.1", port, 0), "127.0.0.1", (uint16_t)(port + 1));
	int server = socket_accepted(listener);

	close(client);
	socket_await_state(server, TCP_CLOSE_WAIT);
	close(server);
	close(listener);
	made_bare(m, "127.0.0.1", port, "TIME-WAIT");
}

/* The server was killed while a client was connected: the kernel waits for the client's FIN on the
 * server's behalf. */
void make_fin_wait_2(struct made *m, uint16_t port)
{
	struct pair p = pair_open("127.0.0.1", port);

	close(p.server);
	socket_await_state(p.client, TCP_CLOSE_WAIT);
	made_bare(m, "127.0.0.1", port, "FIN-WAIT-2");
}

/* The peer's window is full, so the FIN stays behind the data and is not acknowledged. */
void make_fin_wait_1(struct made *m, uint16_t port)
{
	struct pair p = pair_open("127.0.0.1", port);

	socket_stuff(p.server);
	close(p.server);
	made_bare(m, "127.0.0.1", port, "FIN-WAIT-1");
}

void make_close_wait(struct made *m, uint16_t port)
{
	struct pair p = pair_open("127.0.0.1", port);

	close(p.client);
	socket_await_state(p.server, TCP_CLOSE_WAIT);
	hold_here(m, p.server, "CLOSE-WAIT");
}

void make_last_ack(struct made *m, uint16_t port)
{
	struct pair p = pair_open("127.0.0.1", port);

	socket_stuff(p.server);
	shutdown(p.client, SHUT_WR);
	socket_await_state(p.server, TCP_CLOSE_WAIT);
	close(p.server);
	made_bare(m, "127.0.0.1", port, "LAST-ACK");
}

void make_closing(struct made *m, uint16_t port)
{
	struct pair p = pair_open("127.0.0.1", port);

	socket_stuff(p.server);
	shutdown(p.server, SHUT_WR);
	shutdown(p.client, SHUT_WR);
	socket_await_state(p.server, TCP_CLOSING);
	hold_here(m, p.server, "CLOSING");
}
