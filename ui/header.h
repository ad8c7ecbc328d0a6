/* The first line: what there is on this machine, and when it was looked at. */
#ifndef UI_HEADER_H
#define UI_HEADER_H

#include "ui/draw.h"
#include "ui/state.h"

void header_draw(const struct app *app, struct canvas *c, struct rect area);

#endif
