/* Runs a small helper program to its end, as the user who invoked lotop. */
#ifndef PLATFORM_LINUX_SPAWN_H
#define PLATFORM_LINUX_SPAWN_H

#include "base/slice.h"

/* As platform_ops.run. */
int spawn_run(const char *const argv[], struct slice input, int timeout_ms);
/* As platform_ops.run_own. */
int spawn_run_own(const char *const argv[], int timeout_ms);

#endif
