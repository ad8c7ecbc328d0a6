/* What /proc/self/mountinfo says about the two mounts that matter here. Source: proc(5), cgroups(7). */
#ifndef PLATFORM_LINUX_MOUNTS_H
#define PLATFORM_LINUX_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/slice.h"

struct mount {                       /* borrowed from the line */
	struct slice point;          /* as the kernel escapes it: \040 for a blank */
	struct slice type;           /* "proc", "cgroup2" */
	struct slice options;        /* the super options, behind the dash */
};

bool mounts_parse(struct slice line, struct mount *out);
bool mounts_hides_processes(struct slice options);       /* hidepid other than 0/off, or subset=pid */

/* Where cgroup2 is mounted. False when it is not, or with a blank in its path. */
bool mounts_find_cgroup2(char *out, size_t size);
/* Does /proc leave out processes of other users: hidepid or subset? */
bool mounts_hide_others(void);
/* May processes be missing from /proc: hidepid, subset, or a pid namespace that is not the machine's own? */
bool mounts_may_hide_processes(void);

#endif
