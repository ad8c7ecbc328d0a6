/* Every process that /proc shows right now: who belongs to whom. Only what `stat` tells; whether they hold
 * sockets is hunt's. */
#ifndef PLATFORM_LINUX_EVERYBODY_H
#define PLATFORM_LINUX_EVERYBODY_H

#include "model/facts.h"

/* Adds them to `out` (pid, ppid, group, session, start time, state, name), without threads of the kernel.
 * GAP_PROCESSES_HIDDEN where some may be missing. 0, or -errno when /proc cannot be listed. */
int everybody_add(int proc, struct facts *out);
/* One process and those that it descends from, with all that is known about each; it ends with the first that cannot
 * be read. 0, or -errno of the process itself. */
int everybody_add_line(int proc, int32_t pid, struct facts *out);

#endif
