/* What became of one port: asked of the kernel (now, exactly) and seen in snapshots (a little ago, with
 * holders). */
#ifndef ACTION_PORTWATCH_H
#define ACTION_PORTWATCH_H

#include "model/snapshot.h"
#include "platform/platform.h"

enum port_fate {
	PORT_UNKNOWN,            /* the kernel could not be asked */
	PORT_HELD,               /* by a socket that was there in the beginning */
	PORT_FREE,
	PORT_TAKEN               /* by a new socket */
};

struct portwatch {
	struct platform *platform;       /* borrowed */
	struct row_key key;
	uint64_t *sockets;               /* identities of the row's sockets in the beginning */
	size_t socket_count;
	uint8_t state;                   /* enum socket_state */
	bool can_ask;                    /* the kernel's lookup found the row in the beginning */
};

void portwatch_init(struct portwatch *w, struct platform *p, const struct listener *l);
void portwatch_done(struct portwatch *w);
enum port_fate portwatch_ask(const struct portwatch *w);
/* *row gets the row in `s`, NULL when there is none. */
enum port_fate portwatch_see(const struct portwatch *w, const struct snapshot *s,
			     const struct listener **row);

#endif
