/* Owns the table of owners, and what was made of it for the facts. Refuses to search for anybody (hunt.c), to know how
 * one process is read (owner.c), and whom to look at again (rotation.c). */
#include "platform/linux/holders.h"
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "base/array.h"
#include "base/fatal.h"
#include "base/map.h"
#include "model/shared.h"
#include "platform/linux/owner.h"
#include "platform/linux/wants.h"

enum { EXITS_AT_ONCE = 64 };

struct holders {
	struct owner **owners;       /* owned; no order */
	size_t count, cap;
	struct map by_pid;           /* pid -> index */
	struct descriptors spare;    /* how many may still be kept */
	struct process_reader *reader;       /* borrowed */
	int epoll;                   /* pidfds; -1 = none */
	bool has_changed;            /* who holds what: since holders_count() */
	bool is_stale;               /* that, or anything of an owner: since holders_emit() */
	const struct owners *emitted;        /* a reference: what holders_emit() gave last; NULL = nothing */
};

static void note_change(struct holders *h)
{
	h->has_changed = h->is_stale = true;
}

struct holders *holders_new(struct process_reader *reader)
{
	struct holders *h = fatal_calloc(1, sizeof *h);

	h->reader = reader;
	h->epoll = epoll_create1(EPOLL_CLOEXEC);
	descriptors_init(&h->spare);
	return h;
}

void holders_free(struct holders *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		owner_free(h->owners[i], &h->spare);
	free(h->owners);
	map_done(&h->by_pid);
	owners_unref(h->emitted);
	if (h->epoll >= 0)
		close(h->epoll);
	free(h);
}

static struct owner *find_owner(const struct holders *h, int32_t pid)
{
	uint64_t index;

	return map_get(&h->by_pid, (uint64_t)pid, &index) ? h->owners[index] : NULL;
}

static void drop(struct holders *h, int32_t pid)
{
	struct owner *last;
	uint64_t index;

	if (!map_get(&h->by_pid, (uint64_t)pid, &index))
		return;
	owner_free(h->owners[index], &h->spare);
	last = h->owners[--h->count];
	h->owners[index] = last;
	map_remove(&h->by_pid, (uint64_t)pid);
	if (index < h->count)
		map_put(&h->by_pid, (uint64_t)last->process.fact.pid, index);
	note_change(h);
}

static void add(struct holders *h, struct owner *o)
{
	map_put(&h->by_pid, (uint64_t)o->process.fact.pid, h->count);
	ARRAY_PUSH(h->owners, h->count, h->cap) = o;
}

bool holders_set(struct holders *h, int32_t pid, bool is_new, const struct witness *witness,
		 const struct find *found, size_t count)
{
	struct owner *o = find_owner(h, pid);

	if (!count) {
		drop(h, pid);
		return true;
	}
	if (!o) {
		o = owner_new(h->reader, found, is_new, witness);
		if (!o)
			return false;
		add(h, o);
	}
	if (owner_set_held(o, found, count))
		note_change(h);
	return true;
}

bool holders_has(const struct holders *h, int32_t pid)
{
	return find_owner(h, pid);
}

bool holders_reap(struct holders *h)
{
	struct epoll_event events[EXITS_AT_ONCE];
	bool has_reaped = false;
	int count;

	while ((count = epoll_wait(h->epoll, events, EXITS_AT_ONCE, 0)) > 0) {
		for (int i = 0; i < count; i++)
			drop(h, (int32_t)events[i].data.u64);
		has_reaped = true;
		if (count < EXITS_AT_ONCE)
			break;
	}
	return has_reaped;
}

size_t holders_size(const struct holders *h)
{
	return h->count;
}

const struct owner *holders_at(const struct holders *h, size_t index)
{
	return h->owners[index];
}

bool holders_keep(struct holders *h, size_t index)
{
	struct owner *o = h->owners[index];

	if (o->was_asked)
		return false;
	owner_keep(o, h->reader->proc, h->epoll, &h->spare);
	return true;
}

bool holders_refresh(struct holders *h, size_t index)
{
	struct owner *o = h->owners[index];
	enum owner_news news = owner_refresh(o, h->reader, &h->is_stale);

	if (news == OWNER_GONE)
		drop(h, o->process.fact.pid);
	return news != OWNER_OLD;
}

void holders_count(struct holders *h, struct wants *wants)
{
	for (size_t i = 0; i < wants->count; i++)
		wants->items[i].holder_count = 0;
	for (size_t i = h->count; i-- > 0;) {
		struct owner *o = h->owners[i];

		h->is_stale |= owner_forget_unwanted(o, wants);
		if (!o->held_count)
			drop(h, o->process.fact.pid);
	}
	h->has_changed = false;
}

bool holders_changed(const struct holders *h)
{
	return h->has_changed;
}

static bool has_descriptor(const struct finds *finds, size_t count, const struct find *held)
{
	for (size_t i = 0; i < count; i++)
		if (finds->items[i].task == held->task && finds->items[i].fd == held->fd)
			return true;
	return false;
}

void holders_add_passive(const struct holders *h, int32_t pid, const struct wants *wants, struct finds *finds)
{
	const struct owner *o = find_owner(h, pid);
	size_t count = finds->count;

	for (size_t i = 0; o && i < o->held_count; i++) {
		const struct want *want = wants_find(wants, o->held[i].inode);

		if (want && want->is_passive && !has_descriptor(finds, count, &o->held[i]))
			ARRAY_PUSH(finds->items, finds->count, finds->cap) = o->held[i];
	}
}

bool holders_has_tasks(const struct holders *h, int32_t pid)
{
	const struct owner *o = find_owner(h, pid);

	for (size_t i = 0; o && i < o->held_count; i++)
		if (o->held[i].task)
			return true;
	return false;
}

bool holders_is_held(const struct holders *h, uint32_t inode)
{
	for (size_t i = 0; i < h->count; i++)
		for (size_t j = 0; j < h->owners[i]->held_count; j++)
			if (h->owners[i]->held[j].inode == inode &&
			    walk_links(h->reader->proc, &h->owners[i]->held[j]))
				return true;
	return false;
}

static const struct owners *list_owners(const struct holders *h, const struct wants *wants)
{
	struct owners *list = owners_new();

	for (size_t i = 0; i < h->count; i++) {
		const struct owner *o = h->owners[i];
		size_t before = list->holder_count;

		for (size_t j = 0; j < o->held_count; j++)
			if (wants_find(wants, o->held[j].inode))
				owners_add_holder(list, o->held[j].inode, o->held[j].pid, o->held[j].fd);
		if (list->holder_count > before)
			owners_add_process(list, &o->process.fact);
	}
	return list;
}

void holders_emit(struct holders *h, const struct wants *wants, struct facts *facts)
{
	if (h->is_stale || !h->emitted) {
		owners_unref(h->emitted);
		h->emitted = list_owners(h, wants);
		h->is_stale = false;
	}
	facts_share_owners(facts, h->emitted);
}
