/* Owns how events look. Refuses to keep any: the ring is the tracker's. */
#include "ui/eventlog.h"

#include "base/clock.h"

static enum style event_style(const struct event *event)
{
	static const enum style styles[] = {
		[CHANGE_NONE] = STYLE_NORMAL, [CHANGE_OPENED] = STYLE_NEW, [CHANGE_CLOSED] = STYLE_GONE,
		[CHANGE_REBOUND] = STYLE_CHANGED, [CHANGE_OWNER] = STYLE_CHANGED,
	};

	return styles[event->change];
}

void eventlog_build(struct page *page, const struct tracker *tracker, bool show_all)
{
	const struct event *event;
	struct buf time = { 0 };

	for (size_t back = 0; (event = tracker_event(tracker, back)); back++) {
		if (!event->is_local && !show_all)
			continue;
		buf_clear(&time);
		clock_add_time(&time, event->wall_ms);
		page_add_fact(page, event_style(event), buf_string(&time), event->text, "");
	}
	if (!page->count)
		page_add_text(page, STYLE_DIM, "Nothing has opened or closed since lotop was started.");
	buf_done(&time);
}
