/* From a socket's cgroup id to the processes in that cgroup: where its owner most likely is. The id is the
 * inode of the cgroup2 directory; it dangles after rmdir, and the process may have moved: an order to
 * search in, never an answer. */
#ifndef PLATFORM_LINUX_CGROUPS_H
#define PLATFORM_LINUX_CGROUPS_H

#include <stdint.h>
#include "base/map.h"
#include "platform/linux/holders.h"

struct cgroups {                     /* zeroed = nothing read yet */
	char **paths;                /* owned, each owned */
	size_t count, cap;
	struct map by_id;            /* cgroup id -> index */
	int64_t read_us;             /* when the tree was read; 0 = never */
};

void cgroups_done(struct cgroups *c);
/* Adds nothing for a crowd (more than fits 512 bytes of cgroup.procs): that is no hint. */
void cgroups_members(struct cgroups *c, uint64_t id, int64_t now_us, struct pid_list *out);

#endif
