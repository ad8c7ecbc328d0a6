/* Owns the merge of two lists of rows into one, both ascending by key and without a key in common: what the
 * facts hold themselves, and what is left over and may have been folded for an earlier snapshot. */
#include "model/gather.h"

#include <stdlib.h>
#include "base/fatal.h"
#include "model/fold.h"
#include "model/remains.h"

#define NOWHERE UINT32_MAX

struct merge {
	struct frame *frame;
	struct fold live;
	uint32_t *places;            /* of the remains' rows, among all; NOWHERE = all of it is over */
	size_t count;                /* of all rows */
};

static bool is_over(const struct listener *row, const struct facts *facts)
{
	return row->expires_wall_ms != EXPIRES_UNKNOWN && row->expires_wall_ms < facts->leftovers_age_ms;
}

/* The rows of the remains that come before `key` (NULL: all) get their places. */
static size_t place_remains(struct merge *m, size_t at, const struct row_key *key)
{
	const struct remains *r = m->frame->remains;

	for (; r && at < r->count && (!key || row_key_compare(&r->rows[at].key, key) < 0); at++)
		m->places[at] = is_over(&r->rows[at], m->frame->snapshot.facts) ? NOWHERE
										: (uint32_t)m->count++;
	return at;
}

/* From here on the items of the fold carry the final index of their row. */
static void place_rows(struct merge *m)
{
	struct order *o = &m->live.order;
	uint64_t number = 0;
	size_t at = 0;

	for (size_t i = 0; i < o->count; i++) {
		if (!i || o->items[i].key != number) {
			struct row_key key = fold_key(&m->live, i);

			number = o->items[i].key;
			at = place_remains(m, at, &key);
			m->count++;
		}
		o->items[i].key = m->count - 1;
	}
	place_remains(m, at, NULL);
}

static void copy_remains(const struct merge *m, struct map *rows_by_inode)
{
	const struct remains *r = m->frame->remains;
	const struct facts *facts = m->frame->snapshot.facts;
	uint64_t inode, index;
	size_t cursor = 0;

	for (size_t i = 0; i < r->count; i++) {
		struct listener *row = &m->frame->rows[m->places[i] == NOWHERE ? 0 : m->places[i]];

		if (m->places[i] == NOWHERE)
			continue;
		*row = r->rows[i];
		if (row->expires_wall_ms != EXPIRES_UNKNOWN)
			row->expires_wall_ms += facts->wall_ms - facts->leftovers_age_ms;
	}
	while (map_next(&r->rows_by_inode, &cursor, &inode, &index))
		if (m->places[index] != NOWHERE && !map_has(rows_by_inode, inode))
			map_put(rows_by_inode, inode, m->places[index]);
}

void gather_rows(struct frame *f, const struct frame *before, struct map *rows_by_inode)
{
	const struct facts *facts = f->snapshot.facts;
	struct fold_ports ports = { { 0 } };
	struct merge m = {
		.frame = f,
		.live = { .sockets = facts->sockets, .limits = &facts->limits, .listening = &ports,
			  .machine = facts->machine, .read_wall_ms = facts->wall_ms },
	};

	fold_note_listening(&ports, facts->sockets, facts->socket_count);
	fold_begin(&m.live, facts->socket_count, NULL);
	if (facts->leftovers)
		f->remains = remains_get(before ? before->remains : NULL, facts, &m.live);
	m.places = fatal_alloc((f->remains ? f->remains->count : 0) * sizeof *m.places);
	place_rows(&m);
	f->rows = arena_alloc(&f->arena, m.count * sizeof *f->rows);
	f->snapshot.listeners = f->rows;
	f->snapshot.listener_count = m.count;
	fold_fill(&m.live, &f->arena, f->rows, rows_by_inode);
	if (f->remains)
		copy_remains(&m, rows_by_inode);
	fold_done(&m.live);
	free(m.places);
}
