/* The visible list: tracker rows, filtered and sorted, with a selection that follows the row's key,
 * never its index. Owned by the UI (or a CLI command); no curses. */
#ifndef MODEL_ROWS_H
#define MODEL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include "model/column.h"
#include "model/query.h"
#include "model/tracker.h"

struct rows_options {
	const struct query *query;           /* borrowed; NULL = all */
	const struct column *sort;           /* NULL = the natural order, by key */
	bool is_reversed;
	bool show_all;                       /* also what loopback cannot reach (exposure lan) */
	bool show_leftovers;
	bool keeps_selected;                 /* the selected row stays though the query matches it no more */
};

struct rows_key;

struct rows {                                /* a zeroed struct is a valid empty list */
	const struct row **items;            /* borrowed from the tracker, valid until its next update */
	size_t count, cap;
	size_t hidden_by_query;              /* rows in scope that the filter hides */
	struct row_key selected;             /* meaningful when has_selection */
	bool has_selection;
	size_t selected_index;               /* where it is now; 0 when empty */
	struct rows_key *keys;               /* scratch of sorting */
	size_t key_cap;
};

void rows_done(struct rows *r);
/* Fills the list from the tracker. The selection stays on its key; when its row is gone from the list, it
 * moves to the row that took its place (same index, clamped). While the list is empty the key is kept. */
void rows_update(struct rows *r, const struct tracker *t, const struct rows_options *o);
void rows_select(struct rows *r, size_t index);                 /* clamped */
const struct row *rows_selected(const struct rows *r);          /* NULL when empty */

/* The tracker's row of that key, in the list or not; NULL when there is none. */
const struct row *rows_find(const struct tracker *t, const struct row_key *key);

#endif
