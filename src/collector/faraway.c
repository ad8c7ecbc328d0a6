/* Owns what is told about a kill on another machine: before it by the last frame, afterwards by what the lotop
 * over there says. Refuses to verify anything: that can only be done there, right before the signal. */
#include "collector/faraway.h"

#include <string.h>
#include "action/lineage.h"
#include "action/objection.h"
#include "action/phrase.h"
#include "action/plan.h"
#include "action/signals.h"

/* The address alone would read as one of this machine's. */
static void say_where(struct kill_plan *plan, const char *where)
{
	char address[sizeof plan->address];

	memcpy(address, plan->address, sizeof address);
	phrase_set(plan->address, sizeof plan->address, "%s: %s", where, address);
}

static void make_plan(struct faraway *f, const struct row_key *key, int32_t pid)
{
	const struct snapshot *own = f->source->newest;
	const struct listener *l = own ? snapshot_find(own, key) : NULL;
	struct lineage line = { .count = 0 };
	const struct holder *h;
	char why[STREAM_TEXT];

	f->plan = (struct kill_plan){ .key = *key, .clients = -1, .up_ms = -1 };
	if (!l) {
		plan_refuse(&f->plan, KILL_GONE, "this socket is gone already");
		return;
	}
	h = plan_choose(l, pid);
	if (h)
		lineage_read(NULL, own, h->process->fact, &line);
	plan_describe(&f->plan, own, &line, l, h);
	objection_find(&f->plan, own, &line, l, h);
	say_where(&f->plan, f->where);
	f->plan.remedy_kind = REMEDY_NONE;       /* the command would be run here */
	*f->plan.remedy = '\0';
	if (f->plan.refusal)
		return;
	if (*f->source->trouble)
		plan_refuse(&f->plan, KILL_ELSEWHERE, "%s cannot be asked: %s", f->where, f->source->trouble);
	else if (f->source->stream->ops->may_kill(f->source->stream, why, sizeof why))
		plan_refuse(&f->plan, KILL_ELSEWHERE, "%s", why);
}

void faraway_begin(struct faraway *f, struct source *source, const struct row_key *key, int32_t pid)
{
	struct reply reply = { .kind = REPLY_KILL_PLAN };

	f->source = source;
	source_name(source, f->where, sizeof f->where);
	make_plan(f, key, pid);
	f->is_armed = !f->plan.refusal;
	f->is_sent = false;
	reply.plan = f->plan;
	mailbox_reply(f->mailbox, &reply);
}

static void tell(struct faraway *f, const struct kill_status *status)
{
	struct reply reply = { .kind = REPLY_KILL_STATUS, .status = *status };

	mailbox_reply(f->mailbox, &reply);
}

void faraway_send(struct faraway *f, int signal)
{
	const struct stream_order order = {
		.signal = kill_signal_name(signal), .pid = f->plan.id.pid, .start_time = f->plan.id.start_time,
		.cookie = f->plan.id.cookie, .port = f->plan.key.endpoint.port, .wait_ms = KILL_GRACE_MS,
	};
	struct kill_status status = { .phase = KILL_FAILED, .is_final = true, .signal = signal };
	char why[STREAM_TEXT] = "that kill is over, choose again";

	if (f->is_armed && f->source->stream->ops->kill(f->source->stream, &order, why, sizeof why) == 0) {
		f->is_sent = true;
		f->signal = signal;
		status.phase = KILL_SENT;
		status.is_final = false;
		phrase_set(status.text, sizeof status.text, "asking %s to send %s to %s %d ...", f->where,
			   order.signal, f->plan.name, order.pid);
	} else {
		phrase_set(status.text, sizeof status.text, "nothing was sent: %s", why);
	}
	tell(f, &status);
}

void faraway_cancel(struct faraway *f)
{
	f->is_armed = false;
}

static const struct {
	const char *outcome;
	enum kill_phase phase;
} phases[] = {
	{ "released", KILL_RELEASED }, { "exited", KILL_EXITED }, { "still-held", KILL_STILL_HELD },
	{ "running", KILL_STILL_RUNNING }, { "pending", KILL_PENDING }, { "came-back", KILL_CAME_BACK },
	{ "changed", KILL_CHANGED }, { "sent", KILL_SENT }, { "refused", KILL_FAILED }, { "failed", KILL_FAILED },
};

static enum kill_phase phase_of(const char *outcome)
{
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
		if (!strcmp(outcome, phases[i].outcome))
			return phases[i].phase;
	return KILL_FAILED;
}

/* A process that goes on may be signalled once more, by the same identity. */
void faraway_step(struct faraway *f)
{
	struct kill_status status = { .signal = f->signal };
	struct stream_result result;
	bool goes_on;

	if (!f->is_sent || !f->source->stream->ops->killed(f->source->stream, &result))
		return;
	status.phase = phase_of(result.outcome);
	status.new_pid = result.new_pid;
	goes_on = status.phase == KILL_STILL_RUNNING || status.phase == KILL_PENDING;
	status.is_final = !goes_on;
	phrase_set(status.text, sizeof status.text, "%s: %s", f->where, result.text);
	f->is_sent = false;
	f->is_armed = goes_on;
	tell(f, &status);
}
