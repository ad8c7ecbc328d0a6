/* How long something has been there, on a screen that is looked at for long. Pure. */
#ifndef MODEL_AGE_H
#define MODEL_AGE_H

#include "base/buf.h"

/* Below five seconds "<5s", below a minute in steps; and from then on each `turn` (a port, say) only in its
 * second of ten: so a picture in which nothing happens changes a little in each second, and not all at once.
 * Never more than it is, soon right. */
void age_add(struct buf *out, int64_t now_ms, int64_t since_ms, unsigned turn);

#endif
