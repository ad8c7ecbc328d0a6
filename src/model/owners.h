/* Holder and process facts -> the processes of a snapshot, and the holders of each row.
 * A step of snapshot_build(). */
#ifndef MODEL_OWNERS_H
#define MODEL_OWNERS_H

#include "base/map.h"
#include "model/frame.h"

/* Fills the processes of the snapshot and the holders of f->rows. `before` (may be NULL): a frame whose work
 * may be used again. */
void owners_join(struct frame *f, const struct frame *before, const struct map *rows_by_inode);

#endif
