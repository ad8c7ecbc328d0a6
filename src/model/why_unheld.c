/* Owns the cases in which nobody is seen to have the socket: its owner is hidden, it is the kernel's, or no
 * process has it open. */
#include "model/why_rule.h"

#include "base/text.h"

static bool has_gap(const struct why_scene *c, enum gap_kind kind)
{
	const struct facts *f = c->snapshot->facts;

	for (size_t i = 0; i < f->gap_count; i++)
		if (f->gaps[i].kind == kind)
			return true;
	return false;
}

static bool hides_owners(const struct why_scene *c)
{
	return has_gap(c, GAP_OWNERS_DENIED) || has_gap(c, GAP_OWNERS_FOREIGN) ||
	       has_gap(c, GAP_PROCESSES_HIDDEN) || has_gap(c, GAP_PROC_MISSING) ||
	       has_gap(c, GAP_DESCRIPTORS_EXHAUSTED) ||
	       !c->snapshot->facts->owners_complete;
}

static const struct listener *without_holder(const struct why_scene *c)
{
	const struct listener *l = scene_listener(c);

	return l && !l->holder_count && l->socket->inode ? l : NULL;
}

static void add_unowned(struct buf *out, const struct why_scene *c, const struct listener *l)
{
	scene_add_endpoint(out, c, &l->key.endpoint);
	buf_add_string(out, l->key.endpoint.protocol == PROTOCOL_UDP ? " receives" : " listens");
}

/* The kernel's own sockets (VXLAN, WireGuard, RPC) are UDP ones of root. */
static bool is_kernels(const struct listener *l)
{
	return l->key.endpoint.protocol == PROTOCOL_UDP && l->socket->uid == 0;
}

static const struct probe_unheld *find_unheld(const struct why_scene *c, enum unheld_place place)
{
	for (uint32_t i = 0; i < c->probe->unheld_count; i++)
		if (c->probe->unheld[i].place == place)
			return &c->probe->unheld[i];
	return NULL;
}

static void add_unheld(struct buf *out, const struct probe_unheld *u)
{
	text_escape(out, slice_of(u->name));
	buf_printf(out, " %d", (int)u->pid);
}

static bool in_ring(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_unheld *u = find_unheld(c, UNHELD_RING);
	const struct listener *l = without_holder(c);

	if (!l || !u)
		return false;
	add_unowned(&d->answer, c, l);
	buf_add_string(&d->answer, " for ");
	add_unheld(&d->answer, u);
	buf_add_string(&d->answer, ", which has it in an io_uring and not among its descriptors");
	draft_line(d, "the ring's table of files (fdinfo, UserFiles) names the socket %u", l->socket->inode);
	return true;
}

static const struct listener *without_any_holder(const struct why_scene *c)
{
	const struct listener *l = without_holder(c);

	return l && !hides_owners(c) ? l : NULL;
}

static void add_candidates(const struct why_scene *c, struct why_draft *d, enum unheld_place place,
			   const char *what)
{
	for (uint32_t i = 0; i < c->probe->unheld_count; i++) {
		struct buf who = { 0 };

		if (c->probe->unheld[i].place != place)
			continue;
		add_unheld(&who, &c->probe->unheld[i]);
		draft_line(d, "%s %s", buf_string(&who), what);
		buf_done(&who);
	}
}

/* Where both kinds are about, neither is likelier: no_holder() tells them. */
static bool is_only(const struct why_scene *c, enum unheld_place place)
{
	const struct listener *l = without_any_holder(c);

	for (uint32_t i = 0; i < c->probe->unheld_count; i++)
		if (c->probe->unheld[i].place != place)
			return false;
	return l && !is_kernels(l) && c->probe->unheld_count;
}

static void add_all_candidates(const struct why_scene *c, struct why_draft *d)
{
	add_candidates(c, d, UNHELD_ACCEPT,
		       "has an accept waiting in an io_uring: on which socket is not told");
	add_candidates(c, d, UNHELD_MESSAGE,
		       "has descriptors waiting in a message to its unix socket (scm_fds)");
}

