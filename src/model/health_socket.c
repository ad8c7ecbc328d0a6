/* Owns the rules about the sockets of a row: whether they listen, who reaches them, what is left of
 * them, and what is said where nobody was seen to hold them. A rule sees one row of one snapshot, has no
 * memory and does not guess. */
#include "model/health_rule.h"

#include "model/evidence.h"
#include "model/snapshot.h"

enum { ADDRESSES_MAX = 4 };                      /* that one line of evidence names */

static bool bound(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	(void)s;
	if (l->key.kind != ROW_BOUND)
		return false;
	if (l->holder_count) {
		evidence_add_processes(evidence, l);
		evidence_add(evidence, ": ");
	}
	evidence_add(evidence, "bound to the port, but not listening");
	return true;
}

/* The kernel takes one connection more than the limit, then drops (sk_acceptq_is_full). */
static bool full(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	(void)s;
	for (uint32_t i = 0; i < l->socket_count; i++) {
		const struct socket_fact *socket = l->sockets[i];

		if (socket->state != SOCKET_LISTEN || socket->queue_length <= socket->queue_limit)
			continue;
		evidence_add_number(evidence, socket->queue_length);
		evidence_add(evidence, " connections wait to be accepted, the limit is ");
		evidence_add_number(evidence, socket->queue_limit);
		return true;
	}
	return false;
}

static bool is_v6_wildcard(const struct listener *l)
{
	return l->key.endpoint.family == FAMILY_IPV6 && !endpoint_is_v4_mapped(&l->key.endpoint);
}

static void add_families(struct buf *evidence, const struct listener *l)
{
	if (!is_v6_wildcard(l))
		return;
	if (l->socket->v6only == TRISTATE_TRUE)
		evidence_add(evidence, ", over IPv6 only");
	else if (l->socket->v6only == TRISTATE_FALSE)
		evidence_add(evidence, ", over IPv6 and IPv4");
}

/* "192.168.1.5:3000, [2001:db8::5]:3000 and 2 more" */
static void add_network_addresses(struct buf *evidence, const struct facts *f, const struct listener *l)
{
	uint32_t count = 0;

	for (size_t i = 0; i < f->address_count; i++) {
		struct endpoint e = f->addresses[i];

		if (!exposure_is_reached_at(&l->key.endpoint, l->socket->v6only, &e) ||
		    count++ >= ADDRESSES_MAX)
			continue;
		e.port = l->key.endpoint.port;
		buf_add_string(evidence, count > 1 ? ", " : ": ");
		endpoint_add(evidence, &e, NULL);
	}
	evidence_add_rest(evidence, count, ADDRESSES_MAX);
	if (!count)
		evidence_add(evidence, ": now at loopback and link-local addresses only");
}

static void add_wildcard(struct buf *evidence, const struct facts *f, const struct listener *l)
{
	evidence_add(evidence, " answers on every interface");
	evidence_add(evidence, f->address_count ? "" : " of this machine");
	add_families(evidence, l);
	if (evidence && f->address_count)
		add_network_addresses(evidence, f, l);
}

static void add_reach(struct buf *evidence, const struct facts *f, const struct listener *l)
{
	if (evidence)
		endpoint_add_address(evidence, &l->key.endpoint, l->device);
	if (!endpoint_is_wildcard(&l->key.endpoint)) {
		evidence_add(evidence, " is an address that others can reach");
	} else if (l->device) {
		evidence_add(evidence, " answers on the interface ");
		evidence_add(evidence, l->device);
		add_families(evidence, l);
	} else {
		add_wildcard(evidence, f, l);
	}
}

static bool exposed(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	if (l->key.kind != ROW_LISTENER || l->exposure == EXPOSURE_LOOPBACK ||
	    l->exposure == EXPOSURE_NETNS ||
	    l->key.endpoint.device == LOOPBACK_IFINDEX)
		return false;
	add_reach(evidence, s->facts, l);
	return true;
}

static void add_reached(struct buf *evidence, const char *address, const struct listener *l)
{
	evidence_add(evidence, address);
	evidence_add(evidence, " reaches ");
	if (l->holder_count)
		evidence_add_processes(evidence, l);
	else
		evidence_add(evidence, "a server that could not be seen");
}

/* What localhost reaches depends on who asks: browsers and curl try ::1 first, others 127.0.0.1. */
static bool split(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	const struct endpoint *e = &l->key.endpoint;
	const struct listener *v4, *v6;

	if (l->key.kind != ROW_LISTENER || l->socket->state != SOCKET_LISTEN || e->netns)
		return false;
	v6 = exposure_reached(s, e->protocol, FAMILY_IPV6, e->port);
	v4 = v6 ? exposure_reached(s, e->protocol, FAMILY_IPV4, e->port) : NULL;
	if (!v4 || v4 == v6 || (l != v4 && l != v6) || listener_may_be_same(v4, v6))
		return false;
	add_reached(evidence, "127.0.0.1", v4);
	add_reached(evidence, ", ::1", v6);
	return true;
}

