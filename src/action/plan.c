/* Owns what a user is told before a signal is sent: who, what it holds, and who would start it again.
 * Everything comes from one snapshot; unknown is said, or left out. Refuses to judge (objection.c). */
#include "action/plan.h"

#include <stdarg.h>
#include <string.h>
#include "action/lineage.h"
#include "action/phrase.h"
#include "action/supervisor.h"
#include "base/buf.h"

static uint32_t count_named(const struct listener *l, const char *name)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < l->holder_count; i++)
		count += !strcmp(l->holders[i].process->name, name);
	return count;
}

/* Who may serve goes before who never does, or opened the socket for others. */
static bool is_better(const struct listener *l, const struct process *a, const struct process *b)
{
	uint32_t same_as_a = count_named(l, a->name), same_as_b = count_named(l, b->name);

	if ((a->habit == HABIT_NONE) != (b->habit == HABIT_NONE))
		return a->habit == HABIT_NONE;
	return same_as_a != same_as_b ? same_as_a > same_as_b : a->fact->start_time < b->fact->start_time;
}

const struct holder *plan_choose(const struct listener *l, int32_t pid)
{
	const struct holder *best = NULL;

	for (uint32_t i = 0; i < l->holder_count; i++) {
		const struct holder *h = &l->holders[i];

		if (pid && h->process->fact->pid != pid)
			continue;
		if (!best || is_better(l, h->process, best->process))
			best = h;
	}
	return best;
}

void plan_refuse(struct kill_plan *plan, enum kill_refusal refusal, const char *format, ...)
{
	va_list arguments;

	plan->refusal = refusal;
	va_start(arguments, format);
	phrase_vset(plan->refusal_text, sizeof plan->refusal_text, format, arguments);
	va_end(arguments);
}

void plan_set_address(char *out, size_t size, const struct listener *l)
{
	struct buf text = { 0 };

	if (l->key.endpoint.protocol == PROTOCOL_UDP)
		buf_add_string(&text, "udp ");
	endpoint_add(&text, &l->key.endpoint, l->device);
	if (l->netns)
		buf_printf(&text, " in %s", l->netns->label);
	phrase_set(out, size, "%s", buf_string(&text));
	buf_done(&text);
}

bool plan_holds(const struct listener *l, int32_t pid)
{
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (l->holders[i].process->fact->pid == pid)
			return true;
	return false;
}

/* The other addresses and ports that end with it. */
static void list_held(struct kill_plan *plan, const struct snapshot *s, int32_t pid)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (l->key.kind > ROW_BOUND || !row_key_compare(&l->key, &plan->key) || !plan_holds(l, pid))
			continue;
		if (plan->held_count < KILL_HELD_MAX)
			plan_set_address(plan->held[plan->held_count], sizeof plan->held[0], l);
		plan->held_count++;
	}
}

/* The first of the row's sockets that the process itself has open. */
static const struct socket_fact *socket_of(const struct snapshot *s, const struct listener *l, int32_t pid)
{
	for (size_t i = 0; i < s->facts->holder_count; i++) {
		const struct holder_fact *h = &s->facts->holders[i];

		for (uint32_t k = 0; h->pid == pid && k < l->socket_count; k++)
			if (l->sockets[k]->inode && l->sockets[k]->inode == h->inode)
				return l->sockets[k];
	}
	return l->socket;
}

static void set_identity(struct kill_plan *plan, const struct snapshot *s, const struct listener *l,
			 const struct process_fact *p)
{
	const struct socket_fact *socket = socket_of(s, l, p->pid);

	plan->id = (struct target_id){
		.local = socket->local,
		.cookie = socket->cookie,
		.inode = socket->inode,
		.state = socket->state,
		.pid = p->pid,
		.start_time = p->start_time,
	};
}

static void set_command(struct kill_plan *plan, const struct process *p)
{
	const char *command = p->command ? p->command : p->name;

	if (p->cwd)
		phrase_set(plan->command, sizeof plan->command, "%s: %s", p->cwd, command);
	else
		phrase_set(plan->command, sizeof plan->command, "%s", command);
}

