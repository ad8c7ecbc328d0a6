/* Owns the memory of rows that are gone, frame by frame. Refuses to know how long they are shown, and which of
 * them is looked at (the tracker does). */
#include "model/gone.h"

#include <stdlib.h>
#include "base/arena.h"
#include "base/array.h"

struct gone_batch {
	struct arena arena;
	int64_t closed_ms;
};

void gone_done(struct gone *g)
{
	for (size_t i = 0; i < g->count; i++)
		arena_done(&g->batches[i].arena);
	free(g->batches);
	*g = (struct gone){ 0 };
}

const struct listener *gone_keep(struct gone *g, int64_t closed_ms, const struct listener *l)
{
	if (!g->count || g->batches[g->count - 1].closed_ms != closed_ms)
		ARRAY_PUSH(g->batches, g->count, g->cap) = (struct gone_batch){ .closed_ms = closed_ms };
	return listener_copy(&g->batches[g->count - 1].arena, l);
}

void gone_drop(struct gone *g, int64_t after_ms, int64_t until_ms, int64_t held_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->count; i++) {
		int64_t closed_ms = g->batches[i].closed_ms;

		if ((closed_ms > after_ms && closed_ms <= until_ms) || closed_ms == held_ms)
			g->batches[kept++] = g->batches[i];
		else
			arena_done(&g->batches[i].arena);
	}
	g->count = kept;
}
