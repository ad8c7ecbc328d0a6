/* Owns the rules about those who have a socket open: whether they can answer, where they come from, and what
 * they run. A rule sees one row of one snapshot, has no memory and does not guess: what the facts do not show
 * is not marked. */
#include "model/health_rule.h"

#include "base/text.h"
#include "model/evidence.h"
#include "model/snapshot.h"
#include "model/waiting.h"

enum { WAITS_MAX = 2 };                          /* of processes whose waits one line tells */

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
	evidence_add_processes(evidence, l);
	evidence_add(evidence, holder_in_state(l, 'T') ? ": stopped by a signal" : ": stopped by a debugger");
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
	evidence_add_processes(evidence, l);
	evidence_add(evidence, ": frozen with the control group");
	return true;
}

static bool zombie(const struct snapshot *s, const struct listener *l, struct buf *evidence)
{
	const struct holder *h = holder_in_state(l, 'Z');

	(void)s;
	if (!h)
		return false;
	evidence_add(evidence, "the main thread of ");
	evidence_add_process(evidence, h);
	evidence_add(evidence, " has ended, another of its threads holds the socket");
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
		evidence_add_process(evidence, &l->holders[i]);
		evidence_add(evidence, is_program ? " runs " : " works in ");
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
		evidence_add(evidence, i ? ", " : "");
		evidence_add_process(evidence, &l->holders[i]);
		evidence_add(evidence, " ");
		waiting_add(evidence, waiting_find(f, l, l->holders[i].process->fact->pid));
	}
	evidence_add_rest(evidence, l->holder_count, WAITS_MAX);
	evidence_add(evidence, ": no thread waits for connections, and who opened the socket is gone");
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
	evidence_add_processes(evidence, l);
	evidence_add(evidence, l->holder_count > 1 ? " never serve" : " never serves");
	evidence_add(evidence, ": inherited from a process that has ended");
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
	evidence_add_process(evidence, heir);
	evidence_add_rest(evidence, count, 1);
	evidence_add(evidence, " inherited it from ");
	evidence_add_process(evidence, server);
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
	evidence_add_process(evidence, h);
	evidence_add(evidence, " has no terminal, the leader of its session (");
	evidence_add_number(evidence, (uint64_t)p->fact->session);
	evidence_add(evidence, ") is gone, its parent is ");
	evidence_add_number(evidence, (uint64_t)p->fact->ppid);
	return true;
}

const struct health_rule health_processes[] = {
	{ "stopped", 10, MARK_STOPPED, 'z', "every process that holds it is stopped: nobody answers",
	  "continue it (fg in its terminal, or kill -CONT), or kill it", stopped },
	{ "frozen", 20, MARK_FROZEN, '*',
	  "every process that holds it is frozen: nobody answers, signals wait",
	  "thaw it: docker unpause, systemctl thaw, or 0 into its cgroup.freeze", frozen },
	{ "zombie", 30, MARK_ZOMBIE, 'Z', "its process has ended but for a thread that holds the socket",
	  "kill the process once more: the signal reaches its other threads", zombie },
	{ "inherited", 70, MARK_UNNAMED, 'i', "its server has ended, what is left never answers",
	  "kill what inherited it: that frees the port", inherited },
	{ "deleted", 90, MARK_DELETED, 'd', "its program or its directory was deleted",
	  "restart it from what is there now", deleted },
	{ "orphan", 100, MARK_ORPHAN, 'o', "whoever started it is gone, and nobody looks after it",
	  "kill it, or run it as a service if it shall stay", orphan },
	{ "leaked", 110, MARK_UNNAMED, 'l',
	  "another program inherited it, and keeps the port when the server ends",
	  "open the socket with SOCK_CLOEXEC in the server, or end both", leaked },
	{ "respawned", 120, MARK_RESPAWNED, 'r', "it was started again: another process has the port",
	  "if it keeps crashing, see its output; to end it, end who starts it again", NULL },
	{ 0 },
};
