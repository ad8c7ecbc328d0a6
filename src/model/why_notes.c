/* Owns what is worth knowing beside the answer. */
#include "model/why_rule.h"

#include <errno.h>
#include <string.h>
#include "base/map.h"

static bool ephemeral(const struct why_scene *c, struct why_draft *d)
{
	const struct kernel_limits *limits = &c->snapshot->facts->limits;

	if (!port_is_ephemeral(limits, c->at.port) || c->probe->is_reserved == TRISTATE_TRUE)
		return false;
	buf_printf(&d->answer,
		   "port %u lies in this kernel's ephemeral range: an outgoing connection may take it",
		   c->at.port);
	draft_line(d, "net.ipv4.ip_local_port_range is %u to %u", limits->ephemeral_low,
		   limits->ephemeral_high);
	return true;
}

struct crowd_count {
	uint32_t used;                       /* ports of the range */
	uint32_t most;                       /* sockets towards one peer */
	const struct endpoint *peer;
};

/* FNV-1a; two that are alike would only add up */
static uint64_t peer_key(const struct endpoint *e)
{
	uint64_t key = 14695981039346656037u ^ e->port;

	for (size_t i = 0; i < sizeof e->address; i++)
		key = (key ^ e->address[i]) * 1099511628211u;
	return key;
}

static void count_used(const struct why_scene *c, struct crowd_count *out)
{
	const struct facts *f = c->snapshot->facts;
	struct map ports = { 0 }, peers = { 0 };

	for (size_t i = 0; i < f->socket_count; i++) {
		const struct socket_fact *s = &f->sockets[i];
		uint64_t count = 0, peer = peer_key(&s->remote);

		if (s->local.protocol != c->at.protocol || s->local.netns != c->at.netns ||
		    !port_is_ephemeral(&f->limits, s->local.port))
			continue;
		map_put(&ports, s->local.port, 0);
		map_get(&peers, peer, &count);
		map_put(&peers, peer, ++count);
		if (s->remote.port && count > out->most) {
			out->most = (uint32_t)count;
			out->peer = &s->remote;
		}
	}
	out->used = (uint32_t)ports.count;
	map_done(&ports);
	map_done(&peers);
}

/* bind() to port 0 says EADDRINUSE when the kernel finds none to choose (inet_csk_find_open_port). */
static bool no_port_left(const struct why_scene *c, struct why_draft *d)
{
	const struct kernel_limits *limits = &c->snapshot->facts->limits;
	struct crowd_count crowd = { 0 };
	struct buf peer = { 0 };

	if (c->probe->any_port != EADDRINUSE)
		return false;
	count_used(c, &crowd);
	buf_add_string(&d->answer,
		       "the ephemeral range is used up: who asks for any port (port 0) gets none");
	draft_line(d,
		   "bind to port 0 says: address already in use; %u of the %d ports from %u to %u are in use",
		   crowd.used, limits->ephemeral_high - limits->ephemeral_low + 1, limits->ephemeral_low,
		   limits->ephemeral_high);
	if (crowd.peer) {
		scene_add_endpoint(&peer, c, crowd.peer);
		draft_line(d, "most of them towards one peer: %u to %s", crowd.most, buf_string(&peer));
	}
	buf_done(&peer);
	return true;
}

/* Clients that try only the first address of localhost (Node.js before 20) fail. */
static bool first_is_refused(const struct why_scene *c, struct why_draft *d)
{
	const struct probe *p = c->probe;
	bool v6_first = p->localhost_count && p->localhost[0] == FAMILY_IPV6;
	const struct listener *first = v6_first ? c->v6 : c->v4;

	if (c->at.family || !p->localhost_count || !c->server || first)
		return false;
	buf_printf(
		&d->answer,
		"localhost means %s first, where nobody listens: clients that try only that one are refused",
		v6_first ? "::1" : "127.0.0.1");
	return true;
}

/* That it takes root, or nft, is told where the rules matter; EPROTONOSUPPORT: this kernel has none. */
static bool is_expected(int error)
{
	return error == 0 || error == PROBE_UNTRIED || error == EPERM || error == ENOENT ||
	       error == EPROTONOSUPPORT;
}

static bool firewall_unread(const struct why_scene *c, struct why_draft *d)
{
	int error = c->probe->rules_error;

	if (is_expected(error))
		return false;
	buf_printf(&d->answer, "the firewall's rules could not be read: %s",
		   error == EIO         ? "nft failed"
		   : error == ETIMEDOUT ? "nft did not end in time"
		   : error == EFBIG     ? "there are too many; only the first were looked at"
					: strerror(error));
	return true;
}

const struct why_rule why_notes[] = {
	{ "localhost_order", SEVERITY_WARNING, QUESTION_REACH, "name the address, or listen on both",
	  first_is_refused },
	{ "no_free_port", SEVERITY_PROBLEM, QUESTION_BIND,
	  "end what opens so many connections, or widen net.ipv4.ip_local_port_range", no_port_left },
	{ "ephemeral_range", SEVERITY_NOTE, QUESTION_BIND,
	  "use a port outside of that range, or reserve it: net.ipv4.ip_local_reserved_ports", ephemeral },
	{ "firewall_unread", SEVERITY_NOTE, QUESTION_REACH, "look at them: nft list ruleset", firewall_unread },
	{ 0 },
};
