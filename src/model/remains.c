/* Owns when the rows of shared leftovers may be used again, and makes them where they may not. What depends
 * on other sockets is the side of a leftover (who listens on its ports) and whether its socket is something
 * else by now: both are looked at for just the ports and sockets of the table, for elsewhere listeners come and
 * go. How much time has passed is the reader's business. */
#include "model/remains.h"

#include <stdlib.h>
#include "base/fatal.h"

/* The live sockets that the table has too: equal for the same ones in any order. */
static uint64_t sign(const struct remains *r, const struct fold *live)
{
	uint64_t sum = 0;

	for (size_t i = 0; r->held.count && i < live->order.count; i++) {
		uint64_t cookie = live->sockets[live->order.items[i].index].cookie;

		if (map_has(&r->held, cookie))
			sum += (cookie ^ cookie >> 29) * 0x9e3779b97f4a7c15u + 1;
	}
	return sum;
}

static void note_port(struct fold_ports *ports, uint16_t port)
{
	ports->bits[port / 8] |= (uint8_t)(1u << port % 8);
}

/* A socket without an inode, TIME-WAIT most of all, never is anything else again. */
static void note_table(struct remains *r)
{
	for (size_t i = 0; i < r->table->count; i++) {
		const struct socket_fact *s = &r->table->sockets[i];

		note_port(&r->ports, s->local.port);
		note_port(&r->ports, s->remote.port);
		if (s->inode)
			map_put(&r->held, s->cookie, 0);
	}
}

static bool has_same_listeners(const struct remains *r, const struct fold_ports *listening)
{
	for (size_t i = 0; i < sizeof r->ports.bits; i++)
		if ((r->listening.bits[i] ^ listening->bits[i]) & r->ports.bits[i])
			return false;
	return true;
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
	fold.read_wall_ms = 0;
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
	struct remains *r = (struct remains *)before;

	if (r && r->table == facts->leftovers && has_same_listeners(r, live->listening) &&
	    r->signature == sign(r, live) && is_same_range(&r->limits, live->limits)) {
		atomic_fetch_add_explicit(&r->references, 1, memory_order_relaxed);
		return r;
	}
	r = fatal_calloc(1, sizeof *r);
	atomic_init(&r->references, 1);
	r->table = leftovers_ref(facts->leftovers);
	r->limits = *live->limits;
	r->listening = *live->listening;
	note_table(r);
	r->signature = sign(r, live);
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
	map_done(&last->held);
	free(last);
}
