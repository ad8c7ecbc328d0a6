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
#include "model/expect.h"
#include "model/gone.h"
#include "model/repeat.h"

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

struct tracker {
	const struct snapshot *current;  /* of the last frame; NULL before the first */
	const struct snapshot *settled;  /* the last one with complete owners; often the same, or NULL */
	struct list list, spare;
	struct gone gone;
	struct row_key held;             /* stays when it is gone; meaningful when has_held */
	bool has_held;
	int64_t idle_ms;                 /* of the rows that open from now on */
	bool is_calm;                    /* what its rows are */
	bool is_repeated;                /* see tracker_is_repeated() */
	bool is_frozen;                  /* events and histories are another tracker's */
	uint64_t newest_event;           /* of a frozen one: the last that it shows */
	const struct expect *expect;     /* borrowed; NULL = nothing is expected */
	struct events *events;
	struct histories *histories;
	void (*each)(void *context, const struct row *row, const struct change *change);     /* may be NULL */
	void *context;
	/* likewise */
	void (*each_mark)(void *context, const struct row *row, const struct listener *before,
			  uint32_t marks);
	void *mark_context;
	struct buf text;                 /* scratch */
};

struct frame {                           /* one update */
	struct tracker *t;
	const struct snapshot *s;
	int64_t now_ms;
};

struct tracker *tracker_new(void)
{
	struct tracker *t = fatal_calloc(1, sizeof *t);

