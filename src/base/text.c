/* Owns what may be shown: strict UTF-8, the escaping of everything else, and the width of the rest.
 * Nearly all text is ASCII, and all of it passes here on every scan: runs of printable ASCII are
 * found eight bytes at a time, only what is left is decoded and looked up in the Unicode tables.
 * Refuses to know locales, terminals and curses. */
#include "base/text.h"

#include <limits.h>
#include <string.h>
#include "base/text_tables.h"

#define EVERY_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

enum {
	MARKS_MAX = 2,    /* combining marks on one base: Vietnamese and Hangul need two, Zalgo more */
};

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f;
}

/* In each byte the top bit shows, after the addition, what is no plain ASCII: it was set, 0x7f
 * sets it, and less than 0x20 does not reach it. Sums carry over only from bytes that had it set. */
static bool are_plain(uint64_t word)
{
	uint64_t odd = word | (word + EVERY_BYTE(1)) | ~(word + EVERY_BYTE(0x60));

	return !(odd & EVERY_BYTE(0x80));
}

/* How many bytes at the front are printable ASCII. */
static size_t plain_run(struct slice bytes)
{
	uint64_t word;
	size_t len = 0;

	for (; bytes.len - len >= sizeof word; len += sizeof word) {
		memcpy(&word, bytes.ptr + len, sizeof word);
		if (!are_plain(word))
			break;
	}
	while (len < bytes.len && is_plain((unsigned char)bytes.ptr[len]))
		len++;
	return len;
}

/* The sequence's length by its first byte, with the bits of the code point that this byte holds
 * and the smallest code point that needs such a length; 0 for a byte that starts nothing. */
