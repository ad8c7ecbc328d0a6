/* Owns the rows over time: one pass over the rows of the last frame and the listeners of the new one,
 * both ascending by key, makes the rows of the next; a frame without changes allocates nothing. Rows that
 * went away live on for a while as deep copies, in one arena per frame that lost any: old snapshots are let
 * go. Refuses to judge what is news (life.c), and to know filters, order and the screen. */
#include "model/tracker.h"

#include <stdlib.h>
#include "base/buf.h"
#include "base/fatal.h"
#include "model/gone.h"
#include "model/life.h"
#include "model/repeat.h"

struct list {
	struct row *rows;
	struct life *lives;              /* same index */
	size_t count;
};

struct tracker {
	struct earlier earlier;
	struct chronicle chronicle;
	struct list list;
	struct gone gone;
	struct row_key held;             /* stays when it is gone; meaningful when has_held */
	bool has_held;
	int64_t idle_ms;                 /* of the rows that open from now on */
	bool is_calm;                    /* what its rows are */
	bool is_repeated;                /* see tracker_is_repeated() */
	const struct expect *expect;     /* borrowed; NULL = nothing is expected */
	struct buf text;                 /* scratch */
};

struct tracker *tracker_new(void)
{
	struct tracker *t = fatal_calloc(1, sizeof *t);

	chronicle_init(&t->chronicle);
	return t;
}

static struct list new_list(size_t most)
{
	return (struct list){
		.rows = fatal_alloc(most * sizeof(struct row)),
		.lives = fatal_alloc(most * sizeof(struct life)),
	};
}

static void done_list(struct list *l)
{
	free(l->rows);
	free(l->lives);
}

void tracker_free(struct tracker *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->list.count; i++)
		free(t->list.lives[i].address);
	gone_done(&t->gone);
	done_list(&t->list);
	earlier_done(&t->earlier);
	chronicle_done(&t->chronicle);
	buf_done(&t->text);
	free(t);
}

static bool is_held(const struct tracker *t, const struct row *row)
{
	return t->has_held && row_key_compare(&row->listener->key, &t->held) == 0;
}

static void open_row(struct list *next, const struct frame *f, const struct listener *l)
{
	life_open(f, l, &next->rows[next->count], &next->lives[next->count]);
	next->count++;
}

static void meet_row(struct tracker *t, struct list *next, const struct frame *f, size_t i,
		     const struct listener *l)
{
	struct row *row = &next->rows[next->count];
	struct life *life = &next->lives[next->count++];

	*row = t->list.rows[i];
	*life = t->list.lives[i];
	life_meet(f, l, row, life);
}

/* A row that the new frame does not have. */
static void miss_row(struct tracker *t, struct list *next, const struct frame *f, size_t i)
{
	struct row *row = &next->rows[next->count];
	struct life *life = &next->lives[next->count];

	*row = t->list.rows[i];
	*life = t->list.lives[i];
	if (!row->is_gone && (!listener_is_leftover(row->listener) || is_held(t, row))) {
		life_close(f, row, life);
		row->listener = gone_keep(&t->gone, f->now_ms, row->listener);
		next->count++;
	} else if (row->is_gone && (!life_is_over(f, row) || is_held(t, row))) {
		row->now_ms = f->now_ms;
		next->count++;
	} else {
		free(life->address);
	}
}

/* Gone for so long that it was there only because it is held: what comes now is as new as for others. */
static void open_again(struct tracker *t, struct list *next, const struct frame *f, size_t i,
		       const struct listener *l)
{
	free(t->list.lives[i].address);
	open_row(next, f, l);
}

static void merge(struct tracker *t, struct list *next, const struct frame *f)
{
	const struct list *old = &t->list;
	size_t i = 0, k = 0;

	while (i < old->count || k < f->s->listener_count) {
		const struct listener *l = k < f->s->listener_count ? &f->s->listeners[k] : NULL;
		const struct row *row = i < old->count ? &old->rows[i] : NULL;
		int order = !row ? 1 : !l ? -1 : row_key_compare(&row->listener->key, &l->key);

		if (order < 0)
			miss_row(t, next, f, i);
		else if (order > 0)
			open_row(next, f, l);
		else if (life_is_over(f, row))
			open_again(t, next, f, i, l);
		else
			meet_row(t, next, f, i, l);
		i += order <= 0;
		k += order >= 0;
	}
}

