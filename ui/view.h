/* The whole picture: which draw function fills which region, and what lies on top. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "ui/draw.h"
#include "ui/state.h"

void view_draw(const struct app *app, struct canvas *c);

#endif
