/* Owns the limit of a search. A limit in wall time alone would make lotop blind when others keep the
 * processors busy: it would find less, and say that there is nothing. */
#include "platform/linux/patience.h"
#include "base/clock.h"

struct patience patience_of(int ms)
{
	return (struct patience){clock_cpu_us() + ms * 1000,
				 clock_monotonic_us() + ms * 1000 * PATIENCE_FACTOR};
}

bool patience_is_over(const struct patience *p)
{
	return clock_cpu_us() >= p->cpu_until_us || clock_monotonic_us() >= p->wall_until_us;
}
