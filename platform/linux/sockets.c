/* Owns what is known about sockets from scan to scan: those that wait for somebody, and the rows of the
 * dear tables. Refuses to know when each is read (listeners.c, slowtables.c), and anything about
 * processes. */
#include "platform/linux/sockets.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "platform/linux/slowtables.h"

struct sockets {
	struct tables tables;
	struct sockstat stat;
	struct listeners listeners;
	struct slow_tables slow;
	struct socket_list again;            /* scratch: one port */
};

int sockets_new(const struct listeners_hooks *hooks, bool has_proc, struct sockets **out)
{
	struct sockets *s = fatal_calloc(1, sizeof *s);
	int error = tables_open(&s->tables);

	s->slow = (struct slow_tables){.tables = &s->tables, .stat = &s->stat};
	s->listeners = (struct listeners){.tables = &s->tables, .stat = &s->stat, .hooks = *hooks,
					  .bound = &s->slow.items[SLOW_BOUND].rows};
	sockstat_open(&s->stat);
	if (error && !has_proc) {
		sockets_free(s);
		return error;
	}
	*out = s;
	return 0;
}

void sockets_free(struct sockets *s)
{
	if (!s)
		return;
	tables_close(&s->tables);
	listeners_done(&s->listeners);
	slowtables_done(&s->slow);
	socket_list_done(&s->again);
	sockstat_close(&s->stat);
	free(s);
}

int sockets_read(struct sockets *s, const struct scan_request *request, const struct sockets_hint *hint,
		 struct facts *facts)
{
	bool may_rest = request->heeds_wake && hint->are_deaths_told && !hint->has_died;
	int error = listeners_read(&s->listeners, request, may_rest, facts);

	if (error)
		return error;
	facts->source = s->tables.netlink ? SOURCE_SOCK_DIAG : SOURCE_PROCFS;
	facts_add_sockets(facts, s->listeners.now.items, s->listeners.now.count);
	slowtables_add(&s->slow, request, &s->listeners.now,
		       &(struct slow_hint){hint->limits, hint->has_died, s->listeners.has_changed}, facts);
	return 0;
}

static bool is_asked_for(const struct socket_fact *s, const struct endpoint *local,
			 const struct endpoint *remote, uint8_t state)
{
	return s->state == state && endpoint_equal(&s->local, local) &&
	       (!remote || (s->remote.port == remote->port &&
			    !memcmp(s->remote.address, remote->address, sizeof remote->address)));
}

/* States that the exact lookup can find: it does not know bound-only sockets, and needs both ends of a
 * connection. */
static bool has_exact_lookup(const struct endpoint *remote, uint8_t state)
{
	return state == SOCKET_LISTEN || state == SOCKET_UNCONN || (remote && state != SOCKET_BOUND);
}

static int dump_port(struct sockets *s, const struct endpoint *local, uint8_t state)
{
	struct sockdiag_query query = {.protocol = local->protocol,
				       .family = local->family,
				       .port = local->port,
				       .states = sockdiag_state_bit(state)};

	socket_list_clear(&s->again, NULL);
	return tables_dump(&s->tables, &query, &s->again, NULL);
}

int sockets_lookup(struct sockets *s, const struct endpoint *local, const struct endpoint *remote,
		   uint8_t state, struct socket_fact *out)
{
	struct socket_fact found;
	int error;

	if (has_exact_lookup(remote, state) && tables_exact(&s->tables, local, remote, &found) == 0 &&
	    is_asked_for(&found, local, remote, state)) {
		*out = found;
		return 0;
	}
	error = dump_port(s, local, state);
	for (size_t i = 0; !error && i < s->again.count; i++)
		if (is_asked_for(&s->again.items[i], local, remote, state)) {
			*out = s->again.items[i];
			return 0;
		}
	return error ? error : -ENOENT;
}

/* A BPF program on the lookup (sk_lookup, SO_ATTACH_REUSEPORT_EBPF) can hide who is there: the dump confirms. */
bool sockets_has_ended(struct sockets *s, const struct socket_fact *socket)
{
	struct socket_fact found;

	return !socket->local.netns && has_exact_lookup(NULL, socket->state) &&
	       tables_exact(&s->tables, &socket->local, NULL, &found) == -ENOENT &&
	       sockets_lookup(s, &socket->local, NULL, socket->state, &found) == -ENOENT;
}

static bool is_this(const struct socket_fact *s, uint64_t cookie, uint32_t inode)
{
	return (!cookie || !s->cookie || s->cookie == cookie) && s->inode == inode;
}

bool sockets_exists(struct sockets *s, const struct endpoint *local, uint8_t state, uint64_t cookie,
		    uint32_t inode)
{
	struct socket_fact found;

	if (has_exact_lookup(NULL, state) && tables_exact(&s->tables, local, NULL, &found) == 0 &&
	    found.state == state && is_this(&found, cookie, inode))
		return true;
	if (dump_port(s, local, state))
		return false;
	for (size_t i = 0; i < s->again.count; i++)
		if (is_this(&s->again.items[i], cookie, inode) &&
		    endpoint_equal(&s->again.items[i].local, local))
			return true;
	return false;
}

int sockets_destroy(struct sockets *s, const struct socket_fact *socket)
{
	return tables_destroy(&s->tables, socket);
}
