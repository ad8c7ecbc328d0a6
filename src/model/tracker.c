/* Owns the rows over time: one pass over the rows of the last frame and the listeners of the new one,
 * both ascending by key. Two row lists take turns, so a frame without changes allocates nothing. Rows
 * that went away live on for a while as deep copies, in one arena per frame that lost any: old snapshots
 * are let go. Time is the frame's own; where the wall clock steps back, what was fresh or gone counts as
 * over. Refuses to know filters, order and the screen. */
#include "model/tracker.h"

#include <stdlib.h>
#include "base/array.h"
#include "base/buf.h"
#include "base/fatal.h"

struct past {                            /* what a row remembers besides what it shows */
	char *address;                   /* owned; row.address */
	uint64_t unowned_event;          /* number of its event that still waits for an owner; 0 = none */
	bool was_seen_opening;           /* since_ms is no guess from its holders */
};

struct list {
	struct row *rows;
	struct past *pasts;              /* same index */
	size_t count, row_cap, past_cap;
};

struct batch {                           /* copies of the rows that closed in one frame */
	struct arena arena;
	int64_t closed_ms;
};

struct tracker {
	const struct snapshot *current;  /* of the last frame; NULL before the first */
	const struct snapshot *settled;  /* the last one with complete owners; often the same, or NULL */
	struct list list, spare;
	struct batch *batches;
	size_t batch_count, batch_cap;
	struct events *events;
	void (*each)(void *context, const struct row *row, const struct change *change);     /* may be NULL */
	void *context;
	struct buf text;                 /* scratch */
};

struct frame {                           /* one update */
	struct tracker *t;
	const struct snapshot *s;
	int64_t now_ms;
	bool has_batch;                  /* the last batch belongs to this frame */
};

struct tracker *tracker_new(void)
{
	struct tracker *t = fatal_calloc(1, sizeof *t);

	t->events = events_new();
	return t;
}

static void done_list(struct list *l)
{
	free(l->rows);
	free(l->pasts);
}

void tracker_free(struct tracker *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->list.count; i++)
		free(t->list.pasts[i].address);
	for (size_t i = 0; i < t->batch_count; i++)
		arena_done(&t->batches[i].arena);
	free(t->batches);
	done_list(&t->list);
	done_list(&t->spare);
	snapshot_unref(t->current);
	snapshot_unref(t->settled);
	events_free(t->events);
	buf_done(&t->text);
	free(t);
}

static bool is_over(int64_t now_ms, int64_t then_ms, int64_t lasting_ms)
{
	return now_ms < then_ms || now_ms - then_ms >= lasting_ms;
}

static void keep(struct tracker *t, const struct row *row, const struct past *past)
{
	struct list *l = &t->spare;
	size_t count = l->count;

	ARRAY_PUSH(l->rows, l->count, l->row_cap) = *row;
	ARRAY_PUSH(l->pasts, count, l->past_cap) = *past;
}

/* When the oldest holder started: that is how old a row is at least that was there before lotop looked. */
static void guess_since(struct row *row)
{
	const struct holder *eldest = listener_eldest(row->listener);
	int64_t start_ms;

	if (!eldest || listener_is_leftover(row->listener))
		return;
	start_ms = eldest->process->fact->started_wall_ms;
	if (start_ms && (!row->since_ms || start_ms < row->since_ms))
		row->since_ms = start_ms;
}

/* Whose machine has been seen before: its first frame is no news. */
static bool is_known(const struct tracker *t, const struct listener *l)
{
	return t->current && snapshot_of(t->current, l->key.machine);
}

static bool has_owners(const struct frame *f, const struct listener *l)
{
	const struct snapshot *own = snapshot_of(f->s, l->key.machine);

	return own && own->facts->owners_complete;
}

/* Marks the row and tells the event ring. An owner that is still being looked for is told later. A server
 * that has just come up and starts its workers stays "new". */
static void note_change(struct frame *f, struct row *row, struct past *past, const struct change *change)
{
	uint64_t number = events_add(f->t->events, f->now_ms, change);
	bool is_new = row->change == CHANGE_OPENED || row->change == CHANGE_REBOUND;
	bool is_unowned = change->after && !change->after->holder_count && !has_owners(f, change->after);

	past->unowned_event = is_unowned ? number : 0;
	if (f->t->each)
		f->t->each(f->t->context, row, change);
	if (is_new && change->kind == CHANGE_OWNER)
		return;
	row->change = (uint8_t)change->kind;
	row->changed_ms = f->now_ms;
}

static char *address_of(struct tracker *t, const struct listener *l)
{
	buf_clear(&t->text);
	endpoint_add_address(&t->text, &l->key.endpoint, l->device);
	return fatal_strdup(buf_string(&t->text));
}

static void open_row(struct frame *f, const struct listener *l)
{
	const struct change change = { CHANGE_OPENED, NULL, l };
	struct past past = { .address = address_of(f->t, l), .was_seen_opening = is_known(f->t, l) };
	struct row row = { .address = past.address, .listener = l, .now_ms = f->now_ms };

	if (past.was_seen_opening)
		row.since_ms = f->now_ms;
	else
		guess_since(&row);
	if (past.was_seen_opening && !listener_is_leftover(l))
		note_change(f, &row, &past, &change);
	keep(f->t, &row, &past);
}

static struct arena *frame_arena(struct frame *f)
{
	struct tracker *t = f->t;