static void add_reason(struct buf *evidence, const struct listener *l)
{
	if (l->user) {
		evidence_add(evidence, "a socket of ");
		evidence_add(evidence, l->user);
		evidence_add(evidence, "; ");
	}
	evidence_add(evidence, l->owner.reason);
}

static bool inferred(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	(void)s;
	if (l->owner.certainty != OWNER_INFERRED)
		return false;
	add_reason(evidence, l);
	return true;
}

static bool has_inode(const struct listener *l)
{
	for (uint32_t i = 0; i < l->socket_count; i++)
		if (l->sockets[i]->inode)
			return true;
	return false;
}

static bool is_ownerless(const struct snapshot *s, const struct listener *l, enum certainty certainty,
			 struct buf *evidence)
{
	if (l->holder_count || !s->facts->owners_complete || !has_inode(l) || l->owner.certainty != certainty)
		return false;
	add_reason(evidence, l);
	return true;
}

static bool hidden(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	return is_ownerless(s, l, OWNER_HIDDEN, evidence);
}

static bool unheld(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	return is_ownerless(s, l, OWNER_NONE, evidence);
}

static void add_leftover_time(struct buf *evidence, const struct snapshot *s, const struct listener *l)
{
	int64_t left_ms = listener_expires_ms(l, s->facts->wall_ms);

	if (left_ms >= 0) {
		evidence_add(evidence, listener_sockets(l) > 1 ? ", the last is gone in " : ", gone in ");
		evidence_add_number(evidence, ((uint64_t)left_ms + 999) / 1000);
		evidence_add(evidence, " s");
	} else if (l->socket->state == SOCKET_CLOSE_WAIT) {
		evidence_add(evidence, ": the peer has closed, this side never did");
	} else {
		evidence_add(evidence, ": waits for its peer");
	}
}

static bool leftover(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	if (l->key.kind != ROW_LEFTOVER && l->key.kind != ROW_CLIENT_LEFTOVER)
		return false;
	if (l->holder_count) {
		evidence_add_processes(evidence, l);
		evidence_add(evidence, ": ");
	}
	evidence_add_number(evidence, listener_sockets(l));
	evidence_add(evidence, listener_sockets(l) > 1 ? " sockets, " : " socket in ");
	evidence_add(evidence, listener_sockets(l) > 1 ? "the longest-lived in " : "");
	evidence_add(evidence, socket_state_name(l->socket->state));
	add_leftover_time(evidence, s, l);
	return true;
}

/* UDP sockets and bound ones may be clients that were given such a port: only LISTEN is surely a server. */
static bool ephemeral(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	if (!l->is_ephemeral || l->key.kind != ROW_LISTENER || l->socket->state != SOCKET_LISTEN)
		return false;
	evidence_add(evidence, "the kernel gives ports from ");
	evidence_add_number(evidence, s->facts->limits.ephemeral_low);
	evidence_add(evidence, " to ");
	evidence_add_number(evidence, s->facts->limits.ephemeral_high);
	evidence_add(evidence, " to outgoing connections");
	return true;
}

const struct health_rule health_sockets[] = {
	{ "bound", 40, MARK_BOUND, 'b', "the port is reserved, but nobody listens",
	  "if it stays so, the server hangs or failed while starting: restart it", bound },
	{ "stuck", 50, MARK_STUCK, 'F', "its accept queue stays full: it accepts nobody",
	  "see what the server is busy with (a debugger, a deadlock), or restart it", NULL },
	{ "full", 60, MARK_FULL, 'f', "its accept queue is full: new connections time out",
	  "the server does not accept: see what it is busy with, or restart it", full },
	{ "exposed", 80, MARK_EXPOSED, '!', "reachable from the network",
	  "bind it to 127.0.0.1 or ::1 if only this machine shall reach it", exposed },
	{ "split", 85, MARK_UNNAMED, '/', "127.0.0.1 and ::1 are different servers: localhost is one or the other",
	  "end one of them, or name the address: 127.0.0.1 or [::1]", split },
	{ "inferred", 130, MARK_UNNAMED, '?', "its holder could not be seen, its cgroup tells whose it is",
	  "run with sudo to see the holder", inferred },
	{ "hidden", 140, MARK_HIDDEN, '?', "its owner could not be seen", NULL, hidden },
	{ "unheld", 150, MARK_UNNAMED, 'u', "no process has it open",
	  "lotop why tells where it may be: in the kernel, a message, or an io_uring", unheld },
	{ "leftover", 160, MARK_LEFTOVER, 't', "what closed connections left behind",
	  "set SO_REUSEADDR in the server, or wait; a CLOSE-WAIT ends with its process", leftover },
	{ "ephemeral", 170, MARK_EPHEMERAL, 'e', "an outgoing connection may take this port when it is free",
	  "use a port outside of that range, or reserve it: net.ipv4.ip_local_reserved_ports", ephemeral },
	{ "idle", 180, MARK_IDLE, '.', "nobody has connected to it for a while",
	  "end it if it is not needed any more", NULL },
	{ 0 },
};
