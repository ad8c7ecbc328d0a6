/* Owns which sets of processes are offered, and the words for them. Who belongs to one, and the signals, are company.c's. */
#include "action/scope.h"

#include <errno.h>
#include <string.h>
#include "base/buf.h"

static void add_name(struct buf *brief, struct buf *who, const char *name, int32_t pid)
{
	const char *between = brief->len ? ", " : "";

	buf_printf(brief, "%s%s", between, name);
	buf_printf(who, "%s%s %d", between, name, (int)pid);
}

static bool is_older(const struct target_id *a, const struct target_id *b)
{
	return a->start_time != b->start_time ? a->start_time < b->start_time : a->pid < b->pid;
}

/* The process itself stands among them where its age puts it. */
static void add_names(struct buf *brief, struct buf *who, const struct company *c, const struct kill_plan *plan)
{
	bool is_named = false;

	for (size_t i = 0; i < c->count; i++) {
		const struct companion *m = &c->members[i];

		if (!is_named && is_older(&plan->id, &m->id)) {
			add_name(brief, who, plan->name, plan->id.pid);
			is_named = true;
		}
		add_name(brief, who, m->name, m->id.pid);
	}
	if (!is_named)
		add_name(brief, who, plan->name, plan->id.pid);
}

static bool is_held(const struct company *c, const struct listener *l)
{
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (company_has(c, l->holders[i].process->fact->pid))
			return true;
	return false;
}

/* The other ports that end with them. */
static void add_held(struct buf *out, const struct company *c, const struct snapshot *s,
		     const struct kill_plan *plan)
{
	char address[sizeof plan->address];

	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (l->key.kind > ROW_BOUND || !row_key_compare(&l->key, &plan->key) || !is_held(c, l) ||
		    plan_holds(l, plan->id.pid))
			continue;
		plan_set_address(address, sizeof address, l);
		buf_printf(out, "%s%s", out->len ? ", " : "", address);
	}
}

static const char *title(enum company_kind kind)
{
	return kind == COMPANY_GROUP ? "its process group" : "those below it";
}

/* False: nobody could read who they are. */
static bool describe(struct scope *scope, const struct company *c, const struct snapshot *s,
		     const struct kill_plan *plan)
{
	struct buf brief = { 0 }, who = { 0 }, held = { 0 };
	bool fits;

	*scope = (struct scope){ .kind = c->kind, .count = c->count + 1, .has_ancestor = c->has_ancestor };
	if (c->kind == COMPANY_GROUP)
		phrase_set(scope->name, sizeof scope->name, "group %d", (int)c->group);
	else
		phrase_set(scope->name, sizeof scope->name, "it and %zu below it", c->count);
	add_names(&brief, &who, c, plan);
	add_held(&held, c, s, plan);
	fits = who.len < sizeof scope->who && held.len < sizeof scope->held;
	phrase_set(scope->brief, sizeof scope->brief, "%s", buf_string(&brief));
	phrase_set(scope->who, sizeof scope->who, "%s", buf_string(&who));
	phrase_set(scope->held, sizeof scope->held, "%s", buf_string(&held));
	buf_done(&brief);
	buf_done(&who);
	buf_done(&held);
	return fits;
}

static bool is_same(const struct company *a, const struct company *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!company_has(b, a->members[i].id.pid))
			return false;
	return true;
}

/* Takes the company, or ends it. */
static void offer(struct scopes *out, struct company companies[], struct company *c, const struct snapshot *s,
		  const struct kill_plan *plan)
{
	struct scope *scope = &out->list[out->count];

	if (!c->count || (out->count && is_same(&companies[0], c))) {
		company_done(c);
	} else if (describe(scope, c, s, plan)) {
		companies[out->count++] = *c;
	} else {
		phrase_set(out->refusal, sizeof out->refusal, "%s cannot be chosen: %zu processes are too many to be shown",
			   title(c->kind), scope->count);
		*scope = (struct scope){ .count = 0 };
		company_done(c);
	}
}

void scope_arm(struct platform *p, const struct snapshot *s, const struct kill_plan *plan,
	       struct company companies[SCOPE_MAX], struct scopes *out)
{
	static const enum company_kind kinds[SCOPE_MAX] = { COMPANY_TREE, COMPANY_GROUP };

	*out = (struct scopes){ .count = 0 };
	for (size_t i = 0; i < SCOPE_MAX; i++) {
		struct company c = { .platform = p, .kind = kinds[i], .leader = plan->id.pid };
		char why[KILL_TEXT];
		int error = company_arm(&c, s, why, sizeof why);

		if (!error)
			offer(out, companies, &c, s, plan);
		else if (error == -EPERM)
			phrase_set(out->refusal, sizeof out->refusal, "%s cannot be chosen: %s", title(kinds[i]), why);
	}
}

struct tally {
	size_t signalled, running;
	const struct companion *last;    /* the last of them that runs */
};

static struct tally count(const struct company *c)
{
	struct tally n = { .signalled = 0 };

	for (size_t i = 0; i < c->count; i++) {
		const struct companion *m = &c->members[i];

		n.signalled += m->was_sent;
		if (m->has_exited || m->is_elsewhere)
			continue;
		n.running++;
		n.last = m;
	}
	return n;
}

/* Those who run are told first: the end of a line may be cut. */
static void tell_running(const struct tally *n, const char *told, struct kill_status *status)
{
	status->is_left_behind = true;
	if (n->running == 1)
		phrase_set(status->text, sizeof status->text, "%s %d is still running; %s", n->last->name,
			   (int)n->last->id.pid, told);
	else
		phrase_set(status->text, sizeof status->text, "%zu others are still running; %s", n->running, told);
}

/* "TERM sent to node 4211 and 2 more" */
static void tell_more(size_t more, const char *told, const struct kill_plan *plan, struct kill_status *status)
{
	char who[80];
	const char *behind;

	phrase_set(who, sizeof who, "%s %d", plan->name, (int)plan->id.pid);
	behind = strstr(told, who);
	if (!behind || !more)
		return;
	behind += strlen(who);
	phrase_set(status->text, sizeof status->text, "%.*s and %zu more%s", (int)(behind - told), told, more, behind);
}

void scope_tell(const struct company *c, const struct kill_plan *plan, struct kill_status *status)
{
	const struct tally n = count(c);
	bool is_sent = status->phase == KILL_SENT;
	char told[KILL_TEXT];

	if (!c->was_sent || status->phase == KILL_CHANGED || status->phase == KILL_FAILED)
		return;
	memcpy(told, status->text, sizeof told);
	if (n.running && !is_sent)
		tell_running(&n, told, status);
	else if (is_sent || status->phase == KILL_EXITED || status->phase == KILL_RELEASED ||
		 status->phase == KILL_STILL_HELD)
		tell_more(n.signalled, told, plan, status);
}
