/* Exact sockets, one call each, for the programs that make situations. Every call ends the program through
 * cannot() when the kernel says no: what cannot be made here is skipped with its reason, never half made. */
#ifndef LIVE_SOCKETS_H
#define LIVE_SOCKETS_H

#include <stdint.h>

enum socket_flag {
	SOCK_UDP = 1, SOCK_REUSE_ADDRESS = 2, SOCK_REUSE_PORT = 4, SOCK_V6_ONLY = 8, SOCK_V4_AND_V6 = 16,
	SOCK_ANY_ADDRESS = 32,       /* IP_FREEBIND: the address need not be on this machine */
	SOCK_ON_LOOPBACK = 64,       /* SO_BINDTODEVICE lo */
	SOCK_MPTCP = 128
};

/* Prints "skip WHAT: errno text" and exits with status 0. */
_Noreturn void cannot(const char *what);

/* `address` is IPv4 or IPv6 text, with "%device" where it has a scope; the family follows from it. Port 0
 * = the kernel's choice. */
int socket_bound(const char *address, uint16_t port, unsigned flags);
int socket_listening(const char *address, uint16_t port, unsigned flags, int backlog);
/* Connected to address:port from any port; waits until the handshake is done. */
int socket_connected(const char *address, uint16_t port, unsigned flags);
int socket_connect_from(int fd, const char *address, uint16_t port);
int socket_accepted(int listener);
/* Writes until the peer takes no more: what is closed behind that cannot be sent. */
void socket_stuff(int fd);
/* Waits until the TCP socket is in `state` (TCP_CLOSE_WAIT ...), at most two seconds. */
void socket_await_state(int fd, int state);
uint16_t socket_port(int fd);

#endif
