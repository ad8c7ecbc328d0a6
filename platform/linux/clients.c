/* Owns the counting of connections while they go by. Knows neither when they are read nor whose they are. */
#include "platform/linux/clients.h"
#include <stdlib.h>
#include <string.h>
#include "base/array.h"

static uint64_t hash(const struct endpoint *e)
{
	uint64_t parts[2];

	memcpy(parts, e->address, sizeof parts);
	return (parts[0] * 0x9e3779b97f4a7c15u ^ parts[1]) * 0x9e3779b97f4a7c15u ^
	       (uint64_t)e->device << 24 ^ (uint64_t)e->family << 16 ^ e->port;
}

static bool is_listened_on(const struct clients *c, uint32_t port)
{
	return c->listening[port / 8] >> port % 8 & 1;
}

static void count_one(void *context, const struct socket_fact *s)
{
	struct clients *c = context;
	uint64_t key = hash(&s->local), index;

	if (!is_listened_on(c, s->local.port))
		return;
	for (; map_get(&c->by_hash, key, &index); key++)
		if (endpoint_equal(&c->items[index].local, &s->local)) {
			c->items[index].count++;
			return;
		}
	map_put(&c->by_hash, key, c->count);
	ARRAY_PUSH(c->items, c->count, c->cap) = (struct client_fact){s->local, 1};
}

static void restart(void *context)
{
	struct clients *c = context;

	c->count = 0;
	map_clear(&c->by_hash);
}

void clients_done(struct clients *c)
{
	free(c->items);
	map_done(&c->by_hash);
	*c = (struct clients){0};
}

/* False when there are more than fit. */
static bool add_port(struct sockdiag_ports *ports, uint16_t port, uint32_t gap)
{
	struct sockdiag_range *last = ports->count ? &ports->ranges[ports->count - 1] : NULL;

	if (last && (uint32_t)(port - last->last) <= gap) {
		last->last = port;
		return true;
	}
	if (ports->count == SOCKDIAG_RANGES_MAX)
		return false;
	ports->ranges[ports->count++] = (struct sockdiag_range){port, port};
	return true;
}

static bool find_ranges(const struct clients *c, uint32_t gap, struct sockdiag_ports *out)
{
	bool fits = true;

	out->count = 0;
	for (uint32_t port = 0; fits && port <= UINT16_MAX; port++) {
		if (!c->listening[port / 8])
			port |= 7;
		else if (is_listened_on(c, port))
			fits = add_port(out, (uint16_t)port, gap);
	}
	return fits;
}

/* Both ends of a connection are listed, and the client's hardly ever has a port that somebody listens on: the kernel
 * need not tell of it. Ports with a small gap between them are one range, until there are few enough. */
static bool narrow(const struct clients *c, struct sockdiag_ports *out)
{
	for (uint32_t gap = 1; !find_ranges(c, gap, out); gap *= 2)
		;
	return out->count;
}

int clients_read(struct clients *c, struct tables *t, const struct sockdiag_query *query,
		 const struct socket_list *listeners, struct facts *facts)
{
	const struct tables_visitor visitor = {count_one, restart, c};
	struct sockdiag_query narrowed = *query;
	struct sockdiag_ports ports;

	restart(c);
	memset(c->listening, 0, sizeof c->listening);
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->items[i].state == SOCKET_LISTEN)
			c->listening[listeners->items[i].local.port / 8] |=
				(uint8_t)(1u << listeners->items[i].local.port % 8);
	if (!narrow(c, &ports))
		return 0;
	narrowed.ports = &ports;
	return tables_visit(t, &narrowed, &visitor, facts);
}
