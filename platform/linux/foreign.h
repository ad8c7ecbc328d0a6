/* Sockets that listen in other network namespaces of this machine. Read from inside (sock_diag) where
 * entering is permitted, else by the eyes of a process in there (/proc/PID/net). Looked for at a pace of
 * their own (pace.h), for it takes a look at every process; in between they are told again as they were.
 * One thread. */
#ifndef PLATFORM_LINUX_FOREIGN_H
#define PLATFORM_LINUX_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>
#include "model/facts.h"

struct foreign;

struct foreign *foreign_new(int proc);       /* borrows the descriptor of /proc */
void foreign_free(struct foreign *f);        /* NULL is fine */

/* Adds the sockets, their namespaces, and what could not be seen. `is_hinted`: something changed on this
 * machine. */
void foreign_read(struct foreign *f, bool is_hinted, struct facts *facts);

/* Each socket that listens on that port in some other namespace, whatever is remembered; the facts are
 * borrowed. */
void foreign_each(struct foreign *f, uint8_t protocol, uint16_t port,
		  void (*each)(void *context, const struct netns_fact *netns, const struct socket_fact *s),
		  void *context);
/* The socket at `local`, which says in which namespace, asked for now. 0, -ENOENT, or -errno: it cannot be
 * asked. */
int foreign_lookup(struct foreign *f, const struct endpoint *local, uint8_t state, struct socket_fact *out);
/* Whether that very socket is bound there still. */
bool foreign_exists(struct foreign *f, const struct endpoint *local, uint8_t state, uint64_t cookie,
		    uint32_t inode);

#endif
