/* lotop on a recording of tests/fixtures: frames advance only when the test says so. */
#ifndef E2E_REPLAY_H
#define E2E_REPLAY_H

#include "base/buf.h"
#include "term.h"

/* The dashboard on fixtures/NAME.ndjson, waited for until its first frame stands. */
struct term *replay_start(int rows, int cols, const char *name, const char *const env[]);
/* The same on any recording. */
struct term *replay_file(int rows, int cols, const char *path, const char *const env[]);
/* The next frame: asks for a scan and waits until the header's clock shows `clock` ("12:03:18"). */
bool replay_step(struct term *t, const char *clock);

/* A recording of so many frames, as `add_frame` makes each; replaces what is at `path`. */
void replay_write(const char *path, unsigned frames, void (*add_frame)(struct buf *out, unsigned frame));
/* How a frame starts, with all owners found; its sockets are to follow. */
void replay_begin_frame(struct buf *out, int64_t wall_ms);
void replay_add_server(struct buf *out, const char *comma, unsigned port, unsigned inode, unsigned cookie);

#endif
