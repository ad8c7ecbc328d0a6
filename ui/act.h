/* What each command of the views does: a table of handlers. For app.c only. */
#ifndef UI_ACT_H
#define UI_ACT_H

#include "ui/state.h"

/* Moves, or does what the command says; what is left to be done is in *out. */
void act(struct app *app, enum command command, struct job *out);
bool act_move(struct app *app, enum command command);            /* false: no moving command */
void act_clear(struct app *app);                                 /* the filter and the status */
void act_sort_by(struct app *app, unsigned column);              /* of the view; once more: reverses */

#endif
