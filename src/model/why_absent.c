/* Owns the answers for a port that nobody listens on and nothing keeps: not permitted, only in another
 * protocol or another network namespace, or free. */
#include "model/why_rule.h"

#include <errno.h>
#include <string.h>
#include "base/text.h"

static bool is_quiet(const struct why_scene *c)
{
	size_t index = 0;

	return !scene_anywhere(c) && !scene_next_row(c, &index) && !scene_was_refused(c, EADDRINUSE);
}

static bool privileged(const struct why_scene *c, struct why_draft *d)
{
	const struct kernel_limits *limits = &c->snapshot->facts->limits;

	if (!scene_was_refused(c, EACCES) || !port_is_privileged(limits, c->at.port))
		return false;
	scene_add_asked(&d->answer, c);
	buf_printf(&d->answer, " may be bound by root only: it lies below %u", limits->unprivileged_start);
	draft_line(d, "bind says: permission denied; net.ipv4.ip_unprivileged_port_start is %u",
		   limits->unprivileged_start);
	return true;
}

static bool denied(const struct why_scene *c, struct why_draft *d)
{
	bool is_landlock = scene_was_refused(c, EACCES);

	if (!is_landlock && !scene_was_refused(c, EPERM))
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " may not be bound from here: a policy forbids it, not another socket");
	draft_line(d, "%s", is_landlock ? "bind says: permission denied, and the port is not privileged"
					: "bind says: operation not permitted");
	draft_line(d, "%s", is_landlock ? "a sandbox does so: Landlock, SELinux, AppArmor"
					: "a control group does so: SocketBindDeny= of a unit");
	draft_line(d, "it holds for this shell and what it starts: others may be permitted");
	return true;
}

static const struct listener *same_port(const struct why_scene *c, uint8_t protocol)
{
	const struct snapshot *s = c->snapshot;

	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (l->key.kind == ROW_LISTENER && l->key.endpoint.netns == c->at.netns &&
		    l->key.endpoint.port == c->at.port && l->key.endpoint.protocol == protocol)
			return l;
	}
	return NULL;
}

static bool other_protocol(const struct why_scene *c, struct why_draft *d)
{
	bool is_udp = c->at.protocol == PROTOCOL_UDP;
	const struct listener *l = same_port(c, is_udp ? PROTOCOL_TCP : PROTOCOL_UDP);

	if (!is_quiet(c) || !l)
		return false;
	buf_printf(&d->answer, "port %u is %s here, not %s: ", c->at.port, is_udp ? "TCP" : "UDP",
		   is_udp ? "UDP" : "TCP");
	scene_add_owner(&d->answer, l);
	buf_add_string(&d->answer, " has ");
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	draft_line(d, "the two do not stand in each other's way");
	return true;
}

static bool udp_connected(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s = scene_socket(c, 1u << SOCKET_ESTABLISHED);
	const struct process *p = s ? scene_holder(c, s) : NULL;

	if (c->at.protocol != PROTOCOL_UDP || scene_anywhere(c) || !s)
		return false;
	scene_add_endpoint(&d->answer, c, &s->local);
	buf_add_string(&d->answer, " is connected to ");
	scene_add_endpoint(&d->answer, c, &s->remote);
	buf_add_string(&d->answer, ": it ignores everyone else");
	if (p)
		draft_line(d, "held by %s %d (%s)", p->name, (int)p->fact->pid, p->user);
	return true;
}

static void add_place(struct buf *out, const struct probe_elsewhere *e)
{
	buf_add_string(out, e->container[0] ? "the container " : "the network namespace ");
	text_escape(out, slice_of(e->container[0] ? e->container : e->netns));
	if (!e->pid)
		return;
	buf_add_string(out, e->container[0] || e->netns[0] ? ", as of " : "of ");
	text_escape(out, slice_of(e->name));
	buf_printf(out, " %d", (int)e->pid);
}

static bool other_namespace(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_elsewhere *e = c->probe->elsewhere;
	struct buf name = { 0 };

	if (!c->probe->elsewhere_count || !is_quiet(c))
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " has a listener in ");
	if (e->container[0] && c->probe->elsewhere_count == 1) {
		buf_add_string(&d->answer, "the container ");
		text_escape(&d->answer, slice_of(e->container));
	} else {
		buf_add_string(&d->answer, "another network namespace (a container)");
	}
	buf_add_string(&d->answer, ", not here");
	for (uint32_t i = 0; i < c->probe->elsewhere_count; i++) {
		struct buf at = { 0 };

		buf_clear(&name);
		add_place(&name, &e[i]);
		endpoint_add(&at, &e[i].local, NULL);
		draft_line(d, "%s, in %s", buf_string(&at), buf_string(&name));
		buf_done(&at);
	}
	buf_done(&name);
	return true;
}

static bool free_port(const struct why_scene *c, struct why_draft *d)
{
	if (!is_quiet(c))
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, scene_was_tried(c) ? " is free: nothing holds it, and it can be bound"
						      : " is free, as far as can be seen: nothing holds it");
	if (!c->probe->attempt.to.family)
		draft_line(d, "a client is refused: nobody listens");
	return true;
}

/* Rows there are, but none that any rule above explains: leftovers that bind() does not mind. */
static bool bindable(const struct why_scene *c, struct why_draft *d)
{
	if (scene_anywhere(c) || !scene_was_tried(c) || scene_was_refused(c, EADDRINUSE))
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " is free: it can be bound, though other sockets have the same number");
	return true;
}

/* Whatever is left: a kernel that lists less than bind() minds (bound sockets before Linux 6.8). */
static bool unseen(const struct why_scene *c, struct why_draft *d)
{
	const struct facts *f = c->snapshot->facts;

	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " is in use, but no socket that is seen explains it");
	for (size_t i = 0; i < f->gap_count; i++)
		draft_line(d, "%s", gap_text(f->gaps[i].kind)->reason);
	return true;
}

const struct why_rule why_absent[] = {
	{ "privileged_port", SEVERITY_PROBLEM, QUESTION_BIND,
	  "use a higher port behind a proxy, setcap cap_net_bind_service, or lower that setting",
	  privileged },
	{ "denied_by_policy", SEVERITY_PROBLEM, QUESTION_BIND,
	  "start it outside of the sandbox, or allow the port there",
	  denied },
	{ "other_protocol", SEVERITY_NOTE, QUESTION_REACH, "use a client of that protocol", other_protocol },
	{ "udp_connected", SEVERITY_NOTE, QUESTION_BOTH, "end it, or use another port", udp_connected },
	{ "other_namespace", SEVERITY_WARNING, QUESTION_REACH,
	  "publish the port of the container (docker run -p), or use the container's own address",
	  other_namespace },
	{ "free", SEVERITY_FINE, QUESTION_BOTH, NULL, free_port },
	{ "free", SEVERITY_FINE, QUESTION_BOTH, NULL, bindable },
	{ "taken_unseen", SEVERITY_PROBLEM, QUESTION_BIND, "look again with sudo", unseen },
	{ 0 },
};
