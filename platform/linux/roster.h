/* Who exists: the processes of /proc, what is known about each one's descriptor table, and whether new
 * ones may have come since. /proc/loadavg names the newest pid: it moves with every fork and every thread,
 * except clone3(set_tid); what that misses is found when the roster is read for another reason (a hunt,
 * and the rolling sweep at each round). */
#ifndef PLATFORM_LINUX_ROSTER_H
#define PLATFORM_LINUX_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/map.h"

struct member {
	int32_t pid;
	uint32_t fd_count; /* when its table was last walked; WALK_COUNT_UNKNOWN = not known or never */
	bool is_new;                 /* came since the roster was read before, and was not walked yet */
	bool is_denied;              /* its table may not be read */
};

struct roster {                      /* members keep their order (ascending by pid, as /proc lists them) */
	struct member *members;      /* owned */
	size_t count, cap;
	struct map by_pid;           /* pid -> index */
	struct member *before;       /* scratch of the same kind, owned */
	size_t before_cap;
	int32_t last_pid;            /* newest pid when the roster was read */
	int loadavg;                 /* kept descriptor, -1 = none: then every scan reads the roster */
	int proc;                    /* borrowed: /proc */
	bool can_say_new;            /* it was read before */
};

void roster_init(struct roster *r, int proc);
void roster_done(struct roster *r);

/* May there be processes that the roster does not know? One system call. */
bool roster_is_old(const struct roster *r);
/* Reads /proc. True when new members came. */
bool roster_read(struct roster *r);
struct member *roster_find(const struct roster *r, int32_t pid);     /* NULL = not known */

#endif
