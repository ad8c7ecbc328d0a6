/* Runs a small helper program to its end, as the user who invoked lotop or with lotop's own rights. */
#ifndef PLATFORM_LINUX_SPAWN_H
#define PLATFORM_LINUX_SPAWN_H

#include <stddef.h>
#include "base/buf.h"
#include "base/slice.h"

enum { SPAWN_NO_CAPABILITY = -1 };

/* As platform_ops.run. */
int spawn_run(const char *const argv[], struct slice input, int timeout_ms);
/* As platform_ops.run_own. */
int spawn_run_own(const char *const argv[], int timeout_ms);
/* As spawn_run_own(), and *out (empty) takes what it writes to stdout: outside bytes. `capability` is one that
 * lotop may have without being root, and that the program is to have as well: argv[0] is a path, and the
 * environment a fixed one, nothing of the user's. -EFBIG: that was more than `max`; *out has how it began. */
int spawn_read(const char *const argv[], int capability, int timeout_ms, size_t max, struct buf *out);

#endif
