/* The strip below the table: about the selected row. */
#ifndef UI_STRIP_H
#define UI_STRIP_H

#include "ui/draw.h"
#include "ui/state.h"

void strip_draw(const struct app *app, struct canvas *c, struct rect area);

#endif
