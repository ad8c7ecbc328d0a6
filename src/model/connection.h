/* The connections between programs of this machine: two sockets, each the other's peer, and who holds them.
 * Pure; made from a snapshot whose scan asked for connections. An end that the scan does not have (in another
 * network namespace, or just closed) is missing, never invented. */
#ifndef MODEL_CONNECTION_H
#define MODEL_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "model/snapshot.h"

struct connection_end {
	struct endpoint at;                      /* IPv4-mapped is IPv4 here, without device: as the peer sees it */
	const struct socket_fact *socket;        /* NULL: not seen */
	const struct process *process;           /* who holds it, started first; NULL: not known */
	uint64_t cookie;                         /* of the socket; 0 = not known */
};

struct connection {
	struct connection_end client, server;
	const struct listener *listener;         /* that accepted it; NULL: none listens there any more */
	int64_t since_ms;                        /* when it was first seen; 0 = before the first look */
};

struct connections {                             /* a zeroed struct is an empty list; connections_done frees */
	struct connection *items;                /* by server, then client */
	size_t count, cap;
	struct connection *before;               /* the list before this one: who was there already */
	size_t before_cap;
	bool has_looked;
};

void connections_done(struct connections *c);
/* All of a snapshot. Items point into `s`, so it must outlive them: until the next call. */
void connections_update(struct connections *c, const struct snapshot *s);
/* By server, then client. No two of a list are equal. */
int connection_compare(const struct connection *a, const struct connection *b);

/* The state of both ends in one word: "ESTABLISHED", or "FIN-WAIT-2/CLOSE-WAIT" (client's first). */
void connection_add_state(struct buf *out, const struct connection *c);

#endif
