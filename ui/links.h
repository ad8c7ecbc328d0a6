/* What the connections view shows, and where its cursor stands. No curses, pure. */
#ifndef UI_LINKS_H
#define UI_LINKS_H

#include <stdbool.h>
#include "model/connection.h"
#include "model/query.h"
#include "model/tracker.h"
#include "ui/linkcolumn.h"
#include "ui/window.h"

struct links {                           /* a zeroed struct is an empty view; links_done frees */
	struct connections all;
	const struct connection **items; /* in the view; borrowed from `all` */
	size_t count, cap;
	size_t hidden;                   /* by the filter, or because they belong to another listener */
	struct window window;
	struct connection selected;      /* its endpoints and cookies say which; the rest is stale */
	bool has_selection;
	enum link_column_id sort;        /* LINK_SERVER: as they come */
	bool is_reversed;
	bool is_narrowed;                /* only those of `listener` */
	struct row_key listener;
};

void links_done(struct links *l);
void links_frame(struct links *l, const struct snapshot *s);     /* `s` outlives the next call */
void links_empty(struct links *l);       /* the view is left: nothing of a snapshot is kept */
/* What is in the view: of `all`, those whose listener the filter matches, sorted. The cursor follows its
 * connection. */
void links_update(struct links *l, const struct tracker *tracker, const struct query *query, size_t height);
void links_select(struct links *l, size_t index, size_t height);
/* The row that it belongs to: its listener's, or where nobody listens any more that of what is left. */
struct row_key links_row(const struct connection *c);
const struct connection *links_selected(const struct links *l);  /* NULL when empty */

#endif
