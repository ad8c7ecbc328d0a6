/* Owns the proof that a holder does not serve. Refuses to say what it is instead: role.c does. */
#include "model/heir.h"

#include <string.h>
#include "base/path.h"
#include "model/waiting.h"

bool heir_is_same_program(const struct process *a, const struct process *b)
{
	if (!a->fact->exe.len || !b->fact->exe.len)
		return !strcmp(a->name, b->name);
	return slice_equal(path_without_deleted(a->fact->exe), path_without_deleted(b->fact->exe));
}

static const struct process *find_process(const struct listener *row, int32_t pid)
{
	for (uint32_t i = 0; i < row->holder_count; i++)
		if (row->holders[i].process->fact->pid == pid)
			return row->holders[i].process;
	return NULL;
}

/* The next holder that is seen to wait for connections; NULL at the end. */
static const struct process *next_serving(const struct heir_case *c, size_t *at)
{
	while (*at < c->facts->wait_count) {
		const struct wait_fact *wait = &c->facts->waits[(*at)++];

		if (wait->is_waiting == TRISTATE_TRUE && waiting_find(c->facts, c->row, wait->pid) == wait)
			return find_process(c->row, wait->pid);
	}
	return NULL;
}

bool heir_program_serves(const struct heir_case *c, const struct process *p)
{
	const struct process *other;

	for (size_t at = 0; (other = next_serving(c, &at));)
		if (heir_is_same_program(p, other))
			return true;
	return false;
}

/* It opened the socket for another program. */
static bool has_serving_child(const struct heir_case *c, const struct process *p)
{
	const struct process *other;

	for (size_t at = 0; (other = next_serving(c, &at));)
		if (other->fact->ppid == p->fact->pid)
			return true;
	return false;
}

/* Masters wait for their workers, and workers for each other: all of a program are deaf, or nobody is. */
static bool is_program_deaf(const struct heir_case *c, const struct process *p)
{
	for (uint32_t i = 0; i < c->row->holder_count; i++) {
		const struct process *other = c->row->holders[i].process;

		if (heir_is_same_program(p, other) &&
		    !waiting_is_deaf(waiting_find(c->facts, c->row, other->fact->pid)))
			return false;
	}
	return true;
}

/* A server between two connections may write its log, ask a database, or hang in a lock: that is no sign
 * of an heir. */
static bool is_at_rest(uint8_t kind)
{
	return kind == WAIT_EVENTS || kind == WAIT_SLEEP || kind == WAIT_SIGNAL || kind == WAIT_CHILD ||
	       kind == WAIT_READ;
}

/* Who opens a socket by itself mostly closes it on exec; who got it by exec cannot have. But some, Node
 * among them, set that for all they find when they start: they are event loops, and what they open
 * themselves their loop watches. */
static bool is_proven(const struct heir_case *c, const struct process *p, const struct wait_fact *wait)
{
	return is_at_rest(wait->kind) &&
	       (wait->is_inheritable == TRISTATE_TRUE || wait->kind == WAIT_EVENTS) &&
	       (wait->is_adopted || find_process(c->row, p->fact->ppid));
}

/* The same process with the same socket. */
static const struct holder *find_before(const struct heir_case *c, const struct process_fact *p)
{
	const struct listener *before = c->before;

	if (!before || !before->socket->cookie || before->socket->cookie != c->row->socket->cookie)
		return NULL;
	for (uint32_t i = 0; i < before->holder_count; i++) {
		const struct process_fact *other = before->holders[i].process->fact;

		if (other->pid == p->pid && other->start_time == p->start_time)
			return &before->holders[i];
	}
	return NULL;
}

bool heir_is_one(const struct heir_case *c, const struct holder *h)
{
	const struct process *p = h->process;
	const struct wait_fact *wait = waiting_find(c->facts, c->row, p->fact->pid);
	const struct holder *before = find_before(c, p->fact);

	if (before && before->role == ROLE_LEAKED)
		return !waiting_may_serve(wait);
	if (!waiting_is_deaf(wait) || p->fact->group == p->fact->pid || !is_program_deaf(c, p) ||
	    has_serving_child(c, p))
		return false;
	return (before && before->role == ROLE_WORKER) || is_proven(c, p, wait);
}
