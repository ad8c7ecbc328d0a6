/* Owns what a user is told before a signal is sent: who, what it holds, who would start it again, and
 * what speaks against it. Everything comes from one snapshot and one look at the armed process; unknown
 * is said, or left out. Sends nothing and asks no platform (kill.c does). */
#include "action/plan.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "action/lineage.h"
#include "action/phrase.h"
#include "action/signals.h"
#include "action/supervisor.h"
#include "base/buf.h"

/* Programs that carry the user's session; their listeners are hardly what he means. */
static const char *const session_programs[] = {
	"sshd", "sshd-session", "tmux: server", "screen", "SCREEN", "mosh-server", "systemd", "dbus-daemon",
	"Xorg", "Xwayland", "gnome-shell", "dockerd", "containerd"
};

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
	char text[KILL_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	plan->refusal = refusal;
	phrase_set(plan->refusal_text, sizeof plan->refusal_text, "%s", text);
}

static void set_address(char *out, size_t size, const struct listener *l)
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
			set_address(plan->held[plan->held_count], sizeof plan->held[0], l);
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

static void add_reason(struct kill_plan *plan, const char *reason)
{
	size_t len = strlen(plan->confirm_twice), left = sizeof plan->confirm_twice - len;

	if (left > sizeof "; ...")
		phrase_set(plan->confirm_twice + len, left, "%s%s", len ? "; " : "", reason);
}

static bool is_session_program(const char *name)
{
	for (size_t i = 0; i < sizeof session_programs / sizeof *session_programs; i++)
		if (!strcmp(name, session_programs[i]))
			return true;
	return false;
}

static bool is_ancestor(const struct facts *f, int32_t pid)
{
	for (size_t i = 0; i < f->ancestor_count; i++)
		if (f->ancestors[i] == pid)
			return true;
	return false;
}

static void add_counted(struct kill_plan *plan, uint32_t count, const char *one, const char *many)
{
	char reason[80];

	if (!count)
		return;
	phrase_set(reason, sizeof reason, count == 1 ? one : many, count);
	add_reason(plan, reason);
}

/* The weightiest reason first: the line may be cut. */
static void weigh(struct kill_plan *plan, const struct snapshot *s, const struct process *p,
		  const struct supervisor *by)
{
	char reason[KILL_TEXT];

	if (is_ancestor(s->facts, p->fact->pid))
		add_reason(plan, "lotop itself runs under it");
	else if (is_session_program(plan->name))
		add_reason(plan, "sessions or services run under it");
	if (*by->container || *by->service) {
		phrase_set(reason, sizeof reason, *by->container ? "it is in %s" : "it is the service %s",
			   *by->container ? by->container : by->service);
		add_reason(plan, reason);
	}
	if (p->fact->uid != UID_UNKNOWN && p->fact->uid != s->facts->limits.self_uid) {
		phrase_set(reason, sizeof reason, "it runs as %s, not as you",
			   *plan->user ? plan->user : "another user");
		add_reason(plan, reason);
	}
	add_counted(plan, plan->other_holders, "%u other process holds this socket",
		    "%u other processes hold this socket");
	add_counted(plan, plan->held_count, "it holds %u other port", "it holds %u other ports");
}

static void refuse_unowned(struct kill_plan *plan, const struct snapshot *s, const struct listener *l)
{
	const struct facts *f = s->facts;

	if (!l->socket->inode && l->expires_ms >= 0)
		plan_refuse(plan, KILL_NO_HOLDER,
			    "no process holds it: the kernel frees it by itself in %d s",
			    (l->expires_ms + 999) / 1000);
	else if (!l->socket->inode)
		plan_refuse(plan, KILL_NO_HOLDER,
			    "no process holds it: it is a connection that the kernel is closing");
	else if (!f->owners_complete)
		plan_refuse(plan, KILL_NO_HOLDER,
			    "its owner is still being looked for: try again in a moment");
	else if (l->user && f->limits.self_uid)
		plan_refuse(plan, KILL_NO_HOLDER,
			    "its owner cannot be seen (a process of %s?): run lotop with sudo", l->user);
	else
		plan_refuse(plan, KILL_NO_HOLDER, "no process was found that holds it");
}

