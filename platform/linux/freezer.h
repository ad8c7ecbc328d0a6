/* Which of the holders are frozen with their control group. One thread. */
#ifndef PLATFORM_LINUX_FREEZER_H
#define PLATFORM_LINUX_FREEZER_H

#include "base/map.h"
#include "model/facts.h"
#include "platform/linux/pace.h"

enum { FREEZER_ROOT = 256, FREEZER_CALM_US = 5000000 };

struct freezer {                             /* zeroed = not looked yet */
	int32_t *pids;                       /* owned: those that were frozen at the last look */
	size_t count, cap;
	struct map groups;                   /* scratch: hash of a path -> whether that group is frozen */
	const struct owners *owners;         /* a reference: whose processes were looked at */
	struct pace pace;
	char root[FREEZER_ROOT];             /* where cgroup2 is mounted; "" = it is not */
};

/* After the holders are in `facts`. Looks once at each group, at the pace of pace.h; at the same processes again at most
 * every FREEZER_CALM_US. */
void freezer_add(struct freezer *z, int proc, struct facts *facts, int64_t now_us);
void freezer_done(struct freezer *z);

#endif
