/* What each command of the views does: a table of handlers. For app.c only. */
#ifndef UI_ACT_H
#define UI_ACT_H

#include "ui/state.h"

/* Moves, or does what the command says; what is left to be done is in *out. */
void act(struct app *app, enum command command, struct job *out);
bool act_move(struct app *app, enum command command);            /* false: no moving command */
void act_clear(struct app *app);                                 /* the filter and the status */
/* By the same once more: reverses. */
void act_sort_rows(struct app *app, const struct column *by);
void act_sort_links(struct app *app, enum link_column_id by);
void act_sort_picked(struct app *app, const struct menu_item *item);     /* of the menu of COMMAND_SORT */

#endif
