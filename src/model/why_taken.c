/* Owns the cases in which a port is taken and nobody listens on it: reserved by bind(), kept by a connection,
 * or by what one left behind. Silent when a listener explains it, or when every trial bind succeeded. */
#include "model/why_rule.h"

#include <errno.h>
#include "base/text.h"

#define BIT(state) (1u << (state))

/* Who listens stands in the way itself: then the rest is only what every server has around it. */
static bool is_open(const struct why_scene *c)
{
	if (c->at.protocol != PROTOCOL_TCP || scene_socket(c, BIT(SOCKET_LISTEN)))
		return false;
	return !scene_was_tried(c) || scene_was_refused(c, EADDRINUSE) || scene_was_refused(c, EACCES);
}

static const struct socket_fact *held_by(const struct why_scene *c, uint32_t states)
{
	return is_open(c) ? scene_socket(c, states) : NULL;
}

static void add_who(struct buf *out, const struct why_scene *c, const struct socket_fact *s)
{
	const struct process *p = scene_holder(c, s);

	if (p)
		scene_add_process(out, p);
	else
		buf_add_string(out, s->inode ? "a process that cannot be seen" : "no process any more");
}

static void add_pair(struct why_draft *d, const struct why_scene *c, const struct socket_fact *s)
{
	struct buf pair = { 0 };

	scene_add_endpoint(&pair, c, &s->local);
	buf_add_string(&pair, " -> ");
	scene_add_endpoint(&pair, c, &s->remote);
	draft_line(d, "%s, %s", buf_string(&pair), socket_state_name(s->state));
	buf_done(&pair);
}

/* The socket at the other end of a connection within this machine. */
static const struct socket_fact *other_end(const struct why_scene *c, const struct socket_fact *s)
{
	const struct facts *f = c->snapshot->facts;

	for (size_t i = 0; i < f->socket_count; i++)
		if (endpoint_equal(&f->sockets[i].local, &s->remote) &&
		    endpoint_equal(&f->sockets[i].remote, &s->local))
			return &f->sockets[i];
	return NULL;
}

static bool bound(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s = held_by(c, BIT(SOCKET_BOUND));

	if (!s)
		return false;
	scene_add_endpoint(&d->answer, c, &s->local);
	buf_add_string(&d->answer, " is reserved by ");
	add_who(&d->answer, c, s);
	buf_add_string(&d->answer, ", which has bound it and does not listen");
	draft_line(d, "ss, lsof and netstat do not list such a socket");
	return true;
}

/* A connection: from the probe, which sees all local addresses, else from the scan. */
static const struct socket_fact *connection(const struct why_scene *c, uint32_t *index)
{
	if (!is_open(c))
		return NULL;
	while (*index < c->probe->connection_count) {
		const struct socket_fact *s = &c->probe->connections[(*index)++].socket;

		if (endpoints_meet(&s->local, s->v6only, &c->at, TRISTATE_UNKNOWN))
			return s;
	}
	if (*index > c->probe->connection_count || c->probe->is_possible)
		return NULL;
	*index = c->probe->connection_count + 1;
	return scene_socket(c, BIT(SOCKET_ESTABLISHED) | BIT(SOCKET_SYN_SENT));
}

static void add_connected(struct buf *out, const struct why_scene *c, const struct socket_fact *s)
{
	for (uint32_t i = 0; i < c->probe->connection_count; i++) {
		const struct probe_connection *known = &c->probe->connections[i];

		if (&known->socket != s || !known->pid)
			continue;
		text_escape(out, slice_of(known->name));
		buf_printf(out, " %d", (int)known->pid);
		return;
	}
	add_who(out, c, s);
}

static bool self_connect(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s;

	for (uint32_t i = 0; (s = connection(c, &i));) {
		if (!endpoint_equal(&s->local, &s->remote))
			continue;
		add_connected(&d->answer, c, s);
		buf_add_string(&d->answer, " is connected to itself: its client took ");
		scene_add_asked(&d->answer, c);
		buf_add_string(&d->answer, " while no server had it");
		add_pair(d, c, s);
		return true;
	}
	return false;
}

static bool has_listener(const struct why_scene *c, uint16_t port)
{
	const struct facts *f = c->snapshot->facts;

	for (size_t i = 0; i < f->socket_count; i++)
		if (f->sockets[i].state == SOCKET_LISTEN && f->sockets[i].local.netns == c->at.netns &&
		    f->sockets[i].local.port == port)
			return true;
	return false;
}

static bool is_chosen_by_kernel(const struct why_scene *c, uint16_t port)
{
	return port_is_ephemeral(&c->snapshot->facts->limits, port);
}

/* The end whose port the kernel chose is the client. Where both could be, or the client chose a port itself, who
 * listens at the other end is the server. */
static bool is_outgoing(const struct why_scene *c, const struct socket_fact *s)
{
	bool is_chosen = is_chosen_by_kernel(c, s->local.port);

	if (s->state == SOCKET_SYN_SENT)
		return true;
	if (is_chosen && !is_chosen_by_kernel(c, s->remote.port))
		return true;
	return (is_chosen || endpoint_is_loopback(&s->remote)) && has_listener(c, s->remote.port);
}

static void add_choice(const struct why_scene *c, struct why_draft *d, const struct socket_fact *s)
{
	const struct kernel_limits *limits = &c->snapshot->facts->limits;

	if (is_chosen_by_kernel(c, s->local.port)) {
		draft_line(d, "the kernel gives ports from %u to %u to outgoing connections",
			   limits->ephemeral_low, limits->ephemeral_high);
		return;
	}
	draft_line(d, "its client chose that port itself, by bind(): the kernel did not give it");
	buf_add_string(&d->remedy, "end that process, or use another port");
}

