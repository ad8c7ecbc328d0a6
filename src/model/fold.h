/* Sockets -> rows: which sockets are rows at all, which of them share one. Works on any array of sockets;
 * gather.c folds those of a scan, remains.c a table of leftovers. */
#ifndef MODEL_FOLD_H
#define MODEL_FOLD_H

#include "base/arena.h"
#include "base/map.h"
#include "model/order.h"
#include "model/snapshot.h"

struct fold_ports {                          /* zeroed = empty */
	uint8_t bits[UINT16_MAX / 8 + 1];    /* the TCP ports on which somebody listens */
};

struct fold {
	const struct socket_fact *sockets;   /* the first three are borrowed, and set by the caller */
	const struct kernel_limits *limits;
	const struct fold_ports *listening;
	uint16_t machine;                    /* of all rows */
	int64_t read_wall_ms;                /* when the sockets were read: rows expire so much later */
	struct order order;                  /* index: of the socket; tag: its enum row_kind; key: of its row */
	size_t row_count;
};

void fold_note_listening(struct fold_ports *ports, const struct socket_fact *sockets, size_t count);
bool fold_is_row(const struct socket_fact *s);

/* Puts the sockets in the order of their rows, which are numbered from 0, ascending by key. Sockets whose
 * cookies are in `elsewhere` (NULL: none) are left out. */
void fold_begin(struct fold *fold, size_t count, const struct map *elsewhere);
struct row_key fold_key(const struct fold *fold, size_t i);     /* of the row of order.items[i] */
/* Fills the zeroed rows: key, sockets, representative, queues and expiry. An item's key says in which of them
 * its row is. `rows_by_inode` gets inode -> index of the row. */
void fold_fill(const struct fold *fold, struct arena *arena, struct listener *rows, struct map *rows_by_inode);
void fold_done(struct fold *fold);

#endif