static void set_age(struct kill_plan *plan, const struct snapshot *s, const struct process_fact *p)
{
	int64_t age_ms = s->facts->wall_ms - p->started_wall_ms;

	plan->up_ms = !p->started_wall_ms ? -1 : age_ms > 0 ? age_ms : 0;
}

static void describe_process(struct kill_plan *plan, const struct snapshot *s, const struct lineage *line,
			     const struct process *p)
{
	phrase_set(plan->name, sizeof plan->name, "%s", p->name);
	phrase_set(plan->user, sizeof plan->user, "%s", p->user ? p->user : "");
	set_command(plan, p);
	set_age(plan, s, p->fact);
	if (line->count)
		phrase_set(plan->parent, sizeof plan->parent, "%s %d", line->line[0].name, line->line[0].pid);
	else if (p->fact->ppid > 1)
		phrase_set(plan->parent, sizeof plan->parent, "%d", p->fact->ppid);
	list_held(plan, s, p->fact->pid);
}

static void set_supervisor(struct kill_plan *plan, const struct supervisor *by)
{
	const char *who = *by->restarter ? by->restarter : *by->service ? by->service : by->container;
	const char *remedy = *by->restarter ? "" : by->remedy;

	if (*who)
		phrase_set(plan->supervisor, sizeof plan->supervisor, "%s may restart it%s%s", who,
			   *remedy ? ": to end it for good: " : "", remedy);
}

/* Only of those whose ways are known: what else there may be (crictl, machinectl) is told as a text. */
static enum remedy_kind kind_of(const struct supervisor *by)
{
	struct slice command = slice_of(by->remedy);

	if (slice_starts(command, "systemctl "))
		return by->is_users ? REMEDY_USER_UNIT : REMEDY_UNIT;
	if (slice_starts(command, "docker stop ") || slice_starts(command, "podman stop "))
		return by->is_users ? REMEDY_USER_CONTAINER : REMEDY_CONTAINER;
	return REMEDY_NONE;
}

static void set_remedy(struct kill_plan *plan, const struct supervisor *by)
{
	plan->remedy_kind = kind_of(by);
	if (plan->remedy_kind)
		phrase_set(plan->remedy, sizeof plan->remedy, "%s", by->remedy);
}

/* Workers mostly end with their server, and then it is the same whether their number is told; others do
 * not. */
static void set_others(struct kill_plan *plan, const struct listener *l, const struct holder *h)
{
	uint32_t workers = 0, heirs;
	const struct holder *heir = NULL;

	plan->other_holders = l->holder_count - 1;
	for (uint32_t i = 0; i < l->holder_count; i++) {
		const struct holder *other = &l->holders[i];

		if (h->role == ROLE_SERVER && other->role == ROLE_WORKER)
			workers++;
		else if (other != h)
			heir = other;
	}
	heirs = plan->other_holders - workers;
	if (heirs == 1)
		phrase_set(plan->others, sizeof plan->others,
			   "%s %d holds the same socket, too: the port stays taken", heir->process->name,
			   (int)heir->process->fact->pid);
	else if (heirs)
		phrase_set(plan->others, sizeof plan->others,
			   "%u other processes hold the same socket: the port stays taken", heirs);
	else if (workers)
		phrase_set(plan->others, sizeof plan->others,
			   workers == 1 ? "its worker holds the same socket: it should end with it"
					: "its %u workers hold the same socket: they should end with it",
			   workers);
}

void plan_describe(struct kill_plan *plan, const struct snapshot *s, const struct lineage *line,
		   const struct listener *l, const struct holder *h)
{
	struct supervisor by;

	plan->key = l->key;
	plan->clients = l->clients;
	plan_set_address(plan->address, sizeof plan->address, l);
	if (!h)
		return;
	set_identity(plan, s, l, h->process->fact);
	describe_process(plan, s, line, h->process);
	set_others(plan, l, h);
	supervisor_guess(line, h->process, &by);
	set_supervisor(plan, &by);
	set_remedy(plan, &by);
}
