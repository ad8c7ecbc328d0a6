/* Owns how near two names are: the restricted Damerau-Levenshtein distance (optimal string alignment), for
 * most typing mistakes are one letter or one swap. Knows nothing of what the names mean. */
#include "base/nearest.h"

enum { NAME_MAX_LEN = 31, FAR = 255 };

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool begins(struct slice typed, const char *name)
{
	for (size_t i = 0; i < typed.len; i++)
		if (lower(typed.ptr[i]) != lower(name[i]))
			return false;
	return typed.len >= 2;
}

/* rows[i % 3][j]: how far the first i letters of a are from the first j of b. */
static unsigned distance(struct slice a, struct slice b)
{
	unsigned rows[3][NAME_MAX_LEN + 1];

	for (unsigned j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		unsigned *row = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			unsigned char x = lower(a.ptr[i - 1]), y = lower(b.ptr[j - 1]);

			row[j] = smaller(smaller(last[j], row[j - 1]) + 1, last[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == lower(b.ptr[j - 2]) && y == lower(a.ptr[i - 2]))
				row[j] = smaller(row[j], before[j - 2] + 1);
		}
	}
	return rows[a.len % 3][b.len];
}

static unsigned how_far(struct slice typed, const char *name)
{
	struct slice whole = slice_of(name);
	unsigned allowed = typed.len < 3 ? 1 : (unsigned)typed.len / 3;
	unsigned far;

	if (typed.len <= whole.len && begins(typed, name))
		return 0;
	if (typed.len < 2 || typed.len > NAME_MAX_LEN || whole.len > NAME_MAX_LEN)
		return FAR;
	far = distance(typed, whole);
	return far <= allowed ? far : FAR;
}

const char *nearest_name(struct slice typed, const char *const names[])
{
	const char *best = NULL;
	unsigned best_far = FAR;

	for (; *names; names++) {
		unsigned far = how_far(typed, *names);

		if (far < best_far) {
			best_far = far;
			best = *names;
		}
	}
	return best;
}

void nearest_add_hint(struct buf *out, struct slice typed, const char *const names[], const char *before,
		      const char *otherwise)
{
	const char *near = nearest_name(typed, names);

	if (near) {
		buf_printf(out, "did you mean %s%s?", before, near);
		return;
	}
	buf_add_string(out, otherwise ? otherwise : "there is: ");
	for (size_t i = 0; !otherwise && names[i]; i++)
		buf_printf(out, "%s%s", i ? ", " : "", names[i]);
}