static size_t lead(unsigned char byte, uint32_t *bits, uint32_t *smallest)
{
	static const struct {
		unsigned char mask, value;
		uint32_t smallest;
	} leads[] = {
		{ 0x80, 0x00, 0 },
		{ 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
		if ((byte & leads[i].mask) != leads[i].value)
			continue;
		*bits = byte & (unsigned char)~leads[i].mask;
		*smallest = leads[i].smallest;
		return i + 1;
	}
	return 0;
}

size_t text_decode(struct slice bytes, uint32_t *code)
{
	uint32_t bits, smallest;
	size_t len = bytes.len ? lead((unsigned char)bytes.ptr[0], &bits, &smallest) : 0;

	if (!len || len > bytes.len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		unsigned char byte = (unsigned char)bytes.ptr[i];

		if ((byte & 0xc0) != 0x80)
			return 0;
		bits = bits << 6 | (byte & 0x3f);
	}
	if (bits < smallest || bits > 0x10ffff || (bits >= 0xd800 && bits <= 0xdfff))
		return 0;
	*code = bits;
	return len;
}

bool text_is_utf8(struct slice bytes)
{
	uint32_t code;

	while (bytes.len) {
		size_t len = plain_run(bytes);

		if (!len)
			len = text_decode(bytes, &code);
		if (!len)
			return false;
		bytes = slice_from(bytes, len);
	}
	return true;
}

static bool in_ranges(const struct range *ranges, size_t count, uint32_t code)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (code < ranges[middle].first)
			count = middle;
		else if (code > ranges[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

#define IN(table, code) in_ranges(table, sizeof (table) / sizeof *(table), code)

static unsigned code_width(uint32_t code)
{
	if (code < 0x300)    /* the first combining mark; the first wide character is U+1100 */
		return 1;
	if (IN(combining, code))
		return 0;
	return IN(wide, code) ? 2 : 1;
}

/* How many bytes at the front are safe as they are. *marks_left: how many combining marks the
 * last character still takes; 0 where there is none. */
static size_t safe_run(struct slice bytes, unsigned *marks_left)
{
	uint32_t code;
	size_t start = bytes.len, size;

	while (bytes.len) {
		size = plain_run(bytes);
		if (size) {
			*marks_left = MARKS_MAX;
		} else {
			size = text_decode(bytes, &code);
			if (!size || IN(unprintable, code))
				break;
			if (code_width(code))
				*marks_left = MARKS_MAX;
			else if (*marks_left)
				--*marks_left;
			else
				break;
		}
		bytes = slice_from(bytes, size);
	}
	return start - bytes.len;
}

/* Writes what stands at the front visibly; returns how many bytes that was. */
static size_t escape_one(struct buf *out, struct slice bytes)
{
	uint32_t code;
	size_t size = text_decode(bytes, &code);

	if (size > 1)
		buf_printf(out, "\\u{%x}", (unsigned)code);
	else
		buf_printf(out, "\\x%02x", (unsigned)(unsigned char)bytes.ptr[0]);
	return size ? size : 1;
}

void text_escape(struct buf *out, struct slice raw)
{
	while (raw.len) {
		unsigned marks_left = 0;    /* nothing may join an escape either */
		size_t safe = safe_run(raw, &marks_left);

		buf_add(out, raw.ptr, safe);
		raw = slice_from(raw, safe);
		if (raw.len)
			raw = slice_from(raw, escape_one(out, raw));
	}
}

bool text_is_safe(struct slice raw)
{
	unsigned marks_left = 0;

	return safe_run(raw, &marks_left) == raw.len;
}

const char *text_sanitize(struct arena *arena, struct slice raw)
{
	struct buf escaped = { 0 };
	const char *safe;

	if (text_is_safe(raw))
		return arena_string(arena, raw);
	text_escape(&escaped, raw);
	safe = arena_string(arena, buf_slice(&escaped));
	buf_done(&escaped);
	return safe;
}

void text_to_ascii(struct buf *out, const char *safe)
{
	struct slice rest = slice_of(safe);

	while (rest.len) {
		size_t plain = plain_run(rest);

		buf_add(out, rest.ptr, plain);
		rest = slice_from(rest, plain);
		if (rest.len)
			rest = slice_from(rest, escape_one(out, rest));
	}
}

/* The front part of safe text that fits in some columns. */
struct fit {
	size_t len;          /* bytes */
	unsigned columns;    /* that these take */
	bool is_all;
};

static struct fit measure(struct slice text, unsigned columns)
{
	struct fit f = { 0 };

	while (f.len < text.len) {
		struct slice rest = slice_from(text, f.len);
		size_t size = plain_run(rest);
		unsigned left = columns - f.columns, width;
		uint32_t code;

		if (size) {
			size = size > left ? left : size;
			width = (unsigned)size;
		} else {
			size = text_decode(rest, &code);
			width = size ? code_width(code) : 1;
			size = size ? size : 1;
		}
		if (width > left || !size)
			break;
		f.len += size;
		f.columns += width;
	}
	f.is_all = f.len == text.len;
	return f;
}

unsigned text_width(const char *safe)
{
	return measure(slice_of(safe), UINT_MAX).columns;
}

size_t text_fit(const char *safe, unsigned columns, unsigned *used)
{
	struct fit f = measure(slice_of(safe), columns);

	if (used)
		*used = f.columns;
	return f.len;
}

size_t text_wrap(const char *safe, unsigned columns)
{
	size_t len = text_fit(safe, columns, NULL);
	size_t end = len;

	if (!len)
		len = end = text_fit(safe, 2, NULL);     /* a wide character in a column of one */
	if (!safe[len])
		return len;
	while (end && safe[end] != ' ')
		end--;
	return end ? end : len;
}

static unsigned add_cut(struct buf *out, const char *safe, unsigned columns, bool ascii)
{
	struct fit f = measure(slice_of(safe), columns);

	if (!f.is_all && columns)
		f = measure(slice_of(safe), columns - 1);
	buf_add(out, safe, f.len);
	if (f.is_all || !columns)
		return f.columns;
	buf_add_string(out, ascii ? "~" : "\xe2\x80\xa6");
	return f.columns + 1;
}

void text_truncate(struct buf *out, const char *safe, unsigned columns, bool ascii)
{
	add_cut(out, safe, columns, ascii);
}

void text_pad(struct buf *out, const char *safe, unsigned columns, bool right, bool ascii)
{
	struct fit f = measure(slice_of(safe), columns);
	unsigned before = right && f.is_all ? columns - f.columns : 0;

	buf_add_repeat(out, ' ', before);
	f.columns = add_cut(out, safe, columns, ascii);
	buf_add_repeat(out, ' ', columns - before - f.columns);
}
