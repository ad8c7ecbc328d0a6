/* Owns what forbids a signal, and what wants it asked for twice. Refuses to know what else the plan tells
 * (plan.c), and to ask anybody. */
#include "action/objection.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include "action/signals.h"
#include "action/supervisor.h"

/* Programs that carry the user's session; their listeners are hardly what he means. */
static const char *const session_programs[] = {
	"sshd", "sshd-session", "tmux: server", "screen", "SCREEN", "mosh-server", "systemd", "dbus-daemon",
	"Xorg", "Xwayland", "gnome-shell", "dockerd", "containerd"
};

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
	int64_t left_ms = listener_expires_ms(l, f->wall_ms);

	if (!l->socket->inode && left_ms >= 0)
		plan_refuse(plan, KILL_NO_HOLDER,
			    "no process holds it: the kernel frees it by itself in %lld s",
			    ((long long)left_ms + 999) / 1000);
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

static void refuse_replay(struct kill_plan *plan)
{
	plan_refuse(plan, KILL_REPLAY, "this is a recording: nothing is signalled");
}

static void refuse_gone(struct kill_plan *plan)
{
	plan_refuse(plan, KILL_GONE, "%s %d has exited already", plan->name, plan->id.pid);
}

static void refuse_other(struct kill_plan *plan)
{
	plan_refuse(plan, KILL_IS_OTHER, "pid %d is another process by now: look again", plan->id.pid);
}

void objection_find(struct kill_plan *plan, const struct snapshot *s, const struct lineage *line,
		    const struct listener *l, const struct holder *h)
{
	struct supervisor by;

	if (h) {
		supervisor_guess(line, h->process, &by);
		weigh(plan, s, h->process, &by);
		refuse_untouchable(plan, s);
	} else {
		refuse_unowned(plan, s, l);
	}
	if (s->facts->source == SOURCE_REPLAY)
		refuse_replay(plan);
	else if (h && l->key.kind == ROW_CLIENT_LEFTOVER)
		plan_refuse(plan, KILL_NO_HOLDER,
			    "%s %d is a client here: only who holds the port itself can be ended", plan->name,
			    plan->id.pid);
}

void objection_permission(struct kill_plan *plan)
{
	plan_refuse(plan, KILL_NOT_PERMITTED, "%s %d belongs to %s: run lotop with sudo to signal it",
		    plan->name, plan->id.pid, *plan->user ? plan->user : "another user");
}

void objection_unarmed(struct kill_plan *plan, int error)
{
	switch (error) {
	case -ESRCH:
		refuse_gone(plan);
		break;
	case -ESTALE:
		refuse_other(plan);
		break;
	case -EPERM:
		objection_permission(plan);
		break;
	case -EOPNOTSUPP:
		refuse_replay(plan);
		break;
	case -ENOSYS:
		plan_refuse(plan, KILL_NO_PIDFD,
			    "this kernel or sandbox has no pidfd: lotop does not signal a bare pid");
		break;
	default:
		plan_refuse(plan, KILL_NO_PIDFD, "%s %d could not be pinned: %s", plan->name, plan->id.pid,
			    strerror(-error));
	}
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

bool objection_effect(const struct target_status *status, int signal, char *out, size_t size)
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
		refuse_gone(plan);
	else if (status->is_kernel_thread)
		plan_refuse(plan, KILL_IS_KERNEL, "%s %d is a thread of the kernel", plan->name, pid);
	else if (!status->is_same_process)
		refuse_other(plan);
	else if (!status->socket_exists)
		plan_refuse(plan, KILL_GONE, "%s has been closed already", plan->address);
	else if (!status->holds_socket)
		plan_refuse(plan, KILL_IS_OTHER, "%s %d does not hold %s any more: look again", plan->name,
			    pid, plan->address);
	else if (!status->may_signal)
		objection_permission(plan);
}

void objection_judge(struct kill_plan *plan, const struct target_status *status)
{
	refuse_armed(plan, status);
	if (plan->refusal)
		return;
	objection_effect(status, SIGTERM, plan->effect, sizeof plan->effect);
	if (status->is_namespace_init)
		add_reason(plan, "it is the first process of its container: all of that ends with it");
}
