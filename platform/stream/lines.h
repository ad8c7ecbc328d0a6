/* Bytes -> the frames of a recording that never ends. Pure, no I/O: the fuzzed part of a stream. */
#ifndef STREAM_LINES_H
#define STREAM_LINES_H

#include <stdbool.h>
#include "base/buf.h"
#include "base/slice.h"
#include "model/facts.h"

enum { LINES_INTERVAL_DEFAULT_MS = 1000 };

struct lines {                   /* zeroed = the beginning */
	struct buf line;         /* what has come of the next one; never longer than a recording's may be */
	unsigned number;         /* of whole lines that were taken */
	int interval_ms;         /* as the header says; 0 = no header yet */
};

/* Takes from the front of `bytes` up to the end of the first line that is a frame. 1 and *out, which is the caller's;
 * 0 when all was taken and none is whole; -EINVAL: line number + 1 is no part of a recording, -EPROTONOSUPPORT it
 * is one of a later format. Text before the header (what a login prints) is skipped, but not without end. */
int lines_take(struct lines *l, struct slice *bytes, struct facts **out);
void lines_reset(struct lines *l);
void lines_done(struct lines *l);

#endif
