/* The old way: /proc/net/{tcp,tcp6,udp,udp6}, for kernels and sandboxes without sock_diag. Same facts,
 * fewer of them: no cookie, device, v6only, cgroup or queue limit, and no sockets that are bound and do
 * not listen. Source: proc(5); the format of net/ipv4/tcp_ipv4.c tcp4_seq_show() and its siblings. */
#ifndef PLATFORM_LINUX_PROCNET_H
#define PLATFORM_LINUX_PROCNET_H

#include <stdint.h>
#include "base/slice.h"
#include "model/facts.h"

/* One line. 0, or -EBADMSG (the heading, or anything else that is no socket). */
int procnet_parse(struct slice line, uint8_t protocol, uint8_t family, struct socket_fact *out);

/* Reads the table of one protocol and family and hands out each socket. 0; -ENOENT where the family is not
 * there. */
int procnet_read(uint8_t protocol, uint8_t family, void (*each)(void *context, const struct socket_fact *s),
		 void *context);
/* The same as process `pid` sees it: of its network namespace. */
int procnet_read_of(int32_t pid, uint8_t protocol, uint8_t family,
		    void (*each)(void *context, const struct socket_fact *s), void *context);

#endif
