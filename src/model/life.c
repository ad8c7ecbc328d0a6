/* Owns what of a row is news, and for how long. Leftovers are told nobody about: they come and go all the
 * time. Refuses to know which row meets which listener, and where rows are kept (tracker.c). */
#include "model/life.h"

#include "base/buf.h"
#include "base/fatal.h"
#include "model/expect.h"

static bool is_past(int64_t now_ms, int64_t then_ms, int64_t lasting_ms)
{
	return now_ms < then_ms || now_ms - then_ms >= lasting_ms;
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

/* An owner that is still being looked for is told later. A server that has just come up and starts its
 * workers stays "new". */
static void tell(const struct frame *f, struct row *row, struct life *life, const struct change *change)
{
	uint64_t number = chronicle_change(f->chronicle, f->now_ms, row, change);
	bool is_new = row->change == CHANGE_OPENED || row->change == CHANGE_REBOUND;
	bool is_unowned = change->after && !change->after->holder_count &&
			  !snapshot_knows_owners(f->s, change->after->key.machine);

	life->unowned_event = is_unowned ? number : 0;
	if (is_new && change->kind == CHANGE_OWNER)
		return;
	row->change = (uint8_t)change->kind;
	row->changed_ms = f->now_ms;
}

static char *address_of(const struct frame *f, const struct listener *l)
{
	buf_clear(f->scratch);
	endpoint_add_address(f->scratch, &l->key.endpoint, l->device);
	return fatal_strdup(buf_string(f->scratch));
}

void life_open(const struct frame *f, const struct listener *l, struct row *row, struct life *life)
{
	const struct change change = { CHANGE_OPENED, NULL, l };

	*life = (struct life){
		.address = address_of(f, l), .was_seen_opening = earlier_looked_for(f->earlier, l),
	};
	*row = (struct row){
		.address = life->address, .listener = l, .now_ms = f->now_ms, .is_calm = f->is_calm,
	};
	if (f->expect && !l->key.machine && !l->key.endpoint.netns)
		row->expected = expect_find(f->expect, l);
	if (life->was_seen_opening)
		row->since_ms = f->now_ms;
	else
		guess_since(row);
	row->recall.idle_ms = f->idle_ms;
	recall_open(&row->recall, f->now_ms, !life->was_seen_opening);
	recall_look(&row->recall, l, f->now_ms);
	if (life->was_seen_opening && !listener_is_leftover(l))
		tell(f, row, life, &change);
}

/* A leftover that goes is only there because it is held. */
void life_close(const struct frame *f, struct row *row, struct life *life)
{
	const struct change change = { CHANGE_CLOSED, row->listener, NULL };

	if (listener_is_leftover(row->listener)) {
		row->change = CHANGE_CLOSED;
		row->changed_ms = f->now_ms;
	} else {
		tell(f, row, life, &change);
	}
	row->now_ms = f->now_ms;
	row->is_gone = true;
}

bool life_is_over(const struct frame *f, const struct row *row)
{
	return row->is_gone && is_past(f->now_ms, row->changed_ms, ROW_GONE_MS);
}

/* As the row was when its owners were known last; NULL: it was not there. Marks that are judged by owners
 * are no news before these are known, nor are those with which a socket comes. */
static const struct listener *marked_before(const struct frame *f, const struct row *row)
{
	if (row->is_gone || listener_is_leftover(row->listener))
		return NULL;
	return earlier_owned(f->earlier, f->s, row->listener);
}

static void learn_owner(const struct frame *f, const struct row *row, struct life *life)
{
	if (life->unowned_event && row->listener->holder_count)
		chronicle_owner(f->chronicle, life->unowned_event, row->listener);
	if (row->listener->holder_count || snapshot_knows_owners(f->s, row->listener->key.machine))
		life->unowned_event = 0;
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

/* One that was taken for gone with its socket alive is told to be open again. */
static void judge(const struct frame *f, const struct row *row, struct change *change)
{
	earlier_judge(f->earlier, f->s, change);
	if (row->is_gone && change->kind != CHANGE_REBOUND && !listener_is_leftover(change->after))
		*change = (struct change){ CHANGE_OPENED, NULL, change->after };
}

void life_meet(const struct frame *f, const struct listener *after, struct row *row, struct life *life)
{
	const struct listener *marked = marked_before(f, row), *before = row->listener;
	uint32_t marks = marked ? recall_marks(&row->recall, marked, row->now_ms) : 0;
	struct change change = { CHANGE_NONE, before, after };

	judge(f, row, &change);
	if (is_past(f->now_ms, row->changed_ms, ROW_FRESH_MS) ||
	    (row->is_gone && listener_is_leftover(after)))
		row->change = CHANGE_NONE;
	recall_meeting(f, row, &change);
	row->listener = after;
	row->now_ms = f->now_ms;
	row->is_gone = false;
	if (change.kind == CHANGE_REBOUND) {
		row->since_ms = f->now_ms;
		*life = (struct life){ .address = life->address, .was_seen_opening = true };
	}
	if (!life->was_seen_opening)
		guess_since(row);
	learn_owner(f, row, life);
	if (change.kind != CHANGE_NONE)
		tell(f, row, life, &change);
	else if (before->clients != after->clients)
		chronicle_clients(f->chronicle, f->now_ms, row, before);
	if (marked && change.kind != CHANGE_REBOUND && row_marks(row) != marks)
		chronicle_marks(f->chronicle, f->now_ms, row, marked, marks);
}

bool life_age(const struct frame *f, const struct listener *after, struct row *row)
{
	uint32_t marks = row_marks(row);
	bool is_marked_anew;

	row->listener = after;
	row->now_ms = f->now_ms;
	recall_look(&row->recall, after, f->now_ms);
	is_marked_anew = row_marks(row) != marks;
	if (is_marked_anew)
		chronicle_marks(f->chronicle, f->now_ms, row, after, marks);
	if (row->change == CHANGE_NONE || !is_past(row->now_ms, row->changed_ms, ROW_FRESH_MS))
		return is_marked_anew;
	row->change = CHANGE_NONE;
	return true;
}
