/* Owns the order of several kills, and that a signal goes only to a process whose plan was read. Refuses to ask
 * (dialog.c) and to send (the collector). */
#include "ui/targets.h"

#include <string.h>
#include "action/phrase.h"
#include "ui/describe.h"

void targets_start(struct targets *t)
{
	t->count = t->now = 0;
	t->is_decided = false;
}

bool targets_add(struct targets *t, const struct row_key *key)
{
	if (t->count == TARGETS_MAX)
		return false;
	t->items[t->count].state = TARGET_UNPLANNED;
	t->items[t->count++].plan.key = *key;
	return true;
}

static void ask(const struct target_item *item, struct job *out)
{
	out->kind = JOB_KILL_BEGIN;
	out->key = item->plan.key;
	out->pid = item->state == TARGET_ARMING ? item->plan.id.pid : 0;
}

bool targets_next(struct targets *t, struct job *out)
{
	enum target_state due = t->is_decided ? TARGET_PLANNED : TARGET_UNPLANNED;

	for (t->now = 0; t->now < t->count; t->now++) {
		struct target_item *item = &t->items[t->now];

		if (item->state != due)
			continue;
		if (t->is_decided)
			item->state = TARGET_ARMING;
		ask(item, out);
		return true;
	}
	return false;
}

static bool is_same_process(const struct kill_plan *a, const struct kill_plan *b)
{
	return a->key.machine == b->key.machine && a->id.pid == b->id.pid &&
	       a->id.start_time == b->id.start_time;
}

static bool is_repeated(const struct targets *t, const struct kill_plan *plan)
{
	for (size_t i = 0; i < t->now; i++)
		if (t->items[i].state == TARGET_PLANNED && is_same_process(&t->items[i].plan, plan))
			return true;
	return false;
}

static enum target_state state_by(const struct targets *t, const struct kill_plan *plan)
{
	if (plan->refusal != KILL_ALLOWED)
		return TARGET_REFUSED;
	return is_repeated(t, plan) ? TARGET_REPEATED : TARGET_PLANNED;
}

/* Armed again: it has to be who it was when the user decided. */
static void send(struct targets *t, struct target_item *item, const struct kill_plan *plan, struct job *out)
{
	if (plan->refusal == KILL_ALLOWED && is_same_process(&item->plan, plan)
	    && plan->id.cookie == item->plan.id.cookie) {
		item->state = TARGET_SENT;
		out->kind = JOB_KILL_SEND;
		out->signal = t->signal;
		return;
	}
	item->state = TARGET_FAILED;
	targets_next(t, out);
}

bool targets_plan(struct targets *t, const struct kill_plan *plan, struct job *out)
{
	struct target_item *item = &t->items[t->now];

	if (t->now >= t->count || row_key_compare(&item->plan.key, &plan->key))
		return false;
	if (item->state == TARGET_ARMING) {
		send(t, item, plan, out);
	} else if (item->state == TARGET_UNPLANNED) {
		item->plan = *plan;
		item->state = state_by(t, plan);
		targets_next(t, out);
	}
	return true;
}

bool targets_status(struct targets *t, const struct kill_status *status)
{
	struct target_item *item = &t->items[t->now];

	if (t->now >= t->count || item->state != TARGET_SENT)
		return false;
	switch (status->phase) {
	case KILL_ARMED:
	case KILL_SENT:
	case KILL_EXITED:
		break;
	case KILL_RELEASED:
	case KILL_STILL_HELD:
		item->state = TARGET_ENDED;
		break;
	default:
		item->state = TARGET_FAILED;
	}
	if (status->is_final && item->state == TARGET_SENT)
		item->state = TARGET_ENDED;
	return true;
}

bool targets_is_planned(const struct targets *t)
{
	return t->now >= t->count;
}

void targets_decide(struct targets *t, int signal)
{
	t->signal = signal;
	t->is_decided = true;
}

static unsigned count_state(const struct targets *t, enum target_state state)
{
	unsigned count = 0;

	for (size_t i = 0; i < t->count; i++)
		count += t->items[i].state == state;
	return count;
}

bool targets_is_over(const struct targets *t)
{
	return t->is_decided && !count_state(t, TARGET_PLANNED) && !count_state(t, TARGET_ARMING) &&
	       !count_state(t, TARGET_SENT);
}

void targets_summarize(const struct targets *t, struct kill_plan *out)
{
	*out = (struct kill_plan){ .clients = -1, .up_ms = -1 };
	if (!count_state(t, TARGET_PLANNED)) {
		out->refusal = KILL_NO_HOLDER;
		phrase_set(out->refusal_text, sizeof out->refusal_text, "none of them can be signalled");
	}
	for (size_t i = 0; i < t->count && !*out->confirm_twice; i++)
		if (t->items[i].state == TARGET_PLANNED && *t->items[i].plan.confirm_twice)
			phrase_set(out->confirm_twice, sizeof out->confirm_twice, "%s %d: %s",
				   t->items[i].plan.name, t->items[i].plan.id.pid,
				   t->items[i].plan.confirm_twice);
}

static void describe_one(const struct target_item *item, struct page *page)
{
	const struct kill_plan *plan = &item->plan;
	struct buf line = { 0 };

	if (plan->id.pid > 0)
		buf_printf(&line, "%s %d  %s  ", plan->name, plan->id.pid, plan->user);
	buf_add_string(&line, plan->address);
	if (plan->clients > 0 && item->state == TARGET_PLANNED)
		buf_printf(&line, plan->clients == 1 ? DOT "%d client" : DOT "%d clients", plan->clients);
	if (item->state == TARGET_REFUSED)
		buf_printf(&line, DOT "no signal: %s", plan->refusal_text);
	page_add_text(page, item->state == TARGET_REFUSED ? STYLE_DIM : STYLE_STRONG, buf_string(&line));
	if (item->state == TARGET_PLANNED && *plan->supervisor)
		page_add_text(page, STYLE_WARNING, plan->supervisor);
	if (item->state == TARGET_PLANNED && *plan->confirm_twice)
		page_add_text(page, STYLE_WARNING, plan->confirm_twice);
	buf_done(&line);
}

void targets_describe(const struct targets *t, struct page *page)
{
	for (size_t i = 0; i < t->count; i++)
		describe_one(&t->items[i], page);
}

void targets_add_result(const struct targets *t, struct buf *out)
{
	unsigned ended = count_state(t, TARGET_ENDED), failed = count_state(t, TARGET_FAILED);
	unsigned refused = count_state(t, TARGET_REFUSED);

	buf_printf(out, "%u of %u ended", ended, ended + failed + refused);
	if (failed)
		buf_printf(out, ", %u not: see the events", failed);
	if (refused)
		buf_printf(out, ", %u had no signal", refused);
}
