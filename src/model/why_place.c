/* Owns the answer for a listener that is well: where it listens, and so who reaches it and who cannot bind.
 * One rule per kind of place; the texts are a table. */
#include "model/why_rule.h"

#include <errno.h>
#include "model/exposure.h"
#include "model/tunnel.h"

static const struct endpoint *place(const struct why_scene *c)
{
	const struct listener *l = scene_anywhere(c);

	return l ? &l->key.endpoint : NULL;
}

/* The addresses of this machine that others reach it by. */
static void add_network_addresses(const struct why_scene *c, struct why_draft *d, const struct listener *l)
{
	struct buf line = { 0 };

	for (uint32_t i = 0; i < c->probe->address_count; i++) {
		struct endpoint e = c->probe->addresses[i];

		if (!exposure_is_reached_at(&l->key.endpoint, l->socket->v6only, &e))
			continue;
		e.port = l->key.endpoint.port;
		e.device = 0;
		buf_add_string(&line, line.len ? ", " : "");
		endpoint_add(&line, &e, NULL);
	}
	if (line.len)
		draft_line(d, "from the network it is reached at %s", buf_string(&line));
	buf_done(&line);
}

static void add_tunnel(struct why_draft *d, const struct listener *l)
{
	const struct holder *eldest = listener_eldest(l);
	struct buf line = { 0 };
	struct forward f;

	if (eldest && tunnel_find(eldest->process->fact->command, &l->key.endpoint, &f)) {
		tunnel_add_text(&line, &f);
		draft_line(d, "it leads to %s, as its command line says", buf_string(&line));
	}
	buf_done(&line);
}

/* Somebody is elsewhere, and nothing is in the way of who asks. */
static void advise(const struct why_scene *c, struct why_draft *d, const struct listener *l)
{
	if (!c->at.family || !scene_was_tried(c) || scene_was_refused(c, EADDRINUSE))
		return;
	buf_add_string(&d->remedy, "to reach it: use ");
	scene_add_endpoint(&d->remedy, c, &l->key.endpoint);
	buf_add_string(&d->remedy, "; to bind it: nothing is in the way of ");
	scene_add_asked(&d->remedy, c);
}

/* "127.0.0.1:3000 is in use: node 4211 (alice) listens there, ..."; or that nobody answers at what was asked
 * for. */
static bool tell(const struct why_scene *c, struct why_draft *d, const char *what)
{
	const struct listener *l = scene_anywhere(c);
	const char *verb = c->at.protocol == PROTOCOL_UDP ? "receives" : "listens";

	if (c->server) {
		scene_add_endpoint(&d->answer, c, &l->key.endpoint);
		buf_add_string(&d->answer, " is in use: ");
		scene_add_owner(&d->answer, l);
		buf_printf(&d->answer, " %s there, %s", verb, what);
	} else {
		buf_add_string(&d->answer, "nobody answers at ");
		if (c->at.family)
			scene_add_asked(&d->answer, c);
		else
			buf_printf(&d->answer, "localhost:%u", c->at.port);
		buf_add_string(&d->answer, "; ");
		scene_add_owner(&d->answer, l);
		buf_printf(&d->answer, " %s at ", verb);
		scene_add_endpoint(&d->answer, c, &l->key.endpoint);
		buf_printf(&d->answer, ", %s", what);
		advise(c, d, l);
	}
	if (l->publication)
		draft_line(d, "published by the container %s, whose port %u stands behind it",
			   l->publication->container, l->publication->fact->inner_port);
	add_tunnel(d, l);
	if (l->socket->is_mptcp)
		draft_line(d, "it is an MPTCP socket");
	if (endpoint_is_wildcard(&l->key.endpoint) && !l->key.endpoint.device)
		add_network_addresses(c, d, l);
	return true;
}

static bool is_v4(const struct endpoint *e)
{
	return e->family == FAMILY_IPV4;
}

static bool is_v6(const struct endpoint *e)
{
	return e->family == FAMILY_IPV6 && !endpoint_is_v4_mapped(e);
}

static bool device_bound(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);
	const struct listener *l = scene_anywhere(c);

	if (!e || !e->device || endpoint_is_link_local(e))
		return false;
	tell(c, d, "for the device ");
	buf_printf(&d->answer, "%s alone (SO_BINDTODEVICE)", l->device ? l->device : "it is bound to");
	return true;
}

