/* Owns a radix sort: one pass for each of the eight bytes in which any two keys differ. Cookies, inodes,
 * pids and ports differ in two or three, so it is linear with a small factor, and a list that is in
 * order already costs one look. Knows nothing of what the keys are. */
#include "model/order.h"

#include <stdbool.h>
#include <stdlib.h>
#include "base/fatal.h"

enum { DIGITS = 256, FEW = 24 };

void order_init(struct order *o, size_t cap)
{
	o->items = fatal_alloc(cap * sizeof *o->items);
	o->spare = fatal_alloc(cap * sizeof *o->spare);
	o->count = 0;
}

void order_done(struct order *o)
{
	free(o->items);
	free(o->spare);
}

void order_add(struct order *o, uint64_t key, uint32_t index, uint32_t tag)
{
	o->items[o->count++] = (struct order_item){ .key = key, .index = index, .tag = tag };
}

/* One pass: into `spare`, by the digit at `shift`. */
static void scatter(struct order *o, unsigned shift)
{
	struct order_item *sorted = o->spare;
	uint32_t start[DIGITS] = { 0 };
	uint32_t sum = 0;

	for (size_t i = 0; i < o->count; i++)
		start[o->items[i].key >> shift & 0xff]++;
	for (size_t digit = 0; digit < DIGITS; digit++) {
		uint32_t count = start[digit];

		start[digit] = sum;
		sum += count;
	}
	for (size_t i = 0; i < o->count; i++)
		sorted[start[o->items[i].key >> shift & 0xff]++] = o->items[i];
	o->spare = o->items;
	o->items = sorted;
}

/* For a few items the 256 counters of a pass cost more than shifting the items themselves. */
static void insert_all(struct order *o)
{
	for (size_t i = 1; i < o->count; i++) {
		struct order_item item = o->items[i];
		size_t at = i;

		for (; at && o->items[at - 1].key > item.key; at--)
			o->items[at] = o->items[at - 1];
		o->items[at] = item;
	}
}

void order_sort(struct order *o)
{
	uint64_t varying = 0;
	bool is_sorted = true;

	for (size_t i = 1; i < o->count; i++) {
		varying |= o->items[i].key ^ o->items[0].key;
		is_sorted &= o->items[i - 1].key <= o->items[i].key;
	}
	if (is_sorted)
		return;
	if (o->count <= FEW) {
		insert_all(o);
		return;
	}
	for (unsigned shift = 0; shift < 64; shift += 8)
		if (varying >> shift & 0xff)
			scatter(o, shift);
}
