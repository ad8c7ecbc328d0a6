/* Owns the terminal's state through curses: the alternate screen, keyboard, mouse, paste marks, size; and
 * what undoes it, which rescue.c keeps for the case that a signal ends the process. Refuses to know what
 * is shown, what keys mean, and signals. */
#include "ui/screen.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"

enum { ESCAPE_WAIT_MS = 25, KEY_PASTE_BEGIN = 3000, KEY_PASTE_END };

enum { MOUSE_MAX = 64 };

#define MOUSE_SINGLE (BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED)

struct screen {
	struct canvas canvas;
	SCREEN *terminal;
	WINDOW *keys;            /* a pad: reading from it draws nothing, reading from stdscr would */
	struct input mouse[MOUSE_MAX];   /* what one KEY_MOUSE told, the oldest last */
	unsigned mouse_count;
	bool is_pasting;
	bool is_stale;           /* the terminal may show anything: the next picture is complete */
};

static const char *capability(const char *name)
{
	char *value = tigetstr(name);

	return value && value != (char *)-1 ? value : "";
}

static void prepare_rescue(void)
{
	static const char *const undo[] = { "sgr0", "op", "rmkx", "BD", "cnorm", "rmcup" };

	rescue_clear();
	if (*capability("kmous"))
		rescue_add("\033[?1000l\033[?1002l\033[?1006l");
	for (unsigned i = 0; i < sizeof undo / sizeof *undo; i++)
		rescue_add(capability(undo[i]));
	rescue_add(*capability("rmcup") ? "\r" : "\r\n");
}

static void write_all(const char *bytes, size_t len)
{
	while (len) {
		ssize_t written = write(STDOUT_FILENO, bytes, len);

		if (written < 0 && errno != EINTR)
			return;                  /* the loop sees by itself that the terminal is gone */
		if (written > 0) {
			bytes += written;
			len -= (size_t)written;
		}
	}
}

/* Pasted text comes between two marks, so that a pasted "k" is not a command. */
static void set_paste_marks(bool on)
{
	const char *bytes = capability(on ? "BE" : "BD");

	write_all(bytes, strlen(bytes));
}

const char *screen_unusable(void)
{
	const char *name = getenv("TERM");
	int error = 0;
	bool can_move;

	if (!isatty(STDIN_FILENO))
		return "needs a terminal, but standard input is none; try: lotop list";
	if (!isatty(STDOUT_FILENO))
		return "needs a terminal, but standard output is none; try: lotop list";
	if (!name || !*name)
		return "needs a terminal, but TERM is not set; try: lotop list";
	if (setupterm(name, STDOUT_FILENO, &error) == ERR)
		return error < 0 ? "needs the terminfo database, which was not found; try: lotop list"
				 : "needs a terminal that terminfo knows, TERM names none; try: lotop list";
	can_move = *capability("cup");
	del_curterm(cur_term);
	return can_move ? NULL : "needs a terminal whose cursor moves, TERM names none; try: lotop list";
}

static void set_modes(struct screen *s, const struct screen_options *options)
{
	cbreak();
	noecho();
	nonl();
	set_escdelay(ESCAPE_WAIT_MS);
	typeahead(-1);                           /* a picture is not given up half-way, so nobody need look for keys */
	keypad(s->keys, TRUE);
	nodelay(s->keys, TRUE);
	curs_set(0);
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	if (!options->no_mouse)
		mousemask(MOUSE_SINGLE | BUTTON1_DOUBLE_CLICKED | BUTTON1_TRIPLE_CLICKED, NULL);
	mouseinterval(0);
}

static bool is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Characters go through the C library: in another locale it could not write them. */
static void choose_text(enum screen_text text)
{
	if (text == SCREEN_TEXT_UTF8 && !is_utf8())
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* Armed before newterm(), which sets modes: what to write is known only after it, and nothing is written
 * before the first picture. */
static int begin(const struct screen_options *options, struct screen **out)
{
	struct screen *s;
	int error = rescue_begin();      /* before curses, which leaves signals alone that have a handler */

	if (error)
		return error;
	rescue_arm();
	choose_text(options->text);
	s = fatal_calloc(1, sizeof *s);
	use_env(FALSE);
	use_tioctl(TRUE);                        /* else the size is terminfo's, and TERM=linux has none */
	s->terminal = newterm(NULL, stdout, stdin);
	s->keys = s->terminal ? newpad(1, 1) : NULL;
	if (!s->keys) {
		screen_end(s);
		return -ENODEV;
	}
	prepare_rescue();
	set_modes(s, options);
	theme_fill(options->theme, options->colours, s->canvas.attributes);
	s->canvas.is_ascii = options->text == SCREEN_TEXT_ASCII || !is_utf8();
	s->is_stale = true;
	*out = s;
	return 0;
}

int screen_begin(const struct screen_options *options, struct screen **out)
{
	int error;

	rescue_hold();
	error = begin(options, out);
	rescue_release();
	return error;
}

static void give_back(void)
{
	set_paste_marks(false);
	curs_set(1);
	endwin();
}

void screen_end(struct screen *s)
{
	if (!s)
		return;
	rescue_hold();
	if (s->keys) {
		give_back();
		delwin(s->keys);
	}
	rescue_end();
	rescue_release();
	if (s->terminal)
		delscreen(s->terminal);
	buf_done(&s->canvas.text);
	buf_done(&s->canvas.ascii);
	free(s);
}

void screen_suspend(struct screen *s)
{
	rescue_hold();
	give_back();
	rescue_disarm();
	rescue_release();
	rescue_stop();
	screen_resume(s);
}

/* endwin first: after a SIGSTOP nobody has left the alternate screen, and the shell has set modes of its
 * own. */
void screen_resume(struct screen *s)
{
	rescue_hold();
	endwin();
	rescue_arm();
	rescue_release();
	s->is_stale = true;
	s->is_pasting = false;
}

void screen_size(struct screen *s, unsigned *width, unsigned *height)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col
	    && (size.ws_row != LINES || size.ws_col != COLS)) {
		resizeterm(size.ws_row, size.ws_col);
		s->is_stale = true;
	}
	*width = (unsigned)COLS;
	*height = (unsigned)LINES;
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

