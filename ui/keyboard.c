/* Owns what bytes of the terminal mean as keys, beyond what curses knows: the marks around pasted text, a
 * lone Esc, several mouse events in one. Refuses to know what a key does (keymap.c). */
#include "ui/keyboard.h"

#include <curses.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/fatal.h"

enum { ESCAPE_WAIT_MS = 25, KEY_PASTE_BEGIN = 3000, KEY_PASTE_END, MOUSE_MAX = 64 };

#define MOUSE_SINGLE (BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED)

struct keyboard {
	WINDOW *pad;             /* reading from it draws nothing, reading from stdscr would */
	struct input mouse[MOUSE_MAX];   /* what one KEY_MOUSE told, the oldest last */
	unsigned mouse_count;
	bool is_pasting;
};

struct keyboard *keyboard_new(void)
{
	WINDOW *pad = newpad(1, 1);
	struct keyboard *k;

	if (!pad)
		return NULL;
	k = fatal_calloc(1, sizeof *k);
	k->pad = pad;
	return k;
}

void keyboard_free(struct keyboard *k)
{
	if (!k)
		return;
	delwin(k->pad);
	free(k);
}

void keyboard_listen(struct keyboard *k, bool no_mouse)
{
	set_escdelay(ESCAPE_WAIT_MS);
	keypad(k->pad, TRUE);
	nodelay(k->pad, TRUE);
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	if (!no_mouse)
		mousemask(MOUSE_SINGLE | BUTTON1_DOUBLE_CLICKED | BUTTON1_TRIPLE_CLICKED, NULL);
	mouseinterval(0);
}

void keyboard_forget(struct keyboard *k)
{
	k->is_pasting = false;
}

static const struct {
	int from;
	uint32_t to;
} keys[] = {
	{ KEY_UP, INPUT_UP }, { KEY_DOWN, INPUT_DOWN }, { KEY_LEFT, INPUT_LEFT }, { KEY_RIGHT, INPUT_RIGHT },
	{ KEY_PPAGE, INPUT_PAGE_UP }, { KEY_NPAGE, INPUT_PAGE_DOWN },
	{ KEY_HOME, INPUT_HOME }, { KEY_END, INPUT_END },
	{ KEY_FIND, INPUT_HOME }, { KEY_SELECT, INPUT_END }, { KEY_A1, INPUT_HOME }, { KEY_C1, INPUT_END },
	{ KEY_DC, INPUT_DELETE }, { KEY_BTAB, INPUT_BACK_TAB }, { KEY_ENTER, INPUT_ENTER },
	{ KEY_BACKSPACE, INPUT_BACKSPACE },
};

static uint32_t function_key(int code)
{
	for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].from == code)
			return keys[i].to;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return INPUT_F0 + (uint32_t)(code - KEY_F0);
	return 0;
}

static void add_mouse(struct keyboard *k, const MEVENT *event, unsigned times)
{
	bool is_wheel = event->bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED);
	const struct input input = {
		.kind = is_wheel ? INPUT_WHEEL : INPUT_CLICK, .at_ms = clock_monotonic_ms(),
		.x = (unsigned)event->x, .y = (unsigned)event->y,
		.scroll = event->bstate & BUTTON4_PRESSED ? -3 : 3,
	};

	while (times-- && k->mouse_count < MOUSE_MAX)
		k->mouse[k->mouse_count++] = input;
}

/* What comes at once (a slow line, a fast wheel) is one KEY_MOUSE, and clicks on one place are one event:
 * curs_mouse(3X). getmouse tells the newest first. */
static void take_mouse(struct keyboard *k)
{
	MEVENT event;

	while (getmouse(&event) == OK) {
		if (event.x < 0 || event.y < 0)
			continue;
		if (event.bstate & BUTTON1_TRIPLE_CLICKED)
			add_mouse(k, &event, 3);
		else if (event.bstate & BUTTON1_DOUBLE_CLICKED)
			add_mouse(k, &event, 2);
		else if (event.bstate & MOUSE_SINGLE)
			add_mouse(k, &event, 1);
	}
}

static bool next_mouse(struct keyboard *k, struct input *out)
{
	if (!k->mouse_count)
		return false;
	*out = k->mouse[--k->mouse_count];
	return true;
}

/* Esc, or the start of something that curses does not know: an answer of the terminal, a modified key, Alt
 * with a key. What follows must not be taken for commands, so it is swallowed up to its end (ECMA-48 5.4). */
static bool is_lone_escape(struct keyboard *k)
{
	wint_t code = 0;

	if (wget_wch(k->pad, &code) == ERR)
		return true;
	if (code == INPUT_ESCAPE) {              /* pressed twice, fast */
		unget_wch((wchar_t)code);
		return true;
	}
	if (code == 'O') {
		wget_wch(k->pad, &code);
	} else if (code == '[') {
		do {
			code = 0;
		} while (wget_wch(k->pad, &code) == OK && (code < 0x40 || code > 0x7e));
	}
	return false;
}

static void take_character(struct keyboard *k, uint32_t code, struct input *out)
{
	if (k->is_pasting) {
		out->kind = INPUT_PASTE;
		out->key = code;
		return;
	}
	if (code == INPUT_ESCAPE && !is_lone_escape(k))
		return;
	out->kind = INPUT_KEY;
	out->key = code == '\n' ? INPUT_ENTER : code == '\b' ? INPUT_BACKSPACE : code;
}

static void take_key(struct keyboard *k, int code, struct input *out)
{
	if (code == KEY_PASTE_BEGIN || code == KEY_PASTE_END) {
		k->is_pasting = code == KEY_PASTE_BEGIN;
	} else if (code == KEY_MOUSE) {
		take_mouse(k);
		next_mouse(k, out);
	} else if (!k->is_pasting) {
		out->key = function_key(code);
		out->kind = out->key ? INPUT_KEY : INPUT_NONE;
	}
}

bool keyboard_next(struct keyboard *k, struct input *out)
{
	wint_t code = 0;
	int kind;

	*out = (struct input){ 0 };
	if (next_mouse(k, out))
		return true;
	kind = wget_wch(k->pad, &code);
	if (kind == ERR)
		return false;
	if (kind == KEY_CODE_YES)
		take_key(k, (int)code, out);
	else
		take_character(k, code, out);
	return true;
}
