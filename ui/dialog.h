/* The kill dialog: what the plan says, which signal to whom, and the second confirmation. Transitions are pure; it
 * never sends anything: it says when the user has decided. How it looks is dialogbox.h's. */
#ifndef UI_DIALOG_H
#define UI_DIALOG_H

#include <stdbool.h>
#include <stdint.h>
#include "action/kill.h"
#include "action/scope.h"
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
	struct scopes scopes;            /* whom else it may be sent to; none of several */
	unsigned chosen;                 /* index of the choice */
	int asked;                       /* the signal that it was opened with: what a scope gets */
	bool was_seen;                   /* drawn in this state and readable: only then a key decides */
};

void dialog_ask(struct dialog *d, int signal);                   /* opens; the plan follows */
void dialog_plan(struct dialog *d, const struct kill_plan *plan, const struct scopes *scopes);
void dialog_plans(struct dialog *d, const struct kill_plan *summary, const struct targets *several);
void dialog_reopen(struct dialog *d, int signal);                /* once more for the same plan */
/* CANCELLED and DECIDED close it. */
enum dialog_answer dialog_command(struct dialog *d, enum command command);
int dialog_signal(const struct dialog *d);
const struct scope *dialog_scope(const struct dialog *d);         /* NULL: the process alone */
/* Its picture was shown; so large that one can read it? */
void dialog_seen(struct dialog *d, bool is_readable);

/* Those with a number from 0 on; `chosen` is one of them. First the signals, then the scopes, then the command that
 * ends the unit or the container, where there are some. */
unsigned dialog_signals(void);                                   /* how many of the choices are signals */
unsigned dialog_choices(const struct dialog *d);
const char *dialog_choice_name(const struct dialog *d, unsigned i);
void dialog_add_meaning(struct buf *out, const struct dialog *d, unsigned i);

#endif
