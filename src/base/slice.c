/* Owns comparing, cutting and reading borrowed bytes. Pure and without locale: only ASCII has
 * letters, digits and blanks here, so that the same bytes give the same answer everywhere.
 * Refuses to allocate, to trust a NUL, and to know what is safe to show (base/text does). */
#include "base/slice.h"

#include <string.h>

static const char white_space[] = " \t\n\r\v\f";
static const char blanks[] = " \t\n";

/* strchr would find the NUL that ends the set; a NUL in a slice is a byte like any other. */
static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct slice slice_of(const char *string)
{
	return (struct slice){ string, string ? strlen(string) : 0 };
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

bool slice_is(struct slice a, const char *string)
{
	return slice_equal(a, slice_of(string));
}

bool slice_starts(struct slice a, const char *prefix)
{
	size_t len = strlen(prefix);

	return a.len >= len && slice_is((struct slice){ a.ptr, len }, prefix);
}

bool slice_ends(struct slice a, const char *suffix)
{
	size_t len = strlen(suffix);

	return a.len >= len && slice_is(slice_from(a, a.len - len), suffix);
}

static bool starts_nocase(struct slice a, struct slice prefix)
{
	size_t i = 0;

	while (i < prefix.len && lower(a.ptr[i]) == lower(prefix.ptr[i]))
		i++;
	return i == prefix.len;
}

bool slice_contains_nocase(struct slice haystack, struct slice needle)
{
	for (; haystack.len >= needle.len; haystack = slice_from(haystack, 1)) {
		if (starts_nocase(haystack, needle))
			return true;
		if (!haystack.len)
			break;
	}
	return false;
}

struct slice slice_from(struct slice a, size_t offset)
{
	if (offset >= a.len)
		offset = a.len;
	return (struct slice){ a.ptr ? a.ptr + offset : NULL, a.len - offset };
}

struct slice slice_trim(struct slice a)
{
	while (a.len && is_one_of(a.ptr[0], white_space))
		a = slice_from(a, 1);
	while (a.len && is_one_of(a.ptr[a.len - 1], white_space))
		a.len--;
	return a;
}

struct slice slice_cut(struct slice *rest, char separator)
{
	struct slice before = *rest;
	const char *found = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;

	if (found)
		before.len = (size_t)(found - rest->ptr);
	*rest = slice_from(*rest, found ? before.len + 1 : before.len);
	return before;
}

struct slice slice_word(struct slice *rest)
{
	struct slice word;
	size_t len = 0;

	while (rest->len && is_one_of(rest->ptr[0], blanks))
		*rest = slice_from(*rest, 1);
	while (len < rest->len && !is_one_of(rest->ptr[len], blanks))
		len++;
	word = (struct slice){ rest->ptr, len };
	*rest = slice_from(*rest, len);
	return word;
}

/* The value of a digit, or 36 for what is none in any base. */
static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c = lower(c);
	return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a' + 10) : 36;
}

bool slice_to_u64(struct slice a, unsigned base, uint64_t *out)
{
	uint64_t number = 0;

	if (!a.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		unsigned digit = digit_value(a.ptr[i]);

		if (digit >= base || __builtin_mul_overflow(number, base, &number) ||
		    __builtin_add_overflow(number, digit, &number))
			return false;
	}
	*out = number;
	return true;
}
