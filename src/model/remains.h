/* The rows of a table of leftovers that the facts of several scans share: folded once, then reused by one
 * snapshot after the other, as long as table, listeners and limits are the same. Counted references. */
#ifndef MODEL_REMAINS_H
#define MODEL_REMAINS_H

#include <stdatomic.h>
#include "model/fold.h"
#include "model/shared.h"

struct remains {
	const struct leftovers *table;       /* a reference */
	struct arena arena;                  /* owns the rows */
	struct listener *rows;               /* ascending by key; expires_wall_ms counts from the reading */
	size_t count;
	struct map rows_by_inode;
	struct kernel_limits limits;         /* what they were folded with */
	struct fold_ports ports;             /* of both ends, of all in the table */
	struct fold_ports listening;         /* what they were folded with */
	struct map held;                     /* cookies of those in the table that have an inode */
	uint64_t signature;                  /* of the live sockets among them */
	atomic_uint references;
};

/* A reference: `before` (may be NULL) where its rows hold still, else folded anew. `live` are the sockets of
 * the facts themselves, of which none is a leftover too. */
const struct remains *remains_get(const struct remains *before, const struct facts *facts,
				  const struct fold *live);
void remains_unref(const struct remains *r);          /* NULL is fine */

#endif
