/* What may keep a process from answering: its descriptor limit, and a frozen cgroup. */
#ifndef PLATFORM_LINUX_LIMITS_H
#define PLATFORM_LINUX_LIMITS_H

#include "base/slice.h"
#include "model/probe.h"

/* `pid` 0: nothing is read. */
void limits_read(int proc, int32_t pid, struct probe_process *out);
/* enum tristate: by cgroup.events of that path below `root`, where cgroup2 is mounted; by cgroup v1's freezer. */
int8_t limits_is_group_frozen(const char *root, struct slice cgroup);
int8_t limits_is_frozen_of_old(int proc, int32_t pid);
/* The soft limit of "Max open files" in /proc/PID/limits; 0 = not there, or none. */
uint32_t limits_parse_files(struct slice text);
bool limits_parse_frozen(struct slice text);         /* cgroup.events has "frozen 1", freezer.state FROZEN */
struct slice limits_parse_freezer(struct slice cgroups); /* path in /proc/PID/cgroup of cgroup v1's freezer */

#endif
