/* Choosing the columns of a view: a menu with checks, in the order in which they stand. */
#ifndef UI_ARRANGE_H
#define UI_ARRANGE_H

#include "ui/state.h"

void arrange_open(struct app *app);
void arrange_command(struct app *app, enum command command);     /* while it is open */

#endif
