/* Which sockets there are: asks sock_diag, or where that is refused /proc/net, and knows what a dump does
 * not tell.
 *
 * A dump is no snapshot: under churn it misses sockets that were open all the time and doubles others
 * (seen on 6.18; the kernel resumes a hash chain by position and never says so). So doubles go by cookie,
 * and a listener of the scan before is left out only after a second look: the exact lookup, and where that
 * answers with a sibling (SO_REUSEPORT) a dump of that port, and then for at most SOCKETS_MISSES scans
 * whoever holds it.
 *
 * LISTEN and UDP are read in every scan. Bound-only sockets, leftovers and connections walk the kernel's
 * largest tables: they have a pace of their own (pace.h) and are carried along in between, with expires_ms
 * counted down. What that can miss: they may be as old as PACE_CALM_US, or 300 times as long as their dump
 * takes, whichever is longer. */
#ifndef PLATFORM_LINUX_SOCKETS_H
#define PLATFORM_LINUX_SOCKETS_H

#include "platform/platform.h"

enum { SOCKETS_MISSES = 8 };

struct sockets;

struct sockets_hooks {
	/* Does somebody still hold this socket, by a look at the descriptors known before? */
	bool (*is_held)(void *context, uint32_t inode);
	void *context;
};

/* -errno when sock_diag is refused and there is no /proc either. */
int sockets_new(const struct sockets_hooks *hooks, bool has_proc, struct sockets **out);
void sockets_free(struct sockets *s);        /* NULL is fine */

/* Adds every socket that the request asks for, and the gaps. -errno when no table at all could be read.
 * `is_hinted`: a socket is known to have died since the last time. */
int sockets_read(struct sockets *s, const struct scan_request *request, bool is_hinted, struct facts *facts);

/* platform_ops.lookup. */
/* As platform_ops.destroy. */
int sockets_destroy(struct sockets *s, const struct socket_fact *socket);
int sockets_lookup(struct sockets *s, const struct endpoint *local, const struct endpoint *remote,
		   uint8_t state, struct socket_fact *out);
/* Is this very socket still there? By the exact lookup, then by a dump of its port. */
bool sockets_exists(struct sockets *s, const struct endpoint *local, uint8_t state, uint64_t cookie,
		    uint32_t inode);

#endif
