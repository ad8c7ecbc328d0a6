/* Copies of rows that closed: they outlive their snapshots. One arena for each frame that lost any. */
#ifndef MODEL_GONE_H
#define MODEL_GONE_H

#include <stddef.h>
#include "model/snapshot.h"

struct gone_batch;

struct gone {                            /* a zeroed struct is empty; gone_done frees */
	struct gone_batch *batches;
	size_t count, cap;
};

void gone_done(struct gone *g);
/* A copy of what closed at that time; valid until that time is dropped. */
const struct listener *gone_keep(struct gone *g, int64_t closed_ms, const struct listener *l);
/* Keeps what closed after `after_ms` and up to `until_ms`, and what closed at `held_ms` (-1: nothing). */
void gone_drop(struct gone *g, int64_t after_ms, int64_t until_ms, int64_t held_ms);

#endif
