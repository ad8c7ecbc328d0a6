/* Owns the judgements on one row, as a table: when a rule holds, what proves it, what to do. A rule sees one
 * row of one snapshot, has no memory and does not guess: what the facts do not show is not marked.
 * Evidence is one line of safe text: raw facts pass through text_escape. */
#include "model/health.h"

#include "base/text.h"
#include "model/snapshot.h"
#include "model/waiting.h"

enum { NAMED_MAX = 3, ADDRESSES_MAX = 4, WAITS_MAX = 2 };  /* in one line of evidence */

static void add(struct buf *evidence, const char *text)
{
	if (evidence)
		buf_add_string(evidence, text);
}

static void add_number(struct buf *evidence, uint64_t number)
{
	if (evidence)
		buf_add_number(evidence, number);
}

/* "node 4211" */
static void add_process(struct buf *evidence, const struct holder *h)
{
	add(evidence, h->process->name);
	add(evidence, " ");
	add_number(evidence, (uint64_t)h->process->fact->pid);
}

static void add_rest(struct buf *evidence, uint32_t count, uint32_t named)
{
	if (count <= named)
		return;
	add(evidence, " and ");
	add_number(evidence, count - named);
	add(evidence, " more");
}

/* "node 4211, node 4212, node 4213 and 5 more" */
static void add_processes(struct buf *evidence, const struct listener *l)
{
	for (uint32_t i = 0; i < l->holder_count && i < NAMED_MAX; i++) {
		add(evidence, i ? ", " : "");
		add_process(evidence, &l->holders[i]);
	}
	add_rest(evidence, l->holder_count, NAMED_MAX);
}

static void add_address(struct buf *evidence, const struct listener *l)
{
	if (evidence)
		endpoint_add_address(evidence, &l->key.endpoint, l->device);
}

static const struct holder *holder_in_state(const struct listener *l, char state)
{
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (l->holders[i].process->fact->state == state)
			return &l->holders[i];
	return NULL;
}

/* proc(5): T is stopped by a signal, t by a tracer. */
static bool is_stopped(const struct listener *l, struct buf *evidence)
{
	for (uint32_t i = 0; i < l->holder_count; i++) {
		char state = l->holders[i].process->fact->state;

		if (state != 'T' && state != 't')
			return false;
	}
	if (!l->holder_count)
		return false;
	add_processes(evidence, l);
	add(evidence, holder_in_state(l, 'T') ? ": stopped by a signal" : ": stopped by a debugger");
	return true;
}

static bool stopped(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	(void)s;
	return is_stopped(l, evidence);
}

static bool is_frozen(const struct facts *f, int32_t pid)
{
	for (size_t i = 0; i < f->frozen_count; i++)
		if (f->frozen[i] == pid)
			return true;
	return false;
}

static bool frozen(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	if (!s->facts->frozen_count || !l->holder_count)
		return false;
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (!is_frozen(s->facts, l->holders[i].process->fact->pid))
			return false;
	add_processes(evidence, l);
	add(evidence, ": frozen with the control group");
	return true;
}

static bool zombie(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	const struct holder *h = holder_in_state(l, 'Z');

	(void)s;
	if (!h)
		return false;
	add(evidence, "the main thread of ");
	add_process(evidence, h);
	add(evidence, " has ended, another of its threads holds the socket");
	return true;
}

static bool bound(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	(void)s;
	if (l->key.kind != ROW_BOUND)
		return false;
	if (l->holder_count) {
		add_processes(evidence, l);
		add(evidence, ": ");
	}
	add(evidence, "bound to the port, but not listening");
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
		add_number(evidence, socket->queue_length);
		add(evidence, " connections wait to be accepted, the limit is ");
		add_number(evidence, socket->queue_limit);
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
		add(evidence, ", over IPv6 only");
	else if (l->socket->v6only == TRISTATE_FALSE)
		add(evidence, ", over IPv6 and IPv4");
}

/* "192.168.1.5:3000, [2001:db8::5]:3000 and 2 more" */
static void add_network_addresses(struct buf *evidence, const struct facts *f, const struct listener *l)
{
	uint32_t count = 0;

	for (size_t i = 0; i < f->address_count; i++) {
		struct endpoint e = f->addresses[i];

		if (!exposure_is_reached_at(&l->key.endpoint, l->socket->v6only, &e) || count++ >= ADDRESSES_MAX)
			continue;
		e.port = l->key.endpoint.port;
		buf_add_string(evidence, count > 1 ? ", " : ": ");
		endpoint_add(evidence, &e, NULL);
	}
	add_rest(evidence, count, ADDRESSES_MAX);
	if (!count)
		add(evidence, ": now at loopback and link-local addresses only");
}

