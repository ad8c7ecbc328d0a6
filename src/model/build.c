/* Owns the making of a snapshot: sockets are folded into rows, rows get their holders, then names, clients
 * and judgements. Each step is linear in the facts, or a binary search for each of them; all memory of the
 * result lies in one arena. Knows no platform and no clock. */
#include "model/exposure.h"
#include "model/frame.h"
#include "model/gather.h"
#include "model/health.h"
#include "model/inference.h"
#include "model/names.h"
#include "model/owners.h"

static void describe(struct listener *row, const struct kernel_limits *limits, struct names *names)
{
	const struct endpoint *e = &row->key.endpoint;

	row->publication = names_publication(names, e);
	row->netns = names_netns(names, e->netns);
	row->device = row->netns ? names_foreign_device(names, e->device) : names_device(names, e->device);
	row->user = names_user(names, row->socket->uid);
	row->service = names_service(names, e->protocol, e->port);
	row->range = (uint8_t)port_range(e->port);
	row->exposure = (uint8_t)(row->netns ? EXPOSURE_NETNS : exposure_of(e, LOOPBACK_IFINDEX));
	row->is_ephemeral = !row->netns && port_is_ephemeral(limits, e->port);
	row->is_privileged = port_is_privileged(limits, e->port);
}

static bool is_connection(const struct socket_fact *s)
{
	return s->state == SOCKET_ESTABLISHED && s->local.protocol == PROTOCOL_TCP;
}

static bool knows_connections(const struct facts *facts)
{
	if (facts->has_connections)
		return true;
	for (size_t i = 0; i < facts->socket_count; i++)
		if (is_connection(&facts->sockets[i]))
			return true;
	return false;
}

static void add_clients(struct frame *f, const struct endpoint *local, uint32_t count)
{
	const struct listener *l = exposure_accepted(&f->snapshot, local);

	if (l && l->clients >= 0)
		f->rows[l - f->snapshot.listeners].clients += (int32_t)count;
}

static void count_clients(struct frame *f)
{
	const struct facts *facts = f->snapshot.facts;

	if (!knows_connections(facts))
		return;
	for (size_t i = 0; i < f->snapshot.listener_count; i++)
		if (f->rows[i].socket->state == SOCKET_LISTEN && !f->rows[i].netns)
			f->rows[i].clients = 0;
	for (size_t i = 0; i < facts->client_count; i++)
		add_clients(f, &facts->clients[i].local, facts->clients[i].count);
	for (size_t i = 0; i < facts->socket_count; i++)
		if (is_connection(&facts->sockets[i]))
			add_clients(f, &facts->sockets[i].local, 1);
}

const struct snapshot *snapshot_build_after(struct facts *facts, const struct snapshot *before)
{
	const struct frame *old = before ? frame_of(before) : NULL;
	struct frame *f = frame_new(facts);
	struct map rows_by_inode = { 0 };
	struct names names;

	names_init(&names, &f->arena, facts);
	gather_rows(f, old, &rows_by_inode);
	owners_join(f, old, &rows_by_inode);
	for (size_t i = 0; i < f->snapshot.listener_count; i++)
		describe(&f->rows[i], &facts->limits, &names);
	inference_fill(f);
	count_clients(f);
	for (size_t i = 0; i < f->snapshot.listener_count; i++)
		f->rows[i].marks = health_judge(&f->snapshot, &f->rows[i]);
	names_done(&names);
	map_done(&rows_by_inode);
	return &f->snapshot;
}

const struct snapshot *snapshot_build(struct facts *facts)
{
	return snapshot_build_after(facts, NULL);
}
