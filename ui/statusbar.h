/* The lines below the body: what could not be seen, the status, and the keys (or the prompt). */
#ifndef UI_STATUSBAR_H
#define UI_STATUSBAR_H

#include "ui/draw.h"
#include "ui/state.h"

void statusbar_draw_gaps(const struct app *app, struct canvas *c, struct rect area);
void statusbar_draw_rule(const struct app *app, struct canvas *c, struct rect area);
void statusbar_draw_keys(const struct app *app, struct canvas *c, struct rect area);

#endif
