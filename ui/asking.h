/* Asking why: key, page, answer. */
#ifndef UI_ASKING_H
#define UI_ASKING_H

#include "ui/state.h"

/* About the row that commands are about; shows the page. */
void asking_ask(struct app *app, struct job *out);
void asking_try(struct app *app, struct job *out);       /* the same once more, with one connection */
void asking_answer(struct app *app, struct why *why);    /* takes it */

#endif