static void add_wildcard(struct buf *evidence, const struct facts *f, const struct listener *l)
{
	add(evidence, " answers on every interface");
	add(evidence, f->address_count ? "" : " of this machine");
	add_families(evidence, l);
	if (evidence && f->address_count)
		add_network_addresses(evidence, f, l);
}

static void add_reach(struct buf *evidence, const struct facts *f, const struct listener *l)
{
	add_address(evidence, l);
	if (!endpoint_is_wildcard(&l->key.endpoint)) {
		add(evidence, " is an address that others can reach");
	} else if (l->device) {
		add(evidence, " answers on the interface ");
		add(evidence, l->device);
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

/* d_path() marks an unlinked file; a program that runs from a memfd (runc does) never had a name. */
static bool is_deleted(struct slice link)
{
	return slice_ends(link, " (deleted)") && !slice_starts(link, "/memfd:");
}

static bool deleted(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	(void)s;
	for (uint32_t i = 0; i < l->holder_count; i++) {
		const struct process_fact *p = l->holders[i].process->fact;
		bool is_program = is_deleted(p->exe);

		if (!is_program && !is_deleted(p->cwd))
			continue;
		add_process(evidence, &l->holders[i]);
		add(evidence, is_program ? " runs " : " works in ");
		if (evidence)
			text_escape(evidence, is_program ? p->exe : p->cwd);
		return true;
	}
	return false;
}

static bool is_known_to_be_deaf(const struct facts *f, const struct listener *l)
{
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (!waiting_is_deaf(waiting_find(f, l, l->holders[i].process->fact->pid)))
			return false;
	return true;
}

/* "perl 7 sleeps (clock_nanosleep): no thread waits for connections, and who opened the socket is gone" */
static void add_waits(struct buf *evidence, const struct facts *f, const struct listener *l)
{
	for (uint32_t i = 0; i < l->holder_count && i < WAITS_MAX; i++) {
		add(evidence, i ? ", " : "");
		add_process(evidence, &l->holders[i]);
		add(evidence, " ");
		waiting_add(evidence, waiting_find(f, l, l->holders[i].process->fact->pid));
	}
	add_rest(evidence, l->holder_count, WAITS_MAX);
	add(evidence, ": no thread waits for connections, and who opened the socket is gone");
}

/* Nobody of them serves: whoever did has ended. */
static bool inherited(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (l->holders[i].role != ROLE_LEAKED)
			return false;
	if (!l->holder_count)
		return false;
	if (evidence && is_known_to_be_deaf(s->facts, l)) {
		add_waits(evidence, s->facts, l);
		return true;
	}
	add_processes(evidence, l);
	add(evidence, l->holder_count > 1 ? " never serve" : " never serves");
	add(evidence, ": inherited from a process that has ended");
	return true;
}

static bool leaked(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	const struct holder *server = listener_eldest(l), *heir = NULL;
	uint32_t count = 0;

	(void)s;
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (l->holders[i].role == ROLE_LEAKED && !count++)
			heir = &l->holders[i];
	if (!count || server->role == ROLE_LEAKED)
		return false;
	add_process(evidence, heir);
	add_rest(evidence, count, 1);
	add(evidence, " inherited it from ");
	add_process(evidence, server);
	return true;
}

/* Never by parent 1 alone: every daemon has that. In a container or a service others look after it. */
static bool orphan(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	const struct holder *h = listener_eldest(l);
	const struct process *p = h ? h->process : NULL;
	const uint8_t all = PROCESS_LEADER_GONE | PROCESS_ADOPTED;

	(void)s;
	if (!p || h->role == ROLE_LEAKED || (p->fact->ties & all) != all || p->fact->tty_device ||
	    p->fact->unknown & PROCESS_CGROUP_HIDDEN ||
	    p->cgroup.kind == UNIT_SERVICE || p->container)
		return false;
	add_process(evidence, h);
	add(evidence, " has no terminal, the leader of its session (");
	add_number(evidence, (uint64_t)p->fact->session);
	add(evidence, ") is gone, its parent is ");
	add_number(evidence, (uint64_t)p->fact->ppid);
	return true;
}

static void add_reason(struct buf *evidence, const struct listener *l)
{
	if (l->user) {
		add(evidence, "a socket of ");
		add(evidence, l->user);
		add(evidence, "; ");
	}
	add(evidence, l->owner.reason);
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

static void add_leftover_time(struct buf *evidence, const struct listener *l)
{
	if (l->expires_ms >= 0) {
		add(evidence, listener_sockets(l) > 1 ? ", the last is gone in " : ", gone in ");
		add_number(evidence, ((uint64_t)l->expires_ms + 999) / 1000);
		add(evidence, " s");
	} else if (l->socket->state == SOCKET_CLOSE_WAIT) {
		add(evidence, ": the peer has closed, this side never did");
	} else {
		add(evidence, ": waits for its peer");
	}
}

static bool leftover(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	(void)s;
	if (l->key.kind != ROW_LEFTOVER && l->key.kind != ROW_CLIENT_LEFTOVER)
		return false;
	if (l->holder_count) {
		add_processes(evidence, l);
		add(evidence, ": ");
	}
	add_number(evidence, listener_sockets(l));
	add(evidence, listener_sockets(l) > 1 ? " sockets, " : " socket in ");
	add(evidence, listener_sockets(l) > 1 ? "the longest-lived in " : "");
	add(evidence, socket_state_name(l->socket->state));
	add_leftover_time(evidence, l);
	return true;
}

/* UDP sockets and bound ones may be clients that were given such a port: only LISTEN is surely a server. */
static bool ephemeral(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	if (!l->is_ephemeral || l->key.kind != ROW_LISTENER || l->socket->state != SOCKET_LISTEN)
		return false;
	add(evidence, "the kernel gives ports from ");
	add_number(evidence, s->facts->limits.ephemeral_low);
	add(evidence, " to ");
	add_number(evidence, s->facts->limits.ephemeral_high);
	add(evidence, " to outgoing connections");
	return true;
}

static const struct health_rule rules[MARK_COUNT] = {
	{ MARK_STOPPED, "stopped", 'z', "every process that holds it is stopped: nobody answers",
	  "continue it (fg in its terminal, or kill -CONT), or kill it", stopped },
	{ MARK_FROZEN, "frozen", '*', "every process that holds it is frozen: nobody answers, signals wait",
	  "thaw it: docker unpause, systemctl thaw, or 0 into its cgroup.freeze", frozen },
	{ MARK_ZOMBIE, "zombie", 'Z', "its process has ended but for a thread that holds the socket",
	  "kill the process once more: the signal reaches its other threads", zombie },
	{ MARK_BOUND, "bound", 'b', "the port is reserved, but nobody listens",
	  "if it stays so, the server hangs or failed while starting: restart it", bound },
	{ MARK_STUCK, "stuck", 'F', "its accept queue stays full: it accepts nobody",
	  "see what the server is busy with (a debugger, a deadlock), or restart it", NULL },
	{ MARK_FULL, "full", 'f', "its accept queue is full: new connections time out",
	  "the server does not accept: see what it is busy with, or restart it", full },
	{ MARK_INHERITED, "inherited", 'i', "its server has ended, what is left never answers",
	  "kill what inherited it: that frees the port", inherited },
	{ MARK_EXPOSED, "exposed", '!', "reachable from the network",
	  "bind it to 127.0.0.1 or ::1 if only this machine shall reach it", exposed },
	{ MARK_DELETED, "deleted", 'd', "its program or its directory was deleted",
	  "restart it from what is there now", deleted },
	{ MARK_ORPHAN, "orphan", 'o', "whoever started it is gone, and nobody looks after it",
	  "kill it, or run it as a service if it shall stay", orphan },
	{ MARK_LEAKED, "leaked", 'l', "another program inherited it, and keeps the port when the server ends",
	  "open the socket with SOCK_CLOEXEC in the server, or end both", leaked },
	{ MARK_RESPAWNED, "respawned", 'r', "it was started again: another process has the port",
	  "if it keeps crashing, see its output; to end it, end who starts it again", NULL },
	{ MARK_INFERRED, "inferred", '?', "its holder could not be seen, its cgroup tells whose it is",
	  "run with sudo to see the holder", inferred },
	{ MARK_HIDDEN, "hidden", '?', "its owner could not be seen", NULL, hidden },
	{ MARK_UNHELD, "unheld", 'u', "no process has it open",
	  "lotop why tells where it may be: in the kernel, a message, or an io_uring", unheld },
	{ MARK_LEFTOVER, "leftover", 't', "what closed connections left behind",
	  "set SO_REUSEADDR in the server, or wait; a CLOSE-WAIT ends with its process", leftover },
	{ MARK_EPHEMERAL, "ephemeral", 'e', "an outgoing connection may take this port when it is free",
	  "use a port outside of that range, or reserve it: net.ipv4.ip_local_reserved_ports", ephemeral },
	{ MARK_IDLE, "idle", '.', "nobody has connected to it for a while",
	  "end it if it is not needed any more", NULL },
};

const struct health_rule *health_rule(enum mark mark)
{
	return &rules[mark];
}

const struct health_rule *health_main(uint32_t marks)
{
	for (int mark = 0; mark < MARK_COUNT; mark++)
		if (marks >> mark & 1)
			return &rules[mark];
	return NULL;
}

uint32_t health_judge(const struct snapshot *s, const struct listener *l)
{
	uint32_t marks = 0;

	for (int mark = 0; mark < MARK_COUNT; mark++)
		if (rules[mark].holds && rules[mark].holds(s, l, NULL))
			marks |= 1u << mark;
	return marks;
}
