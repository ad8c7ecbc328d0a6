/* The picture of the kill dialog: a box over the view, its choices and its buttons. */
#ifndef UI_DIALOGBOX_H
#define UI_DIALOGBOX_H

#include "ui/dialog.h"
#include "ui/draw.h"

/* The screen has room for it, and for everybody whom a signal would reach: on a smaller one nothing is decided. */
bool dialogbox_is_readable(const struct dialog *d, struct rect screen);
void dialogbox_draw(const struct dialog *d, struct canvas *c, struct rect screen);
/* A click: chooses what is at that place. Returns the key of the button there, or 0. */
uint32_t dialogbox_click(struct dialog *d, struct rect screen, unsigned x, unsigned y);

#endif
