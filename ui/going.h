/* From view to view, and back. */
#ifndef UI_GOING_H
#define UI_GOING_H

#include "ui/state.h"

void going_to(struct app *app, enum view view);                  /* a page starts at its top */
void going_to_next(struct app *app);                             /* of the views that Tab goes through */
void going_to_previous(struct app *app);
/* Into the row under the cursor; on a group's line: folds or unfolds it. */
void going_into(struct app *app);
void going_to_help(struct app *app);
void going_back(struct app *app);
/* To the row of the event under the cursor, in the table. */
void going_to_event(struct app *app);

#endif
