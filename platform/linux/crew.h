/* The first walk over everybody's descriptors, by two threads: the caller and one helper take processes
 * from the same counter. The helper touches nothing but /proc and its own results. */
#ifndef PLATFORM_LINUX_CREW_H
#define PLATFORM_LINUX_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include "base/map.h"
#include "platform/linux/roster.h"
#include "platform/linux/walk.h"

struct crew;

struct crew_result {                 /* of one process that the helper walked, in its order */
	size_t member;               /* index in the roster */
	size_t finds_end; /* its finds end here in crew_finds(); they begin where the one before ended */
	struct process *process;     /* owned: who holds any of them, by the same directory; NULL = not known */
	uint32_t fd_count;
	int error;
};

/* Borrows all; `roster` and `wanted` must not change before crew_free(). Without a second processor, for few
 * processes, or when no thread can be had, there is just the caller. */
struct crew *crew_new(int proc, const struct roster *roster, const struct map *wanted);
bool crew_take(struct crew *c, size_t *member);          /* the next for the caller; false = all are taken */
/* Waits for the helper to end; then its results can be read. */
void crew_join(struct crew *c);
const struct crew_result *crew_results(const struct crew *c, size_t *count);
const struct finds *crew_finds(const struct crew *c);
void crew_free(struct crew *c);      /* joins; NULL is fine */

#endif
