/* Owns which questions are worth asking about a port: whose limits, where to connect, whether to look into
 * other network namespaces. What the answers mean is model/why's. */
#include "action/probe.h"

/* Of both ends: who still has the other end of a closed connection is part of the answer. */
bool probe_needs_owners(const struct snapshot *s, const struct endpoint *at)
{
	for (size_t i = 0; i < s->facts->socket_count; i++) {
		const struct socket_fact *socket = &s->facts->sockets[i];

		if (socket->inode && socket->local.netns == at->netns && (socket->local.port == at->port || socket->remote.port == at->port))
			return true;
	}
	return false;
}

static bool has_row(const struct snapshot *s, const struct endpoint *at)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct endpoint *e = &s->listeners[i].key.endpoint;

		if (e->netns == at->netns && e->port == at->port && e->protocol == at->protocol)
			return true;
	}
	return false;
}

/* localhost: where somebody listens, IPv4 first. */
static struct endpoint target_of(const struct snapshot *s, const struct endpoint *at)
{
	struct endpoint v4 = { .protocol = at->protocol, .family = FAMILY_IPV4, .port = at->port,
			       .address = { 127, 0, 0, 1 } };
	struct endpoint v6 = { .protocol = at->protocol, .family = FAMILY_IPV6, .port = at->port,
			       .address = { [15] = 1 } };

	if (at->family)
		return *at;
	return exposure_reached(s, at->protocol, FAMILY_IPV4, at->port) ||
	       !exposure_reached(s, at->protocol, FAMILY_IPV6, at->port) ? v4 : v6;
}

/* Every process that has the socket, and which socket that is. */
static void ask_about(struct probe_request *request, const struct snapshot *s, const struct listener *l)
{
	if (!l)
		return;
	request->inode = l->socket->inode;
	request->is_unheld = !l->holder_count && l->socket->inode && s->facts->owners_complete;
	for (uint32_t i = 0; i < l->holder_count && i < PROBE_WAITERS; i++)
		request->waiters[i] = l->holders[i].process->fact->pid;
	request->pid = request->waiters[0];
}

struct why *probe_explain(struct platform *p, const struct snapshot *s, const struct endpoint *at,
			  bool connect)
{
	struct probe_request request = {
		.at = *at, .binds = true, .elsewhere = !has_row(s, at), .timeout_ms = PROBE_CONNECT_MS,
	};
	struct probe probe;

	if (at->netns)                       /* what is tried here says nothing about an address there */
		return why_new(s, NULL, at);
	ask_about(&request, s, why_listener(s, at));
	if (connect)
		request.connect = target_of(s, at);
	if (platform_probe(p, &request, &probe))
		return why_new(s, NULL, at);
	return why_new(s, &probe, at);
}
