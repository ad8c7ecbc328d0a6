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

static void count_one(void *context, const struct socket_fact *s)
{
	struct clients *c = context;
	uint64_t key = hash(&s->local), index;

	if (!(c->listening[s->local.port / 8] >> s->local.port % 8 & 1))
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

int clients_read(struct clients *c, struct tables *t, const struct sockdiag_query *query,
		 const struct socket_list *listeners, struct facts *facts)
{
	const struct tables_visitor visitor = {count_one, restart, c};

	restart(c);
	memset(c->listening, 0, sizeof c->listening);
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->items[i].state == SOCKET_LISTEN)
			c->listening[listeners->items[i].local.port / 8] |=
				(uint8_t)(1u << listeners->items[i].local.port % 8);
	return tables_visit(t, query, &visitor, facts);
}
