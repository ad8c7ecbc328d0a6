/* How the connections view looks: titles, rows, and the strip about the selected one. */
#ifndef UI_LINKTABLE_H
#define UI_LINKTABLE_H

#include "ui/draw.h"
#include "ui/state.h"

void linktable_draw_head(const struct app *app, struct canvas *c, struct rect area);
void linktable_draw(const struct app *app, struct canvas *c, struct rect area);
/* The column whose title stands at that place of a head of that width; false: none. */
bool linktable_column_at(const struct app *app, unsigned width, unsigned at, enum link_column_id *out);
void linktable_draw_strip(const struct app *app, struct canvas *c, struct rect area);

#endif
