/* Owns a kill from the armed pidfd to the signal: everything is checked right before it, and only what
 * was asked for is sent. What became of it is aftermath.c's. Refuses to wait, to escalate and to ask:
 * its owner calls it again. */
#include "action/kill.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "action/armed.h"
#include "action/objection.h"
#include "action/phrase.h"
#include "action/plan.h"
#include "action/remedy.h"
#include "action/signals.h"
#include "base/fatal.h"

static void set_where(struct kill *k, const struct snapshot *s)
{
	const struct endpoint *e = &k->plan.key.endpoint;

	phrase_set(k->where, sizeof k->where, e->protocol == PROTOCOL_UDP ? "udp port %u" : "port %u",
		   e->port);
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];
		const struct endpoint *other = &l->key.endpoint;

		if (l->key.kind <= ROW_BOUND && other->port == e->port && other->protocol == e->protocol &&
		    !plan_holds(l, k->plan.id.pid))
			phrase_set(k->where, sizeof k->where, "%s", k->plan.address);
	}
}

static struct kill *arm(struct platform *p, const struct snapshot *s, const struct listener *l,
			struct kill_plan *plan)
{
	struct target_status status;
	struct target *target;
	struct kill *k;
	int error = p->ops->target_open(p, &plan->id, &target);

	if (error) {
		objection_unarmed(plan, error);
		return NULL;
	}
	error = p->ops->target_check(p, target, &status);
	if (error)
		objection_unarmed(plan, error);
	else
		objection_judge(plan, &status);
	if (plan->refusal) {
		p->ops->target_close(p, target);
		return NULL;
	}
	k = fatal_calloc(1, sizeof *k);
	k->platform = p;
	k->target = target;
	k->plan = *plan;
	memcpy(k->comm, status.comm, sizeof k->comm);
	portwatch_init(&k->port, p, l);
	phrase_set(k->who, sizeof k->who, "%s %d", plan->name, plan->id.pid);
	set_where(k, s);
	return k;
}

void kill_begin(struct platform *p, const struct snapshot *s, const struct row_key *key, int32_t pid,
		struct kill_plan *plan, struct kill **out)
{
	const struct listener *l = snapshot_find(s, key);
	const struct holder *h = l ? plan_choose(l, pid) : NULL;

	struct lineage line = { .count = 0 };

	*out = NULL;
	*plan = (struct kill_plan){ .key = *key, .clients = -1, .up_ms = -1 };
	if (!l) {
		plan_refuse(plan, KILL_GONE, "nothing is there any more");
		return;
	}
	if (h)
		lineage_read(p, s, h->process->fact, &line);
	plan_describe(plan, s, &line, l, h);
	objection_find(plan, s, &line, l, h);
	if (!h && pid && l->holder_count)
		plan_refuse(plan, KILL_IS_OTHER, "pid %d does not hold %s any more: look again", pid,
			    plan->address);
	if (plan->refusal)
		return;
	*out = arm(p, s, l, plan);
	if (*out)
		(*out)->line = line;
}

static void end(struct kill *k, enum kill_phase phase, int error, const char *text,
		struct kill_status *status)
{
	struct kill_status next = {
		.phase = phase, .is_final = true, .signal = k->status.signal, .error = error
	};

	phrase_set(next.text, sizeof next.text, "%s", text);
	armed_tell(k, &next, status);
}

/* Whether the process may still get a signal; where not, *status tells why. After a first signal the
 * socket is no longer asked for: a server that closed it and then hangs may be killed, the pidfd says
 * that it is the same process. */
static bool may_send(struct kill *k, struct kill_status *status)
{
	struct kill_plan again = k->plan;
	struct target_status now;
	char text[KILL_TEXT];
	int error = k->platform->ops->target_check(k->platform, k->target, &now);

	if (error) {
		phrase_set(text, sizeof text, "nothing was sent to %s: %s", k->who, strerror(-error));
		end(k, KILL_FAILED, -error, text, status);
		return false;
	}
	if (k->awaits_end)
		now.socket_exists = now.holds_socket = true;
	else if (!now.has_exited && strncmp(now.comm, k->comm, sizeof now.comm))
		plan_refuse(&again, KILL_IS_OTHER, "pid %d has become another program", k->plan.id.pid);
	objection_judge(&again, &now);
	if (!again.refusal)
		return true;
	phrase_set(text, sizeof text, "changed since you looked, nothing was sent: %s", again.refusal_text);
	if (again.refusal == KILL_NOT_PERMITTED)
		end(k, KILL_FAILED, EPERM, again.refusal_text, status);
	else
		end(k, KILL_CHANGED, 0, text, status);
	return false;
}

static void send_failed(struct kill *k, int signal, int error, struct kill_status *status)
{
	char text[KILL_TEXT];

	phrase_set(text, sizeof text, "%s could not be sent to %s: %s", kill_signal_name(signal), k->who,
		   strerror(-error));
	end(k, error == -ESRCH ? KILL_CHANGED : KILL_FAILED, -error, text, status);
}

void kill_join(struct kill *k, int signal, int64_t now_ms, struct kill_status *status)
{
	struct kill_status next = { .phase = KILL_SENT, .signal = signal };

	k->awaits_end |= kill_signal_is_end(signal);
	k->sent_ms = now_ms;
	next.is_final = !k->awaits_end;
	if (signal == KILL_BY_REMEDY)
		phrase_set(next.text, sizeof next.text, "%s: waiting for the end of %s", k->plan.remedy, k->who);
	else
		phrase_set(next.text, sizeof next.text, "%s sent to %s", kill_signal_name(signal), k->who);
	armed_tell(k, &next, status);
}

/* It goes on over there when it is not waited for: what becomes of it is watched like any end. */
static void run_remedy(struct kill *k, int64_t now_ms, struct kill_status *status)
{
	int error = remedy_run(k->platform, &k->plan);
	char text[KILL_TEXT];

	if (error && error != -ETIMEDOUT) {
		phrase_set(text, sizeof text, "%s: %s", k->plan.remedy, remedy_failure(error));
		end(k, KILL_FAILED, -error, text, status);
		return;
	}
	kill_join(k, KILL_BY_REMEDY, now_ms, status);
}

void kill_send(struct kill *k, int signal, int64_t now_ms, struct kill_status *status)
{
	int error;

	kill_step(k, NULL, now_ms, status);
	if (k->has_exited || !may_send(k, status))
		return;
	if (signal == KILL_BY_REMEDY) {
		run_remedy(k, now_ms, status);
		return;
	}
	error = k->platform->ops->target_signal(k->platform, k->target, signal);
	if (error) {
		send_failed(k, signal, error, status);
		return;
	}
	kill_join(k, signal, now_ms, status);
}

void kill_free(struct kill *k)
{
	if (!k)
		return;
	k->platform->ops->target_close(k->platform, k->target);
	portwatch_done(&k->port);
	free(k);
}
