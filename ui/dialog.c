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

/* The command that ends the unit or the container is one more choice, behind the signals. */
unsigned dialog_choices(const struct dialog *d)
{
	return SIGNAL_COUNT + (d->plan.remedy_kind != REMEDY_NONE);
}

static void choose(struct dialog *d, int signal)
{
	for (unsigned i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i].number == signal)
			d->chosen = i;
}

void dialog_ask(struct dialog *d, int signal)
{
	enter(d, DIALOG_ASKED);
	choose(d, signal);
}

void dialog_plan(struct dialog *d, const struct kill_plan *plan)
{
	d->plan = *plan;
	d->several = NULL;
	if (d->chosen >= dialog_choices(d))
		choose(d, SIGTERM);
	enter(d, plan->refusal == KILL_ALLOWED ? DIALOG_CHOOSING : DIALOG_REFUSED);
}

void dialog_plans(struct dialog *d, const struct kill_plan *summary, const struct targets *several)
{
	dialog_plan(d, summary);
	d->several = several;
}

void dialog_reopen(struct dialog *d, int signal)
{
	enter(d, DIALOG_CHOOSING);
	choose(d, signal);
}

struct dialog_choice dialog_choice(const struct dialog *d, unsigned i)
{
	if (i >= SIGNAL_COUNT)
		return (struct dialog_choice){ kill_signal_name(KILL_BY_REMEDY), d->plan.remedy, true };
	return (struct dialog_choice){ kill_signal_name(signals[i].number), signals[i].meaning, false };
}

int dialog_signal(const struct dialog *d)
{
	return d->chosen < SIGNAL_COUNT ? signals[d->chosen].number : KILL_BY_REMEDY;
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

static enum dialog_answer accept(struct dialog *d)
{
	if (d->state == DIALOG_REFUSED)
		return close_with(d, DIALOG_CANCELLED);
	if (d->state != DIALOG_CHOOSING || !d->was_seen)
		return DIALOG_OPEN;
	if (!*d->plan.confirm_twice)
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
