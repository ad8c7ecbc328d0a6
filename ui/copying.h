/* Handing a text of the selected row on: to a clipboard, to the browser. */
#ifndef UI_COPYING_H
#define UI_COPYING_H

#include "ui/copy.h"
#include "ui/state.h"

void copying_copy(struct app *app, enum copy_kind kind, struct job *out);
void copying_text(struct app *app, const char *text, struct job *out);           /* safe text */
void copying_open_menu(struct app *app);
void copying_browse(struct app *app, struct job *out);
/* How a helper fared. */
void copying_message(struct app *app, const struct reply *reply, struct job *out);

#endif
