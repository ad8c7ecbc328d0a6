/* Owns which kills belong together: one for each row and process, and whoever goes with them. What happens to
 * a single one is kill.c's, who goes with it company.c's. */
#include "action/volley.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include "action/armed.h"
#include "action/phrase.h"
#include "base/array.h"

enum { ENDING_MS = 50 };

static bool is_first(const struct volley *v, size_t index)
{
	return v->shots[index].first == index;
}

static size_t find_first(const struct volley *v, const struct target_id *id)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->shots[i].kill && v->shots[i].plan.id.pid == id->pid)
			return i;
	return v->count;
}

static void add(struct volley *v, const struct snapshot *s, const struct row_key *key, int32_t pid)
{
	struct volley_shot shot = { 0 };

	kill_begin(v->platform, s, key, pid, &shot.plan, &shot.kill);
	shot.first = shot.kill ? find_first(v, &shot.plan.id) : v->count;
	ARRAY_PUSH(v->shots, v->count, v->cap) = shot;
}

static void add_row(struct volley *v, const struct snapshot *s, const struct row_key *key)
{
	const struct listener *l = snapshot_find(s, key);

	if (v->scope != VOLLEY_HOLDERS || !l || !l->holder_count) {
		add(v, s, key, v->pid);
		return;
	}
	for (uint32_t i = 0; i < l->holder_count; i++)
		add(v, s, key, l->holders[i].process->fact->pid);
}

void volley_refuse(struct volley_shot *shot, enum kill_refusal refusal, const char *why)
{
	plan_refuse(&shot->plan, refusal, "%s", why);
	kill_free(shot->kill);
	shot->kill = NULL;
}

static void refuse(struct volley_shot *shot, const char *scope, const char *why)
{
	plan_refuse(&shot->plan, KILL_NOT_WHOLE, "the %s of %s %d is not signalled: %s", scope,
		    shot->plan.name, shot->plan.id.pid, why);
	kill_free(shot->kill);
	shot->kill = NULL;
}

/* Who is in the sights already is left to those. */
static void drop_doubles(struct volley *v, size_t index)
{
	struct company *c = &v->shots[index].company;

	for (size_t i = 0; i < c->count; i++) {
		bool is_double = find_first(v, &c->members[i].id) < v->count;

		for (size_t k = 0; k < index; k++)
			is_double |= company_has(&v->shots[k].company, c->members[i].id.pid);
		if (is_double)
			company_leave(c, i);
	}
}

static void gather(struct volley *v, const struct snapshot *s, size_t index)
{
	struct volley_shot *shot = &v->shots[index];
	const char *scope = v->scope == VOLLEY_GROUP ? "process group" : "tree";
	char why[KILL_TEXT];

	shot->company = (struct company){
		.platform = v->platform, .leader = shot->plan.id.pid,
		.kind = v->scope == VOLLEY_GROUP ? COMPANY_GROUP : COMPANY_TREE,
	};
	if (company_arm(&shot->company, s, why, sizeof why)) {
		refuse(shot, scope, why);
		return;
	}
	if (shot->company.has_ancestor && !*shot->plan.confirm_twice)
		phrase_set(shot->plan.confirm_twice, sizeof shot->plan.confirm_twice,
			   "lotop itself runs under a process of it");
}

/* The rows of one process share its fate. */
static void refuse_followers(struct volley *v, size_t index)
{
	const struct kill_plan *plan = &v->shots[index].plan;

	for (size_t i = index + 1; i < v->count; i++) {
		struct volley_shot *shot = &v->shots[i];

		if (shot->first != index || !shot->kill)
			continue;
		plan_refuse(&shot->plan, plan->refusal, "%s", plan->refusal_text);
		kill_free(shot->kill);
		shot->kill = NULL;
	}
}

void volley_begin(struct volley *v, const struct snapshot *s, const struct row_key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_row(v, s, &keys[i]);
	if (v->scope != VOLLEY_GROUP && v->scope != VOLLEY_TREE)
		return;
	for (size_t i = 0; i < v->count; i++)
		if (is_first(v, i) && v->shots[i].kill)
			gather(v, s, i);
	for (size_t i = 0; i < v->count; i++)
		if (is_first(v, i) && v->shots[i].plan.refusal)
			refuse_followers(v, i);
	for (size_t i = 0; i < v->count; i++)
		drop_doubles(v, i);
}

static bool was_sent(const struct volley_shot *shot)
{
	return shot->status.phase != KILL_ARMED;
}

