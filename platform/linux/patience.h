/* How long a search through all processes may go on. */
#ifndef PLATFORM_LINUX_PATIENCE_H
#define PLATFORM_LINUX_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

struct patience {
	int64_t cpu_until_us, wall_until_us;
};

/* `ms` of this thread's own time: on a busy machine that is more of everybody's, PATIENCE_FACTOR times as
 * much at most. */
enum { PATIENCE_FACTOR = 5 };
struct patience patience_of(int ms);
bool patience_is_over(const struct patience *p);

#endif
