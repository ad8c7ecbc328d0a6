/* The rows of a snapshot: those of the facts' own sockets, and those of the leftovers that they share with
 * other facts. A step of snapshot_build(). */
#ifndef MODEL_GATHER_H
#define MODEL_GATHER_H

#include "base/map.h"
#include "model/frame.h"

/* Fills f->rows and with them the listeners of the snapshot, ascending by key. `rows_by_inode` gets inode ->
 * index of the row. `before` (may be NULL): a frame whose work may be used again. */
void gather_rows(struct frame *f, const struct frame *before, struct map *rows_by_inode);

#endif
