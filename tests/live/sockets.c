/* Owns how a socket is opened with exact options. Refuses to know situations and who holds what. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "sockets.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

enum { PATIENCE_MS = 5000 };

struct option {
	unsigned flag;
	int level, name, value;
};

static const struct option options[] = {
	{ SOCK_REUSE_ADDRESS, SOL_SOCKET, SO_REUSEADDR, 1 },
	{ SOCK_REUSE_PORT, SOL_SOCKET, SO_REUSEPORT, 1 },
	{ SOCK_V6_ONLY, IPPROTO_IPV6, IPV6_V6ONLY, 1 },
	{ SOCK_V4_AND_V6, IPPROTO_IPV6, IPV6_V6ONLY, 0 },
	{ SOCK_ANY_ADDRESS, IPPROTO_IP, IP_FREEBIND, 1 },
};

void cannot(const char *what)
{
	printf("skip %s: %s\n", what, strerror(errno));
	exit(77);    /* as ctest is told: skipped, not passed */
}

static socklen_t parse_address(const char *text, uint16_t port, struct sockaddr_storage *out)
{
	char service[8];
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;

	snprintf(service, sizeof service, "%u", port);
	if (getaddrinfo(text, service, &hints, &found)) {
		errno = EINVAL;
		cannot(text);
	}
	socklen_t length = found->ai_addrlen;
	memcpy(out, found->ai_addr, length);
	freeaddrinfo(found);
	return length;
}

static void set_options(int fd, unsigned flags)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		const struct option *o = &options[i];
		if (flags & o->flag && setsockopt(fd, o->level, o->name, &o->value, sizeof o->value))
			cannot("setsockopt");
	}
	if (flags & SOCK_ON_LOOPBACK && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3))
		cannot("SO_BINDTODEVICE");
}

static int socket_open(int family, unsigned flags)
{
	int type = flags & SOCK_UDP ? SOCK_DGRAM : SOCK_STREAM;
	int fd = socket(family, type | SOCK_CLOEXEC, flags & SOCK_MPTCP ? IPPROTO_MPTCP : 0);

	if (fd < 0)
		cannot("socket");
	set_options(fd, flags);
	return fd;
}

/* Whoever reads /proc/PID/fd/N has the file for a moment: a socket that was closed right before may still be
 * there because of that. */
static int bind_soon(int fd, const struct sockaddr *address, socklen_t length)
{
	int error = bind(fd, address, length);

	for (int waited_ms = 0; error && errno == EADDRINUSE && waited_ms < PATIENCE_MS; waited_ms += 10) {
		poll(NULL, 0, 10);
		error = bind(fd, address, length);
	}
	return error;
}

int socket_bound(const char *address, uint16_t port, unsigned flags)
{
	struct sockaddr_storage local;
	socklen_t length = parse_address(address, port, &local);
	int fd = socket_open(local.ss_family, flags);

	if (bind_soon(fd, (struct sockaddr *)&local, length))
		cannot("bind");
	return fd;
}

int socket_listening(const char *address, uint16_t port, unsigned flags, int backlog)
{
	int fd = socket_bound(address, port, flags);

	if (listen(fd, backlog))
		cannot("listen");
	return fd;
}

int socket_connect_from(int fd, const char *address, uint16_t port)
{
	struct sockaddr_storage remote;
	socklen_t length = parse_address(address, port, &remote);

	if (connect(fd, (struct sockaddr *)&remote, length))
		cannot("connect");
	return fd;
}

int socket_connected(const char *address, uint16_t port, unsigned flags)
{
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;

	return socket_connect_from(socket_open(family, flags), address, port);
}

int socket_accepted(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		cannot("accept");
	return fd;
}

void socket_stuff(int fd)
{
	static const char block[65536];

	while (send(fd, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		;
}

void socket_await_state(int fd, int state)
{
	struct tcp_info info;

	for (int tries = 0; tries < 200; tries++) {
		socklen_t length = sizeof info;
		if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length))
			cannot("TCP_INFO");
		if (info.tcpi_state == state)
			return;
		poll(NULL, 0, 10);
	}
	errno = ETIMEDOUT;
	cannot("TCP state");
}

uint16_t socket_port(int fd)
{
	struct sockaddr_storage local;
	socklen_t length = sizeof local;

	if (getsockname(fd, (struct sockaddr *)&local, &length))
		cannot("getsockname");
	return ntohs(local.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&local)->sin6_port
						 : ((struct sockaddr_in *)&local)->sin_port);
}
