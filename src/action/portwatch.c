/* Owns the question whether a port is held by whom it was held by. A socket is known by its cookie, or
 * by its inode where the kernel told no cookie; an address that only a wildcard answers for is free. A
 * lookup is trusted when it could find the row in the beginning: some states and old kernels have none.
 * Knows no process and no time. */
#include "action/portwatch.h"

#include <errno.h>
#include <stdlib.h>
#include "base/fatal.h"

static uint64_t identity(const struct socket_fact *s)
{
	return s->cookie ? s->cookie : s->inode;
}

static bool was_there(const struct portwatch *w, const struct socket_fact *s)
{
	for (size_t i = 0; i < w->socket_count; i++)
		if (w->sockets[i] == identity(s))
			return true;
	return false;
}

static enum port_fate ask(const struct portwatch *w)
{
	struct socket_fact found;
	int error = platform_lookup(w->platform, &w->key.endpoint, NULL, w->state, &found);

	if (error)
		return error == -ENOENT ? PORT_FREE : PORT_UNKNOWN;
	if (!endpoint_equal(&found.local, &w->key.endpoint))
		return PORT_FREE;
	return was_there(w, &found) ? PORT_HELD : PORT_TAKEN;
}

void portwatch_init(struct portwatch *w, struct platform *p, const struct listener *l)
{
	*w = (struct portwatch){
		.platform = p,
		.key = l->key,
		.sockets = fatal_alloc(l->socket_count * sizeof *w->sockets),
		.state = l->socket->state,
	};
	for (; w->socket_count < l->socket_count; w->socket_count++)
		w->sockets[w->socket_count] = identity(l->sockets[w->socket_count]);
	w->can_ask = ask(w) == PORT_HELD;
}

void portwatch_done(struct portwatch *w)
{
	free(w->sockets);
	w->sockets = NULL;
}

enum port_fate portwatch_ask(const struct portwatch *w)
{
	return w->can_ask ? ask(w) : PORT_UNKNOWN;
}

enum port_fate portwatch_see(const struct portwatch *w, const struct snapshot *s,
			     const struct listener **row)
{
	const struct listener *l = snapshot_find(s, &w->key);

	*row = l;
	if (!l)
		return PORT_FREE;
	for (uint32_t i = 0; i < l->socket_count; i++)
		if (!was_there(w, l->sockets[i]))
			return PORT_TAKEN;
	return PORT_HELD;
}
