/* Owns which events are in view, where the cursor stands, and how a line looks. Refuses to keep any: the ring is
 * the tracker's. */
#include "ui/eventlog.h"

#include <stdlib.h>
#include "base/array.h"
#include "base/clock.h"

enum { TEXT_AT = 10 };                   /* column, behind the time */

void eventlog_done(struct eventlog *l)
{
	free(l->items);
	*l = (struct eventlog){ 0 };
}

/* The row as it was when it happened. A note about no row has nothing that a filter could find. */
static bool is_match(const struct event *event, const struct query *query, struct buf *address)
{
	const struct listener *about = event->about;
	struct row row = { .listener = about, .now_ms = event->wall_ms };

	if (!query || !about)
		return !query;
	buf_clear(address);
	endpoint_add_address(address, &about->key.endpoint, about->device);
	row.address = buf_string(address);
	return query_match(query, &row);
}

static void collect(struct eventlog *l, const struct tracker *tracker, const struct query *query, bool show_all)
{
	const struct event *event;
	struct buf address = { 0 };

	l->count = l->hidden = 0;
	for (size_t back = 0; (event = tracker_event(tracker, back)); back++) {
		if (!event->is_local && !show_all)
			continue;
		if (is_match(event, query, &address))
			ARRAY_PUSH(l->items, l->count, l->cap) = event;
		else
			l->hidden++;
	}
	buf_done(&address);
}

/* The cursor's line: of its event, else of the next older one that is in the view. */
static size_t find_selected(const struct eventlog *l)
{
	size_t i = 0;

	while (l->selected && i + 1 < l->count && l->items[i]->number > l->selected)
		i++;
	return i;
}

void eventlog_update(struct eventlog *l, const struct tracker *tracker, const struct query *query,
		     bool show_all, size_t height)
{
	size_t line = l->window.index - l->window.top;

	collect(l, tracker, query, show_all);
	l->window.index = find_selected(l);
	l->window.top = l->window.index > line ? l->window.index - line : 0;
	window_keep(&l->window, l->count, height);
}

void eventlog_select(struct eventlog *l, size_t index, size_t height)
{
	l->window.index = index;
	window_keep(&l->window, l->count, height);
	l->selected = l->window.index && l->count ? l->items[l->window.index]->number : 0;
}

const struct event *eventlog_selected(const struct eventlog *l)
{
	return l->window.index < l->count ? l->items[l->window.index] : NULL;
}

static enum style style_of(const struct event *event)
{
	static const enum style styles[] = {
		[CHANGE_NONE] = STYLE_NORMAL, [CHANGE_OPENED] = STYLE_NEW, [CHANGE_CLOSED] = STYLE_GONE,
		[CHANGE_REBOUND] = STYLE_CHANGED, [CHANGE_OWNER] = STYLE_CHANGED,
	};

	return event->kind == EVENT_MARKS ? STYLE_WARNING : styles[event->change];
}

static void draw_empty(const struct eventlog *l, struct canvas *c, struct rect area)
{
	draw_text(c, area, 2, 1, STYLE_STRONG, l->hidden ? "The filter hides every event."
		  : "Nothing has opened or closed since lotop was started.");
}

void eventlog_draw(const struct eventlog *l, struct canvas *c, struct rect area)
{
	struct buf time = { 0 };

	if (!l->count)
		draw_empty(l, c, area);
	for (unsigned y = 0; y < area.height && l->window.top + y < l->count; y++) {
		const struct event *event = l->items[l->window.top + y];
		unsigned chosen = l->window.top + y == l->window.index ? STYLE_CHOSEN : 0;

		buf_clear(&time);
		clock_add_time(&time, event->wall_ms);
		draw_blank(c, (struct rect){ area.x, area.y + y, area.width, 1 }, style_of(event) | chosen);
		draw_text(c, area, 0, y, STYLE_DIM | chosen, buf_string(&time));
		draw_text(c, area, TEXT_AT, y, style_of(event) | chosen, event->text);
	}
	buf_done(&time);
}
