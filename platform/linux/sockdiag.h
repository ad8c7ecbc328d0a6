/* The language of sock_diag(7): builds questions, reads answers. Bytes and values only, no I/O.
 * Source: linux/inet_diag.h, linux/sock_diag.h; behaviour of net/ipv4/inet_diag.c, 3.3 to 6.18. */
#ifndef PLATFORM_LINUX_SOCKDIAG_H
#define PLATFORM_LINUX_SOCKDIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/slice.h"
#include "model/facts.h"

enum { SOCKDIAG_MAX = 448, SOCKDIAG_RANGES_MAX = 16 };

struct sockdiag_ports {              /* ranges, ascending, apart from each other */
	struct sockdiag_range {
		uint16_t first, last;
	} ranges[SOCKDIAG_RANGES_MAX];
	size_t count;                /* at least 1 */
};

struct sockdiag_query {              /* which sockets a dump shall answer with */
	uint8_t protocol;            /* enum protocol */
	uint8_t family;              /* enum family; 0 = both in one go (see below) */
	uint16_t port;               /* local port, host order; 0 = any */
	uint32_t states;             /* bits of kernel states: sockdiag_state_bit() */
	bool is_loopback_only;       /* filtered in the kernel: local address in 127.0.0.0/8 or ::1 ... */
	const struct sockdiag_ports *ports;      /* ... and local port in one of these; NULL = any */
	bool is_brief;               /* drops need not be told: the memory counters of a socket are left out */
	bool wants_mptcp;            /* is_mptcp shall be told: it comes only along with the large INFO */
};

struct sockdiag_request {            /* ready to be sent */
	uint16_t type;               /* nlmsg_type */
	uint8_t protocol;
	bool is_dump;
	size_t len;
	unsigned char bytes[SOCKDIAG_MAX];
};

/* The bit of one of our states in idiag_states: SOCKET_BOUND is bit 13, an unconnected UDP socket is
 * CLOSE. */
uint32_t sockdiag_state_bit(enum socket_state state);

/* A dump. Family 0 uses the old TCPDIAG_GETSOCK request: SOCK_DIAG_BY_FAMILY has no handler for AF_UNSPEC,
 * but the old one walks the same tables for both families at once and answers with the same attributes.
 * That it is UDP which is asked for stands in an attribute then, that Linux knows since 5.9; an older one
 * overlooks it, and answers with TCP sockets. */
void sockdiag_dump(struct sockdiag_request *out, const struct sockdiag_query *query);

/* Does it know that attribute? A dump of a protocol that cannot be: -ENOENT from whoever does; from others
 * nothing, for sockets in no state at all are asked for. */
void sockdiag_ask_attribute(struct sockdiag_request *out);

/* The kernel's own lookup of one socket: who would take a packet from `remote` (NULL: from nobody in
 * particular) to `local`? For TCP and for UDP, which wants source and destination the other way round. */
void sockdiag_exact(struct sockdiag_request *out, const struct endpoint *local,
		    const struct endpoint *remote);

/* The order to end this one socket (SOCK_DESTROY, Linux 4.5), which is told by its cookie, too. */
void sockdiag_destroy(struct sockdiag_request *out, const struct socket_fact *socket);

/* One answer. 0, or -EBADMSG; unknown attributes and short known ones are skipped. */
int sockdiag_decode(struct slice payload, uint8_t protocol, struct socket_fact *out);

#endif
