/* Owns the past of the ports, as rings of cells. A change first brings the ring up to its own time, with what
 * was so far; so nobody has to write while nothing happens. Refuses to decide what is a change (the tracker
 * does) and how the past looks. */
#include "model/history.h"

#include <stdlib.h>
#include "base/fatal.h"
#include "base/map.h"

enum { LOOK_AT_ONCE = 16 };              /* candidates, when one has to go */

struct histories {
	struct history *items[HISTORIES_MAX];    /* allocated one by one: rows point to them */
	size_t count;
	size_t hand;                     /* where the next one that has to go is looked for */
	struct map places;               /* hash of a key -> index */
	int64_t began;                   /* cell of the first look */
};

struct histories *histories_new(void)
{
	return fatal_calloc(1, sizeof(struct histories));
}

void histories_free(struct histories *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		free(h->items[i]);
	map_done(&h->places);
	free(h);
}

static int64_t cell_of(int64_t wall_ms)
{
	return wall_ms > 0 ? wall_ms / HISTORY_CELL_MS : 0;
}

void histories_begin(struct histories *h, int64_t wall_ms)
{
	h->began = cell_of(wall_ms);
}

/* FNV-1a over what row_key_compare() compares. */
static uint64_t hash_of(const struct row_key *key)
{
	const struct endpoint *e = &key->endpoint;
	const uint64_t rest = (uint64_t)e->device << 32 | (uint64_t)e->port << 16 | (uint64_t)e->protocol << 8 |
			      (uint64_t)e->family << 4 | key->kind;
	const uint64_t where = (uint64_t)e->netns << 16 | key->machine;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (unsigned i = 0; i < sizeof e->address; i++)
		hash = (hash ^ e->address[i]) * UINT64_C(0x100000001b3);
	for (unsigned i = 0; i < sizeof rest; i++)
		hash = (hash ^ (rest >> 8 * i & 0xff)) * UINT64_C(0x100000001b3);
	for (unsigned i = 0; i < sizeof where; i++)
		hash = (hash ^ (where >> 8 * i & 0xff)) * UINT64_C(0x100000001b3);
	return hash;
}

struct history *histories_find(struct histories *h, const struct row_key *key)
{
	uint64_t place;

	if (!map_get(&h->places, hash_of(key), &place) || row_key_compare(&h->items[place]->key, key))
		return NULL;
	return h->items[place];
}

/* The quietest of a few: near enough to the quietest of all, and a storm of new ports stays cheap. */
static size_t quiet_place(struct histories *h)
{
	size_t found = h->hand;

	for (size_t i = 0; i < LOOK_AT_ONCE; i++) {
		size_t place = (h->hand + i) % HISTORIES_MAX;

		if (h->items[place]->newest < h->items[found]->newest)
			found = place;
	}
	h->hand = (found + 1) % HISTORIES_MAX;
	return found;
}

static struct history *take_place(struct histories *h, const struct row_key *key)
{
	uint64_t hash = hash_of(key), place;

	if (map_get(&h->places, hash, &place))           /* another key with this very hash */
		return h->items[place];
	if (h->count < HISTORIES_MAX) {
		h->items[h->count] = fatal_calloc(1, sizeof **h->items);
		place = h->count++;
	} else {
		place = quiet_place(h);
		map_remove(&h->places, hash_of(&h->items[place]->key));
	}
	map_put(&h->places, hash, place);
	return h->items[place];
}

static struct history *begin_history(struct histories *h, int64_t cell, const struct listener *of, bool was_up)
{
	struct history *new = take_place(h, &of->key);

	*new = (struct history){ .key = of->key, .began = h->began, .newest = h->began, .is_up = was_up };
	if (cell - h->began >= HISTORY_CELLS)
		new->newest = cell - HISTORY_CELLS;
	new->cells[new->newest % HISTORY_CELLS] = was_up ? HISTORY_UP : HISTORY_DOWN;
	if (was_up && of->clients > 0)
		new->clients_now = of->clients < UINT16_MAX ? (uint16_t)of->clients : UINT16_MAX;
	new->clients[new->newest % HISTORY_CELLS] = new->clients_now;
	return new;
}

/* The ring up to the cell of this time; returns where in it. */
static unsigned advance(struct history *h, int64_t cell)
{
	int64_t first = cell - HISTORY_CELLS > h->newest ? cell - HISTORY_CELLS : h->newest;

	for (int64_t i = first + 1; i <= cell; i++) {
		h->cells[i % HISTORY_CELLS] = h->is_up ? HISTORY_UP : HISTORY_DOWN;
		h->clients[i % HISTORY_CELLS] = h->clients_now;
	}
	if (cell > h->newest)
		h->newest = cell;
	return (unsigned)(h->newest % HISTORY_CELLS);
}

static void set_clients(struct history *h, unsigned at, int32_t clients)
{
	h->clients_now = (uint16_t)(clients < 0 ? 0 : clients < UINT16_MAX ? clients : UINT16_MAX);
	if (h->clients_now > h->clients[at])
		h->clients[at] = h->clients_now;
}

struct history *histories_change(struct histories *h, int64_t wall_ms, const struct change *change)
{
	static const uint8_t bits[] = {
		[CHANGE_OPENED] = HISTORY_OPENED | HISTORY_UP, [CHANGE_CLOSED] = HISTORY_CLOSED | HISTORY_DOWN,
		[CHANGE_REBOUND] = HISTORY_REBOUND | HISTORY_UP, [CHANGE_OWNER] = HISTORY_OWNER | HISTORY_UP,
	};
	const struct listener *l = change->after ? change->after : change->before;
	int64_t cell = cell_of(wall_ms);
	struct history *of = histories_find(h, &l->key);
	unsigned at;

	if (!of)
		of = begin_history(h, cell, l, change->before != NULL);
	at = advance(of, cell);
	of->cells[at] |= bits[change->kind];
	of->is_up = change->after != NULL;
	set_clients(of, at, change->after ? change->after->clients : 0);
	return of;
}

struct history *histories_clients(struct histories *h, int64_t wall_ms, const struct listener *before,
				  const struct listener *after)
{
	int64_t cell = cell_of(wall_ms);
	struct history *of = histories_find(h, &after->key);

	if (after->clients < 0 || (!of && before->clients < 0))
		return NULL;                     /* they are counted from now on, or not any more: no news */
	if (!of)
		of = begin_history(h, cell, before, true);
	set_clients(of, advance(of, cell), after->clients);
	return of;
}

/* The number of a cell that is still known, or -1. Those behind the newest are as it ended. */
static int64_t known_cell(const struct history *h, int64_t wall_ms, unsigned back)
{
	int64_t cell = cell_of(wall_ms) - back;

	return cell < h->began || cell < 0 || cell <= h->newest - HISTORY_CELLS ? -1 : cell;
}

uint8_t history_cells(const struct history *h, int64_t wall_ms, unsigned back, unsigned count)
{
	uint8_t bits = 0;

	for (unsigned i = 0; i < count && i <= back; i++) {
		int64_t cell = known_cell(h, wall_ms, back - i);

		if (cell > h->newest)
			bits |= h->is_up ? HISTORY_UP : HISTORY_DOWN;
		else if (cell >= 0)
			bits |= h->cells[cell % HISTORY_CELLS];
	}
	return bits;
}

int history_clients(const struct history *h, int64_t wall_ms, unsigned back)
{
	int64_t cell = known_cell(h, wall_ms, back);

	if (cell < 0)
		return -1;
	return cell > h->newest ? h->clients_now : h->clients[cell % HISTORY_CELLS];
}
