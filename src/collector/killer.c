/* Owns the kill transaction on the collector's thread, its pace, and the replies. What is sent and what
 * is told is decided in action/kill. */
#include "collector/killer.h"

#include <string.h>
#include "action/phrase.h"
#include "action/plan.h"
#include "base/clock.h"

enum { STEP_US = 20000, PATIENT_STEP_US = 200000, OWNER_US = 2000000 };

void killer_init(struct killer *k, struct platform *p, struct mailbox *m)
{
	*k = (struct killer){ .platform = p, .mailbox = m, .due_us = INT64_MAX };
}

void killer_done(struct killer *k)
{
	volley_done(&k->volley);
	for (size_t i = 0; i < SCOPE_MAX; i++) {
		company_done(&k->companies[i]);
		k->companies[i] = (struct company){ .kind = COMPANY_NONE };
	}
	k->told = (struct kill_status){ .phase = KILL_ARMED };
	k->due_us = INT64_MAX;
	k->is_asked = false;
}

static void refuse(struct killer *k, const struct row_key *key, enum kill_refusal refusal, const char *text)
{
	struct reply reply = { .kind = REPLY_KILL_PLAN,
			       .plan = { .key = *key, .clients = -1, .up_ms = -1 } };

	plan_refuse(&reply.plan, refusal, "%s", text);
	mailbox_reply(k->mailbox, &reply);
}

static bool is_sought(const struct snapshot *s, const struct row_key *key)
{
	const struct listener *l = snapshot_find(s, key);

	return l && !l->holder_count && l->socket->inode && !s->facts->owners_complete &&
	       s->facts->source != SOURCE_REPLAY;
}

static void arm(struct killer *k, const struct snapshot *s, const struct row_key *key, int32_t pid)
{
	struct reply reply = { .kind = REPLY_KILL_PLAN };

	k->volley = (struct volley){ .platform = k->platform, .pid = pid };
	volley_begin(&k->volley, s, key, 1);
	reply.plan = k->volley.shots[0].plan;
	if (reply.plan.refusal)
		killer_done(k);
	else
		scope_arm(k->platform, s, &reply.plan, k->companies, &reply.scopes);
	mailbox_reply(k->mailbox, &reply);
}

void killer_begin(struct killer *k, const struct snapshot *s, const struct row_key *key, int32_t pid)
{
	killer_done(k);
	if (!s) {
		refuse(k, key, KILL_GONE, "nothing was scanned yet");
	} else if (is_sought(s, key)) {
		k->is_asked = true;
		k->asked_key = *key;
		k->asked_pid = pid;
		k->due_us = k->asked_until_us = clock_monotonic_us() + OWNER_US;
	} else {
		arm(k, s, key, pid);
	}
}

/* The plan that is owed, as soon as a scan says whose the socket is. */
static void step_asked(struct killer *k, const struct snapshot *s)
{
	const struct row_key key = k->asked_key;

	if (s && !is_sought(s, &key)) {
		killer_done(k);
		arm(k, s, &key, k->asked_pid);
	} else if (clock_monotonic_us() >= k->asked_until_us) {
		killer_done(k);
		refuse(k, &key, KILL_NO_HOLDER, "its owner is still being looked for: try again in a moment");
	}
}

static void tell(struct killer *k, const struct kill_status *status)
{
	struct reply reply = { .kind = REPLY_KILL_STATUS, .status = *status };

	k->told = *status;
	mailbox_reply(k->mailbox, &reply);
}

static bool is_news(const struct kill_status *a, const struct kill_status *b)
{
	return a->phase != b->phase || a->is_final != b->is_final || a->new_pid != b->new_pid || strcmp(a->text, b->text);
}

/* What is known of the process and of those with it, who are waited for a while even if it has ended. */
static void see(struct volley_shot *shot, int64_t now_ms, struct kill_status *out)
{
	struct company *with = &shot->company;

	*out = shot->status;
	if (!with->was_sent)
		return;
	if (company_running(with) && now_ms - shot->sent_ms < KILL_GRACE_MS)
		out->is_final = false;
	scope_tell(with, &shot->plan, out);
}

/* Soon while something is about to happen; a process that does not end is looked at now and then. */
static void pace(struct killer *k)
{
	bool is_patient = k->told.phase == KILL_STILL_RUNNING || k->told.phase == KILL_PENDING;

	k->due_us = clock_monotonic_us() + (is_patient ? PATIENT_STEP_US : STEP_US);
	if (k->told.is_final)
		killer_done(k);
}

/* They change places, so that each is owned once. False: no such company was armed. */
static bool take_along(struct killer *k, struct company *own, enum company_kind with)
{
	for (size_t i = 0; own->kind != COMPANY_NONE && i < SCOPE_MAX; i++) {
		if (k->companies[i].kind != COMPANY_NONE)
			continue;
		k->companies[i] = *own;
		*own = (struct company){ .kind = COMPANY_NONE };
	}
	for (size_t i = 0; with != COMPANY_NONE && i < SCOPE_MAX; i++) {
		if (k->companies[i].kind != with)
			continue;
		*own = k->companies[i];
		k->companies[i] = (struct company){ .kind = COMPANY_NONE };
	}
	return own->kind == with;
}

void killer_send(struct killer *k, int signal, enum company_kind with)
{
	struct kill_status status = { .phase = KILL_CHANGED, .is_final = true, .signal = signal };
	struct volley_shot *shot = k->volley.shots;
	int64_t now_ms = clock_monotonic_ms();

	if (k->volley.count && take_along(k, &shot->company, with)) {
		volley_send(&k->volley, signal, now_ms);
		see(shot, now_ms, &status);
	} else {
		phrase_set(status.text, sizeof status.text,
			   "nothing was sent: that kill is over, choose again");
	}
	tell(k, &status);
	pace(k);
}

void killer_cancel(struct killer *k)
{
	killer_done(k);
}

void killer_step(struct killer *k, const struct snapshot *s)
{
	struct kill_status status;
	int64_t now_ms;

	if (k->is_asked) {
		step_asked(k, s);
		return;
	}
	if (!k->volley.count || k->told.phase == KILL_ARMED)
		return;
	now_ms = clock_monotonic_ms();
	volley_step(&k->volley, s, now_ms);
	see(k->volley.shots, now_ms, &status);
	if (is_news(&k->told, &status))
		tell(k, &status);
	pace(k);
}

bool killer_wants_scans(const struct killer *k)
{
	return k->is_asked || k->told.phase == KILL_EXITED || k->told.phase == KILL_RELEASED ||
	       k->told.phase == KILL_STILL_HELD;
}
