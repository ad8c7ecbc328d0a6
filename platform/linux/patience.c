/* Owns the limit of a search. A limit in wall time alone would make lotop blind when others keep the
 * processors busy: it would find less, and say that there is nothing. */
#include "platform/linux/patience.h"
#include <time.h>
#include "base/clock.h"

static int64_t cpu_us(void)
{
	struct timespec used;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

struct patience patience_of(int ms)
{
	return (struct patience){cpu_us() + ms * 1000, clock_monotonic_us() + ms * 1000 * PATIENCE_FACTOR};
}

bool patience_is_over(const struct patience *p)
{
	return cpu_us() >= p->cpu_until_us || clock_monotonic_us() >= p->wall_until_us;
}
