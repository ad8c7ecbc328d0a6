/* Which sockets there are: asks sock_diag, or where that is refused /proc/net, and knows what a dump does
 * not tell. How old what it says can be: listeners.h, slowtables.h. */
#ifndef PLATFORM_LINUX_SOCKETS_H
#define PLATFORM_LINUX_SOCKETS_H

#include "platform/linux/listeners.h"
#include "platform/platform.h"

struct sockets;

struct sockets_hint {
	struct kernel_limits limits; /* of an earlier scan; zeroed = not known */
	bool has_died;               /* a socket, since the scan before */
	bool are_deaths_told;        /* has_died would be true after one */
};

/* -errno when sock_diag is refused and there is no /proc either. */
int sockets_new(const struct listeners_hooks *hooks, bool has_proc, struct sockets **out);
void sockets_free(struct sockets *s);        /* NULL is fine */

/* Adds every socket that the request asks for, and the gaps. -errno when no table at all could be read. */
int sockets_read(struct sockets *s, const struct scan_request *request, const struct sockets_hint *hint,
		 struct facts *facts);

/* As platform_ops.destroy. */
int sockets_destroy(struct sockets *s, const struct socket_fact *socket);
/* platform_ops.lookup. */
int sockets_lookup(struct sockets *s, const struct endpoint *local, const struct endpoint *remote,
		   uint8_t state, struct socket_fact *out);
/* Is nobody at its address any more, by the exact lookup and a dump of its port? False where these cannot tell. */
bool sockets_has_ended(struct sockets *s, const struct socket_fact *socket);
/* Is this very socket still there? By the exact lookup, then by a dump of its port. */
bool sockets_exists(struct sockets *s, const struct endpoint *local, uint8_t state, uint64_t cookie,
		    uint32_t inode);

#endif
