/* What may keep a process from answering: its descriptor limit, and a frozen cgroup. */
#ifndef PLATFORM_LINUX_LIMITS_H
#define PLATFORM_LINUX_LIMITS_H

#include "base/slice.h"
#include "model/probe.h"

/* `pid` 0: nothing is read. */
void limits_read(int proc, int32_t pid, struct probe_process *out);
/* The soft limit of "Max open files" in /proc/PID/limits; 0 = not there, or none. */
uint32_t limits_parse_files(struct slice text);
bool limits_parse_frozen(struct slice text);         /* cgroup.events has "frozen 1", freezer.state FROZEN */
struct slice limits_parse_freezer(struct slice cgroups); /* path in /proc/PID/cgroup of cgroup v1's freezer */

#endif
