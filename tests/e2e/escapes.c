/* Owns the parsing of a terminal stream into control functions (ECMA-48). Refuses to know what the program
 * is. */
#include <string.h>
#include "base/base64.h"
#include "escapes.h"

enum { ESC = 0x1b, BEL = 0x07 };

enum item_kind { ITEM_TEXT, ITEM_CONTROL, ITEM_ESCAPE, ITEM_CSI, ITEM_STRING, ITEM_C1 };

struct item {
	enum item_kind kind;
	struct slice bytes;          /* all of it */
	char final; /* ESCAPE, CSI: the last byte; STRING: the introducer ']' 'P' '_' '^' 'X'; CONTROL: itself
		     */
};

static size_t skip_range(struct slice s, size_t at, unsigned char low, unsigned char high)
{
	while (at < s.len && (unsigned char)s.ptr[at] >= low && (unsigned char)s.ptr[at] <= high)
		at++;
	return at;
}

/* OSC, DCS, APC ...: up to BEL or ESC \. */
static size_t string_end(struct slice s)
{
	for (size_t at = 2; at < s.len; at++) {
		if (s.ptr[at] == BEL)
			return at + 1;
		if (s.ptr[at] == ESC && at + 1 < s.len && s.ptr[at + 1] == '\\')
			return at + 2;
	}
	return s.len;
}

static struct item escape_item(struct slice s)
{
	struct item item = { .kind = ITEM_ESCAPE };
	size_t end = s.len;

	if (s.len > 1 && strchr("]P_^X", s.ptr[1]) && s.ptr[1]) {
		item.kind = ITEM_STRING;
		item.final = s.ptr[1];
		end = string_end(s);
	} else if (s.len > 1 && s.ptr[1] == '[') {
		item.kind = ITEM_CSI;
		end = skip_range(s, skip_range(s, 2, 0x30, 0x3f), 0x20, 0x2f) + 1;
	} else {
		end = skip_range(s, 1, 0x20, 0x2f) + 1;
	}
	if (end > s.len)
		end = s.len;
	if (item.kind != ITEM_STRING)
		item.final = s.ptr[end - 1];
	item.bytes = (struct slice){ s.ptr, end };
	return item;
}

static bool is_c1(struct slice s)
{
	return s.len > 1 && (unsigned char)s.ptr[0] == 0xc2 && (unsigned char)s.ptr[1] < 0xa0;
}

static bool is_text(struct slice s)
{
	return (unsigned char)s.ptr[0] >= 0x20 && s.ptr[0] != 0x7f && !is_c1(s);
}

/* Cuts the first item off *rest, which is not empty. */
static struct item next_item(struct slice *rest)
{
	struct slice s = *rest;
	struct item item = { .kind = ITEM_CONTROL, .bytes = { s.ptr, 1 }, .final = s.ptr[0] };

	if (s.ptr[0] == ESC) {
		item = escape_item(s);
	} else if (is_c1(s)) {
		item.kind = ITEM_C1;
		item.bytes.len = 2;
	} else if (is_text(s)) {
		item.kind = ITEM_TEXT;
		while (item.bytes.len < s.len && is_text(slice_from(s, item.bytes.len)))
			item.bytes.len++;
	}
	*rest = slice_from(s, item.bytes.len);
	return item;
}

/* Does CSI ? ... h/l name the mode `number`? */
static bool names_mode(struct item item, unsigned number)
{
	struct slice parameters = { item.bytes.ptr + 3, item.bytes.len > 4 ? item.bytes.len - 4 : 0 };
	uint64_t value;

	if (item.kind != ITEM_CSI || item.bytes.len < 5 || item.bytes.ptr[2] != '?')
		return false;
	while (parameters.len)
		if (slice_to_u64(slice_cut(&parameters, ';'), 10, &value) && value == number)
			return true;
	return false;
}

bool escapes_mode(struct slice raw, unsigned number, bool otherwise)
{
	while (raw.len) {
		struct item item = next_item(&raw);
		if ((item.final == 'h' || item.final == 'l') && names_mode(item, number))
			otherwise = item.final == 'h';
	}
	return otherwise;
}

bool escapes_keypad(struct slice raw)
{
	bool is_on = false;

	while (raw.len) {
		struct item item = next_item(&raw);
		if (item.kind == ITEM_ESCAPE && (item.final == '=' || item.final == '>'))
			is_on = item.final == '=';
	}
	return is_on;
}

/* What stands between the last ';' and the terminator. */
static struct slice payload(struct item item)
{
	struct slice s = item.bytes;

	while (s.len && (s.ptr[s.len - 1] == BEL || s.ptr[s.len - 1] == ESC || s.ptr[s.len - 1] == '\\'))
		s.len--;
	for (size_t at = s.len; at > 0; at--)
		if (s.ptr[at - 1] == ';')
			return slice_from(s, at);
	return (struct slice){ NULL, 0 };
}

bool escapes_clipboard(struct slice raw, struct buf *out)
{
	struct slice last = { NULL, 0 };

	while (raw.len) {
		struct item item = next_item(&raw);
		if (item.kind == ITEM_STRING && slice_starts(item.bytes, "\033]52;"))
			last = payload(item);
	}
	return last.ptr && base64_decode(out, last);
}

static bool is_curses(struct item item)
{
	switch (item.kind) {
	case ITEM_TEXT:
		return true;
	case ITEM_CONTROL:
		return strchr("\r\n\b\t\016\017", item.final) && item.final;
	case ITEM_ESCAPE:
		return strchr("=>78MBc", item.final) && item.bytes.len <= 3;
	case ITEM_CSI:
		return strchr("@ABCDGHJKLMPSTXZbdfhlmrt", item.final) != NULL;
	default:
		return false;
	}
}

void escapes_foreign(struct slice raw, struct buf *out)
{
	static const char *const kinds[] = { "text", "control", "escape", "csi", "string", "c1" };
	const char *start = raw.ptr;

	while (raw.len) {
		struct item item = next_item(&raw);
		if (is_curses(item))
			continue;
		buf_printf(out, "%s at byte %zu:", kinds[item.kind], (size_t)(item.bytes.ptr - start));
		for (size_t i = 0; i < item.bytes.len && i < 40; i++)
			buf_printf(out, " %02x", (unsigned char)item.bytes.ptr[i]);
		return;
	}
}
