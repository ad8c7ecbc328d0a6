/* One NETLINK_SOCK_DIAG socket: questions out, payloads in. The only module that knows libnl.
 * One thread at a time. */
#ifndef PLATFORM_LINUX_NETLINK_H
#define PLATFORM_LINUX_NETLINK_H

#include <stdbool.h>
#include <stdint.h>
#include "base/slice.h"

struct netlink;

struct netlink_question {
	uint16_t type;               /* SOCK_DIAG_BY_FAMILY, TCPDIAG_GETSOCK */
	bool is_dump;                /* all that match, else exactly one */
	bool is_order;               /* no question: the answer is whether it was done */
	struct slice payload;        /* borrowed */
};

int netlink_open(struct netlink **out);
void netlink_close(struct netlink *n);       /* NULL is fine */

/* Asks and hands every answer's payload (borrowed) to `each`. 0, or -errno: -EINTR when the kernel says
 * that a dump was disturbed while it ran (all of it was handed out), -ETIMEDOUT, or what the kernel
 * refused it with. */
int netlink_ask(struct netlink *n, const struct netlink_question *question,
		void (*each)(void *context, struct slice payload), void *context);

/* Multicast: joins one of SKNLGRP_*, then the descriptor becomes readable with each event. Events that
 * find no room are dropped without an error. */
int netlink_join(struct netlink *n, int group);
int netlink_fd(const struct netlink *n);
/* Throws away what waits, at most a few hundred events, and says how many. Never blocks. */
unsigned netlink_drain(struct netlink *n);

#endif
