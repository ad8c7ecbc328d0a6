/* A borrowed run of bytes: how lotop passes outside bytes around. It may hold NUL
 * and anything else; it is not a string and never reaches an output as it is
 * (see base/text.h). Every function is pure and works on bytes, not on locale. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *ptr;   /* borrowed; NULL only when len is 0 */
	size_t len;        /* bytes */
};

struct slice slice_of(const char *string);                  /* strlen; NULL gives an empty slice */
bool slice_equal(struct slice a, struct slice b);
bool slice_is(struct slice a, const char *string);
bool slice_starts(struct slice a, const char *prefix);
bool slice_ends(struct slice a, const char *suffix);
bool slice_contains_nocase(struct slice haystack, struct slice needle);   /* ASCII case folding */
struct slice slice_from(struct slice a, size_t offset);     /* clamped: never past the end */
struct slice slice_trim(struct slice a);                    /* ASCII white space at both ends */

/* Cuts *rest at the first `separator`: returns what stood before it and leaves what
 * stood behind; without a separator returns all and leaves *rest empty. */
struct slice slice_cut(struct slice *rest, char separator);
/* The next run of non-blank bytes of *rest (blank: space, tab, newline), empty at the end. */
struct slice slice_word(struct slice *rest);

/* The whole slice as a number. False (and *out untouched) for anything else:
 * empty, sign, overflow, trailing bytes. */
bool slice_to_u64(struct slice a, unsigned base, uint64_t *out);

#endif
