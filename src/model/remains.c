/* Owns when the rows of shared leftovers may be used again, and makes them where they may not. What depends
 * on other sockets is the side of a leftover (who listens on its ports) and whether its socket is something
 * else by now; both are covered by a signature. How much time has passed is the reader's business. */
#include "model/remains.h"

#include <stdlib.h>
#include "base/fatal.h"

/* Equal for the same sockets in any order. */
static uint64_t sign(const struct fold *live)
{
	uint64_t sum = live->order.count;

	for (size_t i = 0; i < live->order.count; i++) {
		const struct socket_fact *s = &live->sockets[live->order.items[i].index];
		uint64_t mixed = (s->cookie ^ (uint64_t)s->local.port << 40 ^ (uint64_t)s->state << 56 ^
				  s->inode) * 0x9e3779b97f4a7c15u;

		sum += mixed ^ mixed >> 29;
	}
	return sum;
}

static bool is_same_range(const struct kernel_limits *a, const struct kernel_limits *b)
{
	return a->ephemeral_low == b->ephemeral_low && a->ephemeral_high == b->ephemeral_high;
}

static void fill(struct remains *r, const struct fold *live)
{
	struct fold fold = *live;
	struct map elsewhere = { 0 };

	for (size_t i = 0; i < live->order.count; i++) {
		const struct socket_fact *s = &live->sockets[live->order.items[i].index];

		if (!s->local.netns)
			map_put(&elsewhere, s->cookie, 0);
	}
	fold.sockets = r->table->sockets;
	fold_begin(&fold, r->table->count, &elsewhere);
	r->count = fold.row_count;
	r->rows = arena_alloc(&r->arena, r->count * sizeof *r->rows);
	fold_fill(&fold, &r->arena, r->rows, &r->rows_by_inode);
	fold_done(&fold);
	map_done(&elsewhere);
}

const struct remains *remains_get(const struct remains *before, const struct facts *facts,
				  const struct fold *live)
{
	uint64_t signature = sign(live);
	struct remains *r = (struct remains *)before;

	if (r && r->table == facts->leftovers && r->signature == signature &&
	    is_same_range(&r->limits, live->limits)) {
		atomic_fetch_add_explicit(&r->references, 1, memory_order_relaxed);
		return r;
	}
	r = fatal_calloc(1, sizeof *r);
	atomic_init(&r->references, 1);
	r->table = leftovers_ref(facts->leftovers);
	r->limits = *live->limits;
	r->signature = signature;
	fill(r, live);
	return r;
}

void remains_unref(const struct remains *r)
{
	struct remains *last = (struct remains *)r;

	if (!r || atomic_fetch_sub_explicit(&last->references, 1, memory_order_acq_rel) > 1)
		return;
	leftovers_unref(last->table);
	arena_done(&last->arena);
	map_done(&last->rows_by_inode);
	free(last);
}
