/* Owns the cases in which somebody listens and cannot answer, as the scan alone shows them: stopped, frozen,
 * a full queue, no descriptors left. The evidence of a mark is health's. */
#include "model/why_rule.h"

#include "model/health.h"
#include "model/why_holders.h"

static bool has_mark(const struct why_scene *c, enum mark mark, struct buf *evidence)
{
	const struct listener *l = scene_listener(c);

	return l && health_rule(mark)->holds(c->snapshot, l, evidence);
}

static void add_mark_evidence(const struct why_scene *c, struct why_draft *d, enum mark mark)
{
	struct buf line = { 0 };

	has_mark(c, mark, &line);
	draft_line(d, "%s", buf_string(&line));
	buf_done(&line);
}

/* "127.0.0.1:3000 is held by node 4211 (alice)" */
static void add_held(const struct why_scene *c, struct buf *out)
{
	const struct listener *l = scene_listener(c);

	scene_add_endpoint(out, c, &l->key.endpoint);
	buf_add_string(out, " is held by ");
	scene_add_owner(out, l);
}

static bool stopped(const struct why_scene *c, struct why_draft *d)
{
	if (!has_mark(c, MARK_STOPPED, NULL))
		return false;
	add_held(c, &d->answer);
	buf_add_string(&d->answer, ", which is stopped: it keeps the port and answers nobody");
	add_mark_evidence(c, d, MARK_STOPPED);
	return true;
}

static bool frozen(const struct why_scene *c, struct why_draft *d)
{
	bool is_marked = has_mark(c, MARK_FROZEN, NULL);

	if (!is_marked && (!scene_listener(c) || c->probe->process.is_frozen != TRISTATE_TRUE))
		return false;
	add_held(c, &d->answer);
	buf_add_string(&d->answer, ", whose control group is frozen: it answers nobody, and signals wait");
	if (is_marked)
		add_mark_evidence(c, d, MARK_FROZEN);
	else
		draft_line(d, "cgroup.events of its group says frozen 1");
	return true;
}

/* The attempt shows an overflow also where the queue was emptied meanwhile. */
static bool queue_full(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = &c->probe->attempt;
	bool is_marked = has_mark(c, MARK_FULL, NULL);

	if (!is_marked && (!a->to.family || !a->error || !a->drops || !a->counters.listen_overflows))
		return false;
	if (!scene_listener(c))
		return false;
	add_held(c, &d->answer);
	buf_add_string(&d->answer, ", which accepts nobody: its queue is full, new connections time out");
	if (is_marked)
		add_mark_evidence(c, d, MARK_FULL);
	if (a->to.family && a->drops)
		draft_line(d, "it dropped %u of our packets; ListenOverflows grew by %u", a->drops,
			   a->counters.listen_overflows);
	holders_explain_waiting(c, d);
	return true;
}

static bool descriptor_limit(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_process *p = &c->probe->process;

	if (!scene_listener(c) || !p->fd_limit || p->fds < p->fd_limit)
		return false;
	add_held(c, &d->answer);
	buf_add_string(&d->answer, ", which has no descriptor left: it cannot accept any connection");
	draft_line(d, "%u descriptors are open, the limit is %u", p->fds, p->fd_limit);
	return true;
}

static bool zombie(const struct why_scene *c, struct why_draft *d)
{
	if (!has_mark(c, MARK_ZOMBIE, NULL))
		return false;
	add_held(c, &d->answer);
	buf_add_string(&d->answer, ", whose main thread has ended: another thread keeps the port");
	add_mark_evidence(c, d, MARK_ZOMBIE);
	return true;
}

const struct why_rule why_server[] = {
	{ "stopped", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "continue it (fg in its terminal, or kill -CONT), or kill it", stopped },
	{ "frozen", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "thaw it: docker unpause, systemctl thaw, or 0 into its cgroup.freeze", frozen },
	{ "queue_full", SEVERITY_PROBLEM, QUESTION_REACH,
	  "see what the server is busy with (a debugger, a deadlock), or restart it", queue_full },
	{ "descriptor_limit", SEVERITY_PROBLEM, QUESTION_REACH,
	  "raise its limit (ulimit -n, LimitNOFILE=), or look for a leak of descriptors", descriptor_limit },
	{ "zombie", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "kill the process once more: the signal reaches its other threads",
	  zombie },
	{ 0 },
};
