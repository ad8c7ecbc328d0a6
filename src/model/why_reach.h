/* Who answers where, and what can be bound: the evidence that every answer shares. */
#ifndef MODEL_WHY_REACH_H
#define MODEL_WHY_REACH_H

#include "model/why_scene.h"

/* Adds lines: who takes a connection to 127.0.0.1, ::1 and localhost; what trial binds gave; what is not
 * known. */
void reach_explain(const struct why_scene *c, struct why_draft *d);

#endif
