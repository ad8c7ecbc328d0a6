/* THE column table: what a row can tell, once for the screen, the plain table, JSON, CSV, sort and
 * query. What one column is stands in cell.h; here they are as a whole. */
#ifndef MODEL_COLUMN_H
#define MODEL_COLUMN_H

#include "model/cell.h"

enum { COLUMN_MAX = 48 };            /* there are no more */

/* All of them from left to right; returns how many. */
unsigned column_all(const struct column *all[COLUMN_MAX]);
const struct column *column_find(struct slice name);          /* by name or JSON key; NULL */
const struct column *column_named(const char *name);          /* the same for code: one that there is */
const struct column *column_at(unsigned place);               /* NULL: nowhere one is placed */
void column_format(struct buf *out, const struct column *c, const struct row *row);
/* The same for a place of that width: shortened where that helps, but maybe still too wide. */
void column_format_within(struct buf *out, const struct column *c, const struct row *row, unsigned width);
/* The order in which rows are kept: by key. */
bool column_is_natural(const struct column *c);
/* It belongs into a table of that snapshot's rows (NULL: of any) without being asked for. */
bool column_is_usual(const struct column *c, const struct snapshot *s);

struct column_memory;

struct column_rows {                 /* what their cells need */
	const struct row *const *items;          /* NULL = the memory counts alone, or the usual width */
	unsigned count;
	struct column_memory *memory;            /* NULL = the items count alone */
};

struct column_space {                /* what a table may take, and what it is to show */
	unsigned width;              /* screen columns; one blank between two columns is counted */
	const struct snapshot *snapshot;         /* wishes for some; NULL = none does */
	const struct column *const *chosen;      /* by the user, to stand behind the sign; NULL = the usual */
	unsigned chosen_count;
	struct column_rows all;      /* say which columns there are, so that scrolling changes none */
	struct column_rows shown;    /* come first where there is too little room for what all need */
};

/* Chooses and sizes columns: writes columns and widths, returns how many. Of the usual ones further ones
 * come, in table order, while all that are there have what their cells need; one whose cells say nothing
 * makes room for the next. Of chosen ones the last are dropped first. */
unsigned column_layout(const struct column_space *space, const struct column *columns[COLUMN_MAX],
		       uint16_t widths[COLUMN_MAX]);

#endif
