/* The mouse: what is under it, and which key means the same. */
#ifndef UI_POINTING_H
#define UI_POINTING_H

#include "ui/input.h"
#include "ui/state.h"

/* Selects, chooses, sorts or scrolls what is under a click or the wheel. Returns the key that is to be taken
 * as pressed now, or 0: a hint, a button, a line of a menu, the second click on a row. */
uint32_t pointing_apply(struct app *app, const struct input *input);

#endif