static void refuse_untouchable(struct kill_plan *plan, const struct snapshot *s)
{
	int32_t pid = plan->id.pid;

	if (pid <= 1)
		plan_refuse(plan, KILL_IS_INIT, "%s %d is the system's first process: its sockets belong to "
			    "units, stop the unit instead", plan->name, pid);
	else if ((uint32_t)pid == s->facts->limits.self_pid)
		plan_refuse(plan, KILL_IS_SELF, "this is lotop itself: q quits it");
}

/* Workers mostly end with their server, and then it is the same whether their number is told; others do not. */
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
	set_address(plan->address, sizeof plan->address, l);
	if (h) {
		set_identity(plan, s, l, h->process->fact);
		describe_process(plan, s, line, h->process);
		set_others(plan, l, h);
		supervisor_guess(line, h->process, &by);
		set_supervisor(plan, &by);
		set_remedy(plan, &by);
		weigh(plan, s, h->process, &by);
		refuse_untouchable(plan, s);
	} else {
		refuse_unowned(plan, s, l);
	}
	if (s->facts->source == SOURCE_REPLAY)
		plan_refuse(plan, KILL_REPLAY, "this is a recording: nothing is signalled");
	else if (h && l->key.kind == ROW_CLIENT_LEFTOVER)
		plan_refuse(plan, KILL_NO_HOLDER,
			    "%s %d is a client here: only who holds the port itself can be ended", plan->name,
			    plan->id.pid);
}

static bool has_signal(uint64_t mask, int signal)
{
	return mask >> (signal - 1) & 1;
}

/* Blocked signals are no evidence: sigwait(3) and signalfd(2) want them blocked. */
static const char *effect_format(const struct target_status *status, int signal)
{
	if (signal == SIGKILL || signal == SIGCONT || signal == KILL_BY_REMEDY)
		return NULL;
	if (status->state == 'T')
		return "is stopped: %s waits until it continues";
	if (status->state == 't')
		return "is held by a debugger: %s waits until that lets it go";
	if (has_signal(status->ignored, signal))
		return "ignores %s";
	if (status->is_namespace_init && !has_signal(status->caught, signal))
		return "is the first process of a container and does not handle %s: the kernel drops it";
	return NULL;
}

bool plan_effect(const struct target_status *status, int signal, char *out, size_t size)
{
	const char *format = effect_format(status, signal);

	if (format)
		phrase_set(out, size, format, kill_signal_name(signal));
	else
		*out = '\0';
	return format;
}

static void refuse_armed(struct kill_plan *plan, const struct target_status *status)
{
	int32_t pid = plan->id.pid;

	if (status->has_exited)
		plan_refuse(plan, KILL_GONE, "%s %d has exited already", plan->name, pid);
	else if (status->is_kernel_thread)
		plan_refuse(plan, KILL_IS_KERNEL, "%s %d is a thread of the kernel", plan->name, pid);
	else if (!status->is_same_process)
		plan_refuse(plan, KILL_IS_OTHER, "pid %d is another process by now: look again", pid);
	else if (!status->socket_exists)
		plan_refuse(plan, KILL_GONE, "%s has been closed already", plan->address);
	else if (!status->holds_socket)
		plan_refuse(plan, KILL_IS_OTHER, "%s %d does not hold %s any more: look again", plan->name,
			    pid, plan->address);
	else if (!status->may_signal)
		plan_refuse_permission(plan);
}

void plan_judge(struct kill_plan *plan, const struct target_status *status)
{
	refuse_armed(plan, status);
	if (plan->refusal)
		return;
	plan_effect(status, SIGTERM, plan->effect, sizeof plan->effect);
	if (status->is_namespace_init)
		add_reason(plan, "it is the first process of its container: all of that ends with it");
}

void plan_refuse_permission(struct kill_plan *plan)
{
	plan_refuse(plan, KILL_NOT_PERMITTED, "%s %d belongs to %s: run lotop with sudo to signal it",
		    plan->name, plan->id.pid, *plan->user ? plan->user : "another user");
}
