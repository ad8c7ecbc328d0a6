/* Growing plain arrays: the one place that doubles capacities.
 *   ARRAY_PUSH(list->items, list->count, list->cap) = value;     */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>

/* Makes room for `need` items of `size` bytes; updates *cap; ends in fatal() without memory
 * or when the byte count would overflow. The caller owns (and frees) the result. */
void *array_reserve(void *items, size_t *cap, size_t need, size_t size);

#define ARRAY_PUSH(items, count, cap) \
	(*((items) = array_reserve((items), &(cap), (count) + 1, sizeof *(items)), &(items)[(count)++]))

#endif
