/* The kill dialog: what the plan says, which signal, and the second confirmation. Transitions are pure; it
 * never sends anything: it says when the user has decided. How it looks is dialogbox.h's. */
#ifndef UI_DIALOG_H
#define UI_DIALOG_H

#include <stdbool.h>
#include <stdint.h>
#include "action/kill.h"
#include "ui/command.h"
#include "ui/targets.h"

enum dialog_state {
	DIALOG_CLOSED,
	DIALOG_ASKED,            /* the plan is on its way */
	DIALOG_CHOOSING,
	DIALOG_CONFIRMING,       /* wants a second, other key */
	DIALOG_REFUSED           /* explains why there will be no signal */
};

enum dialog_answer { DIALOG_OPEN, DIALOG_CANCELLED, DIALOG_DECIDED };

struct dialog {
	enum dialog_state state;
	struct kill_plan plan;           /* meaningful from CHOOSING on */
	const struct targets *several;   /* borrowed: `plan` is the summary of these; NULL = of one process */
	unsigned chosen;                 /* index of the signal */
	bool was_seen;                   /* drawn in this state and readable: only then a key decides */
};

void dialog_ask(struct dialog *d, int signal);                   /* opens; the plan follows */
void dialog_plan(struct dialog *d, const struct kill_plan *plan);
void dialog_plans(struct dialog *d, const struct kill_plan *summary, const struct targets *several);
void dialog_reopen(struct dialog *d, int signal);                /* once more for the same plan */
/* CANCELLED and DECIDED close it. */
enum dialog_answer dialog_command(struct dialog *d, enum command command);
int dialog_signal(const struct dialog *d);
/* Its picture was shown; so large that one can read it? */
void dialog_seen(struct dialog *d, bool is_readable);

struct dialog_choice {
	const char *name, *meaning;      /* safe; the dialog's */
	bool is_command;                 /* no signal: the command that ends the unit or the container */
};

/* Those with a number from 0 on; `chosen` is one of them. The command, where there is one, is the last. */
unsigned dialog_choices(const struct dialog *d);
struct dialog_choice dialog_choice(const struct dialog *d, unsigned i);

#endif
