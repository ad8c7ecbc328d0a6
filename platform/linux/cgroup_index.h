/* From the cgroup id of a socket to the directory that it is the inode of, and to the processes in there.
 * Needs no privilege: the owner of a socket can be inferred where its holders cannot be seen. An id is never
 * given twice; it dangles after rmdir (the path that it had is still told), and the process may have moved
 * on: a hint, never an answer. One thread; time is passed in. Sources: cgroups(7), Linux
 * Documentation/admin-guide/cgroup-v2.rst. */
#ifndef PLATFORM_LINUX_CGROUP_INDEX_H
#define PLATFORM_LINUX_CGROUP_INDEX_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/map.h"
#include "base/slice.h"
#include "platform/linux/pace.h"

enum { CGROUP_INDEX_MAX = 8192, CGROUP_INDEX_ROOT = 256 };   /* directories: the nearest to the root first */

struct cgroup_entry;

struct cgroup_index {                /* zeroed = nothing read yet */
	struct arena arena;          /* the paths */
	struct cgroup_entry *entries;    /* owned */
	size_t count, cap;
	struct map by_id;            /* id -> index */
	struct map missing;          /* id -> when it was looked for in vain */
	struct pace pace;            /* of reading the tree */
	char root[CGROUP_INDEX_ROOT];    /* where it is mounted; "" = not known, or it is not */
};

void cgroup_index_done(struct cgroup_index *c);

/* As /proc/PID/cgroup writes it: "/system.slice/nginx.service"; empty = not known, or nothing is mounted. The
 * tree is read again for an id that came since, in at most a hundredth of the time. Borrowed until the next
 * call. */
struct slice cgroup_index_path(struct cgroup_index *c, uint64_t id, int64_t now_us);
/* The processes in that very directory, the first `cap` at most. */
size_t cgroup_index_processes(struct cgroup_index *c, uint64_t id, int64_t now_us, int32_t *out, size_t cap);

#endif
