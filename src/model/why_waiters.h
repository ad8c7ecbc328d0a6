/* What the holders of a listener do: whether one of them waits for connections, as far as a probe could see. */
#ifndef MODEL_WHY_WAITERS_H
#define MODEL_WHY_WAITERS_H

#include "model/why_scene.h"

/* Does none of the holders wait for connections, and is that known of each? */
bool waiters_are_none(const struct why_scene *c);
/* The same, and all of them may have inherited their descriptor from a parent that has ended. */
bool waiters_are_heirs(const struct why_scene *c);
/* Adds a line for each holder of which it is known: "node 42 sleeps, and does not wait for connections". */
void waiters_explain(const struct why_scene *c, struct why_draft *d);

#endif
