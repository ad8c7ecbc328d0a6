/* The events view: what opened, closed and changed, newest first, one line each. Its cursor follows the newest
 * until it is moved; then it stays on its event. */
#ifndef UI_EVENTLOG_H
#define UI_EVENTLOG_H

#include "model/query.h"
#include "model/tracker.h"
#include "ui/draw.h"
#include "ui/window.h"

struct eventlog {                        /* a zeroed struct is an empty view; eventlog_done frees */
	const struct event **items;      /* in the view; borrowed from the tracker until its next update */
	size_t count, cap;
	size_t hidden;                   /* by the filter */
	struct window window;
	uint64_t selected;               /* number of the event under the cursor; 0 = whichever is the newest */
};

void eventlog_done(struct eventlog *l);
/* What is in the view: events in scope whose row, as it was then, matches (NULL: all of them). */
void eventlog_update(struct eventlog *l, const struct tracker *tracker, const struct query *query,
		     bool show_all, size_t height);
void eventlog_select(struct eventlog *l, size_t index, size_t height);
const struct event *eventlog_selected(const struct eventlog *l);         /* NULL when empty */
void eventlog_draw(const struct eventlog *l, struct canvas *c, struct rect area);

#endif
