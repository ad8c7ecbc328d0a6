/* Owns the cases in which it matters who listens: several servers, one socket in several processes, none that
 * is seen, or one that only inherited the socket. */
#include "model/why_rule.h"

#include <string.h>
#include "base/text.h"
#include "model/role.h"
#include "model/why_waiters.h"

enum { NAMED_MAX = 4 };

static bool is_same_process(const struct listener *a, const struct listener *b)
{
	for (uint32_t i = 0; i < a->holder_count; i++)
		for (uint32_t k = 0; k < b->holder_count; k++)
			if (a->holders[i].process == b->holders[k].process)
				return true;
	return false;
}

static void add_at(struct buf *out, const struct why_scene *c, const struct listener *l)
{
	scene_add_owner(out, l);
	buf_add_string(out, " at ");
	scene_add_endpoint(out, c, &l->key.endpoint);
}

static void add_holders(struct why_draft *d, const struct listener *l)
{
	struct buf line = { 0 };

	for (uint32_t i = 0; i < l->holder_count && i < NAMED_MAX; i++) {
		buf_add_string(&line, i ? ", " : "");
		scene_add_process(&line, l->holders[i].process);
		if (l->holder_count > 1)
			buf_printf(&line, " as %s", role_name(l->holders[i].role));
	}
	if (l->holder_count > NAMED_MAX)
		buf_printf(&line, " and %u more", l->holder_count - NAMED_MAX);
	draft_line(d, "held by %s", buf_string(&line));
	buf_done(&line);
}

/* Its listen() would fail now; a restart of the listener would meet it. */
static bool bound_beside(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *bound = scene_socket(c, 1u << SOCKET_BOUND);
	const struct process *p = bound ? scene_holder(c, bound) : NULL;

	if (!bound || !c->server)
		return false;
	add_at(&d->answer, c, c->server);
	buf_add_string(&d->answer,
		       " listens, and another socket is bound to the same port: its listen() fails");
	if (p)
		draft_line(d, "the other one belongs to %s %d; both have SO_REUSEADDR, so bind() let it pass",
			   p->name, (int)p->fact->pid);
	return true;
}

static bool split(const struct why_scene *c, struct why_draft *d)
{
	if (c->at.family || !c->v4 || !c->v6 || c->v4 == c->v6 || is_same_process(c->v4, c->v6))
		return false;
	buf_add_string(&d->answer, "localhost reaches two different servers: ");
	add_at(&d->answer, c, c->v4);
	buf_add_string(&d->answer, ", ");
	add_at(&d->answer, c, c->v6);
	return true;
}

/* A wildcard listener that another one, bound to the very address, keeps local clients from. */
static bool is_shadowed(const struct why_scene *c, const struct listener *l)
{
	return l != c->server && l->key.kind == ROW_LISTENER && endpoint_is_wildcard(&l->key.endpoint) &&
	       endpoints_meet(&l->key.endpoint, l->socket->v6only, &c->server->key.endpoint,
			      c->server->socket->v6only) &&
	       !is_same_process(l, c->server);
}

static bool shadowed(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l;

	if (!c->server || endpoint_is_wildcard(&c->server->key.endpoint))
		return false;
	for (size_t i = 0; (l = scene_next_row(c, &i));) {
		if (!is_shadowed(c, l))
			continue;
		add_at(&d->answer, c, c->server);
		buf_add_string(&d->answer, " gets what is sent to that address, not ");
		add_at(&d->answer, c, l);
		return true;
	}
	return false;
}

/* By their roles, or because none of them waits for a connection and their parents are gone. */
static bool are_all_leaked(const struct why_scene *c, const struct listener *l)
{
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (l->holders[i].role != ROLE_LEAKED)
			return waiters_are_heirs(c);
	return l->holder_count;
}

static bool leaked(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || !are_all_leaked(c, l))
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_add_string(&d->answer, " is kept by ");
	scene_add_owner(&d->answer, l);
	buf_add_string(&d->answer, ", which inherited the socket of a server that is gone, and never answers");
	waiters_explain(c, d);
	add_holders(d, l);
	return true;
}

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

