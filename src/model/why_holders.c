/* Owns what can be said about holders from what their threads wait for. A busy server does not wait either,
 * for a moment: so this is evidence, and an answer only together with more. */
#include "model/why_holders.h"

#include <string.h>
#include "model/role.h"
#include "model/waiting.h"

enum { NAMED_MAX = 4 };

/* The probe's own look is the newer one; a recording has that of the scan. */
static const struct wait_fact *find(const struct why_scene *c, const struct listener *l,
				    const struct holder *h)
{
	int32_t pid = h->process->fact->pid;

	for (uint32_t i = 0; i < c->probe->waiter_count; i++)
		if (c->probe->waiters[i].pid == pid)
			return &c->probe->waiters[i];
	return waiting_find(c->snapshot->facts, l, pid);
}

static void explain(struct why_draft *d, const struct process *p, const struct wait_fact *wait)
{
	struct buf line = { 0 };

	buf_printf(&line, "%s %d ", p->name, (int)p->fact->pid);
	waiting_add(&line, wait);
	if (wait->is_waiting == TRISTATE_FALSE)
		buf_add_string(&line, ", and no thread of it waits for connections");
	draft_line(d, "%s", buf_string(&line));
	buf_done(&line);
}

void holders_explain_waiting(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	for (uint32_t i = 0; l && i < l->holder_count && i < NAMED_MAX; i++) {
		const struct process *p = l->holders[i].process;
		const struct wait_fact *wait = find(c, l, &l->holders[i]);

		if (wait && wait->error)
			draft_line(d, "what %s %d waits for could not be seen (%s): run with sudo", p->name,
				   (int)p->fact->pid, strerror(wait->error));
		else if (wait && wait->is_waiting != TRISTATE_UNKNOWN)
			explain(d, p, wait);
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
