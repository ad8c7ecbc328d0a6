/* How wide the cells of each column have been, so that a table that is looked at keeps calm: a column grows
 * at once, and shrinks when its cells have been narrower for a while. Pure; time is what the caller says. */
#ifndef MODEL_COLUMN_MEMORY_H
#define MODEL_COLUMN_MEMORY_H

#include "model/column.h"

enum { COLUMN_CALM_MS = 60000 };         /* the while */

struct column_memory {                   /* zeroed = nothing is known: the next look counts alone */
	struct column_held {
		const struct column *column;
		uint16_t width;          /* that it has */
		uint16_t since;          /* the widest since that was last needed; narrower */
		int64_t needed_ms;       /* when it was last needed */
	} held[COLUMN_MAX];
	unsigned count;
	int64_t now_ms;                  /* set by the caller; 0 = not known */
};

/* Takes the width of the widest cell that is there now, 0 = none says anything; returns that to go by. */
uint16_t column_memory_keep(struct column_memory *m, const struct column *c, uint16_t width);
uint16_t column_memory_get(const struct column_memory *m, const struct column *c);     /* 0 = none */

#endif
