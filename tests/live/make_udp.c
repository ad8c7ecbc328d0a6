/* Owns the situations of UDP sockets. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "make.h"
#include "sockets.h"

static struct made_row *receive_here(struct made *m, const char *address, uint16_t port, unsigned flags)
{
	int fd = socket_bound(address, port, flags | SOCK_UDP);
	struct made_row *row = made_socket(m, fd, "UNCONN");

	made_holder(row, getpid(), fd);
	return row;
}

void make_udp_v4(struct made *m, uint16_t port)
{
	receive_here(m, "127.0.0.1", port, 0);
}

void make_udp_v6(struct made *m, uint16_t port)
{
	receive_here(m, "::1", port, SOCK_V6_ONLY);
}

void make_udp_any(struct made *m, uint16_t port)
{
	receive_here(m, "0.0.0.0", port, 0);
}

void make_udp_sharers(struct made *m, uint16_t port)
{
	struct made_row *row = receive_here(m, "127.0.0.1", port, SOCK_REUSE_ADDRESS);

	row->sockets = 2;
	holder_give(row, socket_bound("127.0.0.1", port, SOCK_UDP | SOCK_REUSE_ADDRESS), NULL);
}

void make_udp_full(struct made *m, uint16_t port)
{
	static const char datagram[1024];

	receive_here(m, "127.0.0.1", port, 0);
	int sender = socket_connected("127.0.0.1", port, SOCK_UDP);
	for (int i = 0; i < 400; i++)
		if (send(sender, datagram, sizeof datagram, MSG_DONTWAIT) < 0)
			cannot("send");
	close(sender);
}

/* A VXLAN device listens inside the kernel: a socket without any process. */
void make_udp_kernel(struct made *m, uint16_t port)
{
	char command[160];

	snprintf(command, sizeof command, "ip link add vx%u type vxlan id 7 dstport %u dev lo 2>/dev/null && "
		 "ip link set vx%u up 2>/dev/null", port, port, port);
	if (system(command))
		cannot("ip link add type vxlan");
	snprintf(made_bare(m, "0.0.0.0", port, "UNCONN")->protocol, 4, "udp");
}