static void say_changed(struct volley_shot *shot)
{
	shot->status = (struct kill_status){ .phase = KILL_CHANGED, .is_final = true };
	phrase_set(shot->status.text, sizeof shot->status.text, "changed since you looked, nothing was sent: "
		   "another process has joined %s %d", shot->plan.name, shot->plan.id.pid);
}

/* A worker whose master has just been signalled may be gone before its own turn: that is what was wanted. */
static bool is_gone(struct volley *v, struct volley_shot *shot)
{
	struct target_status now;

	return v->platform->ops->target_check(v->platform, shot->kill->target, &now) == 0 && now.has_exited;
}

static bool is_gone_already(struct volley *v, struct volley_shot *shot)
{
	return shot != v->shots && !was_sent(shot) && is_gone(v, shot);
}

/* exit(2) closes the descriptors well before the pidfd tells the end: in between it looks as if the worker had
 * let go of the socket. */
static bool was_ending(struct volley *v, struct volley_shot *shot)
{
	if (shot == v->shots || shot->status.phase != KILL_CHANGED)
		return false;
	for (int waited_ms = 0; waited_ms < ENDING_MS; waited_ms += 2) {
		if (is_gone(v, shot))
			return true;
		poll(NULL, 0, 2);
	}
	return false;
}

/* Whether everybody is as they were shown is looked at once, before the first signal. */
static void fire(struct volley *v, struct volley_shot *shot, int signal, int64_t now_ms)
{
	if (!company_is_whole(&shot->company)) {
		say_changed(shot);
		return;
	}
	if (is_gone_already(v, shot))
		kill_join(shot->kill, signal, now_ms, &shot->status);
	else if (!shot->status.is_final)
		kill_send(shot->kill, signal, now_ms, &shot->status);
	if (was_ending(v, shot))
		kill_join(shot->kill, signal, now_ms, &shot->status);
	if (shot->status.phase != KILL_CHANGED && shot->status.phase != KILL_FAILED)
		company_send(&shot->company, signal);
}

static void follow(struct volley_shot *shot, const struct volley_shot *first, int signal, int64_t now_ms)
{
	if (first->status.phase == KILL_CHANGED || first->status.phase == KILL_FAILED)
		shot->status = first->status;
	else if (!shot->status.is_final)
		kill_join(shot->kill, signal, now_ms, &shot->status);
}

void volley_send(struct volley *v, int signal, int64_t now_ms)
{
	for (size_t i = 0; i < v->count; i++) {
		struct volley_shot *shot = &v->shots[i];

		if (!shot->kill)
			continue;
		shot->sent_ms = now_ms;
		if (is_first(v, i))
			fire(v, shot, signal, now_ms);
		else
			follow(shot, &v->shots[shot->first], signal, now_ms);
	}
}

/* Its own story ended while another one of the volley still had the port. */
static void correct(struct volley_shot *shot, const struct snapshot *s)
{
	const struct listener *row;

	if (shot->status.phase != KILL_STILL_HELD || !shot->status.is_final)
		return;
	if (portwatch_see(&shot->kill->port, s, &row) != PORT_FREE)
		return;
	shot->status.phase = KILL_RELEASED;
	shot->status.new_pid = 0;
	phrase_set(shot->status.text, sizeof shot->status.text, "%s exited, %s is free", shot->kill->who,
		   shot->kill->where);
}

bool volley_step(struct volley *v, const struct snapshot *s, int64_t now_ms)
{
	bool is_over = true;

	for (size_t i = 0; i < v->count; i++) {
		struct volley_shot *shot = &v->shots[i];

		if (!shot->kill || !was_sent(shot))
			continue;
		if (!shot->status.is_final)
			kill_step(shot->kill, s, now_ms, &shot->status);
		if (s)
			correct(shot, s);
		is_over &= shot->status.is_final;
	}
	return is_over;
}

static bool runs(const struct volley_shot *shot)
{
	switch (shot->status.phase) {
	case KILL_SENT:
	case KILL_STILL_RUNNING:
	case KILL_PENDING:
		return !shot->status.is_final;
	default:
		return false;
	}
}

size_t volley_running(struct volley *v)
{
	size_t running = 0;

	for (size_t i = 0; i < v->count; i++)
		running += (is_first(v, i) && runs(&v->shots[i])) + company_running(&v->shots[i].company);
	return running;
}

void volley_done(struct volley *v)
{
	for (size_t i = 0; i < v->count; i++) {
		kill_free(v->shots[i].kill);
		company_done(&v->shots[i].company);
	}
	free(v->shots);
	v->shots = NULL;
	v->count = v->cap = 0;
}
