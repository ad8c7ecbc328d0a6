/* Owns the event ring and how a change reads: "owner changed 127.0.0.1:8080: java 3 -> java 9". The texts
 * that go into a sentence are safe already. Refuses to decide what is an event (the tracker does) and
 * to show it. */
#include "model/events.h"

#include <stdlib.h>
#include "base/buf.h"
#include "base/fatal.h"
#include "model/health.h"
#include "model/host.h"

/* What events are about is kept in arenas of as many events each; one is emptied when all of its are over. */
enum { BATCH = 256, BATCHES = EVENTS_MAX / BATCH + 1 };

struct slot {
	struct event event;
	char *text;                  /* event.text, owned */
	size_t owner_at;             /* where the owner begins in it */
};

struct events {
	struct slot slots[EVENTS_MAX];
	uint64_t total;              /* events ever added; the newest has this number */
	struct arena batches[BATCHES];
	struct buf text;             /* scratch */
};

struct events *events_new(void)
{
	return fatal_calloc(1, sizeof(struct events));
}

void events_free(struct events *e)
{
	if (!e)
		return;
	for (unsigned i = 0; i < EVENTS_MAX; i++)
		free(e->slots[i].text);
	for (unsigned i = 0; i < BATCHES; i++)
		arena_done(&e->batches[i]);
	buf_done(&e->text);
	free(e);
}

static struct slot *slot_of(struct events *e, uint64_t number)
{
	return &e->slots[number % EVENTS_MAX];
}

static void set_text(struct slot *slot, const char *text)
{
	free(slot->text);
	slot->event.text = slot->text = fatal_strdup(text);
}

/* Without the raw command line: that is the largest part of a process, and filters read the safe one. */
static const struct listener *copy_about(struct arena *arena, const struct listener *l)
{
	const struct holder *eldest = listener_eldest(l);
	struct listener brief = *l;
	struct process_fact fact;
	struct process process;
	struct holder holder;

	brief.holder_count = 0;
	if (eldest) {
		fact = *eldest->process->fact;
		fact.command = (struct slice){ NULL, 0 };
		process = *eldest->process;
		process.fact = &fact;
		holder = *eldest;
		holder.process = &process;
		brief.holders = &holder;
		brief.holder_count = 1;
	}
	brief.socket_count = 1;
	brief.others = 0;
	brief.sockets = &brief.socket;
	return listener_copy(arena, &brief);
}

/* Takes the next number. `event` may borrow its text; what it is about is copied. */
static struct slot *append(struct events *e, const struct event *event)
{
	uint64_t number = ++e->total;
	struct arena *batch = &e->batches[number / BATCH % BATCHES];
	struct slot *slot = slot_of(e, number);

	if (number % BATCH == 0)
		arena_done(batch);
	set_text(slot, event->text);
	slot->event = *event;
	slot->event.number = number;
	slot->event.text = slot->text;
	slot->event.about = event->about ? copy_about(batch, event->about) : NULL;
	return slot;
}

/* "nginx 911 +4": one process, and how many more there are. */
static void add_process(struct buf *out, const struct process *p, uint32_t others)
{
	buf_printf(out, "%s %d", p->name, (int)p->fact->pid);
	if (others)
		buf_printf(out, " +%u", others);
}

/* "nginx 911 +4 (root)"; "? (root)" where nobody was seen to hold it. */
static void add_owner(struct buf *out, const struct listener *l)
{
	const struct holder *eldest = listener_eldest(l);
	const char *user = eldest ? eldest->process->user : l->user;

	if (eldest)
		add_process(out, eldest->process, l->holder_count - 1);
	else
		buf_add_char(out, '?');
	if (user)
		buf_printf(out, " (%s)", user);
}

static bool is_holder(const struct listener *l, const struct process_fact *p)
{
	for (uint32_t i = 0; i < l->holder_count; i++) {
		const struct process_fact *other = l->holders[i].process->fact;

		if (other->pid == p->pid && other->start_time == p->start_time)
			return true;
	}
	return false;
}

/* The holders of `l` that do not hold `other`. Returns how many. */
static uint32_t add_only_of(struct buf *out, const struct listener *l, const struct listener *other)
{
	const struct process *first = NULL;
	uint32_t count = 0;

	for (uint32_t i = 0; i < l->holder_count; i++) {
		if (is_holder(other, l->holders[i].process->fact))
			continue;
		if (!count++)
			first = l->holders[i].process;
	}
	if (count)
		add_process(out, first, count - 1);
	return count;
}

