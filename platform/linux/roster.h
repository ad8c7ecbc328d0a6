/* Who exists: the processes of /proc, what is known about each one's descriptor table, and whether new
 * ones may have come since. /proc/loadavg names the newest pid: it moves with every fork and every thread,
 * except clone3(set_tid); what that misses is found when the roster is read for another reason (the rolling
 * look at the numbers of descriptors, at each round).
 *
 * A look asks only for the pids that were given out since the look before the last one: a process that was
 * still being made then had its pid, and could not be seen. Those that ended stay members until the roster
 * is read as a whole: after half as many newcomers as it had members, or where pids went around. */
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
	int32_t last_pid;            /* newest pid at the last look */
	int32_t settled_pid;         /* at the look before that: all up to there are known */
	size_t came;                 /* members that came since all of /proc was read */
	int loadavg;                 /* kept descriptor, -1 = none: then every scan reads the roster */
	int proc;                    /* borrowed: /proc */
	bool can_say_new;            /* it was read before */
	bool can_ask;                /* /proc shows the pids that lotop itself sees */
};

void roster_init(struct roster *r, int proc);
void roster_done(struct roster *r);

/* Adds who came since the last look: one system call when nobody did, else about one for each new pid. True when
 * new members came. */
bool roster_look(struct roster *r);
/* Reads /proc, whatever was known. True when new members came. */
bool roster_read(struct roster *r);
struct member *roster_find(const struct roster *r, int32_t pid);     /* NULL = not known */

#endif
