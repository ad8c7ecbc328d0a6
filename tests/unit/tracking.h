/* For the tests of what a tracker remembers: scenes that it is shown, and what it says then. */
#ifndef UNIT_TRACKING_H
#define UNIT_TRACKING_H

#include "model/tracker.h"
#include "tests/fake/build.h"

static inline void tracking_see(struct tracker *t, int64_t wall_ms, const char *scene)
{
	const struct snapshot *s = build_snapshot(wall_ms, scene);

	tracker_update(t, s);
	snapshot_unref(s);
}

/* NULL: there is none. */
static inline const struct row *tracking_row(const struct tracker *t, uint16_t port)
{
	size_t count;
	const struct row *rows = tracker_rows(t, &count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].listener->key.endpoint.port == port)
			return &rows[i];
	return NULL;
}

static inline size_t tracking_row_count(const struct tracker *t)
{
	size_t count;

	tracker_rows(t, &count);
	return count;
}

static inline size_t tracking_event_count(const struct tracker *t)
{
	size_t count = 0;

	while (tracker_event(t, count))
		count++;
	return count;
}

/* "": there was none. */
static inline const char *tracking_event(const struct tracker *t, size_t back)
{
	const struct event *e = tracker_event(t, back);

	return e ? e->text : "";
}

#endif
