/* What happened at a port in the last minutes: up or down, and how many clients, one cell for every ten seconds.
 * Written only when something changes: a port at rest costs nothing. Time is wall time and a parameter; where
 * the clock steps back, changes go into the newest cell. Bounded: of too many ports the quietest are forgotten.
 * Kept longer than the rows, so that a port that comes back has its past. */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include <stdbool.h>
#include <stdint.h>
#include "model/diff.h"

enum { HISTORY_CELL_MS = 10000, HISTORY_CELLS = 60, HISTORIES_MAX = 2048 };

enum history_bit {                       /* what a cell saw */
	HISTORY_UP = 1, HISTORY_DOWN = 2,        /* its state in the end is one of them; both: it changed */
	HISTORY_OPENED = 4, HISTORY_CLOSED = 8, HISTORY_REBOUND = 16, HISTORY_OWNER = 32
};

struct history {                         /* of one port; cells by the number of their time, modulo HISTORY_CELLS */
	struct row_key key;
	int64_t began;                   /* the first cell that anything is known about */
	int64_t newest;                  /* the last one written; later ones are as it ended */
	uint8_t cells[HISTORY_CELLS];    /* enum history_bit */
	uint16_t clients[HISTORY_CELLS]; /* the most at any time of the cell */
	uint16_t clients_now;
	bool is_up;
};

struct histories;                        /* opaque */

struct histories *histories_new(void);
void histories_free(struct histories *h);        /* NULL is fine */
/* When the first look was made: earlier cells are not known. */
void histories_begin(struct histories *h, int64_t wall_ms);
/* Both return where it was noted: valid as long as `h`, and of that port as long as its key says so. */
struct history *histories_change(struct histories *h, int64_t wall_ms, const struct change *change);
/* The clients of a row that was there before. NULL: nothing to note. */
struct history *histories_clients(struct histories *h, int64_t wall_ms, const struct listener *before,
				  const struct listener *after);
/* NULL: nothing has happened there. */
struct history *histories_find(struct histories *h, const struct row_key *key);

/* The cells from `back` cells before the one of `wall_ms` on, `count` of them taken together: their bits, 0 where
 * nothing is known. */
uint8_t history_cells(const struct history *h, int64_t wall_ms, unsigned back, unsigned count);
/* The most clients in that cell; -1 where nothing is known. */
int history_clients(const struct history *h, int64_t wall_ms, unsigned back);

#endif
