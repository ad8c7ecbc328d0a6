/* Owns the case of a listener that only passes on, to a port of this machine at which nobody listens: the
 * connection is accepted and ends at once, and the cause is elsewhere. A command line may say what it likes:
 * the answer says whose word it is. */
#include "model/why_rule.h"

#include "model/exposure.h"
#include "model/tunnel.h"

static bool is_passed_on(const struct listener *l, struct forward *out)
{
	const struct holder *eldest = l ? listener_eldest(l) : NULL;

	return eldest && tunnel_find(eldest->process->fact->command, &l->key.endpoint, out);
}

static const struct home {
	const char *host;
	bool is_v4, is_v6;
} homes[] = { { "localhost", true, true }, { "127.0.0.1", true, false }, { "::1", false, true } };

static bool is_reached(const struct why_scene *c, uint8_t protocol, const struct home *h, uint16_t port)
{
	return (h->is_v4 && exposure_reached(c->snapshot, protocol, FAMILY_IPV4, port)) ||
	       (h->is_v6 && exposure_reached(c->snapshot, protocol, FAMILY_IPV6, port));
}

/* Only where it leads to this machine's loopback can be told who is there. */
static bool is_deserted(const struct why_scene *c, const struct forward *f)
{
	uint16_t port;

	if (!f->target_protocol || endpoint_parse_port(f->target, &port))
		return false;
	for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
		if (slice_is(f->host, homes[i].host))
			return !is_reached(c, f->target_protocol, &homes[i], port);
	return false;
}

static bool leads_nowhere(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = c->server;
	struct forward f;

	if (!is_passed_on(l, &f) || !is_deserted(c, &f))
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_add_string(&d->answer, " is held by ");
	scene_add_owner(&d->answer, l);
	buf_add_string(&d->answer, ", which passes connections on to ");
	tunnel_add_text(&d->answer, &f);
	buf_add_string(&d->answer, ", where nobody listens");
	draft_line(d, "its command line says where it leads");
	return true;
}

const struct why_rule why_tunnel[] = {
	{ "tunnel_nowhere", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "start the server that it leads to; to bind the port: end that process", leads_nowhere },
	{ 0 },
};
