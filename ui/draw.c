/* Owns how safe text becomes cells. Places every character by our own width table, so a cell that follows
 * stands where the table says, even where the C library, curses and base/text disagree about a character's
 * width. Refuses raw text: a control byte here is a broken promise of a caller, and ends the program. */
#include "ui/draw.h"

#include <assert.h>
#include <curses.h>
#include <string.h>
#include <wchar.h>
#include "base/text.h"

enum { MARKS_MAX = CCHARW_MAX };

/* What our own texts use beyond ASCII, for terminals that cannot show it. */
static const struct {
	const char *glyph, *ascii;
} replacements[] = {
	{ "\u00b7", "-" }, { "\u2026", "~" }, { "\u2500", "-" },
	{ "\u2581", "_" }, { "\u2582", "." }, { "\u2583", ":" }, { "\u2584", "-" },          /* model/timeline */
	{ "\u2585", "+" }, { "\u2586", "=" }, { "\u2587", "*" }, { "\u2588", "#" },
};

static bool is_printable(const char *safe)
{
	for (const unsigned char *p = (const unsigned char *)safe; *p; p++)
		if (*p < 0x20 || *p == 0x7f)
			return false;
	return true;
}

static bool is_ascii(const char *safe)
{
	while (*safe && !(*safe & 0x80))
		safe++;
	return !*safe;
}

static const char *to_ascii(struct canvas *c, const char *safe)
{
	struct buf known = { 0 };

	if (is_ascii(safe))
		return safe;
	while (*safe) {
		size_t i = 0, count = sizeof replacements / sizeof *replacements;

		while (i < count && !slice_starts(slice_of(safe), replacements[i].glyph))
			i++;
		if (i < count)
			buf_add_string(&known, replacements[i].ascii);
		else
			buf_add_char(&known, *safe);
		safe += i < count ? strlen(replacements[i].glyph) : 1;
	}
	buf_clear(&c->ascii);
	text_to_ascii(&c->ascii, buf_string(&known));
	buf_done(&known);
	return buf_string(&c->ascii);
}

/* One character with its combining marks, `columns` wide by our table. */
static void put_character(struct slice bytes, unsigned columns)
{
	wchar_t wide[MARKS_MAX + 1] = { 0 };
	uint32_t code = 0;
	cchar_t cell;

	for (size_t i = 0, len; i < MARKS_MAX && (len = text_decode(bytes, &code)); i++) {
		wide[i] = (wchar_t)code;
		bytes = slice_from(bytes, len);
	}
	if (wcwidth(wide[0]) == (int)columns && setcchar(&cell, wide, 0, 0, NULL) == OK)
		add_wch(&cell);
	else
		addnstr("??", (int)columns);
}

/* How many bytes are ASCII, but for a last one that carries combining marks. */
static size_t ascii_run(const char *safe)
{
	size_t len = 0;

	while (safe[len] && !(safe[len] & 0x80))
		len++;
	if (len && safe[len] && text_fit(safe + len - 1, 1, NULL) > 1)
		len--;
	return len;
}

static void put(unsigned x, unsigned y, const char *safe)
{
	while (*safe) {
		size_t len = ascii_run(safe);
		unsigned columns = (unsigned)len;

		move((int)y, (int)x);
		if (len) {
			addnstr(safe, (int)len);
		} else {
			len = text_fit(safe, 1, &columns);
			if (!len)
				len = text_fit(safe, 2, &columns);
			if (!len)
				return;
			put_character((struct slice){ safe, len }, columns);
		}
		x += columns;
		safe += len;
	}
}

/* What is chosen is never dim: some terminals take the dim colour for its text, on the bright ground. */
static void set_style(const struct canvas *c, unsigned style)
{
	unsigned look = c->attributes[style & ~STYLE_CHOSEN];

	attrset((int)(style & STYLE_CHOSEN ? (look & ~(unsigned)A_DIM) | A_REVERSE : look));
}

