/* Owns one decision: how plain arrays grow. It doubles, starts at eight items, and treats a
 * size that does not fit in memory like missing memory. Knows nothing of what the items are. */
#include "base/array.h"

#include <stdint.h>
#include "base/fatal.h"

enum { FIRST_CAP = 8 };

void *array_reserve(void *items, size_t *cap, size_t need, size_t size)
{
	size_t wanted = *cap > SIZE_MAX / 2 ? need : *cap * 2;

	if (need <= *cap)
		return items;
	if (wanted < need)
		wanted = need;
	if (wanted < FIRST_CAP)
		wanted = FIRST_CAP;
	if (wanted > SIZE_MAX / size)
		fatal("out of memory: an array outgrew the address space");
	items = fatal_realloc(items, wanted * size);
	*cap = wanted;
	return items;
}
