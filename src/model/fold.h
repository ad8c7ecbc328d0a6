/* Socket facts -> rows: which sockets are rows at all, which of them share one.
 * A step of snapshot_build(). */
#ifndef MODEL_FOLD_H
#define MODEL_FOLD_H

#include "base/map.h"
#include "model/frame.h"

/* Fills f->rows and with them the listeners of the snapshot, ascending by key: key, sockets,
 * representative, queues and expiry of each. `rows_by_inode` gets inode -> index of the row. */
void fold_sockets(struct frame *f, struct map *rows_by_inode);

#endif
