/* The life of a kill as the dashboard sees it: key, dialog, decision, what became of it. */
#ifndef UI_KILLING_H
#define UI_KILLING_H

#include "ui/state.h"

/* Opens the dialog for the tagged rows, else for the row that commands are about, with that signal
 * preselected. */
void killing_ask(struct app *app, int signal, struct job *out);
void killing_command(struct app *app, enum command command, struct job *out);    /* a key in the dialog */
void killing_plan(struct app *app, const struct reply *reply, struct job *out);
void killing_status(struct app *app, const struct kill_status *status, struct job *out);

#endif
