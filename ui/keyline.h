/* The key line: which keys mean something now, as they are bound; each can be clicked. */
#ifndef UI_KEYLINE_H
#define UI_KEYLINE_H

#include "ui/draw.h"
#include "ui/state.h"

void keyline_draw(const struct app *app, struct canvas *c, struct rect area);
/* The key whose hint stands at that column of a line that wide; 0 = none. */
uint32_t keyline_key_at(const struct app *app, unsigned width, unsigned x);

#endif
