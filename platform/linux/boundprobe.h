/* Sockets that are bound and do not listen: sock_diag lists them since Linux 6.8, when asked for state bit
 * 13. An older kernel ignores the bit and answers with nothing. So the first dump is made while a bound
 * socket of our own exists. */
#ifndef PLATFORM_LINUX_BOUNDPROBE_H
#define PLATFORM_LINUX_BOUNDPROBE_H

#include "platform/linux/tables.h"

enum bound_support { BOUND_UNTRIED, BOUND_LISTED, BOUND_UNLISTED };

struct boundprobe {                  /* zeroed = untried */
	enum bound_support support;
};

/* 0, or -EOPNOTSUPP where this kernel cannot list them. Without sock_diag: 0 and nothing, that gap has a
 * name already. */
int boundprobe_dump(struct boundprobe *b, struct tables *tables, const struct sockdiag_query *query,
		    struct socket_list *out);

#endif
