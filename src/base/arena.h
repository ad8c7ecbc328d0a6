/* A bump allocator: many small things with one end. A facts or snapshot object owns one.
 * Not thread safe; memory never moves until arena_reset/arena_done. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include "base/slice.h"

struct arena_block;

struct arena {
	struct arena_block *block;   /* newest block, linked to the older ones; NULL when empty */
};                                   /* zeroed: empty */

void arena_done(struct arena *a);       /* frees everything; the struct may be used again */
void arena_reset(struct arena *a);      /* forgets everything, keeps the largest block */

void *arena_alloc(struct arena *a, size_t size);              /* zeroed, aligned for any type; size 0 allowed */
void *arena_copy(struct arena *a, const void *bytes, size_t size);
char *arena_string(struct arena *a, struct slice bytes);      /* copy with a NUL behind it; not aligned */
struct slice arena_slice(struct arena *a, struct slice bytes);/* copy with a NUL behind it; empty stays {NULL,0} */

#endif
