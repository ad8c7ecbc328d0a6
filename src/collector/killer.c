/* Owns the kill transaction on the collector's thread, its pace, and the replies. What is sent and what
 * is told is decided in action/kill. */
#include "collector/killer.h"

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
	kill_free(k->kill);
	k->kill = NULL;
	k->phase = KILL_ARMED;
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

	kill_begin(k->platform, s, key, pid, &reply.plan, &k->kill);
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

	mailbox_reply(k->mailbox, &reply);
}

/* Soon while something is about to happen; a process that does not end is looked at now and then. */
static void pace(struct killer *k, const struct kill_status *status)
{
	bool is_patient = status->phase == KILL_STILL_RUNNING || status->phase == KILL_PENDING;

	k->phase = status->phase;
	k->due_us = clock_monotonic_us() + (is_patient ? PATIENT_STEP_US : STEP_US);
	if (status->is_final)
		killer_done(k);
}

void killer_send(struct killer *k, int signal)
{
	struct kill_status status = { .phase = KILL_CHANGED, .is_final = true, .signal = signal };

	if (k->kill)
		kill_send(k->kill, signal, clock_monotonic_ms(), &status);
	else
		phrase_set(status.text, sizeof status.text,
			   "nothing was sent: that kill is over, choose again");
	tell(k, &status);
	pace(k, &status);
}

void killer_cancel(struct killer *k)
{
	killer_done(k);
}

void killer_step(struct killer *k, const struct snapshot *s)
{
	struct kill_status status;

	if (k->is_asked) {
		step_asked(k, s);
		return;
	}
	if (!k->kill || k->phase == KILL_ARMED)
		return;
	if (kill_step(k->kill, s, clock_monotonic_ms(), &status))
		tell(k, &status);
	pace(k, &status);
}

bool killer_wants_scans(const struct killer *k)
{
	return k->is_asked || k->phase == KILL_EXITED || k->phase == KILL_RELEASED ||
	       k->phase == KILL_STILL_HELD;
}
