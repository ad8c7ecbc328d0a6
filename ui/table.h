/* The table of listeners: column titles and rows. */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include "ui/draw.h"
#include "ui/state.h"

void table_draw_head(const struct app *app, struct canvas *c, struct rect area);
void table_draw(const struct app *app, struct canvas *c, struct rect area);

#endif
