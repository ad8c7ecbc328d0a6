/* A pause: the picture stays, what happens is collected. */
#ifndef UI_PAUSING_H
#define UI_PAUSING_H

#include "ui/state.h"

/* Begins or ends one. A recording stands still meanwhile. */
void pausing_toggle(struct app *app, struct job *out);
/* The next `frames` frames are shown all the same. Nothing to do where there is no pause. */
void pausing_look(struct app *app, unsigned frames);
/* Takes a frame. False: the picture stays as it is. */
bool pausing_takes(struct app *app, const struct snapshot *s);

#endif
