/* Owns the picture: what libvterm made of the bytes. Refuses to know the program, the pty and time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <vterm.h>
#include "base/buf.h"
#include "base/fatal.h"
#include "vscreen.h"

struct vscreen {
	VTerm *vterm;
	VTermScreen *screen;         /* borrowed from vterm */
	int rows, cols, answers;
	struct buf text;             /* what vscreen_text() and vscreen_line() returned last */
	struct buf title;
};

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct vscreen *s = user;

	if (property == VTERM_PROP_TITLE) {
		buf_clear(&s->title);
		buf_add_string(&s->title, value->string);
	}
	return 1;
}

static void on_answer(const char *bytes, size_t length, void *user)
{
	struct vscreen *s = user;

	if (write(s->answers, bytes, length) < 0)
		fprintf(stderr, "vscreen: %s\n", strerror(errno));
}

static const VTermScreenCallbacks screen_callbacks = { .settermprop = on_property };

struct vscreen *vscreen_new(int rows, int cols, int answers)
{
	struct vscreen *s = fatal_calloc(1, sizeof *s);

	s->rows = rows;
	s->cols = cols;
	s->answers = answers;
	s->vterm = vterm_new(rows, cols);
	vterm_set_utf8(s->vterm, 1);
	vterm_output_set_callback(s->vterm, on_answer, s);
	s->screen = vterm_obtain_screen(s->vterm);
	vterm_screen_set_callbacks(s->screen, &screen_callbacks, s);
	vterm_screen_enable_altscreen(s->screen, 1);
	vterm_screen_reset(s->screen, 1);
	return s;
}

void vscreen_free(struct vscreen *s)
{
	vterm_free(s->vterm);
	buf_done(&s->text);
	buf_done(&s->title);
	free(s);
}

void vscreen_feed(struct vscreen *s, const char *bytes, size_t length)
{
	vterm_input_write(s->vterm, bytes, length);
	vterm_screen_flush_damage(s->screen);
}

/* libvterm 0.1.4 keeps a scroll region of the old size, as no terminal does, and dies of a wide character in one
 * column. */
void vscreen_resize(struct vscreen *s, int rows, int cols)
{
	vscreen_feed(s, "\033[r", 3);
	s->rows = rows;
	s->cols = cols;
	vterm_set_size(s->vterm, rows, cols < 2 ? 2 : cols);
}

static void add_character(struct buf *out, uint32_t c)
{
	char bytes[4] = { (char)c };
	unsigned length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (length > 1) {
		for (unsigned i = length - 1; i > 0; i--, c >>= 6)
			bytes[i] = (char)(0x80 | (c & 0x3f));
		bytes[0] = (char)((0xf0 << (4 - length)) | c);
	}
	buf_add(out, bytes, length);
}

/* One line of the screen, its final blanks cut. */
static void add_line(struct vscreen *s, int row)
{
	size_t end = s->text.len;

	for (int col = 0; col < s->cols; col++) {
		VTermScreenCell cell = { 0 };
		vterm_screen_get_cell(s->screen, (VTermPos){ row, col }, &cell);
		if (cell.chars[0] == (uint32_t)-1)      /* right half of a wide character */
			continue;
		buf_add_repeat(&s->text, ' ', !cell.chars[0]);
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			add_character(&s->text, cell.chars[i]);
		if (cell.chars[0] && cell.chars[0] != ' ')
			end = s->text.len;
	}
	s->text.len = end;
	buf_add(&s->text, "", 0);
}

const char *vscreen_line(struct vscreen *s, int row)
{
	buf_clear(&s->text);
	add_line(s, row);
	return buf_string(&s->text);
}

const char *vscreen_text(struct vscreen *s)
{
	size_t end = 0;

	buf_clear(&s->text);
	for (int row = 0; row < s->rows; row++) {
		size_t start = s->text.len;
		add_line(s, row);
		bool is_empty = s->text.len == start;
		buf_add_char(&s->text, '\n');
		if (!is_empty)
			end = s->text.len;
	}
	if (s->text.data)
		s->text.data[s->text.len = end] = '\0';
	return buf_string(&s->text);
}

int vscreen_find(struct vscreen *s, const char *text)
{
	for (int row = 0; row < s->rows; row++)
		if (strstr(vscreen_line(s, row), text))
			return row;
	return -1;
}

static bool stands_at(const struct vscreen *s, int row, int col, const char *text)
{
	for (; *text; text++, col++) {
		VTermScreenCell cell = { 0 };
		vterm_screen_get_cell(s->screen, (VTermPos){ row, col }, &cell);
		if ((cell.chars[0] ? cell.chars[0] : ' ') != (unsigned char)*text)
			return false;
	}
	return true;
}

int vscreen_column(const struct vscreen *s, int row, const char *text)
{
	for (int col = 0; col + (int)strlen(text) <= s->cols; col++)
		if (stands_at(s, row, col, text))
			return col;
	return -1;
}

struct vscreen_look vscreen_look(const struct vscreen *s, int row, int col)
{
	VTermScreenCell cell = { 0 };

	vterm_screen_get_cell(s->screen, (VTermPos){ row, col }, &cell);
	int color = VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_INDEXED(&cell.fg)
			    ? -1
			    : cell.fg.indexed.idx;
	return (struct vscreen_look){ .is_bold = cell.attrs.bold, .is_reverse = cell.attrs.reverse,
				   .is_underlined = cell.attrs.underline, .color = color };
}

const char *vscreen_title(const struct vscreen *s)
{
	return buf_string(&s->title);
}
