/* Owns the set of tagged keys. Refuses to know what is done to them. */
#include "ui/tags.h"

#include <stdlib.h>
#include <string.h>
#include "base/array.h"

void tags_done(struct tags *t)
{
	free(t->keys);
	*t = (struct tags){ 0 };
}

void tags_clear(struct tags *t)
{
	t->count = 0;
}

/* Where the key is, or belongs. */
static size_t place_of(const struct tags *t, const struct row_key *key)
{
	size_t i = 0;

	while (i < t->count && row_key_compare(&t->keys[i], key) < 0)
		i++;
	return i;
}

static bool is_at(const struct tags *t, size_t place, const struct row_key *key)
{
	return place < t->count && row_key_compare(&t->keys[place], key) == 0;
}

bool tags_has(const struct tags *t, const struct row_key *key)
{
	return t->count && is_at(t, place_of(t, key), key);
}

void tags_toggle(struct tags *t, const struct row_key *key)
{
	size_t place = place_of(t, key);

	if (is_at(t, place, key)) {
		t->count--;
		memmove(&t->keys[place], &t->keys[place + 1], (t->count - place) * sizeof *t->keys);
		return;
	}
	t->keys = array_reserve(t->keys, &t->cap, t->count + 1, sizeof *t->keys);
	memmove(&t->keys[place + 1], &t->keys[place], (t->count - place) * sizeof *t->keys);
	t->keys[place] = *key;
	t->count++;
}

void tags_prune(struct tags *t, const struct tracker *tracker)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->count; i++)
		if (rows_find(tracker, &t->keys[i]))
			t->keys[kept++] = t->keys[i];
	t->count = kept;
}

const struct row *tags_next(const struct tags *t, const struct tracker *tracker, size_t *cursor)
{
	const struct row *row = NULL;

	while (*cursor < t->count && !row)
		row = rows_find(tracker, &t->keys[(*cursor)++]);
	return row;
}
