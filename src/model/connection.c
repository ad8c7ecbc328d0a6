/* Owns which two sockets are one connection, and which end of it is the server. Sockets are sorted by their
 * pair of endpoints, so both ends of a connection are neighbours. Refuses to know who wants to see them. */
#include "model/connection.h"

#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "model/shared.h"

/* One socket with its pair of endpoints, the lower one first. */
struct side {
	struct endpoint low, high;
	const struct socket_fact *socket;
	bool is_low;                     /* the socket's own end is `low` */
};

struct sides {
	struct side *items;
	size_t count, cap;
};

struct holdings {                        /* inode -> index of the process that has held it for longest */
	const struct snapshot *snapshot;
	struct map by_inode;
};

void connections_done(struct connections *c)
{
	free(c->items);
	free(c->before);
	*c = (struct connections){ 0 };
}

/* A dual-stack server sees its IPv4 client as ::ffff:127.0.0.1, the client sees 127.0.0.1. */
static struct endpoint as_peer_sees(const struct endpoint *e)
{
	struct endpoint plain = {
		.protocol = e->protocol, .family = e->family, .port = e->port, .netns = e->netns,
	};

	if (endpoint_is_v4_mapped(e)) {
		plain.family = FAMILY_IPV4;
		memcpy(plain.address, e->address + 12, 4);
	} else {
		memcpy(plain.address, e->address, sizeof plain.address);
	}
	return plain;
}

/* What is left in TIME-WAIT is nobody's any more: a row of the table, not a connection. */
static bool is_end(const struct socket_fact *s)
{
	return s->remote.port && s->state != SOCKET_TIME_WAIT && s->state != SOCKET_LISTEN &&
	       s->local.protocol == PROTOCOL_TCP;
}

static int compare_sides(const void *left, const void *right)
{
	const struct side *a = left, *b = right;
	int order = endpoint_compare(&a->low, &b->low);

	if (!order)
		order = endpoint_compare(&a->high, &b->high);
	if (!order)
		order = (int)b->is_low - (int)a->is_low;
	return order ? order : (a->socket->cookie > b->socket->cookie) - (a->socket->cookie < b->socket->cookie);
}

static struct side side_of(const struct socket_fact *s)
{
	struct endpoint local = as_peer_sees(&s->local), remote = as_peer_sees(&s->remote);
	bool is_low = endpoint_compare(&local, &remote) <= 0;

	return (struct side){ is_low ? local : remote, is_low ? remote : local, s, is_low };
}

static bool is_pair(const struct side *a, const struct side *b)
{
	return a->is_low != b->is_low && endpoint_equal(&a->low, &b->low) &&
	       endpoint_equal(&a->high, &b->high);
}

static void find_holdings(struct holdings *h)
{
	const struct snapshot *s = h->snapshot;

	for (size_t i = 0; i < s->facts->holder_count; i++) {
		const struct holder_fact *fact = &s->facts->holders[i];
		const struct process *process = snapshot_process(s, fact->pid);
		uint64_t known;

		if (!process)
			continue;
		if (map_get(&h->by_inode, fact->inode, &known) &&
		    s->processes[known].fact->start_time <= process->fact->start_time)
			continue;
		map_put(&h->by_inode, fact->inode, (uint64_t)(process - s->processes));
	}
}

static void know(const struct holdings *h, struct connection_end *end)
{
	uint64_t index;

	if (!end->socket)
		return;
	end->cookie = end->socket->cookie;
	if (end->socket->inode && map_get(&h->by_inode, end->socket->inode, &index))
		end->process = &h->snapshot->processes[index];
}

static const struct listener *listener_of(const struct snapshot *s, const struct connection_end *end)
{
	return exposure_accepted(s, end->socket ? &end->socket->local : &end->at);
}

/* The server is the end whose listener accepts; where nobody listens any more, the end whose port the kernel
 * did not choose. */
static bool is_server(const struct snapshot *s, const struct connection_end *end,
		      const struct connection_end *other)
{
	const struct kernel_limits *limits = &s->facts->limits;
	bool is_chosen = port_is_ephemeral(limits, end->at.port);
	bool is_accepted = listener_of(s, end);

	if (is_accepted != (listener_of(s, other) != NULL))
		return is_accepted;
	if (is_chosen != port_is_ephemeral(limits, other->at.port))
		return !is_chosen;
	return end->at.port < other->at.port;
}

static struct connection join(const struct holdings *h, const struct side *side, const struct side *mate)
{
	struct connection_end low = { .at = side->low }, high = { .at = side->high };
	struct connection c;
	bool is_low;

