/* A sorting list of numbers and what belongs to them: how a snapshot brings thousands of facts into
 * order without comparing them pair by pair. To sort by several numbers, sort by the least important
 * one first: equal keys stay in the order in which they were. */
#ifndef MODEL_ORDER_H
#define MODEL_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct order_item {
	uint64_t key;
	uint32_t index, tag;         /* the caller's */
};

struct order {
	struct order_item *items;    /* owned; room for as many as order_init() was told */
	struct order_item *spare;    /* owned, same size */
	size_t count;
};

void order_init(struct order *o, size_t cap);
void order_done(struct order *o);
void order_add(struct order *o, uint64_t key, uint32_t index, uint32_t tag);   /* at most cap times */
void order_sort(struct order *o);    /* ascending by key; linear */

#endif