static bool outgoing(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s;

	for (uint32_t i = 0; (s = connection(c, &i));) {
		if (!is_outgoing(c, s))
			continue;
		scene_add_asked(&d->answer, c);
		buf_add_string(&d->answer, " is the source port of an outgoing connection of ");
		add_connected(&d->answer, c, s);
		add_pair(d, c, s);
		add_choice(c, d, s);
		return true;
	}
	return false;
}

static bool accepted(const struct why_scene *c, struct why_draft *d)
{
	uint32_t index = 0;
	const struct socket_fact *s = connection(c, &index);

	if (!s)
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " is kept by a connection that ");
	add_connected(&d->answer, c, s);
	buf_add_string(&d->answer, " still has, though nobody listens any more");
	add_pair(d, c, s);
	return true;
}

static bool close_wait(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s = held_by(c, BIT(SOCKET_CLOSE_WAIT));

	if (!s)
		return false;
	add_who(&d->answer, c, s);
	buf_add_string(&d->answer, " never closed a connection of ");
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, ": it keeps the port for ever");
	add_pair(d, c, s);
	return true;
}

static bool fin_wait_2(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s = held_by(c, BIT(SOCKET_FIN_WAIT_2));
	const struct socket_fact *client = s ? other_end(c, s) : NULL;

	if (!s)
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " is kept by a closed connection whose other end is still open in ");
	if (client)
		add_who(&d->answer, c, client);
	else
		buf_add_string(&d->answer, "a process that cannot be seen");
	add_pair(d, c, s);
	if (s->expires_ms >= 0) {
		buf_add_string(&d->remedy, "wait ");
		scene_add_seconds(&d->remedy, s->expires_ms);
		buf_add_string(&d->remedy, ", end the client, or set SO_REUSEADDR in the server");
	}
	return true;
}

static bool unacked(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s =
		held_by(c, BIT(SOCKET_FIN_WAIT_1) | BIT(SOCKET_LAST_ACK) | BIT(SOCKET_CLOSING));

	if (!s)
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " is kept by a closed connection whose peer acknowledges nothing");
	add_pair(d, c, s);
	draft_line(d, "the kernel sends again for minutes; held by %s",
		   s->inode ? "a process" : "no process");
	return true;
}

/* Who waits had closed first; when the peer's port is no client's, it was the client that chose this one. */
static bool is_client_side(const struct why_scene *c, const struct socket_fact *s)
{
	return !port_is_ephemeral(&c->snapshot->facts->limits, s->remote.port);
}

static void add_wait(const struct why_scene *c, struct why_draft *d, const struct socket_fact *s,
		     bool may_reuse)
{
	add_pair(d, c, s);
	if (s->expires_ms < 0)
		return;
	buf_add_string(&d->remedy, may_reuse ? "set SO_REUSEADDR in the server, or wait " : "wait ");
	scene_add_seconds(&d->remedy, s->expires_ms);
	if (!may_reuse)
		buf_add_string(&d->remedy,
			       " (root may end it: ss -K), and set SO_REUSEADDR in the server from now on");
}

static bool client_time_wait(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s = held_by(c, BIT(SOCKET_TIME_WAIT));

	if (!s || !is_client_side(c, s))
		return false;
	scene_add_asked(&d->answer, c);
	buf_printf(&d->answer, " is in TIME-WAIT, left by an outgoing connection to port %u", s->remote.port);
	add_wait(c, d, s, false);
	return true;
}

/* Only a trial tells whether the old server had set SO_REUSEADDR: both must have. */
static bool strict_time_wait(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s = held_by(c, BIT(SOCKET_TIME_WAIT));

	if (!s || scene_reuse_error(c) <= 0)
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer,
		       " is in TIME-WAIT, left by a server without SO_REUSEADDR: too late to set it");
	add_wait(c, d, s, false);
	return true;
}

static bool time_wait(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *s = held_by(c, BIT(SOCKET_TIME_WAIT));

	if (!s)
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " is in TIME-WAIT, left by a server that has ended");
	add_wait(c, d, s, true);
	return true;
}

const struct why_rule why_taken[] = {
	{ "bound_not_listening", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "restart that process: it failed or hangs while starting, or was shut down", bound },
	{ "self_connect", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "restart the client after the server, and use a server port below the ephemeral range",
	  self_connect },
	{ "outgoing_connection", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "use a port below that range, or reserve this one: net.ipv4.ip_local_reserved_ports", outgoing },
	{ "accepted_connection", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "end that process or its client, or set SO_REUSEADDR in the server", accepted },
	{ "close_wait", SEVERITY_PROBLEM, QUESTION_BOTH, "restart that process: it leaks connections",
	  close_wait },
	{ "fin_wait_2", SEVERITY_PROBLEM, QUESTION_BOTH, "end the client, or set SO_REUSEADDR in the server",
	  fin_wait_2 },
	{ "unacked_close", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "end the peer, or set SO_REUSEADDR in the server; a firewall between them keeps it for minutes",
	  unacked },
	{ "client_time_wait", SEVERITY_PROBLEM, QUESTION_BOTH, "wait a minute", client_time_wait },
	{ "time_wait_strict", SEVERITY_PROBLEM, QUESTION_BOTH, "wait a minute", strict_time_wait },
	{ "time_wait", SEVERITY_PROBLEM, QUESTION_BOTH, "set SO_REUSEADDR in the server, or wait a minute",
	  time_wait },
	{ 0 },
};
