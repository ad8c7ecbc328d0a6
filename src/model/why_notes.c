/* Owns what is worth knowing beside the answer. */
#include "model/why_rule.h"

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

const struct why_rule why_notes[] = {
	{ "localhost_order", SEVERITY_WARNING, QUESTION_REACH, "name the address, or listen on both",
	  first_is_refused },
	{ "ephemeral_range", SEVERITY_NOTE, QUESTION_BIND,
	  "use a port outside of that range, or reserve it: net.ipv4.ip_local_reserved_ports", ephemeral },
	{ 0 },
};
