/* lotop on a recording of tests/fixtures: frames advance only when the test says so. */
#ifndef E2E_REPLAY_H
#define E2E_REPLAY_H

#include "term.h"

/* The dashboard on fixtures/NAME.ndjson, waited for until its first frame stands. */
struct term *replay_start(int rows, int cols, const char *name, const char *const env[]);
/* The same on any recording. */
struct term *replay_file(int rows, int cols, const char *path, const char *const env[]);
/* The next frame: asks for a scan and waits until the header's clock shows `clock` ("12:03:18"). */
bool replay_step(struct term *t, const char *clock);

#endif
