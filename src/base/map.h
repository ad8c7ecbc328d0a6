/* A hash map from a 64-bit key (inode, pid, cookie) to a 64-bit value (usually an index).
 * Open addressing; any key is allowed. A zeroed struct is a valid empty map. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_slot;

struct map {
	struct map_slot *slots;   /* owned */
	size_t count, used, cap;  /* live entries; live + deleted; a power of two */
};

void map_done(struct map *m);                                   /* frees; leaves an empty map */
void map_clear(struct map *m);                                  /* empties, keeps the memory */
void map_put(struct map *m, uint64_t key, uint64_t value);      /* inserts or replaces */
bool map_get(const struct map *m, uint64_t key, uint64_t *value); /* *value untouched when absent */
bool map_has(const struct map *m, uint64_t key);
bool map_remove(struct map *m, uint64_t key);                   /* true when it was there */
/* Walks all entries in no order: *cursor starts at 0; false at the end. No change while walking. */
bool map_next(const struct map *m, size_t *cursor, uint64_t *key, uint64_t *value);

#endif