static bool link_local(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && endpoint_is_link_local(e) &&
	       tell(c, d, "a link-local address: clients must name the device");
}

static bool foreign(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && scene_is_local(c, e) == TRISTATE_FALSE &&
	       tell(c, d, "an address that is not on this machine: nobody reaches it");
}

static bool dual_stack(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && is_v6(e) && endpoint_is_wildcard(e) &&
	       scene_anywhere(c)->socket->v6only != TRISTATE_TRUE &&
	       tell(c, d, "on every address, for IPv6 and IPv4, also from the network");
}

static bool v6_wildcard(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && is_v6(e) && endpoint_is_wildcard(e) &&
	       tell(c, d, "on every address, for IPv6 only, also from the network: 127.0.0.1 is refused");
}

static bool v4_wildcard(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && endpoint_is_wildcard(e) && tell(c, d, "on every IPv4 address, also from the network");
}

static bool mapped(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && endpoint_is_v4_mapped(e) && endpoint_is_loopback(e) &&
	       tell(c, d, "for IPv4 only, by an IPv6 socket (v4-mapped)");
}

static bool both_loopbacks(const struct why_scene *c, struct why_draft *d)
{
	return !c->at.family && c->v4 && c->v6 && c->v4 != c->v6 &&
	       tell(c, d, "and at the other loopback address");
}

static bool v4_loopback(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && is_v4(e) && endpoint_is_loopback(e) && (c->v4 == scene_anywhere(c)) &&
	       tell(c, d, "for IPv4 loopback only: ::1 is refused");
}

static bool v6_loopback(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && is_v6(e) && endpoint_is_loopback(e) &&
	       tell(c, d, "for IPv6 loopback only: 127.0.0.1 is refused");
}

static bool other_loopback(const struct why_scene *c, struct why_draft *d)
{
	const struct endpoint *e = place(c);

	return e && endpoint_is_loopback(e) && tell(c, d, "a loopback address that localhost does not mean");
}

static bool other_address(const struct why_scene *c, struct why_draft *d)
{
	return place(c) && tell(c, d, "an address of this machine in the network");
}

#define TO_HIDE "listen on 127.0.0.1 if only this machine shall reach it; "
#define TO_BIND "to bind it: end that process, or use another port"

const struct why_rule why_place[] = {
	{ "device_bound", SEVERITY_NOTE, QUESTION_BOTH, "to reach it: by that device; " TO_BIND,
	  device_bound },
	{ "link_local", SEVERITY_NOTE, QUESTION_BOTH, "write it with its device: [fe80::1%eth0]",
	  link_local },
	{ "foreign_address", SEVERITY_WARNING, QUESTION_BOTH, "bind the server to an address of this machine",
	  foreign },
	{ "dual_stack", SEVERITY_NOTE, QUESTION_BOTH, TO_HIDE TO_BIND, dual_stack },
	{ "v6_wildcard", SEVERITY_WARNING, QUESTION_BOTH,
	  "use [::1], or switch IPV6_V6ONLY off in the server (nginx: ipv6only=off)", v6_wildcard },
	{ "v4_wildcard", SEVERITY_NOTE, QUESTION_BOTH,
	  TO_HIDE TO_BIND, v4_wildcard },
	{ "v4_mapped", SEVERITY_NOTE, QUESTION_BOTH, "to reach it: use 127.0.0.1; " TO_BIND, mapped },
	{ "both_loopbacks", SEVERITY_NOTE, QUESTION_BOTH, TO_BIND, both_loopbacks },
	{ "v4_loopback", SEVERITY_NOTE, QUESTION_BOTH,
	  "to reach it: use 127.0.0.1; " TO_BIND, v4_loopback },
	{ "v6_loopback", SEVERITY_NOTE, QUESTION_BOTH,
	  "to reach it: use [::1], or bind the server to 127.0.0.1 too; " TO_BIND, v6_loopback },
	{ "other_loopback_address", SEVERITY_WARNING, QUESTION_BOTH,
	  "use that address, or bind the server to 127.0.0.1; 0.0.0.0 cannot be bound beside it",
	  other_loopback },
	{ "other_address", SEVERITY_NOTE, QUESTION_BOTH, "use that address, or bind the server to 127.0.0.1",
	  other_address },
	{ 0 },
};
