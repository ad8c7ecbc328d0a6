/* The status: one line about what was just done, or why it was not. */
#ifndef UI_SAY_H
#define UI_SAY_H

#include "ui/state.h"

void say(struct app *app, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
