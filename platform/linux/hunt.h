/* Who holds the sockets that are wanted, found with as few looks as possible. Each scan:
 *
 *   queue     new processes, owners whose facts changed, and HUNT_HINTS others by their number of descriptors
 *   deep      every HUNT_DEEP_EVERY scans: the rolling walk goes on for HUNT_DEEP_US, whatever the hints say
 *   links     only while a connection that is listed has no known holder: everybody whose number of descriptors
 *             changed, then everybody, for HUNT_LINKS_US a scan; nobody waits for what it finds
 *   and only while a socket has no known holder, and its back-off (wants.h) is over:
 *   recent    whoever was found or born lately        cgroup   the processes of the socket's cgroup
 *   pass      everybody in one go, where BPF is permitted (pass.h); instead of the three that follow
 *   changed   everybody whose number of descriptors changed since the last look
 *   all       everybody                               tasks    everybody's threads with tables of their own
 *
 * The first hunt is complete: a pass, or `all` by two threads and `tasks`. A later hunt takes at most HUNT_SCAN_US of a scan for its last three stages and goes on in the
 * next scan; until then it is pending. What this can miss, and for how long: see holders.h. A second
 * holder of a new socket that got it by SCM_RIGHTS counts as SCM_RIGHTS there. */
#ifndef PLATFORM_LINUX_HUNT_H
#define PLATFORM_LINUX_HUNT_H

#include "platform/platform.h"

enum { HUNT_HINTS = 4, HUNT_DEEP_EVERY = 8, HUNT_DEEP_US = 250, HUNT_LINKS_US = 100000, HUNT_SCAN_US = 20000 };

struct hunt;

struct cgroup_index;

/* Borrows the descriptor of /proc, and the index. `may_pass`: BPF is not forbidden. */
struct hunt *hunt_new(int proc, bool may_pass, struct cgroup_index *cgroups);
void hunt_free(struct hunt *h);      /* NULL is fine */

/* With every scan, after the sockets were read. Where no owners are requested nobody is looked for; what is known is
 * counted. In a quick scan no rotation goes on: not that of rotation.h, nor hints, nor the rolling walk. */
void hunt_begin(struct hunt *h, const struct facts *facts, const struct scan_request *request);
/* 1 = more to do in this scan, 0 = done for this scan. */
int hunt_step(struct hunt *h, int64_t budget_us);
struct hunt_check {
	bool (*has_ended)(void *context, const struct socket_fact *s);
	void *context;
};
/* Before hunt_emit(): leaves out of the facts whose holder was gone, and the socket with it, by the time that he was
 * looked for. Asks about each that nobody is known to hold, once until somebody is. */
void hunt_leave_out_ended(struct hunt *h, struct facts *facts, const struct hunt_check *check);
/* Adds holders and processes and the gaps in them. */
void hunt_emit(struct hunt *h, struct facts *facts);

/* The cgroups of the sockets that nobody, or init, is known to hold, each once; none while the search goes
 * on. At most `cap`. */
size_t hunt_unexplained(const struct hunt *h, const struct facts *facts, uint64_t *ids, size_t cap);
/* The descriptors of this process may not be looked at. */
bool hunt_is_closed(const struct hunt *h, int32_t pid);

bool hunt_is_held(const struct hunt *h, uint32_t inode);     /* listeners_hooks.is_held */

#endif
