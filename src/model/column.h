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
/* The order in which rows are kept: by key. */
bool column_is_natural(const struct column *c);
/* It belongs into a table of that snapshot's rows (NULL: of any) without being asked for. */
bool column_is_usual(const struct column *c, const struct snapshot *s);

/* Chooses and sizes the usual columns for `width` screen columns, in table order: writes columns and widths
 * (one blank between columns is counted), returns how many. Which columns there are depends on `width` and
 * on what `s` (NULL: none) wishes for alone; the rows (give those on the screen) size them. */
unsigned column_layout(const struct row *const *rows, unsigned row_count, unsigned width,
		       const struct snapshot *s, const struct column *columns[COLUMN_MAX],
		       uint16_t widths[COLUMN_MAX]);
/* The same for columns of the user's choice, in the user's order, behind the sign. On a narrow screen the
 * last ones are dropped first, but for those that never are. */
unsigned column_layout_chosen(const struct row *const *rows, unsigned row_count, unsigned width,
			      const struct column *const *chosen, unsigned chosen_count,
			      const struct column *columns[COLUMN_MAX], uint16_t widths[COLUMN_MAX]);

#endif
