/* How often something dear may be looked at: by what it cost the last time. Pure; time is a parameter. */
#ifndef PLATFORM_LINUX_PACE_H
#define PLATFORM_LINUX_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum { PACE_SHARE = 300, PACE_CALM_US = 3000000 };       /* three tables: one percent */

struct pace {                        /* zeroed: never looked yet, so due */
	int64_t looked_us;           /* when it was looked at last; 0 = never */
	int64_t cost_us;             /* how long that took */
};

/* Due at most so often that it takes 1/PACE_SHARE of the time; without a hint that something changed, at
 * most every PACE_CALM_US. */
bool pace_is_due(const struct pace *p, int64_t now_us, bool something_changed);
void pace_looked(struct pace *p, int64_t began_us, int64_t ended_us);

#endif