	if (endpoint_equal(&side->low, &side->high))
		low.socket = high.socket = side->socket; /* to itself: RFC 9293 3.5, simultaneous open */
	*(side->is_low ? &low.socket : &high.socket) = side->socket;
	if (mate)
		*(mate->is_low ? &low.socket : &high.socket) = mate->socket;
	know(h, &low);
	know(h, &high);
	is_low = is_server(h->snapshot, &low, &high);
	c = (struct connection){ .client = is_low ? high : low, .server = is_low ? low : high };
	c.listener = listener_of(h->snapshot, &c.server);
	return c;
}

static void collect_sides(const struct facts *facts, struct sides *all)
{
	const struct leftovers *shared = facts->leftovers;
	struct socket_fact now;

	for (size_t i = 0; i < facts->socket_count; i++)
		if (is_end(&facts->sockets[i]))
			ARRAY_PUSH(all->items, all->count, all->cap) = side_of(&facts->sockets[i]);
	for (size_t i = 0; shared && i < shared->count; i++)
		if (is_end(&shared->sockets[i]) && leftover_at(shared, i, facts->leftovers_age_ms, &now))
			ARRAY_PUSH(all->items, all->count, all->cap) = side_of(&shared->sockets[i]);
	if (all->count)
		qsort(all->items, all->count, sizeof *all->items, compare_sides);
}

/* Two dumps can show one socket, in two states. */
static bool is_repeated(const struct side *a, const struct side *b)
{
	return a->socket->cookie && a->socket->cookie == b->socket->cookie;
}

static void collect(struct connections *c, const struct holdings *h)
{
	struct sides all = { 0 };

	collect_sides(h->snapshot->facts, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct side *side = &all.items[i], *mate = NULL;

		while (i + 1 < all.count && is_repeated(side, &all.items[i + 1]))
			i++;
		if (i + 1 < all.count && is_pair(side, &all.items[i + 1]))
			mate = &all.items[++i];
		while (mate && i + 1 < all.count && is_repeated(mate, &all.items[i + 1]))
			i++;
		ARRAY_PUSH(c->items, c->count, c->cap) = join(h, side, mate);
	}
	free(all.items);
}

int connection_compare(const struct connection *a, const struct connection *b)
{
	int order = endpoint_compare(&a->server.at, &b->server.at);

	return order ? order : endpoint_compare(&a->client.at, &b->client.at);
}

static int compare_items(const void *a, const void *b)
{
	return connection_compare(a, b);
}

/* The same ports may be used again at once: the cookies tell. */
static bool is_same_socket(const struct connection_end *a, const struct connection_end *b)
{
	return !a->cookie || !b->cookie || a->cookie == b->cookie;
}

static bool is_same(const struct connection *a, const struct connection *b)
{
	return is_same_socket(&a->client, &b->client) && is_same_socket(&a->server, &b->server);
}

static void remember_ages(struct connections *c, size_t before, int64_t now_ms)
{
	size_t k = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct connection *item = &c->items[i];

		while (k < before && connection_compare(&c->before[k], item) < 0)
			k++;
		if (k < before && !connection_compare(&c->before[k], item) && is_same(&c->before[k], item))
			item->since_ms = c->before[k].since_ms;
		else
			item->since_ms = c->has_looked ? now_ms : 0;
	}
}

static void swap_lists(struct connections *c)
{
	struct connection *items = c->items;
	size_t cap = c->cap;

	c->items = c->before;
	c->cap = c->before_cap;
	c->before = items;
	c->before_cap = cap;
}

void connections_update(struct connections *c, const struct snapshot *s)
{
	struct holdings h = { .snapshot = s };
	size_t before = c->count;

	swap_lists(c);
	c->count = 0;
	find_holdings(&h);
	collect(c, &h);
	if (c->count)
		qsort(c->items, c->count, sizeof *c->items, compare_items);
	remember_ages(c, before, s->facts->wall_ms);
	c->has_looked |= c->count;       /* an empty list may be one that nobody was asked for */
	map_done(&h.by_inode);
}

void connection_add_state(struct buf *out, const struct connection *c)
{
	const struct socket_fact *client = c->client.socket, *server = c->server.socket;

	if (client)
		buf_add_string(out, socket_state_name(client->state));
	if (client && server && client->state != server->state)
		buf_add_char(out, '/');
	if (server && (!client || client->state != server->state))
		buf_add_string(out, socket_state_name(server->state));
}