static bool ring_accept(const struct why_scene *c, struct why_draft *d)
{
	if (!is_only(c, UNHELD_ACCEPT))
		return false;
	add_unowned(&d->answer, c, without_holder(c));
	buf_add_string(&d->answer, ", held by an accept that waits in an io_uring, most likely of ");
	add_unheld(&d->answer, find_unheld(c, UNHELD_ACCEPT));
	add_all_candidates(c, d);
	return true;
}

static bool in_flight(const struct why_scene *c, struct why_draft *d)
{
	if (!is_only(c, UNHELD_MESSAGE))
		return false;
	add_unowned(&d->answer, c, without_holder(c));
	buf_add_string(&d->answer, ", held by a message that nobody has read, most likely one to ");
	add_unheld(&d->answer, find_unheld(c, UNHELD_MESSAGE));
	add_all_candidates(c, d);
	return true;
}

/* By the cgroup that the socket was made in. */
static bool inferred_owner(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = without_holder(c);
	const struct owner *o = l ? &l->owner : NULL;

	if (!l || o->certainty != OWNER_INFERRED)
		return false;
	add_unowned(&d->answer, c, l);
	buf_add_string(&d->answer, ", most likely for ");
	if (o->name)
		buf_printf(&d->answer, "%s %d of ", o->name, (int)o->pid);
	buf_add_string(&d->answer, o->container ? o->container : o->unit ? o->unit
		       : "a cgroup without a name");
	draft_line(d, "the process may not be seen; the socket of %s was %s", l->user ? l->user : "?",
		   o->reason);
	return true;
}

static bool hidden_owner(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = without_holder(c);

	if (!l || !hides_owners(c))
		return false;
	add_unowned(&d->answer, c, l);
	buf_printf(&d->answer, ", for a process%s%s that you may not see", l->user ? " of " : "",
		   l->user ? l->user : "");
	for (size_t i = 0; i < c->snapshot->facts->gap_count; i++)
		draft_line(d, "%s", gap_text(c->snapshot->facts->gaps[i].kind)->reason);
	if (has_gap(c, GAP_PROCESSES_HIDDEN))        /* root in a container is no better off */
		buf_add_string(&d->remedy, "sudo lotop why on the host, to see who it is");
	return true;
}

static bool kernel_socket(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = without_any_holder(c);

	if (!l || !is_kernels(l))
		return false;
	add_unowned(&d->answer, c, l);
	buf_add_string(&d->answer, ", for the kernel itself: no process has it");
	draft_line(d, "a VXLAN, GENEVE or WireGuard device has such a socket");
	return true;
}

static bool no_holder(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = without_any_holder(c);

	if (!l || is_kernels(l) || find_unheld(c, UNHELD_RING) || is_only(c, UNHELD_ACCEPT) ||
	    is_only(c, UNHELD_MESSAGE))
		return false;
	add_unowned(&d->answer, c, l);
	buf_add_string(&d->answer, ", but no process has it open");
	draft_line(d, "it is on its way in a message between processes, or in an io_uring");
	add_all_candidates(c, d);
	return true;
}

const struct why_rule why_unheld[] = {
	{ "io_uring", SEVERITY_NOTE, QUESTION_BOTH, "end that process to free the port", in_ring },
	{ "inferred_owner", SEVERITY_WARNING, QUESTION_BOTH, "sudo lotop why, to see who it is",
	  inferred_owner },
	{ "hidden_owner", SEVERITY_WARNING, QUESTION_BOTH, "sudo lotop why, to see who it is", hidden_owner },
	{ "kernel_socket", SEVERITY_NOTE, QUESTION_BIND, "ip -d link shows the device", kernel_socket },
	{ "io_uring_accept", SEVERITY_WARNING, QUESTION_BOTH,
	  "end that process to free the port, if it is the one", ring_accept },
	{ "in_flight", SEVERITY_WARNING, QUESTION_BOTH,
	  "that process, or who sent it the socket, hangs: restart both", in_flight },
	{ "no_holder", SEVERITY_WARNING, QUESTION_BOTH,
	  "look for a process with an io_uring, or one that passes sockets on, and restart it", no_holder },
	{ 0 },
};
