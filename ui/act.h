/* What each command of the views does: a table of handlers. For app.c only. */
#ifndef UI_ACT_H
#define UI_ACT_H

#include "ui/state.h"

/* Moves, or does what the command says; what is left to be done is in *out. */
void act(struct app *app, enum command command, struct job *out);
bool act_move(struct app *app, enum command command);            /* false: no moving command */

#endif