	t->events = events_new();
	t->histories = histories_new();
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
	gone_done(&t->gone);
	done_list(&t->list);
	done_list(&t->spare);
	snapshot_unref(t->current);
	snapshot_unref(t->settled);
	if (!t->is_frozen) {
		events_free(t->events);
		histories_free(t->histories);
	}
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

/* Whose machine has been seen before, and with it such rows: the first frame is no news. */
static bool is_known(const struct tracker *t, const struct listener *l)
{
	const struct snapshot *own = t->current ? snapshot_of(t->current, l->key.machine) : NULL;

	return own && !(own->facts->lacks_bound && l->key.kind == ROW_BOUND);
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
	row->history = histories_change(f->t->histories, f->now_ms, change);
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
	struct row row = {
		.address = past.address, .listener = l, .now_ms = f->now_ms, .is_calm = f->t->is_calm,
	};

	if (f->t->expect && !l->key.machine && !l->key.endpoint.netns)
		row.expected = expect_find(f->t->expect, l);
	if (past.was_seen_opening)
		row.since_ms = f->now_ms;
	else
		guess_since(&row);
	row.recall.idle_ms = f->t->idle_ms;
	recall_open(&row.recall, f->now_ms, !past.was_seen_opening);
	recall_look(&row.recall, l, f->now_ms);
	if (past.was_seen_opening && !listener_is_leftover(l))
		note_change(f, &row, &past, &change);
	keep(f->t, &row, &past);
}

/* Leftovers are told nobody about: one that goes is only there because it is held. */
static void close_row(struct frame *f, struct row row, struct past past)
{
	const struct change change = { CHANGE_CLOSED, row.listener, NULL };

	if (listener_is_leftover(row.listener)) {
		row.change = CHANGE_CLOSED;
		row.changed_ms = f->now_ms;
	} else {
		note_change(f, &row, &past, &change);
	}
	row.listener = gone_keep(&f->t->gone, f->now_ms, row.listener);
	row.now_ms = f->now_ms;
	row.is_gone = true;
	keep(f->t, &row, &past);
}

static bool is_held(const struct tracker *t, const struct row *row)
{
	return t->has_held && row_key_compare(&row->listener->key, &t->held) == 0;
}

/* A row that the new frame does not have. */
static void miss_row(struct frame *f, struct row row, const struct past *past)
{
	bool is_over_now = is_over(f->now_ms, row.changed_ms, TRACKER_GONE_MS);

	if (!row.is_gone && (!listener_is_leftover(row.listener) || is_held(f->t, &row))) {
		close_row(f, row, *past);
	} else if (row.is_gone && (!is_over_now || is_held(f->t, &row))) {
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

/* As the row was when its owners were known last; NULL: it was not there. Marks that are judged by owners
 * are no news before these are known, nor are those with which a socket comes. */
static const struct listener *marked_before(const struct frame *f, const struct row *row)
{
	const struct tracker *t = f->t;

	if (!f->s->facts->owners_complete || row->is_gone || listener_is_leftover(row->listener))
		return NULL;
	if (t->settled == t->current)
		return row->listener;
	return t->settled ? snapshot_find(t->settled, &row->listener->key) : NULL;
}

static void note_marks(struct frame *f, const struct row *row, const struct listener *before, uint32_t marks)
{
	if (marks == row_marks(row))
		return;
	events_add_marks(f->t->events, f->now_ms, row->listener, marks, row_marks(row));
	if (f->t->each_mark)
		f->t->each_mark(f->t->mark_context, row, before, marks);
}

static void learn_owner(struct frame *f, const struct row *row, struct past *past)
{
	if (past->unowned_event && row->listener->holder_count)
		events_set_owner(f->t->events, past->unowned_event, row->listener);
	if (row->listener->holder_count || has_owners(f, row->listener))
		past->unowned_event = 0;
}

static void note_clients(struct frame *f, struct row *row, const struct listener *before)
{
	const struct history *history = histories_clients(f->t->histories, f->now_ms, before, row->listener);

	if (history)
		row->history = history;
}

/* A server that is back: at once, or after the row was gone for a moment. */
static void recall_meeting(const struct frame *f, struct row *row, const struct change *change)
{
	bool is_server = change->after->key.kind == ROW_LISTENER;

	if (change->kind == CHANGE_REBOUND || change->kind == CHANGE_OPENED) {
		recall_open(&row->recall, f->now_ms, false);
		if (is_server)
			recall_respawn(&row->recall, row->listener, f->now_ms);
	}
	recall_look(&row->recall, change->after, f->now_ms);
}

/* A row that both frames have. One that was taken for gone with its socket alive is told to be open again. */
static void meet_row(struct frame *f, struct row row, struct past past, const struct listener *after)
{
	struct change change = judge(f, &row, after);
	const struct listener *marked = marked_before(f, &row), *before = row.listener;
	uint32_t marks = marked ? recall_marks(&row.recall, marked, row.now_ms) : 0;

	if (row.is_gone && listener_is_leftover(after))
		row.change = CHANGE_NONE;
	else if (row.is_gone && change.kind != CHANGE_REBOUND)
		change = (struct change){ CHANGE_OPENED, NULL, after };
	if (is_over(f->now_ms, row.changed_ms, TRACKER_FRESH_MS))
		row.change = CHANGE_NONE;
	recall_meeting(f, &row, &change);
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
	else if (before->clients != after->clients)
		note_clients(f, &row, before);
	if (marked && change.kind != CHANGE_REBOUND)
		note_marks(f, &row, marked, marks);
	keep(f->t, &row, &past);
}

/* Gone for so long that it was there only because it is held: what comes now is as new as it is for others.
 * */
static bool is_forgotten(const struct frame *f, const struct row *row)
{
	return row->is_gone && is_over(f->now_ms, row->changed_ms, TRACKER_GONE_MS);
}

static void open_again(struct frame *f, const struct past *past, const struct listener *l)
{
	free(past->address);
	open_row(f, l);
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
		else if (is_forgotten(f, row))
			open_again(f, &old->pasts[i], l);
		else
			meet_row(f, *row, old->pasts[i], l);
		i += order <= 0;
		k += order >= 0;
	}
}

/* When the row that is held and gone was closed; -1: there is none. */
static int64_t held_since(const struct tracker *t)
{
	for (size_t i = 0; t->gone.count && t->has_held && i < t->list.count; i++)
		if (t->list.rows[i].is_gone && is_held(t, &t->list.rows[i]))
			return t->list.rows[i].changed_ms;
	return -1;
}

/* True when time alone has given it another mark. */
static bool recall_waiting(struct frame *f, struct row *row, const struct listener *l)
{
	uint32_t marks = row_marks(row);

	row->listener = l;
	row->now_ms = f->now_ms;
	recall_look(&row->recall, l, f->now_ms);
	note_marks(f, row, l, marks);
	return row_marks(row) != marks;
}

/* Nothing has changed but the time: the rows stay where they are. False when one of them is fresh no more,
 * or has another mark. */
static bool go_on(struct frame *f)
{
	struct tracker *t = f->t;
	bool has_aged = false;

	for (size_t i = 0; i < t->list.count; i++) {
		struct row *row = &t->list.rows[i];

		has_aged |= recall_waiting(f, row, &f->s->listeners[i]);
		if (row->change == CHANGE_NONE || !is_over(row->now_ms, row->changed_ms, TRACKER_FRESH_MS))
			continue;
		row->change = CHANGE_NONE;
		has_aged = true;
	}
	return !has_aged;
}

/* Rows that are gone are the tracker's own, and have copies. */
static bool has_only_time_passed(const struct tracker *t, const struct snapshot *s)
{
	return t->current && !t->gone.count && snapshot_is_repeat(s, t->current);
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

	if (!t->current)
		histories_begin(t->histories, f.now_ms);
	if (has_only_time_passed(t, s)) {
		t->is_repeated = go_on(&f);
	} else {
		t->is_repeated = false;
		t->spare.count = 0;
		merge(&f);
		t->list = t->spare;
		t->spare = old;
		/* Rows go by the same rule at the same time, so nobody looks into what is freed here. */
		gone_drop(&t->gone, f.now_ms - TRACKER_GONE_MS, f.now_ms, held_since(t));
	}
	replace(&t->current, s);
	if (s->facts->owners_complete)
		replace(&t->settled, s);
}

bool tracker_is_repeated(const struct tracker *t)
{
	return t->is_repeated;
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

void tracker_on_marks(struct tracker *t,
		      void (*each)(void *context, const struct row *row, const struct listener *before,
				   uint32_t marks),
		      void *context)
{
	t->each_mark = each;
	t->mark_context = context;
}

void tracker_calm(struct tracker *t)
{
	t->is_calm = true;
}

void tracker_expect(struct tracker *t, const struct expect *expect)
{
	t->expect = expect;
}

void tracker_hold(struct tracker *t, const struct row_key *key)
{
	t->has_held = key;
	if (key)
		t->held = *key;
}

struct tracker *tracker_freeze(const struct tracker *t)
{
	struct tracker *frozen = fatal_calloc(1, sizeof *frozen);

	frozen->is_frozen = true;
	frozen->events = t->events;
	frozen->newest_event = events_newest(t->events);
	frozen->current = t->current ? snapshot_ref(t->current) : NULL;
	for (size_t i = 0; i < t->list.count; i++) {
		struct past past = { .address = fatal_strdup(t->list.pasts[i].address) };
		struct row row = t->list.rows[i];

		row.address = past.address;
		if (row.is_gone)
			row.listener = gone_keep(&frozen->gone, 0, row.listener);
		keep(frozen, &row, &past);
	}
	frozen->list = frozen->spare;
	frozen->spare = (struct list){ 0 };
	return frozen;
}

const struct history *row_history(const struct row *row)
{
	const struct history *h = row->history;

	return h && row_key_compare(&h->key, &row->listener->key) == 0 ? h : NULL;
}

/* How many of the events are newer than those that are shown. */
static size_t unshown(const struct tracker *t)
{
	return t->is_frozen ? (size_t)(events_newest(t->events) - t->newest_event) : 0;
}

const struct event *tracker_event(const struct tracker *t, size_t back)
{
	return events_get(t->events, unshown(t) + back);
}

size_t tracker_event_count(const struct tracker *t)
{
	size_t count = events_count(t->events), newer = unshown(t);

	return count > newer ? count - newer : 0;
}

uint64_t tracker_newest_event(const struct tracker *t)
{
	return t->is_frozen ? t->newest_event : events_newest(t->events);
}

static const struct listener *find_listener(const struct tracker *t, const struct row_key *key)
{
	for (size_t i = 0; i < t->list.count; i++)
		if (row_key_compare(&t->list.rows[i].listener->key, key) == 0)
			return t->list.rows[i].listener;
	return NULL;
}

void tracker_note(struct tracker *t, int64_t wall_ms, const char *text, const struct row_key *about)
{
	events_note(t->events, wall_ms, text, about ? find_listener(t, about) : NULL);
}

void tracker_idle_after(struct tracker *t, int64_t ms)
{
	t->idle_ms = ms;
}

uint32_t row_marks(const struct row *row)
{
	return row->is_gone ? row->listener->marks : recall_marks(&row->recall, row->listener, row->now_ms);
}

void row_explain_mark(const struct row *row, const struct snapshot *s, enum mark mark, struct buf *evidence)
{
	const struct health_rule *rule = health_rule(mark);

	if (!recall_explain(&row->recall, mark, row->listener, row->now_ms, evidence) && rule->holds)
		rule->holds(s, row->listener, evidence);
}
