/* Owns the settings of malloc. glibc gives each thread a heap of its own, and once a large block was freed keeps the
 * next ones of that size on a heap too: a table of leftovers that was there once would be paid for ever after.
 * Elsewhere there is nothing to set. */
#include "base/heap.h"

#include <limits.h>
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE_BYTES = 64 * 1024, USUAL_BYTES = 128 * 1024, HUGE_PAGE = 2 * 1024 * 1024, RESERVED_BYTES = 8 * HUGE_PAGE };

void heap_stay_small(void)
{
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	mallopt(M_TRIM_THRESHOLD, LARGE_BYTES);
}

/* The heap goes on at the next boundary of large pages; that it was moved there by somebody else is nothing new to
 * malloc. What is reserved is no memory before it is used. */
void heap_be_quick(void)
{
	uintptr_t end = (uintptr_t)sbrk(0), start = (end + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	void *first;

	mallopt(M_MMAP_THRESHOLD, RESERVED_BYTES);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	mallopt(M_TOP_PAD, RESERVED_BYTES);
	if (sbrk((intptr_t)(start - end)) != (void *)-1 && (first = malloc(2 * USUAL_BYTES))) {
		madvise((void *)start, (uintptr_t)sbrk(0) - start, MADV_HUGEPAGE);
		free(first);
	}
	mallopt(M_TOP_PAD, USUAL_BYTES);             /* who may have little gets little, from here on */
}
#else
void heap_stay_small(void)
{
}

void heap_be_quick(void)
{
}
#endif
