/* Owns the list of wanted inodes and the back-off of each. Knows no process. */
#include "platform/linux/wants.h"
#include <stdlib.h>
#include "base/array.h"
#include "model/shared.h"

enum { PAUSE_US = 10 * 1000 * 1000, PAUSE_DOUBLINGS = 6, COST_SHARE = 100 };

void wants_done(struct wants *w)
{
	free(w->items);
	free(w->before);
	leftovers_unref(w->leftovers);
	map_done(&w->by_inode);
	*w = (struct wants){0};
}

static bool is_passive(const struct socket_fact *s)
{
	return s->state == SOCKET_ESTABLISHED;
}

static struct want make_want(const struct wants *w, const struct socket_fact *s)
{
	struct want want = {.inode = s->inode, .is_fresh = true};
	uint64_t index;

	if (map_get(&w->by_inode, s->inode, &index) && w->before[index].cookie == s->cookie)
		want = w->before[index];
	want.cookie = s->cookie;
	want.cgroup_id = s->cgroup_id;
	want.is_passive = is_passive(s);
	return want;
}

static void add_wants(struct wants *w, const struct socket_fact *sockets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sockets[i].inode)
			ARRAY_PUSH(w->items, w->count, w->cap) = make_want(w, &sockets[i]);
}

static void keep_table(struct wants *w, const struct leftovers *table)
{
	if (table)
		leftovers_ref(table);
	leftovers_unref(w->leftovers);
	w->leftovers = table;
}

void wants_update(struct wants *w, const struct facts *facts)
{
	struct want *items = w->before;
	size_t cap = w->before_cap;

	w->before = w->items;
	w->before_cap = w->cap;
	w->items = items;
	w->cap = cap;
	w->count = 0;
	add_wants(w, facts->sockets, facts->socket_count);
	if (facts->leftovers)
		add_wants(w, facts->leftovers->sockets, facts->leftovers->count);
	keep_table(w, facts->leftovers);
	map_clear(&w->by_inode);
	for (size_t i = 0; i < w->count; i++)
		map_put(&w->by_inode, w->items[i].inode, i);
}

struct want *wants_find(const struct wants *w, uint32_t inode)
{
	uint64_t index;

	return map_get(&w->by_inode, inode, &index) ? &w->items[index] : NULL;
}

bool want_is_due(const struct want *want, int64_t now_us)
{
	return !want->holder_count && !want->is_passive && now_us >= want->next_try_us;
}

size_t wants_count_due(const struct wants *w, int64_t now_us)
{
	size_t count = 0;

	for (size_t i = 0; i < w->count; i++)
		count += want_is_due(&w->items[i], now_us);
	return count;
}

static bool is_link_due(const struct want *want, int64_t now_us)
{
	return !want->holder_count && want->is_passive && now_us >= want->next_try_us;
}

bool wants_links_are_due(const struct wants *w, int64_t now_us)
{
	for (size_t i = 0; i < w->count; i++)
		if (is_link_due(&w->items[i], now_us))
			return true;
	return false;
}

bool wants_links_are_fresh(const struct wants *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->items[i].is_fresh && is_link_due(&w->items[i], INT64_MAX))
			return true;
	return false;
}

size_t wants_count_without(const struct wants *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->count; i++)
		count += !w->items[i].holder_count && !w->items[i].is_passive;
	return count;
}

static int64_t pause_after(uint8_t tries, int64_t cost_us)
{
	int64_t pause = (int64_t)PAUSE_US << (tries < PAUSE_DOUBLINGS ? tries : PAUSE_DOUBLINGS);

	return pause > cost_us * COST_SHARE ? pause : cost_us * COST_SHARE;
}

static void give_up(struct want *want, int64_t now_us, int64_t cost_us)
{
	want->next_try_us = now_us + pause_after(want->tries, cost_us);
	want->tries += want->tries < UINT8_MAX;
	want->is_fresh = false;
}

void wants_give_up(struct wants *w, int64_t now_us, int64_t cost_us)
{
	for (size_t i = 0; i < w->count; i++)
		if (want_is_due(&w->items[i], now_us))
			give_up(&w->items[i], now_us, cost_us);
}

void wants_links_looked_for(struct wants *w)
{
	for (size_t i = 0; i < w->count; i++)
		w->items[i].is_fresh &= !w->items[i].is_passive;
}

void wants_give_up_links(struct wants *w, int64_t now_us, int64_t cost_us)
{
	for (size_t i = 0; i < w->count; i++)
		if (is_link_due(&w->items[i], now_us))
			give_up(&w->items[i], now_us, cost_us);
}
