/* Who owns a row, and how surely that is known: told for every row, also where nobody was seen to hold it.
 * A step of snapshot_build(), after the holders are joined. */
#ifndef MODEL_INFERENCE_H
#define MODEL_INFERENCE_H

#include "model/frame.h"

void inference_fill(struct frame *f);
const char *certainty_name(enum certainty certainty);     /* JSON: "certain", "inferred", "hidden", "none" */

#endif
