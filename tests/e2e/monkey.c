/* Owns what a monkey does and how often. Refuses to know what any of it means to lotop. */
#include <stddef.h>
#include <stdio.h>
#include "monkey.h"

#define PASTE_BEGIN "\033[200~"
#define PASTE_END "\033[201~"

enum { ROWS_MAX = 60, COLS_MAX = 200, ESCAPES = 6, ESCAPE_MS = 500 };

static const char *const named[] = {
	KEY_UP, KEY_DOWN, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_DELETE,
	KEY_F1, KEY_F2, KEY_F5, KEY_F7, KEY_F8, KEY_F9, KEY_ENTER, KEY_ENTER, KEY_ESCAPE, KEY_TAB, KEY_BACK_TAB,
	KEY_BACKSPACE, "\001", "\005", "\014", "\025", "\027",        /* Ctrl-A, E, L, U, W */
	"\033[", "\033O", "\033[<0;3", PASTE_BEGIN, PASTE_END, PASTE_END, "\303\251", "\343\201\202", "\377", "\303",
};

enum { NAMED = sizeof named / sizeof *named };

static unsigned roll(struct monkey *m, unsigned below)
{
	m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(m->seed >> 33) % below;
}

/* All that can be typed without Ctrl but q, which ends the program. */
static void type_character(struct monkey *m, struct term *t)
{
	char text[2] = { (char)(' ' + roll(m, '~' - ' ' + 1)) };

	if (text[0] != 'q')
		term_type(t, text);
}

/* Button, wheel or drag, pressed or released; outside of the screen too. */
static void click(struct monkey *m, struct term *t)
{
	static const unsigned buttons[] = { 0, 0, 1, 2, 32, 64, 65 };
	char text[40];

	snprintf(text, sizeof text, "\033[<%u;%u;%u%c", buttons[roll(m, sizeof buttons / sizeof *buttons)],
		 1 + roll(m, COLS_MAX), 1 + roll(m, ROWS_MAX), roll(m, 2) ? 'M' : 'm');
	term_type(t, text);
	m->clicks++;
}

static void resize(struct monkey *m, struct term *t)
{
	term_resize(t, 1 + (int)roll(m, ROWS_MAX), 1 + (int)roll(m, COLS_MAX));
	m->resizes++;
}

void monkey_play(struct monkey *m, struct term *t)
{
	unsigned what = roll(m, 20);

	if (!what)
		resize(m, t);
	else if (what < 3 && !m->never_quits)
		click(m, t);
	else if (what < 10)
		term_type(t, named[roll(m, NAMED)]);
	else
		type_character(m, t);
	m->keys += what >= (m->never_quits ? 1 : 3);
}

bool monkey_leave(struct term *t, int rows, int cols)
{
	term_resize(t, rows, cols);
	term_type(t, PASTE_END);
	for (int i = 0; i < ESCAPES; i++) {
		term_settle(t);
		term_type(t, KEY_ESCAPE);
	}
	term_await_end(t, ESCAPE_MS);            /* a key that came at once would make another one of the last Esc */
	if (vscreen_find(term_screen(t), "  paused") >= 0)
		term_type(t, "p");
	term_settle(t);
	return !term_await_end(t, 0);
}