static bool ring_accept(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = without_any_holder(c);

	if (!l || is_kernels(l) || !find_unheld(c, UNHELD_ACCEPT))
		return false;
	add_unowned(&d->answer, c, l);
	buf_add_string(&d->answer, ", held by an accept that waits in an io_uring, most likely of ");
	add_unheld(&d->answer, find_unheld(c, UNHELD_ACCEPT));
	add_candidates(c, d, UNHELD_ACCEPT, "has an accept waiting in an io_uring, on which socket is not told");
	add_candidates(c, d, UNHELD_MESSAGE, "has descriptors waiting in a message to its unix socket");
	return true;
}

static bool in_flight(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = without_any_holder(c);

	if (!l || is_kernels(l) || find_unheld(c, UNHELD_ACCEPT) || !find_unheld(c, UNHELD_MESSAGE))
		return false;
	add_unowned(&d->answer, c, l);
	buf_add_string(&d->answer, ", held by a message that nobody has read, most likely one to ");
	add_unheld(&d->answer, find_unheld(c, UNHELD_MESSAGE));
	add_candidates(c, d, UNHELD_MESSAGE, "has descriptors waiting in a message to its unix socket (scm_fds)");
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
	buf_add_string(&d->answer, o->container ? o->container : o->unit ? o->unit : "a cgroup without a name");
	draft_line(d, "the process may not be seen; the socket of %s was %s", l->user ? l->user : "?", o->reason);
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

	if (!l || is_kernels(l) || c->probe->unheld_count)
		return false;
	add_unowned(&d->answer, c, l);
	buf_add_string(&d->answer, ", but no process has it open");
	draft_line(d, "it is on its way in a message between processes, or in the file table of an io_uring");
	return true;
}

static bool reuseport(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || l->socket_count < 2 || c->at.protocol != PROTOCOL_TCP)
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_printf(&d->answer, " is shared by %u listening sockets (SO_REUSEPORT)", l->socket_count);
	add_holders(d, l);
	draft_line(d, "another socket may join with SO_REUSEPORT and the same user, nobody else");
	return true;
}

static bool several(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || l->holder_count < 2 || l->socket_count > 1)
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_printf(&d->answer, " is one socket in %u processes: ending one of them does not free the port",
		   l->holder_count);
	add_holders(d, l);
	return true;
}

static bool udp_full(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || c->at.protocol != PROTOCOL_UDP || !l->socket->drops || !l->socket->queue_length)
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_add_string(&d->answer, " is not read by ");
	scene_add_owner(&d->answer, l);
	buf_add_string(&d->answer, ": datagrams are dropped");
	draft_line(d, "%u bytes wait, %u datagrams were dropped", l->socket->queue_length, l->socket->drops);
	return true;
}

static bool udp_shared(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || c->at.protocol != PROTOCOL_UDP || l->socket_count < 2)
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_printf(&d->answer, " is shared by %u UDP sockets: the newest of them gets the datagrams",
		   l->socket_count);
	add_holders(d, l);
	return true;
}

const struct why_rule why_sharing[] = {
	{ "bound_beside_listener", SEVERITY_WARNING, QUESTION_BIND, "end one of the two", bound_beside },
	{ "split", SEVERITY_WARNING, QUESTION_REACH,
	  "end one of them, or name the address: 127.0.0.1 or [::1]", split },
	{ "shadowed", SEVERITY_WARNING, QUESTION_REACH, "end one of them, or use another port", shadowed },
	{ "leaked", SEVERITY_PROBLEM, QUESTION_BOTH, "end that process: nobody needs the socket", leaked },
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
	{ "udp_full", SEVERITY_PROBLEM, QUESTION_REACH, "see what the receiver is busy with, or restart it",
	  udp_full },
	{ "udp_shared", SEVERITY_WARNING, QUESTION_BOTH, "end all but one", udp_shared },
	{ "reuseport_group", SEVERITY_NOTE, QUESTION_BIND,
	  "end all of them, or the process that started them", reuseport },
	{ "several_processes", SEVERITY_NOTE, QUESTION_BIND, "end the process that started the others",
	  several },
	{ 0 },
};