	if (!f->has_batch)
		ARRAY_PUSH(t->batches, t->batch_count, t->batch_cap) = (struct batch){ { NULL }, f->now_ms };
	f->has_batch = true;
	return &t->batches[t->batch_count - 1].arena;
}

static void close_row(struct frame *f, struct row row, struct past past)
{
	const struct change change = { CHANGE_CLOSED, row.listener, NULL };

	note_change(f, &row, &past, &change);
	row.listener = listener_copy(frame_arena(f), row.listener);
	row.now_ms = f->now_ms;
	row.is_gone = true;
	keep(f->t, &row, &past);
}

/* A row that the new frame does not have. */
static void miss_row(struct frame *f, struct row row, const struct past *past)
{
	if (!row.is_gone && !listener_is_leftover(row.listener)) {
		close_row(f, row, *past);
	} else if (row.is_gone && !is_over(f->now_ms, row.changed_ms, TRACKER_GONE_MS)) {
		row.now_ms = f->now_ms;
		keep(f->t, &row, past);
	} else {
		free(past->address);
	}
}

/* Owners are compared with the last frame that knew them all, which may be older than the last frame. */
static struct change judge(const struct frame *f, const struct row *row, const struct listener *after)
{
	const struct tracker *t = f->t;
	struct change change = { .before = row->listener, .after = after };
	const struct listener *settled;

	change.kind = diff_listener(t->current, row->listener, f->s, after);
	if (change.kind != CHANGE_NONE || row->is_gone || !t->settled || t->settled == t->current)
		return change;
	settled = snapshot_find(t->settled, &after->key);
	if (settled && diff_listener(t->settled, settled, f->s, after) == CHANGE_OWNER)
		return (struct change){ CHANGE_OWNER, settled, after };
	return change;
}

static void learn_owner(struct frame *f, const struct row *row, struct past *past)
{
	if (past->unowned_event && row->listener->holder_count)
		events_set_owner(f->t->events, past->unowned_event, row->listener);
	if (row->listener->holder_count || has_owners(f, row->listener))
		past->unowned_event = 0;
}

/* A row that both frames have. One that was taken for gone with its socket alive is told to be open again. */
static void meet_row(struct frame *f, struct row row, struct past past, const struct listener *after)
{
	struct change change = judge(f, &row, after);

	if (row.is_gone && change.kind != CHANGE_REBOUND)
		change = (struct change){ CHANGE_OPENED, NULL, after };
	if (is_over(f->now_ms, row.changed_ms, TRACKER_FRESH_MS))
		row.change = CHANGE_NONE;
	row.listener = after;
	row.now_ms = f->now_ms;
	row.is_gone = false;
	if (change.kind == CHANGE_REBOUND) {
		row.since_ms = f->now_ms;
		past = (struct past){ .address = past.address, .was_seen_opening = true };
	}
	if (!past.was_seen_opening)
		guess_since(&row);
	learn_owner(f, &row, &past);
	if (change.kind != CHANGE_NONE)
		note_change(f, &row, &past, &change);
	keep(f->t, &row, &past);
}

static void merge(struct frame *f)
{
	const struct list *old = &f->t->list;
	size_t i = 0, k = 0;

	while (i < old->count || k < f->s->listener_count) {
		const struct listener *l = k < f->s->listener_count ? &f->s->listeners[k] : NULL;
		const struct row *row = i < old->count ? &old->rows[i] : NULL;
		int order = !row ? 1 : !l ? -1 : row_key_compare(&row->listener->key, &l->key);

		if (order < 0)
			miss_row(f, *row, &old->pasts[i]);
		else if (order > 0)
			open_row(f, l);
		else
			meet_row(f, *row, old->pasts[i], l);
		i += order <= 0;
		k += order >= 0;
	}
}

/* Rows go by the same rule at the same time, so nobody looks into what is freed here. */
static void drop_batches(struct tracker *t, int64_t now_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->batch_count; i++) {
		if (is_over(now_ms, t->batches[i].closed_ms, TRACKER_GONE_MS))
			arena_done(&t->batches[i].arena);
		else
			t->batches[kept++] = t->batches[i];
	}
	t->batch_count = kept;
}

static void replace(const struct snapshot **place, const struct snapshot *s)
{
	const struct snapshot *old = *place;

	*place = snapshot_ref(s);
	snapshot_unref(old);
}

void tracker_update(struct tracker *t, const struct snapshot *s)
{
	struct frame f = { .t = t, .s = s, .now_ms = s->facts->wall_ms };
	struct list old = t->list;

	t->spare.count = 0;
	merge(&f);
	t->list = t->spare;
	t->spare = old;
	drop_batches(t, f.now_ms);
	replace(&t->current, s);
	if (s->facts->owners_complete)
		replace(&t->settled, s);
}

const struct row *tracker_rows(const struct tracker *t, size_t *count)
{
	*count = t->list.count;
	return t->list.rows;
}

const struct snapshot *tracker_snapshot(const struct tracker *t)
{
	return t->current;
}

void tracker_on_change(struct tracker *t,
		       void (*each)(void *context, const struct row *row, const struct change *change),
		       void *context)
{
	t->each = each;
	t->context = context;
}

const struct event *tracker_event(const struct tracker *t, size_t back)
{
	return events_get(t->events, back);
}

size_t tracker_event_count(const struct tracker *t)
{
	return events_count(t->events);
}

void tracker_note(struct tracker *t, int64_t wall_ms, const char *text)
{
	events_note(t->events, wall_ms, text);
}
