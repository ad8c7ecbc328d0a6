/* Owns what is told after the signal: the exit as the pidfd shows it, the port as the kernel's lookup or
 * a scan that began after the exit shows it, never by assumption. The port is watched a while longer,
 * because supervisors bind it again. Signals nothing. */
#include "action/kill.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "action/armed.h"
#include "action/objection.h"
#include "action/phrase.h"
#include "action/supervisor.h"

/* A scan may have been under way when the process exited; the one after it was not. */
enum { SCANS_TO_BELIEVE = 2 };

/* Behind the exit: how long it took. */
static void set_exit(const struct kill *k, char *out, size_t size)
{
	int64_t took_ms = k->exited_ms - k->sent_ms;

	if (took_ms < 1000)
		phrase_set(out, size, "%s exited after %d ms", k->who, (int)took_ms);
	else
		phrase_set(out, size, "%s exited after %lld.%d s", k->who, (long long)(took_ms / 1000),
			   (int)(took_ms % 1000 / 100));
}

static void tell_running(const struct kill *k, enum port_fate fate, const struct target_status *now,
			 struct kill_status *next)
{
	const char *name = kill_signal_name(next->signal);
	char effect[KILL_TEXT];
	bool has_effect = objection_effect(now, next->signal, effect, sizeof effect);
	const char *release = fate == PORT_FREE ? ", it has released " : "";
	const char *what = fate == PORT_FREE ? k->where : "";

	next->has_released = fate == PORT_FREE;
	if (has_effect && (now->state == 'T' || now->state == 't')) {
		next->phase = KILL_PENDING;
		phrase_set(next->text, sizeof next->text, "%s sent to %s, but it %s", name, k->who, effect);
	} else if (next->signal == KILL_BY_REMEDY) {
		next->phase = next->elapsed_ms < KILL_GRACE_MS ? KILL_SENT : KILL_STILL_RUNNING;
		phrase_set(next->text, sizeof next->text, "%s: %s is still running", k->plan.remedy, k->who);
	} else if (next->elapsed_ms < KILL_GRACE_MS) {
		next->phase = KILL_SENT;
		phrase_set(next->text, sizeof next->text, "%s sent to %s%s%s", name, k->who, release, what);
	} else if (next->signal == SIGKILL) {
		next->phase = KILL_STILL_RUNNING;
		phrase_set(next->text, sizeof next->text, "%s is still there %d s after KILL: the kernel has "
			   "not let it go (state %c)", k->who, KILL_GRACE_MS / 1000, now->state);
	} else {
		next->phase = KILL_STILL_RUNNING;
		phrase_set(next->text, sizeof next->text, "%s is still running after %d s%s%s%s%s: K to kill",
			   k->who, KILL_GRACE_MS / 1000, release, what, has_effect ? ", it " : "", effect);
	}
}

static bool is_killed_one(const struct kill *k, const struct process_fact *p)
{
	return p->pid == k->plan.id.pid && p->start_time == k->plan.id.start_time;
}

static const struct process *other_holder(const struct kill *k, const struct listener *row)
{
	for (uint32_t i = 0; row && i < row->holder_count; i++)
		if (!is_killed_one(k, row->holders[i].process->fact))
			return row->holders[i].process;
	return NULL;
}

/* The nearest one who was above the old process and is above the new one has brought it back: whoever is further up is
 * not what happened, even where it is known for restarting. The leader of a session is left out where nothing else
 * speaks for it: a shell in which somebody has just started it by hand. */
static const struct ancestor *find_restarter(const struct kill *k, const struct lineage *line)
{
	const struct ancestor *common = lineage_common(&k->line, line);

	if (!common)
		return lineage_restarter(line);
	return common->known_as || !common->leads_session ? common : NULL;
}

static void name_restarter(const struct kill *k, const struct process *by, const struct lineage *line,
			   struct kill_status *next)
{
	const struct ancestor *restarter = find_restarter(k, line);
	struct supervisor supervisor;

	supervisor_guess(line, by, &supervisor);
	if (restarter) {
		next->restarter_pid = restarter->pid;
		phrase_set(next->restarter, sizeof next->restarter, "%s %d", ancestor_title(restarter), restarter->pid);
	} else if (*supervisor.service || *supervisor.container) {
		phrase_set(next->restarter, sizeof next->restarter, "%s",
			   *supervisor.service ? supervisor.service : supervisor.container);
	}
}

/* ", restarted by npm 12"; who came in between is told, too: "sh 13 -> node 34". */
static void tell_back(const struct kill *k, const struct process *by, const struct lineage *line,
		      struct kill_status *next)
{
	const struct ancestor *parent = line->count ? &line->line[0] : NULL;
	bool is_between = parent && next->restarter_pid && parent->pid != next->restarter_pid;
	char chain[64] = "", cause[110] = "";

	if (is_between)
		phrase_set(chain, sizeof chain, "%s %d -> ", parent->name, parent->pid);
	if (*next->restarter)
		phrase_set(cause, sizeof cause, ", restarted by %s", next->restarter);
	else if (parent)
		phrase_set(cause, sizeof cause, ", started by %s %d", parent->name, parent->pid);
	phrase_set(next->text, sizeof next->text, "%s is back: %s%s %d%s", k->where, chain, by->name,
		   by->fact->pid, cause);
}

static void tell_taken(const struct kill *k, const struct snapshot *s, const struct listener *row,
		       struct kill_status *next)
{
	const struct process *by = other_holder(k, row);
	struct lineage line;

