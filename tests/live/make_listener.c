/* Owns the situations in which something listens, and where (addresses, families, devices, sharing). */
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "make.h"
#include "sockets.h"

enum { BACKLOG = 16 };

static struct made_row *listen_here(struct made *m, const char *address, uint16_t port, unsigned flags)
{
	int fd = socket_listening(address, port, flags, BACKLOG);
	struct made_row *row = made_socket(m, fd, "LISTEN");

	made_holder(row, getpid(), fd);
	row->queue_length = 0;
	row->queue_limit = BACKLOG;
	return row;
}

void make_listen_v4(struct made *m, uint16_t port)
{
	listen_here(m, "127.0.0.1", port, 0);
}

void make_listen_v4_other(struct made *m, uint16_t port)
{
	listen_here(m, "127.0.0.2", port, 0);
}

void make_listen_v6(struct made *m, uint16_t port)
{
	listen_here(m, "::1", port, SOCK_V6_ONLY);
}

void make_listen_any4(struct made *m, uint16_t port)
{
	listen_here(m, "0.0.0.0", port, 0);
}

void make_listen_dual(struct made *m, uint16_t port)
{
	listen_here(m, "::", port, SOCK_V4_AND_V6);
}

void make_listen_any6_only(struct made *m, uint16_t port)
{
	listen_here(m, "::", port, SOCK_V6_ONLY);
}

void make_listen_mapped(struct made *m, uint16_t port)
{
	listen_here(m, "::ffff:127.0.0.1", port, SOCK_V4_AND_V6);
}

void make_listen_device(struct made *m, uint16_t port)
{
	listen_here(m, "0.0.0.0", port, SOCK_ON_LOOPBACK);
}

/* A device of its own, which no packet of lo comes by. */
void make_listen_other_device(struct made *m, uint16_t port)
{
	char command[128], device[16];
	int fd = socket_bound("0.0.0.0", port, 0);

	snprintf(device, sizeof device, "v%u", port);
	snprintf(command, sizeof command,
		 "ip link add %s type veth peer name w%u 2>/dev/null && ip link set %s up",
		 device, port, device);
	if (system(command) || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
					  (socklen_t)strlen(device)) ||
	    listen(fd, BACKLOG))
		cannot("a device of its own");
	made_holder(made_socket(m, fd, "LISTEN"), getpid(), fd);
}

/* lo has no link-local address of its own; `ip` gives it one in this namespace. */
void make_listen_link_local(struct made *m, uint16_t port)
{
	if (system("ip -6 addr add fe80::10/64 dev lo nodad 2>/dev/null"))
		cannot("ip -6 addr add fe80::10 dev lo");
	listen_here(m, "fe80::10%lo", port, SOCK_V6_ONLY);
	snprintf(m->rows[0].address, sizeof m->rows[0].address,
		 "fe80::10%%lo"); /* RFC 4007: not to be had without */
	snprintf(m->rows[0].device, sizeof m->rows[0].device, "lo");
}

void make_listen_foreign_address(struct made *m, uint16_t port)
{
	listen_here(m, "192.0.2.1", port, SOCK_ANY_ADDRESS);
}

void make_listen_mptcp(struct made *m, uint16_t port)
{
	listen_here(m, "127.0.0.1", port, SOCK_MPTCP);
}

void make_listen_unbound(struct made *m, uint16_t port)
{
	(void)port;
	listen_here(m, "0.0.0.0", 0, 0);
}

void make_reuseport(struct made *m, uint16_t port)
{
	enum { SERVERS = 3 };
	struct made_row *row = listen_here(m, "127.0.0.1", port, SOCK_REUSE_PORT);

	row->sockets = SERVERS;
	row->queue_limit = SERVERS * BACKLOG;
	for (int i = 1; i < SERVERS; i++)
		holder_give(row, socket_listening("127.0.0.1", port, SOCK_REUSE_PORT, BACKLOG), NULL);
}

void make_shadow(struct made *m, uint16_t port)
{
	listen_here(m, "0.0.0.0", port, SOCK_REUSE_PORT);
	int fd = socket_listening("127.0.0.1", port, SOCK_REUSE_PORT, BACKLOG);
	holder_give(made_socket(m, fd, "LISTEN"), fd, NULL);
}

void make_split(struct made *m, uint16_t port)
{
	listen_here(m, "127.0.0.1", port, 0);
	int fd = socket_listening("::1", port, SOCK_V6_ONLY, BACKLOG);
	holder_give(made_socket(m, fd, "LISTEN"), fd, NULL);
}

void make_queue_waiting(struct made *m, uint16_t port)
{
	struct made_row *row = listen_here(m, "127.0.0.1", port, 0);

	for (row->queue_length = 0; row->queue_length < 3; row->queue_length++)
		socket_connected("127.0.0.1", port, 0);
}

/* A backlog of N admits N + 1 connections (tcp: sk_acceptq_is_full is "greater than"). */
void make_queue_full(struct made *m, uint16_t port)
{
	int fd = socket_listening("127.0.0.1", port, 0, 1);
	struct made_row *row = made_socket(m, fd, "LISTEN");

	made_holder(row, getpid(), fd);
	row->queue_limit = 1;
	for (row->queue_length = 0; row->queue_length < 2; row->queue_length++)
		socket_connected("127.0.0.1", port, 0);
}