/* "java 3 -> java 9"; "left: nginx 914"; "joined: nginx 915 +1". */
static void add_moved(struct buf *out, const struct listener *before, const struct listener *after)
{
	struct buf left = { 0 }, joined = { 0 };
	uint32_t left_count = add_only_of(&left, before, after);
	uint32_t joined_count = add_only_of(&joined, after, before);

	if (left_count && joined_count)
		buf_printf(out, "%s -> %s", buf_string(&left), buf_string(&joined));
	else if (left_count)
		buf_printf(out, "left: %s", buf_string(&left));
	else
		buf_printf(out, "joined: %s", buf_string(&joined));
	buf_done(&left);
	buf_done(&joined);
}

/* "opened devbox 127.0.0.1:3000 tcp in blue bound"; of a row that was there (is_known) its place alone. */
static void add_subject(struct buf *out, const char *what, const struct listener *l, bool is_known)
{
	buf_printf(out, "%s ", what);
	if (l->host)
		buf_printf(out, "%s ", l->host->name);
	endpoint_add(out, &l->key.endpoint, l->device);
	if (!is_known)
		buf_printf(out, " %s", protocol_name(l->key.endpoint.protocol));
	if (l->netns)
		buf_printf(out, " in %s", l->netns->label);
	if (!is_known && l->key.kind == ROW_BOUND)
		buf_add_string(out, " bound");
}

/* The sentence up to its owner, whose place is returned, and the owner. */
static size_t add_sentence(struct buf *out, const struct change *c)
{
	const struct listener *l = c->after ? c->after : c->before;
	const struct holder *was = c->before ? listener_eldest(c->before) : NULL;
	size_t owner_at;

	add_subject(out, change_name(c->kind), l, c->kind == CHANGE_OWNER);
	if (c->kind == CHANGE_OWNER) {
		buf_add_string(out, ": ");
		add_moved(out, c->before, c->after);
		return out->len;
	}
	if (c->kind == CHANGE_REBOUND && was) {
		buf_add_string(out, ": ");
		add_process(out, was->process, c->before->holder_count - 1);
		buf_add_string(out, " ->");
	}
	buf_add_char(out, ' ');
	owner_at = out->len;
	add_owner(out, l);
	return owner_at;
}

uint64_t events_add(struct events *e, int64_t wall_ms, const struct change *change)
{
	const struct listener *l = change->after ? change->after : change->before;
	struct event event = { .wall_ms = wall_ms, .change = (uint8_t)change->kind, .about = l };
	size_t owner_at;

	buf_clear(&e->text);
	owner_at = add_sentence(&e->text, change);
	event.is_local = listener_is_local(l);
	event.text = buf_string(&e->text);
	append(e, &event)->owner_at = owner_at;
	return e->total;
}

static void add_signed(struct buf *out, char sign, uint32_t marks)
{
	const struct health_rule *rule;

	while ((rule = health_next(&marks)))
		buf_printf(out, " %c%s", sign, rule->id);
}

void events_add_marks(struct events *e, int64_t wall_ms, const struct listener *about, uint32_t before,
		      uint32_t after)
{
	struct listener marked = *about;
	struct event event = { .wall_ms = wall_ms, .kind = EVENT_MARKS, .about = &marked };

	marked.marks = before | after;           /* a filter for a mark finds its coming and its going */
	buf_clear(&e->text);
	add_subject(&e->text, "marks", about, true);
	buf_add_char(&e->text, ':');
	add_signed(&e->text, '+', after & ~before);
	add_signed(&e->text, '-', before & ~after);
	event.is_local = listener_is_local(about);
	event.text = buf_string(&e->text);
	append(e, &event);
}

void events_set_owner(struct events *e, uint64_t number, const struct listener *l)
{
	struct slot *slot = slot_of(e, number);

	if (e->total - number >= EVENTS_MAX)
		return;
	buf_clear(&e->text);
	buf_add(&e->text, slot->text, slot->owner_at);
	add_owner(&e->text, l);
	set_text(slot, buf_string(&e->text));
	slot->event.about = copy_about(&e->batches[number / BATCH % BATCHES], l);
}

void events_note(struct events *e, int64_t wall_ms, const char *text, const struct listener *about)
{
	const struct event event = {
		.wall_ms = wall_ms, .kind = EVENT_NOTE, .is_local = true, .text = text, .about = about,
	};

	append(e, &event);
}

uint64_t events_newest(const struct events *e)
{
	return e->total;
}

static size_t events_count(const struct events *e)
{
	return e->total < EVENTS_MAX ? (size_t)e->total : EVENTS_MAX;
}

const struct event *events_get(const struct events *e, size_t back)
{
	return back < events_count(e) ? &e->slots[(e->total - back) % EVENTS_MAX].event : NULL;
}
