/* Owns the steps from "kill?" to a decision. The safe key (Esc) always works; the deciding one only after the
 * user could read what it will do. Refuses to send, and to judge: the plan is made by action/kill. */
#include "ui/dialog.h"

#include <signal.h>

static const struct {
	int number;
	const char *meaning;
} signals[] = {
	{ SIGTERM, "ask it to stop" },
	{ SIGINT, "as Ctrl-C would" },
	{ SIGHUP, "hang up, or reload" },
	{ SIGKILL, "cannot be refused" },
};

enum { SIGNAL_COUNT = sizeof signals / sizeof *signals };

static void enter(struct dialog *d, enum dialog_state state)
{
	d->state = state;
	d->was_seen = false;
}

unsigned dialog_signals(void)
{
	return SIGNAL_COUNT;
}

unsigned dialog_choices(const struct dialog *d)
{
	return SIGNAL_COUNT + d->scopes.count + (d->plan.remedy_kind != REMEDY_NONE);
}

static const struct scope *scope_at(const struct dialog *d, unsigned i)
{
	return i >= SIGNAL_COUNT && i - SIGNAL_COUNT < d->scopes.count ? &d->scopes.list[i - SIGNAL_COUNT] : NULL;
}

static void choose(struct dialog *d, int signal)
{
	d->asked = signal;
	for (unsigned i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i].number == signal)
			d->chosen = i;
}

void dialog_ask(struct dialog *d, int signal)
{
	enter(d, DIALOG_ASKED);
	choose(d, signal);
}

void dialog_plan(struct dialog *d, const struct kill_plan *plan, const struct scopes *scopes)
{
	d->plan = *plan;
	d->scopes = *scopes;
	d->several = NULL;
	if (d->chosen >= dialog_choices(d))
		choose(d, SIGTERM);
	enter(d, plan->refusal == KILL_ALLOWED ? DIALOG_CHOOSING : DIALOG_REFUSED);
}

void dialog_plans(struct dialog *d, const struct kill_plan *summary, const struct targets *several)
{
	const struct scopes none = { .count = 0 };

	dialog_plan(d, summary, &none);
	d->several = several;
}

void dialog_reopen(struct dialog *d, int signal)
{
	enter(d, DIALOG_CHOOSING);
	choose(d, signal);
}

static int signal_of(const struct dialog *d, unsigned i)
{
	if (scope_at(d, i))
		return d->asked;
	return i < SIGNAL_COUNT ? signals[i].number : KILL_BY_REMEDY;
}

const char *dialog_choice_name(const struct dialog *d, unsigned i)
{
	const struct scope *scope = scope_at(d, i);

	if (scope)
		return scope->kind == COMPANY_GROUP ? "group" : "tree";
	return kill_signal_name(signal_of(d, i));
}

void dialog_add_meaning(struct buf *out, const struct dialog *d, unsigned i)
{
	const struct scope *scope = scope_at(d, i);

	if (scope)
		buf_printf(out, "%s to %s: %s", kill_signal_name(d->asked), scope->name, scope->brief);
	else
		buf_add_string(out, i < SIGNAL_COUNT ? signals[i].meaning : d->plan.remedy);
}

int dialog_signal(const struct dialog *d)
{
	return signal_of(d, d->chosen);
}

const struct scope *dialog_scope(const struct dialog *d)
{
	return scope_at(d, d->chosen);
}

void dialog_seen(struct dialog *d, bool is_readable)
{
	d->was_seen = is_readable;
}

static enum dialog_answer close_with(struct dialog *d, enum dialog_answer answer)
{
	enter(d, DIALOG_CLOSED);
	return answer;
}

/* More than the one process is never signalled without a look at each of them. */
static enum dialog_answer accept(struct dialog *d)
{
	if (d->state == DIALOG_REFUSED)
		return close_with(d, DIALOG_CANCELLED);
	if (d->state != DIALOG_CHOOSING || !d->was_seen)
		return DIALOG_OPEN;
	if (!*d->plan.confirm_twice && !dialog_scope(d))
		return close_with(d, DIALOG_DECIDED);
	enter(d, DIALOG_CONFIRMING);
	return DIALOG_OPEN;
}

enum dialog_answer dialog_command(struct dialog *d, enum command command)
{
	if (command == COMMAND_CANCEL)
		return close_with(d, DIALOG_CANCELLED);
	if (command == COMMAND_ACCEPT)
		return accept(d);
	if (command == COMMAND_CONFIRM && d->state == DIALOG_CONFIRMING && d->was_seen)
		return close_with(d, DIALOG_DECIDED);
	if (d->state == DIALOG_CHOOSING && command == COMMAND_NEXT)
		d->chosen = (d->chosen + 1) % dialog_choices(d);
	else if (d->state == DIALOG_CHOOSING && command == COMMAND_PREVIOUS)
		d->chosen = (d->chosen + dialog_choices(d) - 1) % dialog_choices(d);
	return DIALOG_OPEN;
}
