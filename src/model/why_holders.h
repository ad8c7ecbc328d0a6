/* Who has a listener open, in words, and whether one of them waits for connections, as far as a probe could
 * see. */
#ifndef MODEL_WHY_HOLDERS_H
#define MODEL_WHY_HOLDERS_H

#include "model/why_scene.h"

/* Adds a line: "held by node 42 (alice) as server, sleep 43 (alice) as leaked". */
void holders_explain(struct why_draft *d, const struct listener *l);
/* Adds a line for each holder of which it is known: "node 42 sleeps (nanosleep), and no thread of it
 * waits for connections", or why it is not. */
void holders_explain_waiting(const struct why_scene *c, struct why_draft *d);

#endif