static void add_mouse(struct screen *s, const MEVENT *event, unsigned times)
{
	bool is_wheel = event->bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED);
	const struct input input = {
		.kind = is_wheel ? INPUT_WHEEL : INPUT_CLICK, .at_ms = clock_monotonic_ms(),
		.x = (unsigned)event->x, .y = (unsigned)event->y,
		.scroll = event->bstate & BUTTON4_PRESSED ? -3 : 3,
	};

	while (times-- && s->mouse_count < MOUSE_MAX)
		s->mouse[s->mouse_count++] = input;
}

/* What comes at once (a slow line, a fast wheel) is one KEY_MOUSE, and clicks on one place are one event:
 * curs_mouse(3X). getmouse tells the newest first. */
static void take_mouse(struct screen *s)
{
	MEVENT event;

	while (getmouse(&event) == OK) {
		if (event.x < 0 || event.y < 0)
			continue;
		if (event.bstate & BUTTON1_TRIPLE_CLICKED)
			add_mouse(s, &event, 3);
		else if (event.bstate & BUTTON1_DOUBLE_CLICKED)
			add_mouse(s, &event, 2);
		else if (event.bstate & MOUSE_SINGLE)
			add_mouse(s, &event, 1);
	}
}

static bool next_mouse(struct screen *s, struct input *out)
{
	if (!s->mouse_count)
		return false;
	*out = s->mouse[--s->mouse_count];
	return true;
}

/* Esc, or the start of something that curses does not know: an answer of the terminal, a modified key, Alt
 * with a key. What follows must not be taken for commands, so it is swallowed up to its end (ECMA-48 5.4). */
static bool is_lone_escape(struct screen *s)
{
	wint_t code = 0;

	if (wget_wch(s->keys, &code) == ERR)
		return true;
	if (code == INPUT_ESCAPE) {              /* pressed twice, fast */
		unget_wch((wchar_t)code);
		return true;
	}
	if (code == 'O') {
		wget_wch(s->keys, &code);
	} else if (code == '[') {
		do {
			code = 0;
		} while (wget_wch(s->keys, &code) == OK && (code < 0x40 || code > 0x7e));
	}
	return false;
}

static void take_character(struct screen *s, uint32_t code, struct input *out)
{
	if (s->is_pasting) {
		out->kind = INPUT_PASTE;
		out->key = code;
		return;
	}
	if (code == INPUT_ESCAPE && !is_lone_escape(s))
		return;
	out->kind = INPUT_KEY;
	out->key = code == '\n' ? INPUT_ENTER : code == '\b' ? INPUT_BACKSPACE : code;
}

static void take_key(struct screen *s, int code, struct input *out)
{
	if (code == KEY_PASTE_BEGIN || code == KEY_PASTE_END) {
		s->is_pasting = code == KEY_PASTE_BEGIN;
	} else if (code == KEY_MOUSE) {
		take_mouse(s);
		next_mouse(s, out);
	} else if (!s->is_pasting) {
		out->key = function_key(code);
		out->kind = out->key ? INPUT_KEY : INPUT_NONE;
	}
}

bool screen_input(struct screen *s, struct input *out)
{
	wint_t code = 0;
	int kind;

	*out = (struct input){ 0 };
	if (next_mouse(s, out))
		return true;
	kind = wget_wch(s->keys, &code);
	if (kind == ERR)
		return false;
	if (kind == KEY_CODE_YES)
		take_key(s, (int)code, out);
	else
		take_character(s, code, out);
	return true;
}

struct canvas *screen_canvas(struct screen *s)
{
	erase();
	s->canvas.has_cursor = false;
	return &s->canvas;
}

void screen_show(struct screen *s, bool complete)
{
	rescue_hold();
	if (complete || s->is_stale)
		clearok(curscr, TRUE);
	curs_set(s->canvas.has_cursor);
	if (s->canvas.has_cursor)
		move((int)s->canvas.cursor_y, (int)s->canvas.cursor_x);
	refresh();
	if (s->is_stale)
		set_paste_marks(true);
	rescue_release();
	s->is_stale = false;
}

void screen_write(struct screen *s, struct slice bytes)
{
	(void)s;
	rescue_hold();
	write_all(bytes.ptr, bytes.len);
	rescue_release();
}
