/* Owns who is told what: every change becomes an event, a cell of a history and a call, in this order.
 * Refuses to judge what is a change. */
#include "model/chronicle.h"

void chronicle_init(struct chronicle *c)
{
	*c = (struct chronicle){ .events = events_new(), .histories = histories_new() };
}

void chronicle_done(struct chronicle *c)
{
	if (c->is_frozen)
		return;
	events_free(c->events);
	histories_free(c->histories);
}

struct chronicle chronicle_freeze(const struct chronicle *c)
{
	return (struct chronicle){
		.events = c->events, .histories = c->histories, .is_frozen = true, .newest = events_newest(c->events),
	};
}

void chronicle_begin(struct chronicle *c, int64_t wall_ms)
{
	histories_begin(c->histories, wall_ms);
}

uint64_t chronicle_change(struct chronicle *c, int64_t wall_ms, struct row *row, const struct change *change)
{
	uint64_t number = events_add(c->events, wall_ms, change);

	row->history = histories_change(c->histories, wall_ms, change);
	if (c->each)
		c->each(c->context, row, change);
	return number;
}

void chronicle_owner(struct chronicle *c, uint64_t number, const struct listener *l)
{
	events_set_owner(c->events, number, l);
}

void chronicle_clients(struct chronicle *c, int64_t wall_ms, struct row *row, const struct listener *before)
{
	const struct history *history = histories_clients(c->histories, wall_ms, before, row->listener);

	if (history)
		row->history = history;
}

void chronicle_marks(struct chronicle *c, int64_t wall_ms, const struct row *row,
		     const struct listener *before, uint32_t marks)
{
	events_add_marks(c->events, wall_ms, row->listener, marks, row_marks(row));
	if (c->each_mark)
		c->each_mark(c->mark_context, row, before, marks);
}

void chronicle_note(struct chronicle *c, int64_t wall_ms, const char *text, const struct listener *about)
{
	events_note(c->events, wall_ms, text, about);
}

/* How many of the events are newer than those that are shown. */
static size_t unshown(const struct chronicle *c)
{
	return c->is_frozen ? (size_t)(events_newest(c->events) - c->newest) : 0;
}

const struct event *chronicle_event(const struct chronicle *c, size_t back)
{
	return events_get(c->events, unshown(c) + back);
}

uint64_t chronicle_newest(const struct chronicle *c)
{
	return c->is_frozen ? c->newest : events_newest(c->events);
}
