/* Owns the facts about a socket. Refuses to know who holds it. */
#include "ui/details_facts.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/age.h"
#include "model/expect.h"

static void add_address(struct buf *out, const struct details_context *c)
{
	const struct endpoint *e = &c->listener->key.endpoint;

	describe_endpoint(out, c->about->row);
	buf_printf(out, "  %s over %s", protocol_name(e->protocol), family_name(e->family));
	if (endpoint_is_v4_mapped(e))
		buf_add_string(out, " (IPv4-mapped)");
	if (c->listener->socket->is_mptcp)
		buf_add_string(out, " (MPTCP)");
}

static void add_state(struct buf *out, const struct details_context *c)
{
	buf_add_string(out, socket_state_name(c->listener->socket->state));
	if (!c->about->row->is_gone)
		return;
	buf_add_string(out, ", closed at ");
	clock_add_time(out, c->about->row->changed_ms);
}

static void add_peer(struct buf *out, const struct details_context *c)
{
	if (c->listener->socket->remote.port)
		endpoint_add(out, &c->listener->socket->remote, NULL);
}

static void add_range(struct buf *out, const struct details_context *c)
{
	buf_add_string(out, port_range_name(c->listener->range));
	if (c->listener->is_privileged)
		buf_add_string(out, ", privileged");
}

static void add_ephemeral(struct buf *out, const struct details_context *c)
{
	const struct kernel_limits *limits = &c->about->snapshot->facts->limits;

	if (c->listener->is_ephemeral)
		buf_printf(out, "inside %u-%u: an outgoing connection may take this port",
			   limits->ephemeral_low, limits->ephemeral_high);
}

static void add_service(struct buf *out, const struct details_context *c)
{
	buf_add_string(out, c->listener->service ? c->listener->service : "");
}

static void add_expected(struct buf *out, const struct details_context *c)
{
	const struct expectation *e = c->about->row->expected;

	if (!e)
		return;
	buf_add_string(out, e->name);
	if (!expectation_is_there(e, c->listener))
		buf_printf(out, ", at another address than %s", e->address);
	if (e->process && c->listener->holder_count)
		buf_printf(out, ", by %s: %s", e->process,
			   expectation_is_process(e, c->listener) ? "yes" : "no, another process has it");
}

static void add_exposure(struct buf *out, const struct details_context *c)
{
	buf_add_string(out, exposure_name(c->listener->exposure));
}

static void add_publication(struct buf *out, const struct details_context *c)
{
	const struct publication *p = c->listener->publication;

	if (!p)
		return;
	buf_printf(out, "port %u of the container %s", p->fact->inner_port, p->container);
	if (!p->fact->image.len)
		return;
	buf_add_string(out, " (");
	text_escape(out, p->fact->image);
	buf_add_char(out, ')');
}

static void add_netns(struct buf *out, const struct details_context *c)
{
	const struct netns *netns = c->listener->netns;

	if (!netns)
		return;
	buf_printf(out, "%s, inode %u", netns->label, netns->fact->inode);
	if (netns->container && netns->fact->name.len)
		buf_printf(out, ", container %s", netns->container);
	if (netns->fact->pid)
		buf_printf(out, ", as of process %d", (int)netns->fact->pid);
}

static void add_device(struct buf *out, const struct details_context *c)
{
	if (c->listener->device)
		buf_add_string(out, c->listener->device);
	else if (c->listener->key.endpoint.device)
		buf_printf(out, "interface %u", c->listener->key.endpoint.device);
}

static void add_v6only(struct buf *out, const struct details_context *c)
{
	if (c->listener->socket->v6only != TRISTATE_UNKNOWN)
		buf_add_string(out, c->listener->socket->v6only ? "yes: IPv6 only" : "no: serves IPv4 too");
}

static void add_queue(struct buf *out, const struct details_context *c)
{
	const struct listener *l = c->listener;

	if (l->socket->state != SOCKET_LISTEN)
		buf_printf(out, "%u bytes to read", l->queue_length);
	else if (l->queue_limit == QUEUE_UNKNOWN)
		buf_printf(out, "%u waiting for accept", l->queue_length);
	else
		buf_printf(out, "%u of %u waiting for accept", l->queue_length, l->queue_limit);
}

static void add_drops(struct buf *out, const struct details_context *c)
{
	if (c->listener->socket->drops)
		buf_printf(out, "%u packets", c->listener->socket->drops);
}

static void add_clients(struct buf *out, const struct details_context *c)
{
	if (c->listener->clients >= 0 && c->listener->key.kind == ROW_LISTENER)
		buf_printf(out, "%d connected from this machine", c->listener->clients);
}

static void add_expires(struct buf *out, const struct details_context *c)
{
	int64_t left_ms = listener_expires_ms(c->listener, c->about->row->now_ms);

	if (left_ms < 0)
		return;
	buf_add_string(out, "in ");
	clock_add_duration(out, left_ms);
}

static void add_sockets(struct buf *out, const struct details_context *c)
{
	if (listener_sockets(c->listener) > 1)
		buf_printf(out, "%u share this address", listener_sockets(c->listener));
}

static void add_owner(struct buf *out, const struct details_context *c)
{
	if (c->listener->socket->uid == UID_UNKNOWN)
		return;
	buf_printf(out, "uid %u", c->listener->socket->uid);
	if (c->listener->user)
		buf_printf(out, " (%s)", c->listener->user);
}

static void add_inode(struct buf *out, const struct details_context *c)
{
	if (c->listener->socket->inode)
		buf_printf(out, "%u", c->listener->socket->inode);
}

static void add_cookie(struct buf *out, const struct details_context *c)
{
	if (c->listener->socket->cookie)
		buf_printf(out, "%#jx", (uintmax_t)c->listener->socket->cookie);
}

static void add_cgroup_id(struct buf *out, const struct details_context *c)
{
	if (c->listener->socket->cgroup_id)
		buf_printf(out, "%ju", (uintmax_t)c->listener->socket->cgroup_id);
}

static void add_since(struct buf *out, const struct details_context *c)
{
	const struct row *row = c->about->row;

	if (!row->since_ms)
		return;
	clock_add_time(out, row->since_ms);
	buf_add_string(out, ", for ");
	age_add(out, row->is_gone ? row->changed_ms : row->now_ms, row->since_ms, row->listener->key.endpoint.port);
}

static const struct details_fact facts[] = {
	{ "address", NULL, add_address },
	{ "state", NULL, add_state },
	{ "peer", NULL, add_peer },
	{ "range", "RFC 6335", add_range },
	{ "ephemeral", "ip_local_port_range", add_ephemeral },
	{ "service", "known port names", add_service },
	{ "expected", ".lotop", add_expected },
	{ "exposure", "address and device", add_exposure },
	{ "publishes", "the container engine", add_publication },
	{ "namespace", "/proc/PID/ns/net", add_netns },
	{ "device", NULL, add_device },
	{ "IPv6 only", NULL, add_v6only },
	{ "queue", NULL, add_queue },
	{ "dropped", NULL, add_drops },
	{ "clients", "counted", add_clients },
	{ "free", NULL, add_expires },
	{ "sockets", NULL, add_sockets },
	{ "open since", "seen, or start time", add_since },
	{ "opened by", NULL, add_owner },
	{ "inode", NULL, add_inode },
	{ "cookie", NULL, add_cookie },
	{ "cgroup", NULL, add_cgroup_id },
};

const struct details_fact *details_socket_facts(size_t *count)
{
	*count = sizeof facts / sizeof *facts;
	return facts;
}
