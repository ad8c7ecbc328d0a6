/* Owns the settings of malloc. glibc gives each thread a heap of its own, and once a large block was freed keeps the
 * next ones of that size on a heap too: a table of leftovers that was there once would be paid for ever after.
 * Elsewhere there is nothing to set. */
#include "base/heap.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

enum { LARGE_BYTES = 64 * 1024 };

void heap_stay_small(void)
{
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	mallopt(M_TRIM_THRESHOLD, LARGE_BYTES);
}
#else
void heap_stay_small(void)
{
}
#endif
