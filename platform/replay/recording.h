/* A recording: NDJSON, a header line and then one line per scan with everything that struct facts holds.
 * Lossless: decode(encode(facts)) gives equal facts. Pure, no I/O.
 *   {"lotop_recording":1,"version":"0.1.0"}
 *   {"wall_ms":...,"host":"devbox","sockets":[{"local":["tcp","127.0.0.1",3000],"state":"LISTEN",...}],
 *    "holders":[[inode,pid,fd],...],
 *    "processes":[{"pid":4211,"comm":"node","command":["node","server.js",""],...}],...}
 * Everything beyond ASCII is written as \uXXXX, so that a hostile recording can be looked at with cat. */
#ifndef REPLAY_RECORDING_H
#define REPLAY_RECORDING_H

#include "base/buf.h"
#include "base/slice.h"
#include "model/facts.h"

enum { RECORDING_LINE_MAX = 32 << 20, RECORDING_FRAMES_MAX = 1 << 20 };

void recording_add_header(struct buf *out);
/* Of one that goes on: with the time between two frames. */
void recording_add_stream_header(struct buf *out, int interval_ms);
void recording_add_frame(struct buf *out, const struct facts *f);     /* one line with its newline */

/* 0; -EINVAL not a recording; -EPROTONOSUPPORT a recording of a later format. */
int recording_check_header(struct slice line);
/* What the header says, `otherwise` where it says nothing sensible: 1 ms to an hour. */
int recording_interval_ms(struct slice header, int otherwise);
/* Fills the empty `out`. Unknown keys are skipped. 0, or -EINVAL: then `out` is empty again. */
int recording_decode(struct slice line, struct facts *out);

#endif