	next->phase = KILL_CAME_BACK;
	next->is_final = true;
	if (!by) {
		phrase_set(next->text, sizeof next->text, "%s is back, held by a process that cannot be seen",
			   k->where);
		return;
	}
	lineage_read(k->platform, s, by->fact, &line);
	next->new_pid = by->fact->pid;
	name_restarter(k, by, &line, next);
	tell_back(k, by, &line, next);
}

/* The scan's part of the story: names for what the lookup only knows as sockets. */
static void note_sibling(struct kill *k, const struct listener *row)
{
	const struct process *sibling = other_holder(k, row);

	if (!sibling)
		return;
	k->sibling_pid = sibling->fact->pid;
	phrase_set(k->sibling, sizeof k->sibling, "%s %d", sibling->name, sibling->fact->pid);
}

static bool is_leftover_of(const struct kill *k, const struct listener *l)
{
	const struct endpoint *e = &l->key.endpoint, *port = &k->plan.key.endpoint;

	return l->key.kind == ROW_LEFTOVER && !l->socket->inode && e->netns == port->netns && e->port == port->port &&
	       e->protocol == port->protocol;
}

/* Told once: a countdown in the status line would be news every second. */
static void note_leftovers(struct kill *k, const struct snapshot *s)
{
	const struct listener *last = NULL;
	uint32_t count = 0;
	int64_t left_ms;

	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (!is_leftover_of(k, l))
			continue;
		count += listener_sockets(l);
		if (!last || l->expires_wall_ms > last->expires_wall_ms)
			last = l;
	}
	if (!last || *k->leftovers)
		return;
	left_ms = listener_expires_ms(last, s->facts->wall_ms);
	phrase_set(k->leftovers, sizeof k->leftovers,
		   left_ms < 0 ? "; %u %s leftover%s" : "; %u %s leftover%s for %lld s", count,
		   socket_state_name(last->socket->state), count == 1 ? "" : "s",
		   ((long long)left_ms + 999) / 1000);
}

static void tell_held(const struct kill *k, struct kill_status *next)
{
	char exit[100];

	set_exit(k, exit, sizeof exit);
	next->phase = KILL_STILL_HELD;
	next->new_pid = k->sibling_pid;
	phrase_set(next->text, sizeof next->text, "%s, but %s is still held by %s", exit, k->where,
		   *k->sibling ? k->sibling : "a process that cannot be seen");
}

static void tell_released(const struct kill *k, struct kill_status *next)
{
	char exit[100];

	set_exit(k, exit, sizeof exit);
	next->phase = KILL_RELEASED;
	phrase_set(next->text, sizeof next->text, "%s, %s is free%s", exit, k->where, k->leftovers);
}

static void tell_exit(const struct kill *k, struct kill_status *next)
{
	char exit[100];

	set_exit(k, exit, sizeof exit);
	next->phase = KILL_EXITED;
	phrase_set(next->text, sizeof next->text,
		   next->is_final ? "%s; whether %s is free could not be seen" : "%s", exit, k->where);
}

/* What is known about the port in this step. */
struct sight {
	const struct snapshot *snapshot; /* NULL: no new scan */
	const struct listener *row;      /* in it; NULL: none */
	enum port_fate seen;             /* in it */
	enum port_fate fate;             /* the verdict: the kernel's, or of scans where it cannot be asked */
};

static struct sight look(struct kill *k, const struct snapshot *s)
{
	struct sight sight = { .snapshot = s, .fate = portwatch_ask(&k->port) };

	if (s)
		sight.seen = portwatch_see(&k->port, s, &sight.row);
	if (s && k->has_exited && ++k->scans >= SCANS_TO_BELIEVE)
		k->seen = sight.seen;
	if (sight.fate == PORT_UNKNOWN)
		sight.fate = k->seen;
	return sight;
}

/* Names come from scans: until one has shown who it is, only the exit is told. */
static void tell_exited(struct kill *k, const struct sight *sight, struct kill_status *next)
{
	if (sight->snapshot && sight->fate == PORT_HELD)
		note_sibling(k, sight->row);
	if (sight->snapshot && sight->fate == PORT_FREE)
		note_leftovers(k, sight->snapshot);
	if (sight->fate == PORT_TAKEN && (sight->seen == PORT_TAKEN || next->is_final))
		tell_taken(k, sight->snapshot, sight->seen == PORT_TAKEN ? sight->row : NULL, next);
	else if (sight->fate == PORT_HELD && (*k->sibling || next->is_final))
		tell_held(k, next);
	else if (sight->fate == PORT_FREE)
		tell_released(k, next);
	else
		tell_exit(k, next);
}

static void check_exit(struct kill *k, int64_t now_ms, struct target_status *now)
{
	if (k->has_exited || k->platform->ops->target_check(k->platform, k->target, now) || !now->has_exited)
		return;
	k->has_exited = true;
	k->exited_ms = now_ms;
}

bool kill_step(struct kill *k, const struct snapshot *s, int64_t now_ms, struct kill_status *status)
{
	struct kill_status next = { .signal = k->status.signal, .elapsed_ms = now_ms - k->sent_ms };
	struct target_status now = { .state = '?' };
	struct sight sight;

	*status = k->status;
	if (!k->awaits_end || k->status.is_final)
		return false;
	check_exit(k, now_ms, &now);
	sight = look(k, s);
	next.is_final = k->has_exited && now_ms - k->exited_ms >= KILL_WATCH_MS;
	if (k->has_exited)
		tell_exited(k, &sight, &next);
	else
		tell_running(k, sight.fate, &now, &next);
	return armed_tell(k, &next, status);
}
