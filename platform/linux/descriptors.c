/* Owns a number: how many more descriptors may be kept. Opens and closes none. */
#include "platform/linux/descriptors.h"
#include <sys/resource.h>

enum { SHARE = 4, MOST = 8192 };

void descriptors_init(struct descriptors *d)
{
	struct rlimit limit = {0};

	getrlimit(RLIMIT_NOFILE, &limit);
	d->left = limit.rlim_cur / SHARE < MOST ? (unsigned)(limit.rlim_cur / SHARE) : MOST;
}

bool descriptors_take(struct descriptors *d, unsigned count)
{
	if (d->left < count)
		return false;
	d->left -= count;
	return true;
}

void descriptors_give(struct descriptors *d, unsigned count)
{
	d->left += count;
}
