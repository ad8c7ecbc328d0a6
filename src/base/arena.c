/* Owns blocks of memory that are handed out piece by piece and given back all at once.
 * Blocks double in size, so a snapshot of any size costs few calls of malloc; what does not fit
 * gets a block of its own size. Knows nothing of what is kept in it, and runs no destructors. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20, ALIGN = alignof(max_align_t) };

struct arena_block {
	struct arena_block *older;
	size_t cap, used;              /* bytes of data[]; cap is a multiple of ALIGN */
	alignas(max_align_t) unsigned char data[];
};

static void free_blocks(struct arena_block *block)
{
	while (block) {
		struct arena_block *older = block->older;

		free(block);
		block = older;
	}
}

void arena_done(struct arena *a)
{
	free_blocks(a->block);
	a->block = NULL;
}

static struct arena_block *take_largest(struct arena_block **list)
{
	struct arena_block **largest = list;
	struct arena_block *found;

	for (struct arena_block **at = list; *at; at = &(*at)->older)
		if ((*at)->cap > (*largest)->cap)
			largest = at;
	found = *largest;
	*largest = found->older;
	return found;
}

void arena_reset(struct arena *a)
{
	struct arena_block *kept;

	if (!a->block)
		return;
	kept = take_largest(&a->block);
	free_blocks(a->block);
	kept->older = NULL;
	kept->used = 0;
	a->block = kept;
}

static size_t round_up(size_t size, size_t align)
{
	return (size + align - 1) / align * align;
}

static void add_block(struct arena *a, size_t need)
{
	size_t cap = a->block ? a->block->cap * 2 : FIRST_BLOCK;
	struct arena_block *block;

	if (cap > LARGEST_STEP)
		cap = LARGEST_STEP;
	if (cap < need)
		cap = round_up(need, ALIGN);
	block = fatal_alloc(sizeof *block + cap);
	block->older = a->block;
	block->cap = cap;
	block->used = 0;
	a->block = block;
}

/* Not zeroed. */
static void *take(struct arena *a, size_t size, size_t align)
{
	size_t at = a->block ? round_up(a->block->used, align) : 0;

	if (size > SIZE_MAX / 2)
		fatal("out of memory: an impossible size");
	if (!a->block || a->block->cap - at < size) {
		add_block(a, size);
		at = 0;
	}
	a->block->used = at + size;
	return a->block->data + at;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size, ALIGN), 0, size);
}

void *arena_copy(struct arena *a, const void *bytes, size_t size)
{
	void *copy = take(a, size, ALIGN);

	return size ? memcpy(copy, bytes, size) : copy;
}

char *arena_string(struct arena *a, struct slice bytes)
{
	char *copy = take(a, bytes.len + 1, 1);

	if (bytes.len)
		memcpy(copy, bytes.ptr, bytes.len);
	copy[bytes.len] = '\0';
	return copy;
}

struct slice arena_slice(struct arena *a, struct slice bytes)
{
	if (!bytes.len)
		return (struct slice){ NULL, 0 };
	return (struct slice){ arena_string(a, bytes), bytes.len };
}
