/* Owns the marks that need a memory: stuck, respawned, idle, and how long bound is no news. The tracker
 * keeps one memory for each row and tells it what happened. Knows no rows and no screen. */
#include "model/recall.h"

#include "base/clock.h"
#include "model/snapshot.h"

enum { STUCK_LOOKS = 2 };

void recall_open(struct recall *r, int64_t now_ms, bool was_there)
{
	const struct recall before = *r;

	*r = (struct recall){ .opened_ms = was_there ? 0 : now_ms, .idle_ms = before.idle_ms };
	r->respawned_ms = before.respawned_ms;
	r->respawned_first_ms = before.respawned_first_ms;
	r->respawns = before.respawns;
	r->pid_before = before.pid_before;
}

static bool is_server(const struct listener *l)
{
	return l->key.kind == ROW_LISTENER && l->socket->state == SOCKET_LISTEN;
}

static void look_at_queue(struct recall *r, const struct listener *l, int64_t now_ms)
{
	if (!(l->marks >> MARK_FULL & 1)) {
		r->full_since_ms = 0;
		r->full_looks = 0;
		return;
	}
	if (!r->full_since_ms || now_ms < r->full_since_ms)
		r->full_since_ms = now_ms;
	r->full_looks++;
}

static void look_at_clients(struct recall *r, const struct listener *l, int64_t now_ms)
{
	if (!is_server(l) || l->clients || l->queue_length)
		r->quiet_since_ms = 0;       /* also where they were not counted */
	else if (!r->quiet_since_ms || now_ms < r->quiet_since_ms)
		r->quiet_since_ms = now_ms;
}

void recall_look(struct recall *r, const struct listener *l, int64_t now_ms)
{
	look_at_queue(r, l, now_ms);
	look_at_clients(r, l, now_ms);
}

static bool is_fresh(int64_t then_ms, int64_t now_ms)
{
	return then_ms && now_ms >= then_ms && now_ms - then_ms < RECALL_RESPAWN_MS;
}

void recall_respawn(struct recall *r, const struct listener *before, int64_t now_ms)
{
	const struct holder *eldest = listener_eldest(before);

	if (!is_fresh(r->respawned_ms, now_ms)) {
		r->respawns = 0;
		r->respawned_first_ms = now_ms;
	}
	r->respawns++;
	r->respawned_ms = now_ms;
	r->pid_before = eldest ? eldest->process->fact->pid : 0;
}

static bool is_idle(const struct recall *r, int64_t now_ms)
{
	int64_t enough_ms = r->idle_ms ? r->idle_ms : RECALL_IDLE_MS;

	return r->quiet_since_ms && now_ms - r->quiet_since_ms >= enough_ms;
}

uint32_t recall_marks(const struct recall *r, const struct listener *l, int64_t now_ms)
{
	bool is_young = r->opened_ms && now_ms >= r->opened_ms && now_ms - r->opened_ms < RECALL_MOMENT_MS;
	uint32_t marks = l->marks;

	if (is_young)
		marks &= ~(1u << MARK_BOUND);
	if (r->full_looks >= STUCK_LOOKS)
		marks |= 1u << MARK_STUCK;
	if (is_fresh(r->respawned_ms, now_ms))
		marks |= 1u << MARK_RESPAWNED;
	if (is_idle(r, now_ms))
		marks |= 1u << MARK_IDLE;
	return marks;
}

static void add_stuck(struct buf *out, const struct recall *r, const struct listener *l, int64_t now_ms)
{
	buf_printf(out, "in each of %u looks over ", r->full_looks);
	clock_add_duration(out, now_ms - r->full_since_ms);
	buf_printf(out, " its accept queue was full: %u wait, the limit is %u", l->queue_length,
		   l->queue_limit);
}

static void add_respawned(struct buf *out, const struct recall *r, const struct listener *l, int64_t now_ms)
{
	const struct holder *eldest = listener_eldest(l);

	buf_printf(out, "%u time%s in ", r->respawns, r->respawns == 1 ? "" : "s");
	clock_add_duration(out, now_ms - r->respawned_first_ms);
	buf_printf(out, ", the last one ");
	clock_add_duration(out, now_ms - r->respawned_ms);
	buf_add_string(out, " ago");
	if (eldest)
		buf_printf(out, ", by %s %d", eldest->process->name, (int)eldest->process->fact->pid);
	if (r->pid_before)
		buf_printf(out, "; before it was %d", (int)r->pid_before);
}

static void add_idle(struct buf *out, const struct recall *r, int64_t now_ms)
{
	buf_add_string(out, "no connection in any look for ");
	clock_add_duration(out, now_ms - r->quiet_since_ms);
	buf_add_string(out, "; short ones may have been missed");
}

void recall_explain(const struct recall *r, enum mark mark, const struct listener *l, int64_t now_ms,
		    struct buf *evidence)
{
	if (mark == MARK_STUCK)
		add_stuck(evidence, r, l, now_ms);
	else if (mark == MARK_RESPAWNED)
		add_respawned(evidence, r, l, now_ms);
	else if (mark == MARK_IDLE)
		add_idle(evidence, r, now_ms);
}
