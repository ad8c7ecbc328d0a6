/* Owns an open-addressed hash table with linear probing. A removed entry leaves a tombstone, which
 * the next growth drops. Keys are inodes, pids and cookies, which come in runs and multiples:
 * they are mixed before use. Knows nothing of what keys and values mean; 0 is a key like others. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"

enum { FIRST_CAP = 16 };

enum slot_state { SLOT_FREE, SLOT_LIVE, SLOT_REMOVED };

struct map_slot {
	uint64_t key, value;
	enum slot_state state;
};

/* The finaliser of splitmix64: every bit of the key moves every bit of the result. */
static uint64_t mix(uint64_t key)
{
	key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9;
	key = (key ^ (key >> 27)) * 0x94d049bb133111eb;
	return key ^ (key >> 31);
}

/* The slot of `key`, or the free slot where its search ends. Needs one free slot: cap > used. */
static struct map_slot *find(const struct map *m, uint64_t key)
{
	size_t at = mix(key) & (m->cap - 1);

	while (m->slots[at].state == SLOT_REMOVED ||
	       (m->slots[at].state == SLOT_LIVE && m->slots[at].key != key))
		at = (at + 1) & (m->cap - 1);
	return &m->slots[at];
}

static struct map_slot *find_live(const struct map *m, uint64_t key)
{
	struct map_slot *slot = m->count ? find(m, key) : NULL;

	return slot && slot->state == SLOT_LIVE ? slot : NULL;
}

void map_done(struct map *m)
{
	free(m->slots);
	*m = (struct map){ 0 };
}

void map_clear(struct map *m)
{
	if (m->used)
		memset(m->slots, 0, m->cap * sizeof *m->slots);
	m->count = m->used = 0;
}

static void rehash(struct map *m, size_t cap)
{
	struct map old = *m;
	uint64_t key, value;
	size_t cursor = 0;

	*m = (struct map){ .slots = fatal_calloc(cap, sizeof *m->slots), .cap = cap };
	while (map_next(&old, &cursor, &key, &value))
		map_put(m, key, value);
	free(old.slots);
}

/* At most three of four slots are used; tombstones alone are swept without growing. */
static void make_room(struct map *m)
{
	if (!m->cap)
		rehash(m, FIRST_CAP);
	else if ((m->used + 1) * 4 > m->cap * 3)
		rehash(m, m->count * 2 >= m->cap ? m->cap * 2 : m->cap);
}

void map_put(struct map *m, uint64_t key, uint64_t value)
{
	struct map_slot *slot = find_live(m, key);

	if (!slot) {
		make_room(m);
		slot = find(m, key);
		*slot = (struct map_slot){ .key = key, .state = SLOT_LIVE };
		m->count++;
		m->used++;
	}
	slot->value = value;
}

bool map_get(const struct map *m, uint64_t key, uint64_t *value)
{
	const struct map_slot *slot = find_live(m, key);

	if (slot)
		*value = slot->value;
	return slot;
}

bool map_has(const struct map *m, uint64_t key)
{
	return find_live(m, key);
}

bool map_remove(struct map *m, uint64_t key)
{
	struct map_slot *slot = find_live(m, key);

	if (!slot)
		return false;
	slot->state = SLOT_REMOVED;
	m->count--;
	return true;
}

bool map_next(const struct map *m, size_t *cursor, uint64_t *key, uint64_t *value)
{
	for (; *cursor < m->cap; ++*cursor) {
		const struct map_slot *slot = &m->slots[*cursor];

		if (slot->state != SLOT_LIVE)
			continue;
		*key = slot->key;
		*value = slot->value;
		++*cursor;
		return true;
	}
	return false;
}