unsigned draw_text(struct canvas *c, struct rect area, unsigned x, unsigned y, unsigned style,
		   const char *safe)
{
	assert(is_printable(safe));
	if (y >= area.height || x >= area.width)
		return 0;
	if (c->is_ascii)
		safe = to_ascii(c, safe);
	buf_clear(&c->text);
	text_truncate(&c->text, safe, area.width - x, c->is_ascii);
	set_style(c, style);
	put(area.x + x, area.y + y, buf_string(&c->text));
	return text_width(buf_string(&c->text));
}

void draw_cell(struct canvas *c, struct rect area, unsigned x, unsigned y, unsigned style,
	       const char *safe, unsigned columns, bool right)
{
	assert(is_printable(safe));
	if (y >= area.height || x >= area.width)
		return;
	if (columns > area.width - x)
		columns = area.width - x;
	if (c->is_ascii)
		safe = to_ascii(c, safe);
	buf_clear(&c->text);
	text_pad(&c->text, safe, columns, right, c->is_ascii);
	set_style(c, style);
	put(area.x + x, area.y + y, buf_string(&c->text));
}

void draw_blank(struct canvas *c, struct rect area, unsigned style)
{
	set_style(c, style);
	for (unsigned y = 0; y < area.height; y++)
		mvhline((int)(area.y + y), (int)area.x, ' ', (int)area.width);
}

void draw_rule(struct canvas *c, struct rect area, unsigned y, unsigned style)
{
	if (y >= area.height)
		return;
	set_style(c, style);
	if (c->is_ascii)
		mvhline((int)(area.y + y), (int)area.x, '-', (int)area.width);
	else
		mvhline_set((int)(area.y + y), (int)area.x, WACS_HLINE, (int)area.width);
}

static void draw_corner(const struct canvas *c, unsigned x, unsigned y, const cchar_t *corner)
{
	move((int)y, (int)x);
	if (c->is_ascii)
		addch('+');
	else
		add_wch(corner);
}

static void put_side(const struct canvas *c, unsigned x, unsigned y, unsigned lines)
{
	if (c->is_ascii)
		mvvline((int)y, (int)x, '|', (int)lines);
	else
		mvvline_set((int)y, (int)x, WACS_VLINE, (int)lines);
}

void draw_side(struct canvas *c, struct rect area, unsigned x, unsigned style)
{
	if (x >= area.width)
		return;
	set_style(c, style);
	put_side(c, area.x + x, area.y, area.height);
}

static bool has_frame(struct rect area)
{
	return area.width >= 4 && area.height >= 3;
}

struct rect draw_inside(struct rect area)
{
	if (!has_frame(area))
		return area;
	return (struct rect){ area.x + 2, area.y + 1, area.width - 4, area.height - 2 };
}

struct rect draw_box(struct canvas *c, struct rect area, const char *title)
{
	unsigned right = area.x + area.width - 1, bottom = area.y + area.height - 1;

	draw_blank(c, area, STYLE_NORMAL);
	if (!has_frame(area))
		return area;
	draw_rule(c, area, 0, STYLE_NORMAL);
	draw_rule(c, area, area.height - 1, STYLE_NORMAL);
	put_side(c, area.x, area.y, area.height);
	put_side(c, right, area.y, area.height);
	draw_corner(c, area.x, area.y, WACS_ULCORNER);
	draw_corner(c, right, area.y, WACS_URCORNER);
	draw_corner(c, area.x, bottom, WACS_LLCORNER);
	draw_corner(c, right, bottom, WACS_LRCORNER);
	draw_text(c, (struct rect){ area.x + 1, area.y, area.width - 2, 1 }, 0, 0, STYLE_STRONG, title);
	return draw_inside(area);
}

void draw_cursor(struct canvas *c, struct rect area, unsigned x, unsigned y)
{
	if (y >= area.height || !area.width)
		return;
	c->has_cursor = true;
	c->cursor_x = area.x + (x < area.width ? x : area.width - 1);
	c->cursor_y = area.y + y;
}
