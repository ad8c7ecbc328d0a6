/* The past of a port in one line: a character for each stretch of time, the newest last. High is up, low is down;
 * "+" opened, "-" closed, "~" rebound or another owner, "*" came and went, a blank: not known. Pure. */
#ifndef MODEL_TIMELINE_H
#define MODEL_TIMELINE_H

#include "base/buf.h"
#include "model/history.h"

/* `stretches` (at most HISTORY_CELLS, which it divides) of equal length over all that is remembered. They begin at
 * whole multiples of their length, so that what is past stands still while time goes on. */
void timeline_add(struct buf *out, const struct history *h, int64_t now_ms, unsigned stretches);
/* The most clients in each stretch: the lowest mark is none, the highest is *most. */
void timeline_add_clients(struct buf *out, const struct history *h, int64_t now_ms, unsigned stretches,
			  int *most);

#endif