/* Two lists at once only while one is made from the other. */
static void replace_rows(struct tracker *t, const struct frame *f)
{
	struct list next = new_list(t->list.count + f->s->listener_count);

	merge(t, &next, f);
	done_list(&t->list);
	t->list = next;
}

/* When the row that is held and gone was closed; -1: there is none. */
static int64_t held_since(const struct tracker *t)
{
	for (size_t i = 0; t->gone.count && t->has_held && i < t->list.count; i++)
		if (t->list.rows[i].is_gone && is_held(t, &t->list.rows[i]))
			return t->list.rows[i].changed_ms;
	return -1;
}

/* Nothing has changed but the time: the rows stay where they are. False when one of them shows it. */
static bool age_rows(struct tracker *t, const struct frame *f)
{
	bool has_aged = false;

	for (size_t i = 0; i < t->list.count; i++)
		has_aged |= life_age(f, &f->s->listeners[i], &t->list.rows[i]);
	return !has_aged;
}

/* Rows that are gone are the tracker's own, and have copies. */
static bool has_only_time_passed(const struct tracker *t, const struct snapshot *s)
{
	return t->earlier.last && !t->gone.count && snapshot_is_repeat(s, t->earlier.last);
}

void tracker_update(struct tracker *t, const struct snapshot *s)
{
	const struct frame f = {
		.s = s, .now_ms = s->facts->wall_ms, .earlier = &t->earlier, .chronicle = &t->chronicle,
		.expect = t->expect, .idle_ms = t->idle_ms, .is_calm = t->is_calm, .scratch = &t->text,
	};

	if (!t->earlier.last)
		chronicle_begin(&t->chronicle, f.now_ms);
	if (has_only_time_passed(t, s)) {
		t->is_repeated = age_rows(t, &f);
	} else {
		t->is_repeated = false;
		replace_rows(t, &f);
		/* Rows go by the same rule at the same time, so nobody looks into what is freed here. */
		gone_drop(&t->gone, f.now_ms - ROW_GONE_MS, f.now_ms, held_since(t));
	}
	earlier_follow(&t->earlier, s);
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
	return t->earlier.last;
}

void tracker_on_change(struct tracker *t, chronicle_change_teller *each, void *context)
{
	t->chronicle.each = each;
	t->chronicle.context = context;
}

void tracker_on_marks(struct tracker *t, chronicle_marks_teller *each, void *context)
{
	t->chronicle.each_mark = each;
	t->chronicle.mark_context = context;
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

	frozen->chronicle = chronicle_freeze(&t->chronicle);
	frozen->earlier.last = t->earlier.last ? snapshot_ref(t->earlier.last) : NULL;
	frozen->list = new_list(t->list.count);
	for (size_t i = 0; i < t->list.count; i++) {
		struct row *row = &frozen->list.rows[frozen->list.count];
		struct life *life = &frozen->list.lives[frozen->list.count++];

		*row = t->list.rows[i];
		*life = (struct life){ .address = fatal_strdup(row->address) };
		row->address = life->address;
		if (row->is_gone)
			row->listener = gone_keep(&frozen->gone, 0, row->listener);
	}
	return frozen;
}

const struct event *tracker_event(const struct tracker *t, size_t back)
{
	return chronicle_event(&t->chronicle, back);
}

uint64_t tracker_newest_event(const struct tracker *t)
{
	return chronicle_newest(&t->chronicle);
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
	chronicle_note(&t->chronicle, wall_ms, text, about ? find_listener(t, about) : NULL);
}

void tracker_idle_after(struct tracker *t, int64_t ms)
{
	t->idle_ms = ms;
}
