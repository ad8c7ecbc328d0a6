/* How many established connections each local end has: what is left of a dump of thousands of them when they
 * are only to be counted. Ports on which nobody listens are left out. */
#ifndef PLATFORM_LINUX_CLIENTS_H
#define PLATFORM_LINUX_CLIENTS_H

#include "base/map.h"
#include "model/facts.h"
#include "platform/linux/tables.h"

struct clients {                     /* zeroed = empty */
	struct client_fact *items;   /* owned */
	size_t count, cap;
	struct map by_hash;          /* hash of the end, or the next free number -> index */
	uint8_t listening[UINT16_MAX / 8 + 1];
};

void clients_done(struct clients *c);
/* Counts anew. `listeners`: whose ports matter. As tables_dump(). */
int clients_read(struct clients *c, struct tables *t, const struct sockdiag_query *query,
		 const struct socket_list *listeners, struct facts *facts);

#endif
