/* The arrays of struct facts <-> the arrays of a recorded frame. */
#ifndef REPLAY_PARTS_H
#define REPLAY_PARTS_H

#include <jansson.h>
#include "model/facts.h"

void parts_to_json(json_t *frame, const struct facts *f);
/* Adds to `f`; an array that is missing is empty. 0, or -EINVAL: `f` is half filled. */
int parts_from_json(const json_t *frame, struct facts *f);

#endif
