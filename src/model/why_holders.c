/* Owns what can be said about holders from what their threads wait for. A busy server does not wait either,
 * for a moment: so this is evidence, and an answer only together with more. */
#include "model/why_holders.h"

#include "model/role.h"

enum { NAMED_MAX = 4 };

static const struct probe_waiter *find(const struct why_scene *c, const struct holder *h)
{
	for (uint32_t i = 0; i < c->probe->waiter_count; i++)
		if (c->probe->waiters[i].pid == h->process->fact->pid)
			return &c->probe->waiters[i];
	return NULL;
}

bool holders_are_deaf(const struct why_scene *c)
{
	const struct listener *l = scene_listener(c);

	for (uint32_t i = 0; l && i < l->holder_count; i++) {
		const struct probe_waiter *w = find(c, &l->holders[i]);

		if (!w || w->is_waiting != TRISTATE_FALSE)
			return false;
	}
	return l && l->holder_count;
}

/* Who opens a socket by itself mostly closes it on exec; who got it by exec cannot have. */
bool holders_are_heirs(const struct why_scene *c)
{
	const struct listener *l = scene_listener(c);

	if (!holders_are_deaf(c))
		return false;
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (find(c, &l->holders[i])->is_inheritable != TRISTATE_TRUE ||
		    !(l->holders[i].process->fact->ties & PROCESS_ADOPTED))
			return false;
	return true;
}

void holders_explain_waiting(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	for (uint32_t i = 0; l && i < l->holder_count; i++) {
		const struct process *p = l->holders[i].process;
		const struct probe_waiter *w = find(c, &l->holders[i]);

		if (!w || w->is_waiting == TRISTATE_UNKNOWN)
			continue;
		if (w->is_waiting == TRISTATE_TRUE)
			draft_line(d, "%s %d waits for connections", p->name, (int)p->fact->pid);
		else if (w->does)
			draft_line(d, "%s %d %s, and does not wait for connections", p->name,
				   (int)p->fact->pid,
				   w->does);
		else
			draft_line(d, "%s %d does not wait for connections", p->name, (int)p->fact->pid);
	}
}

void holders_explain(struct why_draft *d, const struct listener *l)
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
