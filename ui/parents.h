/* The processes above the one under the cursor: no scan has them, so they are asked for when somebody looks. */
#ifndef UI_PARENTS_H
#define UI_PARENTS_H

#include "ui/state.h"

/* True, and *out is the job, when the row under the cursor is about a process whose parents are not known. */
bool parents_wish(struct app *app, struct job *out);
void parents_answer(struct app *app, const struct reply *reply);

#endif
